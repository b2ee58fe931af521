"""The harnesses that `make soak` fuzzes, on a sample from a fixed seed."""

import time
from collections.abc import Callable
from random import Random

import pytest

from credential import cbor
from credential.errors import CredentialError, ObjectError
from credential.reason import Reason, SyncReason
from tests.fuzz import properties, tree
from tests.fuzz.damage import damaged
from tests.fuzz.properties import GROUPS, LOADING, BrokenPromiseError, Harness

EVERY = [harness for group in GROUPS.values() for harness in group]
LONGEST = 2.0
"""Seconds that no single input may take, on any machine."""


@pytest.mark.parametrize("harness", EVERY, ids=lambda harness: harness.name)
def test_promises_hold(harness: Harness) -> None:
    random = Random(2026)
    seeds = list(harness.seeds())
    assert seeds
    for data in seeds[:100]:
        harness.run(data)
    for _ in range(60 if harness in LOADING else 400):
        seed = random.choice(seeds)
        data = damaged(seed, random) if random.random() < 0.4 else tree.payload_mutated(seed, random)
        began = time.process_time()
        harness.run(data)
        assert time.process_time() - began < LONGEST, data.hex()


@pytest.mark.parametrize("group", GROUPS)
def test_the_first_byte_chooses(group: str) -> None:
    chosen = GROUPS[group]
    found = properties.seeds(chosen)
    assert {seed[0] for seed in found} == set(range(len(chosen)))
    for seed in found[:: len(found) // 20 + 1]:
        properties.run(chosen, seed)


def _raises(error: Exception) -> Callable[[bytes], None]:
    def reader(data: bytes) -> None:  # noqa: ARG001
        raise error

    return reader


@pytest.mark.parametrize(
    "error",
    [
        ObjectError(SyncReason.OBJECT_MALFORMED),
        CredentialError(Reason.STALE),
    ],
)
def test_another_error_than_the_documented_one_breaks_the_promise(error: CredentialError) -> None:
    with pytest.raises(BrokenPromiseError):
        properties._read(_raises(error), b"", CredentialError, {Reason.CBOR_TYPE})


def test_other_bytes_when_written_anew_break_the_promise() -> None:
    with pytest.raises(BrokenPromiseError):
        properties._same(b"a", b"b")


def test_the_writer_of_trees_writes_what_the_decoder_reads() -> None:
    for value in tree.POOL:
        data = tree.encode(value)
        assert cbor.decode(data) == value


def test_every_fault_of_encoding_is_refused_or_makes_another_item() -> None:
    random = Random(1)
    value: cbor.Value = [1, 300, "text", b"bytes", {1: "a", "b": [None, True]}]
    met = set()
    for _ in range(3000):
        written = tree.encode_faulty(value, random)
        if written == tree.encode(value):  # a fault that this item cannot have
            continue
        try:
            assert cbor.decode(written) != value
        except CredentialError as error:
            met.add(error.reason)
    assert met == {
        *(Reason.CBOR_TRUNCATED, Reason.CBOR_NOT_SHORTEST, Reason.CBOR_INDEFINITE, Reason.CBOR_KEY_ORDER),
        *(Reason.CBOR_DUPLICATE_KEY, Reason.CBOR_UTF8, Reason.CBOR_TYPE, Reason.CBOR_DEPTH, Reason.CBOR_TRAILING),
        Reason.CBOR_LENGTH,
    }
