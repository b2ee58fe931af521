"""Large rosters from the workbook to signed, registered and printed certificates: `make soak ONLY=roster`.

One real signer at a time and a real registry, both on this machine. What the signer holds is added up over all its
processes, as the system tells it, ten times a second; the registry's memory is not in it, its time is.
"""

import os
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench import processes
from tools.soak.clerk import Clerk, Process
from tools.soak.soak import Order, Outcome, Soak

TIMED: Final = 40_000
SIZES: Final = (10_000, 100_000)
"""Beside the timed ones, from which on memory is compared: a small roster ends before its processes have grown."""
MOST_SECONDS: Final = 600.0
MOST_BYTES: Final = 400 << 20
MOST_A_ROW: Final = 400
"""Bytes by which the memory may grow with each row."""
_PAUSE: Final = 0.1


@dataclass
class Taken:
    """What one run took: the most memory that all its processes held at once, and its own first process."""

    rows: int
    what: str
    seconds: float = 0.0
    busy: float = 0.0
    most: int = 0
    shared: int = 0
    """The same where pages that processes share count once (PSS)."""
    first: int = 0
    code: int = 0
    size: int = 0
    files: dict[str, int] = field(default_factory=dict)

    def said(self) -> str:
        """As the page has it."""
        files = ", ".join(f"{count:,} {name}" for name, count in self.files.items())
        return (
            f"{self.seconds:.0f} s，处理器 processor {self.busy:.0f} s，内存最多 memory at most {_mib(self.most)}"
            f"（共用页只算一次 shared pages once {_mib(self.shared)}；主进程 first process {_mib(self.first)}）；"
            f"{files}"
        )


def _mib(size: int) -> str:
    return f"{size / (1 << 20):.0f} MiB"


def watched(signing: Process, taken: Taken) -> Taken:
    """Wait until the signer ends, and look at its memory all the while."""
    began, busy = time.monotonic(), sum(os.times()[2:4])
    while signing.poll() is None:
        held = processes.held(signing.pid)
        taken.most = max(taken.most, sum(each.resident for each in held))
        taken.shared = max(taken.shared, sum(each.proportional for each in held))
        taken.first = max(taken.first, *(each.resident for each in held[:1]), 0)
        time.sleep(_PAUSE)
    taken.seconds, taken.code = time.monotonic() - began, signing.returncode
    taken.busy = sum(os.times()[2:4]) - busy
    return taken


def sign(clerk: Clerk, rows: int, what: str, *options: str) -> Taken:
    """One roster, from the workbook to the last page; what came out is counted and removed."""
    roster, out = clerk.roster(f"roster-{rows}-{what}.xlsx", rows), clerk.folder / f"out-{rows}-{what}"
    taken = watched(clerk.sign(roster, out, *options), Taken(rows, what))
    taken.files = {"PNG": _count(out / "certificates"), "PDF": _count(out / "print")}
    taken.size = (out / "credentials.jsonl").read_bytes().count(b"\n") if taken.code == 0 else 0
    print(f"  {rows:,} {what}: {taken.said()}", flush=True)
    shutil.rmtree(out, ignore_errors=True)
    roster.unlink()
    return taken


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0


def _faults(runs: list[Taken], timed: list[Taken]) -> list[str]:
    found = [f"{each.rows:,} {each.what}: exit {each.code}, {each.size} listed" for each in runs if not _is_whole(each)]
    found += [f"{each.rows:,} {each.what}: {each.seconds:.0f} s" for each in timed if each.seconds > MOST_SECONDS]
    found += [f"{each.rows:,} {each.what}: {_mib(each.most)}" for each in runs if not 0 < each.most <= MOST_BYTES]
    return found


def _is_whole(taken: Taken) -> bool:
    return taken.code == 0 and taken.size == taken.files["PNG"] == taken.rows


def run(order: Order) -> Outcome:
    """Sign them all, and compare."""
    shutil.rmtree(order.folder, ignore_errors=True)
    small, middle, large = (order.of(each) for each in (SIZES[0], TIMED, SIZES[1]))
    clerk = Clerk(order.folder)
    try:
        clerk.open()
        merged = [sign(clerk, rows, "merged", "--pdf", "--merge") for rows in (small, middle, large)]
        single = sign(clerk, middle, "one-each", "--pdf")
    finally:
        clerk.close()
    growth = (merged[2].most - merged[1].most) / (large - middle)
    faults = _faults([*merged, single], [merged[1], single])
    if order.scale == 1 and growth > MOST_A_ROW:
        faults.append(f"memory grows by {growth:.0f} bytes a row")
    names = {"merged": "PDF 合并 merged", "one-each": "每张一个 PDF one file each"}
    rows = [(f"{each.rows:,} 行 rows，{names[each.what]}", each.said()) for each in (*merged, single)]
    rows.append(("每多一行，内存多 memory more for each row more", f"{growth:.0f} B"))
    return Outcome(tuple(rows), tuple(faults))


SOAK: Final = Soak(
    "roster", "大名册：从 Excel 到登记和打印", "Large rosters, from Excel to registered and printed", run
)
