"""A row as it is written into a table: no cell of it is ever taken for a formula."""

import re
from typing import Final

from verifier_cli.reports.spool import Kept
from verifier_cli.words.columns import KEYS

_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
MAX_CELL: Final = 32_767
"""Characters of a cell in a spreadsheet."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Full-width signs too: some programs take them for the others."""


def row_of(kept: Kept) -> list[str]:
    """The cells in the order of the columns."""
    whole = {**kept.cells, "number": str(kept.number), "same_as": "" if kept.same_as is None else str(kept.same_as)}
    return [whole.get(key, "")[:MAX_CELL] for key in KEYS]


def literal(cell: str) -> str:
    """The same for XLSX, in which `_x202E_` stands for a character: what only looks like that stays what it is."""
    return _ESCAPE.sub("_x005F_", cell)


def harmless(cell: str) -> str:
    """The same, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) and cell.strip("-") else cell
