"""Every published object has a cap, and any bytes in its place are read or refused."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import bundle, checkpoint, cose, policy, recognition, register, root, status_list, trust_list
from credential.bins import decode_bin
from credential.errors import ObjectError
from credential.published import SIZE_CAP, ObjectType
from credential.reason import SyncReason
from credential.trust import establish
from tests.credential.objects import OCCUPATION, PART, TWO_DIGESTS, WORLD
from tests.credential.refusal import reason_of
from tests.world import FUJIAN, ISSUER, certificate_key

# --- sizes ------------------------------------------------------------------------------------------------------------


READERS: dict[ObjectType, Callable[[bytes], object]] = {
    ObjectType.ROOT: root.decode,
    ObjectType.CHECKPOINT: checkpoint.decode,
    ObjectType.TRUST_LIST: trust_list.decode,
    ObjectType.BIN: lambda data: decode_bin(data, OCCUPATION),
    ObjectType.STATUS_LIST: status_list.decode,
    ObjectType.RECOGNITION: recognition.decode,
    ObjectType.SURVIVORS: register.decode_digests,
    ObjectType.SHARD: register.decode_shard,
    ObjectType.REGISTER: register.decode_index,
    ObjectType.BENEFITS: policy.decode,
}


@pytest.mark.parametrize("kind", ObjectType)
def test_every_object_has_a_cap(kind: ObjectType) -> None:
    assert reason_of(READERS[kind], bytes(SIZE_CAP[kind])) == "OBJECT_MALFORMED"
    assert reason_of(READERS[kind], bytes(SIZE_CAP[kind] + 1)) == "OBJECT_TOO_LARGE"


# --- hostile bytes ----------------------------------------------------------------------------------------------------


ORIGINALS: dict[ObjectType, bytes] = {
    ObjectType.ROOT: PART.roots[0],
    ObjectType.CHECKPOINT: PART.checkpoint,
    ObjectType.TRUST_LIST: PART.trust_list,
    ObjectType.BIN: PART.bins[0],
    ObjectType.STATUS_LIST: PART.status_lists[0],
    ObjectType.RECOGNITION: PART.recognition or b"",
    ObjectType.SURVIVORS: TWO_DIGESTS,
    ObjectType.SHARD: PART.shards[0],
    ObjectType.REGISTER: PART.registers[0],
    ObjectType.BENEFITS: PART.benefits or b"",
}


@pytest.mark.parametrize("kind", ObjectType)
@given(st.integers(0), st.binary(max_size=4), st.integers(0, 4))
def test_any_mutation_of_an_object_is_read_or_refused(kind: ObjectType, at: int, new: bytes, skip: int) -> None:
    data = ORIGINALS[kind]
    place = at % len(data)
    assert reason_of(READERS[kind], data[:place] + new + data[place + skip :]) in {*SyncReason, None}


@pytest.mark.parametrize("kind", ObjectType)
@given(st.binary(max_size=80))
def test_any_bytes_are_an_object_or_refused(kind: ObjectType, data: bytes) -> None:
    assert reason_of(READERS[kind], data) in {None, "OBJECT_MALFORMED"}


@given(st.integers(0), st.binary(max_size=4), st.integers(0, 4))
def test_a_region_with_any_mutation_is_established_or_refused(at: int, new: bytes, skip: int) -> None:
    """Through every layer: container, objects, signatures, hashes."""
    data = bundle.encode({FUJIAN: PART})
    place = at % len(data)
    assert reason_of(_establish, data[:place] + new + data[place + skip :]) in {*SyncReason, None}


def _establish(data: bytes) -> None:
    for region, part in bundle.decode(data).items():
        establish(region, part, frozenset({WORLD.pin()}))


@pytest.mark.parametrize("place", ["checkpoint", "trust_list", "recognition", "benefits"])
def test_no_bit_of_a_signed_object_can_be_flipped(place: str) -> None:
    data = getattr(PART, place)
    for bit in range(0, 8 * len(data), 11):
        bad = bytearray(data)
        bad[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ObjectError):
            establish(FUJIAN, PART._replace(**{place: bytes(bad)}), frozenset({WORLD.pin()}))  # type: ignore[arg-type]


def test_a_key_signs_for_its_own_kid_only() -> None:
    listed = certificate_key()
    assert ISSUER.keys_of(cose.kid(listed.public)) == (listed,)
    assert ISSUER.keys_of(bytes(8)) == ()
