"""Where a registry keeps its files, and writing them so that a crash leaves the old or the new, never half."""

import fcntl
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from registry.problems import ConfigurationError

PRIVATE: Final = 0o600
"""The mode of what only the registry's own account may read: keys, the database, backups."""


@dataclass(frozen=True, slots=True)
class Places:
    """The files under one data folder. Only `public` is for the world."""

    data: Path

    @property
    def database(self) -> Path:
        """The embedded database."""
        return self.data / "registry.db"

    @property
    def database_url(self) -> Path:
        """Names the database, if it is not the embedded one."""
        return self.data / "database.url"

    @property
    def keys(self) -> Path:
        """Key files of the roles."""
        return self.data / "keys"

    @property
    def holder_key(self) -> Path:
        """The key of the tags by which holders are found and counted."""
        return self.keys / "holders.secret"

    @property
    def pin(self) -> Path:
        """The pin of root version 1, for verifiers."""
        return self.data / "pin.txt"

    @property
    def public(self) -> Path:
        """What is published: a web server or a CDN may serve this folder as it is."""
        return self.data / "public"

    @property
    def bundle(self) -> Path:
        """The current bundle."""
        return self.public / "bundle.cbor"

    @property
    def region(self) -> Path:
        """The current index of what is published."""
        return self.public / "region.json"

    @property
    def log(self) -> Path:
        """The log's tiles, and its head as text."""
        return self.public / "log"

    @property
    def ended(self) -> Path:
        """The last state before each new epoch, one bundle each; never deleted."""
        return self.public / "ended"

    @property
    def lock(self) -> Path:
        """Held by whoever writes the public folder."""
        return self.data / "publish.lock"

    def object(self, digest: bytes) -> Path:
        """The immutable file of a published object."""
        return self.public / "objects" / digest.hex()

    @property
    def initialised(self) -> bool:
        """Whether `init` has been here and finished."""
        return self.pin.is_file()


def write_atomically(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace `path` by `data`: written beside it, synced, renamed, and the folder synced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, data, mode)
    _sync_folder(path.parent)


def _write(path: Path, data: bytes, mode: int) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_objects(places: Places, objects: Iterable[bytes]) -> None:
    """Store each of `objects` under its SHA-256. What is there already is the same, and stays."""
    folder = places.public / "objects"
    folder.mkdir(parents=True, exist_ok=True)
    for data in objects:
        path = places.object(sha256(data).digest())
        if not path.exists():
            _write(path, data, 0o644)
    _sync_folder(folder)


def read_private(path: Path) -> bytes:
    """The bytes of a file that nobody but its owner may read. ConfigurationError if others can."""
    require_private(path)
    return read_whole(path)


def read_whole(path: Path) -> bytes:
    """The bytes of a file. ConfigurationError if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from None


def require_private(path: Path) -> None:
    """Raise ConfigurationError if anyone but the owner may read `path`."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise _unreadable(path, error) from None
    if stat.S_IMODE(mode) & 0o077:
        raise ConfigurationError(
            f"{path.name}: 别人也能读取这个文件，请运行 chmod 600 / others can read this file: chmod 600"
        )


def _unreadable(path: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError(f"{path.name}: 无法读取 / cannot be read ({error.strerror})")


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file `path`; other processes and threads wait."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        yield


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
