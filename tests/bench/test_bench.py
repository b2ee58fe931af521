"""`make bench` works: everything is run once or twice. No time is looked at."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from bench import many, masks, page, peers, report, rows, sizes, workload
from bench.machine import Machine, machine
from bench.page import Missing, Visits, Web
from bench.race import Effort, Ratio, Runner, Side, ratio, started
from bench.report import Results
from bench.rows import Goal, Row
from bench.workload import Workload
from tools.environment import ROOT

SMOKE = Effort(rounds=2, seconds=0.0001, starts=1)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Workload:
    return workload.write(tmp_path_factory.mktemp("bench"), 50)


@pytest.fixture(scope="module")
def peers_python() -> Iterator[Path]:
    with (ROOT / "requirements" / "bench.txt").open() as lock:
        flock(lock, LOCK_EX)
        yield peers.python()


def test_every_row_is_measured_and_the_page_says_so(work: Workload, peers_python: Path) -> None:
    measured = list(rows.rows(work, peers_python, SMOKE))
    results = Results(measured, sizes.sizes(), [], Missing("没有", "none"), (work.bundle_bytes, work.large_bytes))
    said = report.page(datetime(2026, 6, 1, 8, tzinfo=UTC), machine(peers_python), SMOKE, results)
    assert [(row.en.partition(":")[0], row.peer.partition(" ")[0]) for row in measured] == [
        *(("sign", "PyNaCl"), ("sign", "python-cwt"), ("sign", "cryptography")),
        *(("verify", "PyNaCl"), ("verify", "python-cwt"), ("verify", "cryptography")),
        *(("draw the QR code", "qrcode,"), ("draw the QR code", "segno,")),
        ("print", "fpdf2,"),
        *(("cold start, one text", "`python"), ("the same, the processor's user time", "`python")),
        ("the same, with a thousand issuers and a full status list in the bundle, by the clock", "`python"),
        ("ten thousand issuers, eight occupations each", "SHA-256,"),
        ("the same, the first sync", "SHA-256,"),
    ]
    assert all(len(row.ours) == len(row.theirs) and min(*row.ours, *row.theirs) > 0 for row in measured)
    lines = said.splitlines()
    for zh, en in [(each.zh, each.en) for each in measured] + [(each.zh, each.en) for each in results.sizes]:
        assert any(line.startswith(f"| {zh}<br>{en} | ") for line in lines)
    assert "2026-06-01 08:00 UTC" in said
    assert "python-cwt 3.3.0" in said


def test_many_are_measured_beside_their_peers() -> None:
    texts, photos = many.rows(texts=150, photos=2, rounds=1)
    assert (texts.goal, photos.goal) == (Goal(True, 0.7), None)
    assert [len(each) for row in (texts, photos) for each in (row.ours, row.theirs)] == [1] * 4


def test_the_page_answers_in_a_browser_and_keeps_its_weight() -> None:
    found = page.measure(SMOKE)
    missing = found if isinstance(found, Missing) else found.visits
    if isinstance(missing, Missing) and not os.environ.get("CI"):
        pytest.skip(f"{missing.zh} / {missing.en}")
    assert isinstance(found, Web)
    assert isinstance(found.visits, Visits)
    assert found.weight <= page.MOST_BYTES
    assert [len(each) for each in (found.visits.first, found.visits.later, found.visits.slowed)] == [2, 2, 2]
    assert min(*found.visits.first, *found.visits.later, *found.visits.slowed) > 0


def test_a_busy_machine_is_told(work: Workload) -> None:
    def said(load: float) -> str:
        where = Machine("0123abcd", "CPython 3.11.7", "a processor", 2, load, "none")
        results = Results([], [], [], Missing("没有", "none"), (work.bundle_bytes, work.large_bytes))
        return report.page(datetime(2026, 6, 1, 8, tzinfo=UTC), where, SMOKE, results)

    assert ["was busy" in said(load) for load in (0.9, 1.0)] == [False, True]


def test_a_page_without_a_browser_is_weighed_all_the_same() -> None:
    said = report.web(Web(59_999, Missing("这台机器没有 Chromium", "there is no Chromium on this machine")))
    assert "| 59,999 B | ≤ 60,000 B | 达到 met |" in said
    assert said.endswith("\nNot measured in a browser: there is no Chromium on this machine.\n")


def test_sizes_keep_their_bounds() -> None:
    assert [(each.bytes, each.version, each.is_met) for each in sizes.sizes()] == [
        (216, 11, True),
        (300, 13, True),
        (802, 23, True),
    ]


def test_a_ratio_is_of_medians_and_its_spread_is_of_rounds() -> None:
    assert ratio([1.0, 9.0, 2.0], [4.0, 3.0, 5.0]) == Ratio(0.5, 0.25, 3.0)


def test_more_is_better_of_rates_and_less_of_times() -> None:
    def row(is_rate: bool) -> Row:
        return Row("", "", [1.0], "", [2.0], is_rate)

    assert (row(True).ratio.middle, row(False).ratio.middle) == (2.0, 0.5)
    assert [Goal(True, 0.6).is_met(Ratio(middle, 0, 9)) for middle in (0.59, 0.6)] == [False, True]
    assert [Goal(False, 1.6).is_met(Ratio(middle, 0, 9)) for middle in (1.6, 1.61)] == [True, False]


def test_a_side_that_does_not_do_the_work_is_not_measured(
    work: Workload, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    facts = json.loads((work.folder / "facts.json").read_text(encoding="utf-8"))
    (tmp_path / "facts.json").write_text(json.dumps(facts | {"seed": "00" * 32}), encoding="utf-8")
    with pytest.raises(SystemExit, match="the side sign did not start"), started(Side("sign", rows.OWN), tmp_path):
        pass
    assert capfd.readouterr().err == "this side does not do the work that it is measured by\n"


def test_masks_are_compared_in_every_way_to_spoil() -> None:
    found = masks.compare(1)
    assert found["tilt 0.082"] == (1, 1, 0, 0)
    assert set(found) == set(masks.SPOILS)
    assert all(ours + best in range(3) for ours, best, _, _ in found.values())


def test_counts_grow_until_a_round_takes_its_time() -> None:
    class Fixed(Runner):
        def __init__(self) -> None:
            pass

        def time(self, count: int) -> float:
            return 0.001 + 0.0 * count

    assert Fixed().count_for(0.2) == 200
