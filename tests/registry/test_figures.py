"""The statistics: exact, certificates and people apart, small cells left out, the same as page, JSON and CSV."""

import csv
import io
from pathlib import Path

import pytest
from sqlalchemy import text

from credential.benefits import Place, ShortageList
from credential.issuer import OccupationReference, Scope
from credential.model import Day, DocumentType, IssuerCode, LevelCertificate, Person, Region, Seconds, Status
from credential.trust import RegionTrust
from registry.figures import figures, suppression
from registry.http import catalogue
from registry.statistician import Statistician
from tests.registry.office import ELECTRICIAN, PORT, SKILLS, Office, certificate, migrate, now, run, signed
from tests.registry.test_requests import problem
from tests.world import FILED, ISSUER, World

BROWSER = {"Accept": "text/html"}
HOSTILE = "<script>=1+1"


def fill(office: Office, issuer: IssuerCode, level: int, people: int, each: int = 1, first: int = 1) -> None:
    """So many people's certificates, `each` of them so many; document numbers count from `first`."""
    count = people * each
    indices = office.indices(issuer, count)
    numbers = [f"35020318600{first + place % people:03d}123X" for place in range(count)]
    person = Person("陈志强", DocumentType.CITIZEN_ID, "123X")
    rows = [
        signed(certificate(index, first * 1000 + place, issuer, level, person=person))
        for place, index in enumerate(indices)
    ]
    answer = office.register_documented(issuer, rows, numbers)
    assert answer.status_code == 200, answer.text


@pytest.fixture
def counted(office: Office) -> Office:
    run(office.data, "issuer", "division", *named(PORT, "350200", "厦门市"), "--operator", "lin")
    fill(office, PORT, 3, 12, each=2)
    fill(office, PORT, 4, 14, first=5)
    fill(office, SKILLS, 5, 9, first=100)
    fill(office, SKILLS, 3, 11, first=200)
    return office


def named(code: str, division: str, name: str) -> tuple[str, ...]:
    return "--code", code, "--division", division, "--name", name


def lines(office: Office, by: str) -> dict[str, tuple[int | None, int | None]]:
    figures.make(office.service.store, now())
    tables = office.client.get("/v1/statistics").get_json()["tables"]
    return {line["zh"]: (line["certificates"], line["people"]) for line in tables[by]}


def test_certificates_and_people_are_counted_apart(counted: Office) -> None:
    assert lines(counted, "division") == {"厦门市": (38, 18), "未注明": (20, 20)}
    assert lines(counted, "issuer_kind") == {"用人单位": (38, 18), "社会培训评价组织": (20, 20)}
    assert list(lines(counted, "occupation").items()) == [("电工（6-31-01-03，2022 年版）", (58, 38))]
    (month,) = lines(counted, "month").values()
    assert month == (58, 38)
    totals = counted.client.get("/v1/statistics").get_json()["totals"]
    assert totals == {"certificates": 58, "people": 38, "unknown_holders": 0, "on_record": 0}


def test_a_small_cell_and_one_more_are_left_out(counted: Office) -> None:
    assert lines(counted, "level") == {
        "三级/高级工": (35, 23),
        "四级/中级工": (None, None),
        "五级/初级工": (None, None),
    }


def test_what_was_revoked_is_not_counted_and_what_is_suspended_is(counted: Office) -> None:
    counted.change(PORT, 0, Status.REVOKED)
    counted.change(PORT, 1, Status.SUSPENDED)
    assert lines(counted, "division")["厦门市"] == (37, 18)


def test_certificates_of_unknown_holders_are_told_apart(counted: Office) -> None:
    (index,) = counted.indices(PORT, 1)
    assert counted.register(PORT, signed(certificate(index, 900_000))).status_code == 200
    figures.make(counted.service.store, now())
    totals = counted.client.get("/v1/statistics").get_json()["totals"]
    assert (totals["certificates"], totals["people"], totals["unknown_holders"]) == (59, 38, 1)


def test_too_few_are_not_shown_at_all(office: Office) -> None:
    fill(office, PORT, 3, 5)
    figures.make(office.service.store, now())
    content = office.client.get("/v1/statistics").get_json()
    assert content["totals"] is None
    assert set(map(len, content["tables"].values())) == {0}
    page = office.client.get("/statistics", headers=BROWSER)
    assert (page.status_code, "人数太少" in page.text) == (200, True)
    assert office.client.get("/v1/statistics.csv").data.decode("utf-8-sig").splitlines() == [",".join(figures.CSV_HEAD)]


def test_before_the_first_count_there_is_nothing(office: Office) -> None:
    answer = office.client.get("/v1/statistics")
    assert (answer.status_code, problem(answer)) == (503, "unavailable")
    assert "还没有统计" in office.client.get("/statistics", headers=BROWSER).text


def test_a_day_is_counted_once(counted: Office) -> None:
    store, today = counted.service.store, now()
    assert [figures.make(store, today), figures.make(store, today)] == [True, False]
    counted.change(PORT, 0, Status.REVOKED)
    Statistician(store, lambda: today).step()
    assert counted.client.get("/v1/statistics").get_json()["totals"]["certificates"] == 58
    Statistician(store, lambda: Seconds(today + 86_400)).step()
    assert counted.client.get("/v1/statistics").get_json()["totals"]["certificates"] == 57


def test_csv_says_the_same(counted: Office, tmp_path: Path) -> None:
    run(counted.data, "statistics", "--csv", tmp_path / "figures.csv")
    written = (tmp_path / "figures.csv").read_text("utf-8-sig")
    served = counted.client.get("/v1/statistics.csv")
    assert served.content_type == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(served.data.decode("utf-8-sig"))))
    assert rows == list(csv.DictReader(io.StringIO(written)))
    content = counted.client.get("/v1/statistics").get_json()
    for by in figures.BY:
        found = [row for row in rows if row["by"] == by]
        assert [(row["key"], row["certificates"]) for row in found] == [
            (line["key"], "" if line["certificates"] is None else str(line["certificates"]))
            for line in content["tables"][by]
        ]


def test_hostile_names_stay_text(counted: Office) -> None:
    run(counted.data, "issuer", "division", *named(PORT, "350200", HOSTILE), "--operator", "lin")
    title = ELECTRICIAN._replace(title=HOSTILE)
    (index,) = counted.indices(PORT, 1)
    data = signed(certificate(index, 900_001, subject=LevelCertificate(title, 3)))
    assert counted.register(PORT, data).status_code == 200
    figures.make(counted.service.store, now())
    for path in ("/statistics", "/occupations"):
        page = counted.client.get(path, headers=BROWSER)
        assert (page.status_code, HOSTILE in page.text) == (200, False)


@pytest.mark.parametrize(
    ("division", "name"),
    [("440100", "广州市"), ("35020", "厦门市"), ("350200", ""), ("350200", "厦\u202e门"), ("350200", "x" * 33)],
)
def test_a_division_that_is_none_is_refused(office: Office, division: str, name: str) -> None:
    run(office.data, "issuer", "division", *named(PORT, division, name), "--operator", "lin", expect=1)
    assert office.count("divisions") == 0


def test_the_page_has_charts_and_tables(counted: Office) -> None:
    figures.make(counted.service.store, now())
    page = counted.client.get("/statistics", headers=BROWSER).text
    assert page.count("<svg") == page.count("<table") == len(figures.BY)
    assert "style=" not in page
    assert "<script" not in page


def test_the_catalogue_lists_what_may_be_certified_by_edition(counted: Office) -> None:
    figures.make(counted.service.store, now())
    page = counted.client.get("/occupations", headers=BROWSER).text
    assert "2022 年版" in page
    assert "6-31-01-03" in page
    assert "电工" in page


def test_the_catalogue_tells_local_codes_and_what_is_in_short_supply() -> None:
    scopes = [
        Scope(OccupationReference(2022, "6-31-01-03"), 1, FILED, None),
        Scope(OccupationReference(2022, "4-02-06-02"), 3, FILED, None),
        Scope(OccupationReference(2015, "4-01-02-07"), 3, FILED, Day(FILED + 1)),
        Scope(OccupationReference(0, "沙县小吃制作"), 3, FILED, None),
    ]
    lists = (LACKING, LACKING._replace(id=2, first=Day(FILED + 9)), LACKING._replace(id=3, last=Day(FILED)))
    world = World(issuers=(ISSUER._replace(scopes=tuple(scopes)),), clauses=(), shortage_lists=lists)
    trust = world.trust().regions[ISSUER_REGION]
    assert isinstance(trust, RegionTrust)
    found = catalogue.entries(tuple(trust.issuers), trust, {"2022:6-31-01-03": "电工"}, Day(FILED + 5))
    assert list(found) == [2022, 0]
    assert [(entry.reference.code, entry.title, entry.issuers) for entry in found[2022]] == [
        ("4-02-06-02", None, 1),
        ("6-31-01-03", "电工", 1),
    ]
    assert [[each.id for each in entry.shortages] for entry in found[2022]] == [[], [1]]
    assert [entry.is_local for entries in found.values() for entry in entries] == [False, False, True]


LACKING = ShortageList(
    1, "紧缺目录", "厦人社〔2026〕1号", FILED, Place("350200", "厦门市"), FILED, None, ((2022, "6-31-"),)
)
ISSUER_REGION = Region("35")


def test_the_tables_come_and_go(counted: Office) -> None:
    figures.make(counted.service.store, now())
    migrate(counted, "0006")
    migrate(counted, "head")
    with counted.service.store.read() as session:
        assert session.execute(text("SELECT count(*) FROM issuers WHERE division IS NULL")).scalar_one() == 2
    assert counted.count("statistics") == 0
    assert figures.make(counted.service.store, now()) is True


def test_ten_is_the_smallest_cell() -> None:
    assert suppression.K == 10
