"""The ledger: a journal in SQLite of everything that was asked for, numbered, signed and registered.

Each step is one transaction, written before the step's effect leaves this machine. So a command that was killed
anywhere continues where it stopped: the ids of its requests, its numbers, indices and bytes are already here.

So are the holders' document numbers, but no longer than until the registry has registered the certificate.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Any, Final

from credential.model import Entry, Seconds
from signer import files
from signer.ledger import versions
from signer.ledger.checks import Checks
from signer.ledger.model import Batch, Certificate, Referred, Signed, Skipped, State, Submission
from signer.ledger.pool import Pool
from signer.ledger.queue import Queue
from signer.portions import Paged, portions

_BATCH: Final = "SELECT id, kind, subject, wanted, signed_at FROM batch"


_CERTIFICATE: Final = "SELECT id, batch, position, row, number, list, idx, data, replaces, state, png FROM certificate"


_STANDING: Final = (
    "SELECT newest.id, newest.batch, newest.position, newest.row, newest.number, newest.list, newest.idx, newest.data,"
    " newest.replaces, newest.state, newest.png FROM certificate AS asked"
    " JOIN certificate AS newest ON newest.id = (SELECT max(id) FROM certificate WHERE number = asked.number)"
    " WHERE asked.batch = ? AND asked.position >= ? AND asked.position < ?"
    " AND newest.state NOT IN ('revoked', 'superseded')"
)


_SUBMISSION: Final = "SELECT id, batch, first, count, request_id, registered_at, salt, receipt FROM submission"


class Ledger:
    """The open ledger. One process at a time writes: the home's lock sees to it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._checks = Checks(connection)
        self.pool = Pool(connection)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all of it or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # Batches

    def begin(self, kind: str, subject: bytes, wanted: int, now: Seconds) -> Batch:
        """The batch of this subject that waits to be signed, or else a new one."""
        where = " WHERE kind = ? AND subject = ? AND wanted = ? AND signed_at IS NULL"
        found = self._batches(where + " ORDER BY id DESC LIMIT 1", kind, subject, wanted)
        if found:
            return found[0]
        with self.writing():
            cursor = self._db.execute(
                "INSERT INTO batch (kind, subject, wanted, started_at) VALUES (?, ?, ?, ?)",
                (kind, subject, wanted, now),
            )
        return self._batches(" WHERE id = ?", cursor.lastrowid)[0]

    def signed_batch(self, kind: str, subject: bytes) -> Batch | None:
        """The newest batch of this subject that is signed."""
        where = " WHERE kind = ? AND subject = ? AND signed_at IS NOT NULL ORDER BY id DESC LIMIT 1"
        found = self._batches(where, kind, subject)
        return found[0] if found else None

    def signed_batches(self) -> dict[int, Batch]:
        """All batches that are signed, by their id."""
        return {batch.id: batch for batch in self._batches(" WHERE signed_at IS NOT NULL ORDER BY id")}

    def batch(self, number: int) -> Batch:
        """The batch of this id."""
        return self._batches(" WHERE id = ?", number)[0]

    def sign(self, batch: Batch, now: Seconds, make: Callable[[], Iterable[Signed]]) -> None:
        """Number, sign and record a whole batch in one transaction; `make` may take from the pool.

        What `make` yields is written portion by portion, so that no batch is too large for the memory.
        """
        with self.writing():
            position = 0
            for part in portions(make()):
                self._record(batch, position, part)
                position += len(part)
            self._db.execute("UPDATE batch SET signed_at = ? WHERE id = ?", (now, batch.id))

    def _record(self, batch: Batch, position: int, part: Sequence[Signed]) -> None:
        (last,) = self._db.execute("SELECT coalesce(max(id), 0) FROM certificate").fetchone()
        self._db.executemany(
            "INSERT INTO certificate (id, batch, position, row, year, digit, serial, number, list, idx, data, facts,"
            " replaces, document_check, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'signed')",
            [
                (last + place, *_row(batch.id, position + place - 1, each), self._checks.of(each.document))
                for place, each in enumerate(part, 1)
            ],
        )
        self._db.executemany(
            "INSERT INTO document (certificate, number) VALUES (?, ?)",
            [(last + place, each.document) for place, each in enumerate(part, 1) if each.document is not None],
        )
        self._db.executemany(
            "INSERT INTO reference (name, batch, certificate) VALUES (?, ?, ?)",
            [
                (each.reference.name, each.reference.batch, last + place)
                for place, each in enumerate(part, 1)
                if each.reference is not None
            ],
        )

    def note_skipped(self, subject: bytes, skipped: Sequence[Skipped]) -> None:
        """Record which rows of a roster are left out, in place of what was recorded of it before."""
        with self.writing():
            self._db.execute("DELETE FROM skipped WHERE subject = ?", (subject,))
            self._db.executemany(
                "INSERT INTO skipped (subject, place, row, field, code, why_zh, why_en) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(subject, place, *astuple(each)) for place, each in enumerate(skipped)],
            )

    def skipped(self, subject: bytes) -> list[Skipped]:
        """The rows of a roster that were left out when it was signed."""
        query = "SELECT row, field, code, why_zh, why_en FROM skipped WHERE subject = ? ORDER BY place"
        return [Skipped(*row) for row in self._db.execute(query, (subject,))]

    # Certificates

    def certificates(self, batch: Batch) -> Paged[Certificate]:
        """A batch's certificates, in the roster's order."""
        return Paged(batch.wanted, lambda first, end: self.portion(batch, first, end))

    def portion(self, batch: Batch, first: int, end: int) -> list[Certificate]:
        """A batch's certificates from the position `first` up to `end`."""
        where = " WHERE batch = ? AND position >= ? AND position < ? ORDER BY position"
        return self._certificates(where, batch.id, first, end)

    def standing(self, batch: Batch, *, corrected: bool) -> Paged[Certificate]:
        """Of each number of a batch the newest certificate, where that stands, in the roster's order.

        Unless `corrected`, only those of the batch itself: without what replaced them in another.
        """
        asked = _STANDING + ("" if corrected else " AND newest.id = asked.id") + " ORDER BY asked.position"
        return Paged(
            batch.wanted,
            lambda first, end: list(map(_certificate, self._db.execute(asked, (batch.id, first, end)))),
        )

    def newest(self, number: str) -> Certificate | None:
        """The newest certificate of this number."""
        found = self._certificates(" WHERE number = ? ORDER BY id DESC LIMIT 1", number)
        return found[0] if found else None

    def with_facts(self, facts: bytes, document: str | None = None) -> Certificate | None:
        """A certificate that says the same, of the same person as far as is known here, and was not taken back."""
        where = (
            " WHERE facts = ? AND state NOT IN ('revoked', 'superseded')"
            " AND (? IS NULL OR document_check IS NULL OR document_check = ?) ORDER BY id DESC LIMIT 1"
        )
        check = self._checks.of(document)
        found = self._certificates(where, facts, check, check)
        return found[0] if found else None

    def referred(self, name: str) -> Referred | None:
        """What a caller's reference stands for."""
        found = self._db.execute(
            "SELECT certificate.facts, certificate.number FROM reference"
            " JOIN certificate ON reference.certificate = certificate.id WHERE reference.name = ?",
            (name,),
        ).fetchone()
        newest = None if found is None else self.newest(found[1])
        return None if newest is None else Referred(found[0], newest)

    def references(self, batch: str) -> list[str]:
        """The references that were signed in a caller's batch, in the order of their certificates."""
        rows = self._db.execute("SELECT name FROM reference WHERE batch = ? ORDER BY certificate", (batch,))
        return [name for (name,) in rows]

    def batches_of(self, reference: str) -> list[Batch]:
        """The batches in which anything was signed under a caller's reference for the batch, oldest first."""
        return self._batches(
            " WHERE id IN (SELECT certificate.batch FROM reference JOIN certificate"
            " ON reference.certificate = certificate.id WHERE reference.batch = ?) ORDER BY id",
            reference,
        )

    def by_id(self, number: int) -> Certificate:
        """The certificate of this id."""
        return self._certificates(" WHERE id = ?", number)[0]

    def all_certificates(self) -> Iterator[tuple[Certificate, str | None]]:
        """Every certificate, oldest first, each with the registry's time of its registration."""
        rows = self._db.execute(
            "SELECT certificate.id, certificate.batch, position, row, number, list, idx, data, replaces, state, png,"
            " registered_at FROM certificate LEFT JOIN submission ON submission.batch = certificate.batch"
            " AND position >= first AND position < first + count ORDER BY certificate.id"
        )
        for *row, registered_at in rows:
            yield _certificate(row), registered_at

    def drawn(self, pictures: Sequence[tuple[int, bytes]]) -> None:
        """Record (certificate id, SHA-256 of the picture) of pictures that were read back."""
        with self.writing():
            self._db.executemany(
                "UPDATE certificate SET png = ? WHERE id = ?", [(sha, number) for number, sha in pictures]
            )

    def print_serials(self, certificates: Sequence[int], *, anew: bool) -> list[int]:
        """The print serial of each of these certificates' last print; a new one for each that has none, or `anew`."""
        with self.writing():
            return [(None if anew else self._print_serial(each)) or self._new_print(each) for each in certificates]

    def _print_serial(self, certificate: int) -> int | None:
        where = "SELECT max(serial) FROM print WHERE certificate = ?"
        (serial,) = self._db.execute(where, (certificate,)).fetchone()
        return None if serial is None else int(serial)

    def _new_print(self, certificate: int) -> int:
        self._db.execute("INSERT INTO print (certificate) VALUES (?)", (certificate,))
        (serial,) = self._db.execute("SELECT last_insert_rowid()").fetchone()
        return int(serial)

    # Registration

    def submissions(
        self, batch: Batch, most: int, new_id: Callable[[], bytes], new_salt: Callable[[], bytes]
    ) -> list[Submission]:
        """The requests that register a batch, of at most `most` certificates each; ids and salts are chosen once."""
        if not self._submissions(batch):
            with self.writing():
                self._db.executemany(
                    "INSERT INTO submission (batch, first, count, request_id, salt) VALUES (?, ?, ?, ?, ?)",
                    [
                        (batch.id, first, min(most, batch.wanted - first), new_id(), new_salt())
                        for first in range(0, batch.wanted, most)
                    ],
                )
        return self._submissions(batch)

    def documents(self, submission: Submission) -> list[str | None]:
        """The document numbers of a request's certificates, in order; None where it is not known."""
        rows = self._db.execute(
            "SELECT document.number FROM certificate LEFT JOIN document ON certificate.id = document.certificate"
            " WHERE batch = ? AND position >= ? AND position < ? ORDER BY position",
            (submission.batch, submission.first, submission.first + submission.count),
        )
        return [number for (number,) in rows]

    def registered(self, submission: Submission, when: str, receipt: bytes | None = None) -> None:
        """Record that the registry registered these, and forget their holders' document numbers.

        What they replace is superseded by the same act.
        """
        span = (submission.batch, submission.first, submission.first + submission.count)
        with self.writing():
            self._db.execute(
                "UPDATE submission SET registered_at = ?, salt = NULL, receipt = ? WHERE id = ?",
                (when, receipt, submission.id),
            )
            self._db.execute(
                "DELETE FROM document WHERE certificate IN"
                " (SELECT id FROM certificate WHERE batch = ? AND position >= ? AND position < ?)",
                span,
            )
            self._db.execute(
                "UPDATE certificate SET state = 'registered'"
                " WHERE batch = ? AND position >= ? AND position < ? AND state = 'signed'",
                span,
            )
            self._db.execute(
                "UPDATE certificate SET state = 'superseded' WHERE id IN"
                " (SELECT replaces FROM certificate WHERE batch = ? AND position >= ? AND position < ?)",
                span,
            )
            self._db.execute("DELETE FROM approval WHERE request_id = ?", (submission.request_id,))
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def keep_evidence(self, subject: bytes, digest: bytes, files: int, size: int) -> None:
        """Record the digest over the evidence of what is, or will be, signed of this subject."""
        with self.writing():
            self._db.execute("INSERT OR REPLACE INTO evidence VALUES (?, ?, ?, ?)", (subject, digest, files, size))

    def evidence(self, subject: bytes) -> bytes | None:
        """The digest over the evidence of this subject, if any was given."""
        row = self._db.execute("SELECT digest FROM evidence WHERE subject = ?", (subject,)).fetchone()
        return None if row is None else bytes(row[0])

    def is_being_registered(self, batch: Batch) -> bool:
        """Whether a request to register it may have been sent, or was shown to a second person."""
        where = "SELECT 1 FROM submission WHERE batch = ? AND (sent OR request_id IN (SELECT request_id FROM approval))"
        return self._db.execute(where, (batch.id,)).fetchone() is not None

    def sending(self, submission: Submission) -> None:
        """Record that this request is about to be sent: from here on it asks for the same whenever it is sent."""
        with self.writing():
            self._db.execute("UPDATE submission SET sent = 1 WHERE id = ?", (submission.id,))

    def submissions_of(self, batch: Batch) -> list[Submission]:
        """The requests that registered a batch, or are to; none before the first attempt."""
        return self._submissions(batch)

    def submission_of(self, request_id: bytes) -> Submission | None:
        """The registration request of this id."""
        row = self._db.execute(_SUBMISSION + " WHERE request_id = ?", (request_id,)).fetchone()
        return None if row is None else Submission(*row)

    def unregistered(self) -> list[Batch]:
        """Batches that are signed and not wholly registered."""
        return self._batches(" WHERE id IN (SELECT batch FROM certificate WHERE state = 'signed') ORDER BY id")

    @property
    def queue(self) -> Queue:
        """The changes of status that wait, and what waits for a second person."""
        return Queue(self._db, self.writing)

    def _batches(self, where: str, *values: object) -> list[Batch]:
        return [Batch(*row) for row in self._db.execute(_BATCH + where, values)]

    def _submissions(self, batch: Batch) -> list[Submission]:
        rows = self._db.execute(_SUBMISSION + " WHERE batch = ? ORDER BY first", (batch.id,))
        return [Submission(*row) for row in rows]

    def _certificates(self, where: str, *values: object) -> list[Certificate]:
        return list(map(_certificate, self._db.execute(_CERTIFICATE + where, values)))


def _certificate(row: Sequence[Any]) -> Certificate:
    number, batch, position, line, name, listed, index, data, replaces, state, png = row
    entry = Entry(listed, index)
    return Certificate(number, batch, position, line, name, entry, data, replaces, State(state), png)


def _row(batch: int, position: int, each: Signed) -> tuple[object, ...]:
    serial = (each.serial.year, each.serial.digit, each.serial.serial) if each.serial else (None, None, None)
    place = (each.entry.list, each.entry.idx)
    return (batch, position, each.row, *serial, each.number, *place, each.data, each.facts, each.replaces)


@contextmanager
def opened(path: Path) -> Iterator[Ledger]:
    """The ledger at `path`, made if there is none, private to its owner, safe through a power cut."""
    if not path.exists():
        path.touch(files.PRIVATE_FILE)
    files.require_private(path)
    with closing(sqlite3.connect(path, isolation_level=None, timeout=5.0)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        versions.migrate(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        yield Ledger(connection)
