"""Writing workbooks: the same content gives the same bytes, and no text turns into a formula."""

import re
import zipfile
from io import BytesIO
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT_FORMAT: Final = "@"
_WRITTEN_AT: Final = (1980, 1, 1, 0, 0, 0)
_STAMP: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def to_bytes(workbook: Workbook) -> bytes:
    """The workbook as XLSX, without the time of writing."""
    written, result = BytesIO(), BytesIO()
    workbook.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "docProps/core.xml":
                data = _STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z", data)
            plain = zipfile.ZipInfo(entry.filename, _WRITTEN_AT)
            plain.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(plain, data)
    return result.getvalue()


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """The cell at row and column, both from 1; no sheet written here has merged ones."""
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise TypeError("a merged cell")
    return cell


def write_text(cell: Cell, text: str) -> None:
    """Writes `text` as text, whatever it begins with, in a cell formatted so that it stays text when edited."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)
    cell.data_type = "s"
    cell.number_format = TEXT_FORMAT
    if text[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        cell.quotePrefix = True


def widen(sheet: WriteOnlyWorksheet, letters: str, width: int) -> None:
    """Sets a column's width in a sheet that is written row by row."""
    sheet.column_dimensions[letters].width = width  # type: ignore[attr-defined] # missing from the stubs
