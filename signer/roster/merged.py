"""Merged ranges: which rows they spoil."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from signer.roster.header import Header
from signer.roster.sheet import Merge


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A merged range that hides values: the first row and known column that it touches."""

    merge: Merge
    row: int
    place: int


def spoiling(merges: Iterable[Merge], header: Header, last_row: int) -> list[Spoilt]:
    """The ranges that join rows, or several known columns of one row, at or below the header."""
    known = sorted(header.places.values())
    found = []
    for merge in merges:
        places = [place for place in known if merge.left <= place <= merge.right]
        joins = merge.bottom > merge.top or len(places) > 1
        if places and joins and merge.top <= last_row and merge.bottom > header.row:
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
