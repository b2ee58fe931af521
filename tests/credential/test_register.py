"""Register indices, shards and files of survivors: what comes back, and every malformed element."""

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import register
from credential.reason import SyncReason
from credential.register import Digests, RegisterIndex, Shard
from tests.credential.objects import HASHES, PART, TWO_DIGESTS, UINT
from tests.credential.refusal import refused

DIGESTS = st.lists(st.binary(min_size=16, max_size=16), max_size=20)


@given(DIGESTS, st.binary(min_size=16, max_size=16))
def test_a_file_of_digests_holds_exactly_its_own(digests: list[bytes], other: bytes) -> None:
    packed = register.pack_digests(digests)
    assert register.decode_digests(packed.data) == packed
    assert [packed[place] for place in range(len(packed))] == sorted(set(digests))
    assert len(packed) == len(set(digests))
    assert all(each in packed for each in digests)
    assert (other in packed) == (other in digests)


@given(st.lists(st.binary(min_size=16, max_size=16), max_size=9), UINT, st.integers(0, 99))
def test_a_shard_comes_back(digests: list[bytes], listed: int, place: int) -> None:
    shard = Shard(listed, place * 256, register.pack_digests(digests))
    assert register.decode_shard(shard.encode()) == shard


@given(UINT, st.lists(HASHES, max_size=9))
def test_a_register_index_comes_back(listed: int, hashes: list[bytes]) -> None:
    made = RegisterIndex(listed, tuple(hashes))
    assert register.decode_index(made.encode()) == made


BAD_DIGESTS = {
    "half a digest": bytes(15),
    "falling": TWO_DIGESTS[16:] + TWO_DIGESTS[:16],
    "one twice": TWO_DIGESTS[:16] * 2,
}
TOO_MANY = register.pack_digests(n.to_bytes(16, "big") for n in range(257)).data
BAD_SHARD = {
    "not an array": cbor2.dumps({}),
    "two elements": cbor2.dumps([0, 0]),
    "a first index that is no multiple of 256": cbor2.dumps([0, 255, b""]),
    "a first index that is negative": cbor2.dumps([0, -256, b""]),
    "257 digests": cbor2.dumps([0, 0, TOO_MANY]),
    "digests a text": cbor2.dumps([0, 0, ""]),
    "a trailing byte": cbor2.dumps([0, 0, b""]) + b"\0",
    **{f"digests: {name}": cbor2.dumps([0, 0, data]) for name, data in BAD_DIGESTS.items()},
}
BAD_INDEX = {
    "half a hash": cbor2.dumps([0, bytes(31)]),
    "hashes in an array": cbor2.dumps([0, [bytes(32)]]),
    "a list of true": cbor2.dumps([True, b""]),
    "one element": cbor2.dumps([0]),
}


@pytest.mark.parametrize("name", BAD_DIGESTS)
def test_a_malformed_file_of_survivors(name: str) -> None:
    with refused(SyncReason.OBJECT_MALFORMED):
        register.decode_digests(BAD_DIGESTS[name])


@pytest.mark.parametrize("name", BAD_SHARD)
def test_a_malformed_shard(name: str) -> None:
    with refused(SyncReason.OBJECT_MALFORMED):
        register.decode_shard(BAD_SHARD[name])


@pytest.mark.parametrize("name", BAD_INDEX)
def test_a_malformed_register_index(name: str) -> None:
    with refused(SyncReason.OBJECT_MALFORMED):
        register.decode_index(BAD_INDEX[name])


def test_a_digest_is_found_only_at_its_own_place() -> None:
    digests = Digests(TWO_DIGESTS)
    assert bytes(16) not in digests
    assert b"\xff" * 16 not in digests
    assert bytes(14) + b"\1\0" not in digests
    with pytest.raises(IndexError):
        digests[-1]
    with pytest.raises(IndexError):
        digests[2]


def test_an_index_commits_to_its_shards() -> None:
    (index,), shards = PART.registers, PART.shards
    found = register.decode_index(index)
    shard = register.decode_shard(shards[0])
    found.check(shard, shards[0])
    for other, data in ((shard, shards[0] + b"\0"), (shard._replace(first=256), shards[0])):
        with refused(SyncReason.MIX_AND_MATCH):
            found.check(other, data)
