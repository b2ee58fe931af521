"""`pending list|discard`: what one operator asked for, and another has not said yet."""

import argparse
from typing import TYPE_CHECKING, Any

from credential.model import rfc3339
from registry.commands.common import add_operator, command, group_of, now, open_data
from registry.office import waiting
from registry.office.waiting import Waiting
from registry.record import proposals
from registry.say import answer, line, say

if TYPE_CHECKING:
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
        found = [_fact(each) for each in waiting.every(session)]
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


def _fact(found: Waiting) -> dict[str, Any]:
    """Proposals have a number; filings and enrolments are approved by their issuer's code and their file."""
    return {
        "number": found.number,
        "what": found.what,
        "subject": found.subject,
        "document": found.document,
        "by": found.by,
        "at": rfc3339(found.at),
    }
