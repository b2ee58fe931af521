"""What a file is: by its first bytes, and only where those say nothing by its name."""

import os
import re
from enum import Enum, unique
from typing import Final

HEAD: Final = 64 << 10
"""Bytes of a file's beginning that are looked at."""


@unique
class Kind(Enum):
    """How a file is read."""

    PICTURE = 1
    PDF = 2
    ZIP = 3
    """Also an XLSX, which only the list of its entries tells."""
    TABLE = 4
    LIST = 5
    OLD_OFFICE = 6
    """XLS, or an XLSX with a password."""
    OTHER = 7


PICTURES: Final = frozenset(
    (
        *(".png", ".jpg", ".jpeg", ".jfif", ".webp", ".bmp", ".gif", ".tif", ".tiff"),
        *(".svg", ".svgz", ".eps", ".ps", ".heic", ".heif", ".avif", ".ico"),
    )
)
LISTS: Final = frozenset((".txt", ".jsonl", ".json", ".csv", ".tsv", ".lst", ".list"))
_BY_NAME: Final = {".pdf": Kind.PDF, ".zip": Kind.ZIP, ".xlsx": Kind.ZIP, ".csv": Kind.TABLE, ".tsv": Kind.TABLE}
KNOWN: Final = PICTURES | LISTS | _BY_NAME.keys()
_PICTURE: Final = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF"),
    *(b"%!PS", b"\xc5\xd0\xd3\xc6", b"<svg", b"<?xml"),
)
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_SHEETS: Final = (".xls", ".xlsx", ".et")
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_CODE: Final = re.compile(rb"https?://[^\s#]{1,300}#[0-9]|\"text\"", re.IGNORECASE)


def kind_of(head: bytes, name: str) -> Kind:
    """How the file that begins with `head` and is called `name` is read."""
    start = head.lstrip()
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if head.startswith(_ZIP):
        return Kind.ZIP
    if start.startswith(_PICTURE) or (head.startswith(b"BM") and head[6:10] == bytes(4)):
        return Kind.PICTURE
    if head.startswith(_OLD_OFFICE):
        return Kind.OLD_OFFICE if suffix(name) in _SHEETS else Kind.OTHER
    return _by_name(head, suffix(name))


def _by_name(head: bytes, ending: str) -> Kind:
    if ending in PICTURES:
        return Kind.PICTURE
    if ending in (".pdf", ".zip", ".xlsx"):
        return _BY_NAME[ending]
    if b"\0" in head and ending not in LISTS:
        return Kind.OTHER
    return _BY_NAME.get(ending, Kind.LIST)


def suffix(name: str) -> str:
    """The ending of a file's name, in small letters."""
    return os.path.splitext(name.rstrip("/"))[1].lower()


def may_hold_texts(head: bytes) -> bool:
    """Whether a text file that nobody named by itself seems to hold QR texts."""
    return _CODE.search(head) is not None


def is_litter(name: str) -> bool:
    """Whether a system or a program leaves such files behind: hidden ones, and those named in docs/verifying.md."""
    return name.startswith((".", "~$")) or name.lower() in _LITTER


_LITTER: Final = frozenset(("thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "$recycle.bin"))
