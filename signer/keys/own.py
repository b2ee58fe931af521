"""The issuer's two keys: made here or in a token, opened only to sign. The only source of seeds."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from credential import keyfile
from credential.errors import KeyFileError
from credential.keyfile import Cost, KeyFile, Purpose
from credential.model import IssuerCode
from credential.reason import KeyFileReason
from credential.sign import SEED_BYTES, Signer, SigningKey
from signer import files
from signer.errors import SignerError, usage
from signer.home import Home
from signer.keys import guard, pkcs11_token, record, token_file
from signer.keys.passphrases import Passphrase, require_long_enough
from signer.keys.token_file import TokenFile

PURPOSES: Final = (Purpose.CERTIFICATE, Purpose.REQUEST)

Placed = KeyFile | TokenFile
"""Where a key is: sealed in its file, or in the token that its file names."""


def token_of(placed: Placed) -> str:
    """In which token a key is, and under which label; empty for a key in a file."""
    return f"{placed.token} / {placed.label}" if isinstance(placed, TokenFile) else ""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Where keys come from: the home's files, or the demo files in `demo`."""

    home: Home
    passphrase: Passphrase
    demo: Path | None = None

    def public(self, purpose: Purpose) -> bytes:
        """The public key as its file names it; needs no passphrase."""
        return self._placed(purpose).public

    def open(self, purpose: Purpose) -> Signer:
        """The key. SignerError: missing, readable by others, wrong passphrase, stolen, a token that has it not."""
        if self.demo is None:
            record.require_not_stolen(self.home, self.public(purpose))
            return open_file(self.home.key_file(purpose), purpose, self.passphrase)
        path = self._demo_file(purpose)
        try:
            return keyfile.open_demo(_sealed(files.read_capped(path, keyfile.MAX_BYTES), purpose))
        except KeyFileError as error:
            raise explain(error, path) from None

    def _placed(self, purpose: Purpose) -> Placed:
        if self.demo is None:
            return read(self.home.key_file(purpose), purpose)
        path = self._demo_file(purpose)
        return _parse(files.read_capped(path, keyfile.MAX_BYTES), path, purpose)

    def _demo_file(self, purpose: Purpose) -> Path:
        return (self.demo or self.home.keys) / f"{purpose.value}.key"


def read(path: Path, purpose: Purpose) -> Placed:
    """Where the key of `path` is. SignerError: readable by others, not a key file, for another purpose."""
    return _parse(files.read_private(path, keyfile.MAX_BYTES), path, purpose)


def open_file(path: Path, purpose: Purpose, passphrase: Passphrase) -> Signer:
    """The key that a home's file holds or names. SignerError as `Keyring.open`."""
    guard.no_core_dumps()
    match read(path, purpose):
        case TokenFile() as named:
            return pkcs11_token.open_key(named, passphrase(purpose))
        case KeyFile() as file:
            return unsealed(file, path, passphrase)


def unsealed(file: KeyFile, path: Path, passphrase: Passphrase) -> SigningKey:
    """The key in a sealed file. SignerError: a wrong passphrase, a demo key; `path` is where it came from."""
    guard.no_core_dumps()
    try:
        if file.demo_seed is not None:
            raise KeyFileError(KeyFileReason.DEMO_KEY_REFUSED)
        return keyfile.unseal(file, passphrase(file.purpose))
    except KeyFileError as error:
        raise explain(error, path) from None


def _parse(data: bytes, path: Path, purpose: Purpose) -> Placed:
    try:
        named = token_file.parse(data)
        if named is None:
            return _sealed(data, purpose)
        if named.purpose is not purpose:
            raise KeyFileError(KeyFileReason.WRONG_PURPOSE)
    except KeyFileError as error:
        raise explain(error, path) from None
    return named


def _sealed(data: bytes, purpose: Purpose) -> KeyFile:
    file = keyfile.parse(data)
    keyfile.require_purpose(file, purpose)
    return file


@dataclass(frozen=True, slots=True)
class Slot:
    """The token in which a key is to be made."""

    module: Path
    token: str


def make(
    home: Home, owner: IssuerCode, passphrase: Passphrase, cost: Cost, slot: Slot | None = None, *, beside: bool = False
) -> None:
    """Make both keys, the certificate key in `slot` if there is one; `beside` those in use, to replace them later.

    SignerError if one exists: a key is never overwritten.
    """
    place = home.next_key_file if beside else home.key_file
    for purpose in PURPOSES:
        require_absent(place(purpose))
    guard.no_core_dumps()
    if slot is None:
        made = [_new_sealed(purpose, owner, passphrase, cost) for purpose in PURPOSES]
    else:
        sealed = _new_sealed(Purpose.REQUEST, owner, passphrase, cost)
        made = [_new_in_token(slot, owner, passphrase(Purpose.CERTIFICATE)), sealed]
    for purpose, data in zip(PURPOSES, made, strict=True):
        files.write_atomic(place(purpose), data, files.PRIVATE_FILE)


def make_one(home: Home, owner: IssuerCode, purpose: Purpose, passphrase: Passphrase, cost: Cost) -> None:
    """Make the key of one purpose alone. SignerError if it exists."""
    require_absent(home.key_file(purpose))
    guard.no_core_dumps()
    files.write_atomic(home.key_file(purpose), _new_sealed(purpose, owner, passphrase, cost), files.PRIVATE_FILE)


def _new_sealed(purpose: Purpose, owner: IssuerCode, passphrase: Passphrase, cost: Cost) -> bytes:
    secret = passphrase(purpose)
    require_long_enough(secret)
    seed, salt = secrets.token_bytes(SEED_BYTES), secrets.token_bytes(keyfile.SALT_BYTES)
    nonce = secrets.token_bytes(keyfile.NONCE_BYTES)
    return keyfile.seal(seed, purpose, owner, secret, salt, nonce, cost)


def _new_in_token(slot: Slot, owner: IssuerCode, pin: bytes) -> bytes:
    label = f"yinxin-{owner}-{secrets.token_hex(4)}"
    public = pkcs11_token.make_key(slot.module, slot.token, label, pin)
    return TokenFile(Purpose.CERTIFICATE, owner, public, slot.module, slot.token, label).encode()


def purposes(home: Home) -> tuple[Purpose, ...]:
    """Whose keys a home is for: an approver's one, or else an issuer's two."""
    return (Purpose.APPROVAL,) if home.key_file(Purpose.APPROVAL).exists() else PURPOSES


def require_apart(home: Home, purpose: Purpose) -> None:
    """SignerError for a key in the home of the other person: whoever has all of them approves what they ask for."""
    others = PURPOSES if purpose is Purpose.APPROVAL else (Purpose.APPROVAL,)
    if any(home.key_file(each).exists() for each in others):
        zh, en = ("经办人", "a clerk") if purpose is Purpose.APPROVAL else ("复核人", "an approver")
        raise usage(
            "not-your-own-home",
            f"{home.path} 是{zh}的文件夹。经办人和复核人各在自己的电脑或账号上，各用自己的 --home。",
            f"{home.path} is {en}'s home. Clerk and approver each use a --home, a machine or account of their own.",
        )


def require_absent(path: Path) -> None:
    """SignerError if there is a key: none is ever overwritten."""
    if path.exists():
        raise usage(
            "key-exists",
            f"{path} 已存在，不会覆盖。换密钥请运行 yinxin-signer key rotate。",
            f"{path} exists and is never overwritten. For a new key run yinxin-signer key rotate.",
        )


def explain(error: KeyFileError, path: Path) -> SignerError:
    """The error for people: what is wrong with the key file, and what to do."""
    zh, en = _EXPLAINED[error.reason]
    return usage(f"key-{error.reason.value.lower().replace('_', '-')}", f"{path}：{zh}", f"{path}: {en}")


_EXPLAINED: Final = {
    KeyFileReason.MALFORMED: (
        "不是有效的密钥文件。请从备份恢复（key restore）。",
        "not a key file. Restore it from a backup (key restore).",
    ),
    KeyFileReason.KDF_TOO_COSTLY: (
        "要求的内存或运算量过大，不打开。请从备份恢复（key restore）。",
        "asks for too much memory or time and is not opened. Restore it from a backup (key restore).",
    ),
    KeyFileReason.CANNOT_OPEN: (
        "打不开：口令不对，或文件损坏。什么都没有做，请重试。",
        "does not open: a wrong passphrase, or a damaged file. Nothing was done; try again.",
    ),
    KeyFileReason.PUBLIC_KEY_MISMATCH: (
        "私钥与公钥不符，文件被改动过。请从备份恢复（key restore）。",
        "its private and public keys differ: the file was altered. Restore it from a backup (key restore).",
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
