"""`make bench`: set up what is compared, measure, and write docs/performance.md."""

from datetime import UTC, datetime
from itertools import chain
from typing import Final

from bench import many, page, peers, published, registering, report, rows, signing, sizes, traffic, workload
from bench.machine import machine
from bench.race import Effort
from bench.report import Results
from bench.rows import Row
from tools.environment import ROOT, fail

FOLDER: Final = ROOT / "build" / "bench"
FULL: Final = Effort(rounds=15, seconds=0.2, starts=40)


def main() -> None:
    """Measure everything and write the page."""
    when, where = datetime.now(UTC), machine(peers.python())
    measured: list[Row] = []
    work = workload.write(FOLDER)
    for row in chain(
        rows.rows(work, peers.python(), FULL), many.rows(), signing.rows(), registering.rows(), published.rows(FULL)
    ):
        ratio = row.ratio
        print(f"{row.zh} / {row.peer}: {ratio.middle:.2f} ({ratio.least:.2f}–{ratio.most:.2f})", flush=True)
        measured.append(row)
    results = Results(
        measured, sizes.sizes(), traffic.traffic(), page.measure(FULL), (work.bundle_bytes, work.large_bytes)
    )
    report.PAGE.write_text(report.page(when, where, FULL, results), encoding="utf-8")
    print(f"已写入 / written: {report.PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        fail("测量中断；重新运行 make bench 即可", "interrupted; run make bench again")
