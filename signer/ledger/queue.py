"""The ledger's queue: changes of status that were decided here, and whether another person must approve them.

A change is written down before it is asked for, so it can wait for a network, or for a second person; its request keeps
its id, so that the registry does it once.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

from credential.model import Entry, Seconds, Status
from credential.request import ChangeReason, ChangeStatus, StatusChange

SCHEMA: Final = """
ALTER TABLE change ADD COLUMN status INTEGER;
ALTER TABLE change ADD COLUMN reason INTEGER;
ALTER TABLE change ADD COLUMN tried_at INTEGER;
ALTER TABLE change ADD COLUMN refused TEXT;
CREATE TABLE changed (
    change INTEGER NOT NULL REFERENCES change (id) ON DELETE CASCADE,
    certificate INTEGER NOT NULL REFERENCES certificate (id),
    PRIMARY KEY (change, certificate)
) WITHOUT ROWID;
CREATE INDEX changed_certificate ON changed (certificate);
CREATE TABLE approval (
    request_id BLOB PRIMARY KEY CHECK (length(request_id) = 16),
    asked_at INTEGER NOT NULL,
    data BLOB
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One request for changes of status that waits. `refused` is the registry's last word on it, if it said no.

    `tried_at` is set while nobody knows whether it reached the registry.
    """

    id: int
    request_id: bytes
    status: Status
    reason: ChangeReason
    since: Seconds
    tried_at: Seconds | None
    refused: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """What one request is to change: its subject, by which it is known again, and the certificates' ledger ids."""

    subject: bytes
    certificates: tuple[int, ...]


_WAITING: Final = (
    "SELECT id, request_id, status, reason, started_at, tried_at, refused FROM change"
    " WHERE done_at IS NULL AND status IS NOT NULL"
)


class Queue:
    """The queue of an open ledger."""

    def __init__(self, connection: sqlite3.Connection, writing: Callable[[], AbstractContextManager[None]]) -> None:
        self._db = connection
        self._writing = writing

    def add(
        self,
        parts: Sequence[Part],
        status: Status,
        reason: ChangeReason,
        now: Seconds,
        new_id: Callable[[], bytes],
        *,
        held: bool,
    ) -> None:
        """Write these changes down, all or none; `held` until a second person approves.

        A part that waits already, from a version that kept no more than its id, goes on waiting under that id.
        """
        with self._writing():
            for part in parts:
                change, request_id = self._adopted(part.subject) or self._inserted(part.subject, now, new_id())
                self._db.execute("UPDATE change SET status = ?, reason = ? WHERE id = ?", (status, reason, change))
                self._db.executemany(
                    "INSERT INTO changed (change, certificate) VALUES (?, ?)",
                    [(change, each) for each in part.certificates],
                )
                if held:
                    self._db.execute("INSERT INTO approval (request_id, asked_at) VALUES (?, ?)", (request_id, now))

    def _adopted(self, subject: bytes) -> tuple[int, bytes] | None:
        """A request of this subject that an older version left without an answer: it keeps its id."""
        where = "SELECT id, request_id FROM change WHERE subject = ? AND done_at IS NULL AND status IS NULL"
        row: tuple[int, bytes] | None = self._db.execute(where, (subject,)).fetchone()
        return row

    def _inserted(self, subject: bytes, now: Seconds, new_id: bytes) -> tuple[int, bytes]:
        cursor = self._db.execute(
            "INSERT INTO change (subject, request_id, started_at) VALUES (?, ?, ?)", (subject, new_id, now)
        )
        return int(cursor.lastrowid or 0), new_id

    def waiting(self) -> list[Change]:
        """All that waits, in the order in which it was decided."""
        return [_change(row) for row in self._db.execute(_WAITING + " ORDER BY id")]

    def certificates(self, change: Change) -> list[int]:
        """The ledger ids of what a change is about, in order of their entries."""
        rows = self._db.execute(
            "SELECT certificate FROM changed JOIN certificate ON certificate.id = certificate"
            " WHERE change = ? ORDER BY list, idx",
            (change.id,),
        )
        return [number for (number,) in rows]

    def content(self, change: Change) -> ChangeStatus:
        """What is asked."""
        rows = self._db.execute(
            "SELECT list, idx FROM changed JOIN certificate ON certificate.id = certificate"
            " WHERE change = ? ORDER BY list, idx",
            (change.id,),
        )
        return ChangeStatus(tuple(StatusChange(Entry(*row), change.status, change.reason) for row in rows))

    def pending(self) -> dict[int, Status]:
        """What each certificate is to become by what waits, by its ledger id: the last word counts."""
        rows = self._db.execute(
            "SELECT certificate, status FROM changed JOIN change ON change.id = change"
            " WHERE done_at IS NULL AND status IS NOT NULL ORDER BY change.id"
        )
        return {certificate: Status(status) for certificate, status in rows}

    def trying(self, change: Change, now: Seconds) -> None:
        """Note that it is about to be sent."""
        with self._writing():
            self._db.execute("UPDATE change SET tried_at = ?, refused = NULL WHERE id = ?", (now, change.id))

    def refused(self, change: Change, why: str) -> None:
        """Note that the registry said no: nothing was changed."""
        with self._writing():
            self._db.execute("UPDATE change SET tried_at = NULL, refused = ? WHERE id = ?", (why, change.id))

    def done(self, change: Change, when: str, state: str) -> None:
        """Note the registry's answer, and the state that the certificates now have."""
        with self._writing():
            self._db.execute("UPDATE change SET done_at = ?, tried_at = NULL WHERE id = ?", (when, change.id))
            self._db.execute(
                "UPDATE certificate SET state = ? WHERE id IN (SELECT certificate FROM changed WHERE change = ?)",
                (state, change.id),
            )
            self._db.execute("DELETE FROM approval WHERE request_id = ?", (change.request_id,))

    def discard(self, change: Change) -> None:
        """Take back what was never done."""
        with self._writing():
            self._db.execute("DELETE FROM change WHERE id = ?", (change.id,))
            self._db.execute("DELETE FROM approval WHERE request_id = ?", (change.request_id,))

    # A second person

    def hold(self, requests: Sequence[bytes], now: Seconds) -> None:
        """Note that these requests are not sent without a second person's approval; one that came is kept."""
        with self._writing():
            self._db.executemany(
                "INSERT OR IGNORE INTO approval (request_id, asked_at) VALUES (?, ?)",
                [(each, now) for each in requests],
            )

    def await_approval(self, requests: Sequence[bytes], now: Seconds) -> None:
        """As `hold`, but an approval that the registry did not accept is dropped."""
        with self._writing():
            self._db.executemany(
                "INSERT INTO approval (request_id, asked_at) VALUES (?, ?)"
                " ON CONFLICT (request_id) DO UPDATE SET data = NULL",
                [(each, now) for each in requests],
            )

    def approved(self, request: bytes, data: bytes) -> bool:
        """Keep an approval; False if nothing waits for it here."""
        with self._writing():
            kept = self._db.execute("UPDATE approval SET data = ? WHERE request_id = ?", (data, request))
        return kept.rowcount == 1

    def approval(self, request: bytes) -> bytes | None:
        """The approval of a request, if there is one."""
        row = self._db.execute("SELECT data FROM approval WHERE request_id = ?", (request,)).fetchone()
        return None if row is None else row[0]

    def unapproved(self) -> frozenset[bytes]:
        """The ids of the requests that wait for a second person."""
        return frozenset(row[0] for row in self._db.execute("SELECT request_id FROM approval WHERE data IS NULL"))


def _change(row: tuple[int, bytes, int, int, int, int | None, str | None]) -> Change:
    number, request_id, status, reason, since, tried_at, refused = row
    tried = None if tried_at is None else Seconds(tried_at)
    return Change(number, request_id, Status(status), ChangeReason(reason), Seconds(since), tried, refused)
