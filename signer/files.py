"""Files on disk: written whole or not at all, and kept from other people's eyes."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from signer.errors import SignerError, usage

PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700
PUBLIC_FILE: Final = 0o644
_OTHERS: Final = 0o077
_PART: Final = ".part"


def write_atomic(path: Path, data: bytes, mode: int = PUBLIC_FILE, *, durable: bool = True) -> None:
    """Make `path` hold exactly `data`: after a crash it is the old file or the new one, never a part.

    With `durable` off, a power cut may undo it until `make_durable`: for many files that can be made again.
    """
    with replacing(path, mode, durable=durable) as file:
        file.write(data)


@contextmanager
def replacing(path: Path, mode: int = PUBLIC_FILE, *, durable: bool = True) -> Iterator[IO[bytes]]:
    """A new file to be written, which takes the place of `path` when all went well: as `write_atomic`."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=_PART, dir=path.parent)
    try:
        with os.fdopen(handle, "w+b") as file:
            os.fchmod(file.fileno(), mode)
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """What goes wrong on the disk is told of `path`, with what to do. SignerError in place of OSError."""
    try:
        yield
    except OSError as error:
        raise not_written(path, error) from None


def not_written(file: Path, error: OSError) -> SignerError:
    """The error for a disk that is full or not writable."""
    reason = error.strerror or type(error).__name__
    return usage(
        "not-written",
        f"写不了 {file}：{reason}。腾出空间或检查权限后再次运行同一命令，会从中断处继续。",
        f"cannot write {file}: {reason}. Free some space or check permissions, then run the same command again:"
        " it continues where it stopped.",
    )


def make_durable() -> None:
    """Let everything written so far last through a power cut."""
    os.sync()


def remove_parts(folder: Path, names: str) -> None:
    """Remove what killed commands left half written of the files `names` in `folder`."""
    for part in folder.glob(f".{names}.*{_PART}"):
        part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make the folder's entries last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_capped(path: Path, most: int) -> bytes:
    """The file's bytes, at most `most`. SignerError: missing, not a file, unreadable or too large."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise usage(
            "file-unreadable",
            f"读不了文件 {path}：{reason}。请检查路径和权限。",
            f"cannot read {path}: {reason}. Check the path and its permissions.",
        ) from None
    if len(data) > most:
        raise usage(
            "file-too-large",
            f"文件 {path} 超过 {most} 字节，不读取。请确认选对了文件。",
            f"{path} is larger than {most} bytes and is not read. Make sure it is the right file.",
        )
    return data


def read_private(path: Path, most: int) -> bytes:
    """As `read_capped`, refused when anyone but the owner may read the file."""
    require_private(path)
    return read_capped(path, most)


def require_private(path: Path) -> None:
    """Raise SignerError if anyone but the owner may read `path`, saying what to run."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return
    if stat.S_IMODE(mode) & _OTHERS:
        wanted = "700" if stat.S_ISDIR(mode) else "600"
        raise usage(
            "others-can-read",
            f"其他人可以读取 {path}，因此不使用它。请运行：chmod {wanted} '{path}'",
            f"other people can read {path}, so it is not used. Run: chmod {wanted} '{path}'",
        )


def make_private_folder(path: Path) -> None:
    """Make the folder for its owner alone; one that exists must be so already."""
    if path.exists():
        require_private(path)
        return
    path.mkdir(mode=PRIVATE_FOLDER, parents=True)
    path.chmod(PRIVATE_FOLDER)


def require_folder(path: Path) -> None:
    """SignerError, before anything is signed, unless `path` is a folder to write into or can be made one.

    Looking leaves nothing behind.
    """
    try:
        nearest = next(each for each in (path, *path.parents) if each.exists())
        with tempfile.TemporaryFile(dir=nearest) as probe:
            probe.write(b"0")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise usage(
            "folder-unwritable",
            f"{path} 不能作输出文件夹：{reason}。什么都没有签；请换一个 --out。",
            f"{path} cannot be the folder to write into: {reason}. Nothing was signed; choose another --out.",
        ) from None


def make_folder(path: Path) -> None:
    """Make an output folder."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise usage(
            "folder-unwritable",
            f"无法建立文件夹 {path}：{reason}。请换一个 --out。",
            f"cannot make the folder {path}: {reason}. Choose another --out.",
        ) from None
