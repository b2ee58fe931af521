"""A sheet as rows of raw cells, whatever file it came from. Nothing here has been judged yet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto, unique
from typing import Final, NamedTuple

MAX_FILE_BYTES: Final = 64 << 20
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 200
MAX_CELL_CHARACTERS: Final = 2_000
"""Longer cells are cut here; no text of a certificate comes near it."""


@unique
class CellKind(Enum):
    """What a cell holds."""

    TEXT = auto()
    NUMBER = auto()
    BOOLEAN = auto()
    ERROR = auto()
    NO_VALUE = auto()
    """A formula that was never calculated."""


class Cell(NamedTuple):
    """One cell that is not blank. `text` is as the file writes it: a number keeps the digits that the file has."""

    kind: CellKind
    text: str
    formula: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row with at least one cell; `number` counts from 1 as the sheet does, columns count from 0."""

    number: int
    cells: dict[int, Cell]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range: first and last row (from 1), first and last column (from 0)."""

    top: int
    bottom: int
    left: int
    right: int

    def __str__(self) -> str:
        """As the sheet writes it, "B2:B5"."""
        return f"{column_letters(self.left)}{self.top}:{column_letters(self.right)}{self.bottom}"


@dataclass(slots=True)
class Sheet:
    """One sheet. `rows` can be read once; `merges` is complete only when it has been read to its end."""

    name: str
    rows: Iterator[SheetRow]
    date1904: bool = False
    separated: bool = False
    """From a text file, where a stray separator moves every later cell."""
    merges: list[Merge] = field(default_factory=list)
    share: Callable[[], float] = field(default=lambda: 0.0, repr=False)
    """How much of the sheet has been read, from 0 to 1: for progress only."""


def column_letters(index: int) -> str:
    """The letters of a column that counts from 0: A, ..., Z, AA, ..."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
