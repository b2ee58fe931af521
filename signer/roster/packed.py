"""A roster's rows, small in memory: a hundred bytes each. What rows have in common is kept once.

Of each row its own texts are kept in one piece with the others', and a row is made of them when it is asked for.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any, Final, overload

from signer.roster.model import Row

_NUMBER: Final = "row_number"
_OWN: Final = tuple(each.name for each in fields(Row) if each.name in {"name", "document_last4", "document_number"})
"""Texts that differ from row to row; a field that is not among them is expected to repeat itself."""
_COMMON: Final = tuple(each.name for each in fields(Row) if each.name not in (_NUMBER, *_OWN))
_ORDER: Final = tuple(_COMMON.index(each.name) if each.name in _COMMON else -1 for each in fields(Row))


class Rows(Sequence[Row]):
    """Rows in ascending order of their numbers."""

    __slots__ = ("_common", "_ends", "_kinds", "_numbers", "_places", "_text")

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._numbers = array("I")
        self._places = array("I")
        self._text = bytearray()
        self._ends = array("Q", [0])
        self._common: list[tuple[Any, ...]] = []
        self._kinds: dict[tuple[object, ...], int] = {}
        for row in rows:
            self.append(row)

    def append(self, row: Row) -> None:
        """One more row, whose number is higher than all before."""
        common = tuple(getattr(row, name) for name in _COMMON)
        place = self._kinds.setdefault(common, len(self._common))
        if place == len(self._common):
            self._common.append(common)
        self._places.append(place)
        self._numbers.append(row.row_number)
        for name in _OWN:
            self._text += getattr(row, name).encode()
            self._ends.append(len(self._text))

    def at(self, row_number: int) -> Row | None:
        """The row of this number in its sheet."""
        place = bisect_left(self._numbers, row_number)
        found = place < len(self._numbers) and self._numbers[place] == row_number
        return self._row(place) if found else None

    def _row(self, place: int) -> Row:
        first = place * len(_OWN)
        ends, text = self._ends, self._text
        own = iter([text[ends[n] : ends[n + 1]].decode() for n in range(first, first + len(_OWN))])
        common = self._common[self._places[place]]
        values: list[Any] = [common[n] if n >= 0 else next(own) for n in _ORDER[1:]]
        return Row(self._numbers[place], *values)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._numbers)

    def __iter__(self) -> Iterator[Row]:
        """Each row, in order."""
        return map(self._row, range(len(self._numbers)))

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        """The row or rows at these places, from 0."""
        found = range(len(self._numbers))[place]
        return self._row(found) if isinstance(found, int) else [self._row(each) for each in found]
