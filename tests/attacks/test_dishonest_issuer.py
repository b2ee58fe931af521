"""An issuer that is filed and signs what it must not. Holds its certificate key and its request key, rightfully.

Can certify whom it likes for what it is filed for, which no signature prevents. Cannot go beyond its scope, sign in
another's name, undo a decision about itself, or name a status list of its own.
"""

import socket
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from credential.issuer import OccupationReference, Scope
from credential.model import (
    Day,
    IssuerCode,
    IssuerState,
    LevelCertificate,
    PostAppointment,
    Seconds,
    StatusReference,
    day_of,
)
from credential.model import Post as PostKind
from tests.attacks.conftest import Verifier
from tests.attacks.simulator import Province
from tests.world import CERTIFICATE, CODE, DAY, ELECTRICIAN, FILED, ISSUED_ON, ISSUER, NOW, SIGNED_AT, certificate_key

COOK = ELECTRICIAN._replace(code="4-03-02-01", title="中式烹调师")
NARROW = Scope(OccupationReference(2022, ELECTRICIAN.code), 3, FILED, Day(ISSUED_ON + 30))
LATER = Seconds(SIGNED_AT + 31 * DAY)

BEYOND: Mapping[str, tuple[dict[str, Any], str]] = {
    "42-another-occupation": ({"subject": LevelCertificate(COOK, 3)}, "SCOPE_OCCUPATION"),
    "42-a-higher-level": ({"subject": LevelCertificate(ELECTRICIAN, 2)}, "SCOPE_LEVEL"),
    "42-after-its-scope": ({"issued_on": Day(ISSUED_ON + 31), "issued_at": LATER}, "SCOPE_DATE"),
    "44-the-number-of-another": ({"number": "Y000035020102263000009"}, "NUMBER_ISSUER"),
    "44-a-number-of-another-year": ({"number": f"{CODE}253000009"}, "NUMBER_YEAR"),
    "44-a-number-of-another-level": ({"number": f"{CODE}262000009"}, "NUMBER_LEVEL"),
    "39-a-date-after-the-signing": ({"issued_on": Day(ISSUED_ON + 1)}, "DATE_AFTER_SIGNING"),
    "45-a-name-that-reads-backwards": ({"person": CERTIFICATE.person._replace(name="陈\u202e强志")}, "NAME_REFUSED"),
    "45-a-name-with-nothing-in-it": ({"person": CERTIFICATE.person._replace(name="陈\u200b志强")}, "NAME_REFUSED"),
    "47-a-status-list-of-its-own": ({"status": StatusReference(9, "https://evil.example/s/0")}, "STATUS_URI_FOREIGN"),
    "47-a-status-list-of-another-region": (
        {"status": StatusReference(9, "https://gd.example/s/0")},
        "STATUS_URI_FOREIGN",
    ),
    "47-a-list-that-does-not-exist": ({"status": StatusReference(9, "https://fj.example/s/4")}, "STATUS_MISSING"),
    "47-an-index-beyond-every-list": ({"index": 2**40}, "NOT_YET_REGISTERED"),
}
"""What it signs, each registered or not, and the answer; the signature holds every time."""


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, whoever asks the network fails the test."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    def cut() -> None:
        for name in ("connect", "connect_ex", "sendto"):
            monkeypatch.setattr(socket.socket, name, refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)

    return cut


@pytest.mark.parametrize("what", BEYOND)
def test_beyond_what_it_may(verifier: Verifier, fujian: Province, offline: Callable[[], None], what: str) -> None:
    """39, 42, 44, 45, 47: the cases' names begin with them. Nothing that a certificate names is fetched."""
    changes, reason = BEYOND[what]
    fujian.issuers[CODE] = ISSUER._replace(scopes=(NARROW,))
    fujian.now = verifier.now = Seconds(max(NOW, int(changes.get("issued_at", 0)) + 7200))
    verifier.takes(fujian.publish())
    offline()
    assert verifier.says(fujian.forge(**{"index": 9, **changes})) == [reason]


def test_40_a_post_that_ended_is_shown_on(verifier: Verifier, fujian: Province) -> None:
    ends = Seconds(NOW + DAY)
    chief = PostAppointment(ELECTRICIAN, PostKind.CHIEF_TECHNICIAN, ends)
    post = fujian.certify(9, subject=chief)
    verifier.takes(fujian.publish())
    assert verifier.says(post) == ["ACCEPTED"]
    assert verifier.says(post, at=ends) == ["POST_ENDED"]
    verifier.now = Seconds(ends + 365 * DAY)
    assert verifier.says(post) == ["POST_ENDED"]


def test_43_suspended_and_signs_on(verifier: Verifier, fujian: Province) -> None:
    """Today's are refused, also those that are dated back; what it issued before stands."""
    fujian.decide(IssuerState.SUSPENDED, Seconds(SIGNED_AT + DAY))
    fujian.now = verifier.now = Seconds(NOW + 2 * DAY)
    after = Seconds(SIGNED_AT + DAY)
    today = fujian.certify(9, issued_at=after, issued_on=day_of(after))
    backdated = fujian.certify(10, issued_at=after)
    verifier.takes(fujian.publish())
    assert verifier.says(fujian.registered[7], today, backdated) == ["ACCEPTED", "ISSUER_SUSPENDED", "ISSUER_SUSPENDED"]


@pytest.mark.parametrize(
    ("state", "before", "after"),
    [
        (IssuerState.SUSPENDED, "ACCEPTED", "ISSUER_SUSPENDED"),
        (IssuerState.WITHDRAWN, "ACCEPTED", "ISSUER_WITHDRAWN"),
        (IssuerState.VOID, "ISSUER_VOID", "ISSUER_VOID"),
    ],
)
def test_43_hides_the_decision_about_itself(
    verifier: Verifier, fujian: Province, state: IssuerState, before: str, after: str
) -> None:
    """It hands out the bundle of yesterday: whoever knows today's keeps it."""
    yesterday = fujian.last
    since = Seconds(SIGNED_AT + DAY)
    fujian.decide(state, since)
    fujian.now = verifier.now = Seconds(NOW + 2 * DAY)
    later = fujian.certify(9, issued_at=since, issued_on=day_of(since))
    verifier.takes(fujian.publish())
    verifier.refuses(yesterday, "ROLLBACK")
    assert verifier.says(fujian.registered[7], later) == [before, after]


def test_43_not_filed_any_more_is_not_never_filed(verifier: Verifier, fujian: Province) -> None:
    """An issuer that left cannot be left out of the list, nor its key: what it issued would be called forged."""
    fujian.issuers[CODE] = ISSUER._replace(keys=())
    verifier.refuses(fujian.publish(), "ENTRY_VANISHED")
    fujian.issuers.clear()
    verifier.refuses(fujian.publish(), "ENTRY_VANISHED")


def test_46_a_look_alike_name(verifier: Verifier, fujian: Province) -> None:
    """It files a name that looks like another's: its certificates carry its own code, and cannot carry the other's."""
    code = IssuerCode("Y000035020102")
    fujian.issuers[code] = ISSUER._replace(
        code=code, names=((FILED, "厦⻔港务控股集团有限公司"),), keys=(certificate_key("look-alike"),)
    )
    mine = fujian.certify(9, "look-alike", issuer=code, number=f"{code}263000009")
    in_its_name = fujian.forge(10, "look-alike")
    verifier.takes(fujian.publish())
    rows = verifier.rows(mine, in_its_name)
    assert [row["reason"] for row in rows] == ["ACCEPTED", "KEY_UNKNOWN"]
    assert rows[0]["issuer"]["id"] == code
