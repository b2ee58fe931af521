"""The rows of a report until they are written, in a temporary database: a list of ten million does not fit memory."""

import json
import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from credential.reason import Outcome, Reason
from verifier_cli.words.columns import Cells

if TYPE_CHECKING:
    from verifier_cli.words.row import Row

_SCHEMA = """
CREATE TABLE row (number INTEGER PRIMARY KEY, outcome TEXT, reason TEXT, cells TEXT, data TEXT, same_as INTEGER);
CREATE TABLE seen (digest BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID;
CREATE TABLE issuer (code TEXT PRIMARY KEY) WITHOUT ROWID;
"""


class Kept(NamedTuple):
    """One row of the report: its number from 1, its cells by column, and the same as JSON for programs."""

    number: int
    outcome: Outcome
    cells: Cells
    data: str
    same_as: int | None
    """The number of the first row with the very same certificate, if this is not it."""


class Spool:
    """Rows in the order in which they came. The database is a nameless file that goes with the process."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")
        self.size = 0

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, row: "Row") -> None:
        """Keep one more row."""
        self.size += 1
        cells = row.cells or {}
        self._db.execute(
            "INSERT INTO row VALUES (?, ?, ?, ?, ?, ?)",
            (self.size, row.outcome, cells["reason"], json.dumps(cells), row.data, self._first(row.digest)),
        )
        if "issuer_code" in cells:
            self._db.execute("INSERT OR IGNORE INTO issuer VALUES (?)", (cells["issuer_code"],))

    def _first(self, digest: bytes | None) -> int | None:
        """The number of the row that had this certificate first."""
        if digest is None:
            return None
        self._db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (digest, self.size))
        (first,) = self._db.execute("SELECT number FROM seen WHERE digest = ?", (digest,)).fetchone()
        return None if first == self.size else int(first)

    def rows(self) -> Iterator[Kept]:
        """Every row, in order."""
        for number, outcome, cells, data, same_as in self._db.execute(
            "SELECT number, outcome, cells, data, same_as FROM row ORDER BY number"
        ):
            yield Kept(number, Outcome(outcome), json.loads(cells), data, same_as)

    def outcomes(self) -> dict[Outcome, int]:
        """How many rows of each."""
        found = dict(self._db.execute("SELECT outcome, count(*) FROM row GROUP BY outcome").fetchall())
        return {each: found.get(each.value, 0) for each in Outcome}

    def reasons(self) -> list[tuple[Reason, int]]:
        """How many rows of each reason that there is, the most frequent first."""
        query = "SELECT reason, count(*) AS many FROM row GROUP BY reason ORDER BY many DESC, reason"
        return [(Reason(reason), many) for reason, many in self._db.execute(query)]

    def repeated(self) -> int:
        """How many rows have a certificate that an earlier row has."""
        (found,) = self._db.execute("SELECT count(*) FROM row WHERE same_as IS NOT NULL").fetchone()
        return int(found)

    def issuers(self) -> list[str]:
        """The codes of all issuers named."""
        return [code for (code,) in self._db.execute("SELECT code FROM issuer ORDER BY code")]
