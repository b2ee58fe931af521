"""A ZIP of printed files for sending out, for its owner's eyes: the files show whole document numbers."""

import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from signer import files

_WHEN: Final = (1980, 1, 1, 0, 0, 0)
"""The oldest time that the format knows: the same files give the same ZIP."""


def write(path: Path, members: Iterable[Path]) -> Path:
    """Write `members` into the ZIP at `path`, as they are: PDF is compressed already."""
    files.remove_parts(path.parent, path.name)
    with files.replacing(path, files.PRIVATE_FILE) as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
        for member in members:
            archive.writestr(_entry(member), member.read_bytes())
    return path


def _entry(member: Path) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(member.name, _WHEN)
    entry.external_attr = files.PRIVATE_FILE << 16
    return entry
