"""Receipts: what comes back, what is refused, whose signature counts. `python -m tests.credential.test_receipt` writes
the example of docs/format.md."""

import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import cose, log, receipt, request, sign
from credential.log import Leaf
from credential.model import Region
from credential.published import LogHead
from credential.reason import Reason
from credential.receipt import Receipt
from credential.root import Role
from tests.credential.refusal import reason_of, refused
from tests.world import CODE, NOW, World, sign_it

EXAMPLE = Path(__file__).resolve().parent.parent / "receipts" / "example.cbor"
WORLD = World()
KEY = WORLD.keys("checkpoint", 1)[0]
BATCH = receipt.batch_of([cose.decode_sign1(sign_it(), None).to_be_signed])
RECEIPT = Receipt(Region("35"), CODE, b"i" * 16, 41, Leaf(NOW, receipt.WHAT, sha256(b"an act").digest(), BATCH))
DATA = receipt.seal(RECEIPT, KEY)
ROOTS = (WORLD.root(),)


def test_the_example_is_what_we_make() -> None:
    assert EXAMPLE.read_bytes() == DATA


def test_a_receipt_comes_back_and_is_always_the_same() -> None:
    found, message = receipt.decode(DATA)
    assert (found, receipt.seal(RECEIPT, KEY)) == (RECEIPT, DATA)
    assert (found.time, found.batch) == (NOW, LogHead(1, BATCH.root_hash))
    receipt.verify(message, ROOTS)


def test_the_batch_is_known_by_its_digests_in_order() -> None:
    first, second = b"one", b"two"
    leaves = [log.leaf_hash(sha256(each).digest()[:16]) for each in (first, second)]
    assert receipt.batch_of([first, second]) == LogHead(2, log.node_hash(*leaves))
    assert receipt.batch_of([second, first]) != receipt.batch_of([first, second])


@pytest.mark.parametrize("role", [Role.ROOT, Role.LIST, Role.STATUS])
def test_only_the_checkpoint_role_signs_receipts(role: Role) -> None:
    (signer, *_) = WORLD.keys(role.name.lower(), len(WORLD.root().role(role).keys))
    assert signer.public in WORLD.root().role(role).keys
    with refused(Reason.KEY_UNKNOWN):
        receipt.verify(receipt.decode(receipt.seal(RECEIPT, signer))[1], ROOTS)


def test_an_altered_receipt() -> None:
    altered = DATA.replace(b"i" * 16, b"j" * 16)
    with refused(Reason.SIGNATURE_INVALID):
        receipt.verify(receipt.decode(altered)[1], ROOTS)


def test_nothing_else_is_a_receipt_nor_the_other_way() -> None:
    with refused(Reason.WRONG_TYPE):
        receipt.decode(WORLD.part().checkpoint)
    with refused(Reason.WRONG_TYPE):
        request.decode(DATA)


def _with(**changes: object) -> bytes:
    claims: dict[int, object] = {1: "35", 2: CODE, 3: b"i" * 16, 4: 41, 5: RECEIPT.leaf.encode()}
    for name, value in changes.items():
        claims.pop(int(name[1:]), None)
        if value is not None:
            claims[int(name[1:])] = value
    return sign.sign1(cbor2.dumps(claims, canonical=True), receipt.TYP, KEY)


def _leaf(**changes: Any) -> bytes:
    return _with(_5=RECEIPT.leaf._replace(**changes).encode())


BAD_RECEIPT = {
    **{f"no label {label}": _with(**{f"_{label}": None}) for label in range(1, 6)},
    "label 6": _with(_6=0),
    "a region of three": _with(_1="350"),
    "an issuer that is no code": _with(_2="港务"),
    "an id of 15": _with(_3=b"i" * 15),
    "a place below 0": _with(_4=-1),
    "a place of true": _with(_4=True),
    "a leaf of three": _with(_5=cbor2.dumps([NOW, receipt.WHAT, bytes(32)])),
    "a leaf that is no byte string": _with(_5=[NOW, receipt.WHAT, bytes(32), None]),
    "another act": _leaf(what="status.change"),
    "a leaf without a tree": _leaf(things=None),
    "a batch of nothing": _leaf(things=LogHead(0, log.EMPTY)),
}


@pytest.mark.parametrize("name", BAD_RECEIPT)
def test_a_malformed_receipt(name: str) -> None:
    with refused(Reason.CLAIMS_SHAPE):
        receipt.decode(BAD_RECEIPT[name])


def test_a_receipt_above_its_size() -> None:
    with refused(Reason.TOO_LARGE):
        receipt.decode(DATA + bytes(receipt.MAX_BYTES))


def test_a_file_of_receipts() -> None:
    assert receipt.unpack(receipt.pack([DATA, b"x"])) == [DATA, b"x"]
    hostile: list[object] = [[], [DATA, 1], {}, [b""] * (receipt.MAX_RECEIPTS + 1)]
    for bad in hostile:
        with refused(Reason.CLAIMS_SHAPE):
            receipt.unpack(cbor2.dumps(bad))


@given(st.binary(max_size=60), st.integers(0), st.integers(0, 3))
def test_any_bytes_are_a_receipt_or_refused(new: bytes, at: int, skip: int) -> None:
    place = at % len(DATA)
    for hostile in (new, DATA[:place] + new[:4] + DATA[place + skip :]):
        assert reason_of(receipt.decode, hostile) in {*Reason, None}
        assert reason_of(receipt.unpack, hostile) in {*Reason, None}


if __name__ == "__main__":
    sys.exit(EXAMPLE.write_bytes(DATA) == 0)
