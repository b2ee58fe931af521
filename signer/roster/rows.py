"""One row of raw cells to one person's line, with everything that is wrong with it at once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from credential.model import Basis, Kind, Post
from signer.roster import dates, grounds, values
from signer.roster.catalogue import Catalogue
from signer.roster.document import Document, document
from signer.roster.groups import Bearer
from signer.roster.header import ENGLISH, Column, Header
from signer.roster.messages import CellError
from signer.roster.model import TO_CONFIRM, NoteCode, ProblemCode, Row
from signer.roster.occupations import Resolved, Standing, resolve
from signer.roster.sheet import Cell, CellKind, SheetRow

_T = TypeVar("_T")
_MAX_TERM_YEARS: Final = 100
_OCCUPATION: Final = frozenset({Column.EDITION, Column.CODE, Column.TITLE, Column.SPECIALISATION})
_EVERY_KIND: Final = frozenset(
    {
        Column.NAME,
        Column.DOCUMENT_TYPE,
        Column.DOCUMENT_NUMBER,
        Column.KIND,
        Column.ISSUED_ON,
        Column.BASIS,
        Column.LOCAL_POST,
        Column.CONTEST,
        Column.CONTEST_CLASS,
        Column.RANK,
        Column.ENTRY,
        Column.PRIOR_LEVEL,
        Column.SOURCE,
        Column.SOURCE_NUMBER,
        Column.STANDARD,
        Column.STANDARD_VERSION,
    }
)
_CONTEST: Final = (Column.CONTEST, Column.RANK)
_USED: Final = {
    Kind.LEVEL: _EVERY_KIND | _OCCUPATION | {Column.LEVEL, Column.SUB_LEVEL},
    Kind.SPECIAL_ABILITY: _EVERY_KIND | _OCCUPATION,
    Kind.POST: _EVERY_KIND | _OCCUPATION | {Column.POST, Column.TERM_UNTIL},
    Kind.HONOUR: _EVERY_KIND | {Column.HONOUR},
}


@dataclass(frozen=True, slots=True)
class Context:
    """What all rows of a sheet share."""

    header: Header
    catalogue: Catalogue
    today: date
    date1904: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one value of a row."""

    column: Column
    cell: Cell | None
    error: CellError


@dataclass(slots=True)
class Reading:
    """A row as read: `row` is None if there is any fault; `notes` come with what they are about.

    `bearer` is who the row is about, if that much can be read, whatever else is wrong.
    """

    row: Row | None = None
    bearer: Bearer | None = None
    faults: list[Fault] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)
    notes: list[tuple[NoteCode, str]] = field(default_factory=list)


def is_blank(row: SheetRow, header: Header) -> bool:
    """Whether no known column has anything in it."""
    return all(place not in row.cells for place in header.places.values())


def read_row(row: SheetRow, context: Context) -> Reading:
    """The row, or all its faults."""
    return _RowReader(row, context).read()


class _RowReader:
    def __init__(self, row: SheetRow, context: Context) -> None:
        self._row = row
        self._context = context
        self._reading = Reading()

    def read(self) -> Reading:
        """Reads every column, so that all faults show at once."""
        name = self._required(Column.NAME, values.name)
        holder = self._document()
        issued_on = self._issued_on()
        basis = self._required(Column.BASIS, values.basis)
        local_post = self._optional(Column.LOCAL_POST, values.text)
        if name is not None and holder is not None:
            self._reading.bearer = Bearer(self._row.number, name.text, holder.type, holder.number)
        kind = self._kind()
        if kind is None:
            return self._reading
        occupation, specialisation = self._occupation() if kind is not Kind.HONOUR else (None, None)
        level = self._required(Column.LEVEL, values.level) if kind is Kind.LEVEL else None
        sub_level = self._sub_level(level) if kind is Kind.LEVEL else None
        post, term_until = self._post(issued_on) if kind is Kind.POST else (None, None)
        honour = self._required(Column.HONOUR, values.text) if kind is Kind.HONOUR else None
        self._grounds(basis, kind, level)
        self._standard()
        self._refuse_unused(kind)
        if self._reading.faults or name is None or holder is None or issued_on is None or basis is None:
            return self._reading
        self._note(name, holder, occupation)
        self._doubt_term(post, issued_on, term_until)
        self._reading.row = Row(
            row_number=self._row.number,
            name=name.text,
            document_type=holder.type,
            document_last4=holder.last4,
            document_number=holder.number,
            occupation_edition=occupation.edition if occupation else 0,
            occupation_code=occupation.code if occupation else "",
            occupation_title=occupation.title if occupation else "",
            specialisation=specialisation,
            kind=kind,
            level=level,
            post=post,
            term_until=term_until,
            honour=honour,
            issued_on=issued_on,
            basis=basis,
            sub_level=sub_level,
            local_post=local_post,
        )
        return self._reading

    def _cell(self, column: Column) -> Cell | None:
        head = self._context.header
        place = head.places.get(column)
        if place is not None:
            return self._row.cells.get(place)
        fixed = head.fixed.get(column)
        return None if fixed is None else Cell(CellKind.TEXT, fixed)

    def _fault(self, column: Column, error: CellError) -> None:
        self._reading.faults.append(Fault(column, self._cell(column), error))

    def _optional(self, column: Column, parse: Callable[[Cell], _T]) -> _T | None:
        cell = self._cell(column)
        if cell is None:
            return None
        try:
            return parse(with_value(cell))
        except CellError as error:
            self._fault(column, error)
            return None

    def _required(self, column: Column, parse: Callable[[Cell], _T]) -> _T | None:
        if self._cell(column) is None:
            self._fault(column, self._missing(column))
            return None
        return self._optional(column, parse)

    def _missing(self, column: Column) -> CellError:
        if column in self._context.header.places:
            return CellError(ProblemCode.VALUE_MISSING)
        return CellError(ProblemCode.COLUMN_NEEDED, column=column.value, column_en=ENGLISH[column])

    def _document(self) -> Document | None:
        given = self._optional(Column.DOCUMENT_TYPE, values.document_type)
        if given is None and self._cell(Column.DOCUMENT_TYPE) is not None:
            return None
        today = self._context.today
        return self._required(Column.DOCUMENT_NUMBER, lambda cell: document(cell, given, today))

    def _day(self, cell: Cell) -> date:
        return dates.day(cell, self._context.date1904)

    def _issued_on(self) -> date | None:
        def parse(cell: Cell) -> date:
            issued_on = self._day(cell)
            if issued_on > self._context.today:
                raise CellError(ProblemCode.DATE_IN_FUTURE)
            return issued_on

        return self._required(Column.ISSUED_ON, parse)

    def _kind(self) -> Kind | None:
        """As given; else what the row's columns mean: an honour, a post, or a level certificate."""
        if self._cell(Column.KIND) is not None:
            return self._optional(Column.KIND, values.kind)
        if self._cell(Column.HONOUR) is not None:
            return Kind.HONOUR
        return Kind.POST if self._cell(Column.POST) is not None else Kind.LEVEL

    def _post(self, issued_on: date | None) -> tuple[Post | None, date | None]:
        def parse(cell: Cell) -> date:
            last = self._day(cell)
            if (issued_on is not None and not issued_on <= last) or last.year > _last_year(issued_on):
                raise CellError(ProblemCode.TERM_BEFORE_START)
            return last

        return self._required(Column.POST, values.post), self._required(Column.TERM_UNTIL, parse)

    def _sub_level(self, level: int | None) -> str | None:
        return self._optional(Column.SUB_LEVEL, lambda cell: grounds.sub_level(cell, level))

    def _doubt_term(self, post: Post | None, issued_on: date, last: date | None) -> None:
        doubt = None if post is None or last is None else grounds.unusual_term(post, issued_on, last)
        if doubt is not None:
            self._reading.doubts.append(Fault(Column.TERM_UNTIL, self._cell(Column.TERM_UNTIL), doubt))

    def _grounds(self, basis: Basis | None, kind: Kind, level: int | None) -> None:
        """What the basis needs said is there and right; a contest beside another basis is a contradiction."""
        if basis is Basis.COMPETITION:
            self._contest(kind, level)
        elif basis is Basis.RECOGNITION:
            self._required(Column.SOURCE, values.text)
            self._required(Column.SOURCE_NUMBER, grounds.source_number)
        if basis is not None and basis is not Basis.COMPETITION:
            for column in _CONTEST:
                cell = self._cell(column)
                if cell is not None and not grounds.is_none(cell):
                    self._fault(column, CellError(ProblemCode.VALUE_NOT_USED, kind=values.BASIS_NAMES[basis]))

    def _contest(self, kind: Kind, level: int | None) -> None:
        before = len(self._reading.faults)
        self._required(Column.CONTEST, values.text)
        sort = self._optional(Column.CONTEST_CLASS, grounds.contest_class)
        rank = self._required(Column.RANK, grounds.rank)
        entry = self._optional(Column.ENTRY, grounds.entry)
        prior = self._optional(Column.PRIOR_LEVEL, grounds.prior_level)
        if rank is None or len(self._reading.faults) > before:
            return
        contest = grounds.Contest(sort, rank, entry or grounds.Entry.INDIVIDUAL, prior)
        found = grounds.promotion(contest, kind, level)
        if found is not None:
            column, error = found
            found_in = self._reading.doubts if error.code in TO_CONFIRM else self._reading.faults
            found_in.append(Fault(column, self._cell(column), error))

    def _standard(self) -> None:
        standard = self._optional(Column.STANDARD, values.text)
        version = self._cell(Column.STANDARD_VERSION)
        if standard is not None and version is None and not grounds.has_version(standard):
            blamed = Column.STANDARD_VERSION
            column = blamed if blamed in self._context.header.places else Column.STANDARD
            self._fault(column, CellError(ProblemCode.STANDARD_VERSION))

    def _occupation(self) -> tuple[Resolved | None, str | None]:
        before = len(self._reading.faults)
        edition = self._optional(Column.EDITION, values.edition)
        code = self._optional(Column.CODE, lambda cell: values.occupation_code(cell, edition))
        title = self._optional(Column.TITLE, values.occupation_text)
        specialisation = self._optional(Column.SPECIALISATION, values.specialisation)
        if len(self._reading.faults) > before:
            return None, None
        blamed = Column.CODE if code is not None or Column.CODE in self._context.header.places else Column.TITLE
        if code is None and title is None:
            self._fault(blamed, self._missing(blamed))
            return None, None
        try:
            return resolve(self._context.catalogue, edition, code, title), specialisation
        except CellError as error:
            self._fault(blamed if code is not None else Column.TITLE, error)
            return None, None

    def _refuse_unused(self, kind: Kind) -> None:
        for column in self._context.header.places:
            if column not in _USED[kind] and self._cell(column) is not None:
                self._fault(column, CellError(ProblemCode.VALUE_NOT_USED, kind=values.KIND_NAMES[kind]))

    def _note(self, name: values.Name, holder: Document, occupation: Resolved | None) -> None:
        notes = self._reading.notes
        if name.padding_removed:
            notes.append((NoteCode.NAME_SPACE_REMOVED, ""))
        if name.dot_changed:
            notes.append((NoteCode.NAME_DOT_CHANGED, ""))
        if not holder.division_known:
            notes.append((NoteCode.DIVISION_UNKNOWN, ""))
        if occupation is not None and occupation.standing is Standing.UNCONFIRMED:
            notes.append((NoteCode.OCCUPATION_UNCONFIRMED, str(occupation)))
        if occupation is not None and occupation.standing is Standing.UNLISTED:
            notes.append((NoteCode.OCCUPATION_NOT_IN_CATALOGUE, str(occupation)))
        if self._row.hidden:
            notes.append((NoteCode.ROW_HIDDEN, ""))
        if any(cell.formula for cell in self._row.cells.values()):
            notes.append((NoteCode.FORMULA_VALUE_USED, ""))


def with_value(cell: Cell) -> Cell:
    """`cell`, if it has a value. CellError for a formula's error, or one that was never calculated."""
    if cell.kind is CellKind.NO_VALUE:
        raise CellError(ProblemCode.FORMULA_WITHOUT_VALUE)
    if cell.kind is CellKind.ERROR:
        raise CellError(ProblemCode.CELL_ERROR)
    return cell


def _last_year(issued_on: date | None) -> int:
    return (date.max.year if issued_on is None else issued_on.year + _MAX_TERM_YEARS) - 1
