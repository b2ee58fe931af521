"""The region's role keys: found by what the root says, opened from key files that only their owner may read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from credential import keyfile
from credential.errors import KeyFileError
from credential.keyfile import KeyFile, Purpose
from credential.reason import KeyFileReason
from credential.root import Role, Root
from credential.sign import SigningKey
from registry.files import read_private
from registry.problems import ConfigurationError

PURPOSE_OF = {
    Role.ROOT: Purpose.ROOT,
    Role.LIST: Purpose.LIST,
    Role.STATUS: Purpose.STATUS,
    Role.CHECKPOINT: Purpose.CHECKPOINT,
}


@dataclass(frozen=True, slots=True)
class Opening:
    """How key files may be opened: with this passphrase, and demo keys if they were asked for by name."""

    passphrase: bytes | None
    demo: bool


@dataclass(frozen=True, slots=True)
class OnlineKeys:
    """The two keys that the service itself holds."""

    status: SigningKey
    checkpoint: SigningKey


def open_online(root: Root, folders: Sequence[Path], opening: Opening) -> OnlineKeys:
    """The status and checkpoint keys. ConfigurationError if one is missing or does not open."""
    (status,) = open_role(root, Role.STATUS, folders, opening)
    (checkpoint,) = open_role(root, Role.CHECKPOINT, folders, opening)
    return OnlineKeys(status, checkpoint)


def open_role(root: Root, role: Role, folders: Sequence[Path], opening: Opening) -> tuple[SigningKey, ...]:
    """As many keys of the role as its threshold asks for. ConfigurationError if there are not so many."""
    keys = root.role(role)
    found = {
        file.public: (path, file)
        for path, file in _key_files(folders)
        if file.purpose is PURPOSE_OF[role] and file.public in keys.keys
    }
    if len(found) < keys.threshold:
        raise ConfigurationError(
            f"需要 {keys.threshold} 把 {role.name.lower()} 密钥，只找到 {len(found)} 把 / "
            f"{keys.threshold} {role.name.lower()} keys are needed, {len(found)} found"
        )
    chosen = list(found.values())[: keys.threshold]
    return tuple(open_key(path.name, file, opening) for path, file in chosen)


def read_key_file(path: Path) -> KeyFile:
    """A key file, not opened. ConfigurationError."""
    try:
        return keyfile.parse(read_private(path))
    except KeyFileError as error:
        raise ConfigurationError(f"{path.name}: {error}") from None


def open_key(name: str, file: KeyFile, opening: Opening) -> SigningKey:
    """The key in `file`. ConfigurationError: a demo key that was not asked for, a wrong or missing passphrase."""
    try:
        if file.demo_seed is not None and opening.demo:
            return keyfile.open_demo(file)
        if file.demo_seed is None and opening.passphrase is None:
            raise ConfigurationError(f"{name}: 需要口令 / a passphrase is needed: --passphrase-file")
        return keyfile.unseal(file, opening.passphrase or b"")
    except KeyFileError as error:
        raise ConfigurationError(f"{name}: {_explain(error)}") from None


def _key_files(folders: Sequence[Path]) -> Iterator[tuple[Path, KeyFile]]:
    for folder in folders:
        for path in sorted(folder.glob("*.key")):
            yield path, read_key_file(path)


def _explain(error: KeyFileError) -> str:
    hint = {
        KeyFileReason.DEMO_KEY_REFUSED: "演示密钥，加 --demo-keys 才能用 / a demo key: only --demo-keys allows it",
        KeyFileReason.CANNOT_OPEN: "口令不对，或文件损坏 / a wrong passphrase, or a damaged file",
    }.get(error.reason, error.detail)
    return f"{error.reason.value}: {hint}"
