"""Opening a roster: the file's bytes, its sheets, and the sheet that has the header."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from signer.roster import header, separated, xlsx
from signer.roster.failures import refused
from signer.roster.header import Header
from signer.roster.model import RosterReason
from signer.roster.sheet import MAX_FILE_BYTES, Sheet, SheetRow

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_SEPARATED_SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt"})
UTF8: Final = "UTF-8"


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with a header: the rows above it, and those below, which can be read once."""

    header: Header
    above: tuple[SheetRow, ...]
    header_row: SheetRow
    below: Iterator[SheetRow]


def bytes_of(path: Path) -> bytes:
    """The file's content. RosterError: NOT_FOUND, UNREADABLE, TOO_LARGE, EMPTY."""
    try:
        if not path.is_file():
            raise refused(RosterReason.NOT_FOUND, path.name)
        with path.open("rb") as source:
            data = source.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError):
        raise refused(RosterReason.UNREADABLE, path.name) from None
    if len(data) > MAX_FILE_BYTES:
        raise refused(RosterReason.TOO_LARGE, path.name, "（超过 64 MiB）", "(It has more than 64 MiB.)")
    if not data:
        raise refused(RosterReason.EMPTY, path.name)
    return data


def sheets(data: bytes, path: Path) -> tuple[Iterator[Sheet], str]:
    """The sheets and the text's encoding. Read each sheet before asking for the next. RosterError, then and later.

    What the bytes are decides, not the name: a workbook may be called .csv.
    """
    if data.startswith(_ZIP):
        return xlsx.open_sheets(data, path.name), UTF8
    if data.startswith(_OLE):
        raise refused(RosterReason.ENCRYPTED if _ENCRYPTED in data else RosterReason.OLD_EXCEL, path.name)
    if path.suffix.lower() not in _SEPARATED_SUFFIXES:
        workbook = path.suffix.lower() in {".xlsx", ".xlsm"}
        raise refused(RosterReason.DAMAGED if workbook else RosterReason.UNKNOWN_TYPE, path.name)
    sheet, encoding = separated.open_sheet(data, path.name, header.fitness, header.HEADER_ROWS)
    return iter([sheet]), encoding


def table(sheet: Sheet) -> Table | None:
    """The sheet by its header, the fittest of its first rows; None if it has none."""
    first = _first_rows(sheet.rows)
    early = (row for row in first if row.number <= header.HEADER_ROWS)
    best = max(early, key=header.fitness, default=None)
    if best is None or header.fitness(best) == 0:
        return None
    above = tuple(row for row in first if row.number < best.number)
    below = [row for row in first if row.number > best.number]
    return Table(header.parse(best), above, best, chain(below, sheet.rows))


def _first_rows(rows: Iterator[SheetRow]) -> list[SheetRow]:
    """The rows among which the header is, and the one that ended them."""
    first: list[SheetRow] = []
    for row in rows:
        first.append(row)
        if row.number >= header.HEADER_ROWS:
            break
    return first
