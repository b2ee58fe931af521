"""What the subcommands share: options, the data folder, passphrases, dates."""

import argparse
import getpass
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from credential import numbers
from credential.model import CHINA, Day, IssuerCode, Seconds, day_from_date
from registry import opening
from registry.clock import clock
from registry.files import Places, read_private
from registry.issuers.filing import parse_day
from registry.opening import Opened
from registry.problems import ConfigurationError, Problem, Refused
from registry.roles import Opening

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

Run = Callable[[argparse.Namespace], int | None]
EXIT_CODES: Final = """退出码 / exit codes:
  0  完成 / done
  1  被拒绝，未作改变 / refused, nothing changed
  2  用法或配置有误 / usage or configuration
  3  数据库或文件暂时不可用，可重试 / database or files not available, try again
"""


now: Final = clock
"""When a command is given, by the registry's clock."""


def today() -> Day:
    """Today in UTC+8."""
    return day_from_date(datetime.now(CHINA).date())


def open_data(options: argparse.Namespace) -> Opened:
    """The data folder that the command line names."""
    options.opened = opening.open_folder(opening.data_folder(options.data))
    return cast(Opened, options.opened)


def command(
    commands: "Commands", name: str, chinese: str, english: str, run: Run, details: str = ""
) -> argparse.ArgumentParser:
    """A subcommand with its help."""
    made = commands.add_parser(
        name,
        help=f"{chinese} / {english}",
        description=f"{chinese}。\n{english}.",
        epilog=f"{details}\n\n{EXIT_CODES}" if details else EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.set_defaults(run=run)
    add_data(made)
    return made


def group_of(commands: "Commands", name: str, chinese: str, english: str) -> "Commands":
    """A command that only has subcommands; its help has the exit codes too."""
    made = commands.add_parser(
        name,
        help=f"{chinese} / {english}",
        description=f"{chinese}。\n{english}.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    return made.add_subparsers(title="命令 / commands", metavar="COMMAND", required=True)


def add_data(made: argparse.ArgumentParser, default: object = argparse.SUPPRESS) -> None:
    """--data, before the command or after it."""
    made.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=default,
        help="数据目录（默认 $YINXIN_REGISTRY_DATA 或 ./yinxin-registry）/ data folder",
    )


def add_operator(made: argparse.ArgumentParser) -> None:
    """--operator."""
    made.add_argument(
        "--operator",
        required=True,
        type=name_of_person,
        metavar="NAME",
        help="办理人，留档 / who does this; kept on record",
    )


def add_credit_code(made: argparse.ArgumentParser) -> None:
    """--credit-code."""
    made.add_argument(
        "--credit-code", required=True, metavar="CODE", help="统一社会信用代码，18 位 / 18 characters, its own"
    )


def add_authority(made: argparse.ArgumentParser) -> None:
    """--authority."""
    made.add_argument(
        "--authority", required=True, metavar="NAME", help="备案机关，如 厦门市人力资源和社会保障局 / who filed it"
    )


def add_keys(made: argparse.ArgumentParser) -> None:
    """How key files may be opened."""
    made.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help="口令文件，权限 0600 / the passphrase, mode 0600"
    )
    made.add_argument(
        "--demo-keys",
        nargs="?",
        const=True,
        metavar="DIR",
        help="允许演示密钥，也可指定其目录（绝不用于生产）/ allow demo keys, also from DIR; never in production",
    )


def opening_of(options: argparse.Namespace) -> Opening:
    """The passphrase from its file, or asked for when there is a terminal."""
    if options.demo_keys:
        return Opening(None, demo=True)
    return Opening(passphrase(options.passphrase_file), demo=False)


def key_folders(options: argparse.Namespace, places: Places) -> list[Path]:
    """Where key files are looked for: the data folder's own, and those that the command line names."""
    folders = [places.keys, *getattr(options, "keys", [])]
    return [*folders, Path(options.demo_keys)] if isinstance(options.demo_keys, str) else folders


def passphrase(path: Path | None, twice: bool = False) -> bytes:
    """A passphrase: the file's first line, or typed. ConfigurationError without either."""
    if path is not None:
        lines = read_private(path).splitlines()
        if not lines or not lines[0]:
            raise ConfigurationError(f"{path.name}: 口令是空的 / the passphrase is empty")
        return lines[0]
    if not sys.stdin.isatty():
        raise ConfigurationError("需要 --passphrase-file / --passphrase-file is needed")
    typed = getpass.getpass("口令 / passphrase: ")
    if twice and typed != getpass.getpass("再输一次 / again: "):
        raise ConfigurationError("两次口令不同 / the two are not the same")
    if not typed:
        raise ConfigurationError("口令是空的 / the passphrase is empty")
    return typed.encode()


def require_yes(options: argparse.Namespace) -> None:
    """Go on only after --yes, or a yes typed at the terminal. Refused otherwise."""
    if not options.yes and not _confirmed():
        raise Refused(Problem.REFUSED, "未确认，未作改变 / not confirmed, nothing changed")


def _confirmed() -> bool:
    """Whether the person at the terminal types yes. Nobody is there without a terminal."""
    if not sys.stdin.isatty():
        return False
    print("确认？输入 yes / type yes to confirm: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip() == "yes"


def name_of_person(value: str) -> str:
    """An operator's name as an argument."""
    if not 0 < len(value.strip()) <= 64 or not value.isprintable():
        raise argparse.ArgumentTypeError("1 至 64 个可见字符 / 1 to 64 printable characters")
    return value.strip()


def issuer_code(value: str) -> IssuerCode:
    """An institution's code as an argument."""
    found = numbers.parse_issuer_code(value)
    if found is None:
        raise argparse.ArgumentTypeError(f"{value!r}: 机构代码有 13 个字符，如 Y000035020001 / not an issuer code")
    return found


def day(value: str) -> Day:
    """A date as an argument."""
    try:
        return parse_day(value)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{value!r}: 日期须如 2025-01-01，不早于 1970 年 / not a date from 1970 on"
        ) from None


def instant(value: str) -> Seconds:
    """An RFC 3339 time as an argument."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{value!r}: 须如 2026-05-01T00:00:00+08:00 / not an RFC 3339 time")
    return Seconds(int(found.timestamp()))


def port(value: str) -> int:
    """A TCP port as an argument."""
    if not value.isascii() or not value.isdecimal() or not 0 < int(value[:6]) < 65_536:
        raise argparse.ArgumentTypeError(f"{value!r}: 端口为 1 至 65535 / a port is 1 to 65535")
    return int(value)


def pin(value: str) -> bytes:
    """A pin as an argument: 64 hexadecimal digits, or a file that holds them."""
    text = value
    try:
        if Path(value).is_file():
            lines = Path(value).read_text(encoding="utf-8").splitlines()
            text = next((line for line in lines if line.strip() and not line.startswith("#")), "")
        found = bytes.fromhex(text)
    except (OSError, ValueError):
        found = b""
    if len(found) != 32:
        raise argparse.ArgumentTypeError(f"{value!r}: 指纹是 64 个十六进制字符或其文件 / not a pin")
    return found
