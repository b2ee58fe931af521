"""One byte about a document number: it tells two people apart who look alike, and gives nobody's number away.

A salted hash of a whole number could be tried out, because there are so few numbers; a byte of it fits every 256th.
"""

import sqlite3
from hashlib import blake2b
from typing import Final

SCHEMA: Final = """
CREATE TABLE salt (value BLOB NOT NULL CHECK (length(value) = 32));
INSERT INTO salt VALUES (randomblob(32));
ALTER TABLE certificate ADD COLUMN document_check INTEGER CHECK (document_check BETWEEN 0 AND 255);
"""
"""A version of the ledger: what was signed before has no such byte."""


class Checks:
    """What an open ledger keeps of document numbers; in another ledger the same number has another byte."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        (self._salt,) = connection.execute("SELECT value FROM salt").fetchone()

    def of(self, number: str | None) -> int | None:
        """The byte for a document number, None for none."""
        return None if number is None else blake2b(number.encode(), digest_size=1, key=self._salt).digest()[0]
