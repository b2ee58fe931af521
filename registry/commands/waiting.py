"""`pending list|discard`: what one operator asked for, and another has not said yet."""

import argparse
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from credential.model import Seconds, rfc3339
from registry import proposals
from registry.commands.common import add_operator, command, group_of, now, open_data
from registry.say import answer, line, say
from registry.store.models import EnrolmentRow, FilingRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.commands.common import Commands


def add(commands: "Commands") -> None:
    """Describe the commands."""
    group = group_of(commands, "pending", "待第二位操作员办理的", "what waits for a second operator")
    made = command(group, "list", "列出待办", "list what waits", run_list)
    made.add_argument("--json", action="store_true", help="给程序用 / for programs")
    made = command(group, "discard", "取消一项待办", "take one back", run_discard)
    made.add_argument("number", type=int, metavar="NUMBER", help="pending list 给出的编号 / as `pending list` gives it")
    add_operator(made)


def run_list(options: argparse.Namespace) -> None:
    """List."""
    opened = open_data(options)
    with opened.store.read() as session:
        found = _waiting(session)
    if options.json:
        answer(found)
        return
    for each in found:
        number = "-" if each["number"] is None else each["number"]
        line(f"{number}  {each['what']}  {each['subject']}  {each['document']}  {each['by']}  {each['at']}")
    say(f"共 {len(found)} 项待办。", f"{len(found)} wait.")


def run_discard(options: argparse.Namespace) -> None:
    """Take one back."""
    opened = open_data(options)
    done = opened.store.write(lambda session: proposals.discard(session, options.number, options.operator, now()))
    say(f"已取消：{done.what} {done.subject}", "It is taken back.")


def _waiting(session: "Session") -> list[dict[str, Any]]:
    """Proposals have a number; filings and enrolments are approved by their issuer's code and their file."""
    filed = session.scalars(select(FilingRow).where(FilingRow.approved_at.is_(None)).order_by(FilingRow.id))
    checked = session.scalars(select(EnrolmentRow).where(EnrolmentRow.approved_at.is_(None)))
    return [
        *(
            _fact(row.id, row.what, row.subject, row.content["document"], row.proposed_by, row.proposed_at)
            for row in proposals.waiting(session)
        ),
        *(_fact(None, "issuer.file", row.issuer, row.document, row.filed_by, row.filed_at) for row in filed),
        *(_fact(None, "key.check", row.issuer, "", row.checked_by, row.checked_at) for row in checked),
    ]


def _fact(number: int | None, what: str, subject: str, document: str, by: str, at: int) -> dict[str, Any]:
    return {
        "number": number,
        "what": what,
        "subject": subject,
        "document": document,
        "by": by,
        "at": rfc3339(Seconds(at)),
    }
