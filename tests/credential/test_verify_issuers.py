"""What a check says of an issuer, its scope, its numbers and its places in the lists."""

from datetime import date

import pytest

from credential.issuer import OccupationReference, Scope, Site
from credential.model import (
    Day,
    IssuerCode,
    IssuerState,
    Kind,
    LevelCertificate,
    Occupation,
    RegionalHonour,
    Seconds,
    SpecialAbility,
    StatusReference,
    day_from_date,
    day_of,
    start_of,
)
from credential.verify import Accepted
from tests.credential.certificates import EXAMPLES
from tests.credential.checked import reason_on, verdict_on, world_with
from tests.world import CERTIFICATE, CODE, FILED, ISSUED_ON, ISSUER, World, certificate

# --- every kind, with its scope ---------------------------------------------------------------------------------------


SNACK = OccupationReference(0, "沙县小吃制作")
SCOPES = {
    Kind.LEVEL: Scope(OccupationReference(2022, "6-31-01-03"), 3, FILED, None),
    Kind.SPECIAL_ABILITY: Scope(SNACK, 0, FILED, None),
    Kind.POST: Scope(OccupationReference(2022, "6-31-01-03"), 0, FILED, None),
    Kind.HONOUR: Scope(OccupationReference(0, "集美区高技能人才"), 0, FILED, None),
}


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_needs_its_own_scope(kind: Kind) -> None:
    for named, scope in SCOPES.items():
        same = scope.occupation == SCOPES[kind].occupation
        level_without_level = kind is Kind.LEVEL and scope.highest == 0
        expected = "SCOPE_OCCUPATION" if not same else "SCOPE_LEVEL" if level_without_level else "ACCEPTED"
        assert reason_on(EXAMPLES[kind], world_with(scopes=(scope,))) == expected, named


@pytest.mark.parametrize("highest", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_one_is_the_highest_level(level: int, highest: int) -> None:
    scope = Scope(OccupationReference(2022, "6-31-01-03"), highest, FILED, None)
    what = certificate(subject=LevelCertificate(CERTIFICATE.subject.occupation, level))  # type: ignore[union-attr]
    expected = "ACCEPTED" if highest != 0 and level >= highest else "SCOPE_LEVEL"
    assert reason_on(what, world_with(scopes=(scope,))) == expected


def _electrician(highest: int, first: int, last: int | None) -> Scope:
    days = Day(ISSUED_ON + first), None if last is None else Day(ISSUED_ON + last)
    return Scope(OccupationReference(2022, "6-31-01-03"), highest, *days)


SCOPE_DAYS = {
    "one day, today": ([_electrician(1, 0, 0)], "ACCEPTED"),
    "until today": ([_electrician(1, -9, 0)], "ACCEPTED"),
    "until yesterday": ([_electrician(1, -9, -1)], "SCOPE_DATE"),
    "from today": ([_electrician(1, 0, None)], "ACCEPTED"),
    "from tomorrow": ([_electrician(1, 1, None)], "SCOPE_DATE"),
    "a gap today": ([_electrician(1, -9, -1), _electrician(1, 1, None)], "SCOPE_DATE"),
    "the second covers today": ([_electrician(1, -9, -1), _electrician(1, 0, None)], "ACCEPTED"),
    "today lower only": ([_electrician(1, -9, -1), _electrician(4, 0, None)], "SCOPE_DATE"),
    "never high enough": ([_electrician(4, -9, None), _electrician(5, 0, None)], "SCOPE_LEVEL"),
    "none": ([], "SCOPE_OCCUPATION"),
}


@pytest.mark.parametrize("name", SCOPE_DAYS)
def test_scope_is_asked_on_the_certificates_date(name: str) -> None:
    scopes, reason = SCOPE_DAYS[name]
    assert reason_on(world=world_with(scopes=tuple(scopes))) == reason


def test_the_same_code_in_another_edition_is_another_occupation() -> None:
    old = certificate(subject=LevelCertificate(Occupation(2015, "6-31-01-03", "电工", None), 3))
    assert reason_on(old) == "SCOPE_OCCUPATION"


# --- numbers (44) -----------------------------------------------------------------------------------------------------


SITE = IssuerCode("Y000035020188")
NUMBERS = {
    "its own": (f"{CODE}263000001", "ACCEPTED"),
    "a site's": (f"{SITE}263000001", "ACCEPTED"),
    "another's": ("Y000035020102263000001", "NUMBER_ISSUER"),
    "another province's": ("Y000044020101263000001", "NUMBER_ISSUER"),
    "another year": (f"{CODE}253000001", "NUMBER_YEAR"),
    "another level": (f"{CODE}262000001", "NUMBER_LEVEL"),
    "a level digit of none": (f"{CODE}260000001", "NUMBER_LEVEL"),
    "a site's, another year": (f"{SITE}253000001", "NUMBER_YEAR"),
    "16 digits of the old scheme": ("2635002003400001", "NUMBER_ISSUER"),
    "two letters": (f"{CODE}26T000001", "NUMBER_ISSUER"),
    "23 characters": (f"{CODE}2630000011", "NUMBER_ISSUER"),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_the_number_agrees_with_issuer_year_and_level(name: str) -> None:
    number, reason = NUMBERS[name]
    world = world_with(sites=(Site(SITE, FILED, None),))
    assert reason_on(CERTIFICATE._replace(number=number), world) == reason


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [(0, 0, "ACCEPTED"), (-9, 0, "ACCEPTED"), (-9, -1, "NUMBER_ISSUER"), (1, None, "NUMBER_ISSUER")],
)
def test_a_site_counts_on_its_days(first: int, last: int | None, reason: str) -> None:
    site = Site(SITE, Day(ISSUED_ON + first), None if last is None else Day(ISSUED_ON + last))
    assert reason_on(CERTIFICATE._replace(number=f"{SITE}263000001"), world_with(sites=(site,))) == reason


def test_the_year_is_that_of_the_date_in_utc_plus_8() -> None:
    new_year = day_from_date(date(2026, 1, 1))
    signed = start_of(new_year)
    assert day_of(Seconds(signed - 1)) == new_year - 1
    what = certificate(issued_on=new_year, issued_at=signed)
    assert what.number == f"{CODE}263000001"
    assert reason_on(what) == "ACCEPTED"
    assert reason_on(what._replace(number=f"{CODE}253000001")) == "NUMBER_YEAR"


def test_other_kinds_check_a_national_number_only() -> None:
    world = world_with(scopes=tuple(SCOPES.values()))
    for kind in (Kind.SPECIAL_ABILITY, Kind.POST, Kind.HONOUR):
        for number, reason in (
            ("any number 1", "ACCEPTED"),
            (f"{CODE}269000001", "ACCEPTED"),
            (f"{CODE}253000001", "NUMBER_YEAR"),
            ("Y000035020102263000001", "NUMBER_ISSUER"),
        ):
            assert reason_on(EXAMPLES[kind]._replace(number=number), world) == reason


# --- status reference (47) --------------------------------------------------------------------------------------------


URIS = {
    "https://fj.example/s/0": "ACCEPTED",
    "https://fj.example/s/1": "STATUS_MISSING",
    "https://fj.example/s/999999999": "STATUS_MISSING",
    "https://fj.example/s/00": "STATUS_URI_FOREIGN",
    "https://fj.example/s/": "STATUS_URI_FOREIGN",
    "https://fj.example/s/-0": "STATUS_URI_FOREIGN",
    "https://fj.example/s/0/": "STATUS_URI_FOREIGN",
    "https://fj.example/s/0?x": "STATUS_URI_FOREIGN",
    "https://fj.example/s/../s/0": "STATUS_URI_FOREIGN",
    "https://fj.example/s/０": "STATUS_URI_FOREIGN",
    "https://fj.example/s/²": "STATUS_URI_FOREIGN",
    "https://fj.example/s/1000000000": "STATUS_URI_FOREIGN",
    "http://fj.example/s/0": "STATUS_URI_FOREIGN",
    "https://fj.example.evil/s/0": "STATUS_URI_FOREIGN",
    "https://gd.example/s/0": "STATUS_URI_FOREIGN",
    "HTTPS://fj.example/s/0": "STATUS_URI_FOREIGN",
    "": "STATUS_URI_FOREIGN",
    "0": "STATUS_URI_FOREIGN",
    "file:///etc/passwd": "STATUS_URI_FOREIGN",
}


@pytest.mark.parametrize("uri", URIS)
def test_the_status_reference_is_one_of_the_regions_lists(uri: str) -> None:
    assert reason_on(CERTIFICATE._replace(status=StatusReference(7, uri))) == URIS[uri]


@pytest.mark.parametrize("index", [1_024, 2**20 - 1, 2**20, 2**53 - 1])
def test_an_index_beyond_the_list_is_not_registered_yet(index: int) -> None:
    assert reason_on(certificate(index=index)) == "NOT_YET_REGISTERED"


# --- issuers (43) -----------------------------------------------------------------------------------------------------


F, S, W, V = IssuerState.FILED, IssuerState.SUSPENDED, IssuerState.WITHDRAWN, IssuerState.VOID
FILINGS = {
    "filed on the day": ([(0, F)], "ACCEPTED"),
    "filed the day after": ([(1, F)], "ISSUER_NOT_FILED"),
    "suspended on the day": ([(-9, F), (0, S)], "ISSUER_SUSPENDED"),
    "suspended the day after": ([(-9, F), (1, S)], "ACCEPTED"),
    "restored on the day": ([(-9, F), (-5, S), (0, F)], "ACCEPTED"),
    "restored the day after": ([(-9, F), (-5, S), (1, F)], "ISSUER_SUSPENDED"),
    "withdrawn on the day": ([(-9, F), (0, W)], "ISSUER_WITHDRAWN"),
    "withdrawn the day after": ([(-9, F), (1, W)], "ACCEPTED"),
    "filed again on the day": ([(-9, F), (-5, W), (0, F)], "ACCEPTED"),
    "void on the day": ([(-9, F), (0, V)], "ISSUER_VOID"),
    "void the day after": ([(-9, F), (1, V)], "ISSUER_VOID"),
    "void years later": ([(-9, F), (1_000, V)], "ISSUER_VOID"),
    "withdrawn, then void": ([(-9, F), (1, W), (2, V)], "ISSUER_VOID"),
}


@pytest.mark.parametrize("name", FILINGS)
def test_the_filing_on_the_day(name: str) -> None:
    states, reason = FILINGS[name]
    history = tuple((Day(ISSUED_ON + day), state) for day, state in states)
    assert reason_on(world=world_with(states=history)) == reason


FILINGS_OF_TWO_DAYS = {
    "suspended on the date only": ([(-99, F), (-1, S), (0, F)], "ISSUER_SUSPENDED"),
    "suspended on the day of signing only": ([(-99, F), (0, S)], "ISSUER_SUSPENDED"),
    "suspended before both": ([(-99, F), (-9, S), (-8, F)], "ACCEPTED"),
    "suspended after both": ([(-99, F), (1, S)], "ACCEPTED"),
    "filed on the day of signing only": ([(0, F)], "ISSUER_NOT_FILED"),
    "not filed, then suspended": ([(0, S)], "ISSUER_NOT_FILED"),
    "withdrawn on the date only": ([(-99, F), (-1, W), (0, F)], "ISSUER_WITHDRAWN"),
    "withdrawn on the day of signing only": ([(-99, F), (0, W)], "ISSUER_WITHDRAWN"),
    "withdrawn long before, then suspended": ([(-99, W), (-1, S)], "ISSUER_SUSPENDED"),
    "withdrawn, then suspended": ([(-1, W), (0, S)], "ISSUER_SUSPENDED"),
    "suspended, then withdrawn": ([(-1, S), (0, W)], "ISSUER_SUSPENDED"),
}
"""Histories in days after the day of signing, by what they are to a certificate dated the day before."""


@pytest.mark.parametrize("name", FILINGS_OF_TWO_DAYS)
def test_the_filing_is_asked_on_the_date_and_on_the_day_of_signing(name: str) -> None:
    states, reason = FILINGS_OF_TWO_DAYS[name]
    history = tuple((Day(ISSUED_ON + day), state) for day, state in states)
    assert reason_on(certificate(issued_on=Day(ISSUED_ON - 1)), world_with(states=history)) == reason


def test_the_name_is_the_one_filed_on_the_date() -> None:
    names = ((FILED, "厦门港务"), (ISSUED_ON, "厦门港务集团"), (Day(ISSUED_ON + 1), "福建港口集团"))
    found = verdict_on(world=world_with(names=names))
    assert isinstance(found, Accepted)
    assert found.issuer.name == "厦门港务集团"
    before = verdict_on(certificate(issued_on=Day(ISSUED_ON - 1)), world_with(names=names))
    assert isinstance(before, Accepted)
    assert before.issuer.name == "厦门港务"


def test_before_the_first_name_the_first_is_shown() -> None:
    found = verdict_on(world=world_with(names=((Day(ISSUED_ON + 5), "厦门港务"),)))
    assert isinstance(found, Accepted)
    assert found.issuer.name == "厦门港务"


def test_a_look_alike_issuer_has_its_own_name() -> None:
    """46: the name comes from the list, by code: a certificate cannot bring one."""
    other = ISSUER._replace(code=IssuerCode("Y000035020109"), names=((FILED, "厦门港务控股集困有限公司"),))
    found = verdict_on(world=World(issuers=(ISSUER, other)))
    assert isinstance(found, Accepted)
    assert (found.issuer.id, found.issuer.name) == (CODE, "厦门港务控股集团有限公司")


@pytest.mark.parametrize("count", [1, 39, 40, 41, 90])
def test_an_issuer_is_found_in_any_bin(count: int) -> None:
    others = tuple(ISSUER._replace(code=IssuerCode(f"S0000350{n:05d}"), keys=()) for n in range(count))
    before_and_after = (ISSUER._replace(code=IssuerCode("A000035000000")), *others, ISSUER)
    assert reason_on(world=World(issuers=before_and_after)) == "ACCEPTED"
    unknown = CERTIFICATE._replace(issuer=IssuerCode("A000035000001"), number="A000035000001263000001")
    first = CERTIFICATE._replace(issuer=IssuerCode("A000035000000"), number="A000035000000263000001")
    assert reason_on(unknown, World(issuers=before_and_after)) == "ISSUER_UNKNOWN"
    assert reason_on(first, World(issuers=others)) == "ISSUER_UNKNOWN"


def test_honours_and_abilities_in_a_scope_without_level() -> None:
    """What a scope must name for an honour is the region's own list (edition 0) and the honour's title."""
    honour = certificate(subject=RegionalHonour("集美区高技能人才"), number="1")
    ability = certificate(subject=SpecialAbility(Occupation(0, SNACK.code, "沙县小吃", None)), number="1")
    assert reason_on(honour, world_with(scopes=(SCOPES[Kind.HONOUR],))) == "ACCEPTED"
    assert reason_on(honour, world_with(scopes=())) == "SCOPE_OCCUPATION"
    assert reason_on(ability, world_with(scopes=(SCOPES[Kind.SPECIAL_ABILITY],))) == "ACCEPTED"
    expired = SCOPES[Kind.HONOUR]._replace(last=Day(ISSUED_ON - 1))
    assert reason_on(honour, world_with(scopes=(expired,))) == "SCOPE_DATE"
