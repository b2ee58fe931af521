"""The command `audit`."""

import argparse
from typing import Final

from verifier_cli import arguments
from verifier_cli.arguments import Parser

WORDS: Final = "列出离线包的每个对象及签名 / list every object of a bundle and its signatures"
TAKES_BUNDLE: Final = True
EPILOG: Final = """\
退出码 / exit codes:
  0  信任链都成立        every chain holds (and with --against the update would be taken)
  1  发现问题            a fault was found: also two histories, or what was asked for is not proven to be in the log,
                         or --record is not what the log says
  2  命令或文件有误      usage: the command, or a file that it names
  3  日志没有证明        no fault, but with --against it is not proven that the log goes on: give --from or --proof
"""


def add_arguments(parser: Parser) -> None:
    """Add what only this command has."""
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


def run(given: argparse.Namespace) -> int:
    """The exit code."""
    from credential.model import Seconds
    from verifier_cli.auditing import audit, history

    return audit.run(
        audit.Asked(
            bundle=given.bundle,
            pin=given.pin,
            region=given.region,
            against=given.against,
            log=history.Asked(given.proof, given.url, given.certificate, given.published),
            now=Seconds(arguments.clock()),
            as_json=given.json,
            record=given.record,
        )
    )
