"""The command `status`."""

import argparse
from typing import Final

from verifier_cli import arguments
from verifier_cli.arguments import Parser

WORDS: Final = "手上的资料有多旧，可用到何时 / how old the held data is, and until when it is good"
TAKES_BUNDLE: Final = True
EPILOG: Final = """\
每个地区的每份清单：签发了多久，有效到何时；旧了就写出更新的命令。不联网。适合定时任务。
Each list of every region: how old it is, until when it is good; where it is old, the command that updates it. It asks
no network, and suits a cron job.

退出码 / exit codes:
  0  都够新              every region is new enough
  1  有快要过期的        one expires within the days of --within: sync
  2  命令或文件有误      usage: the command, or a file that it names
  3  有无法判断的        one has expired, or cannot be believed, or the clock is wrong: answers would be undecided
"""


def add_arguments(parser: Parser) -> None:
    """Add what only this command has."""
    parser.add_argument(
        "--within",
        type=arguments.days,
        default=7,
        metavar="DAYS",
        help="几天之内到期算快要过期，缺省 7 / expiry within so many days is soon, else 7",
    )
    arguments.add_at(parser)


def run(given: argparse.Namespace) -> int:
    """The exit code."""
    from credential.model import Seconds
    from verifier_cli.syncing import status

    return status.run(
        status.Asked(
            bundle=given.bundle,
            pin=given.pin,
            region=given.region,
            notice=given.within,
            now=Seconds(arguments.clock() if given.at is None else given.at),
            as_json=given.json,
        )
    )
