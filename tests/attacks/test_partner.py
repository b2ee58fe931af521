"""Another province that the home recognises: careless, broken into, or hostile. Holds all keys of its own region.

Can say what it likes of its own certificates. Cannot say anything of another's, reach further than the home's
agreement, bring a friend along, or stop the home's own certificates from being checked.
"""

from dataclasses import replace
from typing import Any

import pytest

from credential import bundle
from credential.model import (
    AgreementState,
    Day,
    Effect,
    IssuerCode,
    Kind,
    Region,
    Seconds,
    Status,
    day_of,
    rfc3339,
)
from credential.recognition import Agreement, Match, Row
from credential.root import Role
from tests.attacks.conftest import Verifier
from tests.attacks.simulator import MONTH, Province, text
from tests.verifier_cli.conftest import Answer
from tests.world import DAY, FILED, FUJIAN, GUANGDONG, ISSUED_ON, ISSUER, NOW, certificate_key

THEIR_CODE = IssuerCode("Y000044020101")
THEIRS = ISSUER._replace(code=THEIR_CODE, keys=(certificate_key("theirs"),))
SHANGHAI = Region("31")
ANY = Match(None, Kind.LEVEL, None, None, (), Day(0), None)
AS_ITS_OWN = Row(ANY, None, None, Effect.EQUIVALENT, "闽人社〔2026〕1号")
AS_LEVEL_4 = Row(ANY, None, 4, Effect.ELIGIBILITY, "闽人社〔2026〕2号")
IN_FORCE = (FILED, AgreementState.IN_FORCE)


@pytest.fixture
def guangdong() -> Province:
    made = Province.founded(region=GUANGDONG, status_base="https://gd.example/s/", issuers={THEIR_CODE: THEIRS})
    made.certify(7, "theirs", issuer=THEIR_CODE, number=f"{THEIR_CODE}263000007")
    made.publish()
    return made


def agreement(partner: Province, *rows: Row, **changes: Any) -> Agreement:
    """The home's agreement with this partner."""
    made = Agreement(
        1, partner.region, (1, partner.pin), "互认协议", FILED, (IN_FORCE,), True, (), rows or (AS_ITS_OWN,)
    )
    return made._replace(**changes)


@pytest.fixture
def both(newcomer: Verifier, fujian: Province, guangdong: Province) -> Verifier:
    """At home in Fujian, with Guangdong's part as well."""
    fujian.agreements = (agreement(guangdong),)
    newcomer.takes({FUJIAN: fujian.publish(), GUANGDONG: guangdong.last})
    return newcomer


def recognised(verifier: Verifier, partner: Province, **when: Any) -> str:
    """What the home makes of the partner's certificate."""
    (row,) = verifier.rows(partner.registered[7], **when)
    return str(row["recognition"] if row["reason"] == "ACCEPTED" else row["reason"])


def results(answer: Answer) -> list[tuple[str, str, str | None]]:
    """What became of each region."""
    return [(row["region"], row["result"], row["reason"]) for row in answer.rows]


def test_63_agreement_not_yet_in_force(both: Verifier, fujian: Province, guangdong: Province) -> None:
    """Authentic all the same, and not recognised before its day, to the second."""
    begins = Day(day_of(NOW) + 1)
    fujian.agreements = (agreement(guangdong, states=((begins, AgreementState.IN_FORCE),)),)
    both.takes({FUJIAN: fujian.publish(), GUANGDONG: guangdong.last})
    first = Seconds(begins * DAY - 8 * 3600)
    assert recognised(both, guangdong) == "AGREEMENT_NOT_IN_FORCE"
    assert recognised(both, guangdong, at=Seconds(first - 1)) == "AGREEMENT_NOT_IN_FORCE"
    assert recognised(both, guangdong, at=first) == "RECOGNISED"


@pytest.mark.parametrize(
    ("keep", "dated", "answer"),
    [
        (True, -1, "AGREEMENT_REPEALED"),
        (True, 0, "AGREEMENT_REPEALED"),
        (True, 1, "RECOGNISED"),
        (False, 1, "AGREEMENT_REPEALED"),
    ],
    ids=["keep-dated-after", "keep-dated-that-day", "keep-dated-before", "drop"],
)
def test_63_repealed(
    both: Verifier, fujian: Province, guangdong: Province, keep: bool, dated: int, answer: str
) -> None:
    """Keep: what was dated before the repeal. Drop: nothing."""
    states = (IN_FORCE, (Day(ISSUED_ON + dated), AgreementState.REPEALED))
    fujian.agreements = (agreement(guangdong, states=states, keep=keep),)
    both.now = fujian.now = guangdong.now = Seconds(NOW + 2 * DAY)
    both.takes({FUJIAN: fujian.publish(), GUANGDONG: guangdong.publish()})
    assert recognised(both, guangdong) == answer


def test_101_agreements_too_old_to_say(both: Verifier, fujian: Province, guangdong: Province) -> None:
    """The home published nothing for half a year, the partner did: authentic, and nobody knows whether it counts."""
    both.now = guangdong.now = Seconds(NOW + 6 * MONTH)
    answer = both.sync({FUJIAN: fujian.last, GUANGDONG: guangdong.publish()})
    assert results(answer) == [("35", "refused", "EXPIRED"), ("44", "updated", None)]
    assert recognised(both, guangdong, at=Seconds(both.now - 1)) == "RECOGNISED"
    assert recognised(both, guangdong) == "RECOGNITION_UNKNOWN"
    (row,) = both.rows(guangdong.registered[7])
    assert (row["recognised_as"], row["as_of"]["recognition"]) == (None, rfc3339(NOW))
    question = ["check", "--bundle", str(both.bundle), "--require-recognised", text(guangdong.registered[7])]
    assert both.call(question).code == 3


def test_63_two_rows_match_and_deny_beats_allow(both: Verifier, fujian: Province, guangdong: Province) -> None:
    """The first allow, in the order of the table; and any deny before all of them."""
    fujian.agreements = (agreement(guangdong, AS_LEVEL_4, AS_ITS_OWN),)
    both.takes({FUJIAN: fujian.publish(), GUANGDONG: guangdong.last})
    (row,) = both.rows(guangdong.registered[7])
    assert (row["recognised_as"]["level"], row["recognised_as"]["rule"]) == (4, "1.1")
    fujian.agreements = (agreement(guangdong, AS_ITS_OWN, AS_LEVEL_4),)
    both.takes({FUJIAN: fujian.publish(), GUANGDONG: guangdong.last})
    (row,) = both.rows(guangdong.registered[7])
    assert (row["recognised_as"]["level"], row["recognised_as"]["rule"]) == (3, "1.1")
    fujian.agreements = (agreement(guangdong, AS_ITS_OWN, deny=(ANY._replace(issuer=THEIR_CODE),)),)
    both.takes({FUJIAN: fujian.publish(), GUANGDONG: guangdong.last})
    assert recognised(both, guangdong) == "DENIED"


def test_63_the_partner_hides_the_repeal(both: Verifier, fujian: Province, guangdong: Province) -> None:
    """It hands out the home's bundle of yesterday: the home's own order stops it."""
    yesterday = fujian.last
    states = (IN_FORCE, (Day(ISSUED_ON), AgreementState.REPEALED))
    fujian.agreements = (agreement(guangdong, states=states, keep=False),)
    both.takes({FUJIAN: fujian.publish(), GUANGDONG: guangdong.last})
    answer = both.sync({FUJIAN: yesterday, GUANGDONG: guangdong.publish()})
    assert (answer.code, results(answer)) == (0, [("35", "kept", None), ("44", "updated", None)])
    assert recognised(both, guangdong) == "AGREEMENT_REPEALED"
    both.now = guangdong.now = Seconds(NOW + 3 * DAY)
    answer = both.sync({FUJIAN: yesterday, GUANGDONG: guangdong.publish()})
    assert (answer.code, results(answer)) == (1, [("35", "refused", "ROLLBACK"), ("44", "updated", None)])
    assert recognised(both, guangdong) == "AGREEMENT_REPEALED"


def test_48_an_older_partner_in_the_homes_bundle(both: Verifier, fujian: Province, guangdong: Province) -> None:
    """The home's registry took the partner's part along a while ago; the verifier has been to the partner's since."""
    older = guangdong.last
    guangdong.statuses[7] = Status.REVOKED
    both.takes({FUJIAN: fujian.last, GUANGDONG: guangdong.publish()})
    answer = both.sync({FUJIAN: fujian.publish(), GUANGDONG: older})
    assert (answer.code, results(answer)) == (0, [("35", "updated", None), ("44", "kept", None)])
    assert (answer.rows[1]["checkpoint"], answer.rows[1]["offered"]) == ([1, 2], [1, 1])
    assert both.says(guangdong.registered[7]) == ["REVOKED"]
    words = both.call(["sync", *both.asking])
    assert "44 收到的较旧（1, 1），保留手里较新的" in words.out


def test_63_the_agreement_cannot_vanish(both: Verifier, fujian: Province, guangdong: Province) -> None:
    """Taken out, and with it the pin, it would leave the partner's certificates undecided: it must be repealed."""
    held = both.held
    other = Province.founded(region=SHANGHAI, status_base="https://sh.example/s/", issuers={})
    for kept in (), (agreement(other),):
        fujian.agreements = kept
        answer = both.sync({FUJIAN: fujian.publish(), GUANGDONG: guangdong.last})
        assert [(row["region"], row["reason"]) for row in answer.rows] == [("35", "ENTRY_VANISHED"), ("44", None)]
    assert (both.held, recognised(both, guangdong)) == (held, "RECOGNISED")


def test_99_a_partner_whose_clock_is_ahead(both: Verifier, fujian: Province, guangdong: Province) -> None:
    """At sync its part is refused and the home's is taken; its last good state stays."""
    guangdong.now = Seconds(NOW + DAY)
    guangdong.statuses[7] = Status.REVOKED
    answer = both.sync({FUJIAN: fujian.publish(), GUANGDONG: guangdong.publish()})
    assert [(row["region"], row["reason"]) for row in answer.rows] == [("35", None), ("44", "DATED_AHEAD")]
    assert both.says(fujian.registered[7], guangdong.registered[7]) == ["ACCEPTED", "ACCEPTED"]


def test_99_the_homes_clock_is_ahead(both: Verifier, fujian: Province, guangdong: Province) -> None:
    """The other way round: the partner is updated, and the home stays as it was."""
    fujian.now = Seconds(NOW + DAY)
    guangdong.statuses[7] = Status.REVOKED
    answer = both.sync({FUJIAN: fujian.publish(), GUANGDONG: guangdong.publish()})
    assert [(row["region"], row["reason"]) for row in answer.rows] == [("35", "DATED_AHEAD"), ("44", None)]
    assert both.says(fujian.registered[7], guangdong.registered[7]) == ["ACCEPTED", "REVOKED"]


def test_a_partner_that_publishes_nothing_any_more(both: Verifier, fujian: Province, guangdong: Province) -> None:
    """Its lists grow old and its certificates undecided; the home's do not."""
    both.now = fujian.now = Seconds(NOW + 40 * DAY)
    answer = both.sync({FUJIAN: fujian.publish(), GUANGDONG: guangdong.last})
    assert [(row["region"], row["reason"]) for row in answer.rows] == [("35", None), ("44", "EXPIRED")]
    assert both.says(fujian.registered[7], guangdong.registered[7]) == ["ACCEPTED", "STATUS_EXPIRED"]


def test_a_partner_lists_the_homes_issuer(both: Verifier, fujian: Province, guangdong: Province) -> None:
    """With its own key, or as void: the code names the region, and only that region is asked."""
    guangdong.issuers[ISSUER.code] = ISSUER._replace(keys=(certificate_key("theirs"),))
    forged = fujian.forge(9, "theirs")
    both.takes({FUJIAN: fujian.last, GUANGDONG: guangdong.publish()})
    assert both.says(fujian.registered[7], forged) == ["ACCEPTED", "KEY_UNKNOWN"]


def test_a_partners_part_under_the_homes_name(both: Verifier, fujian: Province, guangdong: Province) -> None:
    """It puts its own objects where the home's belong: there is no pinned root among them."""
    both.refuses({FUJIAN: guangdong.publish()}, "PIN_NOT_FOUND")
    part = fujian.publish()
    answer = both.sync({FUJIAN: part._replace(status_lists=guangdong.last.status_lists), GUANGDONG: guangdong.last})
    assert [(row["region"], row["reason"]) for row in answer.rows] == [("35", "WRONG_REGION"), ("44", None)]


def test_a_partner_brings_a_friend_along(both: Verifier, fujian: Province, guangdong: Province) -> None:
    """Recognition is not transitive: what the partner vouches for, the home does not even store."""
    friend = Province.founded(region=SHANGHAI, status_base="https://sh.example/s/", issuers={})
    friend.publish()
    guangdong.agreements = (agreement(friend),)
    answer = both.takes({FUJIAN: fujian.last, GUANGDONG: guangdong.publish(), SHANGHAI: friend.last})
    assert answer["result"] == "unchanged"
    assert set(bundle.decode(both.held or b"")) == {FUJIAN, GUANGDONG}


def test_a_partner_that_lost_its_root_is_pinned_anew(both: Verifier, fujian: Province, guangdong: Province) -> None:
    """Broken into down to the root: the home names another pin, and what the thief made is gone."""
    thief = guangdong.thief(Role.ROOT, of_each=2)
    thief.ceremony(*Role)
    thief.statuses[7] = Status.REVOKED
    both.takes({FUJIAN: fujian.last, GUANGDONG: thief.publish()})
    assert both.says(guangdong.registered[7]) == ["REVOKED"]
    again = replace(guangdong.fork(), published=[], seq=0)
    again.ceremony(*Role)
    again.ceremony(*Role)
    again.roots = again.roots[2:]
    fujian.agreements = (agreement(again),)
    both.takes({FUJIAN: fujian.publish(), GUANGDONG: again.publish()})
    assert both.says(fujian.registered[7], guangdong.registered[7]) == ["ACCEPTED", "ACCEPTED"]


def test_a_container_with_one_broken_region_touches_no_other(
    both: Verifier, fujian: Province, guangdong: Province
) -> None:
    """Its objects are noise: refused by itself, while the home is updated."""
    noise = guangdong.last._replace(trust_list=b"\xff" * 99)
    answer = both.sync({FUJIAN: fujian.publish(), GUANGDONG: noise})
    assert [(row["region"], row["reason"]) for row in answer.rows] == [("35", None), ("44", "OBJECT_MALFORMED")]
    assert both.says(fujian.registered[7], guangdong.registered[7]) == ["ACCEPTED", "ACCEPTED"]


def test_58_a_partner_left_out_of_the_bundle(both: Verifier, fujian: Province, guangdong: Province) -> None:
    """A mirror serves the home alone: what is held of the partner stays, grows old, and sync says how old."""
    answer = both.sync({FUJIAN: fujian.publish()})
    assert (answer.code, results(answer)) == (0, [("35", "updated", None), ("44", "absent", None)])
    assert (answer.rows[1]["issued"], answer.rows[1]["age"]) == (rfc3339(NOW), 0)
    assert both.says(fujian.registered[7], guangdong.registered[7]) == ["ACCEPTED", "ACCEPTED"]
    both.now = fujian.now = Seconds(NOW + MONTH)
    assert both.sync({FUJIAN: fujian.publish()}).rows[1]["age"] == MONTH
    assert "44 收到的离线包里没有这个地区；原有的资料保留" in both.call(["sync", *both.asking]).out
    assert both.says(fujian.registered[7], guangdong.registered[7]) == ["ACCEPTED", "STATUS_EXPIRED"]
