"""The issuer's two keys: made here, sealed under a passphrase, opened only to sign. The only source of seeds."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from credential import keyfile
from credential.errors import KeyFileError
from credential.keyfile import Cost, KeyFile, Purpose
from credential.model import IssuerCode
from credential.reason import KeyFileReason
from credential.sign import SEED_BYTES, SigningKey
from signer import files
from signer.errors import SignerError, usage
from signer.home import Home

PURPOSES: Final = (Purpose.CERTIFICATE, Purpose.REQUEST)
MIN_PASSPHRASE: Final = 8
_MAX_PASSPHRASE: Final = 1_024

Passphrase = Callable[[Purpose], bytes]
"""Asks for the passphrase of the key of this purpose."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Where keys come from: the home's sealed files, or the demo files in `demo`."""

    home: Home
    passphrase: Passphrase
    demo: Path | None = None

    def public(self, purpose: Purpose) -> bytes:
        """The public key as its file names it; needs no passphrase."""
        return self._file(purpose).public

    def open(self, purpose: Purpose) -> SigningKey:
        """The key. SignerError: missing, readable by others, wrong passphrase, another purpose, a demo key."""
        file = self._file(purpose)
        try:
            return keyfile.open_demo(file) if self.demo else _unseal(file, self.passphrase)
        except KeyFileError as error:
            raise explain(error, self._path(purpose)) from None

    def _path(self, purpose: Purpose) -> Path:
        return self.demo / f"{purpose.value}.key" if self.demo else self.home.key_file(purpose)

    def _file(self, purpose: Purpose) -> KeyFile:
        path = self._path(purpose)
        read = files.read_capped if self.demo else files.read_private
        data = read(path, keyfile.MAX_BYTES)
        try:
            file = keyfile.parse(data)
            keyfile.require_purpose(file, purpose)
        except KeyFileError as error:
            raise explain(error, path) from None
        return file


def _unseal(file: KeyFile, passphrase: Passphrase) -> SigningKey:
    if file.demo_seed is not None:
        raise KeyFileError(KeyFileReason.DEMO_KEY_REFUSED)
    return keyfile.unseal(file, passphrase(file.purpose))


def make(home: Home, owner: IssuerCode, passphrase: Passphrase, cost: Cost) -> None:
    """Make both keys. SignerError if one exists: a key is never overwritten."""
    for purpose in PURPOSES:
        _require_absent(home.key_file(purpose))
    sealed = {purpose: _sealed(purpose, owner, passphrase(purpose), cost) for purpose in PURPOSES}
    for purpose, data in sealed.items():
        files.write_atomic(home.key_file(purpose), data, files.PRIVATE_FILE)


def _sealed(purpose: Purpose, owner: IssuerCode, passphrase: bytes, cost: Cost) -> bytes:
    seed, salt = secrets.token_bytes(SEED_BYTES), secrets.token_bytes(keyfile.SALT_BYTES)
    nonce = secrets.token_bytes(keyfile.NONCE_BYTES)
    return keyfile.seal(seed, purpose, owner, passphrase, salt, nonce, cost)


def _require_absent(path: Path) -> None:
    if path.exists():
        raise usage(
            "key-exists",
            f"{path} 已存在，不会覆盖。要换密钥请用新的 --home，并联系登记机构。",
            f"{path} exists and is never overwritten. For a new key use a new --home, and call the registry.",
        )


def read_passphrase(path: Path) -> bytes:
    """The first line of a passphrase file that only its owner can read."""
    line = files.read_private(path, _MAX_PASSPHRASE).split(b"\n", 1)[0].rstrip(b"\r")
    require_long_enough(line)
    return line


def require_long_enough(passphrase: bytes) -> None:
    """Refuse a passphrase that protects nothing."""
    if len(passphrase) < MIN_PASSPHRASE:
        raise usage(
            "passphrase-short",
            f"口令太短：至少 {MIN_PASSPHRASE} 个字符。",
            f"the passphrase is too short: at least {MIN_PASSPHRASE} characters.",
        )


def explain(error: KeyFileError, path: Path) -> SignerError:
    """The error for people: what is wrong with the key file, and what to do."""
    zh, en = _EXPLAINED[error.reason]
    return usage(f"key-{error.reason.value.lower().replace('_', '-')}", f"{path}：{zh}", f"{path}: {en}")


_EXPLAINED: Final = {
    KeyFileReason.MALFORMED: (
        "不是有效的密钥文件。请从备份恢复。",
        "not a key file. Restore it from a backup.",
    ),
    KeyFileReason.KDF_TOO_COSTLY: (
        "要求的内存或运算量过大，不打开。请从备份恢复。",
        "asks for too much memory or time and is not opened. Restore it from a backup.",
    ),
    KeyFileReason.CANNOT_OPEN: (
        "打不开：口令不对，或文件损坏。什么都没有做，请重试。",
        "does not open: a wrong passphrase, or a damaged file. Nothing was done; try again.",
    ),
    KeyFileReason.PUBLIC_KEY_MISMATCH: (
        "私钥与公钥不符，文件被改动过。请从备份恢复。",
        "its private and public keys differ: the file was altered. Restore it from a backup.",
    ),
    KeyFileReason.WRONG_PURPOSE: (
        "用途不符：签证书的密钥和签请求的密钥不能互换。",
        "made for another purpose: certificate and request keys are not interchangeable.",
    ),
    KeyFileReason.DEMO_KEY_REFUSED: (
        "这是公开的演示密钥，正式使用时拒绝。演示请加 --demo-keys 文件夹。",
        "a published demo key, refused for real work. For a demonstration add --demo-keys DIR.",
    ),
}
