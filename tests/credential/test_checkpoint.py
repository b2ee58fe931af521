"""Checkpoints: what comes back, and every malformed element."""

from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import checkpoint, sign
from credential.checkpoint import Checkpoint, Committed
from credential.model import Seconds
from credential.published import Head, LogHead, ObjectType
from credential.reason import SyncReason
from tests.credential.objects import HASHES, HEADS, PART, SECONDS, UINT
from tests.credential.refusal import refused
from tests.world import FUJIAN, NOW, key

NUMBERED = [ObjectType.STATUS_LIST, ObjectType.REGISTER]
COMMITTED = st.builds(Committed, st.sampled_from(NUMBERED), UINT, UINT, UINT, HASHES) | st.builds(
    Committed, st.sampled_from(sorted(checkpoint.COMMITTED)), st.just(0), UINT, UINT, HASHES
)


@given(
    HEADS,
    SECONDS,
    st.lists(COMMITTED, min_size=1, max_size=6, unique_by=lambda each: each.name),
    st.none() | st.builds(LogHead, UINT, HASHES),
)
def test_a_checkpoint_comes_back(head: Head, due: Seconds, entries: list[Committed], log: LogHead | None) -> None:
    made = Checkpoint(head, due, tuple(sorted(entries, key=lambda each: each.name)), log)
    found, message = checkpoint.decode(sign.sign1(made.encode(), checkpoint.TYP, key("a")))
    assert found == made
    assert found.encode() == message.payload
    assert all(found.find(each.type, each.list) == each for each in entries)


def test_a_checkpoint_that_does_not_name_an_object_has_none() -> None:
    found, _ = checkpoint.decode(PART.checkpoint)
    assert found.find(ObjectType.ROOT, 1) is None


def _checkpoint(**changes: Any) -> bytes:
    head = Head(FUJIAN, 1, 1, NOW, NOW)
    payload = cbor2.loads(Checkpoint(head, NOW, (Committed(ObjectType.ROOT, 0, 1, 1, bytes(32)),)).encode())
    for name, value in changes.items():
        payload[int(name[1:])] = value
    return sign.sign1(cbor2.dumps(payload, canonical=True), checkpoint.TYP, key("a"))


ENTRY = [1, 0, 1, 1, bytes(32)]
BAD_CHECKPOINT = {
    "names nothing": _checkpoint(_10=[]),
    "one name twice": _checkpoint(_10=[ENTRY, ENTRY]),
    "names in falling order": _checkpoint(_10=[[3, 0, 1, 1, bytes(32)], ENTRY]),
    "names itself": _checkpoint(_10=[[2, 0, 1, 1, bytes(32)]]),
    "names a bin": _checkpoint(_10=[[4, 0, 1, 1, bytes(32)]]),
    "names survivors": _checkpoint(_10=[[7, 0, 1, 1, bytes(32)]]),
    "names a shard": _checkpoint(_10=[[8, 0, 1, 1, bytes(32)]]),
    "a second trust list": _checkpoint(_10=[[3, 1, 1, 1, bytes(32)]]),
    "names type 0": _checkpoint(_10=[[0, 0, 1, 1, bytes(32)]]),
    "a second policy": _checkpoint(_10=[[10, 1, 1, 1, bytes(32)]]),
    "a later type without a hash": _checkpoint(_10=[[11, 0, 1, 1]]),
    "a later type with a negative list": _checkpoint(_10=[[11, -1, 1, 1, bytes(32)]]),
    "names type true": _checkpoint(_10=[[True, 0, 1, 1, bytes(32)]]),
    "an entry of four": _checkpoint(_10=[ENTRY[:4]]),
    "a hash of 16": _checkpoint(_10=[[1, 0, 1, 1, bytes(16)]]),
    "next null": _checkpoint(_6=None),
    "log without a hash": _checkpoint(_11=[1]),
    "log null": _checkpoint(_11=None),
    "a label too many": _checkpoint(_12=0),
}


@pytest.mark.parametrize("name", BAD_CHECKPOINT)
def test_a_malformed_checkpoint(name: str) -> None:
    with refused(SyncReason.OBJECT_MALFORMED):
        checkpoint.decode(BAD_CHECKPOINT[name])


def test_a_checkpoint_may_name_types_of_later_versions() -> None:
    entries = [ENTRY, [11, 0, 1, 1, bytes(32)], [11, 3, 0, 2**53 - 1, bytes(32)]]
    found, _ = checkpoint.decode(_checkpoint(_10=entries))
    assert [(each.type, each.list, *each.order) for each in found.entries[1:]] == [(11, 0, 1, 1), (11, 3, 0, 2**53 - 1)]
    assert found.encode() == cbor2.dumps(cbor2.loads(found.encode()), canonical=True)
