"""QR texts in an XLSX, by openpyxl row by row, after its size was looked at."""

import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Final

from credential.reason import Reason
from verifier_cli.given import Unread
from verifier_cli.reading import tables
from verifier_cli.reading.tables import Content, Row

MAX_ENTRIES: Final = 10_000
MAX_STRINGS: Final = 128 << 20
"""Unpacked bytes of the texts that the sheets share, all of which are in memory at once."""
MAX_UNPACKED: Final = 2 << 30
MAX_ROWS: Final = 1_048_576
"""Of a sheet: as many as a spreadsheet program takes. Those that a sheet leaves out are counted through, too."""
MAX_CELL: Final = 32_767
MAX_TITLE: Final = 31
"""Characters of a cell, and of a sheet's name, that are looked at: as many as a spreadsheet program takes."""
_STRINGS: Final = "sharedstrings.xml"


def read(file: BinaryIO) -> Iterator[Content]:
    """The texts of every sheet, `:SHEET:ROW` if there are several. LIST_BROKEN from where it cannot be read."""
    import openpyxl

    try:
        if (beyond := _beyond(file)) is not None:
            yield "", beyond
            return
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        if not book.worksheets:
            yield "", Unread(Reason.FILE_EMPTY, "a workbook without sheets")
        yield from _texts(book.worksheets)
    except _TooManyRowsError:
        yield "", Unread(Reason.FILE_TOO_LARGE, f"a sheet of more than {MAX_ROWS} rows")
    except MemoryError:
        yield "", Unread(Reason.READING_STOPPED, "out of memory")
    except Exception as error:  # noqa: BLE001 - a reader of hostile files may raise anything
        yield "", Unread(Reason.LIST_BROKEN, type(error).__name__)


def _texts(sheets: Sequence[Any]) -> Iterator[Content]:
    for sheet in sheets:
        for place, content in tables.texts(_rows(sheet)):
            yield place if len(sheets) == 1 else f":{_title(sheet)}{place}", content


def _title(sheet: Any) -> str:
    """A sheet's name, no longer than an office program lets it be."""
    return str(sheet.title)[:MAX_TITLE]


def _beyond(file: BinaryIO) -> Unread | None:
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
    strings = sum(each.file_size for each in entries if each.filename.lower().endswith(_STRINGS))
    total = sum(each.file_size for each in entries)
    if len(entries) > MAX_ENTRIES or strings > MAX_STRINGS or total > MAX_UNPACKED:
        return Unread(Reason.FILE_TOO_LARGE, f"{len(entries)} entries, {total} bytes unpacked")
    return None


class _TooManyRowsError(Exception):
    """That a sheet has more rows than are counted."""


def _rows(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > MAX_ROWS:
            raise _TooManyRowsError
        yield number, ["" if cell is None else str(cell)[:MAX_CELL] for cell in cells]
