"""The usual layout of a certificate, read in one pass (docs/adr/0002).

Nearly all certificates have one layout: a level certificate, each item of the size that it nearly always has. Of any
other this says None, and `cbor`, `cose` and `claims` read it: they alone know reasons. What is read here they read
alike; tests/credential/test_layout.py holds it to that.
"""

import struct
from struct import Struct
from typing import Final

from credential import claims, cose, numbers, text
from credential.cose import Sign1
from credential.model import (
    NO_EXTRA,
    Certificate,
    Day,
    IssuerCode,
    LevelCertificate,
    Occupation,
    Person,
    Seconds,
    StatusReference,
)

_HEAD: Final = Struct(">8s8s2sB3s13s2sI21s")
"""Up to the key "idx"; between the marks stand the kid, the payload's size, the issuer, the time of signing."""
_HEAD_MARKS: Final = (
    bytes.fromhex("d2 84 4d a2 01 32 04 48"),  # tag 18, an array of 4, the protected header {1: -19, 4: kid}
    bytes.fromhex("a0 58"),  # the unprotected header; a payload of 24 to 255 bytes
    bytes.fromhex("a4 01 6d"),  # four claims; iss, a text of 13 bytes
    bytes.fromhex("06 1a"),  # iat, a number of 4 bytes
    bytes.fromhex("19 ffff a1 6b") + b"status_list" + bytes.fromhex("a2 63") + b"idx",
)
_PROTECTED: Final = slice(2, 16)
_PAYLOAD: Final = 19
"""Where the payload begins; its head is the two bytes before."""
_URI: Final = b"\x63uri"
_BODY: Final = bytes.fromhex("3a 00010000 8d 00")
"""The key of the body, an array of 13, kind 0."""
_PERSON: Final = Struct(">BB4sBIBH")
"""After the name: document type, last four characters, the number's tail, the edition."""
_TAIL: Final = Struct(">BBHBB2s")
"""After the specialisation: level, date, basis, no optional facts; then the head of the signature."""
_BODY_MARKS: Final = (0x64, 0x1A, 0x19, 0x19, 0xA0, b"\x58\x40")
_SIGNATURE_HEAD: Final = 2
_NULL: Final = 0xF6
_ONE_BYTE_MORE: Final = 24
"""From here on, a length has a byte of its own after the head."""
_INDEX_HEADS: Final = {0x18: (1, 24), 0x19: (2, 1 << 8), 0x1A: (4, 1 << 16)}
"""The bytes after the head, and the least integer that needs them."""


class _UnusualError(Exception):
    """Another layout."""


def read(data: bytes) -> tuple[Sign1, Certificate] | None:
    """What steps 2 to 4 and `claims.decode_body` find in `data`; None if it is not of the usual layout."""
    try:
        return _read(data)
    except (_UnusualError, struct.error, IndexError, KeyError, UnicodeDecodeError):
        return None


def _read(data: bytes) -> tuple[Sign1, Certificate]:
    tag, kid, unprotected, size, iss, code, iat, issued_at, status_list = _HEAD.unpack_from(data)
    issuer = numbers.parse_issuer_code(code.decode("ascii"))
    if (tag, unprotected, iss, iat, status_list) != _HEAD_MARKS or issuer is None or issued_at < 1 << 16:
        raise _UnusualError
    status, place = _status(data, _HEAD.size)
    certificate, end = _body(data, place, issuer, Seconds(issued_at), status)
    signature = data[end + _SIGNATURE_HEAD :]
    _require(end == _PAYLOAD + size and len(signature) == cose.SIGNATURE_BYTES)
    to_be_signed = b"\x84\x6aSignature1" + data[_PROTECTED] + b"\x40" + data[_PAYLOAD - 2 : end]
    return Sign1(kid, data[_PAYLOAD:end], signature, to_be_signed), certificate


def _status(data: bytes, place: int) -> tuple[StatusReference, int]:
    """The status reference whose index is at `place`, and where it ends."""
    index, place = _index(data, place)
    _require(data.startswith(_URI, place))
    uri, place = _text(data, place + len(_URI), claims.MAX_URI_BYTES)
    return StatusReference(index, uri), place


def _body(
    data: bytes, place: int, issuer: IssuerCode, issued_at: Seconds, status: StatusReference
) -> tuple[Certificate, int]:
    """The certificate whose body's key is at `place`, and where it ends."""
    _require(data.startswith(_BODY, place))
    name, place = _text(data, place + len(_BODY))
    document_type, text4, last4, uint4, tail, uint2, edition = _PERSON.unpack_from(data, place)
    code, place = _text(data, place + _PERSON.size)
    title, place = _text(data, place)
    specialisation, place = (None, place + 1) if data[place] == _NULL else _text(data, place)
    level, uint2_too, day, basis, no_extra, signature = _TAIL.unpack_from(data, place)
    _require((text4, uint4, uint2, uint2_too, no_extra, signature) == _BODY_MARKS)
    _require(1 << 16 <= tail < 10**numbers.TAIL_DIGITS and 1 << 8 <= edition <= 9999 and day >= 1 << 8)
    _require(1 <= level <= 5 and last4.isalnum() and last4.upper() == last4)
    _require(text.refused_character(name, code, title, specialisation or "") is None)
    certificate = Certificate(
        issuer,
        issued_at,
        Person(name, claims.DOCUMENT_TYPES[document_type], last4.decode()),
        f"{issuer}{tail:09d}",
        LevelCertificate(Occupation(edition, code, title, specialisation), level),
        Day(day),
        claims.BASES[basis],
        status,
        NO_EXTRA,
    )
    return certificate, place + _TAIL.size - _SIGNATURE_HEAD


def _text(data: bytes, place: int, at_most: int = claims.MAX_TEXT_BYTES) -> tuple[str, int]:
    """The text of 1 to `at_most` bytes at `place`, and where it ends."""
    size, start = data[place] - 0x60, place + 1
    if size == _ONE_BYTE_MORE:
        size, start = data[start], start + 1
        _require(size >= _ONE_BYTE_MORE)
    elif not 0 < size < _ONE_BYTE_MORE:
        raise _UnusualError
    _require(size <= at_most)
    return data[start : start + size].decode(), start + size


def _index(data: bytes, place: int) -> tuple[int, int]:
    """The unsigned integer at `place`, and where it ends."""
    head = data[place]
    if head < _ONE_BYTE_MORE:
        return head, place + 1
    size, least = _INDEX_HEADS[head]
    end = place + 1 + size
    index = int.from_bytes(data[place + 1 : end], "big")
    _require(index >= least)
    return index, end


def _require(usual: bool) -> None:
    if not usual:
        raise _UnusualError
