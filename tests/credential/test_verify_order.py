"""Every reason that a check can give, and which of two faults at once it gives."""

from itertools import combinations

import pytest

from credential.reason import BEFORE_TEXT, Outcome, Reason
from credential.verify import STEPS, Accepted, Rejected, Undecided
from tests.credential.scenario import FAULTS, NEGATIVE_BY_STATUS_LIST, NEGATIVE_BY_TRUST_LIST, Scenario

BY_BYTES = {reason for reason in Reason if reason.value.startswith("CBOR_")}
"""tests/credential/test_cbor.py has each; here CBOR_TRAILING stands for them in the order of steps."""


def test_without_a_fault_it_is_accepted() -> None:
    found = Scenario().verdict()
    assert isinstance(found, Accepted)
    assert found.reason is Reason.ACCEPTED


def test_every_reason_has_its_fault() -> None:
    stale = {Reason.STALE, Reason.ACCEPTED}
    assert set(FAULTS) | BY_BYTES | BEFORE_TEXT | stale == set(Reason)


@pytest.mark.parametrize("reason", FAULTS)
def test_each_fault_alone(reason: Reason) -> None:
    found = FAULTS[reason](Scenario()).verdict()
    assert found.reason is reason
    kinds = {Outcome.ACCEPTED: Accepted, Outcome.REJECTED: Rejected, Outcome.UNDECIDED: Undecided}
    assert type(found) is kinds[reason.outcome]


def test_the_undecided_reasons_are_these() -> None:
    assert {reason for reason in FAULTS if reason.outcome is Outcome.UNDECIDED} == {
        Reason.REGION_UNKNOWN,
        Reason.CHAIN_INVALID,
        Reason.CLOCK_SUSPECT,
        Reason.UNSUPPORTED,
        Reason.SURVIVORS_MISSING,
        Reason.STATUS_MISSING,
        Reason.NOT_YET_REGISTERED,
        Reason.ROOT_EXPIRED,
        Reason.TRUST_LIST_EXPIRED,
        Reason.STATUS_EXPIRED,
    }


# A post has no level, so it cannot be combined with what a level is needed for
APART = {(Reason.NUMBER_LEVEL, Reason.POST_ENDED), (Reason.SCOPE_LEVEL, Reason.POST_ENDED)}


def _expected(first: Reason, second: Reason) -> Reason:
    """The earlier, unless the later makes the list too old to say so."""
    old_trust_list = second in {Reason.ISSUED_IN_FUTURE, Reason.TRUST_LIST_EXPIRED}
    if first in NEGATIVE_BY_TRUST_LIST and old_trust_list:
        return Reason.STALE
    if first in NEGATIVE_BY_STATUS_LIST and second is Reason.STATUS_EXPIRED:
        return Reason.STALE
    return first


@pytest.mark.parametrize("first", FAULTS)
def test_of_two_faults_the_earlier_wins(first: Reason) -> None:
    pairs = [pair for pair in combinations(FAULTS, 2) if pair[0] is first and pair not in APART]
    scenarios = {second: FAULTS[first](FAULTS[second](Scenario())) for _, second in pairs}
    found = {second: scenario.verdict().reason for second, scenario in scenarios.items()}
    assert found == {second: _expected(first, second) for second in scenarios}


def test_the_steps_are_numbered_from_1_to_16() -> None:
    assert [step.number for step in STEPS] == list(range(1, 17))
