"""Status lists: an IETF Token Status List of 4 bits a certificate, as a CWT (`application/statuslist+cwt`)."""

import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from credential import cbor, cose
from credential.model import Region, Seconds, Status
from credential.published import ObjectType, array, mapping, octets, reading, region, require, text, uint

TYP: Final = "application/statuslist+cwt"
BITS: Final = 4
INDICES: Final = 1 << 20
"""Indices a list."""
MAX_BYTES: Final = INDICES * BITS // 8
DEFAULT_TTL: Final = 86_400

_ISS, _SUB, _EXP, _IAT = 1, 2, 4, 6
_STATUS_LIST: Final = 65533
_TTL: Final = 65534
_ORDER: Final = -65538
_STATUSES: Final = {int(each): each for each in Status}
_KNOWN_BYTES: Final = bytes(high << BITS | low for high in Status for low in Status)


class StatusList(NamedTuple):
    """One list. `entries` holds two statuses a byte, the lower index in the lower bits."""

    region: Region
    uri: str
    epoch: int
    seq: int
    issued: Seconds
    expires: Seconds
    ttl: int
    entries: bytes

    @property
    def order(self) -> tuple[int, int]:
        """Lists of one URI are ordered by epoch, then sequence."""
        return self.epoch, self.seq

    @property
    def length(self) -> int:
        """How many indices the list covers."""
        return len(self.entries) * 8 // BITS

    def get(self, index: int) -> Status:
        """The status at `index`; beyond the list nothing is registered."""
        if index >> 1 >= len(self.entries):
            return Status.NOT_REGISTERED
        return _STATUSES[self.entries[index >> 1] >> (BITS * (index & 1)) & 0x0F]

    def encode(self) -> bytes:
        """The payload to be signed."""
        return cbor.encode(
            {
                _ISS: self.region,
                _SUB: self.uri,
                _EXP: self.expires,
                _IAT: self.issued,
                _STATUS_LIST: {"lst": zlib.compress(self.entries, 9), "bits": BITS},
                _TTL: self.ttl,
                _ORDER: [self.epoch, self.seq],
            }
        )


def pack(
    statuses: Mapping[int, Status] | Iterable[tuple[int, Status]], length: int, valid: Iterable[range] = ()
) -> bytes:
    """The entries of a list of `length` indices (rounded up to a whole byte).

    What `statuses` does not name is valid if it lies in one of the ranges `valid` (of step 1), else not registered.
    """
    entries = bytearray([Status.NOT_REGISTERED << BITS | Status.NOT_REGISTERED]) * ((length + 1) // 2)
    for run in valid:
        _fill(entries, run)
    for index, status in statuses.items() if isinstance(statuses, Mapping) else statuses:
        _put(entries, index, status)
    return bytes(entries)


def _fill(entries: bytearray, run: range) -> None:
    """Make a run of indices valid: its odd ends one by one, the bytes between them at once."""
    first, end = run.start + (run.start & 1), run.stop - (run.stop & 1)
    if first < end:
        entries[first >> 1 : end >> 1] = bytes([Status.VALID << BITS | Status.VALID]) * ((end - first) >> 1)
    for index in {*run[:1], *run[-1:]}:
        _put(entries, index, Status.VALID)


def _put(entries: bytearray, index: int, status: Status) -> None:
    shift = BITS * (index & 1)
    entries[index >> 1] = entries[index >> 1] & (0xF0 >> shift) | status << shift


def uri_of(status_base: str, number: int) -> str:
    """The URI that certificates and the list itself carry: the region's base, then the list's decimal number."""
    return f"{status_base}{number}"


@lru_cache(maxsize=1_024)
def number_of(status_base: str, uri: str) -> int | None:
    """The number of the list that `uri` names, or None if it is not exactly one of this base; few are named often."""
    digits = uri.removeprefix(status_base)
    if uri.startswith(status_base) and digits.isascii() and digits.isdigit() and len(digits) <= 9:
        return int(digits) if digits == str(int(digits)) else None
    return None


def decode(data: bytes) -> tuple[StatusList, cose.Sign1]:
    """The list in `data`, signature not yet verified. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED."""
    with reading(ObjectType.STATUS_LIST, data):
        message = cose.decode_sign1(data, TYP)
        labels = {_ISS, _SUB, _EXP, _IAT, _STATUS_LIST, _TTL, _ORDER}
        claims = mapping(cbor.decode(message.payload), labels)
        content = mapping(claims[_STATUS_LIST], {"lst", "bits"})
        require(uint(content["bits"]) == BITS, "not 4 bits an entry")
        epoch, seq = array(claims[_ORDER], 2)
        found = StatusList(
            region=region(claims[_ISS]),
            uri=text(claims[_SUB], 64),
            epoch=uint(epoch),
            seq=uint(seq),
            issued=Seconds(uint(claims[_IAT])),
            expires=Seconds(uint(claims[_EXP])),
            ttl=uint(claims[_TTL]),
            entries=_inflate(octets(content["lst"])),
        )
        return found, message


def _inflate(compressed: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        entries = inflater.decompress(compressed, MAX_BYTES + 1)
    except zlib.error:
        entries = b""
    require(inflater.eof and len(entries) <= MAX_BYTES, "not a whole zlib stream of at most 2^20 entries")
    require(not inflater.unused_data, "something trails the zlib stream")
    require(not entries.translate(None, _KNOWN_BYTES), "a status that is not one of ours")
    return entries
