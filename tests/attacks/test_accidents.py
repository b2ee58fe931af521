"""Nobody attacks: somebody is late, ahead, offline, or in a hurry. Nothing is called forged for it, nor passes."""

import pytest

from credential.model import Day, IssuerCode, IssuerState, Seconds, Status
from credential.root import Role
from tests.attacks.conftest import Verifier
from tests.attacks.simulator import MONTH, Province
from tests.world import CODE, DAY, FILED, ISSUER, NOW, certificate_key


def test_100_shown_minutes_after_signing(verifier: Verifier, fujian: Province) -> None:
    """The list is of an hour ago; the next sync knows it."""
    fresh = fujian.forge(9, issued_at=Seconds(NOW + 60))
    verifier.now = fujian.now = Seconds(NOW + 300)
    assert verifier.says(fresh) == ["NOT_YET_REGISTERED"]
    fujian.certify(9, issued_at=Seconds(NOW + 60))
    verifier.takes(fujian.publish())
    assert verifier.says(fresh) == ["ACCEPTED"]


def test_100_an_issuer_that_was_filed_today(verifier: Verifier, fujian: Province) -> None:
    """Yesterday's list does not know it, and does not call it unknown."""
    code = IssuerCode("Y000035020102")
    fujian.issuers[code] = ISSUER._replace(code=code, keys=(certificate_key("new"),))
    verifier.now = fujian.now = Seconds(NOW + 3600)
    signed = fujian.certify(9, "new", issuer=code, number=f"{code}263000009", issued_at=Seconds(NOW + 1800))
    assert verifier.says(signed) == ["STALE"]
    verifier.takes(fujian.publish())
    assert verifier.says(signed) == ["ACCEPTED"]


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (Status.VALID, "STATUS_EXPIRED"),
        (Status.REVOKED, "REVOKED"),
        (Status.SUPERSEDED, "SUPERSEDED"),
        (Status.SUSPENDED, "STALE"),
    ],
)
def test_101_a_verifier_that_was_offline_for_a_month(
    verifier: Verifier, fujian: Province, status: Status, answer: str
) -> None:
    """What is for ever still rejects from an expired list; what may have changed is undecided; nothing passes."""
    fujian.statuses[7] = status
    verifier.takes(fujian.publish())
    verifier.now = Seconds(NOW + MONTH)
    assert verifier.says(fujian.registered[7]) == [answer]


@pytest.mark.parametrize(
    ("state", "answer"),
    [(IssuerState.VOID, "ISSUER_VOID"), (IssuerState.SUSPENDED, "STALE"), (IssuerState.WITHDRAWN, "STALE")],
)
def test_101_a_verifier_that_was_offline_for_half_a_year(
    verifier: Verifier, fujian: Province, state: IssuerState, answer: str
) -> None:
    fujian.issuers[CODE] = ISSUER._replace(states=(*ISSUER.states, (Day(FILED + 1), state)))
    verifier.takes(fujian.publish())
    verifier.now = Seconds(NOW + 6 * MONTH)
    assert verifier.says(fujian.registered[7]) == [answer]


def test_50_a_root_that_nobody_renewed(verifier: Verifier, fujian: Province) -> None:
    """The ceremony was forgotten: undecided, not forged; and a new root makes it good."""
    expires = fujian.root.head.expires
    verifier.now = fujian.now = expires
    verifier.refuses(fujian.publish(), "EXPIRED")
    assert verifier.says(fujian.registered[7]) == ["ROOT_EXPIRED"]
    fujian.ceremony(Role.STATUS)
    verifier.takes(fujian.publish())
    assert verifier.says(fujian.registered[7]) == ["ACCEPTED"]


def test_61_a_clock_that_is_a_little_slow(verifier: Verifier, fujian: Province) -> None:
    """Five minutes are forgiven, a second more is not."""
    fujian.now = Seconds(NOW + DAY)
    fujian.publish()
    verifier.now = Seconds(NOW + DAY - 301)
    verifier.refuses(fujian.last, "DATED_AHEAD")
    verifier.now = Seconds(NOW + DAY - 300)
    verifier.takes(fujian.last)
    assert verifier.says(fujian.registered[7]) == ["ACCEPTED"]
