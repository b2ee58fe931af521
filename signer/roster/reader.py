"""From a file to a Roster: the one entrance to this package for whoever signs."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final

from signer.roster import groups, merged, source, strays
from signer.roster.catalogue import Catalogue, built_in
from signer.roster.failures import refused
from signer.roster.findings import SUMMARY_SHEET
from signer.roster.header import ENGLISH, Column, Header
from signer.roster.merged import Runs
from signer.roster.messages import TEXTS, CellError
from signer.roster.model import AS_IT_IS, NoteCode, Problem, ProblemCode, Reading, Roster, RosterReason
from signer.roster.notes import Notes
from signer.roster.others import not_a_person
from signer.roster.packed import Rows
from signer.roster.rows import Context, Fault, is_blank, read_row
from signer.roster.shape import cell_shape, quoted
from signer.roster.sheet import Sheet, SheetRow, column_letters

Tell = Callable[[int, int], None]
"""Is told how many rows were read, and how many there seem to be."""
_EXAMPLE_SHEET: Final = re.compile(r"示例|样例|范例|填写说明|填表说明|example|sample")
"""A sheet called so shows how to fill in another."""
_LOOKED_AT: Final = 200
"""So many rows of a further sheet tell whether it lists people, too."""


def read(
    path: Path,
    *,
    today: date,
    catalogue: Catalogue | None = None,
    how: Reading = AS_IT_IS,
    tell: Tell = lambda *_: None,
) -> Roster:
    """The roster in `path`, an .xlsx or a .csv file: valid rows, and every problem of every other row.

    `today` is the day in UTC+8 that no date of issue may pass; `tell` is told now and then how far it has come.
    RosterError if the file cannot be read as a roster.
    """
    data = source.bytes_of(path)
    sheets, encoding = source.sheets(data, path, how.names)
    reading = _Reading(path.name, today, catalogue or built_in(), how, tell)
    if encoding != source.UTF8:
        reading.notes.add(NoteCode.ENCODING, encoding)
    for sheet in sheets:
        reading.offer(sheet)
    return _roster(path, data, reading.finish(), reading)


def read_rows(header: Header, rows: Iterable[SheetRow], *, today: date, catalogue: Catalogue | None = None) -> Roster:
    """The roster of rows that no file has, under `header`. Of these, none is left out for being blank."""
    reading = _Reading("", today, catalogue or built_in(), AS_IT_IS, lambda *_: None)
    reading.take(header, rows)
    return _roster(None, b"", header, reading)


def _roster(path: Path | None, data: bytes, header: Header, reading: "_Reading") -> Roster:
    how = reading.how
    return Roster(
        path=path,
        sha256=sha256(data if how.sheet is None else data + b"\0" + how.sheet.encode()).digest(),
        header=header,
        rows=reading.rows or (),
        problems=_in_order(reading.found),
        notes=tuple(reading.notes.all()),
        doubts=_in_order(reading.doubts),
        sheet=reading.sheet,
        how=how,
        widest=reading.widest,
    )


_ROWS_A_NOTE: Final = 500


@dataclass(slots=True)
class _Place:
    """A problem with the column that it is about, so that merged ranges can claim it."""

    place: int | None
    problem: Problem


@dataclass(slots=True)
class _Reading:
    """Reads the one sheet that has a header and people, and gathers what comes of it."""

    file: str
    today: date
    catalogue: Catalogue
    how: Reading
    tell: Tell
    rows: Rows = field(default_factory=Rows)
    found: list[_Place] = field(default_factory=list)
    doubts: list[_Place] = field(default_factory=list)
    header: Header | None = None
    sheet: str = ""
    other_sheets: list[str] = field(default_factory=list)
    rivals: list[str] = field(default_factory=list)
    faulty: list[groups.Bearer] = field(default_factory=list)
    widest: int = 0
    people: Runs = field(default_factory=Runs)
    notes: Notes = field(init=False)

    def __post_init__(self) -> None:
        self.notes = Notes(self.file)

    def offer(self, sheet: Sheet) -> None:
        """Reads `sheet` if it is the one that is meant, or the first with a header and people."""
        table = source.table(sheet, self.how.names) if self._may_be(sheet) else None
        if table is None and sheet.name == SUMMARY_SHEET:
            return
        if table is None:
            self.other_sheets.append(sheet.name)
        elif self.header is None or (self.people.last == 0 and not self.found):
            if self.header is not None:
                self.other_sheets.append(self.sheet)
            self.header, self.sheet = table.header, sheet.name
            self._read(sheet, table)
        else:
            lists_people = any(self._is_person(row, table.header) for row in islice(table.below, _LOOKED_AT))
            (self.rivals if lists_people else self.other_sheets).append(sheet.name)

    def take(self, head: Header, rows: Iterable[SheetRow]) -> None:
        """Reads rows that come without a sheet."""
        context = Context(head, self.catalogue, self.today, date1904=False)
        for row in rows:
            self._read_row(row, context, separated=False)
        self._across_rows(head)

    def _may_be(self, sheet: Sheet) -> bool:
        if self.how.sheet is not None and not sheet.separated:
            return sheet.name == self.how.sheet
        return _EXAMPLE_SHEET.search(sheet.name.casefold()) is None

    def finish(self) -> Header:
        """What can be said only at the end. RosterError: NO_HEADER, NO_SHEET, SEVERAL_SHEETS."""
        if self.header is None:
            raise refused(RosterReason.NO_HEADER if self.how.sheet is None else RosterReason.NO_SHEET, self.file)
        if self.rivals:
            names = _named(quoted(name) for name in (self.sheet, *self.rivals))
            raise refused(RosterReason.SEVERAL_SHEETS, self.file, f"（{names}）", f"({names})")
        head = self.header
        if head.ignored:
            self.notes.add(NoteCode.COLUMN_IGNORED, _named(head.labels[place] for place in head.ignored))
        if head.unmet:
            self.notes.add(NoteCode.MAPPING_UNMET, _named(map(quoted, head.unmet)))
        if head.fixed:
            fixed = (f"{column.value} = {quoted(value)}" for column, value in head.fixed.items())
            self.notes.add(NoteCode.VALUE_FIXED, _named(fixed))
        if self.other_sheets:
            self.notes.add(NoteCode.SHEET_IGNORED, _named(f"“{quoted(name)}”" for name in self.other_sheets))
        return head

    def _is_person(self, row: SheetRow, head: Header) -> bool:
        return not is_blank(row, head) and not_a_person(row, head, self.how.names) is None

    def _read(self, sheet: Sheet, table: source.Table) -> None:
        head = table.header
        for row in strays.above(table, self.how.names):
            self._astray(row, head)
        if self._header_problems(head):
            return
        context = Context(head, self.catalogue, self.today, sheet.date1904)
        for count, row in enumerate(table.below, 1):
            if not is_blank(row, head):
                self._read_filled(row, context, separated=sheet.separated)
            elif strays.looks_numbered(row, head, self.how.names):
                self._astray(row, head)
            if count % _ROWS_A_NOTE == 0:
                self.tell(count, int(count / (sheet.share() or 1)))
        self.tell(len(self.rows), len(self.rows))
        self._merged(sheet, head)
        self._across_rows(head)

    def _read_filled(self, row: SheetRow, context: Context, *, separated: bool) -> None:
        other = not_a_person(row, context.header, self.how.names)
        if other in {None, NoteCode.HEADER_REPEATED} and self._is_other_header(row, context.header):
            return
        if other is None:
            self.people.add(row.number)
            self._read_row(row, context, separated=separated)
        else:
            self.notes.add_row(other, "", row.number)

    def _astray(self, row: SheetRow, head: Header) -> None:
        self.widest = max(self.widest, *row.cells)
        self._add(row.number, "", "", CellError(ProblemCode.PERSON_NOT_UNDER_HEADER, header=head.row))

    def _is_other_header(self, row: SheetRow, head: Header) -> bool:
        if not strays.is_other_header(row, head, self.how.names):
            return False
        self._add(row.number, "", "", CellError(ProblemCode.HEADER_DIFFERS, header=head.row))
        return True

    def _header_problems(self, head: Header) -> bool:
        before = len(self.found)
        for places in head.repeated.values():
            columns = "、".join(head.labels[place] for place in places)
            self._add(head.row, head.labels[places[1]], "", CellError(ProblemCode.COLUMN_TWICE, columns=columns))
        missing = "、".join(f"{column.value} ({ENGLISH[column]})" for column in head.missing())
        if missing:
            error = CellError(ProblemCode.COLUMN_MISSING, columns=missing, row=head.row)
            self._add(head.row, "", "", error)
        return len(self.found) > before

    def _read_row(self, row: SheetRow, context: Context, *, separated: bool) -> None:
        beyond = [place for place in row.cells if place > max(context.header.labels)] if separated else []
        if beyond:
            cell = row.cells[beyond[0]]
            self.widest = max(self.widest, *beyond)
            error = CellError(ProblemCode.CELLS_BEYOND_HEADER)
            self._add(row.number, column_letters(beyond[0]), cell_shape(cell), error, beyond[0])
            return
        reading = read_row(row, context)
        for fault in reading.faults:
            self._add_fault(self.found, row.number, context.header, fault)
        if reading.row is None and reading.bearer is not None:
            self.faulty.append(reading.bearer)
        if reading.row is not None:
            self.rows.append(reading.row)
            for doubt in reading.doubts:
                self._add_fault(self.doubts, row.number, context.header, doubt)
            for code, about in reading.notes:
                self.notes.add_row(code, about, row.number)

    def _add_fault(self, into: list[_Place], row: int, head: Header, fault: Fault) -> None:
        place = head.places.get(fault.column)
        into.append(self._place(row, head.label(fault.column), cell_shape(fault.cell), fault.error, place))

    def _add(self, row: int, column: str, shape: str, error: CellError, place: int | None = None) -> None:
        self.found.append(self._place(row, column, shape, error, place))

    def _place(self, row: int, column: str, shape: str, error: CellError, place: int | None) -> _Place:
        text = TEXTS[error.code].filled(error.details)
        problem = Problem(self.file, row, column, shape, text.why_zh, text.why_en, text.fix_zh, text.fix_en, error.code)
        return _Place(place, problem)

    def _merged(self, sheet: Sheet, head: Header) -> None:
        """A merged range is one problem; the empty cells inside it are none of their own."""
        spoilt = merged.spoiling(sheet.merges, head, self.people)
        if not spoilt:
            return
        covered = merged.covered(spoilt, head, self.people.last)
        self.found = [each for each in self.found if not _is_hole(each, covered)]
        self._keep(lambda row: not any(column[row] for column in covered.values()))
        for each in spoilt:
            error = CellError(ProblemCode.MERGED_CELLS, range=each.merge)
            self._add(each.row, head.labels[each.place], str(each.merge), error, each.place)

    def _across_rows(self, head: Header) -> None:
        refused_rows: set[int] = set()
        shared, others_shared = groups.of_one_document(self.rows, self.faulty)
        bearers: list[groups.Borne] = sorted([*shared, *others_shared], key=_row_number)
        for code, column, found in (
            (ProblemCode.DUPLICATE, Column.DOCUMENT_NUMBER, groups.duplicates(shared)),
            (ProblemCode.NAME_CONFLICT, Column.NAME, groups.name_conflicts(bearers)),
        ):
            refused_rows |= found.keys()
            for row, others in found.items():
                self._add(row, head.label(column), "", CellError(code, others=others), head.places[column])
        if refused_rows:
            self._keep(lambda row: row not in refused_rows)
        for row, others in groups.two_levels(each for each in shared if each.row_number not in refused_rows).items():
            error, place = CellError(ProblemCode.TWO_LEVELS, others=others), head.places.get(Column.LEVEL)
            self.doubts.append(self._place(row, head.label(Column.LEVEL), "", error, place))

    def _keep(self, stands: Callable[[int], bool]) -> None:
        """Keeps the rows, and doubts about rows, whose number `stands`."""
        self.rows = Rows(row for row in self.rows if stands(row.row_number))
        self.doubts = [each for each in self.doubts if stands(each.problem.row)]


def _row_number(each: groups.Borne) -> int:
    return each.row_number


def _in_order(found: Iterable[_Place]) -> tuple[Problem, ...]:
    return tuple(sorted((each.problem for each in found), key=lambda each: each.row))


def _is_hole(each: _Place, covered: dict[int, list[int]]) -> bool:
    column = covered.get(each.place) if each.place is not None else None
    return column is not None and each.problem.code is ProblemCode.VALUE_MISSING and column[each.problem.row] > 0


def _named(labels: Iterable[str]) -> str:
    return "、".join(labels)
