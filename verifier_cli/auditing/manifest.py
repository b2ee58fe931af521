"""The manifest of an archive: every file's SHA-256, as `sha256sum` has it; files are read within caps, links never."""

import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import BinaryIO, Final, NamedTuple

from verifier_cli.errors import UsageError

NAME: Final = "manifest.sha256"
MAX_MANIFEST: Final = 1 << 20
MAX_FILE: Final = 16 << 30
_LINE: Final = re.compile(r"([0-9a-f]{64})  ((?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*)", re.ASCII)
_CHUNK: Final = 1 << 20
if sys.platform == "win32":
    _OPEN: Final = os.O_RDONLY | os.O_BINARY
else:
    _OPEN: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


class Manifest(NamedTuple):
    """What an archive says of itself: its files' hashes, and the fingerprint, which is the hash of that list."""

    folder: str
    fingerprint: bytes
    files: Mapping[str, bytes]


class Damage(Exception):  # noqa: N818 - a finding about an archive, not an error of the program
    """A file that is not as the manifest says. `detail` names it."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def read(folder: str) -> Manifest:
    """The manifest of the archive in `folder`. UsageError if there is none."""
    try:
        with _open(folder, NAME) as file:
            data = file.read(MAX_MANIFEST + 1)
    except (OSError, ValueError, Damage):
        raise _no_archive(folder) from None
    lines = [_LINE.fullmatch(line) for line in data.decode("utf-8", "replace").splitlines()]
    files = {line[2]: bytes.fromhex(line[1]) for line in lines if line}
    if len(data) > MAX_MANIFEST or not files or len(files) != len(lines) or NAME in files:
        raise _no_archive(folder)
    return Manifest(folder, sha256(data).digest(), files)


def check(manifest: Manifest) -> None:
    """Damage: a file is missing, is not as listed, is no plain file, or is not listed."""
    for name, expected in manifest.files.items():
        if _hash(manifest.folder, name) != expected:
            raise Damage(f"{name}: 内容被改动过 / was altered")
    for name in _present(manifest.folder):
        if name != NAME and name not in manifest.files:
            raise Damage(f"{name}: 不在清单中 / is not in the manifest")


def content(manifest: Manifest, name: str, cap: int) -> bytes:
    """The bytes of one file, as the manifest has it. Damage if there is no such file, if it is larger, or altered."""
    if name not in manifest.files:
        raise Damage(f"{name}: 没有这个文件 / there is no such file")
    with _open(manifest.folder, name) as file:
        data = file.read(cap + 1)
    if len(data) > cap:
        raise Damage(f"{name}: 太大 / too large")
    if sha256(data).digest() != manifest.files[name]:
        raise Damage(f"{name}: 内容被改动过 / was altered")
    return data


def stream(manifest: Manifest, name: str) -> BinaryIO:
    """One file, open for reading. Damage if there is no such file."""
    if name not in manifest.files:
        raise Damage(f"{name}: 没有这个文件 / there is no such file")
    return _open(manifest.folder, name)


def _hash(folder: str, name: str) -> bytes:
    digest, size = sha256(), 0
    with _open(folder, name) as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > MAX_FILE:
                raise Damage(f"{name}: 太大 / too large")
            digest.update(chunk)
    return digest.digest()


def _open(folder: str, name: str) -> BinaryIO:
    """A plain file of the archive; no link, no device, no pipe."""
    path = os.path.join(folder, name)
    try:
        handle = os.open(path, _OPEN)
    except OSError as error:
        raise Damage(f"{name}: 无法读取 / cannot be read ({error.strerror})") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode) or os.path.islink(path):
        os.close(handle)
        raise Damage(f"{name}: 不是普通文件 / is no plain file")
    return os.fdopen(handle, "rb")


def _present(folder: str) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        links = [each for each in folders if os.path.islink(os.path.join(place, each))]
        for name in sorted([*names, *links]):
            yield os.path.relpath(os.path.join(place, name), folder).replace(os.sep, "/")


def _no_archive(folder: str) -> UsageError:
    return UsageError(
        f"{folder} 不是归档：缺少可读的 {NAME}。归档由登记机构用 yinxin-registry archive 写出。",
        f"{folder} is not an archive: it has no readable {NAME}. A registry writes one with: yinxin-registry archive",
    )
