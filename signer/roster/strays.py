"""People whom a reading below the header would pass over: those above it, and those under another header."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from credential.model import DocumentType
from signer.roster import source
from signer.roster.header import Column, Header, Names
from signer.roster.messages import CellError
from signer.roster.model import NoteCode
from signer.roster.others import has_number, not_a_person
from signer.roster.rows import is_blank
from signer.roster.sheet import Cell, SheetRow
from signer.roster.values import document_type

_NUMBER: Final = re.compile(
    r"'?(?:[0-9]{6}(?:18|19|20)[0-9]{9}[0-9X]|[0-9]{15}|[0-9]\.[0-9]+E\+?1[4-7])(?:\.0*)?", re.ASCII
)
"""An identity card's number: of 18 characters, of 15, or as a spreadsheet spoils it."""
_OTHER_NUMBER: Final = re.compile(r"[A-Z]{0,3}[0-9]{4,12}", re.ASCII)
_PASSPORT: Final = re.compile(r"[A-Z]{1,2}[0-9]{7,8}", re.ASCII)
_FEWEST_VALUES: Final = 3
"""So many known columns filled in, a name and a passport's number among them, are a person."""
_FEWEST_COLUMNS: Final = 3
"""So many columns named in one row are a header, whatever else it holds."""


def above(table: source.Table, names: Names) -> Iterator[SheetRow]:
    """The rows above the header that look like people: they hold a document number, or stand below another header."""
    earlier: Header | None = None
    upper: SheetRow | None = None
    for row in table.above:
        whole = row if upper is None or upper.number + 1 < row.number else source.joined(upper, row, names)
        if names.fitness(row) or (upper is not None and names.fitness(whole) > names.fitness(upper)):
            earlier, upper = names.header(whole if names.fitness(whole) > names.fitness(row) else row), row
            continue
        upper = None
        if looks_numbered(row, table.header, names) or (earlier is not None and _is_person(row, earlier, names)):
            yield row


def looks_numbered(row: SheetRow, header: Header, names: Names) -> bool:
    """Whether the row holds the number of somebody's document, and is no example.

    A cell anywhere has the shape of an identity card's number, or one names another document and one has a number; or
    a name and a passport's number stand where this header has them.
    """
    texts = [_plain(cell.text) for cell in row.cells.values()]
    found = any(map(_NUMBER.fullmatch, texts)) or _has_typed(row, texts) or _has_passport(row, header)
    return found and not_a_person(row, header, names) is not NoteCode.ROW_EXAMPLE


def _has_typed(row: SheetRow, texts: Sequence[str]) -> bool:
    return any(map(_OTHER_NUMBER.fullmatch, texts)) and any(map(_names_document, row.cells.values()))


def _names_document(cell: Cell) -> bool:
    try:
        return document_type(cell) is not DocumentType.OTHER
    except CellError:
        return False


def _has_passport(row: SheetRow, header: Header) -> bool:
    known = {column: row.cells[place] for column, place in header.places.items() if place in row.cells}
    number, kind = known.get(Column.DOCUMENT_NUMBER), known.get(Column.DOCUMENT_TYPE)
    if number is None or Column.NAME not in known or len(known) < _FEWEST_VALUES:
        return False
    return _PASSPORT.fullmatch(_plain(number.text)) is not None and (kind is None or _names_document(kind))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().upper()


def is_other_header(row: SheetRow, header: Header, names: Names) -> bool:
    """Whether a row below the header is one itself, and puts a column elsewhere."""
    if has_number(row, header) or names.fitness(row) < _FEWEST_COLUMNS:
        return False
    return not names.header(row).places.items() <= header.places.items()


def _is_person(row: SheetRow, header: Header, names: Names) -> bool:
    return not is_blank(row, header) and not_a_person(row, header, names) is None
