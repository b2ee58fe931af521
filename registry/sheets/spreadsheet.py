"""The first sheet of a CSV or XLSX file as rows of text, with caps before anything is unpacked."""

import csv
import io
import warnings
import zipfile
import zlib
from codecs import getincrementaldecoder
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO
from xml.etree.ElementTree import ParseError

from registry.problems import ConfigurationError

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

MAX_FILE_BYTES: Final = 4 << 20
MAX_UNPACKED_BYTES: Final = 32 << 20
MAX_STREAM_BYTES: Final = 1 << 29
MAX_LINE_CHARACTERS: Final = 1 << 16
MAX_ROWS: Final = 10_000
MAX_COLUMNS: Final = 64
MAX_CELL_CHARACTERS: Final = 2_000
FORMULA: Final = "=?"
"""Stands in place of a formula or an error: what a formula would give is not in the file for certain."""
_BROKEN: Final = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row that is not empty. `number` is the row as a spreadsheet counts, from 1."""

    number: int
    cells: tuple[str, ...]
    hidden: bool = False


def read(path: Path) -> list[Line]:
    """The rows of the first sheet. ConfigurationError if it is no CSV or XLSX file, too large, or has merged cells."""
    if not path.is_file() or path.stat().st_size > MAX_FILE_BYTES:
        raise ConfigurationError(f"{path.name}: 没有此文件或太大 / no such file, or too large")
    try:
        found = list(_xlsx(path) if path.suffix.lower() == ".xlsx" else _csv(path))
    except (*_BROKEN, csv.Error) as error:
        raise ConfigurationError(
            f"{path.name}: 读不出表格（{type(error).__name__}），请另存为 XLSX 或 UTF-8 的 CSV / "
            "not a spreadsheet that can be read: save it again as XLSX, or as CSV in UTF-8"
        ) from None
    return [line for line in found if any(line.cells)]


def stream(path: Path, rows: int) -> Iterator[Line]:
    """The same row by row. A CSV file may have so many rows, and is never held whole; XLSX has the limits of `read`."""
    if path.suffix.lower() == ".xlsx":
        yield from read(path)
        return
    if not path.is_file() or path.stat().st_size > MAX_STREAM_BYTES:
        raise ConfigurationError(f"{path.name}: 没有此文件或太大 / no such file, or too large")
    with path.open(encoding=_encoding_of(path), newline="") as file:
        number = 0
        found = csv.reader(_short_lines(file), strict=True)
        try:
            for number, row in enumerate(found, start=1):
                if number > rows + 1 or len(row) > MAX_COLUMNS:
                    raise _too_much(path, rows)
                cells = tuple(_text(each) for each in row)
                if any(cells):
                    yield Line(number, cells)
        except (csv.Error, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"{path.name}: 第 {number + 1} 行读不出（{error}）/ row {number + 1} cannot be read as CSV"
            ) from None


def _encoding_of(path: Path) -> str:
    """UTF-8 if all of the file is, or else what Excel writes in China."""
    decoder = getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while piece := file.read(1 << 20):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"


def _short_lines(file: TextIO) -> Iterator[str]:
    while line := file.readline(MAX_LINE_CHARACTERS):
        if len(line) == MAX_LINE_CHARACTERS:
            raise csv.Error("line too long")
        yield line


def _csv(path: Path) -> Iterator[Line]:
    rows = csv.reader(io.StringIO(_decoded(path.read_bytes()), newline=""), strict=True)
    for number, row in enumerate(rows, start=1):
        _require_size(path, number, len(row))
        yield Line(number, tuple(_text(each) for each in row))


def _decoded(data: bytes) -> str:
    """UTF-8, or else what Excel writes in China."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _xlsx(path: Path) -> Iterator[Line]:
    from openpyxl import load_workbook

    with zipfile.ZipFile(path) as packed:
        if sum(each.file_size for each in packed.infolist()) > MAX_UNPACKED_BYTES:
            raise ConfigurationError(f"{path.name}: 解开后太大 / too large when unpacked")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(path)
    with closing(book):
        yield from _sheet(path, book.worksheets[0])


def _sheet(path: Path, sheet: "Worksheet") -> Iterator[Line]:
    _require_size(path, sheet.max_row, sheet.max_column)
    if sheet.merged_cells.ranges:
        where = min(str(each) for each in sheet.merged_cells.ranges)
        raise ConfigurationError(f"{path.name} {where}: 请取消合并单元格 / unmerge the merged cells")
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield Line(number, tuple(_cell(each) for each in row), bool(sheet.row_dimensions[number].hidden))


def _require_size(path: Path, rows: int, columns: int) -> None:
    if rows > MAX_ROWS + 1 or columns > MAX_COLUMNS:
        raise _too_much(path, MAX_ROWS)


def _too_much(path: Path, rows: int) -> ConfigurationError:
    return ConfigurationError(
        f"{path.name}: 最多 {rows} 行、{MAX_COLUMNS} 列 / at most {rows} rows and {MAX_COLUMNS} columns"
    )


def _cell(cell: "Cell | MergedCell") -> str:
    if cell.data_type in ("f", "e"):
        return FORMULA
    return _text(cell.value)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value).strip()[:MAX_CELL_CHARACTERS]
