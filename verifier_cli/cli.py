"""The command `yinxin-verify`: its commands, and its exit codes."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NoReturn

from verifier_cli import arguments
from verifier_cli.arguments import Help, Parser
from verifier_cli.errors import UsageError

_INTERRUPTED: Final = 130
_NOBODY_READS: Final = 3
_FAILED: Final = 2
_ANSWERED: Final = (0, 1, 3)
_OBJECTS_OF_A_START: Final = 100_000
PROGRAM: Final = "yinxin-verify"
COMMANDS: Final = ("check", "sync", "status", "audit", "archive", "explain", "recognition")
"""Each is a module of verifier_cli.commands."""

if TYPE_CHECKING:
    from typing import Protocol

    class Command(Protocol):
        """What such a module has: what it is for, its exit codes, its arguments beside those of all, what runs it."""

        WORDS: str
        EPILOG: str
        TAKES_BUNDLE: bool

        def add_arguments(self, parser: Parser) -> None:
            """Add what only this command has."""

        def run(self, given: argparse.Namespace) -> int:
            """The exit code."""


def program() -> NoReturn:
    """The program itself: `main` in a process of its own."""
    # What a start allocates stays: looking for garbage in it, and taking it apart at the end, is a tenth of all work.
    gc.set_threshold(_OBJECTS_OF_A_START)
    sys.unraisablehook = _unheard
    try:
        code = main()
    except Exception as error:
        # Python's own exit code would mean that a certificate is rejected.
        sys.excepthook(type(error), error, error.__traceback__)
        raise SystemExit(_FAILED) from error
    sys.stderr.flush()
    if code in _ANSWERED:
        os._exit(code)
    # What could not be written is not tried again; libraries take their temporary files away.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _unheard(_: object) -> None:
    """Say nothing of what a library complains of while a report, left in the midst, is taken apart."""


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
    except OSError as error:
        why = error.strerror or type(error).__name__
        output.complain(f"未能完成：{why}。请检查磁盘和输出。", f"not finished: {why}. Check the disk and the output.")
        return _FAILED
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
    given = _parser(named).parse_args(words if named is None else words[1:])
    try:
        return _command(words[0]).run(given)
    except UnfitLibraryError as error:
        raise UsageError(
            f"本机的签名库不合格，不能用来核验（{error}）。请重新安装：pip install --force-reinstall PyNaCl",
            f"nothing can be verified with the library installed here: {error}. "
            "Install it again: pip install --force-reinstall PyNaCl",
        ) from None


def _parser(named: str | None) -> Parser:
    """The parser of one command; without one, that which lists them all. A cold start builds no others."""
    if named is not None:
        return _command_parser(named, _command(named))
    parser = Parser(
        prog=PROGRAM,
        description="离线核验职业技能证书 / Verify vocational skill certificates offline.",
        epilog="每个命令都有 --help / Each command has its own --help.",
        formatter_class=Help,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name in COMMANDS:
        commands.add_parser(name, help=_command(name).WORDS)
    return parser


def _command(name: str) -> "Command":
    """The module of one command. A cold start loads no others, nor importlib for it."""
    found: Command = __import__(f"verifier_cli.commands.{name}", fromlist=["run"])
    return found


def _command_parser(name: str, command: "Command") -> Parser:
    parser = Parser(
        prog=f"{PROGRAM} {name}",
        description=command.WORDS,
        epilog=command.EPILOG,
        formatter_class=Help,
        allow_abbrev=False,
    )
    if command.TAKES_BUNDLE:
        parser.add_argument("--bundle", required=True, metavar="FILE", help="离线包 / the bundle")
        parser.add_argument(
            "--region", type=arguments.region, metavar="CODE", help="本地区，两位数字 / the home region, two digits"
        )
    parser.add_argument(
        "--pin", metavar="FILE", help="pin 文件，缺省用 sync 保存的 / pin file, else the one stored by sync"
    )
    parser.add_argument("--json", action="store_true", help="给程序用：每行一个 JSON / for programs: JSON Lines")
    command.add_arguments(parser)
    return parser
