"""A roster's rows, small in memory: some eighty bytes each. What rows have in common is kept once.

Of each row its own texts are kept in one piece with the others', and a row is made of them when it is asked for.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any, Final, NamedTuple, overload

from signer.roster.model import Row

_OWN: Final = ("name", "document_last4", "document_number")
"""Texts that differ from row to row; a field that is not among them is expected to repeat itself."""
_COMMON: Final = tuple(each.name for each in fields(Row) if each.name not in ("row_number", *_OWN))
_BETWEEN: Final = "\n"
"""No text of a row has it."""


class Parts(NamedTuple):
    """A row taken apart: what is its own, and a row that is the same in all else."""

    row_number: int
    name: str
    document_last4: str
    document_number: str
    like: Row

    def __repr__(self) -> str:
        """Nothing of the person."""
        return f"Parts({self.row_number})"


class Rows(Sequence[Row]):
    """Rows in ascending order of their numbers."""

    __slots__ = ("_ends", "_kinds", "_like", "_likes", "_numbers", "_text")

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._numbers = array("I")
        self._text = bytearray()
        self._ends = array("Q", [0])
        self._like = array("I")
        self._likes: list[Row] = []
        self._kinds: dict[tuple[Any, ...], int] = {}
        for row in rows:
            self.append(row)

    def append(self, row: Row) -> None:
        """One more row, whose number is higher than all before. ValueError for a text with a line break."""
        own = _BETWEEN.join([getattr(row, name) for name in _OWN])
        if own.count(_BETWEEN) >= len(_OWN):
            raise ValueError("a text with a line break")
        like = self._kinds.setdefault(tuple([getattr(row, name) for name in _COMMON]), len(self._likes))
        if like == len(self._likes):
            self._likes.append(replace(row, name="", document_last4="", document_number=""))
        self._like.append(like)
        self._numbers.append(row.row_number)
        self._text += own.encode()
        self._ends.append(len(self._text))

    def at(self, row_number: int) -> Row | None:
        """The row of this number in its sheet."""
        place = bisect_left(self._numbers, row_number)
        found = place < len(self._numbers) and self._numbers[place] == row_number
        return self[place] if found else None

    def parts(self) -> Iterator[Parts]:
        """Each row taken apart, in order: making a whole row of it takes longer than most need."""
        text, likes, start = self._text, self._likes, 0
        for number, end, like in zip(self._numbers, self._ends[1:], self._like, strict=True):
            name, last4, document = text[start:end].decode().split(_BETWEEN)
            yield Parts(number, name, last4, document, likes[like])
            start = end

    def _parts(self, place: int) -> Parts:
        text = self._text[self._ends[place] : self._ends[place + 1]].decode()
        name, last4, document = text.split(_BETWEEN)
        return Parts(self._numbers[place], name, last4, document, self._likes[self._like[place]])

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._numbers)

    def __iter__(self) -> Iterator[Row]:
        """Each row, in order."""
        return map(_whole, self.parts())

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        """The row or rows at these places, from 0."""
        found = range(len(self._numbers))[place]
        if isinstance(found, int):
            return _whole(self._parts(found))
        return [_whole(self._parts(each)) for each in found]


def packed(rows: Sequence[Row]) -> Rows:
    """The rows, packed if they are not."""
    return rows if isinstance(rows, Rows) else Rows(rows)


def _whole(parts: Parts) -> Row:
    return replace(
        parts.like,
        row_number=parts.row_number,
        name=parts.name,
        document_last4=parts.document_last4,
        document_number=parts.document_number,
    )
