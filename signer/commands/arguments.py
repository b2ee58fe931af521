"""The whole command line of `yinxin-signer`: every command, its arguments, and the work it is."""

import argparse
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final

from signer.commands import (
    answering,
    changing,
    first,
    jsonl,
    keeping,
    key_arguments,
    keys,
    printing,
    replacing,
    rosters,
    waiting,
)
from signer.commands.common import EXIT_CODES, Command

_ABOUT: Final = """\
从 Excel 名册到可离线核验的二维码证书。先 keygen，再 enrol，备案公布后即可 sign。
From an Excel roster to certificates that verify offline: keygen, enrol, then sign once your filing is published."""

_MODULES: Final = (first, rosters, changing, replacing, waiting, printing, answering, jsonl, keeping)
COMMANDS: Final[Mapping[str, Command]] = {
    **{name: command for module in _MODULES for name, command in module.COMMANDS.items()},
    **keys.COMMANDS,
}


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="yinxin-signer",
        description=_ABOUT,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="版本 / the version")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, about: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=about,
            description=about,
            epilog=EXIT_CODES,
            parents=[_common()],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    for module in _MODULES:
        module.add(add)
    _key_commands(commands)
    return top


def _key_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    about = "密钥：查看、更换、纸备份、被盗 / keys: show, rotate, back up on paper, stolen (docs/keys.md)"
    group = commands.add_parser("key", help=about, description=about)
    own = group.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, zh: str, en: str) -> argparse.ArgumentParser:
        made = own.add_parser(
            name,
            help=f"{zh} / {en}",
            description=f"{zh}。\n{en}.",
            epilog=EXIT_CODES,
            parents=[_common()],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(command=f"key {name}")
        return made

    key_arguments.add_commands(add)


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it and end."""
        print(f"{parser.prog} {version('yinxin')}")
        parser.exit()


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    group = common.add_argument_group("通用 / common")
    group.add_argument(
        "--home",
        type=Path,
        metavar="DIR",
        help="机构文件夹（默认 $YINXIN_SIGNER_HOME 或 ~/.yinxin-signer）/ the issuer's home folder",
    )
    group.add_argument("--json", action="store_true", help="只输出一个 JSON 对象 / print one JSON object")
    key_arguments.add_sources(group)
    group.add_argument(
        "--demo-keys",
        type=Path,
        metavar="DIR",
        help="演示：用该文件夹里公开的演示密钥 / demonstrations only: the published demo keys in DIR",
    )
    return common
