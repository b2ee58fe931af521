"""From a file to a Roster: the one entrance to this package for whoever signs."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final

from signer.catalogue import Catalogue, built_in
from signer.roster import groups, merged, source
from signer.roster.failures import refused
from signer.roster.header import ENGLISH, Column, Header
from signer.roster.messages import TEXTS, CellError
from signer.roster.model import NoteCode, Problem, ProblemCode, Roster, RosterReason
from signer.roster.notes import Notes
from signer.roster.packed import Rows
from signer.roster.rows import Context, Fault, is_blank, read_row
from signer.roster.shape import cell_shape, quoted
from signer.roster.sheet import Sheet, SheetRow, column_letters

Tell = Callable[[int, int], None]
"""Is told how many rows were read, and how many there seem to be."""


def read(path: Path, *, today: date, catalogue: Catalogue | None = None, tell: Tell = lambda *_: None) -> Roster:
    """The roster in `path`, an .xlsx or a .csv file: valid rows, and every problem of every other row.

    `today` is the day in UTC+8 that no date of issue may pass; `tell` is told now and then how far it has come.
    RosterError if the file cannot be read as a roster.
    """
    data = source.bytes_of(path)
    sheets, encoding = source.sheets(data, path)
    reading = _Reading(path.name, today, catalogue or built_in(), tell)
    if encoding != source.UTF8:
        reading.notes.add(NoteCode.ENCODING, encoding)
    for sheet in sheets:
        reading.offer(sheet)
    return _roster(path, data, reading.finish(), reading)


def read_rows(header: Header, rows: Iterable[SheetRow], *, today: date, catalogue: Catalogue | None = None) -> Roster:
    """The roster of rows that no file has, under `header`. Of these, none is left out for being blank."""
    reading = _Reading("", today, catalogue or built_in(), lambda *_: None)
    reading.take(header, rows)
    return _roster(None, b"", header, reading)


def _roster(path: Path | None, data: bytes, header: Header, reading: "_Reading") -> Roster:
    return Roster(
        path=path,
        sha256=sha256(data).digest(),
        header=header,
        rows=reading.rows or (),
        problems=tuple(reading.problems),
        notes=tuple(reading.notes.all()),
    )


_ROWS_A_NOTE: Final = 500


@dataclass(slots=True)
class _Place:
    """A problem with the column that it is about, so that merged ranges can claim it."""

    place: int | None
    problem: Problem


@dataclass(slots=True)
class _Reading:
    """Reads the first sheet with a header, and gathers what comes of it."""

    file: str
    today: date
    catalogue: Catalogue
    tell: Tell
    rows: Rows = field(default_factory=Rows)
    found: list[_Place] = field(default_factory=list)
    header: Header | None = None
    other_sheets: list[str] = field(default_factory=list)
    last_row: int = 0
    notes: Notes = field(init=False)

    def __post_init__(self) -> None:
        self.notes = Notes(self.file)

    @property
    def problems(self) -> Iterator[Problem]:
        """The problems in the order of rows."""
        return (each.problem for each in sorted(self.found, key=lambda each: each.problem.row))

    def offer(self, sheet: Sheet) -> None:
        """Reads `sheet` if it is the first with a header."""
        table = source.table(sheet) if self.header is None else None
        if table is None:
            self.other_sheets.append(sheet.name)
            return
        self.header = table.header
        self._read(sheet, table.header, table.below)

    def take(self, head: Header, rows: Iterable[SheetRow]) -> None:
        """Reads rows that come without a sheet."""
        context = Context(head, self.catalogue, self.today, date1904=False)
        for row in rows:
            self._read_row(row, context, separated=False)
        self._across_rows(head)

    def finish(self) -> Header:
        """What can be said only at the end. RosterError: NO_HEADER."""
        if self.header is None:
            raise refused(RosterReason.NO_HEADER, self.file)
        if self.header.ignored:
            self.notes.add(NoteCode.COLUMN_IGNORED, _named(self.header.labels[place] for place in self.header.ignored))
        if self.other_sheets:
            self.notes.add(NoteCode.SHEET_IGNORED, _named(f"“{quoted(name)}”" for name in self.other_sheets))
        return self.header

    def _read(self, sheet: Sheet, head: Header, rows: Iterable[SheetRow]) -> None:
        if self._header_problems(head):
            return
        context = Context(head, self.catalogue, self.today, sheet.date1904)
        for count, row in enumerate(rows, 1):
            if not is_blank(row, head):
                self.last_row = row.number
                self._read_row(row, context, separated=sheet.separated)
            if count % _ROWS_A_NOTE == 0:
                self.tell(count, int(count / (sheet.share() or 1)))
        self.tell(len(self.rows), len(self.rows))
        self._merged(sheet, head)
        self._across_rows(head)

    def _header_problems(self, head: Header) -> bool:
        for places in head.repeated.values():
            columns = "、".join(head.labels[place] for place in places)
            self._add(head.row, head.labels[places[1]], "", CellError(ProblemCode.COLUMN_TWICE, columns=columns))
        missing = "、".join(f"{column.value} ({ENGLISH[column]})" for column in head.missing())
        if missing:
            error = CellError(ProblemCode.COLUMN_MISSING, columns=missing, row=head.row)
            self._add(head.row, "", "", error)
        return bool(self.found)

    def _read_row(self, row: SheetRow, context: Context, *, separated: bool) -> None:
        beyond = [place for place in row.cells if place > max(context.header.labels)] if separated else []
        if beyond:
            cell = row.cells[beyond[0]]
            error = CellError(ProblemCode.CELLS_BEYOND_HEADER)
            self._add(row.number, column_letters(beyond[0]), cell_shape(cell), error, beyond[0])
            return
        reading = read_row(row, context)
        for fault in reading.faults:
            self._add_fault(row.number, context.header, fault)
        if reading.row is not None:
            self.rows.append(reading.row)
            for code, about in reading.notes:
                self.notes.add_row(code, about, row.number)

    def _add_fault(self, row: int, head: Header, fault: Fault) -> None:
        place = head.places.get(fault.column)
        self._add(row, head.label(fault.column), cell_shape(fault.cell), fault.error, place)

    def _add(self, row: int, column: str, shape: str, error: CellError, place: int | None = None) -> None:
        text = TEXTS[error.code].filled(error.details)
        problem = Problem(self.file, row, column, shape, text.why_zh, text.why_en, text.fix_zh, text.fix_en, error.code)
        self.found.append(_Place(place, problem))

    def _merged(self, sheet: Sheet, head: Header) -> None:
        """A merged range is one problem; the empty cells inside it are none of their own."""
        spoilt = merged.spoiling(sheet.merges, head, self.last_row)
        if not spoilt:
            return
        covered = merged.covered(spoilt, head, self.last_row)
        self.found = [each for each in self.found if not _is_hole(each, covered)]
        self.rows = Rows(row for row in self.rows if not any(column[row.row_number] for column in covered.values()))
        for each in spoilt:
            error = CellError(ProblemCode.MERGED_CELLS, range=each.merge)
            self._add(each.row, head.labels[each.place], str(each.merge), error, each.place)

    def _across_rows(self, head: Header) -> None:
        refused_rows: set[int] = set()
        shared = groups.of_one_document(self.rows)
        for code, column, found in (
            (ProblemCode.DUPLICATE, Column.DOCUMENT_NUMBER, groups.duplicates(shared)),
            (ProblemCode.NAME_CONFLICT, Column.NAME, groups.name_conflicts(shared)),
        ):
            refused_rows |= found.keys()
            for row, others in found.items():
                self._add(row, head.label(column), "", CellError(code, others=others), head.places[column])
        if refused_rows:
            self.rows = Rows(row for row in self.rows if row.row_number not in refused_rows)


def _is_hole(each: _Place, covered: dict[int, list[int]]) -> bool:
    column = covered.get(each.place) if each.place is not None else None
    return column is not None and each.problem.code is ProblemCode.VALUE_MISSING and column[each.problem.row] > 0


def _named(labels: Iterable[str]) -> str:
    return "、".join(labels)
