"""COSE_Sign1 and COSE_Sign (RFC 9052): structure, and the exact bytes that are signed.

One algorithm only: Ed25519 (-19, RFC 9864). Every signed object but the certificate carries its `typ` (RFC 9596), so
that nothing can be taken for something else. The external AAD is empty.
"""

from functools import lru_cache
from typing import Final, NamedTuple, TypeVar

from credential import cbor
from credential.digest import sha256
from credential.errors import CredentialError
from credential.reason import Reason

ALG: Final = 1
KID: Final = 4
TYP: Final = 16
ED25519: Final = -19
TAG_SIGN1: Final = 18
TAG_SIGN: Final = 98
KID_BYTES: Final = 8
SIGNATURE_BYTES: Final = 64

Tagged = tuple[tuple[int, ...], cbor.Value]
"""An item and its outermost tags, as `cbor.decode_tagged` returns them."""

_Closing = TypeVar("_Closing", bytes, list[cbor.Value])


class Sign1(NamedTuple):
    """A COSE_Sign1 whose structure is right; its signature is not verified yet."""

    kid: bytes
    payload: bytes
    signature: bytes
    to_be_signed: bytes


class Signature(NamedTuple):
    """One signature of a COSE_Sign."""

    kid: bytes
    signature: bytes
    to_be_signed: bytes


class Sign(NamedTuple):
    """A COSE_Sign whose structure is right; its signatures are not verified yet."""

    payload: bytes
    signatures: tuple[Signature, ...]


@lru_cache(maxsize=4_096)
def kid(public_key: bytes) -> bytes:
    """The key's hint: the first 8 bytes of its COSE Key thumbprint."""
    return thumbprint(public_key)[:KID_BYTES]


def fingerprint(public_key: bytes) -> str:
    """The thumbprint as people read it to each other: sixteen groups of four; the first four are the kid."""
    digits = thumbprint(public_key).hex()
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def thumbprint(public_key: bytes) -> bytes:
    """The SHA-256 COSE Key thumbprint (RFC 9679) of an Ed25519 key: {1: 1 (OKP), -1: 6 (Ed25519), -2: x}."""
    return sha256(bytes.fromhex("a301012006215820") + public_key)


def protected_sign1(key_id: bytes, typ: str | None) -> bytes:
    """The protected header of a COSE_Sign1: exactly alg and kid, and `typ` on all but certificates."""
    header: dict[int | str, cbor.Value] = {ALG: ED25519, KID: key_id}
    if typ is not None:
        header[TYP] = typ
    return cbor.encode(header)


def protected_sign(typ: str) -> bytes:
    """The protected header of a COSE_Sign's body: exactly `typ`."""
    return cbor.encode({TYP: typ})


def to_be_signed_sign1(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure of a COSE_Sign1 (RFC 9052 section 4.4)."""
    return b"\x84\x6aSignature1" + cbor.byte_string(protected) + b"\x40" + cbor.byte_string(payload)


def to_be_signed_sign(protected: bytes, signer: bytes, payload: bytes) -> bytes:
    """The Sig_structure of one signature of a COSE_Sign (RFC 9052 section 4.4)."""
    return (
        b"\x85\x69Signature"
        + cbor.byte_string(protected)
        + cbor.byte_string(signer)
        + b"\x40"
        + cbor.byte_string(payload)
    )


def decode_sign1(data: bytes, typ: str | None) -> Sign1:
    """The COSE_Sign1 in `data`. CredentialError: a CBOR_ reason, or one of `read_sign1`."""
    return read_sign1(cbor.decode_tagged(data), typ)


def read_sign1(item: Tagged, typ: str | None) -> Sign1:
    """The COSE_Sign1 that a decoded item is, whose `typ` must be exactly this one (None: absent).

    CredentialError: COSE_TAG, COSE_SHAPE, UNPROTECTED_NOT_EMPTY, WRONG_TYPE, ALG_REFUSED, HEADER_SHAPE,
    SIGNATURE_LENGTH, in that order; a header that is not strict CBOR has its CBOR_ reason.
    """
    protected, payload, signature = _envelope(item, TAG_SIGN1, bytes)
    key_id = _signer_of(protected, typ)
    _check_signature_length(signature)
    return Sign1(key_id, payload, signature, to_be_signed_sign1(protected, payload))


@lru_cache(maxsize=1_024)
def _signer_of(protected: bytes, typ: str | None) -> bytes:
    """The kid in a COSE_Sign1's protected header. All that one key signs has the same header: it is read once."""
    header = _header(protected)
    _check_typ(header, typ)
    return _check_signer(header, {ALG, KID} if typ is None else {ALG, KID, TYP})


def decode_sign(data: bytes, typ: str) -> Sign:
    """The COSE_Sign in `data`, whose `typ` must be exactly this one; the reasons are those of `decode_sign1`."""
    protected, payload, signatures = _envelope(cbor.decode_tagged(data), TAG_SIGN, list)
    if not signatures:
        raise CredentialError(Reason.COSE_SHAPE, "no signature")
    header = _header(protected)
    _check_typ(header, typ)
    if set(header) != {TYP}:
        raise CredentialError(Reason.HEADER_SHAPE, "the body's header is not exactly {typ}")
    found = tuple(_signature(each, protected, payload) for each in signatures)
    kids = [each.kid for each in found]
    if kids != sorted(set(kids)):
        raise CredentialError(Reason.HEADER_SHAPE, "signatures not in order of kid, or two of one kid")
    return Sign(payload, found)


def _envelope(item: Tagged, tag: int, closing: type[_Closing]) -> tuple[bytes, bytes, _Closing]:
    """Protected header, payload, and what closes the message: one signature, or the array of them."""
    tags, message = item
    if tags != (tag,):
        raise CredentialError(Reason.COSE_TAG, f"tags {list(tags)}, expected {tag}")
    match message:
        case [bytes() as protected, dict() as unprotected, bytes() as payload, last] if isinstance(last, closing):
            _check_unprotected(unprotected)
            return protected, payload, last
    raise CredentialError(Reason.COSE_SHAPE)


def _signature(value: cbor.Value, protected: bytes, payload: bytes) -> Signature:
    match value:
        case [bytes() as signer, dict() as unprotected, bytes() as signature]:
            _check_unprotected(unprotected)
        case _:
            raise CredentialError(Reason.COSE_SHAPE, "a COSE_Signature is not of its shape")
    key_id = _check_signer(_header(signer), {ALG, KID})
    _check_signature_length(signature)
    return Signature(key_id, signature, to_be_signed_sign(protected, signer, payload))


def _header(protected: bytes) -> dict[int | str, cbor.Value]:
    """A protected header; RFC 9052 section 3 lets an empty one be a byte string of no length."""
    header = cbor.decode(protected) if protected else {}
    if not isinstance(header, dict):
        raise CredentialError(Reason.HEADER_SHAPE, "not a map")
    return header


def _check_unprotected(header: dict[int | str, cbor.Value]) -> None:
    if header:
        raise CredentialError(Reason.UNPROTECTED_NOT_EMPTY)


def _check_typ(header: dict[int | str, cbor.Value], typ: str | None) -> None:
    if header.get(TYP) != typ or (typ is None and TYP in header):
        raise CredentialError(Reason.WRONG_TYPE)


def _check_signer(header: dict[int | str, cbor.Value], labels: set[int]) -> bytes:
    """The kid of a header that names the one algorithm and exactly `labels`."""
    if header.get(ALG) != ED25519:
        raise CredentialError(Reason.ALG_REFUSED)
    key_id = header.get(KID)
    if set(header) != labels or not isinstance(key_id, bytes) or len(key_id) != KID_BYTES:
        raise CredentialError(Reason.HEADER_SHAPE, "not exactly the labels expected")
    return key_id


def _check_signature_length(signature: bytes) -> None:
    if len(signature) != SIGNATURE_BYTES:
        raise CredentialError(Reason.SIGNATURE_LENGTH, f"{len(signature)} bytes")
