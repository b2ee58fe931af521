"""Flags: judged from counts by a pure function, raised once, explained or confirmed by a person."""

from dataclasses import replace

import pytest

from credential.model import SECONDS_A_DAY, Day, DocumentType, IssuerCode, Person, Seconds, Status
from registry.statistician import Statistician
from registry.supervision import counting, daily, flags
from registry.supervision.flags import BatchCount, Counted, IssuerDay, Obtained, Raised
from registry.supervision.terms import Sort
from tests.registry.office import PORT, SKILLS, Office, certificate, now, signed
from tests.registry.test_holders import NUMBER, OTHER, dump, tags
from tests.registry.test_supervision import Captured, recorded, refused, registered_batch, supervise, told

DAY = Day(20_500)


def bursts(*counts: int, issuer: IssuerCode = PORT) -> list[Raised]:
    """What is flagged of days one after the other, each with so many; 0 is a day without any."""
    days = [IssuerDay(issuer, Day(DAY + place), count) for place, count in enumerate(counts) if count]
    return flags.judge(Counted(days=days))


def batch(evaluated: int, certified: int) -> list[Sort]:
    return [
        each.sort for each in flags.judge(Counted(batches=[BatchCount(PORT, b"b" * 16, DAY, evaluated, certified)]))
    ]


# --- the pure function ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "flagged"),
    [
        ((40, 40, 40, 40, 40, 201), [DAY + 5]),
        ((40, 40, 40, 40, 40, 200), []),
        ((39, 39, 39, 39, 39, 199), []),
        ((39, 39, 39, 39, 39, 200), [DAY + 5]),
        ((0, 39, 39, 39, 39, 200), []),
        ((999,), []),
        ((1_000,), [DAY]),
        ((39, 39, 39, 39, 999, 1_000), [DAY + 5]),
        ((400, 400, 400, 400, 400, 2_000, 2_001), [DAY + 6]),
    ],
    ids=str,
)
def test_a_burst_is_far_above_the_usual_day_and_above_the_floor(counts: tuple[int, ...], flagged: list[int]) -> None:
    assert [each.day for each in bursts(*counts)] == flagged


def test_what_is_usual_is_the_issuers_own_of_the_last_half_year() -> None:
    old = [IssuerDay(PORT, Day(DAY - 181 - each), 40) for each in range(5)]
    other = [IssuerDay(SKILLS, Day(DAY - 1 - each), 40) for each in range(5)]
    today = IssuerDay(PORT, DAY, 300)
    assert flags.judge(Counted(days=[*old, *other, today])) == []
    recent = [replace(each, day=Day(each.day + 1), is_new=False) for each in old[:1]] + [
        IssuerDay(PORT, Day(DAY - 1 - each), 40, is_new=False) for each in range(4)
    ]
    (raised,) = flags.judge(Counted(days=[today, *recent]))
    assert raised == Raised(Sort.BURST, f"{PORT} {DAY}", DAY, (PORT,), {"certificates": 300, "usual": 40, "days": 5})
    assert flags.judge(Counted(days=[replace(today, is_new=False), *recent])) == []


@pytest.mark.parametrize(
    ("evaluated", "certified", "is_flagged"),
    [(30, 30, True), (29, 29, False), (100, 98, True), (100, 97, False), (5, 6, True), (1_000, 1, False)],
)
def test_a_pass_rate_is_flagged_from_its_thresholds_on(evaluated: int, certified: int, is_flagged: bool) -> None:
    assert batch(evaluated, certified) == ([Sort.RATE] if is_flagged else [])


ONE = Obtained("p", DAY, PORT, "Y000035020001", "Y000035020001263000001", "2022:6-31-01-03", 3)


@pytest.mark.parametrize(
    ("other", "sorts"),
    [
        (replace(ONE, number="2"), []),
        (replace(ONE, number="2", site="Y000035020002"), [Sort.TWO_PLACES]),
        (replace(ONE, number="2", issuer=SKILLS, site=SKILLS), [Sort.TWO_PLACES]),
        (replace(ONE, number="2", level=4), [Sort.TWO_LEVELS]),
        (replace(ONE, number="2", level=4, site="Y000035020002"), [Sort.TWO_PLACES, Sort.TWO_LEVELS]),
        (replace(ONE, number="2", level=4, occupation="2022:4-03-02-01"), []),
        (replace(ONE, number="2", level=4, site="Y000035020002", day=Day(DAY + 1)), []),
        (replace(ONE, number="2", level=4, site="Y000035020002", person="q"), []),
    ],
    ids=["twice", "other site", "other issuer", "other level", "both", "other occupation", "next day", "other person"],
)
def test_one_person_in_two_places_or_with_two_levels_on_one_day(other: Obtained, sorts: list[Sort]) -> None:
    found = flags.judge(Counted(obtained=[other, ONE]))
    assert [each.sort for each in found] == sorts
    assert all(set(each.issuers) == {ONE.issuer, other.issuer} for each in found)


# --- the scan ---------------------------------------------------------------------------------------------------------


def register(office: Office, issuer: IssuerCode, serial: int, level: int, number: str) -> int:
    (index,) = office.indices(issuer, 1)
    person = Person("陈志强", DocumentType.CITIZEN_ID, "123X")
    made = certificate(index, serial, issuer, level, person=person)
    answer = office.register_documented(issuer, [signed(made)], [number])
    assert answer.status_code == 200, answer.text
    return index


def test_one_person_is_flagged_once_and_the_flag_is_closed_once(office: Office, capsys: Captured) -> None:
    register(office, PORT, 1, 3, NUMBER)
    register(office, SKILLS, 1, 4, NUMBER)
    register(office, PORT, 2, 3, OTHER)
    places, levels = sorted(told(office, capsys, "flags", "--scan"), key=lambda each: each["sort"], reverse=True)
    assert (places["sort"], places["issuers"], places["state"]) == ("two-places", [SKILLS, PORT], "open")
    assert (levels["sort"], levels["facts"]) == ("two-levels", places["facts"])
    assert [each["site"] for each in places["facts"]["certificates"]] == [SKILLS, PORT]
    assert len(told(office, capsys, "flags", "--scan")) == 2
    assert [detail for _, _, detail in recorded(office, "flags.raise")] == [{"two-places": 1, "two-levels": 1}]
    close = ("flag-close", places["number"], "--state")
    supervise(office, *close, "explained", "--explanation", "两机构联合评价，已核实", "--operator", "lin")
    again = refused(office, capsys, *close, "confirmed", "--explanation", "x", "--operator", "lin")
    assert "closed already" in again
    supervise(office, "flag-close", levels["number"], *("--state", "confirmed", "--explanation", "重复评价"), *BY)
    assert told(office, capsys, "flags", "--scan") == []
    (explained,) = told(office, capsys, "flags", "--state", "explained")
    assert explained["explanation"] == "两机构联合评价，已核实"
    assert recorded(office, "flag.confirm") == [("lin", f"{SKILLS} flag {levels['number']}", {"flag": "two-levels"})]
    for tag in filter(None, tags(office)):
        assert dump(office).count(tag.hex()) == sum(each == tag for each in tags(office))


BY = ("--operator", "lin")


def test_a_certificate_that_was_replaced_or_revoked_raises_no_flag(office: Office, capsys: Captured) -> None:
    index = register(office, PORT, 1, 3, NUMBER)
    register(office, PORT, 2, 4, NUMBER)
    office.change(PORT, index, Status.REVOKED)
    assert told(office, capsys, "flags", "--scan") == []


def test_a_batch_of_which_nearly_all_passed_is_flagged(office: Office, capsys: Captured) -> None:
    number = registered_batch(office, 2)
    evaluated = ("evaluated", "--code", PORT, "--batch", number, *BY, "--people")
    assert told(office, capsys, "flags", "--scan") == []
    assert "1 to 1000000 people" in refused(office, capsys, *evaluated, 0)
    supervise(office, *evaluated, 3)
    assert told(office, capsys, "flags", "--scan") == []
    supervise(office, *evaluated, 1)
    (flag,) = told(office, capsys, "flags", "--scan")
    assert flag["facts"] == {"batch": number, "evaluated": 1, "certified": 2}
    capsys.readouterr()
    supervise(office, "flags")
    assert f"批次 {number}：参评 1 人，发证 2 张（200%）。" in capsys.readouterr().out


def test_a_burst_is_found_in_the_register(office: Office) -> None:
    registered_batch(office, 6)
    assert daily.run(office.service.store, now()) == 0
    tight = replace(flags.THRESHOLDS, newcomer_floor=6)
    with office.service.store.read() as session:
        counted = counting.count(session, Seconds(now() - SECONDS_A_DAY))
        assert [(each.issuer, each.certificates, each.is_new) for each in counted.days] == [(PORT, 6, True)]
        assert [each.sort for each in flags.judge(counted, tight)] == [Sort.BURST]
        later = counting.count(session, Seconds(now() + SECONDS_A_DAY))
        assert [(each.certificates, each.is_new) for each in later.days] == [(6, False)]


def test_the_service_scans_once_a_day_by_itself(office: Office) -> None:
    store, today = office.service.store, now()
    assert [daily.run(store, today), daily.run(store, today)] == [0, None]
    Statistician(store, lambda: today).step()
    assert office.count("scans") == 1
    Statistician(store, lambda: Seconds(today + SECONDS_A_DAY)).step()
    assert office.count("scans") == 2
    assert daily.run(store, today, again=True) == 0
