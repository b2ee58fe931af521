"""`holders`: the key of the tags by which holders are found."""

import argparse
import json
from typing import TYPE_CHECKING

from registry.commands.common import add_operator, command, group_of, now, open_data
from registry.holders import corrections, holders
from registry.record import acts
from registry.record.acts import Act
from registry.say import say

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.commands.common import Commands


def add(commands: "Commands") -> None:
    """Describe the commands."""
    group = group_of(commands, "holders", "持证人标记的密钥", "the key of the tags by which holders are found")
    made = command(
        group,
        "rotate-key",
        "换用新密钥；旧密钥仍用于查找旧标记",
        "make new tags with a new key; older keys still find older tags",
        run_rotate,
        "此后请重新备份 keys/holders.secret，并放到每台服务器上，再重启 serve。\n"
        "Then back up keys/holders.secret again, put it on every host, and restart `serve`.",
    )
    made.add_argument("--reason", required=True, metavar="TEXT", help="原因，留档 / why; kept on record")
    add_operator(made)
    made = command(
        group, "corrections", "待答复的更正申请", "what holders ask, and no issuer has answered yet", run_corrections
    )
    made.add_argument("--json", action="store_true", help="JSON，含持证人的话 / JSON, with the holders' words")


def run_corrections(options: argparse.Namespace) -> None:
    """Show what waits."""
    with open_data(options).store.read() as session:
        found = corrections.waiting(session)
    if options.json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for each in found:
        about = corrections.WHAT[each["what"]]
        say(
            f"{each['case']}  {each['issuer']}  {each['number']}  {about.zh}  {each['asked_at']}",
            f"{each['case']}: {about.en}",
        )
    say(f"{len(found)} 件等发证机构答复。", f"{len(found)} wait for their issuers.")


def run_rotate(options: argparse.Namespace) -> None:
    """Rotate."""
    opened = open_data(options)

    def work(session: "Session") -> None:
        holders.rotate(opened.places, session)
        act = Act(options.operator, "holders.rotate-key", opened.settings.region, why=options.reason)
        acts.record(session, act, now())

    opened.store.write(work)
    say(
        "已换用新密钥。请备份 keys/holders.secret，放到每台服务器上，再重启 serve。",
        "A new key is in use. Back up keys/holders.secret, put it on every host, and restart `serve`.",
    )
