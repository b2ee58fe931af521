"""Whoever stole an issuer's certificate key, from its signer. Can sign certificates that look like the issuer's.

Cannot register them: that takes the request key, which is in other hands. So they carry an index that is another's or
nobody's; and once the compromise is published, all falls that the registry did not have before, offline too. That the
registry takes no request by this key, and grants no index twice, is in tests/verifier_cli/test_faults.py (95, 97).
"""

from typing import Any

import pytest

from credential.issuer import CertificateKey
from credential.model import KeyState, Seconds, Status
from tests.attacks.conftest import Verifier
from tests.attacks.simulator import Province
from tests.world import CERTIFICATE, DAY, ISSUER, NOW, PUBLISHED_AT, SIGNED_AT, certificate_key

THIEFS = CERTIFICATE.person._replace(name="张三")


def test_94_the_live_index_of_another_certificate(verifier: Verifier, fujian: Province) -> None:
    """The index stands, but the register has another digest there."""
    forged = fujian.forge(7, person=THIEFS)
    assert verifier.says(forged, fujian.registered[7]) == ["INDEX_MISMATCH", "ACCEPTED"]


def test_94_limit_without_the_shard_only_the_index_is_known(newcomer: Verifier, fujian: Province) -> None:
    """A mirror leaves the shards out, which is allowed; then the verdict says that it knows the index alone."""
    newcomer.takes(fujian.last._replace(shards=()))
    (row,) = newcomer.rows(fujian.forge(7, person=THIEFS))
    assert (row["reason"], row["as_of"]["registration"]) == ("ACCEPTED", "index-only")
    newcomer.takes(fujian.last)
    assert newcomer.says(fujian.forge(7, person=THIEFS)) == ["INDEX_MISMATCH"]


@pytest.mark.parametrize("left_out", [{"shards": ()}, {"shards": (), "registers": ()}], ids=["shards", "all"])
def test_94_a_mirror_withholds_the_register_that_was_held(
    verifier: Verifier, fujian: Province, left_out: dict[str, Any]
) -> None:
    """What did not change is kept, whoever leaves it out; in the same bytes again, and in a newer part."""
    forged = fujian.forge(7, person=THIEFS)
    assert verifier.takes(fujian.last._replace(**left_out))["result"] == "unchanged"
    fujian.statuses[7] = Status.SUSPENDED
    assert verifier.takes(fujian.publish()._replace(**left_out))["register_lost"] == 0
    fujian.statuses[7] = Status.VALID
    verifier.takes(fujian.publish()._replace(**left_out))
    assert verifier.says(forged, fujian.registered[7]) == ["INDEX_MISMATCH", "ACCEPTED"]


def test_94_limit_a_mirror_withholds_a_shard_that_changed(verifier: Verifier, fujian: Province) -> None:
    """Somebody was registered in those 256 indices, and the mirror hides whom: sync says how many shards it lost."""
    forged = fujian.forge(7, person=THIEFS)
    fujian.certify(300)
    verifier.takes(fujian.publish())
    fujian.certify(9)
    assert verifier.takes(fujian.publish()._replace(shards=()))["register_lost"] == 1
    (row,) = verifier.rows(forged)
    assert (row["reason"], row["as_of"]["registration"]) == ("ACCEPTED", "index-only")
    assert verifier.says(fujian.forge(300, person=THIEFS)) == ["INDEX_MISMATCH"]
    verifier.takes(fujian.last)
    assert verifier.says(forged) == ["INDEX_MISMATCH"]


def test_94_another_shard_in_its_place(verifier: Verifier, fujian: Province) -> None:
    """The thief makes a shard with his digest: no hash in the register index leads to it."""
    forged = fujian.forge(7, person=THIEFS)
    thief = fujian.thief()
    thief.registered[7] = forged
    verifier.takes(fujian.publish()._replace(shards=thief._register()[1]))
    assert verifier.says(forged, fujian.registered[7]) == ["INDEX_MISMATCH", "ACCEPTED"]


def test_94_an_index_that_nobody_has(verifier: Verifier, fujian: Province) -> None:
    """Undecided for a week, as an honest one would be; then refused."""
    forged = fujian.forge(9)
    assert verifier.says(forged) == ["NOT_YET_REGISTERED"]
    fujian.now = verifier.now = Seconds(SIGNED_AT + 7 * DAY + 1)
    verifier.takes(fujian.publish())
    assert verifier.says(forged) == ["NOT_REGISTERED"]


def test_60_compromised_since_then(verifier: Verifier, fujian: Province) -> None:
    """Registered before: stands. Signed since: falls. Dated back before it, but never registered: falls too."""
    since = Seconds(SIGNED_AT + 60)
    signed_since = fujian.certify(9, issued_at=since)
    backdated = fujian.forge(7, person=THIEFS, issued_at=Seconds(SIGNED_AT - 60))
    verifier.takes(fujian.publish())
    assert verifier.says(fujian.registered[7], signed_since, backdated) == ["ACCEPTED", "ACCEPTED", "INDEX_MISMATCH"]
    fujian.compromise(since, standing=[fujian.registered[7], fujian.registered[8]])
    verifier.takes(fujian.publish())
    shown = (*fujian.registered.values(), backdated)
    assert verifier.says(*shown) == ["ACCEPTED", "REVOKED", "KEY_COMPROMISED", "KEY_COMPROMISED"]


def test_60_stands_and_falls_the_same_without_the_register(newcomer: Verifier, fujian: Province) -> None:
    """The survivors' file alone decides: whoever holds no shard falls for no index of another."""
    forged = fujian.forge(7, person=THIEFS, issued_at=Seconds(SIGNED_AT - 60))
    fujian.compromise(Seconds(SIGNED_AT + 60), standing=[fujian.registered[7]])
    newcomer.takes(fujian.publish()._replace(shards=(), registers=()))
    assert newcomer.says(fujian.registered[7], forged) == ["ACCEPTED", "KEY_COMPROMISED"]


def test_60_the_next_key_is_untouched(verifier: Verifier, fujian: Province) -> None:
    """The issuer goes on with another key while the stolen one is dead."""
    new = certificate_key("next", [(Seconds(SIGNED_AT - DAY), KeyState.ACTIVE)])
    fujian.issuers[ISSUER.code] = ISSUER._replace(keys=(*ISSUER.keys, new))
    mine = fujian.certify(9, "next")
    fujian.compromise(Seconds(SIGNED_AT - DAY))
    verifier.takes(fujian.publish())
    assert verifier.says(mine, fujian.registered[7]) == ["ACCEPTED", "KEY_COMPROMISED"]


def test_60_an_old_bundle_hides_the_compromise_only_where_nothing_newer_is_held(
    verifier: Verifier, fujian: Province
) -> None:
    before = fujian.last
    fujian.compromise(SIGNED_AT)
    verifier.takes(fujian.publish())
    verifier.refuses(before, "ROLLBACK")
    assert verifier.says(fujian.registered[7]) == ["KEY_COMPROMISED"]


@pytest.mark.parametrize("kept", [None, 0, 16, 17], ids=["missing", "empty", "short", "torn"])
def test_102_a_survivors_file_that_the_mirror_damaged(verifier: Verifier, fujian: Province, kept: int | None) -> None:
    """Nobody is called a forger for want of a file; whoever signed since then still falls."""
    since = Seconds(SIGNED_AT + 60)
    late = fujian.certify(9, issued_at=since)
    fujian.compromise(since, standing=list(fujian.registered.values())[:2])
    part = fujian.publish()
    (file,) = part.survivors
    verifier.takes(part._replace(survivors=() if kept is None else (file[:kept],)))
    assert verifier.says(fujian.registered[7], late) == ["SURVIVORS_MISSING", "KEY_COMPROMISED"]
    verifier.takes(part)
    assert verifier.says(fujian.registered[7], late) == ["ACCEPTED", "KEY_COMPROMISED"]


def test_41_a_retired_key_signs_on(verifier: Verifier, fujian: Province) -> None:
    """Stolen from the drawer where it was left: what it signs now is outside its window, whatever date it prints."""
    retired = certificate_key("issuer", [(Seconds(0), KeyState.ACTIVE), (Seconds(SIGNED_AT + 1), KeyState.RETIRED)])
    fujian.issuers[ISSUER.code] = ISSUER._replace(keys=(retired,))
    verifier.takes(fujian.publish())
    forged = fujian.forge(7, person=THIEFS, issued_at=Seconds(SIGNED_AT + 1))
    assert verifier.says(fujian.registered[7], forged) == ["ACCEPTED", "KEY_NOT_ACTIVE"]


def test_39_a_certificate_from_the_future(verifier: Verifier, fujian: Province) -> None:
    """Signed ahead while the key is at hand, to be shown later."""
    ahead = fujian.forge(7, person=THIEFS, issued_at=Seconds(NOW + 301))
    assert verifier.says(ahead) == ["ISSUED_IN_FUTURE"]
    assert verifier.says(ahead, at=Seconds(NOW + 1)) == ["INDEX_MISMATCH"]


def test_31_a_key_of_the_thiefs_own(verifier: Verifier, fujian: Province) -> None:
    """In the issuer's name: refused by a list that knows better, undecided by one that may be behind."""
    forged = fujian.forge(7, "thief")
    later = fujian.forge(7, "thief", issued_at=Seconds(PUBLISHED_AT + 3601))
    assert verifier.says(forged) == ["KEY_UNKNOWN"]
    assert verifier.says(later, at=Seconds(NOW + 3600)) == ["STALE"]
    assert verifier.says(forged, at=Seconds(NOW + 200 * DAY)) == ["STALE"]


@pytest.mark.parametrize("by", ["request", "35 ROOT 1 0", "35 LIST 1 0", "35 STATUS 1 0", "35 CHECKPOINT 1 0"])
def test_96_any_other_key_signs_a_certificate(verifier: Verifier, fujian: Province, by: str) -> None:
    """The request key, which the list does not even have, or a role's."""
    assert verifier.says(fujian.forge(7, by)) == ["KEY_UNKNOWN"]


def test_32_a_key_made_to_share_the_kid(verifier: Verifier, fujian: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another issuer's key with this kid, in this issuer's entry: each signature is held against each key's own window.

    64 equal bits are not to be had in a test, so kids are made equal here.
    """
    pending = certificate_key("thief", [(Seconds(NOW), KeyState.PENDING)])
    fujian.issuers[ISSUER.code] = ISSUER._replace(keys=(pending, *ISSUER.keys))
    verifier.takes(fujian.publish())
    monkeypatch.setattr(CertificateKey, "kid", property(lambda _: bytes(8)))
    monkeypatch.setattr("credential.trust_list.Issuer.keys_of", lambda issuer, _: issuer.keys)
    shown = (fujian.registered[7], fujian.forge(7, "thief"), fujian.forge(7, "stranger"))
    assert verifier.says(*shown) == ["ACCEPTED", "KEY_NOT_ACTIVE", "SIGNATURE_INVALID"]


def test_a_revoked_certificate_shown_with_another_index(verifier: Verifier, fujian: Province) -> None:
    """Without the key nothing can be moved: the index is signed."""
    assert fujian.statuses[8] is Status.REVOKED
    data = bytearray(fujian.registered[8])
    place = bytes(data).index(b"\x63idx\x08") + 4
    data[place] = 7
    assert verifier.says(bytes(data)) == ["SIGNATURE_INVALID"]
