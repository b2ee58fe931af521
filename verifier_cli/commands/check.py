"""The command `check`."""

import argparse
from typing import Final

from verifier_cli import arguments
from verifier_cli.arguments import Parser, add_inputs

WORDS: Final = "核验证书 / verify certificates"
TAKES_BUNDLE: Final = True
INPUTS: Final = """\
INPUT 可以是：二维码文字；文件夹；ZIP；PDF；图片和多页扫描件；二维码文字的列表（每行一个，
.jsonl 取 "text"，CSV，XLSX）；- 表示标准输入。每个文件至少一行，读不了的写明原因。
INPUT is a QR's text; a folder; a ZIP; a PDF; a picture or a scan of several pages; a list of QR texts (one a line, of
.jsonl the member "text", CSV, XLSX); - is standard input. Every file gives a row, also one that cannot be read.
"""
_EXAMPLE: Final = """
例 / example:
  yinxin-verify check --bundle bundle.cbor 应聘材料 --report 核验结果.xlsx
"""
EXIT: Final = """
退出码 / exit codes:
  0  全部通过            all accepted
  1  有不通过的          any rejected (or, with --require-recognised, not recognised here)
  2  命令或文件有误      usage: the command, or a file that it names
  3  有无法判断的        any undecided and none rejected

通过只说明证书真实有效；持证人是否本人，请核对照片和身份证件。
"Accepted" says that the certificate is authentic and stands; who the bearer is, the photo and the ID show.
"""
EPILOG: Final = INPUTS + _EXAMPLE + EXIT


def add_arguments(parser: Parser) -> None:
    """Add what only this command has."""
    parser.add_argument(
        "--require-recognised",
        action="store_true",
        help="本地未采认的算不通过 / not recognised here counts as rejected",
    )
    parser.add_argument(
        "--division",
        type=arguments.division,
        metavar="CODE",
        help="问这里的待遇，六位行政区划代码；缺省全地区 / benefits in this division, six digits; else anywhere",
    )
    parser.add_argument(
        "--report",
        action="append",
        default=[],
        metavar="FILE",
        help="另存报告，按后缀 .csv .xlsx .json .pdf，可重复 / also write a report, by its suffix; repeatable",
    )
    parser.add_argument(
        "--force", action="store_true", help="报告文件已存在时覆盖 / overwrite a report's file that is there already"
    )
    parser.add_argument(
        "--processes",
        type=arguments.several,
        metavar="N",
        help="用几个进程，缺省为全部处理器核 / so many processes, else one a core",
    )
    add_inputs(parser)


def run(given: argparse.Namespace) -> int:
    """The exit code."""
    from credential.model import Seconds
    from verifier_cli.asked import Asked
    from verifier_cli.checking import check

    return check.run(
        Asked(
            bundle=given.bundle,
            pin=given.pin,
            region=given.region,
            now=Seconds(arguments.clock() if given.at is None else given.at),
            inputs=given.inputs,
            as_json=given.json,
            require_recognised=given.require_recognised,
            division=given.division,
            reports=given.report,
            overwrite=given.force,
            processes=given.processes,
        )
    )
