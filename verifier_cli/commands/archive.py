"""The command `archive`."""

import argparse
from typing import Final

from verifier_cli import arguments
from verifier_cli.arguments import Parser, add_inputs

WORDS: Final = "核验一个地区的归档，不用服务器 / check a region's archive, without any server"
TAKES_BUNDLE: Final = False
EPILOG: Final = """\
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


def add_arguments(parser: Parser) -> None:
    """Add what only this command has."""
    parser.add_argument("--folder", required=True, metavar="FOLDER", help="归档文件夹 / the archive's folder")
    parser.add_argument(
        "--fingerprint",
        type=arguments.fingerprint,
        metavar="HEX",
        help="当年记下的归档指纹 / the archive's fingerprint, as it was noted",
    )
    add_inputs(parser, "*")


def run(given: argparse.Namespace) -> int:
    """The exit code."""
    from credential.model import Seconds
    from verifier_cli.auditing import archive

    return archive.run(
        archive.Asked(
            folder=given.folder,
            pin=given.pin,
            fingerprint=given.fingerprint,
            now=Seconds(arguments.clock() if given.at is None else given.at),
            inputs=given.inputs,
            as_json=given.json,
        )
    )
