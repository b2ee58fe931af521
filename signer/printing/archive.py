"""A ZIP of printed files for sending out, for its owner's eyes: the files show whole document numbers."""

import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from signer import files

_WHEN: Final = (1980, 1, 1, 0, 0, 0)
"""The oldest time that the format knows: the same files give the same ZIP."""


def write(path: Path, members: Sequence[Path]) -> Path:
    """Write `members` into the ZIP at `path`, as they are: PDF is compressed already."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, files.PRIVATE_FILE), "wb") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
                for member in members:
                    archive.writestr(_entry(member), member.read_bytes())
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    files.sync_folder(path.parent)
    return path


def _entry(member: Path) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(member.name, _WHEN)
    entry.external_attr = files.PRIVATE_FILE << 16
    return entry
