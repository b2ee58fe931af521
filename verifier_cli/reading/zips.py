"""Reading a ZIP: entries in memory one at a time, within caps; a name in it is shown and never written to."""

import zipfile
from collections.abc import Iterator
from typing import BinaryIO, Final

from credential.reason import Reason
from verifier_cli.given import Unread
from verifier_cli.reading import kinds

MAX_ENTRIES: Final = 20_000
MAX_ENTRY: Final = 64 << 20
MAX_TOTAL: Final = 4 << 30
"""Unpacked bytes of one entry, and of all."""
_ENCRYPTED: Final = 0x1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Of the others no reader here can unpack a part only."""
_UTF8: Final = 0x800
_WORKBOOK: Final = "xl/workbook.xml"
_OFFICE: Final = frozenset(("[Content_Types].xml", "mimetype"))
"""What documents of office programs begin with, which are ZIPs too."""


class Archive:
    """An open ZIP. Raises zipfile.BadZipFile if it is none."""

    def __init__(self, file: str | BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file)
        self.entries = [each for each in self._zip.infolist() if not _is_skipped(each)]
        self.is_workbook = _WORKBOOK in self._zip.NameToInfo
        self.is_office = bool(_OFFICE & self._zip.NameToInfo.keys())
        self._within = _within_total(self.entries)

    def close(self) -> None:
        """Let the file go."""
        self._zip.close()

    def places(self) -> list[str]:
        """What to call the entries."""
        return [f"!/{_name(each)}" for each in self.entries]

    def read(self, number: int) -> bytes | Unread:
        """The bytes of an entry, of which no more than the caps allow are ever unpacked."""
        entry = self.entries[number]
        if entry.flag_bits & _ENCRYPTED:
            return Unread(Reason.ZIP_ENCRYPTED)
        if entry.compress_type not in _METHODS:
            return Unread(Reason.ZIP_BROKEN, f"compressed by method {entry.compress_type}")
        if entry.file_size > MAX_ENTRY or number >= self._within:
            return Unread(Reason.FILE_TOO_LARGE, f"{entry.file_size} bytes unpacked")
        try:
            with self._zip.open(entry) as stream:
                data = stream.read(MAX_ENTRY + 1)
        except MemoryError:
            return Unread(Reason.READING_STOPPED, "out of memory")
        except Exception as error:  # noqa: BLE001 - a reader of hostile files may raise anything
            return Unread(Reason.ZIP_BROKEN, type(error).__name__)
        return data if len(data) <= MAX_ENTRY else Unread(Reason.FILE_TOO_LARGE, f"over {MAX_ENTRY} bytes unpacked")


def _within_total(entries: list[zipfile.ZipInfo]) -> int:
    """How many entries say that they are within the cap together; none gives more than it says."""
    total = 0
    for count, each in enumerate(entries):
        total += each.file_size
        if total > MAX_TOTAL:
            return count
    return len(entries)


def _is_skipped(entry: zipfile.ZipInfo) -> bool:
    return entry.is_dir() or any(map(kinds.is_litter, _parts(_name(entry))))


def _parts(name: str) -> Iterator[str]:
    """The folders and the file; some programs of Windows part them by backslashes."""
    return (part for part in name.replace("\\", "/").split("/") if part not in {".", ".."})


def _name(entry: zipfile.ZipInfo) -> str:
    """The entry's name; without a mark of UTF-8 it is that all the same, or GBK, as Chinese Windows writes it."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename
