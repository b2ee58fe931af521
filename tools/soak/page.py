"""docs/measurements.md: one section a soak, each written anew by the last whole run of that soak."""

import os
import platform
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from bench.machine import processor
from tools.environment import ROOT
from tools.soak.soak import Order, Outcome, Soak

PAGE: Final = ROOT / "docs" / "measurements.md"


def lines(outcome: Outcome, order: Order, seconds: float) -> Iterator[str]:
    """What is printed of a soak."""
    for name, value in (*_circumstances(order, seconds), *outcome.rows):
        yield f"  {name}: {value}"


def write(soak: Soak, outcome: Outcome, order: Order, seconds: float) -> None:
    """Put the section of this soak in place of its last one, or at the end."""
    begin, end = f"<!-- soak {soak.name} -->", f"<!-- end of soak {soak.name} -->"
    rows = [f"| {name} | {value} |" for name, value in (*_circumstances(order, seconds), *outcome.rows)]
    title = f"## {soak.zh} {soak.en}"
    section = "\n".join([begin, "", title, "", "| 项目 what | 数 figure |", "| --- | --- |", *rows, "", end])
    PAGE.write_text(placed(PAGE.read_text(encoding="utf-8"), begin, end, section), encoding="utf-8")


def placed(text: str, begin: str, end: str, section: str) -> str:
    """`text` with `section` from `begin` to `end`; behind everything else if those marks are not in it."""
    marks = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if marks.search(text):
        return marks.sub(lambda _: section, text, count=1)
    return f"{text.rstrip()}\n\n{section}\n"


def _circumstances(order: Order, seconds: float) -> list[tuple[str, str]]:
    return [
        ("日期 date", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"),
        ("提交 commit", order.commit),
        ("机器 machine", f"{processor()}, {os.cpu_count()} 核 cores, Python {platform.python_version()}"),
        ("种子 seed", str(order.seed)),
        ("用时 took", f"{seconds / 60:.1f} min"),
    ]
