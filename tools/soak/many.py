"""A folder of 800 mixed files, hostile ones among them, and a list of a million lines: `make soak ONLY=many`.

Rows, order, reasons and totals must be the manifest's, in the answer and in every report; memory must not grow with
the list.
"""

import json
import shutil
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Final

from bench import processes
from bench.rows import OWN
from credential.model import rfc3339
from tests.verifier_cli import manifest
from tests.world import NOW
from tools.environment import environment
from tools.soak.soak import Order, Outcome, Soak

FILES: Final = 800
LINES: Final = 1_000_000
MOST_MEMORY: Final = 100 << 20
"""Bytes of all its processes, whatever the length of the list."""
_STEP: Final = 10_000
"""Answers between two looks at the memory."""
_SHORT: Final = 100
"""Lines that are certificates; the others are none, and quickly judged."""


def run(order: Order) -> Outcome:
    """Fill, verify, compare."""
    shutil.rmtree(order.folder, ignore_errors=True)
    order.folder.mkdir(parents=True)
    world = manifest.world()
    (order.folder / "bundle.cbor").write_bytes(world.bundle())
    (order.folder / "pin.txt").write_text(world.pin().hex(), encoding="ascii")
    made = manifest.fill(order.folder / "in", max(100, order.of(FILES)), order.seed)
    lines = _list(order.folder / "list.txt", order.of(LINES))
    faults, seconds = _of_folder(order.folder, made)
    of_list, most, taken = _of_list(order.folder, lines)
    rows = (
        ("文件 files", f"{len(made.expected):,}"),
        ("行 rows", f"{len(made.rows()):,}"),
        ("各种原因 reasons met", f"{len(made.reasons())}"),
        ("四种报告都写好，秒 seconds, with all four reports", f"{seconds:.0f}"),
        ("清单行数 lines of the list", f"{lines:,}"),
        ("清单，秒 seconds for the list", f"{taken:.0f}"),
        ("清单，各进程内存之和，最多 memory of all processes for the list, the most", f"{most / (1 << 20):,.0f} MiB"),
    )
    if not faults and not of_list:
        shutil.rmtree(order.folder)
    return Outcome(rows, (*faults, *of_list))


def _list(path: Path, lines: int) -> int:
    with path.open("w", encoding="ascii") as file:
        file.writelines(f"{manifest.GOOD if number % _SHORT == 0 else f'line {number}'}\n" for number in range(lines))
    return lines


def _command(folder: Path, *arguments: str) -> list[str]:
    held = ["--bundle", str(folder / "bundle.cbor"), "--pin", str(folder / "pin.txt"), "--at", rfc3339(NOW)]
    return [str(OWN.parent / "yinxin-verify"), "check", *held, "--json", *arguments]


def _of_folder(folder: Path, made: manifest.Manifest) -> tuple[list[str], float]:
    """What differs from the manifest, and the seconds taken."""
    reports = [each for ending in ("csv", "xlsx", "json", "pdf") for each in ("--report", str(folder / f"r.{ending}"))]
    began = time.monotonic()
    done = subprocess.run(
        _command(folder, str(made.folder), *reports), env=environment(), capture_output=True, text=True, check=False
    )
    seconds = time.monotonic() - began
    answered = [(row["input"], row["reason"]) for row in map(json.loads, done.stdout.splitlines())]
    whole = json.loads((folder / "r.json").read_text("ascii"))
    reported = [(row["input"], row["reason"]) for row in whole["rows"]]
    summary, expected = whole["summary"], made.rows()
    differing = [
        f"{mine} instead of {wanted}" for mine, wanted in zip(answered, expected, strict=False) if mine != wanted
    ]
    checks = {
        f"exit {done.returncode}": done.returncode == 1,
        f"{len(answered)} rows instead of {len(expected)}": len(answered) == len(expected),
        "the report differs from the answer": reported == answered,
        "the totals differ": Counter(summary["reasons"]) == made.reasons() and summary["total"] == len(expected),
        "a report is missing": all((folder / f"r.{ending}").exists() for ending in ("csv", "xlsx", "pdf")),
    }
    return [*(fault for fault, holds in checks.items() if not holds), *differing[:10]], seconds


def _of_list(folder: Path, lines: int) -> tuple[list[str], int, float]:
    """Faults, the most bytes that all processes held together, and the seconds taken."""
    began = time.monotonic()
    with subprocess.Popen(
        _command(folder, str(folder / "list.txt")), env=environment(), stdout=subprocess.PIPE
    ) as process:
        if process.stdout is None:
            raise AssertionError
        count = most = 0
        for count, _ in enumerate(process.stdout, start=1):
            if count % _STEP == 0:
                most = max(most, sum(each.proportional for each in processes.held(process.pid)))
    faults = [] if (process.returncode, count) == (1, lines) else [f"{count} answers of {lines} lines"]
    if most > MOST_MEMORY:
        faults.append(f"{most:,} bytes of memory")
    return faults, most, time.monotonic() - began


SOAK: Final = Soak("many", "八百个混杂文件与清单相符", "800 mixed files as their manifest says", run)
