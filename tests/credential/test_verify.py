"""What a check says at the exact edges of time, and of what the lists say of a certificate."""

from dataclasses import replace

import pytest

from credential import cose, qr_text
from credential.model import (
    Certificate,
    Day,
    IssuerCode,
    IssuerKind,
    Kind,
    Occupation,
    Post,
    PostAppointment,
    Seconds,
    Status,
    day_of,
    start_of,
)
from credential.reason import Reason
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
from tests.credential.checked import reason_on, verdict_on
from tests.credential.scenario import FAULTS, NEGATIVE_BY_STATUS_LIST, NEGATIVE_BY_TRUST_LIST, Scenario
from tests.world import (
    CERTIFICATE,
    CODE,
    DAY,
    ISSUED_ON,
    NOW,
    PUBLISHED_AT,
    SIGNED_AT,
    YEAR,
    World,
    certificate,
    sign_it,
)

# --- what an answer holds ---------------------------------------------------------------------------------------------


def test_accepted_holds_the_facts_the_issuer_and_the_ages() -> None:
    found = verdict_on()
    assert isinstance(found, Accepted)
    assert found.certificate == CERTIFICATE
    assert found.issuer == NamedIssuer(CODE, "厦门港务控股集团有限公司", IssuerKind.EMPLOYER)
    assert found.as_of == AsOf(NOW, PUBLISHED_AT, PUBLISHED_AT, "index-only")


def test_a_registered_certificate_says_so() -> None:
    found = verdict_on(world=World(registered={7: sign_it()}))
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


# --- time -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ahead", "reason"), [(0, "ACCEPTED"), (300, "ACCEPTED"), (301, "ISSUED_IN_FUTURE")])
def test_signed_at_most_five_minutes_ahead(ahead: int, reason: str) -> None:
    assert reason_on(certificate(issued_at=Seconds(NOW + ahead))) == reason


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
    assert reason_on(what, world, now=later) == reason


def test_a_date_long_before_signing_is_fine() -> None:
    assert reason_on(certificate(issued_on=Day(ISSUED_ON - 300))) == "ACCEPTED"


@pytest.mark.parametrize("which", ["root_issued", "list_issued", "status_issued", "checkpoint_issued"])
def test_a_clock_behind_the_newest_object_is_suspect(which: str) -> None:
    world = replace(World(), **{which: NOW})  # type: ignore[arg-type]
    assert reason_on(world=world, now=NOW - 300) == "ACCEPTED"
    assert reason_on(world=world, now=NOW - 301) == "CLOCK_SUSPECT"


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
    assert reason_on(world=replace(world, **{lifetime: at + 1})) == "ACCEPTED"
    assert reason_on(world=replace(world, **{lifetime: at})) == reason


def test_an_expired_checkpoint_is_for_sync_alone() -> None:
    assert reason_on(now=PUBLISHED_AT + 29 * DAY) == "ACCEPTED"


@pytest.mark.parametrize(
    ("delta", "reason"), [(-DAY, "POST_ENDED"), (0, "POST_ENDED"), (1, "ACCEPTED"), (3 * YEAR, "ACCEPTED")]
)
def test_a_term_is_half_open(delta: int, reason: str) -> None:
    post = PostAppointment(Occupation(2022, "6-31-01-03", "电工", None), Post.CHIEF_TECHNICIAN, Seconds(NOW + delta))
    assert reason_on(certificate(subject=post)) == reason


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
    assert reason_on(what, now=max(NOW, signed)) == reason


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
    assert reason_on(what, now=now) == "NOT_YET_REGISTERED"
    assert reason_on(what, now=now, by="a new key") == "STALE"
    assert reason_on(unknown, now=now) == "STALE"


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
    assert reason_on(world=world) == "ACCEPTED"


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
    assert reason_on(certificate(index=index), world) == STATUS_REASON[status]


# --- size -------------------------------------------------------------------------------------------------------------


def test_the_largest_certificate() -> None:
    trust = World().trust()
    assert verify_bytes(bytes(1_024), trust, NOW).reason is Reason.CBOR_TRAILING
    assert verify_bytes(bytes(1_025), trust, NOW).reason is Reason.TOO_LARGE
    assert verify_bytes(b"", trust, NOW).reason is Reason.CBOR_TRUNCATED
