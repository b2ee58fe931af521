"""Ed25519 verification (RFC 8032 section 5.1.7) with the point rules that make verifiers agree.

A public key is checked once, when it is loaded: canonical, of prime order, not the identity. Under such a key a
verifier without the cofactor accepts no R with a torsion part and no S >= L, so all of them agree. The library is
proved to be of that kind before it is used (docs/adr/0003).
"""

from collections.abc import Iterable
from functools import cache
from typing import Final

from nacl.bindings import (
    crypto_core_ed25519_is_valid_point,
    crypto_sign_open,
    crypto_sign_PUBLICKEYBYTES,
)
from nacl.exceptions import BadSignatureError

from credential.errors import CredentialError
from credential.reason import Reason

KEY_BYTES: Final = crypto_sign_PUBLICKEYBYTES
SIGNATURE_BYTES: Final = 64


_START_UP_KEY: Final = bytes.fromhex("b2caf40aa8d41372403b379ac3d26526b87ebd9a5029b6e38f506e9b4dd037fc")
_START_UP_R: Final = "0df87ff3ff2da74760aa1fa31f3c1881daeff41cbea64865a41157732306e930"


def _start_up(signature: str) -> tuple[bytes, bytes, bytes]:
    return _START_UP_KEY, b"yinxin", bytes.fromhex(signature)


ACCEPTED_BY_A_FIT_LIBRARY: Final = _start_up(
    _START_UP_R + "e1f2a5c00522e21fd3a49ff29b056c55e79bd0e932b0a9aeea0ab55d0307ed02"
)
REFUSED_BY_A_FIT_LIBRARY: Final = {
    "an R with a part of order 8": _start_up(
        "1fbd561d700d41ca9686604ce9a6031068aa1f3e8592b0fa23931340adf46422"
        "7d00079c457f261323eaad3e6af82dd586cc1fac19b4c17f48c0e3e97eb40901"
    ),
    "an R with a part of order 2": _start_up(
        "e007800c00d258b89f55e05ce0c3e77e25100be34159b79a5beea88cdcf916cf"
        "adad1a72e4e20365ceb9ed7c110d164b5999e2529b790247d8f14e11e9f9d807"
    ),
    "an S of L or more": _start_up(_START_UP_R + "cec69b1d2085f477a94197957aff4a6ae79bd0e932b0a9aeea0ab55d0307ed12"),
}
"""Signatures of `b"yinxin"` by a prime-order key; each would hold under a laxer rule (docs/adr/0003)."""


class UnfitLibraryError(RuntimeError):
    """The installed libsodium accepts signatures that this system must refuse: nothing may be verified with it."""


def is_valid_key(public_key: bytes) -> bool:
    """Whether `public_key` (32 bytes) is canonical, on the curve, of prime order and not the identity."""
    return len(public_key) == KEY_BYTES and bool(crypto_core_ed25519_is_valid_point(public_key))


def verify(public_key: bytes, message: bytes, signature: bytes) -> None:
    """Return if `signature` (64 bytes) of `message` holds under `public_key` (32 bytes).

    Raises CredentialError: SIGNATURE_LENGTH for any other length, else SIGNATURE_INVALID, also for every key
    that `is_valid_key` refuses. Callers that have checked the key already use `verify_checked`.
    """
    if not is_valid_key(public_key):
        raise CredentialError(Reason.SIGNATURE_INVALID, "the public key is not a point of prime order")
    verify_checked(public_key, message, signature)


def verify_checked(public_key: bytes, message: bytes, signature: bytes) -> None:
    """As `verify`, for a key that `is_valid_key` has passed."""
    if len(signature) != SIGNATURE_BYTES:
        raise CredentialError(Reason.SIGNATURE_LENGTH, f"{len(signature)} bytes")
    require_fit_library()
    if not _holds(public_key, message, signature):
        raise CredentialError(Reason.SIGNATURE_INVALID)


def find_signer(public_keys: Iterable[bytes], message: bytes, signature: bytes) -> bytes:
    """The first of `public_keys` (checked) under which `signature` holds; CredentialError SIGNATURE_INVALID if none."""
    for public_key in public_keys:
        if holds(public_key, message, signature):
            return public_key
    raise CredentialError(Reason.SIGNATURE_INVALID)


def holds(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` of `message` holds under `public_key`, which `is_valid_key` has passed."""
    require_fit_library()
    return len(signature) == SIGNATURE_BYTES and _holds(public_key, message, signature)


def _holds(public_key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        crypto_sign_open(signature + message, public_key)
    except BadSignatureError:
        return False
    return True


@cache
def require_fit_library() -> None:
    """Raise UnfitLibraryError unless libsodium judges the start-up vectors as it must; looked at once a process."""
    for name, vector in REFUSED_BY_A_FIT_LIBRARY.items():
        if _holds(*vector):
            raise UnfitLibraryError(f"libsodium accepts {name}; see docs/adr/0003")
    if not _holds(*ACCEPTED_BY_A_FIT_LIBRARY):
        raise UnfitLibraryError("libsodium refuses a good signature; see docs/adr/0003")
