"""What only shows across rows: duplicates, and one document number under two names."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Protocol, TypeVar

from credential.model import DocumentType
from signer.roster.model import Row

_SHOWN: Final = 10


class Borne(Protocol):
    """Who a row is about."""

    @property
    def row_number(self) -> int:
        """The sheet's own row number."""

    @property
    def name(self) -> str:
        """The name as it was read."""

    @property
    def document_type(self) -> DocumentType:
        """The kind of document."""

    @property
    def document_number(self) -> str:
        """The whole number: never to be shown."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a row is about that has a fault elsewhere."""

    row_number: int
    name: str
    document_type: DocumentType
    document_number: str = field(repr=False)


_B = TypeVar("_B", bound=Borne)


def of_one_document(rows: Sequence[Row], bearers: Sequence[Bearer]) -> tuple[list[Row], list[Bearer]]:
    """Those whose document another row has, too; both are gone through twice, and little is kept of them."""
    seen: set[int] = set()
    again: set[int] = set()
    for group in (rows, bearers):
        for key in map(_fingerprint, group):
            (again if key in seen else seen).add(key)
    return _among(again, rows), _among(again, bearers)


def _among(again: set[int], rows: Sequence[_B]) -> list[_B]:
    return [row for row in rows if _fingerprint(row) in again] if again else []


def _fingerprint(row: Borne) -> int:
    """The same for the same document; for another one hardly ever, and then the groups tell them apart."""
    return hash(_document(row))


def _document(row: Borne) -> tuple[DocumentType, str]:
    return row.document_type, row.document_number


def duplicates(rows: Iterable[Row]) -> dict[int, str]:
    """Row number -> the other rows that say the same of the same person, for rows that have such others."""
    return {
        row.row_number: _list(other.row_number for other in group if other is not row)
        for group in _groups(rows, _what_is_said)
        for row in group
    }


def two_levels(rows: Iterable[Row]) -> dict[int, str]:
    """Row number -> the rows that give the same person another level of the same occupation on the same date."""
    found: dict[int, str] = {}
    for group in _groups((row for row in rows if row.level is not None), _what_but_level):
        for row in group:
            others = [other.row_number for other in group if other.level != row.level]
            if others:
                found[row.row_number] = _list(others)
    return found


def name_conflicts(rows: Iterable[Borne]) -> dict[int, str]:
    """Row number -> a row for each other name that the same document has, for rows that have such others."""
    found: dict[int, str] = {}
    for group in _groups(rows, _document):
        first_of_name = {row.name: row.row_number for row in reversed(group)}
        if len(first_of_name) > 1:
            for row in group:
                others = (number for name, number in reversed(first_of_name.items()) if name != row.name)
                found[row.row_number] = _list(others)
    return found


def ranges(numbers: Iterable[int]) -> str:
    """Ascending row numbers as "5-9, 12"."""
    return ", ".join(_cut(f"{first}-{last}" if last > first else str(first) for first, last in _runs(numbers)))


def _what_is_said(row: Row) -> Hashable:
    occupation = row.occupation_edition, row.occupation_code, row.occupation_title, row.specialisation
    return _document(row), row.name, row.kind, occupation, row.level, row.post, row.honour, row.issued_on


def _what_but_level(row: Row) -> Hashable:
    return _document(row), row.occupation_edition, row.occupation_code, row.issued_on


def _groups(rows: Iterable[_B], key: Callable[[_B], Hashable]) -> list[list[_B]]:
    groups: dict[Hashable, list[_B]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return [group for group in groups.values() if len(group) > 1]


def _list(numbers: Iterable[int]) -> str:
    return ", ".join(_cut(str(number) for number in numbers))


def _cut(pieces: Iterator[str]) -> Iterator[str]:
    """The first ten pieces, and an ellipsis if there are more."""
    yield from islice(pieces, _SHOWN)
    if next(pieces, None) is not None:
        yield "…"


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = None
    for number in numbers:
        if first is None or last is None:
            first = last = number
        elif number == last + 1:
            last = number
        else:
            yield first, last
            first = last = number
    if first is not None and last is not None:
        yield first, last
