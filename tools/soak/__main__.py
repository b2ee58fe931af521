"""`make soak`: runs every soak, or those that ONLY names, and writes what was counted into docs/measurements.md.

A soak that finds a fault keeps the input, says how to show it again, and lets the others run; the exit code is then 1.
"""

import os
import sys
import time
from datetime import UTC, datetime
from typing import Final

from bench.machine import commit
from tools.environment import ROOT, fail
from tools.soak import (
    api,
    corpus,
    differential,
    faults,
    guided,
    kills,
    lists,
    many,
    page,
    pipes,
    query,
    revocations,
    roster,
    serve,
)
from tools.soak.soak import Order, Soak

SOAKS: Final[tuple[Soak, ...]] = (
    differential.SOAK,
    guided.SOAK,
    kills.SOAK,
    pipes.SOAK,
    roster.SOAK,
    lists.SOAK,
    query.SOAK,
    serve.SOAK,
    revocations.SOAK,
    api.SOAK,
    faults.SOAK,
    corpus.SOAK,
    many.SOAK,
)
"""In the order in which they run; a new long count is one more module and one more line."""


def main(only: str, seed: str, scale: str) -> int:
    """0 when nothing was found; 1 when something was; 2 when it cannot begin."""
    chosen = [soak for soak in SOAKS if soak.name in only.split(",") or not only]
    if not chosen or len(chosen) < len([name for name in only.split(",") if name]):
        names = ", ".join(soak.name for soak in SOAKS)
        print(f"ONLY={only}：可选的有 / it can be: {names}", file=sys.stderr)
        return 2
    order = Order(
        seed=int(seed or f"{datetime.now(UTC):%Y%m%d}"),
        scale=float(scale or 1),
        folder=ROOT / "build" / "soak",
        commit=commit(str(page.PAGE.relative_to(ROOT))),
    )
    return 1 if sum(_run(soak, order) for soak in chosen) else 0


def _run(soak: Soak, order: Order) -> int:
    """How many faults the soak found."""
    print(f"== {soak.name}：{soak.zh} / {soak.en}", flush=True)
    began = time.monotonic()
    outcome = soak.run(order.inside(soak.name))
    seconds = time.monotonic() - began
    for line in page.lines(outcome, order, seconds):
        print(line, flush=True)
    if order.scale == 1 and not outcome.faults:
        page.write(soak, outcome, order, seconds)
        print(f"已写入 / written: {page.PAGE.relative_to(ROOT)}", flush=True)
    elif order.scale != 1:
        print("试运行，没有写入 / a trial, not written (SCALE)", flush=True)
    for fault in outcome.faults:
        print(f"发现问题 / found: {fault}", file=sys.stderr, flush=True)
    return len(outcome.faults)


if __name__ == "__main__":
    try:
        sys.exit(main(os.environ.get("ONLY", ""), os.environ.get("SEED", ""), os.environ.get("SCALE", "")))
    except KeyboardInterrupt:
        fail("中断；什么也没有写入", "interrupted; nothing was written")
