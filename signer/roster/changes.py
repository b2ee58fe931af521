"""A sheet of changes: a column of certificate numbers, and beside it what is to be corrected, or the new terms' ends.

It is read as a roster is: the same files, headers in both languages, cells and messages, and every fault at once.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from credential.model import DocumentType
from signer.roster import dates, header, source, values
from signer.roster.document import Document, document
from signer.roster.failures import refused
from signer.roster.header import Column
from signer.roster.messages import TEXTS, CellError
from signer.roster.model import Problem, ProblemCode, RosterReason
from signer.roster.rows import with_value
from signer.roster.shape import cell_shape, quoted
from signer.roster.sheet import Cell, CellKind, Sheet, SheetRow, column_letters

_T = TypeVar("_T")
NUMBER: Final = "证书编号"
NUMBER_EN: Final = "certificate number"
_NUMBERS: Final = frozenset(
    ["证书编号", "证书号", "证书号码", "编号", "证书编码", "certificatenumber", "certificateno", "number"]
)
_DROPPED: Final = re.compile(r"[\s*:_\-]+|\([^()]*\)$")
CORRECTED: Final = (
    Column.NAME,
    Column.DOCUMENT_TYPE,
    Column.DOCUMENT_NUMBER,
    Column.TITLE,
    Column.SPECIALISATION,
)
RENEWED: Final = (Column.TERM_UNTIL,)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row asks for; None leaves it. An empty specialisation removes it. `until` is the term's last day."""

    row: int
    number: str
    name: str | None = None
    document: Document | None = field(default=None, repr=False)
    document_type: DocumentType | None = None
    title: str | None = None
    specialisation: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """A sheet as read: its good rows, and everything that is wrong with the others. `label` names a column."""

    path: Path
    rows: tuple[Wanted, ...]
    problems: tuple[Problem, ...]
    number_label: str


@dataclass(frozen=True, slots=True)
class _Head:
    row: int
    number: int
    places: Mapping[Column, int]
    labels: Mapping[int, str]
    unfit: tuple[int, ...]


def read(path: Path, columns: tuple[Column, ...], today: date, *, bare: bool = False) -> Changes:
    """The sheet in `path`, of which these columns may be changed. RosterError if the file cannot be read as one.

    With `bare`, a row may have its number only: what it is to become is said elsewhere.
    """
    sheets, _ = source.sheets(source.bytes_of(path), path, fitness=_fitness)
    for sheet in sheets:
        rows = list(sheet.rows)
        best = max(rows[: header.HEADER_ROWS], key=_fitness, default=None)
        if best is not None and _fitness(best):
            return _Reading(path, _head(best, columns), columns, today, sheet, bare=bare).read(rows)
    raise refused(RosterReason.NO_HEADER, path.name, f"（须有“{NUMBER}”列）", f'(It needs a column "{NUMBER_EN}".)')


def _is_number(text: str) -> bool:
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).strip().casefold()) in _NUMBERS


def _fitness(row: SheetRow) -> int:
    """How many columns a row names; 0 for one that cannot be the header of a sheet of changes."""
    if not any(_is_number(cell.text) for cell in row.cells.values()):
        return 0
    return 1 + len(
        {column for cell in row.cells.values() if (column := header.COMMON.column_of(cell.text)) is not None}
    )


def _head(row: SheetRow, columns: tuple[Column, ...]) -> _Head:
    found: dict[Column, int] = {}
    number, unfit = -1, []
    for place, cell in sorted(row.cells.items()):
        column = header.COMMON.column_of(cell.text)
        if _is_number(cell.text) and number < 0:
            number = place
        elif column in columns and column not in found:
            found[column] = place
        elif column is not None:
            unfit.append(place)
    labels = {place: f"{column_letters(place)} {quoted(cell.text)}" for place, cell in row.cells.items()}
    return _Head(row.number, number, found, labels, tuple(unfit))


class _Reading:
    def __init__(
        self, path: Path, head: _Head, columns: tuple[Column, ...], today: date, sheet: Sheet, *, bare: bool
    ) -> None:
        self._path = path
        self._head = head
        self._columns = columns
        self._today = today
        self._sheet = sheet
        self._bare = bare
        self._problems: list[Problem] = []

    def read(self, rows: list[SheetRow]) -> Changes:
        """Every row, so that all faults show at once."""
        if not self._head.places and not self._bare:
            allowed = "、".join(f"{each.value} ({header.ENGLISH[each]})" for each in self._columns)
            error = CellError(ProblemCode.COLUMN_MISSING, columns=allowed, row=self._head.row)
            self._add(self._head.row, None, None, error)
        below = [row for row in rows if row.number > self._head.row and self._is_used(row)]
        found = [wanted for row in below if (wanted := self._row(row)) is not None]
        twice = self._twice(found)
        kept = tuple(each for each in found if each.row not in twice)
        label = self._head.labels[self._head.number]
        return Changes(self._path, kept, tuple(sorted(self._problems, key=lambda each: each.row)), label)

    def _is_used(self, row: SheetRow) -> bool:
        return not row.cells.keys().isdisjoint({self._head.number, *self._head.places.values(), *self._head.unfit})

    def _row(self, row: SheetRow) -> Wanted | None:
        before = len(self._problems)
        number = self._number(row)
        kind = self._cell(row, Column.DOCUMENT_TYPE, values.document_type)
        made = Wanted(
            row.number,
            number or "",
            name=self._cell(row, Column.NAME, lambda cell: values.name(cell).text),
            document_type=kind,
            document=self._cell(row, Column.DOCUMENT_NUMBER, lambda cell: document(cell, kind, self._today)),
            title=self._cell(row, Column.TITLE, values.occupation_text),
            specialisation=self._cell(row, Column.SPECIALISATION, lambda cell: values.specialisation(cell) or ""),
            until=self._cell(row, Column.TERM_UNTIL, lambda cell: dates.day(cell, self._sheet.date1904)),
        )
        self._refuse_unfit(row)
        if not self._bare and len(self._problems) == before and row.cells.keys().isdisjoint(self._head.places.values()):
            self._add(row.number, None, None, CellError(ProblemCode.NOTHING_TO_CHANGE))
        return made if len(self._problems) == before else None

    def _number(self, row: SheetRow) -> str | None:
        cell = row.cells.get(self._head.number)
        if cell is None:
            self._add(row.number, self._head.number, None, CellError(ProblemCode.VALUE_MISSING))
            return None
        if cell.kind is not CellKind.TEXT:
            self._add(row.number, self._head.number, cell, CellError(ProblemCode.NOT_TEXT))
            return None
        return unicodedata.normalize("NFKC", cell.text).strip().upper()

    def _cell(self, row: SheetRow, column: Column, parse: Callable[[Cell], _T]) -> _T | None:
        place = self._head.places.get(column)
        cell = None if place is None else row.cells.get(place)
        if cell is None:
            return None
        try:
            return parse(with_value(cell))
        except CellError as error:
            self._add(row.number, place, cell, error)
            return None

    def _refuse_unfit(self, row: SheetRow) -> None:
        for place in self._head.unfit:
            if place in row.cells:
                allowed = "、".join(each.value for each in self._columns)
                self._add(row.number, place, row.cells[place], CellError(ProblemCode.NOT_CHANGED, allowed=allowed))

    def _twice(self, found: list[Wanted]) -> frozenset[int]:
        rows: dict[str, list[int]] = defaultdict(list)
        for each in found:
            rows[each.number].append(each.row)
        spoilt = {row: same for same in rows.values() if len(same) > 1 for row in same}
        for row, same in spoilt.items():
            others = "、".join(str(other) for other in same if other != row)
            self._add(row, self._head.number, None, CellError(ProblemCode.NUMBER_TWICE, others=others))
        return frozenset(spoilt)

    def _add(self, row: int, place: int | None, cell: Cell | None, error: CellError) -> None:
        text = TEXTS[error.code].filled(error.details)
        label = "" if place is None else self._head.labels[place]
        shape = cell_shape(cell) if cell is not None else ""
        said = (text.why_zh, text.why_en, text.fix_zh, text.fix_en)
        self._problems.append(Problem(self._path.name, row, label, shape, *said, error.code))
