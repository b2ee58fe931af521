"""Many QR pictures at once: drawn, read back and written over all cores."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from signer import files, parallel
from signer.batches import qr
from signer.errors import SignerError, refused
from signer.parallel import Size

ALONE: Final = 48
"""Up to so many pictures, starting processes takes longer than drawing."""
_CHUNK: Final = 16


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture to make: for the certificate `id` in `data`, of `text`, in `file`.

    `known` is its SHA-256 if it was made before.
    """

    id: int
    data: bytes
    text: str
    file: Path
    known: bytes | None = None


def draw(pictures: Iterable[Picture], count: int) -> Iterator[tuple[int, bytes]]:
    """Make those of the `count` pictures that are not there yet; yields (id, SHA-256) of each, in order.

    SignerError: a code that does not read back (its file is not written), or a disk that is full or not writable.
    """
    return parallel.run(_draw, pictures, Size(count, ALONE, _CHUNK))


def _draw(picture: Picture) -> tuple[int, bytes]:
    if picture.known is not None and _is_there(picture.file, picture.known):
        return picture.id, picture.known
    try:
        data = qr.picture(picture.text)
        qr.require_says(picture.text, picture.data)
    except qr.NotReadBackError:
        raise _not_read_back(picture.file.name) from None
    with files.told(picture.file):
        files.write_atomic(picture.file, data, durable=False)
    return picture.id, sha256(data).digest()


def _is_there(file: Path, known: bytes) -> bool:
    try:
        return sha256(file.read_bytes()).digest() == known
    except OSError:
        return False


def _not_read_back(name: str) -> SignerError:
    return refused(
        "not-read-back",
        f"{name} 画出后读不回原文，没有写出。请报告此问题。",
        f"{name} does not read back as what was drawn, and was not written. Please report this.",
    )
