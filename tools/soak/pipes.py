"""`yinxin-signer jsonl` killed with SIGKILL while it answers, and the registry with it: `make soak ONLY=pipes`.

After each kill the same input is sent again, as docs/embedding.md says, until it is done. Then every line must have the
one certificate that it was answered with before, if it was; each reference one, no number or index twice, no gap.
"""

import json
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, Final

from tools.soak.clerk import Clerk, Process
from tools.soak.soak import Order, Outcome, Progress, Soak

KILLS: Final = 100
LINES: Final = 600
"""People in one input."""
_BATCH: Final = 100
_REGISTRY_TOO: Final = 4
_SHARE: Final = 0.6
_AN_INPUT: Final = 6
_PATIENCE: Final = 600
Answer = Mapping[str, Any]


@dataclass
class Piping:
    """Inputs that were begun, and what was found wrong with the answers."""

    clerk: Clerk
    lines: int
    random: Random
    longest: float = 0.0
    """Seconds that one whole input takes at most: less when the machine has become quicker."""
    inputs: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    again: int = 0
    """Lines that were answered before and after a kill."""
    faults: list[str] = field(default_factory=list)

    def in_peace(self) -> None:
        """One input, to see how long it takes."""
        asked, out = self._next()
        began = time.monotonic()
        self._finish(asked, out, {})
        self.longest = time.monotonic() - began

    def kill_often(self, most: int) -> None:
        """One input whose process is killed again and again, at most so often, until it is done."""
        asked, out = self._next()
        known: dict[str, Answer] = {}
        for kills in range(most):
            running = self.clerk.jsonl(asked, out, _BATCH)
            waited = self.random.uniform(0, _SHARE * self.longest)
            time.sleep(waited)
            if running.poll() is not None:
                self.longest = waited if kills == 0 else self.longest
                break
            self._kill(running)
            known |= self._compared(known, answers(out))
        self._finish(asked, out, known)

    def _next(self) -> tuple[Path, Path]:
        self.inputs += 1
        asked = self.clerk.folder / f"asked-{self.inputs}.jsonl"
        people = islice(self.clerk.people, self.lines)
        same = {"issued_on": "2026-06-01", "basis": "examination", "code": "6-31-01-03", "level": 3}
        rows = (
            {"reference": f"{self.inputs}-{row}", "name": each.name, "document_number": each.number, **same}
            for row, each in enumerate(people, 1)
        )
        asked.write_text("".join(json.dumps(each) + "\n" for each in rows), "utf-8")
        return asked, self.clerk.folder / f"answers-{self.inputs}.jsonl"

    def _kill(self, running: Process) -> None:
        """SIGKILL, unless it has ended just now."""
        with_registry = (sum(self.killed.values()) + 1) % _REGISTRY_TOO == 0
        if self.clerk.kill(running, with_registry=with_registry):
            self.killed["signer and registry" if with_registry else "signer"] += 1

    def _compared(self, known: Mapping[str, Answer], found: Iterable[Answer]) -> dict[str, Answer]:
        """The answers by reference; one that says otherwise than before is a fault."""
        by_reference = {each["reference"]: each for each in found if "reference" in each}
        for reference in by_reference.keys() & known.keys():
            self.again += 1
            if by_reference[reference] != known[reference]:
                self.faults.append(f"input {self.inputs}: {reference} was answered otherwise before")
        return by_reference

    def _finish(self, asked: Path, out: Path, known: Mapping[str, Answer]) -> None:
        code = self.clerk.jsonl(asked, out, _BATCH).wait(_PATIENCE)
        found = answers(out)
        self._compared(known, found)
        wrong = [*([f"exit {code}"] if code else []), *answer_faults(found, self.inputs, self.lines)]
        self.faults += [f"input {self.inputs}: {each}" for each in wrong]
        self.answered += sum("number" in each for each in found)
        if not wrong:
            asked.unlink()
            out.unlink()


def answers(out: Path) -> list[Answer]:
    """The whole lines that were answered: a kill may cut the last one."""
    *whole, _ = out.read_bytes().split(b"\n")
    return [json.loads(each) for each in whole]


def answer_faults(found: list[Answer], place: int, lines: int) -> Iterator[str]:
    """What a whole answer to the input of this place, of so many lines, must not be."""
    if not found or found[-1].get("command") != "jsonl":
        yield "no last line"
        return
    said = found[:-1]
    if [each.get("reference") for each in said] != [f"{place}-{row}" for row in range(1, lines + 1)]:
        yield "not one answer for each line, in order"
    if {each.get("state") for each in said} != {"registered"}:
        yield f"not all registered: {Counter(each.get('state') for each in said)}"
    serials = [int(each["number"][-6:]) for each in said if "number" in each]
    if serials != [*range((place - 1) * lines + 1, place * lines + 1)]:
        yield "numbers doubled, missing or out of order"


def ledger_faults(ledger: Path, certificates: int) -> Iterator[str]:
    """What the ledger must not have when everything is registered."""
    with sqlite3.connect(f"file:{ledger}?mode=ro", uri=True) as db:
        asked = "SELECT count(*), count(DISTINCT number), count(DISTINCT list || ' ' || idx) FROM certificate"
        (counts,) = db.execute(asked)
        (references,) = db.execute("SELECT count(*), count(DISTINCT certificate) FROM reference")
        (documents,) = db.execute("SELECT count(*) FROM document").fetchone()
    if counts != (certificates,) * 3:
        yield f"{certificates} answered, but certificates, numbers and indices are {counts}"
    if references != (certificates,) * 2:
        yield f"{certificates} answered, but references and their certificates are {references}"
    if documents:
        yield f"{documents} document numbers are still kept"


def run(order: Order) -> Outcome:
    """Kill and send again, then count."""
    shutil.rmtree(order.folder, ignore_errors=True)
    kills, clerk = order.of(KILLS), Clerk(order.folder)
    piping, progress = Piping(clerk, max(order.of(LINES), 60), Random(order.seed)), Progress(kills)  # noqa: S311 - must repeat
    try:
        clerk.open()
        piping.in_peace()
        while (done := sum(piping.killed.values())) < kills:
            piping.kill_often(min(kills - done, _AN_INPUT))
            progress.reached(done)
        piping.faults += ledger_faults(clerk.home / "ledger.sqlite", piping.answered)
    finally:
        clerk.close()
    rows = (
        ("杀死进程 killed", ", ".join(f"{name} {count}" for name, count in sorted(piping.killed.items()))),
        ("每次输入的行 lines in an input", f"{piping.lines:,}"),
        ("证书 certificates", f"{piping.answered:,}"),
        ("杀死前后都回答过的行 lines answered before and after a kill", f"{piping.again:,}"),
        ("重复、缺号、答得不一样 doubled, missing or answered otherwise", str(len(piping.faults))),
    )
    return Outcome(rows, tuple(f"{fault}（{order.folder}）" for fault in piping.faults))


SOAK: Final = Soak("pipes", "程序签发途中杀死进程", "Killed while a program has it sign", run)
