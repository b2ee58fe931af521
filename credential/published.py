"""What every published object shares: its head, its type, its size cap, and strict reading of its elements."""

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from enum import IntEnum, unique
from itertools import pairwise
from typing import Final, NamedTuple, TypeGuard, TypeVar

from credential import cbor, numbers
from credential.errors import CredentialError, ObjectError
from credential.model import IssuerCode, Region, Seconds
from credential.reason import SyncReason

Claims = dict[int | str, cbor.Value]

REGION: Final = 1
EPOCH: Final = 2
SEQ: Final = 3
ISSUED: Final = 4
EXPIRES: Final = 5
HEAD: Final = frozenset({REGION, EPOCH, SEQ, ISSUED, EXPIRES})

CLOCK_TOLERANCE: Final = 300
"""Seconds by which two honest clocks may differ."""


@unique
class ObjectType(IntEnum):
    """The published objects, by their key in a bundle's part and their type in a checkpoint."""

    ROOT = 1
    CHECKPOINT = 2
    TRUST_LIST = 3
    BIN = 4
    STATUS_LIST = 5
    RECOGNITION = 6
    SURVIVORS = 7
    SHARD = 8
    REGISTER = 9
    BENEFITS = 10


NEWEST_TYPE: Final = max(ObjectType)
"""A type above this one is of a later version of the format: what it is about is not known here."""

SIZE_CAP: Final = {
    ObjectType.ROOT: 64 << 10,
    ObjectType.CHECKPOINT: 256 << 10,
    ObjectType.TRUST_LIST: 1 << 20,
    ObjectType.BIN: 256 << 10,
    ObjectType.STATUS_LIST: 1 << 20,
    ObjectType.RECOGNITION: 1 << 20,
    ObjectType.SURVIVORS: 16 << 20,
    ObjectType.SHARD: 8 << 10,
    ObjectType.REGISTER: 256 << 10,
    ObjectType.BENEFITS: 1 << 20,
}
"""The most bytes of one object; anything larger is refused before it is parsed."""


def name_of(kind: int) -> str:
    """The name of a type in small letters, for people; of one from a later version its number."""
    return ObjectType(kind).name.lower() if kind <= NEWEST_TYPE else f"type_{kind}"


class Head(NamedTuple):
    """Whose object this is, its place in the order, and how long it may be relied on."""

    region: Region
    epoch: int
    seq: int
    issued: Seconds
    expires: Seconds

    @property
    def order(self) -> tuple[int, int]:
        """Objects of one type and region are ordered by epoch, then sequence."""
        return self.epoch, self.seq

    def encode(self) -> Claims:
        """The head's five entries of an object's map."""
        return {
            REGION: self.region,
            EPOCH: self.epoch,
            SEQ: self.seq,
            ISSUED: self.issued,
            EXPIRES: self.expires,
        }


class LogHead(NamedTuple):
    """How many leaves a Merkle tree has, and its root (RFC 9162 section 2.1)."""

    size: int
    root_hash: bytes


def decode_head(claims: Claims) -> Head:
    """The head of an object's map."""
    return Head(
        region=region(claims[REGION]),
        epoch=uint(claims[EPOCH]),
        seq=uint(claims[SEQ]),
        issued=Seconds(uint(claims[ISSUED])),
        expires=Seconds(uint(claims[EXPIRES])),
    )


@contextmanager
def reading(kind: ObjectType, data: bytes) -> Iterator[None]:
    """Refuse `data` over its cap, and turn every fault inside into one ObjectError that names the object."""
    name = kind.name.lower()
    if len(data) > SIZE_CAP[kind]:
        raise ObjectError(SyncReason.OBJECT_TOO_LARGE, f"{name}: {len(data)} bytes")
    try:
        yield
    except ObjectError as error:
        raise ObjectError(error.reason, f"{name}: {error.detail}") from None
    except CredentialError as error:
        raise ObjectError(SyncReason.OBJECT_MALFORMED, f"{name}: {error}") from None


def malformed(detail: str) -> ObjectError:
    """The error for an element that is not of its shape."""
    return ObjectError(SyncReason.OBJECT_MALFORMED, detail)


def mapping(value: cbor.Value, required: Set[int | str], optional: Set[int | str] = frozenset()) -> Claims:
    """`value` as a map with exactly these keys."""
    if not isinstance(value, dict) or not required <= set(value) <= required | optional:
        raise malformed("not a map of exactly the labels expected")
    return value


def array(value: cbor.Value, length: int | None = None) -> list[cbor.Value]:
    """`value` as an array, of exactly `length` elements if given."""
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise malformed("not an array of the length expected")
    return value


def uint(value: cbor.Value, at_most: int = cbor.MAX_INTEGER) -> int:
    """`value` as an unsigned integer."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= at_most:
        raise malformed("not an unsigned integer in its range")
    return value


def uints(values: Sequence[cbor.Value], at_most: int) -> Sequence[int]:
    """`values` as unsigned integers: what `uint` says of one, of many at once."""
    if not _are_integers(values) or (values and not 0 <= min(values) <= max(values) <= at_most):
        raise malformed("not unsigned integers in their range")
    return values


def _are_integers(values: Sequence[cbor.Value]) -> TypeGuard[Sequence[int]]:
    return {*map(type, values)} <= {int}


def transposed(rows: Sequence[cbor.Value], length: int) -> Sequence[Sequence[cbor.Value]]:
    """The `length` columns of `rows`, which are arrays of exactly that length."""
    if not _are_arrays(rows) or not {*map(len, rows)} <= {length}:
        raise malformed("not arrays of the length expected")
    return [*zip(*rows, strict=True)] if rows else [()] * length


def _are_arrays(values: Sequence[cbor.Value]) -> TypeGuard[Sequence[list[cbor.Value]]]:
    return {*map(type, values)} <= {list}


def text(value: cbor.Value, max_bytes: int = 256) -> str:
    """`value` as a text that is not empty."""
    if not isinstance(value, str) or not 0 < len(value.encode()) <= max_bytes:
        raise malformed("not a text of the length expected")
    return value


def texts(values: Sequence[cbor.Value], max_bytes: int) -> Sequence[str]:
    """`values` as texts that are not empty: what `text` says of one, of many at once."""
    if not _are_texts(values) or not {*map(len, map(str.encode, values))} <= {*range(1, max_bytes + 1)}:
        raise malformed("not texts of the length expected")
    return values


def _are_texts(values: Sequence[cbor.Value]) -> TypeGuard[Sequence[str]]:
    return {*map(type, values)} <= {str}


def octets(value: cbor.Value, length: int | None = None) -> bytes:
    """`value` as a byte string, of exactly `length` bytes if given."""
    if not isinstance(value, bytes) or (length is not None and len(value) != length):
        raise malformed("not a byte string of the length expected")
    return value


def region(value: cbor.Value) -> Region:
    """`value` as a region's two digits."""
    found = numbers.parse_region(text(value))
    if found is None:
        raise malformed("not a region")
    return found


def require(condition: bool, detail: str) -> None:
    """Refuse the object unless `condition` holds."""
    if not condition:
        raise malformed(detail)


def issuer_code(value: cbor.Value) -> IssuerCode:
    """`value` as an issuer's code."""
    code = numbers.parse_issuer_code(text(value))
    if code is None:
        raise malformed("not an issuer code")
    return code


_Ordered = TypeVar("_Ordered", str, int)


def require_ascending(values: Sequence[_Ordered]) -> None:
    """Refuse the object unless each value is greater than the one before it."""
    require(len(values) < 2 or all(a < b for a, b in pairwise(values)), "not in ascending order")
