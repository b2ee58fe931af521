"""People whom a reading below the header would pass over: those above it, and those under another header."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from signer.roster import source
from signer.roster.header import Header, Names
from signer.roster.model import NoteCode
from signer.roster.others import has_number, not_a_person
from signer.roster.rows import is_blank
from signer.roster.sheet import SheetRow

_NUMBER: Final = re.compile(
    r"'?(?:[0-9]{6}(?:18|19|20)[0-9]{9}[0-9X]|[0-9]{15}|[0-9]\.[0-9]+E\+?1[4-7])(?:\.0*)?", re.ASCII
)
"""An identity card's number: of 18 characters, of 15, or as a spreadsheet spoils it."""
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
    """Whether a cell anywhere in the row has the shape of an identity card's number, and it is no example."""
    texts = (unicodedata.normalize("NFKC", cell.text).strip().upper() for cell in row.cells.values())
    return any(map(_NUMBER.fullmatch, texts)) and not_a_person(row, header, names) is not NoteCode.ROW_EXAMPLE


def is_other_header(row: SheetRow, header: Header, names: Names) -> bool:
    """Whether a row below the header is one itself, and puts a column elsewhere."""
    if has_number(row, header) or names.fitness(row) < _FEWEST_COLUMNS:
        return False
    return not names.header(row).places.items() <= header.places.items()


def _is_person(row: SheetRow, header: Header, names: Names) -> bool:
    return not is_blank(row, header) and not_a_person(row, header, names) is None
