"""Signing, and the only place in the core that holds a signing key."""

from collections.abc import Iterable
from typing import Final, Protocol

from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

from credential import cbor, claims, cose
from credential.model import Certificate

SEED_BYTES: Final = 32


class Signer(Protocol):
    """What signs with one Ed25519 key, wherever that is: in this process, or in a device that never gives it away."""

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""

    @property
    def kid(self) -> bytes:
        """Its hint (`cose.kid`)."""

    @property
    def certificate_header(self) -> bytes:
        """The protected header of every certificate that it signs."""

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature of `message`."""


class SigningKey:
    """An Ed25519 key (RFC 8032). Its seed never shows in a repr, a traceback's locals or a pickle of it."""

    __slots__ = ("__secret", "certificate_header", "kid", "public")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise ValueError("a seed has 32 bytes")
        self.public, self.__secret = crypto_sign_seed_keypair(seed)
        self.kid = cose.kid(self.public)
        self.certificate_header = cose.protected_sign1(self.kid, None)

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature of `message`."""
        return crypto_sign(message, self.__secret)[: cose.SIGNATURE_BYTES]

    def __repr__(self) -> str:
        return f"SigningKey(kid={self.kid.hex()})"

    def __reduce__(self) -> str:
        raise TypeError("a signing key is not to be copied")


def sign_certificate(certificate: Certificate, key: Signer) -> bytes:
    """The certificate as a COSE_Sign1, ready for its QR."""
    return sign1(claims.encode(certificate), None, key)


def sign1(payload: bytes, typ: str | None, key: Signer) -> bytes:
    """`payload` as a tagged COSE_Sign1 of this `typ` (None for certificates only)."""
    protected = key.certificate_header if typ is None else cose.protected_sign1(key.kid, typ)
    signature = key.sign(cose.to_be_signed_sign1(protected, payload))
    return b"\xd2\x84" + cbor.byte_string(protected) + b"\xa0" + cbor.byte_string(payload) + cbor.byte_string(signature)


def signature_for(payload: bytes, typ: str, key: Signer) -> cose.Signature:
    """One holder's signature for a COSE_Sign of `payload`, to be assembled with the others'."""
    signer = cose.protected_sign1(key.kid, None)
    to_be_signed = cose.to_be_signed_sign(cose.protected_sign(typ), signer, payload)
    return cose.Signature(key.kid, key.sign(to_be_signed), to_be_signed)


def assemble(payload: bytes, typ: str, signatures: Iterable[cose.Signature]) -> bytes:
    """The tagged COSE_Sign of `payload` with these signatures, in order of kid."""
    ordered = sorted(signatures, key=lambda each: each.kid)
    entries: list[cbor.Value] = [[cose.protected_sign1(each.kid, None), {}, each.signature] for each in ordered]
    return b"\xd8\x62\x84" + b"".join(
        (cbor.byte_string(cose.protected_sign(typ)), b"\xa0", cbor.byte_string(payload), cbor.encode(entries))
    )


def sign(payload: bytes, typ: str, keys: Iterable[Signer]) -> bytes:
    """`payload` as a tagged COSE_Sign of this `typ`, signed by every one of `keys`."""
    return assemble(payload, typ, [signature_for(payload, typ, key) for key in keys])
