"""`yinxin-registry`: the operator's command."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Final

from sqlalchemy.exc import DBAPIError

from credential.ed25519 import UnfitLibraryError
from credential.errors import CredentialError
from registry import say
from registry.commands import common
from registry.problems import ConfigurationError, Problem, Refused
from registry.store.engine import is_unavailable

DONE: Final = 0
REFUSED: Final = 1
USAGE: Final = 2
UNAVAILABLE: Final = 3
_EXPECTED: Final = (
    ConfigurationError,
    Refused,
    CredentialError,
    UnfitLibraryError,
    DBAPIError,
    OSError,
    UnicodeEncodeError,
)


MODULES: Final[Mapping[str, frozenset[str]]] = {
    "found": frozenset({"init"}),
    "service": frozenset({"serve", "publish"}),
    "issuers": frozenset({"issuer"}),
    "keys": frozenset({"key"}),
    "operators": frozenset({"operator"}),
    "certificates": frozenset({"certificate"}),
    "holders": frozenset({"holders"}),
    "waiting": frozenset({"pending"}),
    "partnership": frozenset({"partner"}),
    "recognition": frozenset({"recognition"}),
    "benefits": frozenset({"benefits"}),
    "ceremonies": frozenset({"ceremony"}),
    "archive": frozenset({"archive", "check-record", "audit"}),
    "backups": frozenset({"backup", "restore"}),
    "records": frozenset({"import-history", "export"}),
    "statistics": frozenset({"statistics"}),
    "supervision": frozenset({"supervision"}),
}
"""The modules of registry.commands, and the words of each. Loading all of them takes longer than most commands."""


def parser(argv: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The command line: the commands that `argv` may mean; all of them if it names none."""
    words = frozenset(argv)
    return _parser(tuple(name for name, its in MODULES.items() if its & words) or tuple(MODULES))


@cache
def _parser(modules: Sequence[str]) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="yinxin-registry",
        description="印信登记机构：备案机构、批准密钥、发布名单、监督。\n"
        "A province's registry: file issuers, approve keys, publish lists, supervise.",
        epilog=common.EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    common.add_data(made, default=None)
    commands = made.add_subparsers(title="命令 / commands", metavar="COMMAND", required=True)
    for name in modules:
        import_module(f"registry.commands.{name}").add(commands)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code says how it went."""
    given = sys.argv[1:] if argv is None else argv
    try:
        options = parser(given).parse_args(given)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else USAGE
    try:
        return int(options.run(options) or DONE)
    except _EXPECTED as error:
        return _explain(error)
    except KeyboardInterrupt:
        return REFUSED
    finally:
        if "opened" in options:
            options.opened.store.close()


def _explain(error: Exception) -> int:
    """Tell the operator, and return the exit code."""
    match error:
        case Refused():
            _complain(error)
            return UNAVAILABLE if error.problem is Problem.UNAVAILABLE else REFUSED
        case DBAPIError():
            return _complain_of_database(error)
        case FileNotFoundError() | IsADirectoryError() | NotADirectoryError() | PermissionError():
            say.complain(f"文件不可用 / cannot be used: {error.filename}: {error.strerror}")
            return USAGE
        case OSError():
            say.complain(f"文件不可用 / a file is not available: {error.strerror}")
            return UNAVAILABLE
        case UnicodeEncodeError():
            say.complain("参数不是 UTF-8 文字 / an argument is not UTF-8 text")
            return USAGE
        case UnfitLibraryError():
            say.complain(f"本机的签名库不合格，请重新安装 PyNaCl / reinstall PyNaCl, its library is unfit: {error}")
            return USAGE
        case _:
            say.complain(str(error))
            return USAGE if isinstance(error, ConfigurationError) else REFUSED


def _complain_of_database(error: DBAPIError) -> int:
    if is_unavailable(error):
        say.complain("数据库不可用，请稍后重试 / the database is not available, try again")
        return UNAVAILABLE
    say.complain(
        f"数据库拒绝操作（{type(error.orig).__name__}），可能已损坏或属于别的程序；请恢复备份 / "
        "the database refuses: it is damaged, or another program's; restore a backup"
    )
    return USAGE


def _complain(error: Refused) -> None:
    say.complain(f"{error.problem.value.title}: {error.detail}" if error.detail else error.problem.value.title)
    for fault in error.errors:
        say.complain(f"  {fault.row}: {fault.reason} {fault.detail}")


if __name__ == "__main__":
    sys.exit(main())
