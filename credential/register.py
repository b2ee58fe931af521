"""The register: the 16-byte digests of what was registered, in shards of 256 indices, and files of survivors.

A digest is the first 16 bytes of SHA-256 of a certificate's to-be-signed bytes. Whoever holds the shard of an index can
tell the certificate that was registered there from one that a thief signed for the same index.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from credential import cbor
from credential.digest import sha256
from credential.errors import ObjectError
from credential.published import ObjectType, array, octets, reading, require, uint
from credential.reason import SyncReason

DIGEST_BYTES: Final = 16
INDICES_A_SHARD: Final = 256
HASH_BYTES: Final = 32


def digest_of(to_be_signed: bytes) -> bytes:
    """The certificate's digest: 16 bytes."""
    return sha256(to_be_signed)[:DIGEST_BYTES]


class Digests:
    """Digests one after the other, strictly ascending: looked up where they lie."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data: Final = data

    def __eq__(self, other: object) -> bool:
        """Whether `other` holds the same digests."""
        return isinstance(other, Digests) and self.data == other.data

    def __hash__(self) -> int:
        """As equality says."""
        return hash(self.data)

    def __len__(self) -> int:
        """How many digests there are."""
        return len(self.data) // DIGEST_BYTES

    def __iter__(self) -> Iterator[bytes]:
        """Each digest, in order."""
        return (self[place] for place in range(len(self)))

    def __getitem__(self, place: int) -> bytes:
        """The digest at `place`, or IndexError."""
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self.data[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES]

    def __contains__(self, digest: bytes) -> bool:
        """Whether `digest` is one of them."""
        place = bisect_left(self, digest)
        return place < len(self) and self[place] == digest


def pack_digests(digests: Iterable[bytes]) -> Digests:
    """The file of these digests."""
    return Digests(b"".join(sorted(set(digests))))


def decode_digests(data: bytes) -> Digests:
    """The digests in `data`. ObjectError OBJECT_MALFORMED unless whole and strictly ascending."""
    with reading(ObjectType.SURVIVORS, data):
        require(len(data) % DIGEST_BYTES == 0, "not whole digests")
        entries = [data[start : start + DIGEST_BYTES] for start in range(0, len(data), DIGEST_BYTES)]
        require(all(a < b for a, b in pairwise(entries)), "not strictly ascending")
        return Digests(data)


class Shard(NamedTuple):
    """What was registered at the indices `first` to `first + 255` of one list."""

    list: int
    first: int
    digests: Digests

    def encode(self) -> bytes:
        """The shard's bytes; unsigned, committed by the register index."""
        return cbor.encode([self.list, self.first, self.digests.data])


def first_of(index: int) -> int:
    """The first index of the shard that covers `index`."""
    return index - index % INDICES_A_SHARD


def decode_shard(data: bytes) -> Shard:
    """The shard in `data`. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED."""
    with reading(ObjectType.SHARD, data):
        listed, first, digests = array(cbor.decode(data), 3)
        shard = Shard(uint(listed), uint(first), decode_digests(octets(digests)))
        require(first_of(shard.first) == shard.first, "a shard begins at a multiple of 256")
        require(len(shard.digests) <= INDICES_A_SHARD, "more digests than indices")
        return shard


def count_in(data: bytes) -> int:
    """How many digests the shard in `data` holds, which is known to be one. ObjectError OBJECT_MALFORMED."""
    with reading(ObjectType.SHARD, data):
        *_, digests = array(cbor.decode(data), 3)
        return len(octets(digests)) // DIGEST_BYTES


class RegisterIndex(NamedTuple):
    """The SHA-256 of every shard of one list, in order; the checkpoint commits to this object's bytes."""

    list: int
    hashes: tuple[bytes, ...]

    def encode(self) -> bytes:
        """The object's bytes; unsigned, committed by the checkpoint."""
        return cbor.encode([self.list, b"".join(self.hashes)])

    def check(self, shard: Shard, data: bytes) -> None:
        """Raise ObjectError MIX_AND_MATCH unless `data` is the shard that this index commits to."""
        place = shard.first // INDICES_A_SHARD
        if place >= len(self.hashes) or self.hashes[place] != sha256(data):
            raise ObjectError(SyncReason.MIX_AND_MATCH, f"shard {shard.first} of list {shard.list}")


def decode_index(data: bytes) -> RegisterIndex:
    """The register index in `data`. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED."""
    with reading(ObjectType.REGISTER, data):
        listed, hashes = array(cbor.decode(data), 2)
        joined = octets(hashes)
        require(len(joined) % HASH_BYTES == 0, "not whole hashes")
        starts = range(0, len(joined), HASH_BYTES)
        return RegisterIndex(uint(listed), tuple(joined[start : start + HASH_BYTES] for start in starts))


class Register:
    """What is held of one region's register. Shards are decoded when first met; what was decoded is kept."""

    __slots__ = ("_blobs", "_decoded", "indexes")

    def __init__(self, indexes: Mapping[int, RegisterIndex], blobs: Mapping[bytes, bytes]) -> None:
        self.indexes: Final = indexes
        self._blobs: Final = blobs
        self._decoded: dict[bytes, tuple[tuple[int, int], frozenset[bytes]]] = {}

    def digests_around(self, number: int, index: int) -> frozenset[bytes] | None:
        """The digests registered around `index` of list `number`, or None if that shard is not held.

        ObjectError OBJECT_MALFORMED if the shard is held and not of its shape.
        """
        held = self.indexes.get(number)
        place = index // INDICES_A_SHARD
        if held is None or place >= len(held.hashes):
            return None
        shard = self._shard(held.hashes[place])
        if shard is None:
            return None
        covered, digests = shard
        return digests if covered == (number, first_of(index)) else None

    def _shard(self, pinned: bytes) -> tuple[tuple[int, int], frozenset[bytes]] | None:
        """The list and the first index of a shard, and its digests."""
        known = self._decoded.get(pinned)
        if known is None and pinned in self._blobs:
            shard = decode_shard(self._blobs[pinned])
            known = self._decoded[pinned] = (shard.list, shard.first), frozenset(shard.digests)
        return known
