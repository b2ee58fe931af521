"""`statistics`: count now, and show or write what is published."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from registry.commands.common import command, now, open_data
from registry.figures import figures
from registry.say import say

if TYPE_CHECKING:
    from registry.commands.common import Commands


def add(commands: "Commands") -> None:
    """Describe the command."""
    made = command(
        commands,
        "statistics",
        "统计今天的数字（每天一次；serve 会自动做）",
        "count today's figures, once a day; `serve` does it by itself",
        run,
    )
    made.add_argument("--json", action="store_true", help="给程序用 / for programs")
    made.add_argument("--csv", type=Path, metavar="FILE", help="写成 CSV / write them as CSV")


def run(options: argparse.Namespace) -> None:
    """Count, and say how many there are."""
    opened = open_data(options)
    figures.make(opened.store, now())
    with opened.store.read() as session:
        row = figures.newest(session)
    content = row.content if row else {}
    if options.csv is not None:
        options.csv.write_text(figures.as_csv(content), encoding="utf-8-sig")
    if options.json:
        json.dump(content, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    totals = content.get("totals")
    if totals is None:
        say("人数太少，不公布。", "Too few people to show anything.")
        return
    say(
        f"{content['day']}：证书 {totals['certificates']} 张，{totals['people']} 人。",
        f"{totals['certificates']} certificates, {totals['people']} people.",
    )
