"""A region's trust list: which institution may sign what, since when, with which keys.

The list itself is an index: an occupation dictionary, and for each bin of issuers its first code and its SHA-256. A bin
holds its issuers in columns. A verifier needs, hashes and decodes only the bins of the issuers that it meets.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from credential import cbor, cose
from credential.bins import decode_bin, encode_bin
from credential.digest import sha256
from credential.errors import ObjectError
from credential.issuer import Issuer, OccupationReference
from credential.model import IssuerCode
from credential.published import (
    HEAD,
    Head,
    ObjectType,
    array,
    decode_head,
    issuer_code,
    mapping,
    octets,
    reading,
    require_ascending,
    texts,
    transposed,
    uints,
)
from credential.reason import SyncReason

TYP: Final = "application/yinxin-trust+cose"
ISSUERS_A_BIN: Final = 40
_OCCUPATIONS: Final = 10
_BINS: Final = 11


class BinReference(NamedTuple):
    """A bin by the first issuer code that belongs in it, and the SHA-256 of its bytes."""

    first: IssuerCode
    sha256: bytes


class TrustList(NamedTuple):
    """The signed index."""

    head: Head
    occupations: tuple[OccupationReference, ...]
    bins: tuple[BinReference, ...]

    def encode(self) -> bytes:
        """The payload to be signed."""
        return cbor.encode(
            {
                **self.head.encode(),
                _OCCUPATIONS: [[each.edition, each.code] for each in self.occupations],
                _BINS: [[each.first, each.sha256] for each in self.bins],
            }
        )

    def bin_of(self, code: IssuerCode) -> BinReference | None:
        """The bin that holds `code` if any does."""
        place = bisect_right(self.bins, code, key=lambda each: each.first)
        return self.bins[place - 1] if place else None


class Issuers:
    """The issuers of one trust list. Bins are decoded when first met; what was decoded is kept."""

    __slots__ = ("_decoded", "bins", "trust_list")

    def __init__(self, trust_list: TrustList, bins: Mapping[bytes, bytes]) -> None:
        self.trust_list: Final = trust_list
        self.bins: Final = bins
        self._decoded: dict[bytes, dict[IssuerCode, Issuer]] = {}

    def get(self, code: IssuerCode) -> Issuer | None:
        """The issuer, or None if the list has none of this code. ObjectError if its bin is missing or malformed."""
        reference = self.trust_list.bin_of(code)
        return None if reference is None else self._bin(reference).get(code)

    def __iter__(self) -> Iterator[Issuer]:
        """Every issuer, in order of code; needs every bin."""
        for reference in self.trust_list.bins:
            yield from self._bin(reference).values()

    def _bin(self, reference: BinReference) -> dict[IssuerCode, Issuer]:
        if reference.sha256 not in self._decoded:
            data = self.bins.get(reference.sha256)
            if data is None:
                raise ObjectError(SyncReason.MIX_AND_MATCH, f"the bin from {reference.first} on is not held")
            self._decoded[reference.sha256] = decode_bin(data, self.trust_list.occupations)
        return self._decoded[reference.sha256]


def following(held: Issuers, listed: TrustList) -> list[BinReference]:
    """The bins of `listed` in which an issuer may be who belongs in a bin that is held, of the list before it."""
    before = held.trust_list.bins
    spans = [(each.first, end) for each, end in zip(before, _ends_of(before), strict=True) if each.sha256 in held.bins]
    return [
        each
        for each, end in zip(listed.bins, _ends_of(listed.bins), strict=True)
        if any(each.first < last and first < end for first, last in spans)
    ]


def _ends_of(bins: Sequence[BinReference]) -> list[str]:
    """Where each bin ends: at the next one's first code, the last one after every code."""
    return [*(each.first for each in bins[1:]), "["][: len(bins)]


def decode(data: bytes) -> tuple[TrustList, cose.Sign]:
    """The trust list in `data`, signatures not yet verified. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED."""
    with reading(ObjectType.TRUST_LIST, data):
        message = cose.decode_sign(data, TYP)
        claims = mapping(cbor.decode(message.payload), HEAD | {_OCCUPATIONS, _BINS})
        bins = tuple(_bin_reference(each) for each in array(claims[_BINS]))
        require_ascending([each.first for each in bins])
        editions, codes = transposed(array(claims[_OCCUPATIONS]), 2)
        occupations = tuple(map(OccupationReference, uints(editions, 9999), texts(codes, 96)))
        return TrustList(decode_head(claims), occupations, bins), message


def build(
    head: Head, issuers: Iterable[Issuer], a_bin: int = ISSUERS_A_BIN, before: TrustList | None = None
) -> tuple[TrustList, tuple[bytes, ...]]:
    """The index and the bins, of about `a_bin` each, that list `issuers`, which have distinct codes.

    Bins begin where those of `before` do, and its dictionary only grows: what did not change stays byte for byte.
    """
    ordered = sorted(issuers, key=lambda each: each.code)
    occupations = _dictionary(ordered, before)
    places = {occupation: place for place, occupation in enumerate(occupations)}
    references: list[BinReference] = []
    bins: list[bytes] = []
    for first, group in _groups(ordered, a_bin, before):
        data = encode_bin(group, places)
        bins.append(data)
        references.append(BinReference(first, sha256(data)))
    return TrustList(head, occupations, tuple(references)), tuple(bins)


def _dictionary(issuers: Sequence[Issuer], before: TrustList | None) -> tuple[OccupationReference, ...]:
    known = before.occupations if before else ()
    used = {scope.occupation for issuer in issuers for scope in issuer.scopes}
    return (*known, *sorted(used - set(known)))


def _groups(
    ordered: Sequence[Issuer], a_bin: int, before: TrustList | None
) -> Iterator[tuple[IssuerCode, Sequence[Issuer]]]:
    """Each bin's first code and issuers. A bin of `before` that has grown by half is split."""
    firsts = [each.first for each in before.bins][1:] if before else []
    starts = [0, *(bisect_left(ordered, first, key=lambda each: each.code) for first in firsts), len(ordered)]
    for place, (start, end) in enumerate(pairwise(starts)):
        size = a_bin if before is None or end - start > a_bin * 3 // 2 else end - start
        for chunk in range(start, end, size or 1):
            own = before.bins[place].first if before and before.bins and chunk == start else ordered[chunk].code
            yield min(own, ordered[chunk].code), ordered[chunk : min(chunk + size, end)]


def _bin_reference(value: cbor.Value) -> BinReference:
    first, digest = array(value, 2)
    return BinReference(issuer_code(first), octets(digest, 32))
