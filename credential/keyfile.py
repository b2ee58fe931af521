"""Key files: a seed sealed under a passphrase with Argon2id (RFC 9106) and XSalsa20-Poly1305, or an open demo key.

Pure: the bytes, the passphrase and the random salt come in; who may read the file is its owner's business. Demo keys
are published with the source code, so they open only for a caller that asks for them by name.
"""

import json
from collections.abc import Mapping
from enum import StrEnum, unique
from typing import Any, Final, NamedTuple

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox

from credential.errors import KeyFileError
from credential.reason import KeyFileReason
from credential.sign import SEED_BYTES, SigningKey

VERSION: Final = 1
MAX_BYTES: Final = 4_096
SALT_BYTES: Final = argon2id.SALTBYTES
NONCE_BYTES: Final = SecretBox.NONCE_SIZE
MAX_MEMORY: Final = 1 << 30
"""The most memory, in bytes, that a key file may ask for."""
MAX_OPERATIONS: Final = 16


@unique
class Purpose(StrEnum):
    """One key, one purpose."""

    CERTIFICATE = "certificate"
    REQUEST = "request"
    APPROVAL = "approval"
    ROOT = "root"
    LIST = "list"
    STATUS = "status"
    CHECKPOINT = "checkpoint"


class Cost(NamedTuple):
    """Argon2id's cost: passes, and memory in bytes."""

    operations: int = argon2id.OPSLIMIT_MODERATE
    memory: int = argon2id.MEMLIMIT_MODERATE


class KeyFile(NamedTuple):
    """A parsed key file. `sealed` is nonce and ciphertext; `demo_seed` is set for demo keys only."""

    purpose: Purpose
    owner: str
    public: bytes
    salt: bytes = b""
    cost: Cost = Cost()
    sealed: bytes = b""
    demo_seed: bytes | None = None


def seal(seed: bytes, purpose: Purpose, owner: str, passphrase: bytes, salt: bytes, nonce: bytes, cost: Cost) -> bytes:
    """A key file for `seed` under `passphrase`; `salt` and `nonce` are fresh random bytes."""
    box = SecretBox(argon2id.kdf(SecretBox.KEY_SIZE, passphrase, salt, cost.operations, cost.memory))
    sealed = bytes(box.encrypt(seed, nonce))
    return encode(KeyFile(purpose, owner, SigningKey(seed).public, salt, cost, sealed))


def encode(file: KeyFile) -> bytes:
    """The bytes of a sealed key file: what `parse` read, or another writing of it."""
    kdf = {"name": "argon2id", "operations": file.cost.operations, "memory": file.cost.memory, "salt": file.salt.hex()}
    return _dump(file.purpose, file.owner, file.public, {"kdf": kdf, "sealed": file.sealed.hex()})


def demo(seed: bytes, purpose: Purpose, owner: str) -> bytes:
    """A key file that hides nothing, for demonstrations."""
    return _dump(purpose, owner, SigningKey(seed).public, {"demo": True, "seed": seed.hex()})


def parse(data: bytes) -> KeyFile:
    """The key file in `data`. KeyFileError: MALFORMED, KDF_TOO_COSTLY."""
    if len(data) > MAX_BYTES:
        raise KeyFileError(KeyFileReason.MALFORMED, "too large for a key file")
    try:
        match json.loads(data):
            case {"yinxin_key": 1, "demo": True, "seed": str() as seed, **head}:
                purpose, owner, public = _head(head)
                return KeyFile(purpose, owner, public, demo_seed=_bytes(seed, SEED_BYTES))
            case {"yinxin_key": 1, "kdf": {"name": "argon2id", **kdf}, "sealed": str() as sealed, **head}:
                purpose, owner, public = _head(head)
                salt, cost = _kdf(kdf)
                return KeyFile(purpose, owner, public, salt, cost, _bytes(sealed))
    except (ValueError, RecursionError):
        pass
    raise KeyFileError(KeyFileReason.MALFORMED, "not a key file of version 1")


def unseal(file: KeyFile, passphrase: bytes) -> SigningKey:
    """The key of a sealed file. KeyFileError: CANNOT_OPEN, MALFORMED, PUBLIC_KEY_MISMATCH, DEMO_KEY_REFUSED."""
    if file.demo_seed is not None:
        raise KeyFileError(KeyFileReason.DEMO_KEY_REFUSED, "its seed is published with the source code")
    key = argon2id.kdf(SecretBox.KEY_SIZE, passphrase, file.salt, file.cost.operations, file.cost.memory)
    try:
        seed = SecretBox(key).decrypt(file.sealed)
    except (CryptoError, ValueError):
        raise KeyFileError(KeyFileReason.CANNOT_OPEN) from None
    if len(seed) != SEED_BYTES:
        raise KeyFileError(KeyFileReason.MALFORMED, "what is sealed is not a seed")
    return _checked(SigningKey(seed), file)


def open_demo(file: KeyFile) -> SigningKey:
    """The key of a demo file. KeyFileError: MALFORMED for a file that is not one, PUBLIC_KEY_MISMATCH."""
    if file.demo_seed is None:
        raise KeyFileError(KeyFileReason.MALFORMED, "not a demo key")
    return _checked(SigningKey(file.demo_seed), file)


def require_purpose(file: KeyFile, purpose: Purpose) -> None:
    """Raise KeyFileError WRONG_PURPOSE unless the file's key is for `purpose`."""
    if file.purpose is not purpose:
        raise KeyFileError(
            KeyFileReason.WRONG_PURPOSE, f"a {file.purpose.value} key where a {purpose.value} key belongs"
        )


def _checked(key: SigningKey, file: KeyFile) -> SigningKey:
    if key.public != file.public:
        raise KeyFileError(KeyFileReason.PUBLIC_KEY_MISMATCH)
    return key


def _dump(purpose: Purpose, owner: str, public: bytes, rest: dict[str, object]) -> bytes:
    head = {"yinxin_key": VERSION, "purpose": purpose.value, "owner": owner, "public": public.hex()}
    return json.dumps({**head, **rest}, ensure_ascii=False, indent=2).encode() + b"\n"


def _head(head: Mapping[Any, object]) -> tuple[Purpose, str, bytes]:
    match head:
        case {"purpose": str() as purpose, "owner": str() as owner, "public": str() as public}:
            return Purpose(purpose), owner, _bytes(public, 32)
    raise ValueError("no purpose, owner or public key")


def _kdf(kdf: Mapping[Any, object]) -> tuple[bytes, Cost]:
    match kdf:
        case {"operations": int() as operations, "memory": int() as memory, "salt": str() as salt}:
            if operations > MAX_OPERATIONS or memory > MAX_MEMORY:
                raise KeyFileError(KeyFileReason.KDF_TOO_COSTLY, f"{operations} passes of {memory} bytes")
            if operations < argon2id.OPSLIMIT_MIN or memory < argon2id.MEMLIMIT_MIN:
                raise ValueError("less than the least cost")
            return _bytes(salt, SALT_BYTES), Cost(operations, memory)
    raise ValueError("no cost")


def _bytes(text: str, length: int | None = None) -> bytes:
    data = bytes.fromhex(text)
    if length is not None and len(data) != length:
        raise ValueError("not of the length expected")
    return data
