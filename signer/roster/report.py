"""A faulty roster given back: the same rows, the cells to mend coloured, why and how beside them, a summary behind.

It is the clerk's own file on the clerk's own disk, so its cells keep what they held. Formulas are not kept, only their
values: nothing in this workbook is ever calculated.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Final, Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from signer.roster import source
from signer.roster.failures import refused
from signer.roster.header import Column
from signer.roster.model import RosterReason
from signer.roster.sheet import Cell, CellKind, SheetRow, column_letters
from signer.roster.values import LAST_SERIAL, MAX_EXACT, NUMBER
from signer.roster.workbook import to_bytes, write_text

WHY: Final = "问题 Problem"
FIX: Final = "改法 What to do"
SUMMARY_SHEET: Final = "问题汇总"
MAX_COMMENTS: Final = 2_000
_BAD: Final = PatternFill("solid", start_color="FFFFC7CE")
_LETTERS: Final = re.compile(r"([A-Z]{1,3})(?: |$)", re.ASCII)
_DAYS_1904: Final = 1462


class Finding(Protocol):
    """One thing to mend, as the reader or the signer finds it."""

    @property
    def row(self) -> int: ...  # noqa: D102
    @property
    def column(self) -> str: ...  # noqa: D102
    @property
    def why_zh(self) -> str: ...  # noqa: D102
    @property
    def why_en(self) -> str: ...  # noqa: D102
    @property
    def fix_zh(self) -> str: ...  # noqa: D102
    @property
    def fix_en(self) -> str: ...  # noqa: D102


def report(path: Path, findings: Sequence[Finding]) -> bytes:
    """The roster in `path` as an XLSX with `findings` marked. RosterError as for reading it."""
    sheets, _ = source.sheets(source.bytes_of(path), path)
    workbook = Workbook(write_only=True)
    for sheet in sheets:
        table = source.table(sheet)
        if table is not None:
            written = workbook.create_sheet("名册")
            _Writer(written, table, findings, date1904=sheet.date1904).write()
            _summary(workbook.create_sheet(SUMMARY_SHEET), findings)
            return to_bytes(workbook)
    raise refused(RosterReason.NO_HEADER, path.name)


class _Writer:
    """Writes the rows in their places."""

    def __init__(
        self, sheet: WriteOnlyWorksheet, table: source.Table, findings: Iterable[Finding], *, date1904: bool
    ) -> None:
        self._sheet = sheet
        self._table = table
        self._shift = _DAYS_1904 if date1904 else 0
        self._width = max(table.header_row.cells) + 1
        self._next = 1
        self._comments = 0
        self._by_row: Mapping[int, list[Finding]] = _grouped(findings)
        places = table.header.places
        self._dates = {places[column] for column in (Column.ISSUED_ON, Column.TERM_UNTIL) if column in places}

    def write(self) -> None:
        """All rows, each under its own number."""
        for place in range(self._width + 2):
            _widen(self._sheet, column_letters(place), 48 if place >= self._width else 16)
        for row in self._table.above:
            self._append(row, ())
        head = self._table.header_row
        self._append(head, self._by_row.get(head.number, ()), titles=True)
        for row in self._table.below:
            self._append(row, self._by_row.get(row.number, ()))

    def _append(self, row: SheetRow, findings: Sequence[Finding], *, titles: bool = False) -> None:
        while self._next < row.number:
            self._sheet.append([])
            self._next += 1
        cells = [self._cell(place, row.cells.get(place)) for place in range(self._width)]
        for finding in findings:
            self._mark(cells, finding)
        if findings:
            cells.append(self._words("\n".join(f"{each.why_zh} {each.why_en}" for each in findings)))
            cells.append(self._words("\n".join(f"{each.fix_zh} {each.fix_en}" for each in findings)))
        elif titles:
            cells += [self._words(WHY), self._words(FIX)]
        self._sheet.append(cells)
        self._next += 1

    def _cell(self, place: int, cell: Cell | None) -> SheetCell:
        written = WriteOnlyCell(self._sheet)
        if cell is None or cell.kind is CellKind.NO_VALUE:
            return written
        if cell.kind is CellKind.NUMBER and NUMBER.fullmatch(cell.text) and isfinite(float(cell.text)):
            self._number(written, float(cell.text), dated=place in self._dates)
        else:
            write_text(written, _shown(cell))
        return written

    def _number(self, written: SheetCell, number: float, *, dated: bool) -> None:
        whole = number.is_integer() and abs(number) < MAX_EXACT
        if dated and 0 <= number <= LAST_SERIAL:
            number += self._shift
            written.number_format = "yyyy-mm-dd"
        written.value = int(number) if whole else number

    def _mark(self, cells: Sequence[SheetCell], finding: Finding) -> None:
        cell = cells[min(_place(finding.column), self._width - 1)]
        cell.fill = _BAD
        if self._comments < MAX_COMMENTS and cell.comment is None:
            self._comments += 1
            cell.comment = Comment(f"{finding.why_zh}\n{finding.fix_zh}\n{finding.why_en}\n{finding.fix_en}", "yinxin")

    def _words(self, text: str) -> SheetCell:
        cell = WriteOnlyCell(self._sheet)
        write_text(cell, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        return cell


def _summary(sheet: WriteOnlyWorksheet, findings: Sequence[Finding]) -> None:
    """How often each problem occurs, then every one with its place: no cell's content is repeated here."""
    for letter, width in zip("ABCD", (14, 22, 60, 60), strict=True):
        _widen(sheet, letter, width)
    rows = len({finding.row for finding in findings})
    _line(sheet, [f"{rows} 行有问题 rows with problems", f"共 {len(findings)} 处 problems"], bold=True)
    counts = Counter((each.why_zh, each.why_en) for each in findings)
    for (zh, en), count in counts.most_common(50):
        _line(sheet, [f"{count} 处", "", zh, en])
    _line(sheet, [])
    _line(sheet, ["行 Row", "列 Column", WHY, FIX], bold=True)
    for each in findings:
        _line(sheet, [str(each.row), each.column, f"{each.why_zh} {each.why_en}", f"{each.fix_zh} {each.fix_en}"])


def _line(sheet: WriteOnlyWorksheet, texts: Sequence[str], *, bold: bool = False) -> None:
    cells = []
    for text in texts:
        cell = WriteOnlyCell(sheet)
        write_text(cell, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=bold)
        cells.append(cell)
    sheet.append(cells)


def _widen(sheet: WriteOnlyWorksheet, letters: str, width: int) -> None:
    sheet.column_dimensions[letters].width = width  # type: ignore[attr-defined] # missing from the stubs


def _grouped(findings: Iterable[Finding]) -> Mapping[int, list[Finding]]:
    groups: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.row].append(finding)
    return groups


def _place(column: str) -> int:
    """The place of "C 证件号码"; the first column for a finding that names none."""
    found = _LETTERS.match(column)
    place = 0
    for letter in found[1] if found else "A":
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _shown(cell: Cell) -> str:
    if cell.kind is CellKind.BOOLEAN:
        return "FALSE" if cell.text == "0" else "TRUE"
    return cell.text
