"""What several commands share: their arguments, with help in both languages."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from signer.context import Voice
from signer.errors import Json

EXIT_CODES: Final = """\
退出码：0 完成；1 被拒绝（名册有问题、登记机构拒绝）；2 用法或配置；3 登记机构、网络或设备暂不可用，再运行即可继续。
exit codes: 0 done; 1 refused (bad rows, or by the registry); 2 usage or configuration; 3 registry, network or token
unavailable: run the same command again and it continues where it stopped."""


Add = Callable[[str, str], argparse.ArgumentParser]
Command = Callable[[argparse.Namespace, Voice], Json]


def add_roster(command: argparse.ArgumentParser) -> None:
    """The roster, and how it is to be read."""
    command.add_argument("roster", type=Path, metavar="ROSTER", help="名册 .xlsx 或 .csv / an .xlsx or .csv roster")
    add_reading(command)


def add_reading(command: argparse.ArgumentParser) -> None:
    """How a roster is to be read."""
    command.add_argument(
        "--mapping",
        type=Path,
        metavar="FILE",
        help="列对应文件（默认 机构文件夹/columns.toml）/ what unusual headers mean (default: the home's)",
    )
    command.add_argument(
        "--sheet", type=text, metavar="NAME", help="只读这个工作表 / the one sheet of the workbook that is meant"
    )


def add_out(command: argparse.ArgumentParser) -> None:
    """The folder to write into."""
    command.add_argument("--out", required=True, type=Path, metavar="DIR", help="输出文件夹 / the folder to write into")


def add_signed_from(command: argparse.ArgumentParser) -> None:
    """The roster that certificates were signed from."""
    command.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="签发时的名册，用来印完整证件号 / the roster they were signed from, for whole document numbers",
    )
    add_reading(command)


def add_pdf(command: argparse.ArgumentParser, about: str) -> None:
    """Printing, where it is asked for."""
    command.add_argument("--pdf", action="store_true", help=about)
    add_printing(command)


def add_printing(command: argparse.ArgumentParser) -> None:
    """How to print."""
    group = command.add_argument_group("打印 / printing (docs/printing.md)")
    group.add_argument(
        "--layout",
        type=text,
        default="a4",
        metavar="NAME",
        help="a4（默认）、a4-bilingual、card，或版式文件 / one of these layouts, or a layout file",
    )
    group.add_argument(
        "--bilingual", dest="layout", action="store_const", const="a4-bilingual", help="中英双语 / Chinese and English"
    )
    group.add_argument(
        "--font",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="另加的字体，用于缺的字；可多次 / a font for missing characters; may be repeated",
    )
    group.add_argument(
        "--photos",
        type=Path,
        metavar="PLACE",
        help="照片文件夹或 ZIP，以证书编号或证件号命名 / a folder or ZIP of photos, each named by its number",
    )
    group.add_argument(
        "--file-name", type=text, default="{number}", metavar="PATTERN", help="文件名样式 / pattern of file names"
    )
    group.add_argument("--merge", action="store_true", help="合并，每 500 张一个文件 / merge, 500 in a file")
    group.add_argument("--serial", action="store_true", help="印上印制序号 / print a print serial")
    group.add_argument("--zip", action="store_true", help="另打成一个 ZIP / put them into one ZIP, too")


def add_confirm(command: argparse.ArgumentParser) -> None:
    """The doubts that were looked into."""
    command.add_argument(
        "--confirm",
        type=text,
        action="append",
        default=[],
        metavar="CODE",
        help="已核对的需确认事项，写代码；可多次 / a doubt that was looked into, by its code; may be repeated",
    )


def add_evidence(command: argparse.ArgumentParser) -> None:
    """Where the evidence of what is signed lies."""
    command.add_argument(
        "--evidence",
        type=Path,
        metavar="PLACE",
        help="评价档案文件夹或 ZIP，摘要随批登记 / a folder or ZIP of the batch's evidence: its digest is registered",
    )


def text(value: str) -> str:
    """An argument that is UTF-8 text. ArgumentTypeError."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError("不是 UTF-8 文本 / not UTF-8 text") from None
    return value


def confirmed(options: argparse.Namespace) -> frozenset[str]:
    """The codes of the doubts that were looked into."""
    return frozenset(code.upper() for code in options.confirm)
