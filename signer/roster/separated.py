"""CSV and its relatives: UTF-8 or GB18030, separated by commas, tabs, semicolons or full-width commas."""

import codecs
import csv
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO, TextIOWrapper
from itertools import islice
from typing import Final

from signer.roster.failures import refused
from signer.roster.model import RosterReason
from signer.roster.sheet import (
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    CellKind,
    Sheet,
    SheetRow,
)

DELIMITERS: Final = (",", "\t", ";", "，", "；")
_SAMPLE_CHARACTERS: Final = 64 << 10
_CODECS: Final = {"UTF-8": "utf-8-sig", "UTF-16": "utf-16", "GB18030": "gb18030"}
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def open_sheet(data: bytes, file: str, fitness: Callable[[SheetRow], int], header_rows: int) -> tuple[Sheet, str]:
    """The file's one sheet and its encoding. RosterError, also while its rows are read.

    The separator is the one under which a row among the first `header_rows` has the greatest `fitness` as a header.
    """
    text, encoding = decode(data, file)
    delimiter = _delimiter(text, fitness, header_rows)
    held = BytesIO(data)
    lines = TextIOWrapper(held, _CODECS[encoding], newline="")
    return Sheet("", _rows(lines, delimiter, file), separated=True, share=lambda: held.tell() / len(data)), encoding


def decode(data: bytes, file: str) -> tuple[str, str]:
    """The text and the name of its encoding. RosterError: ENCODING."""
    try:
        if data.startswith(codecs.BOM_UTF8):
            return data.decode("utf-8-sig"), "UTF-8"
        if data.startswith(_UTF16):
            return data.decode("utf-16"), "UTF-16"
        if _is_utf8(data):
            return data.decode("utf-8"), "UTF-8"
        if not _is_broken_utf8(data):
            return data.decode("gb18030"), "GB18030"
    except UnicodeDecodeError:
        pass
    raise refused(RosterReason.ENCODING, file)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_broken_utf8(data: bytes) -> bool:
    """Whether this is UTF-8 with a fault. GB18030 would accept nearly all of it, as other characters."""
    lenient = data.decode("utf-8", errors="replace")
    faults = lenient.count("\ufffd")
    return sum(ord(character) > 127 for character in lenient) - faults > faults


def _delimiter(text: str, fitness: Callable[[SheetRow], int], header_rows: int) -> str:
    def best(delimiter: str) -> int:
        return max((fitness(row) for row in islice(_sample(text, delimiter), header_rows)), default=0)

    return max(DELIMITERS, key=best)


def _sample(text: str, delimiter: str) -> Iterator[SheetRow]:
    records = csv.reader(StringIO(text[:_SAMPLE_CHARACTERS], newline=""), delimiter=delimiter)
    try:
        for number, record in enumerate(records, 1):
            yield SheetRow(number, _cells(record[:MAX_COLUMNS]))
    except csv.Error:
        return


def _rows(lines: TextIOWrapper, delimiter: str, file: str) -> Iterator[SheetRow]:
    records = csv.reader(lines, delimiter=delimiter, strict=True)
    total = 0
    try:
        for number, record in enumerate(records, 1):
            if any(field.strip() for field in record):
                total += 1
                yield SheetRow(number, _checked_cells(record, total, file))
    except csv.Error:
        line = records.line_num
        raise refused(
            RosterReason.DAMAGED, file, f"（第 {line} 行的引号不成对）", f"(Line {line} has an odd quotation mark.)"
        ) from None


def _checked_cells(record: list[str], total: int, file: str) -> dict[int, Cell]:
    if total > MAX_ROWS:
        raise refused(RosterReason.TOO_MANY_ROWS, file)
    if any(field.strip() for field in record[MAX_COLUMNS:]):
        raise refused(RosterReason.TOO_MANY_COLUMNS, file)
    return _cells(record)


def _cells(record: list[str]) -> dict[int, Cell]:
    fields = (field[2:-1] if field.startswith('="') and field.endswith('"') else field for field in record)
    return {
        column: Cell(CellKind.TEXT, field[: MAX_CELL_CHARACTERS + 1])
        for column, field in enumerate(fields)
        if field.strip()
    }
