"""Rows that a program gives, value by value: read by the same rules as a sheet's."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from signer.roster.catalogue import built_in
from signer.roster.header import Column, Header
from signer.roster.model import Roster, Row
from signer.roster.reader import read_rows
from signer.roster.rows import Context, read_row
from signer.roster.sheet import MAX_CELL_CHARACTERS, Cell, CellKind, SheetRow

FIELDS: Final[Mapping[str, Column]] = {column.name.lower(): column for column in Column}
"""The values of a row by name; findings call them by it."""
_HEADER: Final = Header(
    row=0,
    places={column: place for place, column in enumerate(FIELDS.values())},
    labels=dict(enumerate(FIELDS)),
    repeated={},
    ignored=(),
)

Values = Mapping[str, str]
"""Texts by the names of `FIELDS`; what is blank or not there is an empty cell."""


def roster_of(rows: Iterable[tuple[int, Values]], today: date) -> Roster:
    """The roster of these rows, each with its number."""
    return read_rows(_HEADER, (_sheet_row(number, values) for number, values in rows), today=today)


def row_of(number: int, values: Values, today: date) -> Row | None:
    """One row, whatever others say; None if anything is wrong with it."""
    return read_row(_sheet_row(number, values), Context(_HEADER, built_in(), today, date1904=False)).row


def _sheet_row(number: int, values: Values) -> SheetRow:
    cells = {
        _HEADER.places[FIELDS[name]]: Cell(CellKind.TEXT, text[: MAX_CELL_CHARACTERS + 1])
        for name, text in values.items()
        if text.strip()
    }
    return SheetRow(number, cells)
