"""Who wants a benefit that is not due, or takes one away: old, forked and missing policies, at `sync` and `check`."""

from typing import Any

import pytest

from credential.model import Seconds
from credential.root import Role
from tests.attacks.conftest import Verifier
from tests.attacks.simulator import MONTH, Province
from tests.jimei import ALLOWANCES, DISTRICT
from tests.world import NOW


@pytest.fixture
def fujian() -> Province:
    """Index 7 is of level 3, for which the district pays 800 yuan a month; published twice."""
    made = Province.founded(clauses=ALLOWANCES)
    made.certify(7)
    made.publish()
    made.publish()
    return made


def benefits(verifier: Verifier, certificate: bytes, at: Seconds | None = None) -> dict[str, Any]:
    (row,) = verifier.rows(certificate, at=at, division=DISTRICT.code)
    found: dict[str, Any] = row["benefits"]
    return found


def amounts(verifier: Verifier, certificate: bytes) -> list[int]:
    return [each["amount_fen"] for each in benefits(verifier, certificate)["clauses"]]


def test_what_is_held_answers_with_its_clause(verifier: Verifier, fujian: Province) -> None:
    (clause,) = benefits(verifier, fujian.registered[7])["clauses"]
    assert (clause["clause"], clause["words"]) == ("第五条第（一）项", "高级工每人每月800元")


def test_48_last_years_policy_under_the_new_checkpoint(verifier: Verifier, fujian: Province) -> None:
    old = fujian.last.benefits
    fujian.clauses = (ALLOWANCES[0]._replace(last=ALLOWANCES[0].first),)
    verifier.takes(fujian.publish())
    assert amounts(verifier, fujian.registered[7]) == []
    verifier.refuses(fujian.publish()._replace(benefits=old), "ROLLBACK")
    assert amounts(verifier, fujian.registered[7]) == []


def test_49_two_policies_of_one_number(verifier: Verifier, fujian: Province) -> None:
    """Whoever holds the list and the online keys pays himself more, under the number that others hold."""
    thief = fujian.thief(Role.LIST, Role.STATUS, Role.CHECKPOINT)
    thief.clauses = (ALLOWANCES[0]._replace(amount=ALLOWANCES[4].amount),)
    verifier.refuses(thief.publish(seq=fujian.seq), "EQUIVOCATION")
    assert amounts(verifier, fujian.registered[7]) == [80_000]
    verifier.evidence[0].unlink()


def test_51_the_policy_of_another_day(verifier: Verifier, fujian: Province) -> None:
    monday, tuesday = fujian.publish(), fujian.publish()
    verifier.refuses(tuesday._replace(benefits=monday.benefits), "MIX_AND_MATCH")


def test_54_one_signature_where_two_are_needed(newcomer: Verifier, fujian: Province) -> None:
    thief = fujian.thief(Role.LIST, Role.STATUS, Role.CHECKPOINT, of_each=1)
    newcomer.refuses(thief.publish(), "THRESHOLD_NOT_MET")


def test_58_a_mirror_leaves_the_policy_out(verifier: Verifier, fujian: Province) -> None:
    verifier.refuses(fujian.publish()._replace(benefits=None), "ENTRY_VANISHED")
    assert amounts(verifier, fujian.registered[7]) == [80_000]


def test_58_a_newcomer_without_the_policy_is_told_that_it_is_not_known(newcomer: Verifier, fujian: Province) -> None:
    newcomer.takes(fujian.last._replace(benefits=None))
    assert benefits(newcomer, fujian.registered[7]) == {
        "answer": "POLICY_MISSING",
        "division": DISTRICT.code,
        "clauses": [],
    }


def test_58_a_registry_that_stops_publishing_its_policy(verifier: Verifier, fujian: Province) -> None:
    fujian.clauses = ()
    verifier.refuses(fujian.publish(), "ENTRY_VANISHED")


def test_50_a_policy_past_its_expiry_is_not_nothing(verifier: Verifier, fujian: Province) -> None:
    """Frozen for half a year: the certificate itself is undecided by then, and no benefit is denied or claimed."""
    found = benefits(verifier, fujian.registered[7], Seconds(NOW + 6 * MONTH))
    assert found["answer"] == "NOT_ACCEPTED"


def test_a_thief_of_a_certificate_key_has_no_benefit(verifier: Verifier, fujian: Province) -> None:
    forged = fujian.forge(9)
    assert benefits(verifier, forged)["answer"] == "NOT_ACCEPTED"
