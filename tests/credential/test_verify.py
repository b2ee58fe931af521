"""What a check says at the exact edges of time, of scope and of what is known."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import bundle, cose, qr_text, register, sign, status_list
from credential.errors import ObjectError
from credential.issuer import CertificateKey, Issuer, OccupationReference, Scope, Site, Survivors
from credential.model import (
    Certificate,
    Day,
    IssuerCode,
    IssuerKind,
    IssuerState,
    KeyState,
    Kind,
    LevelCertificate,
    Occupation,
    Post,
    PostAppointment,
    RegionalHonour,
    Seconds,
    SpecialAbility,
    Status,
    StatusReference,
    day_from_date,
    day_of,
    start_of,
)
from credential.reason import Outcome, Reason
from credential.trust import Trust, load
from credential.verify import (
    Accepted,
    AsOf,
    Fit,
    NamedIssuer,
    Rejected,
    Undecided,
    Verdict,
    verify,
    verify_bytes,
    verify_unregistered,
)
from tests.credential.certificates import EXAMPLES
from tests.credential.scenario import FAULTS, NEGATIVE_BY_STATUS_LIST, NEGATIVE_BY_TRUST_LIST, Fault, Scenario
from tests.world import (
    CERTIFICATE,
    CODE,
    DAY,
    FILED,
    FUJIAN,
    GUANGDONG,
    ISSUED_ON,
    ISSUER,
    NOW,
    PUBLISHED_AT,
    SIGNED_AT,
    YEAR,
    World,
    certificate,
    certificate_key,
    key,
    sign_it,
)


def _verdict(
    what: Certificate | bytes = CERTIFICATE, world: World | None = None, now: int = NOW, by: str = "issuer"
) -> Verdict:
    data = what if isinstance(what, bytes) else sign_it(what, by)
    return verify_bytes(data, (world or World()).trust(), Seconds(now))


def _reason(
    what: Certificate | bytes = CERTIFICATE, world: World | None = None, now: int = NOW, by: str = "issuer"
) -> str:
    return _verdict(what, world, now, by).reason.value


def _with(**changes: Any) -> World:
    """The world whose one issuer has these changes."""
    return World(issuers=(ISSUER._replace(**changes),))


# --- what an answer holds ---------------------------------------------------------------------------------------------


def test_accepted_holds_the_facts_the_issuer_and_the_ages() -> None:
    found = _verdict()
    assert isinstance(found, Accepted)
    assert found.certificate == CERTIFICATE
    assert found.issuer == NamedIssuer(CODE, "厦门港务控股集团有限公司", IssuerKind.EMPLOYER)
    assert found.as_of == AsOf(NOW, PUBLISHED_AT, PUBLISHED_AT, "index-only")


def test_a_registered_certificate_says_so() -> None:
    found = _verdict(world=World(registered={7: sign_it()}))
    assert found.as_of.registration == "register"


def test_text_and_bytes_have_one_verdict() -> None:
    trust = World().trust()
    assert verify(qr_text.encode("any.host", sign_it()), trust, NOW) == verify_bytes(sign_it(), trust, NOW)


FORMER = (Reason.REVOKED, Reason.SUPERSEDED, Reason.SUSPENDED, Reason.POST_ENDED)


@pytest.mark.parametrize("reason", FORMER)
def test_what_once_stood_keeps_its_facts(reason: Reason) -> None:
    scenario = FAULTS[reason](Scenario())
    found = scenario.verdict()
    assert isinstance(found, Rejected)
    assert found.former is not None
    assert found.former.person == CERTIFICATE.person
    assert found.issuer == NamedIssuer(CODE, "厦门港务控股集团有限公司", IssuerKind.EMPLOYER)


@pytest.mark.parametrize("reason", [reason for reason in FAULTS if reason not in FORMER])
def test_nothing_else_shows_facts(reason: Reason) -> None:
    found = FAULTS[reason](Scenario()).verdict()
    assert not isinstance(found, Accepted)
    assert getattr(found, "former", None) is None


@pytest.mark.parametrize("reason", FAULTS)
def test_no_detail_holds_what_the_certificate_says(reason: Reason) -> None:
    found = FAULTS[reason](Scenario()).verdict()
    assert not isinstance(found, Accepted)
    assert CERTIFICATE.person.name not in found.detail
    assert CERTIFICATE.number not in found.detail


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
        assert _reason(EXAMPLES[kind], _with(scopes=(scope,))) == expected, named


@pytest.mark.parametrize("highest", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_one_is_the_highest_level(level: int, highest: int) -> None:
    scope = Scope(OccupationReference(2022, "6-31-01-03"), highest, FILED, None)
    what = certificate(subject=LevelCertificate(CERTIFICATE.subject.occupation, level))  # type: ignore[union-attr]
    expected = "ACCEPTED" if highest != 0 and level >= highest else "SCOPE_LEVEL"
    assert _reason(what, _with(scopes=(scope,))) == expected


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
    assert _reason(world=_with(scopes=tuple(scopes))) == reason


def test_the_same_code_in_another_edition_is_another_occupation() -> None:
    old = certificate(subject=LevelCertificate(Occupation(2015, "6-31-01-03", "电工", None), 3))
    assert _reason(old) == "SCOPE_OCCUPATION"


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
    world = _with(sites=(Site(SITE, FILED, None),))
    assert _reason(CERTIFICATE._replace(number=number), world) == reason


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [(0, 0, "ACCEPTED"), (-9, 0, "ACCEPTED"), (-9, -1, "NUMBER_ISSUER"), (1, None, "NUMBER_ISSUER")],
)
def test_a_site_counts_on_its_days(first: int, last: int | None, reason: str) -> None:
    site = Site(SITE, Day(ISSUED_ON + first), None if last is None else Day(ISSUED_ON + last))
    assert _reason(CERTIFICATE._replace(number=f"{SITE}263000001"), _with(sites=(site,))) == reason


def test_the_year_is_that_of_the_date_in_utc_plus_8() -> None:
    new_year = day_from_date(date(2026, 1, 1))
    signed = start_of(new_year)
    assert day_of(Seconds(signed - 1)) == new_year - 1
    what = certificate(issued_on=new_year, issued_at=signed)
    assert what.number == f"{CODE}263000001"
    assert _reason(what) == "ACCEPTED"
    assert _reason(what._replace(number=f"{CODE}253000001")) == "NUMBER_YEAR"


def test_other_kinds_check_a_national_number_only() -> None:
    world = _with(scopes=tuple(SCOPES.values()))
    for kind in (Kind.SPECIAL_ABILITY, Kind.POST, Kind.HONOUR):
        for number, reason in (
            ("any number 1", "ACCEPTED"),
            (f"{CODE}269000001", "ACCEPTED"),
            (f"{CODE}253000001", "NUMBER_YEAR"),
            ("Y000035020102263000001", "NUMBER_ISSUER"),
        ):
            assert _reason(EXAMPLES[kind]._replace(number=number), world) == reason


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
    assert _reason(CERTIFICATE._replace(status=StatusReference(7, uri))) == URIS[uri]


@pytest.mark.parametrize("index", [1_024, 2**20 - 1, 2**20, 2**53 - 1])
def test_an_index_beyond_the_list_is_not_registered_yet(index: int) -> None:
    assert _reason(certificate(index=index)) == "NOT_YET_REGISTERED"


# --- time -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ahead", "reason"), [(0, "ACCEPTED"), (300, "ACCEPTED"), (301, "ISSUED_IN_FUTURE")])
def test_signed_at_most_five_minutes_ahead(ahead: int, reason: str) -> None:
    assert _reason(certificate(issued_at=Seconds(NOW + ahead))) == reason


@pytest.mark.parametrize(
    ("signed", "reason"),
    [
        (start_of(Day(ISSUED_ON + 1)) - 1, "DATE_AFTER_SIGNING"),
        (start_of(Day(ISSUED_ON + 1)), "ACCEPTED"),
    ],
)
def test_the_date_is_not_after_the_day_of_signing_in_utc_plus_8(signed: int, reason: str) -> None:
    what = certificate(issued_on=Day(ISSUED_ON + 1), issued_at=Seconds(signed))
    later = Seconds(signed + 60)
    world = World(list_issued=later, status_issued=later, checkpoint_issued=later)
    assert _reason(what, world, now=later) == reason


def test_a_date_long_before_signing_is_fine() -> None:
    assert _reason(certificate(issued_on=Day(ISSUED_ON - 300))) == "ACCEPTED"


@pytest.mark.parametrize("which", ["root_issued", "list_issued", "status_issued", "checkpoint_issued"])
def test_a_clock_behind_the_newest_object_is_suspect(which: str) -> None:
    world = replace(World(), **{which: NOW})  # type: ignore[arg-type]
    assert _reason(world=world, now=NOW - 300) == "ACCEPTED"
    assert _reason(world=world, now=NOW - 301) == "CLOCK_SUSPECT"


EXPIRY = {
    "ROOT_EXPIRED": ("root_issued", "root_lifetime"),
    "TRUST_LIST_EXPIRED": ("list_issued", "list_lifetime"),
    "STATUS_EXPIRED": ("status_issued", "status_lifetime"),
}


@pytest.mark.parametrize("reason", EXPIRY)
def test_an_object_ends_at_its_instant_of_expiry(reason: str) -> None:
    issued, lifetime = EXPIRY[reason]
    world = World()
    at = NOW - getattr(world, issued)
    assert _reason(world=replace(world, **{lifetime: at + 1})) == "ACCEPTED"
    assert _reason(world=replace(world, **{lifetime: at})) == reason


def test_an_expired_checkpoint_is_for_sync_alone() -> None:
    assert _reason(now=PUBLISHED_AT + 29 * DAY) == "ACCEPTED"


@pytest.mark.parametrize(
    ("delta", "reason"), [(-DAY, "POST_ENDED"), (0, "POST_ENDED"), (1, "ACCEPTED"), (3 * YEAR, "ACCEPTED")]
)
def test_a_term_is_half_open(delta: int, reason: str) -> None:
    post = PostAppointment(Occupation(2022, "6-31-01-03", "电工", None), Post.CHIEF_TECHNICIAN, Seconds(NOW + delta))
    assert _reason(certificate(subject=post)) == reason


# --- the registry's lag (100) -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "reason"),
    [
        (-DAY, "NOT_YET_REGISTERED"),
        (0, "NOT_YET_REGISTERED"),
        (7 * DAY, "NOT_YET_REGISTERED"),
        (7 * DAY + 1, "NOT_REGISTERED"),
        (29 * DAY, "NOT_REGISTERED"),
    ],
)
def test_seven_days_on_the_way_into_the_list(age: int, reason: str) -> None:
    """`age` is by how much the status list is younger than the certificate."""
    signed = Seconds(PUBLISHED_AT - age)
    what = certificate(issued_at=signed, issued_on=day_of(signed), index=9)
    assert _reason(what, now=max(NOW, signed)) == reason


def test_what_lacks_only_its_registration_comes_as_it_was_read() -> None:
    def judged(what: Certificate) -> Fit | Verdict:
        return verify_unregistered(sign_it(what), world.trust(), NOW)

    world = World(registered={7: sign_it()})
    for each in certificate(index=9), EXAMPLES[Kind.POST]._replace(status=CERTIFICATE.status._replace(idx=9)):
        assert judged(each) == Fit(cose.decode_sign1(sign_it(each), None), each)
    for other in CERTIFICATE, certificate(index=7, serial=8), certificate(index=9, number="7"):
        assert judged(other) == verify_bytes(sign_it(other), world.trust(), NOW)


def test_a_certificate_shown_minutes_after_signing_is_never_called_forged() -> None:
    """Yesterday's lists know neither its new key, nor its issuer, nor its index."""
    signed = Seconds(PUBLISHED_AT + DAY)
    now = Seconds(signed + 120)
    what = certificate(issued_at=signed, index=9)
    unknown = what._replace(issuer=IssuerCode("Y000035020999"), number="Y000035020999263000001")
    assert _reason(what, now=now) == "NOT_YET_REGISTERED"
    assert _reason(what, now=now, by="a new key") == "STALE"
    assert _reason(unknown, now=now) == "STALE"


# --- a negative from a list that is too old to say so (101) -----------------------------------------------------------

NEGATIVES = {reason: FAULTS[reason] for reason in (*NEGATIVE_BY_TRUST_LIST, *NEGATIVE_BY_STATUS_LIST)}


def _lists(reason: Reason) -> tuple[str, str]:
    kind = "list" if reason in NEGATIVE_BY_TRUST_LIST else "status"
    return f"{kind}_issued", f"{kind}_lifetime"


@pytest.mark.parametrize("reason", NEGATIVES)
def test_a_negative_from_an_expired_list_is_stale(reason: Reason) -> None:
    issued, lifetime = _lists(reason)
    scenario = NEGATIVES[reason](Scenario())
    at = scenario.now - getattr(scenario.world, issued)
    for seconds, expected in ((at + 1, reason), (at, Reason.STALE), (1, Reason.STALE)):
        world = replace(scenario.world, **{lifetime: seconds})  # type: ignore[arg-type]
        found = replace(scenario, world=world).verdict()
        assert found.reason is expected
        if expected is Reason.STALE:
            assert isinstance(found, Undecided)
            assert found.detail == reason.value


@pytest.mark.parametrize("reason", [reason for reason in NEGATIVES if reason is not Reason.NOT_REGISTERED])
def test_a_negative_from_a_list_older_than_the_certificate_is_stale(reason: Reason) -> None:
    """NOT_REGISTERED is not among them: such a list gives NOT_YET_REGISTERED."""
    issued, _ = _lists(reason)
    scenario = NEGATIVES[reason](Scenario())
    signed = scenario.certificate.issued_at
    for instant, expected in ((signed, reason), (signed - 1, Reason.STALE)):
        world = replace(scenario.world, **{issued: Seconds(instant)})  # type: ignore[arg-type]
        assert replace(scenario, world=world).verdict().reason is expected


ABSORBING = (
    Reason.SIGNATURE_INVALID,
    Reason.ISSUER_VOID,
    Reason.KEY_COMPROMISED,
    Reason.POST_ENDED,
    Reason.REVOKED,
    Reason.SUPERSEDED,
    Reason.INDEX_MISMATCH,
)


@pytest.mark.parametrize("reason", ABSORBING)
def test_what_can_never_be_undone_rejects_even_from_expired_lists(reason: Reason) -> None:
    scenario = FAULTS[reason](Scenario())
    world = replace(
        scenario.world,
        list_issued=Seconds(SIGNED_AT - 9),
        status_issued=Seconds(SIGNED_AT - 9),
        list_lifetime=1,
        status_lifetime=1,
        root_lifetime=1,
    )
    assert replace(scenario, world=world).verdict().reason is reason


def test_a_certificate_that_stands_is_not_stale() -> None:
    """The rule is for negatives: a list older than the certificate that says nothing against it is fine."""
    world = World(list_issued=Seconds(SIGNED_AT - 1), status_issued=Seconds(SIGNED_AT - 1))
    assert _reason(world=world) == "ACCEPTED"


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
    assert _reason(world=_with(states=history)) == reason


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
    assert _reason(certificate(issued_on=Day(ISSUED_ON - 1)), _with(states=history)) == reason


def test_the_name_is_the_one_filed_on_the_date() -> None:
    names = ((FILED, "厦门港务"), (ISSUED_ON, "厦门港务集团"), (Day(ISSUED_ON + 1), "福建港口集团"))
    found = _verdict(world=_with(names=names))
    assert isinstance(found, Accepted)
    assert found.issuer.name == "厦门港务集团"
    before = _verdict(certificate(issued_on=Day(ISSUED_ON - 1)), _with(names=names))
    assert isinstance(before, Accepted)
    assert before.issuer.name == "厦门港务"


def test_before_the_first_name_the_first_is_shown() -> None:
    found = _verdict(world=_with(names=((Day(ISSUED_ON + 5), "厦门港务"),)))
    assert isinstance(found, Accepted)
    assert found.issuer.name == "厦门港务"


def test_a_look_alike_issuer_has_its_own_name() -> None:
    """46: the name comes from the list, by code: a certificate cannot bring one."""
    other = ISSUER._replace(code=IssuerCode("Y000035020109"), names=((FILED, "厦门港务控股集困有限公司"),))
    found = _verdict(world=World(issuers=(ISSUER, other)))
    assert isinstance(found, Accepted)
    assert (found.issuer.id, found.issuer.name) == (CODE, "厦门港务控股集团有限公司")


@pytest.mark.parametrize("count", [1, 39, 40, 41, 90])
def test_an_issuer_is_found_in_any_bin(count: int) -> None:
    others = tuple(ISSUER._replace(code=IssuerCode(f"S0000350{n:05d}"), keys=()) for n in range(count))
    before_and_after = (ISSUER._replace(code=IssuerCode("A000035000000")), *others, ISSUER)
    assert _reason(world=World(issuers=before_and_after)) == "ACCEPTED"
    unknown = CERTIFICATE._replace(issuer=IssuerCode("A000035000001"), number="A000035000001263000001")
    first = CERTIFICATE._replace(issuer=IssuerCode("A000035000000"), number="A000035000000263000001")
    assert _reason(unknown, World(issuers=before_and_after)) == "ISSUER_UNKNOWN"
    assert _reason(first, World(issuers=others)) == "ISSUER_UNKNOWN"


# --- keys (31, 32, 41, 60, 102) ---------------------------------------------------------------------------------------

P, A, R = KeyState.PENDING, KeyState.ACTIVE, KeyState.RETIRED
WINDOWS = {
    "active from that second": ([(0, A)], "ACCEPTED"),
    "active a second later": ([(1, A)], "KEY_NOT_ACTIVE"),
    "pending": ([(-9, P)], "KEY_NOT_ACTIVE"),
    "pending, active that second": ([(-9, P), (0, A)], "ACCEPTED"),
    "retired that second": ([(-9, A), (0, R)], "KEY_NOT_ACTIVE"),
    "retired a second later": ([(-9, A), (1, R)], "ACCEPTED"),
    "retired before": ([(-9, A), (-1, R)], "KEY_NOT_ACTIVE"),
    "only retired": ([(-9, R)], "KEY_NOT_ACTIVE"),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_a_keys_window_is_half_open_at_the_time_of_signing(name: str) -> None:
    states, reason = WINDOWS[name]
    history = [(SIGNED_AT + at, state) for at, state in states]
    assert _reason(world=_with(keys=(certificate_key("issuer", history),))) == reason


def _stolen(since: int, standing: tuple[bytes, ...], *, held: bool = True, count: int | None = None) -> World:
    """The issuer's key is compromised from SIGNED_AT + `since` on; these certificates stand."""
    digests = register.pack_digests(register.digest_of(cose.decode_sign1(data, None).to_be_signed) for data in standing)
    pinned = Survivors(sha256(digests.data).digest(), len(digests) if count is None else count)
    honest = certificate_key()
    states = (*honest.states, (Seconds(SIGNED_AT + since), KeyState.COMPROMISED))
    world = _with(keys=(CertificateKey(honest.public, states, pinned),))
    return replace(world, survivors=(digests.data,) if held else ())


def test_a_stolen_key() -> None:
    mine, other = sign_it(), sign_it(certificate(index=8))
    assert _reason(mine, _stolen(1, (mine, other))) == "ACCEPTED"
    assert _reason(mine, _stolen(1, (other,))) == "KEY_COMPROMISED"
    assert _reason(mine, _stolen(0, (mine, other))) == "KEY_COMPROMISED"
    assert _reason(mine, _stolen(-9, (mine,))) == "KEY_COMPROMISED"


def test_survivors_that_are_missing_or_short() -> None:
    mine = sign_it()
    assert _reason(mine, _stolen(1, (mine,), held=False)) == "SURVIVORS_MISSING"
    assert _reason(mine, _stolen(1, (mine,), count=2)) == "SURVIVORS_MISSING"
    assert _reason(mine, _stolen(0, (mine,), held=False)) == "KEY_COMPROMISED"


def test_no_survivors_need_no_file() -> None:
    assert _reason(sign_it(), _stolen(1, (), held=False)) == "KEY_COMPROMISED"


def test_a_survivors_file_that_is_malformed_is_a_fault_of_the_region() -> None:
    mine = sign_it()
    whole = _stolen(1, (mine,))
    torn = whole.survivors[0][:15]
    (issuer,) = whole.issuers
    pinned = Survivors(sha256(torn).digest(), 1)
    issuer = issuer._replace(keys=(issuer.keys[0]._replace(survivors=pinned),))
    assert _reason(mine, replace(whole, issuers=(issuer,), survivors=(torn,))) == "CHAIN_INVALID"


def test_a_survivor_still_obeys_the_window() -> None:
    """Compromise takes nothing away from what the key's history says for the time before."""
    mine = sign_it()
    world = _stolen(100, (mine,))
    (issuer,) = world.issuers
    (old,) = issuer.keys
    retired = ((Seconds(SIGNED_AT - 5), KeyState.RETIRED),)
    issuer = issuer._replace(keys=(old._replace(states=(old.states[0], *retired, old.states[-1])),))
    assert _reason(mine, replace(world, issuers=(issuer,))) == "KEY_NOT_ACTIVE"


def test_two_keys_of_one_issuer_each_sign_in_their_time() -> None:
    old = certificate_key("issuer", [(start_of(FILED), A), (SIGNED_AT, R)])
    new = certificate_key("second", [(SIGNED_AT, A)])
    world = _with(keys=(old, new))
    assert _reason(world=world, by="second") == "ACCEPTED"
    assert _reason(world=world, by="issuer") == "KEY_NOT_ACTIVE"


def test_two_keys_with_one_kid(monkeypatch: pytest.MonkeyPatch) -> None:
    """32: a hint may hint at both; the one whose signature holds is the one whose window counts."""
    old = certificate_key("second", [(start_of(FILED), R)])
    world = _with(keys=(old, certificate_key()))
    monkeypatch.setattr(Issuer, "keys_of", lambda issuer, _: issuer.keys)
    assert _reason(world=world) == "ACCEPTED"
    assert _reason(world=world, by="second") == "KEY_NOT_ACTIVE"
    assert _reason(world=world, by="third") == "SIGNATURE_INVALID"


def test_another_issuers_key_is_unknown() -> None:
    """One key, one owner: keys are looked up under the issuer that the certificate names."""
    other = ISSUER._replace(code=IssuerCode("Y000035020109"), keys=(certificate_key("other"),))
    assert _reason(world=World(issuers=(ISSUER, other)), by="other") == "KEY_UNKNOWN"


def test_a_request_key_signs_no_certificate() -> None:
    """96: request keys are in no trust list."""
    assert _reason(by="the request key") == "KEY_UNKNOWN"


def test_a_role_key_signs_no_certificate() -> None:
    for role in ("root", "list", "status", "checkpoint"):
        data = sign.sign_certificate(CERTIFICATE, World().keys(role, 1)[0])
        assert _reason(data) == "KEY_UNKNOWN"


# --- the register (94) ------------------------------------------------------------------------------------------------

FORGED = sign_it(CERTIFICATE._replace(person=CERTIFICATE.person._replace(name="张三")))


def test_a_thief_with_the_key_reuses_a_live_index() -> None:
    world = World(registered={7: sign_it()})
    assert _reason(FORGED, world) == "INDEX_MISMATCH"
    assert _reason(sign_it(), world) == "ACCEPTED"


def test_without_the_register_the_answer_says_index_only() -> None:
    assert _verdict(FORGED).as_of.registration == "index-only"


def _load(world: World, **changes: Any) -> Trust:
    part = world.part()._replace(**changes)
    return load(bundle.encode({world.region: part}), frozenset({world.pin()}))


def test_a_shard_that_is_not_held_is_index_only() -> None:
    trust = _load(World(registered={7: sign_it()}), shards=())
    found = verify_bytes(FORGED, trust, NOW)
    assert (found.reason.value, found.as_of.registration) == ("ACCEPTED", "index-only")


def test_a_shard_that_was_changed_is_not_relied_on() -> None:
    honest = World(registered={7: sign_it()})
    thief = World(registered={7: FORGED})
    trust = _load(honest, shards=thief.part().shards)
    assert verify_bytes(FORGED, trust, NOW).as_of.registration == "index-only"


def test_an_index_beyond_the_registers_shards_is_index_only() -> None:
    far = certificate(index=300)
    world = World(registered={7: sign_it()}, statuses={300: Status.VALID})
    assert _verdict(far, world).as_of.registration == "index-only"


def test_every_shard_knows_its_own_indices() -> None:
    indices = (0, 255, 256, 511, 512, 1_000)
    data = {index: sign_it(certificate(index=index, serial=index)) for index in indices}
    world = World(registered=data, statuses=dict.fromkeys(indices, Status.VALID))
    trust = world.trust()
    for index in indices:
        assert verify_bytes(data[index], trust, NOW).as_of.registration == "register"
        moved = sign_it(certificate(index=index, serial=index + 1))
        assert verify_bytes(moved, trust, NOW).reason is Reason.INDEX_MISMATCH


def test_the_right_digest_in_another_shard_does_not_count() -> None:
    """Registered at index 7; the thief moves the same facts to the live index 300."""
    there = sign_it(certificate(index=300, serial=5))
    world = World(registered={7: sign_it(), 300: there}, statuses={7: Status.VALID, 300: Status.VALID})
    assert _reason(sign_it(certificate(index=300)), world) == "INDEX_MISMATCH"


# --- statuses ---------------------------------------------------------------------------------------------------------

STATUS_REASON = {
    Status.VALID: "ACCEPTED",
    Status.REVOKED: "REVOKED",
    Status.SUSPENDED: "SUSPENDED",
    Status.NOT_REGISTERED: "NOT_YET_REGISTERED",
    Status.SUPERSEDED: "SUPERSEDED",
}


@pytest.mark.parametrize("index", [0, 1, 6, 7, 1_022, 1_023])
@pytest.mark.parametrize("status", Status)
def test_a_status_is_that_of_its_own_index(index: int, status: Status) -> None:
    neighbours = {index + step: other for step, other in ((-1, Status.REVOKED), (1, Status.SUSPENDED))}
    around = {at: value for at, value in neighbours.items() if 0 <= at < 1_024}
    world = World(statuses={**around, index: status})
    assert _reason(certificate(index=index), world) == STATUS_REASON[status]


# --- crosswise (38) ---------------------------------------------------------------------------------------------------


def test_no_published_object_passes_as_a_certificate() -> None:
    part = World(registered={7: sign_it()}, agreements=()).part()
    assert part.recognition is not None
    trust = World().trust()
    for data in (*part.roots, part.trust_list, part.recognition):
        assert verify_bytes(data, trust, NOW).reason in {Reason.COSE_TAG, Reason.TOO_LARGE}
    for data in (part.checkpoint, *part.status_lists):
        assert verify_bytes(data, trust, NOW).reason is Reason.WRONG_TYPE
    for data in (*part.bins, *part.shards, *part.registers):
        assert verify_bytes(data, trust, NOW).reason is Reason.COSE_TAG


@pytest.mark.parametrize("typ", ["application/yinxin-request+cose", status_list.TYP, "application/cwt", ""])
def test_a_certificate_with_a_typ_is_none(typ: str) -> None:
    payload = cose.decode_sign1(sign_it(), None).payload
    assert _reason(sign.sign1(payload, typ, key("issuer"))) == "WRONG_TYPE"


def test_no_certificate_passes_as_a_published_object() -> None:
    world = World()
    for place in ("checkpoint", "trust_list"):
        trust = _load(world, **{place: sign_it()})
        assert verify_bytes(sign_it(), trust, NOW).reason is Reason.CHAIN_INVALID
    trust = _load(world, status_lists=(sign_it(),))
    assert verify_bytes(sign_it(), trust, NOW).reason is Reason.CHAIN_INVALID


# --- size -------------------------------------------------------------------------------------------------------------


def test_the_largest_certificate() -> None:
    trust = World().trust()
    assert verify_bytes(bytes(1_024), trust, NOW).reason is Reason.CBOR_TRAILING
    assert verify_bytes(bytes(1_025), trust, NOW).reason is Reason.TOO_LARGE
    assert verify_bytes(b"", trust, NOW).reason is Reason.CBOR_TRUNCATED


# --- regions (47, 99) -------------------------------------------------------------------------------------------------

GUANGDONG_CODE = IssuerCode("S000044010001")
ELSEWHERE = CERTIFICATE._replace(
    issuer=GUANGDONG_CODE,
    number=f"{GUANGDONG_CODE}263000001",
    status=StatusReference(7, "https://gd.example/s/0"),
)
GUANGDONG_WORLD = World(
    region=GUANGDONG,
    issuers=(ISSUER._replace(code=GUANGDONG_CODE, keys=(certificate_key("gd"),)),),
    status_base="https://gd.example/s/",
)


def _both(home: World, partner: World) -> Trust:
    """Both regions pinned by the verifier itself."""
    return load(home.bundle(partner), frozenset({home.pin(), partner.pin()}), home.region)


def test_a_region_that_is_not_held_is_unknown() -> None:
    assert _reason(ELSEWHERE, by="gd") == "REGION_UNKNOWN"


def test_each_region_is_checked_against_its_own_lists() -> None:
    trust = _both(World(), GUANGDONG_WORLD)
    assert verify_bytes(sign_it(ELSEWHERE, "gd"), trust, NOW).reason is Reason.ACCEPTED
    assert verify_bytes(sign_it(), trust, NOW).reason is Reason.ACCEPTED
    foreign = ELSEWHERE._replace(status=CERTIFICATE.status)
    assert verify_bytes(sign_it(foreign, "gd"), trust, NOW).reason is Reason.STATUS_URI_FOREIGN


def test_an_issuer_of_one_region_in_the_list_of_another_is_not_met() -> None:
    """Fujian cannot speak for Guangdong: the code's digits say whose list is asked."""
    fujian = World(issuers=(ISSUER, ISSUER._replace(code=GUANGDONG_CODE)))
    trust = _both(fujian, replace(GUANGDONG_WORLD, issuers=()))
    assert verify_bytes(sign_it(ELSEWHERE), trust, NOW).reason is Reason.ISSUER_UNKNOWN


def test_one_regions_clock_ahead_touches_that_region_only() -> None:
    ahead = replace(GUANGDONG_WORLD, checkpoint_issued=Seconds(NOW + 301))
    trust = _both(World(), ahead)
    assert verify_bytes(sign_it(ELSEWHERE, "gd"), trust, NOW).reason is Reason.CLOCK_SUSPECT
    assert verify_bytes(sign_it(), trust, NOW).reason is Reason.ACCEPTED


def test_one_regions_broken_chain_touches_that_region_only() -> None:
    part = GUANGDONG_WORLD.part()
    broken = part._replace(checkpoint=part.checkpoint[:-1] + bytes([part.checkpoint[-1] ^ 1]))
    data = bundle.encode({FUJIAN: World().part(), GUANGDONG: broken})
    trust = load(data, frozenset({World().pin(), GUANGDONG_WORLD.pin()}), FUJIAN)
    assert isinstance(trust.regions[GUANGDONG], ObjectError)
    found = verify_bytes(sign_it(ELSEWHERE, "gd"), trust, NOW)
    assert isinstance(found, Undecided)
    assert found.reason is Reason.CHAIN_INVALID
    assert verify_bytes(sign_it(), trust, NOW).reason is Reason.ACCEPTED


def test_a_bin_that_is_missing_touches_its_issuers_only() -> None:
    many = tuple(ISSUER._replace(code=IssuerCode(f"S0000350{n:05d}"), keys=()) for n in range(40))
    world = World(issuers=(*many, ISSUER))
    first, second = world.part().bins
    in_first = CERTIFICATE._replace(issuer=many[0].code, number=f"{many[0].code}263000001")
    assert verify_bytes(sign_it(), _load(world, bins=(second,)), NOW).reason is Reason.ACCEPTED
    assert verify_bytes(sign_it(), _load(world, bins=(first,)), NOW).reason is Reason.CHAIN_INVALID
    assert verify_bytes(sign_it(in_first), _load(world, bins=(second,)), NOW).reason is Reason.CHAIN_INVALID


# --- hostile bytes (37) -----------------------------------------------------------------------------------------------


def test_no_bit_of_a_certificate_can_be_flipped() -> None:
    data, trust = sign_it(), World(registered={7: sign_it()}).trust()
    for bit in range(8 * len(data)):
        bad = bytearray(data)
        bad[bit // 8] ^= 1 << bit % 8
        found = verify_bytes(bytes(bad), trust, NOW)
        assert found.reason.outcome is not Outcome.ACCEPTED, bit


def test_a_flipped_bit_of_the_certificate_itself_is_never_called_valid_or_revoked() -> None:
    """Inside the payload, but for issuer and structure, it is the signature that fails."""
    data, trust = sign_it(), World().trust()
    name = data.index("陈志强".encode())
    bad = data[:name] + "陈志弓".encode() + data[name + 9 :]
    assert verify_bytes(bad, trust, NOW).reason is Reason.SIGNATURE_INVALID


def test_no_other_byte_may_stand_anywhere() -> None:
    data, trust = sign_it(), World().trust()
    for place in range(len(data)):
        for delta in (1, 85, 128, 255):
            bad = data[:place] + bytes([(data[place] + delta) % 256]) + data[place + 1 :]
            assert verify_bytes(bad, trust, NOW).reason.outcome is not Outcome.ACCEPTED


TRUST = World(registered={7: sign_it()}).trust()
EDITS: st.SearchStrategy[Callable[[bytes], bytes]] = st.one_of(
    st.builds(
        lambda at, new: lambda d: d[: at % len(d)] + new + d[at % len(d) :], st.integers(0), st.binary(max_size=4)
    ),
    st.builds(
        lambda at, n: lambda d: d[: at % len(d)] + d[at % len(d) + n :] or b"\0", st.integers(0), st.integers(1, 8)
    ),
    st.builds(
        lambda at, new: lambda d: d[: at % len(d)] + new + d[at % len(d) + len(new) :],
        st.integers(0),
        st.binary(min_size=1, max_size=9),
    ),
)


@given(st.lists(EDITS, min_size=1, max_size=4), st.integers(-(2**40), 2**60))
def test_any_mutation_has_a_verdict(edits: list[Callable[[bytes], bytes]], now: int) -> None:
    data = original = sign_it()
    for edit in edits:
        data = edit(data)
    found = verify_bytes(data, TRUST, Seconds(now))
    assert found.reason.outcome is not Outcome.ACCEPTED or data == original


@given(st.text(max_size=80) | st.binary(max_size=120).map(lambda data: qr_text.encode("x", data or b"\0")))
def test_any_text_has_a_verdict(text: str) -> None:
    assert not isinstance(verify(text, TRUST, NOW), Accepted)


@given(st.integers(-(2**62), 2**62))
def test_any_time_has_a_verdict(now: int) -> None:
    found = verify_bytes(sign_it(), TRUST, Seconds(now)).reason
    assert found in {
        Reason.ACCEPTED,
        Reason.CLOCK_SUSPECT,
        Reason.ROOT_EXPIRED,
        Reason.TRUST_LIST_EXPIRED,
        Reason.STATUS_EXPIRED,
    }


@given(st.sampled_from(list(FAULTS.values())), st.lists(EDITS, max_size=2))
def test_a_signed_certificate_of_any_fault_has_a_verdict(fault: Fault, edits: list[Callable[[bytes], bytes]]) -> None:
    data = fault(Scenario()).data()
    for edit in edits:
        data = edit(data)
    assert verify_bytes(data, TRUST, NOW).reason in Reason


def test_honours_and_abilities_in_a_scope_without_level() -> None:
    """What a scope must name for an honour is the region's own list (edition 0) and the honour's title."""
    honour = certificate(subject=RegionalHonour("集美区高技能人才"), number="1")
    ability = certificate(subject=SpecialAbility(Occupation(0, SNACK.code, "沙县小吃", None)), number="1")
    assert _reason(honour, _with(scopes=(SCOPES[Kind.HONOUR],))) == "ACCEPTED"
    assert _reason(honour, _with(scopes=())) == "SCOPE_OCCUPATION"
    assert _reason(ability, _with(scopes=(SCOPES[Kind.SPECIAL_ABILITY],))) == "ACCEPTED"
    expired = SCOPES[Kind.HONOUR]._replace(last=Day(ISSUED_ON - 1))
    assert _reason(honour, _with(scopes=(expired,))) == "SCOPE_DATE"
