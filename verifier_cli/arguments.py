"""What arguments of several commands mean, and the parser that they are added to."""

import argparse
import re
import sys
from typing import Final, NoReturn

_REGION: Final = re.compile(r"[0-9]{2}", re.ASCII)
_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
_DIVISION: Final = re.compile(r"[0-9]{6}", re.ASCII)
_DIGITS: Final = 2
_DIGITS_OF_DAYS: Final = 4
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)


class Help(argparse.RawDescriptionHelpFormatter):
    """Help of one width: asking the terminal costs a cold start three milliseconds, whether help is shown or not."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=110)


class Parser(argparse.ArgumentParser):
    """A parser whose errors can be shown whatever the arguments hold."""

    def error(self, message: str) -> NoReturn:
        """Say it, and end with 2."""
        from verifier_cli.output import complain

        self.print_usage(sys.stderr)
        complain(f"命令有误：{message}", f"usage: {message}. See: {self.prog} --help")
        raise SystemExit(2)


def add_inputs(parser: Parser, how_many: str = "+") -> None:
    """The things to be judged, and the time to judge them by."""
    add_at(parser)
    parser.add_argument("inputs", nargs=how_many, metavar="INPUT", help="见下 / see below")


def add_at(parser: Parser) -> None:
    """The time to judge by."""
    parser.add_argument(
        "--at",
        type=instant,
        metavar="RFC3339",
        help="按这个时间判断，缺省为现在 / judge as of this time, else now (2026-06-01T08:00:00Z)",
    )


def fingerprint(text: str) -> bytes:
    """The SHA-256 that these 64 hex digits are."""
    if not _SHA256.fullmatch(text):
        raise argparse.ArgumentTypeError(f"指纹是 64 个十六进制字符 / a fingerprint is 64 hex digits: {text}")
    return bytes.fromhex(text)


def region(text: str) -> str:
    """A region's code of two digits."""
    if not _REGION.fullmatch(text):
        raise argparse.ArgumentTypeError(f"地区是两位数字，如 35 / a region is two digits, such as 35: {text}")
    return text


def division(text: str) -> str:
    """A division's code of six digits."""
    if not _DIVISION.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"行政区划是六位数字，如 350211 / a division is six digits, such as 350211: {text}"
        )
    return text


def several(text: str) -> int:
    """A number of processes."""
    if not (text.isascii() and text.isdecimal() and 1 <= len(text) <= _DIGITS and int(text)):
        raise argparse.ArgumentTypeError(f"应是 1 到 99 / from 1 to 99: {text}")
    return int(text)


def days(text: str) -> int:
    """A number of days."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS_OF_DAYS):
        raise argparse.ArgumentTypeError(f"应是 0 到 9999 天 / from 0 to 9999 days: {text}")
    return int(text)


def instant(text: str) -> int:
    """An RFC 3339 time with its offset, in whole seconds."""
    from datetime import UTC, datetime

    try:
        if not _INSTANT.fullmatch(text):
            raise ValueError(text)
        moment = datetime.fromisoformat(text.upper())
        return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() // 1)
    except (ValueError, OverflowError):
        example = "2026-06-01T08:00:00Z"
        raise argparse.ArgumentTypeError(f"不是时间 / not a time such as {example}: {text}") from None


def clock() -> int:
    """Now, in seconds."""
    import time

    return int(time.time())
