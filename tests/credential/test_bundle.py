"""Bundles: what comes back, what is passed over, and every malformed element."""

from collections.abc import Callable

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import bundle
from credential.bundle import Part
from credential.model import Region
from credential.reason import SyncReason
from tests.credential.objects import PART, set_to
from tests.credential.refusal import refused
from tests.world import FUJIAN

BLOBS = st.lists(st.binary(max_size=20), max_size=3).map(tuple)
PARTS = st.builds(
    Part,
    roots=BLOBS,
    checkpoint=st.binary(max_size=20),
    trust_list=st.binary(max_size=20),
    bins=BLOBS,
    status_lists=BLOBS,
    recognition=st.none() | st.binary(max_size=20),
    survivors=BLOBS,
    shards=BLOBS,
    registers=BLOBS,
    benefits=st.none() | st.binary(max_size=20),
)
REGIONS = st.integers(0, 99).map(lambda n: Region(f"{n:02d}"))


@given(st.dictionaries(REGIONS, PARTS, min_size=1, max_size=4))
def test_a_bundle_comes_back(parts: dict[Region, Part]) -> None:
    assert bundle.decode(bundle.encode(parts)) == parts


def test_a_bundle_keeps_bytes_as_they_are() -> None:
    data = bundle.encode({FUJIAN: PART})
    for each in (*PART.roots, PART.checkpoint, PART.trust_list, *PART.bins, *PART.status_lists):
        assert each in data


WHOLE = cbor2.loads(bundle.encode({FUJIAN: PART}))[1]["35"]


def _part(change: Callable[[dict[int, object]], object]) -> bytes:
    part = dict(WHOLE)
    change(part)
    return cbor2.dumps([1, {"35": part}], canonical=True)


LATER = {11: b"an object", 12: [b"one", b"two"], 2**53 - 1: {"anything": [None, True]}}


def test_entries_of_later_versions_are_ignored_and_not_kept() -> None:
    found = bundle.decode(_part(lambda part: part.update(LATER)))
    assert found == {FUJIAN: PART}
    assert bundle.encode(found) == bundle.encode({FUJIAN: PART})


BAD_BUNDLE = {
    "nothing": b"",
    "not CBOR": b"\xff",
    "a trailing byte": bundle.encode({FUJIAN: PART}) + b"\0",
    "version 2": cbor2.dumps([2, {"35": WHOLE}]),
    "version true": cbor2.dumps([True, {"35": WHOLE}]),
    "no region": cbor2.dumps([1, {}]),
    "parts in an array": cbor2.dumps([1, [WHOLE]]),
    "a region that is an integer": cbor2.dumps([1, {35: WHOLE}]),
    "a region of three": cbor2.dumps([1, {"350": WHOLE}]),
    "a part that is an array": cbor2.dumps([1, {"35": []}]),
    "no checkpoint": _part(lambda p: p.pop(2)),
    "no trust list": _part(lambda p: p.pop(3)),
    "no roots": _part(lambda p: p.pop(1)),
    "a policy in an array": _part(set_to(10, [b""])),
    "label -1": _part(set_to(-1, b"")),
    "label 11 as a text": _part(lambda part: part.update({"11": b""})),  # type: ignore[dict-item]
    "label 0": _part(set_to(0, [])),
    "a checkpoint in an array": _part(set_to(2, [b""])),
    "roots not in an array": _part(set_to(1, b"")),
    "a bin that is a text": _part(set_to(4, [""])),
    "recognition null": _part(set_to(6, None)),
    "shards null": _part(set_to(8, None)),
    "tagged": b"\xd2" + bundle.encode({FUJIAN: PART}),
}


@pytest.mark.parametrize("name", BAD_BUNDLE)
def test_a_malformed_bundle(name: str) -> None:
    with refused(SyncReason.OBJECT_MALFORMED):
        bundle.decode(BAD_BUNDLE[name])


def test_a_bundle_has_a_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bundle.encode({FUJIAN: PART})
    monkeypatch.setattr(bundle, "MAX_BYTES", len(data))
    bundle.decode(data)
    monkeypatch.setattr(bundle, "MAX_BYTES", len(data) - 1)
    with refused(SyncReason.OBJECT_TOO_LARGE):
        bundle.decode(data)
