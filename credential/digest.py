"""SHA-256 (FIPS 180-4) of what is small as a rule, without loading OpenSSL for it."""

from typing import Final

from nacl.bindings import crypto_hash_sha256

_SMALL: Final = 16 << 10


def sha256(data: bytes) -> bytes:
    """The 32 bytes."""
    if len(data) <= _SMALL:
        return crypto_hash_sha256(data)
    # OpenSSL hashes five times as fast, but takes 3 ms to load: as much as libsodium takes for half a megabyte.
    from hashlib import sha256

    return sha256(data).digest()
