"""Merged ranges: which rows they spoil."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from signer.roster.header import Header
from signer.roster.sheet import Merge


class Runs:
    """Row numbers that come in ascending order, kept as runs."""

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []

    def add(self, row: int) -> None:
        """One more row."""
        if self._lasts and self._lasts[-1] == row - 1:
            self._lasts[-1] = row
        else:
            self._firsts.append(row)
            self._lasts.append(row)

    @property
    def last(self) -> int:
        """The last row; 0 if there is none."""
        return self._lasts[-1] if self._lasts else 0

    def touch(self, first: int, last: int) -> bool:
        """Whether any row is among `first` to `last`."""
        place = bisect_left(self._lasts, first)
        return place < len(self._firsts) and self._firsts[place] <= last


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A merged range that hides values: the first row and known column that it touches."""

    merge: Merge
    row: int
    place: int


def spoiling(merges: Iterable[Merge], header: Header, people: Runs) -> list[Spoilt]:
    """The ranges that join rows, or several known columns of one row, where there are people."""
    known = sorted(header.places.values())
    found = []
    for merge in merges:
        places = [place for place in known if merge.left <= place <= merge.right]
        joins = merge.bottom > merge.top or len(places) > 1
        if places and joins and people.touch(merge.top, merge.bottom):
            found.append(Spoilt(merge, max(merge.top, header.row), places[0]))
    return found


def covered(spoilt: Sequence[Spoilt], header: Header, last_row: int) -> dict[int, list[int]]:
    """Column -> for every row number up to `last_row`, how many of the ranges cover that cell."""
    steps: dict[int, list[int]] = {}
    for each in spoilt:
        for place in header.places.values():
            if each.merge.left <= place <= each.merge.right:
                column = steps.setdefault(place, [0] * (last_row + 2))
                column[each.row] += 1
                column[min(each.merge.bottom, last_row) + 1] -= 1
    return {place: list(accumulate(column)) for place, column in steps.items()}
