"""The arguments of `yinxin-signer`, with help in both languages."""

import argparse
import re
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Final

from credential.request import MAX_BATCH
from signer.commands import change_arguments, keeping, key_arguments
from signer.embedding.asking import MAX_REFERENCE, is_reference

EXIT_CODES: Final = """\
退出码：0 完成；1 被拒绝（名册有问题、登记机构拒绝）；2 用法或配置；3 登记机构、网络或设备暂不可用，再运行即可继续。
exit codes: 0 done; 1 refused (bad rows, or by the registry); 2 usage or configuration; 3 registry, network or token
unavailable: run the same command again and it continues where it stopped."""

_ABOUT: Final = """\
从 Excel 名册到可离线核验的二维码证书。先 keygen，再 enrol，备案公布后即可 sign。
From an Excel roster to certificates that verify offline: keygen, enrol, then sign once your filing is published."""

JSONL: Final = "jsonl"
_LINES: Final = 1_000

Add = Callable[[str, str], argparse.ArgumentParser]


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

    _first_commands(add)
    _roster_commands(add)
    change_arguments.add_status(add)
    _replacing_commands(add)
    change_arguments.add_waiting(add, _text)
    _printing_commands(add)
    _answering_commands(add)
    _embedding_commands(add)
    _key_commands(commands)
    keeping.add(add)
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


def _first_commands(add: Add) -> None:
    keygen = add("keygen", "生成证书密钥和请求密钥 / make the certificate key and the request key")
    keygen.add_argument("--issuer", required=True, metavar="CODE", help="13 位机构代码 / the 13-character issuer code")
    key_arguments.add_token(keygen)
    enrol = add("enrol", "写出注册申请并记下登记机构 / write the enrolment and remember the registry")
    enrol.add_argument("--registry", required=True, metavar="URL", help="登记机构网址 / the registry's address")
    enrol.add_argument(
        "--pin", required=True, type=Path, metavar="FILE", help="根指纹文件 / the file with the root's pin"
    )
    enrol.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="注册申请写到哪里（默认 机构文件夹/enrolment.cbor）/ where to write the enrolment (default: in the home)",
    )
    enrol.add_argument("--qr-host", metavar="HOST", help="二维码域名（默认由登记机构给出）/ the host in QR codes")


def _roster_commands(add: Add) -> None:
    template = add("template", "按本机构备案范围写出空白名册 / write an empty roster for your own scope")
    template.add_argument(
        "--out",
        type=Path,
        default=Path("名册模板.xlsx"),
        metavar="FILE",
        help="写到哪里（默认 名册模板.xlsx）/ where to write it",
    )
    learn = add(
        "map", "认列：显示认出的列，记住列对应 / show which columns are recognised, and keep what unusual ones mean"
    )
    _roster(learn)
    for name, about in (
        ("--column", "列名=模板里的列名；可多次 / HEADER=COLUMN of the template; may be repeated"),
        ("--fixed", "列=值，名册没有这一列时用；可多次 / COLUMN=VALUE where rosters lack it; may be repeated"),
    ):
        learn.add_argument(name, type=_text, action="append", default=[], metavar="A=B", help=about)
    check = add("check", "检查名册，不签发 / check a roster, sign nothing")
    _roster(check)
    check.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="标注好的名册写到哪里（有问题时默认 名册-问题.xlsx）/ where to write the roster as marked",
    )
    _pdf(check, "也检查能否打印 / look whether it can be printed, too")
    sign = add("sign", "签发名册并登记 / sign a roster and register it")
    _roster(sign)
    _out(sign)
    sign.add_argument("--skip-bad", action="store_true", help="跳过有问题的行 / leave bad rows out")
    sign.add_argument("--dry-run", action="store_true", help="只预览 / preview only")
    sign.add_argument("--yes", action="store_true", help="不再询问 / do not ask")
    sign.add_argument("--no-submit", action="store_true", help="先不登记 / do not register yet")
    sign.add_argument(
        "--repeat",
        action="store_true",
        help="同名同证的另一人也签 / sign what looks like one signed before: it is another person",
    )
    _confirm(sign)
    _evidence(sign)
    _pdf(sign, "同时排印 PDF 到 DIR/print / print PDF files into DIR/print as well")
    evidence = add("evidence", "计算评价档案的摘要，不签发 / the digest over a batch's evidence; signs nothing")
    evidence.add_argument("place", type=Path, metavar="PLACE", help="文件夹或 ZIP / a folder or ZIP")


def _confirm(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--confirm",
        type=_text,
        action="append",
        default=[],
        metavar="CODE",
        help="已核对的需确认事项，写代码；可多次 / a doubt that was looked into, by its code; may be repeated",
    )


def _evidence(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--evidence",
        type=Path,
        metavar="PLACE",
        help="评价档案文件夹或 ZIP，摘要随批登记 / a folder or ZIP of the batch's evidence: its digest is registered",
    )


def _replacing_commands(add: Add) -> None:
    correct, reissue, renew = change_arguments.add_replacing(add, _text)
    for command in correct, reissue, renew:
        command.add_argument("--out", type=Path, metavar="DIR", help="输出文件夹 / the folder to write into")
        _signed_from(command)
    _pdf(correct, "同时排印 PDF / print it as PDF too")
    _pdf(reissue, "同时排印 PDF，用新的印制序号 / print it as PDF too, with a new print serial")
    _pdf(renew, "同时排印 PDF / print it as PDF too")


def _printing_commands(add: Add) -> None:
    again = add("print", "排印账本里的证书为 PDF，不重签 / print what the ledger has as PDF; signs nothing")
    again.add_argument("number", nargs="*", metavar="NUMBER", help="证书编号 / certificate numbers")
    again.add_argument("--list", type=Path, metavar="FILE", help="编号文件，每行一个 / a file of numbers, one a line")
    again.add_argument("--batch", type=int, metavar="N", help="整批 / a whole batch")
    _signed_from(again)
    _out(again)
    _printing(again)


def _signed_from(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="签发时的名册，用来印完整证件号 / the roster they were signed from, for whole document numbers",
    )
    _reading(command)


def _pdf(command: argparse.ArgumentParser, about: str) -> None:
    command.add_argument("--pdf", action="store_true", help=about)
    _printing(command)


def _printing(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("打印 / printing (docs/printing.md)")
    group.add_argument(
        "--layout",
        type=_text,
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
        "--file-name", type=_text, default="{number}", metavar="PATTERN", help="文件名样式 / pattern of file names"
    )
    group.add_argument("--merge", action="store_true", help="合并，每 500 张一个文件 / merge, 500 in a file")
    group.add_argument("--serial", action="store_true", help="印上印制序号 / print a print serial")
    group.add_argument("--zip", action="store_true", help="另打成一个 ZIP / put them into one ZIP, too")


def _answering_commands(add: Add) -> None:
    add("corrections", "持证人申请更正的事项 / what holders ask to have corrected")
    answer = add("answer", "答复一件更正申请 / answer one of them")
    answer.add_argument("case", type=_case, metavar="CASE", help="受理号 / the case number")
    outcome = answer.add_mutually_exclusive_group(required=True)
    outcome.add_argument("--accept", action="store_true", help="同意更正 / it is or will be corrected")
    outcome.add_argument("--decline", action="store_true", help="不同意 / it is not")
    answer.add_argument("--text", required=True, type=_text, metavar="TEXT", help="给持证人的话 / words for the holder")


def _embedding_commands(add: Add) -> None:
    command = add(JSONL, "供其他程序调用：每行一个 JSON 对象 / for other programs: one JSON object a line, in and out")
    command.set_defaults(json=True)
    command.add_argument("--batch", type=_reference, metavar="REF", help="批次引用号 / your reference for the batch")
    command.add_argument(
        "--lines",
        dest="most",
        type=_lines,
        default=_LINES,
        metavar="N",
        help=f"每批最多几行（默认 {_LINES}）/ lines that are signed and registered at once",
    )
    command.add_argument("--no-submit", action="store_true", help="先不登记 / do not register yet")
    command.add_argument(
        "--repeat",
        action="store_true",
        help="同名同证的另一人也签 / sign what looks like one signed before: it is another person",
    )
    _confirm(command)
    _evidence(command)


def _lines(value: str) -> int:
    """How many lines go into a batch."""
    if not value.isdecimal() or len(value) > 5 or not 1 <= int(value) <= MAX_BATCH:
        raise argparse.ArgumentTypeError(f"1–{MAX_BATCH}")
    return int(value)


def _reference(value: str) -> str:
    """A batch's reference as an argument."""
    if not is_reference(value):
        raise argparse.ArgumentTypeError(
            f"引用号须为 1 至 {MAX_REFERENCE} 个可见字符 / 1 to {MAX_REFERENCE} visible characters"
        )
    return value


def _case(value: str) -> str:
    """A case number as an argument."""
    if re.fullmatch("[A-Z2-7]{10}", value.upper(), re.ASCII) is None:
        raise argparse.ArgumentTypeError("受理号有 10 个字符 / a case number has ten characters")
    return value.upper()


def _text(value: str) -> str:
    """An argument that is UTF-8."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError("不是 UTF-8 文本 / not UTF-8 text") from None
    return value


def _roster(command: argparse.ArgumentParser) -> None:
    command.add_argument("roster", type=Path, metavar="ROSTER", help="名册 .xlsx 或 .csv / an .xlsx or .csv roster")
    _reading(command)


def _reading(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--mapping",
        type=Path,
        metavar="FILE",
        help="列对应文件（默认 机构文件夹/columns.toml）/ what unusual headers mean (default: the home's)",
    )
    command.add_argument(
        "--sheet", type=_text, metavar="NAME", help="只读这个工作表 / the one sheet of the workbook that is meant"
    )


def _out(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", required=True, type=Path, metavar="DIR", help="输出文件夹 / the folder to write into")
