"""The command `sync`."""

import argparse
from typing import Final

from verifier_cli import arguments
from verifier_cli.arguments import Parser

WORDS: Final = "从登记机构更新离线包并保存 pin / update the bundle from a registry, and store the pin"
TAKES_BUNDLE: Final = True
EPILOG: Final = """\
退出码 / exit codes:
  0  已更新或没有变化    updated or unchanged; also if a region is left out, or only lags behind what is held
  1  被拒绝，原有资料保留 a region's update was refused; the held data stays
  2  命令或文件有误      usage: the command, or a file that it names
  3  连不上，请稍后再试  unreachable: try again later
"""


def add_arguments(parser: Parser) -> None:
    """Add what only this command has."""
    parser.add_argument(
        "--from",
        dest="url",
        required=True,
        metavar="URL",
        help="登记机构地址，或 .cbor 离线包地址 / the registry, or a bundle's own URL that ends in .cbor",
    )


def run(given: argparse.Namespace) -> int:
    """The exit code."""
    from pathlib import Path

    from credential.model import Seconds
    from verifier_cli.syncing import sync

    return sync.run(
        sync.Asked(
            url=given.url,
            pin=given.pin,
            region=given.region,
            bundle=Path(given.bundle),
            now=Seconds(arguments.clock()),
            as_json=given.json,
        )
    )
