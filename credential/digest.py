"""SHA-256 (FIPS 180-4): what is small by libsodium, so that a quick start need not load OpenSSL for it."""

from collections.abc import Sequence
from typing import Final

from nacl.bindings import crypto_hash_sha256

_LARGE: Final = 16 << 10
_MUCH: Final = 256 << 10
"""OpenSSL hashes five times as fast, but takes 3 ms to load: as long as libsodium takes for a mebibyte."""


def sha256(data: bytes) -> bytes:
    """The digest: 32 bytes."""
    return crypto_hash_sha256(data) if len(data) < _LARGE else _by_openssl(data)


def by_sha256(contents: Sequence[bytes]) -> dict[bytes, bytes]:
    """Each of `contents` by its digest."""
    hashed = crypto_hash_sha256 if sum(map(len, contents)) < _MUCH else _by_openssl
    return {hashed(each): each for each in contents}


def _by_openssl(data: bytes) -> bytes:
    from hashlib import sha256

    return sha256(data).digest()
