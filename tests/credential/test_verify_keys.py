"""What a check says of an issuer's keys, and of what a thief signs with one."""

from dataclasses import replace
from hashlib import sha256

import pytest

from credential import cose, register, sign, status_list
from credential.issuer import CertificateKey, Issuer, Survivors
from credential.model import IssuerCode, KeyState, Seconds, Status, start_of
from credential.reason import Reason
from credential.verify import verify_bytes
from tests.credential.checked import loaded, reason_on, verdict_on, world_with
from tests.world import CERTIFICATE, FILED, ISSUER, NOW, SIGNED_AT, World, certificate, certificate_key, key, sign_it

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
    assert reason_on(world=world_with(keys=(certificate_key("issuer", history),))) == reason


def _stolen(since: int, standing: tuple[bytes, ...], *, held: bool = True, count: int | None = None) -> World:
    """The issuer's key is compromised from SIGNED_AT + `since` on; these certificates stand."""
    digests = register.pack_digests(register.digest_of(cose.decode_sign1(data, None).to_be_signed) for data in standing)
    pinned = Survivors(sha256(digests.data).digest(), len(digests) if count is None else count)
    honest = certificate_key()
    states = (*honest.states, (Seconds(SIGNED_AT + since), KeyState.COMPROMISED))
    world = world_with(keys=(CertificateKey(honest.public, states, pinned),))
    return replace(world, survivors=(digests.data,) if held else ())


def test_a_stolen_key() -> None:
    mine, other = sign_it(), sign_it(certificate(index=8))
    assert reason_on(mine, _stolen(1, (mine, other))) == "ACCEPTED"
    assert reason_on(mine, _stolen(1, (other,))) == "KEY_COMPROMISED"
    assert reason_on(mine, _stolen(0, (mine, other))) == "KEY_COMPROMISED"
    assert reason_on(mine, _stolen(-9, (mine,))) == "KEY_COMPROMISED"


def test_survivors_that_are_missing_or_short() -> None:
    mine = sign_it()
    assert reason_on(mine, _stolen(1, (mine,), held=False)) == "SURVIVORS_MISSING"
    assert reason_on(mine, _stolen(1, (mine,), count=2)) == "SURVIVORS_MISSING"
    assert reason_on(mine, _stolen(0, (mine,), held=False)) == "KEY_COMPROMISED"


def test_no_survivors_need_no_file() -> None:
    assert reason_on(sign_it(), _stolen(1, (), held=False)) == "KEY_COMPROMISED"


def test_a_survivors_file_that_is_malformed_is_a_fault_of_the_region() -> None:
    mine = sign_it()
    whole = _stolen(1, (mine,))
    torn = whole.survivors[0][:15]
    (issuer,) = whole.issuers
    pinned = Survivors(sha256(torn).digest(), 1)
    issuer = issuer._replace(keys=(issuer.keys[0]._replace(survivors=pinned),))
    assert reason_on(mine, replace(whole, issuers=(issuer,), survivors=(torn,))) == "CHAIN_INVALID"


def test_a_survivor_still_obeys_the_window() -> None:
    """Compromise takes nothing away from what the key's history says for the time before."""
    mine = sign_it()
    world = _stolen(100, (mine,))
    (issuer,) = world.issuers
    (old,) = issuer.keys
    retired = ((Seconds(SIGNED_AT - 5), KeyState.RETIRED),)
    issuer = issuer._replace(keys=(old._replace(states=(old.states[0], *retired, old.states[-1])),))
    assert reason_on(mine, replace(world, issuers=(issuer,))) == "KEY_NOT_ACTIVE"


def test_two_keys_of_one_issuer_each_sign_in_their_time() -> None:
    old = certificate_key("issuer", [(start_of(FILED), A), (SIGNED_AT, R)])
    new = certificate_key("second", [(SIGNED_AT, A)])
    world = world_with(keys=(old, new))
    assert reason_on(world=world, by="second") == "ACCEPTED"
    assert reason_on(world=world, by="issuer") == "KEY_NOT_ACTIVE"


def test_two_keys_with_one_kid(monkeypatch: pytest.MonkeyPatch) -> None:
    """32: a hint may hint at both; the one whose signature holds is the one whose window counts."""
    old = certificate_key("second", [(start_of(FILED), R)])
    world = world_with(keys=(old, certificate_key()))
    monkeypatch.setattr(Issuer, "keys_of", lambda issuer, _: issuer.keys)
    assert reason_on(world=world) == "ACCEPTED"
    assert reason_on(world=world, by="second") == "KEY_NOT_ACTIVE"
    assert reason_on(world=world, by="third") == "SIGNATURE_INVALID"


def test_another_issuers_key_is_unknown() -> None:
    """One key, one owner: keys are looked up under the issuer that the certificate names."""
    other = ISSUER._replace(code=IssuerCode("Y000035020109"), keys=(certificate_key("other"),))
    assert reason_on(world=World(issuers=(ISSUER, other)), by="other") == "KEY_UNKNOWN"


def test_a_request_key_signs_no_certificate() -> None:
    """96: request keys are in no trust list."""
    assert reason_on(by="the request key") == "KEY_UNKNOWN"


def test_a_role_key_signs_no_certificate() -> None:
    for role in ("root", "list", "status", "checkpoint"):
        data = sign.sign_certificate(CERTIFICATE, World().keys(role, 1)[0])
        assert reason_on(data) == "KEY_UNKNOWN"


# --- the register (94) ------------------------------------------------------------------------------------------------


FORGED = sign_it(CERTIFICATE._replace(person=CERTIFICATE.person._replace(name="张三")))


def test_a_thief_with_the_key_reuses_a_live_index() -> None:
    world = World(registered={7: sign_it()})
    assert reason_on(FORGED, world) == "INDEX_MISMATCH"
    assert reason_on(sign_it(), world) == "ACCEPTED"


def test_without_the_register_the_answer_says_index_only() -> None:
    assert verdict_on(FORGED).as_of.registration == "index-only"


def test_a_shard_that_is_not_held_is_index_only() -> None:
    trust = loaded(World(registered={7: sign_it()}), shards=())
    found = verify_bytes(FORGED, trust, NOW)
    assert (found.reason.value, found.as_of.registration) == ("ACCEPTED", "index-only")


def test_a_shard_that_was_changed_is_not_relied_on() -> None:
    honest = World(registered={7: sign_it()})
    thief = World(registered={7: FORGED})
    trust = loaded(honest, shards=thief.part().shards)
    assert verify_bytes(FORGED, trust, NOW).as_of.registration == "index-only"


def test_an_index_beyond_the_registers_shards_is_index_only() -> None:
    far = certificate(index=300)
    world = World(registered={7: sign_it()}, statuses={300: Status.VALID})
    assert verdict_on(far, world).as_of.registration == "index-only"


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
    assert reason_on(sign_it(certificate(index=300)), world) == "INDEX_MISMATCH"


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
    assert reason_on(sign.sign1(payload, typ, key("issuer"))) == "WRONG_TYPE"


def test_no_certificate_passes_as_a_published_object() -> None:
    world = World()
    for place in ("checkpoint", "trust_list"):
        trust = loaded(world, **{place: sign_it()})
        assert verify_bytes(sign_it(), trust, NOW).reason is Reason.CHAIN_INVALID
    trust = loaded(world, status_lists=(sign_it(),))
    assert verify_bytes(sign_it(), trust, NOW).reason is Reason.CHAIN_INVALID
