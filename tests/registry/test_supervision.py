"""Inspections, satisfaction, grades and the view by division: what is recorded, what is refused, what is published."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from credential.model import Day, IssuerCode, Seconds, date_from_day, day_of
from registry.problems import Refused
from registry.record.rights import OperatorRole
from registry.store.models import ActRow
from registry.store.supervision import InspectionRow, SatisfactionRow
from registry.supervision import daily, inspections, overview, published, satisfaction
from registry.supervision.inspections import Inspection
from registry.supervision.satisfaction import Share
from registry.supervision.terms import Result, Severity, Visit
from tests.registry.office import PORT, SKILLS, Office, batch, migrate, now, run
from tests.registry.people import hire

Captured = pytest.CaptureFixture[str]
TODAY = date_from_day(day_of(now()))
YEAR = TODAY.year
LIN = ("--operator", "lin")


def supervise(office: Office, *words: object, expect: int = 0) -> None:
    run(office.data, "supervision", *words, expect=expect)


def told(office: Office, capsys: Captured, *words: object) -> Any:
    """What a command answers to programs."""
    capsys.readouterr()
    supervise(office, *words, "--json")
    return json.loads(capsys.readouterr().out)


def refused(office: Office, capsys: Captured, *words: object) -> str:
    capsys.readouterr()
    supervise(office, *words, expect=1)
    return capsys.readouterr().err


def recorded(office: Office, what: str) -> list[tuple[str, str, dict[str, Any]]]:
    with office.service.store.read() as session:
        rows = session.scalars(select(ActRow).where(ActRow.what == what).order_by(ActRow.id)).all()
    return [(row.who, row.subject, row.detail) for row in rows]


def registered_batch(office: Office, count: int = 2, issuer: IssuerCode = PORT, first: int = 1) -> str:
    """The batch number of so many certificates that were just registered."""
    answer = office.register(issuer, *batch(office.indices(issuer, count), first, issuer))
    assert answer.status_code == 200, answer.text
    with office.service.store.read() as session:
        (newest,) = (
            session.connection()
            .exec_driver_sql("SELECT subject FROM acts WHERE what = 'batch.register' ORDER BY id DESC LIMIT 1")
            .one()
        )
    return str(newest)


INSPECT = ("inspect", "--code", PORT, "--kind", "on-site", "--inspector", "lin", "--inspector", "huang", *LIN)


# --- inspections ------------------------------------------------------------------------------------------------------


def test_an_inspection_waits_until_it_is_mended(office: Office, capsys: Captured) -> None:
    number = registered_batch(office)
    found = ("--finding", "serious:三号考场无监控录像", "--finding", "minor:考场门牌缺失", "--batch", number)
    supervise(office, *INSPECT, "--date", "2026-03-02", *found, "--outcome", "to-mend", "--mend-by", "2026-04-01")
    supervise(office, *INSPECT, "--date", "2026-05-02", "--outcome", "passed")
    (waits,) = told(office, capsys, "inspections")
    assert (waits["issuer"], waits["day"], waits["mend_by"]) == (PORT, "2026-03-02", "2026-04-01")
    assert waits["findings"][0] == {"severity": "serious", "said": "三号考场无监控录像"}
    supervise(office, "mended", waits["number"], "--closing", "录像已补齐", *LIN)
    assert told(office, capsys, "inspections") == []
    assert "nothing of it waits" in refused(office, capsys, "mended", waits["number"], "--closing", "再办", *LIN)
    (first, second) = recorded(office, "inspection.record")
    assert first[1] == f"{PORT} inspection {waits['number']}"
    assert first[2]["findings"] == {"minor": 1, "moderate": 0, "serious": 1}
    assert second[2]["outcome"] == "passed"
    assert "三号考场" not in str(recorded(office, "inspection.record"))
    run(office.data, "check-record")


WRONG_INSPECTIONS = (
    (("--date", "2999-01-01", "--outcome", "passed"), "in the future"),
    (("--date", "2026-03-02", "--outcome", "to-mend", "--finding", "minor:x"), "only with it"),
    (("--date", "2026-03-02", "--outcome", "passed", "--mend-by", "2026-04-01"), "only with it"),
    (
        ("--date", "2026-03-02", "--outcome", "to-mend", "--finding", "minor:x", "--mend-by", "2026-03-01"),
        "before it was found",
    ),
    (("--date", "2026-03-02", "--outcome", "failed"), "say what was found"),
    (("--date", "2026-03-02", "--outcome", "failed", "--finding", "minor:"), "1 to 300 visible"),
    (("--date", "2026-03-02", "--outcome", "passed", "--batch", "00" * 16), "no batch of this issuer"),
    (
        ("--date", "2026-03-02", "--outcome", "failed", "--finding", "minor:考生 35020318600101123X 替考"),
        "write no identity number",
    ),
)


def test_an_inspection_that_cannot_be_is_refused(office: Office, capsys: Captured) -> None:
    for words, said in WRONG_INSPECTIONS:
        assert said in refused(office, capsys, *INSPECT, *words)
    assert office.count("inspections") == 0


def test_inspectors_are_named_by_their_accounts(office: Office, capsys: Captured) -> None:
    hire(office, "lin", OperatorRole.KEYS, OperatorRole.SUPERVISION)
    words = ("--date", "2026-03-02", "--outcome", "passed")
    assert "huang: 没有这个账号" in refused(office, capsys, *INSPECT, *words)
    hire(office, "huang", OperatorRole.AUDIT)
    supervise(office, *INSPECT, *words)
    by = [*INSPECT[:-1], "huang"]
    assert "needs the role supervision" in refused(office, capsys, *by, *words)


def test_what_is_mended_late_is_overdue() -> None:
    row = InspectionRow(outcome="to-mend", mend_by=100)
    assert [inspections.is_overdue(row, Day(day)) for day in (100, 101)] == [False, True]
    row.closed_at = 1
    assert not inspections.is_overdue(row, Day(101))


# --- satisfaction -----------------------------------------------------------------------------------------------------

ASK = ("satisfaction", "--code", PORT, "--asked", "20", *LIN, "--marks")


def shares(office: Office) -> list[Share]:
    with office.service.store.read() as session:
        return list(published.of(session, [PORT])[PORT].satisfaction)


def test_satisfaction_is_published_only_where_ten_answered(office: Office) -> None:
    number = registered_batch(office)
    supervise(office, *ASK, 0, 0, 1, 4, 4, "--batch", number)
    assert shares(office) == []
    supervise(office, *ASK, 0, 0, 1, 4, 5, "--batch", number)
    assert shares(office) == [Share(YEAR, 20, 10, 9)]
    supervise(office, *ASK, 1, 0, 0, 0, 11, "--from", "2025-01-01", "--to", "2025-06-30")
    supervise(office, *ASK, 9, 0, 0, 0, 0, "--from", "2025-07-01", "--to", "2025-12-31")
    assert shares(office) == [Share(YEAR, 20, 10, 9), Share(2025, 20, 12, 11)]
    assert shares(office)[1].percent == 91
    assert office.count("satisfaction") == 3
    assert [detail["marks"] for _, _, detail in recorded(office, "satisfaction.record")][:2] == [
        [0, 0, 1, 4, 4],
        [0, 0, 1, 4, 5],
    ]


WRONG_ANSWERS: tuple[tuple[tuple[object, ...], str], ...] = (
    ((21, 0, 0, 0, 0, "--from", "2025-01-01", "--to", "2025-06-30"), "not more than were asked"),
    ((0, 0, 0, 0, 0, "--from", "2025-01-01", "--to", "2025-06-30"), "not more than were asked"),
    ((0, 0, -1, 0, 9, "--from", "2025-01-01", "--to", "2025-06-30"), "not more than were asked"),
    ((0, 0, 0, 0, 9, "--from", "2025-01-01"), "either a batch, or"),
    ((0, 0, 0, 0, 9), "either a batch, or"),
    ((0, 0, 0, 0, 9, "--from", "2025-02-01", "--to", "2025-01-01"), "in order"),
    ((0, 0, 0, 0, 9, "--from", "2025-02-01", "--to", "2999-01-01"), "in order"),
    ((0, 0, 0, 0, 9, "--batch", "zz"), "no batch of this issuer"),
)


def test_answers_that_cannot_be_are_refused(office: Office, capsys: Captured) -> None:
    for words, said in WRONG_ANSWERS:
        assert said in refused(office, capsys, *ASK, *words)
    assert office.count("satisfaction") == 0


def test_nine_answers_are_never_published() -> None:
    few = SatisfactionRow(last=20_000, asked=9, mark1=0, mark2=0, mark3=0, mark4=0, mark5=9)
    ten = SatisfactionRow(last=20_000, asked=99, mark1=3, mark2=0, mark3=0, mark4=0, mark5=7)
    assert satisfaction.published([few]) == []
    assert satisfaction.published([few, ten, few]) == [Share(2024, 99, 10, 7)]


# --- grades -----------------------------------------------------------------------------------------------------------


def grade(office: Office, year: int, letter: str, who: str, expect: int = 0) -> None:
    words = ("--year", year, "--grade", letter, "--document", f"闽人社督{year}号", "--operator", who)
    supervise(office, "grade", "--code", PORT, *words, expect=expect)


def test_a_grade_takes_two_and_its_history_stays(office: Office, capsys: Captured) -> None:
    grade(office, 2025, "B", "lin")
    assert office.count("grades") == 0
    grade(office, 2025, "B", "lin", expect=1)
    assert "A second operator must do this" in capsys.readouterr().err
    for who in ("huang", "lin"):
        grade(office, 2025, "B" if who == "huang" else "D", who)
    grade(office, 2025, "D", "huang")
    for who in ("lin", "huang"):
        grade(office, 2024, "A", who)
    capsys.readouterr()
    grade(office, 2025, "D", "lin", expect=1)
    assert "its grade of the year already" in capsys.readouterr().err
    grade(office, YEAR + 1, "A", "lin", expect=1)
    with office.service.store.read() as session:
        found = published.of(session, [PORT, SKILLS])
    given = published.as_json(PORT, found[PORT])["grades"]
    assert [(each["year"], each["grade"], each["zh"], each["counts"]) for each in given] == [
        (2025, "D", "不合格", True),
        (2025, "B", "良好", False),
        (2024, "A", "优秀", True),
    ]
    assert (given[0]["document"], given[0]["given_on"]) == ("闽人社督2025号", TODAY.isoformat())
    assert found[SKILLS].newest is None
    assert [who for who, _, _ in recorded(office, "issuer.grade")] == ["huang", "huang", "huang"]


# --- the view by division ---------------------------------------------------------------------------------------------


def test_the_view_goes_from_province_to_city_to_district(office: Office, capsys: Captured) -> None:
    place = ("issuer", "division", "--operator", "lin", "--code")
    run(office.data, *place, PORT, "--division", "350203", "--name", "思明区")
    run(office.data, *place, SKILLS, "--division", "350200", "--name", "厦门市")
    registered_batch(office, 3)
    late = ("--finding", "minor:x", "--outcome", "to-mend", "--mend-by", "2026-03-03")
    supervise(office, *INSPECT, "--date", "2026-03-02", *late)
    daily.run(office.service.store, now())
    province = told(office, capsys, "overview")
    line = {
        "division": "3502",
        "name": "厦门市",
        "issuers": 2,
        "certificates_this_year": 3,
        "open_flags": 0,
        "complaints_under_review": 0,
        "inspections_to_mend": 1,
        "inspections_overdue": 1,
    }
    assert (province["within"], province["year"], province["lines"]) == ("35", YEAR, [line])
    assert province["total"] == {**line, "division": "35", "name": ""}
    city = told(office, capsys, "overview", "--division", "3502")
    assert [(each["division"], each["name"], each["issuers"]) for each in city["lines"]] == [
        ("350200", "厦门市", 1),
        ("350203", "思明区", 1),
    ]
    district = told(office, capsys, "overview", "--division", "350203")
    assert [(each["division"], each["name"]) for each in district["lines"]] == [(PORT, f"机构{PORT}")]
    assert told(office, capsys, "overview", "--division", "3501")["lines"] == []
    for wrong in ("44", "350", "x"):
        assert "no such division" in refused(office, capsys, "overview", "--division", wrong)


def test_issuers_without_a_division_have_a_line_of_their_own(office: Office, capsys: Captured) -> None:
    (only,) = told(office, capsys, "overview")["lines"]
    assert (only["division"], only["issuers"]) == (overview.NONE, 2)
    inside = told(office, capsys, "overview", "--division", overview.NONE)
    assert [each["division"] for each in inside["lines"]] == [SKILLS, PORT]


# --- the database -----------------------------------------------------------------------------------------------------


def test_supervision_goes_down_and_up_again_with_data(office: Office) -> None:
    supervise(office, *INSPECT, "--date", "2026-03-02", "--outcome", "passed")
    migrate(office, "0009")
    with office.service.store.engine.begin() as connection:
        assert not {"inspections", "complaints", "grades"} & set(inspect(connection).get_table_names())
    migrate(office, "head")
    assert office.count("inspections") == 0
    supervise(office, *INSPECT, "--date", "2026-03-02", "--outcome", "passed")
    run(office.data, "check-record")


IMPOSSIBLE = {
    "no day to mend by": "UPDATE inspections SET outcome = 'to-mend'",
    "half closed": "UPDATE inspections SET closed_by = 'lin'",
    "more than asked": "INSERT INTO satisfaction (issuer, first, last, asked, mark1, mark2, mark3, mark4, mark5, "
    f"recorded_by, recorded_at) VALUES ('{PORT}', 1, 1, 4, 1, 1, 1, 1, 1, 'lin', 1)",
}


def test_the_database_itself_refuses_what_cannot_be(office: Office) -> None:
    made = Inspection(PORT, Day(20_000), Visit.ARCHIVE, ("lin",), ((Severity.MINOR, "x"),), Result.FAILED)
    office.service.store.write(lambda session: inspections.record(session, made, "lin", Seconds(now())))
    for statement in IMPOSSIBLE.values():
        with pytest.raises(IntegrityError), office.service.store.engine.begin() as connection:
            connection.exec_driver_sql(statement)
    unknown = replace(made, issuer=IssuerCode("Y000035020099"))
    with pytest.raises(Refused, match="not on file"):
        office.service.store.write(lambda session: inspections.record(session, unknown, "lin", now()))
