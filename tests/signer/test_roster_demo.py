"""The demo's rosters: what they hold, that they stay the same, and that the bad one fails exactly as its tool says."""

import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from credential.numbers import citizen_number_fault
from signer.roster.catalogue import built_in
from signer.roster.model import Roster
from signer.roster.reader import read
from tests.signer.rosters import HEADER, TODAY, good
from tools import demo_rosters
from tools.demo_rosters import MISTAKES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rosters")
    demo_rosters.write(path)
    return path


def _roster(folder: Path, name: str) -> Roster:
    return read(folder / name, today=TODAY)


def test_the_same_bytes_every_time(folder: Path, tmp_path: Path) -> None:
    demo_rosters.write(tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {p.name: p.read_bytes() for p in folder.iterdir()}


def test_the_employers_roster(folder: Path) -> None:
    roster = _roster(folder, demo_rosters.XIAMEN_PORT)
    assert roster.problems == ()
    assert len(roster.sha256) == 32
    assert Counter((row.occupation_code, row.occupation_edition, row.level) for row in roster.rows) == {
        ("6-31-01-03", 2022, 4): 60,
        ("4-02-06-02", 2022, 4): 34,
        ("6-31-01-03", 2022, 3): 25,
        ("4-02-06-02", 2022, 3): 15,
        ("6-31-01-03", 2022, 2): 15,
        ("6-31-01-03", 2022, 1): 5,
    }
    assert {row.issued_on for row in roster.rows} == {demo_rosters.ISSUED_ON}
    assert [row.row_number for row in roster.rows] == list(range(4, 158))


def test_the_social_organisations_roster(folder: Path) -> None:
    data = (folder / demo_rosters.FUJIAN_SKILLS).read_bytes()
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    roster = _roster(folder, demo_rosters.FUJIAN_SKILLS)
    assert roster.problems == ()
    assert Counter((row.occupation_title, row.occupation_edition, row.level) for row in roster.rows) == {
        **{("互联网营销师", 2015, level): 6 for level in (5, 4, 3)},
        **{("电工", 2022, level): 4 for level in (5, 4, 3)},
    }
    assert {row.specialisation for row in roster.rows} == {"选品员", "直播销售员", "视频创推员", "平台管理员", None}
    assert {row.document_type.name for row in roster.rows} == {
        "CITIZEN_ID",
        "RESIDENCE_PERMIT_HMT",
        "FOREIGNER_PERMANENT_RESIDENCE",
    }


@pytest.mark.parametrize("seed", ["xiamen-port", "fujian-skills", "bad-roster"])
def test_nobody_alive(seed: str) -> None:
    people = demo_rosters.invent(seed, ("350203", "350211"))
    for _, person in zip(range(300), people, strict=False):
        assert citizen_number_fault(person.number, TODAY) is None
        assert int(person.number[6:10]) < 1900


def test_the_bad_roster_fails_as_announced(folder: Path) -> None:
    roster = _roster(folder, demo_rosters.BAD)
    expected = [(n, code, header) for n, mistake in enumerate(MISTAKES, 2) for code, header in mistake.expected]
    assert [(each.row, each.code, each.column[2:]) for each in roster.problems] == expected
    assert [row.row_number for row in roster.rows] == [2]


def test_twenty_thousand_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("名册")
    sheet.append(list(HEADER))
    for _, person in zip(range(20_000), demo_rosters.invent("many", ("350203",)), strict=False):
        sheet.append(good(证件号码=person.number))
    path = tmp_path / "many.xlsx"
    workbook.save(path)
    began = time.perf_counter()
    roster = read(path, today=TODAY)
    took = time.perf_counter() - began
    assert (len(roster.rows), roster.problems) == (20_000, ())
    with capsys.disabled():
        print(f"\n20,000 rows read in {took:.1f} s")
    assert took < 60


def test_the_catalogue() -> None:
    catalogue = built_in()
    assert [entry.title for entry in catalogue.by_code["6-31-01-03"]] == ["电工"]
    assert {entry.code for entries in catalogue.by_code.values() for entry in entries if not entry.confirmed} == {
        *("4-13-01-05", "6-16-02-02", "6-20-01-01", "6-18-02-04", "4-02-07-10"),
    }
    assert all(entry.source for entries in catalogue.by_code.values() for entry in entries)
    assert sum(map(len, catalogue.by_code.values())) == 36


def test_a_date_of_ones_own(tmp_path: Path) -> None:
    demo_rosters.write(tmp_path, date(2026, 3, 9))
    assert {row.issued_on for row in _roster(tmp_path, demo_rosters.XIAMEN_PORT).rows} == {date(2026, 3, 9)}
