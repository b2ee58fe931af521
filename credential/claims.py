"""Between a certificate's claims (a CWT claims set, RFC 8392) and the model.

Decoding has two halves, because the order of checks has the signature between them: `decode_outer` is step 4, and
`decode_body` is the part of step 8 that needs no trust.
"""

import re
from collections.abc import Mapping
from enum import IntEnum
from functools import lru_cache
from typing import Final, NamedTuple, TypeGuard, TypeVar

from credential import cbor, numbers, text
from credential.errors import CredentialError
from credential.model import (
    MAX_DAY,
    NO_EXTRA,
    Basis,
    Certificate,
    Day,
    DocumentType,
    Entry,
    Extra,
    IssuerCode,
    Kind,
    LevelCertificate,
    Occupation,
    Person,
    Post,
    PostAppointment,
    RegionalHonour,
    Seconds,
    SpecialAbility,
    StatusReference,
    Subject,
    kind_of,
)
from credential.reason import Reason

ISS: Final = 1
EXP: Final = 4
IAT: Final = 6
STATUS: Final = 65535
BODY: Final = -65537
_LABELS: Final = {ISS, IAT, STATUS, BODY}
_LABELS_WITH_A_TERM: Final = _LABELS | {EXP}

MAX_TEXT_BYTES: Final = 96
"""The most bytes of UTF-8 in any one text of a certificate."""
MAX_URI_BYTES: Final = 64

_REPLACES: Final = 1
_SUB_LEVEL: Final = 2
_LOCAL_POST: Final = 3
_LAST4: Final = re.compile("[0-9A-Z]{4}", re.ASCII)
_EXTRA_KEYS: Final = frozenset({_REPLACES, _SUB_LEVEL, _LOCAL_POST})
_KINDS: Final = {int(each): each for each in Kind}
DOCUMENT_TYPES: Final = {int(each): each for each in DocumentType}
BASES: Final = {int(each): each for each in Basis}
_POSTS: Final = {int(each): each for each in Post}

_STATUS_HEAD: Final = bytes.fromhex("a1 6b") + b"status_list" + bytes.fromhex("a2 63") + b"idx"
_URI: Final = bytes.fromhex("63") + b"uri"
"""A map with one entry, a map with two; between these the index."""

_BODY_LENGTH: Final = {Kind.LEVEL: 13, Kind.SPECIAL_ABILITY: 12, Kind.POST: 13, Kind.HONOUR: 9}


class Outer(NamedTuple):
    """The claims' outer map; `body` is still as it came."""

    issuer: IssuerCode
    issued_at: Seconds
    expires_at: Seconds | None
    status: StatusReference
    body: list[cbor.Value]


def decode_outer(payload: bytes) -> Outer:
    """Step 4. CredentialError: a CBOR_ reason or CLAIMS_SHAPE."""
    claims = cbor.decode(payload)
    if not isinstance(claims, dict) or claims.keys() not in (_LABELS, _LABELS_WITH_A_TERM):
        raise CredentialError(Reason.CLAIMS_SHAPE, "not exactly the claims of a certificate")
    iss, iat, exp, body = claims[ISS], claims[IAT], claims.get(EXP, 0), claims[BODY]
    issuer = numbers.parse_issuer_code(iss) if isinstance(iss, str) else None
    if issuer is None or not _is_uint(iat) or not _is_uint(exp) or not isinstance(body, list):
        raise CredentialError(Reason.CLAIMS_SHAPE, "a claim is not of its shape")
    return Outer(issuer, Seconds(iat), Seconds(exp) if EXP in claims else None, _status(claims[STATUS]), body)


def _status(value: cbor.Value) -> StatusReference:
    """The reference of an IETF Token Status List: `{"status_list": {"idx", "uri"}}`."""
    entry = value["status_list"] if isinstance(value, dict) and value.keys() == {"status_list"} else None
    if isinstance(entry, dict) and entry.keys() == {"idx", "uri"}:
        idx, uri = entry["idx"], entry["uri"]
        if _is_uint(idx) and isinstance(uri, str) and len(uri.encode()) <= MAX_URI_BYTES:
            return StatusReference(idx, uri)
    raise CredentialError(Reason.CLAIMS_SHAPE, "the status is not of its shape")


def decode_body(outer: Outer) -> Certificate:
    """The part of step 8 that needs no trust. CredentialError: UNSUPPORTED, BODY_SHAPE or NAME_REFUSED."""
    body = outer.body
    kind = _kind(body)
    if len(body) != _BODY_LENGTH[kind]:
        raise CredentialError(Reason.BODY_SHAPE, f"{len(body)} elements")
    _refuse_unsupported(body)
    _, name, document_type, last4, number, *subject, day, basis, extra = body
    if outer.expires_at is not None and kind is not Kind.POST:
        raise CredentialError(Reason.BODY_SHAPE, "a term belongs to posts only")
    certificate = Certificate(
        outer.issuer,
        outer.issued_at,
        Person(_text(name), _member(DOCUMENT_TYPES, document_type), _last4(last4)),
        _number(outer.issuer, number),
        _subject(kind, subject, outer.expires_at),
        Day(_uint(day, MAX_DAY)),
        _member(BASES, basis),
        outer.status,
        _extra(extra),
    )
    _refuse_names(certificate)
    return certificate


def encode(certificate: Certificate) -> bytes:
    """The certificate's claims as deterministic CBOR, the payload of its COSE_Sign1.

    It is put together of its parts, for certificates of a batch have most of them in common.
    """
    issuer, issued_at, person, number, subject, issued_on, basis, status, extra = certificate
    ends = subject.ends if isinstance(subject, PostAppointment) else None
    before, middle, after = _shared(issuer, issued_at, ends, status.uri, subject, issued_on, basis, extra)
    return b"".join(
        (
            before,
            cbor.integer(status.idx),
            middle,
            cbor.text(person.name),
            cbor.integer(person.document_type),
            cbor.text(person.document_last4),
            _encode_number(issuer, number),
            after,
        )
    )


def _kind(body: list[cbor.Value]) -> Kind:
    code = body[0] if body else None
    if not _is_uint(code):
        raise CredentialError(Reason.BODY_SHAPE, "no kind")
    kind = _KINDS.get(code)
    if kind is None:
        raise CredentialError(Reason.UNSUPPORTED, f"kind {code}")
    return kind


def _refuse_unsupported(body: list[cbor.Value]) -> None:
    """Codes of a later edition of the format: not wrong, but beyond this verifier."""
    for name, codes, value in ("document type", DOCUMENT_TYPES, body[2]), ("basis", BASES, body[-2]):
        if _is_uint(value) and value not in codes:
            raise CredentialError(Reason.UNSUPPORTED, f"{name} {value}")
    if isinstance(body[-1], dict):
        for key in body[-1]:
            if _is_uint(key) and key not in _EXTRA_KEYS:
                raise CredentialError(Reason.UNSUPPORTED, f"field {key}")


def _subject(kind: Kind, elements: list[cbor.Value], ends: Seconds | None) -> Subject:
    if kind is Kind.HONOUR:
        return RegionalHonour(_text(elements[0]))
    edition, code, title, specialisation, *rest = elements
    occupation = Occupation(
        _uint(edition, 9999),
        _text(code),
        _text(title),
        None if specialisation is None else _text(specialisation),
    )
    match kind:
        case Kind.LEVEL:
            return LevelCertificate(occupation, _uint(rest[0], 5, at_least=1))
        case Kind.SPECIAL_ABILITY:
            return SpecialAbility(occupation)
        case Kind.POST:
            if ends is None:
                raise CredentialError(Reason.BODY_SHAPE, "a post without a term")
            return PostAppointment(occupation, _member(_POSTS, rest[0]), ends)


def _extra(value: cbor.Value) -> Extra:
    if not isinstance(value, dict) or not set(value) <= _EXTRA_KEYS:
        raise CredentialError(Reason.BODY_SHAPE, "the optional facts are not of their shape")
    if not value:
        return NO_EXTRA
    return Extra(
        replaces=_entry(value[_REPLACES]) if _REPLACES in value else None,
        sub_level=_text(value[_SUB_LEVEL]) if _SUB_LEVEL in value else None,
        local_post=_text(value[_LOCAL_POST]) if _LOCAL_POST in value else None,
    )


def _entry(value: cbor.Value) -> Entry:
    match value:
        case [listed, index]:
            return Entry(_uint(listed, cbor.MAX_INTEGER), _uint(index, cbor.MAX_INTEGER))
    raise CredentialError(Reason.BODY_SHAPE, "replaces is not [list, index]")


def _number(issuer: IssuerCode, value: cbor.Value) -> str:
    """The number as printed. What begins with the issuer's own code must come as its last nine digits."""
    if _is_uint(value):
        return f"{issuer}{_uint(value, 10**numbers.TAIL_DIGITS - 1):0{numbers.TAIL_DIGITS}d}"
    number = _text(value)
    national = numbers.parse_number(number)
    if national is not None and national.prefix == issuer:
        raise CredentialError(Reason.BODY_SHAPE, "the number is not in its short form")
    return number


def _refuse_names(certificate: Certificate) -> None:
    refused = text.refused_character(*shown_texts(certificate))
    if refused is not None:
        raise CredentialError(Reason.NAME_REFUSED, f"U+{refused:04X}")


def shown_texts(certificate: Certificate) -> list[str]:
    """Every text of the certificate that a person is shown."""
    texts: list[str | None] = [certificate.person.name, certificate.person.document_last4, certificate.number]
    if certificate.occupation is not None:
        occupation = certificate.occupation
        texts += [occupation.code, occupation.title, occupation.specialisation]
    match certificate.subject:
        case RegionalHonour(honour):
            texts.append(honour)
        case LevelCertificate() | SpecialAbility() | PostAppointment():
            pass
    texts += [certificate.extra.sub_level, certificate.extra.local_post]
    return [shown for shown in texts if shown is not None]


_Code = TypeVar("_Code", bound=IntEnum)


def _member(codes: Mapping[int, _Code], value: cbor.Value) -> _Code:
    member = codes.get(value) if _is_uint(value) else None
    if member is None:
        raise CredentialError(Reason.BODY_SHAPE, "not one of the codes that may stand here")
    return member


def _uint(value: cbor.Value, at_most: int, at_least: int = 0) -> int:
    if _is_uint(value) and at_least <= value <= at_most:
        return value
    raise CredentialError(Reason.BODY_SHAPE, "a number is out of its range")


def _text(value: cbor.Value) -> str:
    if isinstance(value, str) and 0 < len(value.encode()) <= MAX_TEXT_BYTES:
        return value
    raise CredentialError(Reason.BODY_SHAPE, "a text is missing or too long")


def _last4(value: cbor.Value) -> str:
    last4 = _text(value)
    if not _LAST4.fullmatch(last4):
        raise CredentialError(Reason.BODY_SHAPE, "not the last four characters of a document number")
    return last4


def _is_uint(value: cbor.Value) -> TypeGuard[int]:
    return type(value) is int and value >= 0


@lru_cache(maxsize=1_024, typed=True)
def _shared(
    issuer: IssuerCode,
    issued_at: Seconds,
    ends: Seconds | None,
    uri: str,
    subject: Subject,
    issued_on: Day,
    basis: Basis,
    extra: Extra,
) -> tuple[bytes, bytes, bytes]:
    """What comes before the index, between index and name, and after the number."""
    term: dict[int | str, cbor.Value] = {} if ends is None else {EXP: ends}
    claims: dict[int | str, cbor.Value] = {ISS: issuer, **term, IAT: issued_at}
    before = bytes((0xA2 + len(claims),)) + cbor.encode(claims)[1:] + cbor.encode(STATUS) + _STATUS_HEAD
    kind = kind_of(subject)
    middle = _URI + cbor.text(uri) + cbor.encode(BODY) + bytes((0x80 + _BODY_LENGTH[kind], kind))
    after = [*_encode_subject(subject), issued_on, int(basis), _encode_extra(extra)]
    return before, middle, b"".join(map(cbor.encode, after))


def _encode_number(issuer: IssuerCode, number: str) -> bytes:
    national = numbers.parse_number(number)
    if national is not None and national.prefix == issuer:
        return cbor.integer(national.tail)
    return cbor.text(number)


def _encode_subject(subject: Subject) -> list[cbor.Value]:
    match subject:
        case LevelCertificate(occupation, level):
            return [*_encode_occupation(occupation), level]
        case SpecialAbility(occupation):
            return _encode_occupation(occupation)
        case PostAppointment(occupation, post):
            return [*_encode_occupation(occupation), int(post)]
        case RegionalHonour(honour):
            return [honour]


def _encode_occupation(occupation: Occupation) -> list[cbor.Value]:
    return [occupation.edition, occupation.code, occupation.title, occupation.specialisation]


def _encode_extra(extra: Extra) -> dict[int | str, cbor.Value]:
    entries: dict[int | str, cbor.Value] = {}
    if extra.replaces is not None:
        entries[_REPLACES] = [extra.replaces.list, extra.replaces.idx]
    if extra.sub_level is not None:
        entries[_SUB_LEVEL] = extra.sub_level
    if extra.local_post is not None:
        entries[_LOCAL_POST] = extra.local_post
    return entries
