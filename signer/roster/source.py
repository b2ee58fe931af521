"""Opening a roster: the file's bytes, its sheets, and the sheet that has the header."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from signer.roster import header, separated, xlsx
from signer.roster.failures import refused
from signer.roster.header import COMMON, Header, Names
from signer.roster.model import RosterReason
from signer.roster.sheet import MAX_COLUMNS, MAX_FILE_BYTES, Cell, Sheet, SheetRow

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_SEPARATED_SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt"})
UTF8: Final = "UTF-8"
_BEFORE_MARKUP: Final = b"\xef\xbb\xbf \t\r\n"
_MARKUP: Final = (
    "（内容其实是网页或 XML，很多系统导出的“Excel”就是这样。）",
    "(It is really a web page or XML, as many systems export it.)",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with a header: its texts by place, the rows above it, and those below, which can be read once."""

    header: Header
    texts: dict[int, str]
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


def sheets(
    data: bytes, path: Path, names: Names = COMMON, fitness: Callable[[SheetRow], int] | None = None
) -> tuple[Iterator[Sheet], str]:
    """The sheets and the text's encoding. Read each sheet before asking for the next. RosterError, then and later.

    What the bytes are decides, not the name: a workbook may be called .csv. `fitness` tells how well a row of text
    serves as the header.
    """
    if data.startswith(_ZIP):
        return xlsx.open_sheets(data, path.name), UTF8
    if data.startswith(_OLE):
        raise refused(RosterReason.ENCRYPTED if _ENCRYPTED in data else RosterReason.OLD_EXCEL, path.name)
    if path.suffix.lower() not in _SEPARATED_SUFFIXES:
        workbook = path.suffix.lower() in {".xlsx", ".xlsm"}
        detail = _MARKUP if data.lstrip(_BEFORE_MARKUP).startswith(b"<") else ("", "")
        raise refused(RosterReason.DAMAGED if workbook else RosterReason.UNKNOWN_TYPE, path.name, *detail)
    sheet, encoding = separated.open_sheet(data, path.name, fitness or names.fitness, header.HEADER_ROWS)
    return iter([sheet]), encoding


def table(sheet: Sheet, names: Names = COMMON) -> Table | None:
    """The sheet by its header, the fittest of its first rows, or two of them read as one; None if it has none."""
    first = _first_rows(sheet.rows)
    early = [row for row in first if row.number <= header.HEADER_ROWS]
    best = max(early, key=names.fitness, default=None)
    if best is None or names.fitness(best) == 0:
        return None
    labels = _two_rows(early, best, names)
    above = tuple(row for row in first if row.number < labels.number)
    below = [row for row in first if row.number > labels.number]
    written = next(row for row in first if row.number == labels.number)
    texts = {place: cell.text for place, cell in labels.cells.items()}
    return Table(names.header(labels), texts, above, written, chain(below, sheet.rows))


def _two_rows(early: Sequence[SheetRow], best: SheetRow, names: Names) -> SheetRow:
    """`best`, or its labels together with those of the row beside it, if more columns are known so."""
    place = early.index(best)
    pairs = [pair for pair in (early[place - 1 : place + 1], early[place : place + 2]) if len(pair) == 2]
    both = [joined(upper, lower, names) for upper, lower in pairs if lower.number == upper.number + 1]
    return max([best, *both], key=names.fitness)


def joined(upper: SheetRow, lower: SheetRow, names: Names) -> SheetRow:
    """A header of two rows: a label above counts for the cells below it, until the next one."""
    cells: dict[int, Cell] = {}
    group = ""
    for place in range(min(max(upper.cells.keys() | lower.cells.keys(), default=-1) + 1, MAX_COLUMNS)):
        own, under = upper.cells.get(place), lower.cells.get(place)
        group = own.text if own is not None else group
        if under is not None:
            both = under._replace(text=group + under.text)
            cells[place] = both if names.column_of(both.text) is not None else under
        elif own is not None:
            cells[place] = own
    return SheetRow(lower.number, cells, lower.hidden)


def _first_rows(rows: Iterator[SheetRow]) -> list[SheetRow]:
    """The rows among which the header is, and the one that ended them."""
    first: list[SheetRow] = []
    for row in rows:
        first.append(row)
        if row.number >= header.HEADER_ROWS:
            break
    return first
