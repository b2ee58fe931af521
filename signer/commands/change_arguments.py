"""The arguments of the commands that come after issuing, with help in both languages."""

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

from credential.model import DocumentType
from signer.changes import reasons

Add = Callable[[str, str], argparse.ArgumentParser]
Text = Callable[[str], str]
_LIST: Final = "编号文件，每行一个 / a file of numbers, one a line"
_SHEET: Final = "表格（证书编号和要改的列）或编号文件 / a sheet of numbers and changes, or a file of numbers"
_STATUS: Final = (
    ("revoke", "撤销证书，不能恢复 / revoke for good"),
    ("suspend", "暂停证书，可恢复 / suspend, until restored"),
    ("restore", "恢复暂停的证书 / end a suspension"),
)


def add_status(add: Add) -> None:
    """`revoke`, `suspend`, `restore`."""
    for name, about in _STATUS:
        command = add(name, about)
        _numbers(command, _LIST)
        command.add_argument(
            "--reason", required=True, type=reasons.parse, metavar="REASON", help="原因，见下 / why: one of those below"
        )
        _way(command)
        command.epilog = (
            f"原因与对持证人的意思 / reasons, and what each means for the holder:\n{reasons.described()}\n\n"
            + (command.epilog or "")
        )


def add_replacing(add: Add, text: Text) -> tuple[argparse.ArgumentParser, ...]:
    """`correct`, `reissue`, `renew`; returned for what else they have to be told."""
    correct = add("correct", "更正：编号不变，新证书取代旧证书 / correct: same number, a new certificate")
    _numbers(correct, _SHEET)
    _corrections(correct, text)
    reissue = add("reissue", "补发：同一证书再画一次，不重签 / draw the same certificate again; signs nothing")
    _numbers(reissue, _LIST)
    reissue.add_argument("--yes", action="store_true", help="不再询问 / do not ask")
    renew = add("renew", "续聘：新聘期，编号不变 / a post's new term under the same number")
    _numbers(renew, _SHEET)
    renew.add_argument(
        "--until",
        type=date.fromisoformat,
        metavar="DATE",
        help="新聘期最后一天 YYYY-MM-DD；表格里可逐行写 / the new term's last day; a sheet may have one for each row",
    )
    for command in correct, renew:
        _way(command)
        _template(command)
    return correct, reissue, renew


def add_waiting(add: Add, text: Text) -> None:
    """`submit`, `queue`, `approver`, `approve`."""
    submit = add("submit", "提交等待中的：先登记，再改变状态 / submit what waits: registrations, then changes")
    submit.add_argument("--approved", type=Path, metavar="FILE", help="复核人给回的文件 / what the approver gave back")
    queue = add("queue", "等待提交的有哪些、自何时起 / what waits to be submitted, and since when")
    queue.add_argument("--discard", metavar="NAME", help="取消一项未办的改变 / take back a change that was not done")
    queue.add_argument(
        "--proposal", type=Path, metavar="FILE", help="待复核的再写一份到 FILE / write what waits for an approval again"
    )
    approver = add("approver", "复核人：生成自己的密钥并申请登记 / an approver: make a key of one's own, and enrol it")
    approver.add_argument("--issuer", required=True, metavar="CODE", help="机构代码 / the issuer's code")
    approver.add_argument("--name", required=True, type=text, metavar="TEXT", help="复核人姓名 / the approver's name")
    approver.add_argument("--registry", required=True, metavar="URL", help="登记机构网址 / the registry's address")
    approver.add_argument("--pin", required=True, type=Path, metavar="FILE", help="根指纹文件 / the file with the pin")
    approver.add_argument(
        "--out", type=Path, metavar="FILE", help="申请写到哪里（默认 文件夹/approver.cbor）/ where to write it"
    )
    approve = add("approve", "复核人：看清待办的改变，签字同意 / an approver: look at what is asked, and sign for it")
    approve.add_argument("proposal", type=Path, metavar="FILE", help="经办人给的待复核文件 / the clerk's proposal")
    approve.add_argument("--out", type=Path, metavar="FILE", help="结果写到哪里（默认 FILE.approved）/ where to")
    approve.add_argument("--yes", action="store_true", help="不再询问 / do not ask")


def _numbers(command: argparse.ArgumentParser, listed: str) -> None:
    command.add_argument("number", nargs="*", metavar="NUMBER", help="证书编号 / certificate numbers")
    command.add_argument("--list", type=Path, metavar="FILE", help=listed)
    command.add_argument("--batch", type=int, metavar="N", help="整批中有效的 / all of a batch that stand")


def _way(command: argparse.ArgumentParser) -> None:
    command.add_argument("--yes", action="store_true", help="不再询问 / do not ask")
    command.add_argument("--dry-run", action="store_true", help="只预览 / preview only")
    command.add_argument(
        "--no-submit", action="store_true", help="先不提交，可在断网时用 / do not submit yet; works without a network"
    )
    command.add_argument(
        "--proposal",
        type=Path,
        metavar="FILE",
        help="须复核时，待复核文件写到哪里 / where to write the proposal, if an approval is needed",
    )


def _template(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--template",
        type=Path,
        metavar="FILE",
        help="只写一份空表（已选的编号填好）/ only write an empty sheet, with the numbers selected",
    )


def _corrections(command: argparse.ArgumentParser, text: Text) -> None:
    command.add_argument("--name", type=text, metavar="TEXT", help="姓名（一张）/ name, of one")
    command.add_argument(
        "--document-type",
        choices=[each.name.lower().replace("_", "-") for each in DocumentType],
        help="证件类型 / document type",
    )
    command.add_argument(
        "--document-last4",
        type=text,
        metavar="TEXT",
        help="证件号末四位（一张）/ last four of one's document",
    )
    command.add_argument(
        "--document-file",
        type=Path,
        metavar="FILE",
        help="文件，内有更正后的完整证件号，权限 0600（一张）/ a private file with one's whole number",
    )
    command.add_argument("--title", type=text, metavar="TEXT", help="职业名称 / occupation title")
    command.add_argument(
        "--specialisation", type=text, metavar="TEXT", help="职业方向；空为删除 / specialisation; empty removes it"
    )
