"""A checked roster given back: the same rows, the cells to mend or to confirm coloured, why and how beside them.

It is the clerk's own file on the clerk's own disk, so its cells keep what they held. Formulas are not kept, only their
values: nothing in this workbook is ever calculated.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from signer.roster import source, summary
from signer.roster.dates import LAST_SERIAL, NUMBER
from signer.roster.failures import refused
from signer.roster.findings import Finding, Result
from signer.roster.header import Column
from signer.roster.model import Roster, RosterReason
from signer.roster.sheet import Cell, CellKind, SheetRow, column_letters
from signer.roster.summary import BAD, DOUBTFUL, FIX, WHY
from signer.roster.values import MAX_EXACT
from signer.roster.workbook import to_bytes, widen, write_text

ROSTER_SHEET: Final = "名册"
SUMMARY_SHEET: Final = "问题汇总"
MAX_COMMENTS: Final = 2_000
_LETTERS: Final = re.compile(r"([A-Z]{1,3})(?: |$)", re.ASCII)
_DAYS_1904: Final = 1462
_COMMENT_WIDTH: Final = 360
_COMMENT_LINE: Final = 18
_COMMENT_CHARACTERS: Final = 24


def report(roster: Roster, result: Result) -> bytes:
    """The roster's file as an XLSX with what was found marked, and a summary. RosterError as for reading it."""
    path, names = roster.path or Path(), roster.how.names
    sheets, _ = source.sheets(source.bytes_of(path), path, names)
    workbook = Workbook(write_only=True)
    for sheet in sheets:
        table = source.table(sheet, names) if sheet.name == roster.sheet else None
        if table is not None:
            written = workbook.create_sheet(ROSTER_SHEET)
            _Writer(written, table, result, date1904=sheet.date1904).write()
            summary.write(workbook.create_sheet(SUMMARY_SHEET), result)
            return to_bytes(workbook)
    raise refused(RosterReason.NO_HEADER, path.name)


class _Writer:
    """Writes the rows in their places."""

    def __init__(self, sheet: WriteOnlyWorksheet, table: source.Table, result: Result, *, date1904: bool) -> None:
        self._sheet = sheet
        self._table = table
        self._shift = _DAYS_1904 if date1904 else 0
        self._width = max(table.header.labels) + 1
        self._next = 1
        self._comments = 0
        self._findings = _grouped(result.findings)
        self._doubts = _grouped(result.doubts)
        places = table.header.places
        self._dates = {places[column] for column in (Column.ISSUED_ON, Column.TERM_UNTIL) if column in places}

    def write(self) -> None:
        """All rows, each under its own number; the header stays in sight."""
        for place in range(self._width + 2):
            widen(self._sheet, column_letters(place), self._column_width(place))
        self._sheet.freeze_panes = f"A{self._table.header_row.number + 1}"
        for row in self._table.above:
            self._append(row)
        self._append(self._table.header_row, titles=True)
        for row in self._table.below:
            self._append(row)

    def _column_width(self, place: int) -> int:
        if place >= self._width:
            return 48
        return 22 if place == self._table.header.places.get(Column.DOCUMENT_NUMBER) else 15

    def _append(self, row: SheetRow, *, titles: bool = False) -> None:
        while self._next < row.number:
            self._sheet.append([])
            self._next += 1
        cells = [self._cell(place, row.cells.get(place)) for place in range(self._width)]
        findings, doubts = self._findings.get(row.number, ()), self._doubts.get(row.number, ())
        for finding in findings:
            self._mark(cells, finding, BAD)
        for doubt in doubts:
            self._mark(cells, doubt, DOUBTFUL)
        if titles:
            for cell in cells:
                cell.font = Font(bold=True)
        if findings or doubts:
            told = (*findings, *doubts)
            cells.append(self._words("\n".join(f"{each.why_zh} {each.why_en}" for each in told)))
            cells.append(self._words("\n".join(f"{each.fix_zh} {each.fix_en}" for each in told)))
        elif titles:
            cells += [self._words(WHY, bold=True), self._words(FIX, bold=True)]
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

    def _mark(self, cells: Sequence[SheetCell], finding: Finding, fill: PatternFill) -> None:
        cell = cells[min(_place(finding.column), self._width - 1)]
        if cell.fill.fill_type is None:
            cell.fill = fill
        if self._comments < MAX_COMMENTS and cell.comment is None:
            self._comments += 1
            cell.comment = _comment(finding)

    def _words(self, text: str, *, bold: bool = False) -> SheetCell:
        cell = WriteOnlyCell(self._sheet)
        write_text(cell, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=bold)
        return cell


def _comment(finding: Finding) -> Comment:
    """Why and how, in a box that is large enough for both."""
    lines = (finding.why_zh, finding.fix_zh, finding.why_en, finding.fix_en)
    height = sum(1 + len(line.encode("gb18030")) // 2 // _COMMENT_CHARACTERS for line in lines) + 1
    return Comment("\n".join(lines), "yinxin", width=_COMMENT_WIDTH, height=height * _COMMENT_LINE)


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
