"""The command `yinxin-verify`: its arguments, its clock, its exit codes."""

import argparse
import gc
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from verifier_cli.errors import UsageError

if TYPE_CHECKING:
    from verifier_cli import check

_REGION: Final = re.compile(r"[0-9]{2}", re.ASCII)
_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
_DIVISION: Final = re.compile(r"[0-9]{6}", re.ASCII)
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
_INTERRUPTED: Final = 130
_NOBODY_READS: Final = 3
_OBJECTS_OF_A_START: Final = 100_000

CHECK_EPILOG: Final = """\
INPUT 可以是：二维码文字；每行一个二维码文字的文件（.jsonl 取 "text"）；图片；- 表示标准输入。
INPUT is a QR's text; a file with one QR text a line (of .jsonl the member "text"); a picture; - is standard input.

退出码 / exit codes:
  0  全部通过            all accepted
  1  有不通过的          any rejected (or, with --require-recognised, not recognised here)
  2  命令或文件有误      usage: the command, or a file that it names
  3  有无法判断的        any undecided and none rejected

通过只说明证书真实有效；持证人是否本人，请核对照片和身份证件。
"Passed" says that the certificate is authentic and stands; that the bearer is this person, the photo and the ID show.
"""
SYNC_EPILOG: Final = """\
退出码 / exit codes:
  0  已更新或没有变化    updated or unchanged; also if a region is left out, or only lags behind what is held
  1  被拒绝，原有资料保留 a region's update was refused; the held data stays
  2  命令或文件有误      usage: the command, or a file that it names
  3  连不上，请稍后再试  unreachable: try again later
"""
AUDIT_EPILOG: Final = """\
退出码 / exit codes:
  0  信任链都成立        every chain holds (and with --against the update would be taken)
  1  发现问题            a fault was found: also two histories, or what was asked for is not proven to be in the log,
                         or --record is not what the log says
  2  命令或文件有误      usage: the command, or a file that it names
  3  日志没有证明        no fault, but with --against it is not proven that the log goes on: give --from or --proof
"""
ARCHIVE_EPILOG: Final = """\
不给 INPUT 时只核对归档本身。给了 INPUT，每份证书有两个答案：现在（或 --at 那时）的答案，与 check 相同；
以及归档的最后状态在当时的答案，那不是今天的答案。退出码按前一个答案。
Without INPUT only the archive is checked. Each certificate has two answers: that of now (or of --at), as `check`
gives it, and what the archive's last state said then, which is none about today. The exit code is the first one's.

退出码 / exit codes:
  0  归档完好；证书全部通过      the archive is whole; all accepted
  1  归档不完好，或有不通过的    it is not whole, or any rejected
  2  命令或文件有误              usage: the command, or a file that it names
  3  有无法判断的                any undecided and none rejected
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help of one width: asking the terminal costs a cold start three milliseconds, whether help is shown or not."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=110)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors can be shown whatever the arguments hold."""

    def error(self, message: str) -> NoReturn:
        from verifier_cli.output import complain

        self.print_usage(sys.stderr)
        complain(f"命令有误：{message}", f"usage: {message}. See: {self.prog} --help")
        raise SystemExit(2)


def program() -> NoReturn:
    """The program itself: `main` in a process of its own."""
    # What a start allocates stays: looking for garbage in it, and taking it apart at the end, is a tenth of all work.
    gc.set_threshold(_OBJECTS_OF_A_START)
    code = main()
    sys.stderr.flush()
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code, when all that was said is written."""
    from verifier_cli import output

    output.prepare()
    try:
        code = _answer(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _NOBODY_READS
    except KeyboardInterrupt:
        return _INTERRUPTED
    return code


def _answer(words: Sequence[str]) -> int:
    """The exit code, also of a command that argparse ends, or that cannot be done as given."""
    from verifier_cli import output

    try:
        return _run(words)
    except SystemExit as stop:
        return int(stop.code or 0)
    except UsageError as error:
        output.complain(error.zh, error.en)
        return 2


def _run(words: Sequence[str]) -> int:
    """The exit code of the command. An unfit library says nothing of any certificate: UsageError."""
    from credential.ed25519 import UnfitLibraryError

    named = words[0] if words and words[0] in COMMANDS else None
    arguments = _parser(named).parse_args(words if named is None else words[1:])
    try:
        return COMMANDS[words[0]].run(arguments)
    except UnfitLibraryError as error:
        raise UsageError(
            f"本机的签名库不合格，不能用来核验（{error}）。请重新安装：pip install --force-reinstall PyNaCl",
            f"nothing can be verified with the library installed here: {error}. "
            "Install it again: pip install --force-reinstall PyNaCl",
        ) from None


def _parser(named: str | None) -> _Parser:
    """The parser of one command; without one, that which lists them all. A cold start builds no others."""
    if named is not None:
        return _command_parser(named, COMMANDS[named])
    parser = _Parser(
        prog=PROGRAM,
        description="离线核验职业技能证书 / Verify vocational skill certificates offline.",
        epilog="每个命令都有 --help / Each command has its own --help.",
        formatter_class=_Help,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=command.words)
    return parser


def _command_parser(name: str, command: "Command") -> _Parser:
    parser = _Parser(
        prog=f"{PROGRAM} {name}",
        description=command.words,
        epilog=command.epilog,
        formatter_class=_Help,
        allow_abbrev=False,
    )
    if command.takes_bundle:
        parser.add_argument("--bundle", required=True, metavar="FILE", help="离线包 / the bundle")
        parser.add_argument(
            "--region", type=_region, metavar="CODE", help="本地区，两位数字 / the home region, two digits"
        )
    parser.add_argument(
        "--pin", metavar="FILE", help="pin 文件，缺省用 sync 保存的 / pin file, else the one stored by sync"
    )
    parser.add_argument("--json", action="store_true", help="给程序用：每行一个 JSON / for programs: JSON Lines")
    command.add_arguments(parser)
    return parser


def _add_inputs(parser: _Parser, how_many: str = "+") -> None:
    parser.add_argument(
        "--at",
        type=_instant,
        metavar="RFC3339",
        help="按这个时间判断，缺省为现在 / judge as of this time, else now (2026-06-01T08:00:00Z)",
    )
    parser.add_argument("inputs", nargs=how_many, metavar="INPUT", help="见下 / see below")


def _add_check(parser: _Parser) -> None:
    parser.add_argument(
        "--require-recognised",
        action="store_true",
        help="本地未采认的算不通过 / not recognised here counts as rejected",
    )
    parser.add_argument(
        "--division",
        type=_division,
        metavar="CODE",
        help="问这里的待遇，六位行政区划代码；缺省全地区 / benefits in this division, six digits; else anywhere",
    )
    _add_inputs(parser)


def _add_sync(parser: _Parser) -> None:
    parser.add_argument(
        "--from",
        dest="url",
        required=True,
        metavar="URL",
        help="登记机构地址，或 .cbor 离线包地址 / the registry, or a bundle's own URL that ends in .cbor",
    )


def _add_audit(parser: _Parser) -> None:
    parser.add_argument(
        "--against",
        metavar="OLDBUNDLE",
        help="按更新规则与旧离线包比较，也比较日志 / judge it as an update of this older bundle; compare logs",
    )
    parser.add_argument(
        "--proof",
        action="append",
        default=[],
        metavar="FILE",
        help="日志的证明，可重复 / a proof about the log, repeatable",
    )
    parser.add_argument(
        "--from", dest="url", metavar="URL", help="向这个登记机构取证明 / fetch proofs from this registry"
    )
    parser.add_argument(
        "--certificate", metavar="TEXT", help="这份证书（二维码文字）在日志中吗 / is this certificate in the log?"
    )
    parser.add_argument(
        "--object",
        dest="published",
        metavar="FILE",
        help="这个已发布的对象在日志中吗 / is this published object in it?",
    )
    parser.add_argument(
        "--record",
        metavar="FILE",
        help="这份办理记录（audit export 的 record.jsonl）是日志所签的吗 / is this record of acts what the log says?",
    )


def _add_archive(parser: _Parser) -> None:
    parser.add_argument("--folder", required=True, metavar="FOLDER", help="归档文件夹 / the archive's folder")
    parser.add_argument(
        "--fingerprint",
        type=_fingerprint,
        metavar="HEX",
        help="当年记下的归档指纹 / the archive's fingerprint, as it was noted",
    )
    _add_inputs(parser, "*")


def _fingerprint(text: str) -> bytes:
    if not _SHA256.fullmatch(text):
        raise argparse.ArgumentTypeError(f"指纹是 64 个十六进制字符 / a fingerprint is 64 hex digits: {text}")
    return bytes.fromhex(text)


def _region(text: str) -> str:
    if not _REGION.fullmatch(text):
        raise argparse.ArgumentTypeError(f"地区是两位数字，如 35 / a region is two digits, such as 35: {text}")
    return text


def _division(text: str) -> str:
    if not _DIVISION.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"行政区划是六位数字，如 350211 / a division is six digits, such as 350211: {text}"
        )
    return text


def _instant(text: str) -> int:
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


def _clock() -> int:
    import time

    return int(time.time())


def _check(arguments: argparse.Namespace) -> int:
    from verifier_cli import check

    return check.run(_asked(arguments))


def _explain(arguments: argparse.Namespace) -> int:
    from verifier_cli import explain

    return explain.run(_asked(arguments))


def _asked(arguments: argparse.Namespace) -> "check.Asked":
    from credential.model import Seconds
    from verifier_cli import check

    return check.Asked(
        bundle=arguments.bundle,
        pin=arguments.pin,
        region=arguments.region,
        now=Seconds(_clock() if arguments.at is None else arguments.at),
        inputs=arguments.inputs,
        as_json=arguments.json,
        require_recognised=getattr(arguments, "require_recognised", False),
        division=getattr(arguments, "division", None),
    )


def _sync(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from credential.model import Seconds
    from verifier_cli import sync

    return sync.run(
        sync.Asked(
            url=arguments.url,
            pin=arguments.pin,
            region=arguments.region,
            bundle=Path(arguments.bundle),
            now=Seconds(_clock()),
            as_json=arguments.json,
        )
    )


def _audit(arguments: argparse.Namespace) -> int:
    from credential.model import Seconds
    from verifier_cli import audit, history

    return audit.run(
        audit.Asked(
            bundle=arguments.bundle,
            pin=arguments.pin,
            region=arguments.region,
            against=arguments.against,
            log=history.Asked(arguments.proof, arguments.url, arguments.certificate, arguments.published),
            now=Seconds(_clock()),
            as_json=arguments.json,
            record=arguments.record,
        )
    )


def _archive(arguments: argparse.Namespace) -> int:
    from credential.model import Seconds
    from verifier_cli import archive

    return archive.run(
        archive.Asked(
            folder=arguments.folder,
            pin=arguments.pin,
            fingerprint=arguments.fingerprint,
            now=Seconds(_clock() if arguments.at is None else arguments.at),
            inputs=arguments.inputs,
            as_json=arguments.json,
        )
    )


class Command(NamedTuple):
    """One command: what it is for, its exit codes, what arguments it has beside those of all, what runs it."""

    words: str
    epilog: str
    add_arguments: Callable[[_Parser], None]
    run: Callable[[argparse.Namespace], int]
    takes_bundle: bool = True


PROGRAM: Final = "yinxin-verify"
COMMANDS: Final = {
    "check": Command("核验证书 / verify certificates", CHECK_EPILOG, _add_check, _check),
    "sync": Command(
        "从登记机构更新离线包并保存 pin / update the bundle from a registry, and store the pin",
        SYNC_EPILOG,
        _add_sync,
        _sync,
    ),
    "audit": Command(
        "列出离线包的每个对象及签名 / list every object of a bundle and its signatures",
        AUDIT_EPILOG,
        _add_audit,
        _audit,
    ),
    "archive": Command(
        "核验一个地区的归档，不用服务器 / check a region's archive, without any server",
        ARCHIVE_EPILOG,
        _add_archive,
        _archive,
        takes_bundle=False,
    ),
    "explain": Command("逐步说明核验过程 / explain every step of a verification", CHECK_EPILOG, _add_inputs, _explain),
}
