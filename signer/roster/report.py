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
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from signer.roster import source, summary
from signer.roster.dates import LAST_SERIAL, NUMBER
from signer.roster.failures import refused
from signer.roster.findings import FIX, SUMMARY_SHEET, WHY, Finding, Result
from signer.roster.header import Column
from signer.roster.model import ProblemCode, Roster, RosterReason
from signer.roster.sheet import Cell, CellKind, SheetRow, column_letters
from signer.roster.summary import BAD, DOUBTFUL
from signer.roster.values import MAX_EXACT
from signer.roster.workbook import TEXT_FORMAT, to_bytes, widen, write_text

ROSTER_SHEET: Final = "名册"
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
            _Writer(written, table, result, roster.widest, date1904=sheet.date1904).write()
            summary.write(workbook.create_sheet(SUMMARY_SHEET), result)
            return to_bytes(workbook)
    raise refused(RosterReason.NO_HEADER, path.name)


class _Writer:
    """Writes the rows in their places."""

    def __init__(
        self, sheet: WriteOnlyWorksheet, table: source.Table, result: Result, widest: int, *, date1904: bool
    ) -> None:
        self._sheet = sheet
        self._table = table
        self._shift = _DAYS_1904 if date1904 else 0
        self._own = {place for place, text in table.texts.items() if text.split("\n")[0] in {WHY, FIX}}
        above = (place for row in table.above for place in row.cells)
        self._width = max({*table.texts, widest, *above} - self._own) + 1
        self._merged_until: dict[int, int] = {}
        self._next = 1
        self._comments = 0
        self._findings = _grouped(result.findings)
        self._doubts = _grouped(result.doubts)
        places = table.header.places
        self._number_place = places.get(Column.DOCUMENT_NUMBER)
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
            self._note_merge(finding)
        for doubt in doubts:
            self._mark(cells, doubt, DOUBTFUL)
        self._mark_merged(cells, row.number)
        if titles:
            for cell in cells:
                cell.font = Font(bold=True)
        self._sheet.append([*cells, *self._told(findings, doubts, titles=titles)])
        self._next += 1

    def _told(self, findings: Sequence[Finding], doubts: Sequence[Finding], *, titles: bool) -> list[SheetCell]:
        """The two cells that say why and how; the header's are titles, whatever is wrong with it."""
        told = (*findings, *doubts)
        if not told and not titles:
            return []
        why = [f"{each.why_zh} {each.why_en}" for each in told]
        fix = [f"{each.fix_zh} {each.fix_en}" for each in told]
        if titles:
            why, fix = [WHY, *why], [FIX, *fix]
        cells = [self._words("\n".join(lines), bold=titles) for lines in (why, fix)]
        if any(_place(each.column) is None for each in told):
            cells[0].fill = BAD
        return cells

    def _note_merge(self, finding: Finding) -> None:
        if finding.code == ProblemCode.MERGED_CELLS:
            left, _, right, bottom = (edge or 1 for edge in range_boundaries(finding.shape))
            for place in range(left - 1, min(right, self._width)):
                self._merged_until[place] = max(bottom, self._merged_until.get(place, 0))

    def _mark_merged(self, cells: Sequence[SheetCell], row: int) -> None:
        """All cells that a merged range covers, for each is to be filled in."""
        for place, last in self._merged_until.items():
            if row <= last:
                self._colour(cells, place, BAD)

    def _cell(self, place: int, cell: Cell | None) -> SheetCell:
        written = WriteOnlyCell(self._sheet)
        if place == self._number_place:
            written.number_format = TEXT_FORMAT
        if cell is None or cell.kind is CellKind.NO_VALUE or place in self._own:
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
        place = _place(finding.column)
        if place is None or place >= len(cells):
            return
        self._colour(cells, place, fill)
        cell = cells[place]
        if self._comments < MAX_COMMENTS and cell.comment is None:
            self._comments += 1
            cell.comment = _comment(finding)

    def _colour(self, cells: Sequence[SheetCell], place: int, fill: PatternFill) -> None:
        """Colours a cell, and lets it keep all digits that are typed into it."""
        cell = cells[place]
        if place not in self._dates:
            cell.number_format = TEXT_FORMAT
        if cell.fill.fill_type is None:
            cell.fill = fill

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


def _place(column: str) -> int | None:
    """The place of "C 证件号码"; None for a finding about a whole row, or about a column that is not there."""
    found = _LETTERS.match(column)
    if found is None:
        return None
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _shown(cell: Cell) -> str:
    if cell.kind is CellKind.BOOLEAN:
        return "FALSE" if cell.text == "0" else "TRUE"
    return cell.text
