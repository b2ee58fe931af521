"""The numbers of documents, beside a request that commits to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import cbor, documents
from credential.documents import Documents
from credential.reason import Reason
from tests.credential.refusal import reason_of

NUMBER = "35020318600101001X"
SOME = Documents(b"s" * 32, (NUMBER, None, "军字第1234号"))


def test_a_part_comes_back() -> None:
    assert documents.part(documents.beside(b"request", SOME)) == (b"request", SOME)


def test_the_commitment_depends_on_every_number_and_on_the_salt() -> None:
    others = (SOME._replace(salt=b"t" * 32), SOME._replace(numbers=(NUMBER, None, None)))
    assert len({each.commitment for each in (SOME, *others)}) == 3
    documents.require_commitment(SOME, SOME.commitment, 3)


@pytest.mark.parametrize(("commitment", "count"), [(SOME._replace(salt=bytes(32)).commitment, 3), (SOME.commitment, 2)])
def test_other_documents_than_committed_to_are_refused(commitment: bytes, count: int) -> None:
    assert reason_of(documents.require_commitment, SOME, commitment, count) == Reason.CLAIMS_SHAPE


@pytest.mark.parametrize(
    "value",
    [
        [b"request"],
        [b"request", SOME.encode(), b""],
        [b"request", cbor.encode([b"s" * 31, []])],
        [b"request", cbor.encode([b"s" * 32, [1]])],
        [b"request", cbor.encode([b"s" * 32, ["35020318600101001x"]])],
        [b"request", cbor.encode([b"s" * 32, ["3502 0318"]])],
        [b"request", cbor.encode([b"s" * 32, ["字字字字"]])],
        [b"request", cbor.encode([b"s" * 32, ["1" * 33]])],
        [b"request", cbor.encode({1: 2})],
    ],
)
def test_what_is_no_part_is_refused(value: cbor.Value) -> None:
    assert reason_of(documents.part, cbor.encode(value)) == Reason.CLAIMS_SHAPE


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_a_reason(data: bytes) -> None:
    assert reason_of(documents.part, data) is not None


def test_no_trace_shows_a_number() -> None:
    assert repr(SOME) == "Documents(3)"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (" 350203 18600101 001x ", NUMBER),
        ("３５０２０３１８６００１０１００１Ｘ", NUMBER),
        ("h（12）-3/4", "H(12)-3/4"),
    ],
)
def test_a_number_is_written_in_one_way(typed: str, number: str) -> None:
    assert documents.normalised(typed) == number
    assert documents.is_number(number)


@pytest.mark.parametrize(("number", "last4"), [(NUMBER, "001X"), ("H(12)-3/4", "1234"), ("军字第1234号", "1234")])
def test_the_last_four_are_letters_or_digits(number: str, last4: str) -> None:
    assert documents.last4(number) == last4
