"""Many QR pictures at once: drawn, read back and written over all cores."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from signer import files, qr
from signer.errors import SignerError, refused, usage

ALONE: Final = 48
"""Up to so many pictures, starting processes takes longer than drawing."""
_CHUNK: Final = 16


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture to make: for the certificate `id`, of `text`, in `file`. `known` is its SHA-256 if made before."""

    id: int
    text: str
    file: Path
    known: bytes | None = None


def draw(pictures: Sequence[Picture]) -> Iterator[tuple[int, bytes]]:
    """Make the pictures that are not there yet; yields (id, SHA-256) of each, in order.

    SignerError: a code that does not read back (its file is not written), or a disk that is full or not writable.
    """
    if len(pictures) <= ALONE:
        yield from map(_draw, pictures)
        return
    # Spawned, not forked: the processes that draw hold no key.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count() or 1, context, initializer=_end_with_parent) as pool:
        try:
            yield from pool.map(_draw, pictures, chunksize=_CHUNK)
        except BrokenProcessPool:
            raise _stopped() from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _end_with_parent() -> None:
    """A killed parent cannot tell its processes to end."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_exit, args=(parent.join,), daemon=True).start()


def _wait_and_exit(wait: Callable[[], None]) -> None:
    wait()
    os._exit(1)


def _draw(picture: Picture) -> tuple[int, bytes]:
    if picture.known is not None and _is_there(picture.file, picture.known):
        return picture.id, picture.known
    try:
        data = qr.picture(picture.text)
        files.write_atomic(picture.file, data, durable=False)
    except qr.NotReadBackError:
        raise _not_read_back(picture.file.name) from None
    except OSError as error:
        raise _not_written(picture.file, error) from None
    return picture.id, sha256(data).digest()


def _is_there(file: Path, known: bytes) -> bool:
    try:
        return sha256(file.read_bytes()).digest() == known
    except OSError:
        return False


def _stopped() -> SignerError:
    return usage(
        "drawing-stopped",
        "画图进程意外结束（可能内存不足）。再次运行同一命令，会从中断处继续。",
        "a drawing process ended unexpectedly (short of memory?). Run the same command again: it continues.",
    )


def _not_read_back(name: str) -> SignerError:
    return refused(
        "not-read-back",
        f"{name} 画出后读不回原文，没有写出。请报告此问题。",
        f"{name} does not read back as what was drawn, and was not written. Please report this.",
    )


def _not_written(file: Path, error: OSError) -> SignerError:
    reason = error.strerror or type(error).__name__
    return usage(
        "not-written",
        f"写不了 {file}：{reason}。腾出空间或检查权限后再次运行同一命令，会从中断处继续。",
        f"cannot write {file}: {reason}. Free some space or check permissions, then run the same command again:"
        " it continues where it stopped.",
    )
