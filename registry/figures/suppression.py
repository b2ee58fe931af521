"""Small cells of a statistical table are left out, and so many others that nobody can work them out from the total.

Primary: a cell of fewer than K people. Secondary: the smallest of the others, until at least two are hidden and the
hidden ones together have 2 K certificates and one more for each of them. Then a hidden cell could be one of several
numbers, also for who knows this rule (tests/registry/test_suppression.py tries all small tables).
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

K: Final = 10


class Cell(NamedTuple):
    """One line of a table. `unknown` are certificates whose holders' documents are not known: each may be a person."""

    key: str
    certificates: int
    people: int
    unknown: int

    @property
    def size(self) -> int:
        """How many people it may be, at most."""
        return self.people + self.unknown


def hidden(cells: Sequence[Cell], k: int = K) -> frozenset[str]:
    """The keys of the cells that are not shown."""
    found = [cell for cell in cells if cell.size < k]
    if not found:
        return frozenset()
    others = sorted((cell for cell in cells if cell.size >= k), key=lambda cell: (cell.certificates, cell.key))
    while others and not _is_enough(found, k):
        found.append(others.pop(0))
    return frozenset(cell.key for cell in found)


def may_be_shown(cells: Sequence[Cell], k: int = K) -> bool:
    """Whether the total may be shown: it tells of what is hidden if everything is."""
    left_out = hidden(cells, k)
    return _is_enough([cell for cell in cells if cell.key in left_out], k) if left_out else True


def _is_enough(found: Sequence[Cell], k: int) -> bool:
    return len(found) > 1 and sum(cell.certificates for cell in found) >= 2 * k + len(found)
