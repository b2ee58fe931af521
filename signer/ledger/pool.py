"""What the registry granted and no certificate has yet: indices and serials, in the ledger, used in the order granted.

A request is written down before it is sent, and its answer before anything is numbered. So a command that was killed
asks again with the same id, and takes the very same indices and serials from here. What a batch was given and did not
use is there for the next one: a killed run leaves no gap.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from credential.model import Entry, Seconds

SCHEMA: Final = """
CREATE TABLE reservation (
    id INTEGER PRIMARY KEY,
    request_id BLOB NOT NULL UNIQUE CHECK (length(request_id) = 16),
    indices INTEGER NOT NULL CHECK (indices >= 0),
    asked_at INTEGER NOT NULL,
    uri_base TEXT
);
CREATE TABLE wanted_serial (
    reservation INTEGER NOT NULL REFERENCES reservation (id),
    year INTEGER NOT NULL,
    digit INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (reservation, year, digit)
);
CREATE TABLE index_run (
    reservation INTEGER NOT NULL REFERENCES reservation (id),
    list INTEGER NOT NULL,
    first INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    used INTEGER NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND count),
    PRIMARY KEY (list, first)
);
CREATE TABLE serial_run (
    id INTEGER PRIMARY KEY,
    reservation INTEGER NOT NULL REFERENCES reservation (id),
    year INTEGER NOT NULL,
    digit INTEGER NOT NULL,
    first INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    used INTEGER NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND count),
    given_up TEXT,
    given_up_at INTEGER,
    UNIQUE (year, digit, first)
);
INSERT INTO reservation (request_id, indices, asked_at, uri_base)
    SELECT indices_id, wanted, started_at, uri_base FROM batch WHERE signed_at IS NULL ORDER BY id;
INSERT INTO index_run (reservation, list, first, count)
    SELECT reservation.id, run.list, run.first, run.count FROM run
    JOIN batch ON batch.id = run.batch JOIN reservation ON reservation.request_id = batch.indices_id;
DROP TABLE run;
CREATE TABLE batch_of_now (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('sign', 'correct', 'renew')),
    subject BLOB NOT NULL CHECK (length(subject) = 32),
    wanted INTEGER NOT NULL CHECK (wanted > 0),
    started_at INTEGER NOT NULL,
    signed_at INTEGER
);
INSERT INTO batch_of_now SELECT id, kind, subject, wanted, started_at, signed_at FROM batch;
DROP TABLE batch;
ALTER TABLE batch_of_now RENAME TO batch;
CREATE INDEX batch_subject ON batch (kind, subject);
"""
"""A version of the ledger: reservations are their own, and what a batch under way was given stays to be used."""

Place = tuple[int, int]
"""A year of two digits, and a level digit."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many indices, and so many serials of each place."""

    indices: int
    serials: Mapping[Place, int]

    def __bool__(self) -> bool:
        """Whether it is anything at all."""
        return self.indices > 0 or any(self.serials.values())


@dataclass(frozen=True, slots=True)
class Run:
    """Indices that the registry granted: `count` of them from `first` on, in one list."""

    list: int
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class SerialRun:
    """Serials that the registry granted: `count` of them from `first` on, of one year and level digit."""

    year: int
    digit: int
    first: int
    count: int

    @property
    def place(self) -> Place:
        """Year and level digit."""
        return self.year, self.digit


@dataclass(frozen=True, slots=True)
class Reservation:
    """One request for indices and serials."""

    id: int
    request_id: bytes
    wanted: Wanted


class Pool:
    """The tables above, in an open ledger. Whoever changes something holds its transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def ask(self, wanted: Wanted, now: Seconds, new_id: bytes) -> Reservation:
        """The request for exactly this that waits for its answer, or else a new one with the id `new_id`."""
        found = next((each for each in self.pending() if each.wanted == wanted), None)
        if found is not None:
            return found
        cursor = self._db.execute(
            "INSERT INTO reservation (request_id, indices, asked_at) VALUES (?, ?, ?)", (new_id, wanted.indices, now)
        )
        self._db.executemany(
            "INSERT INTO wanted_serial (reservation, year, digit, count) VALUES (?, ?, ?, ?)",
            [(cursor.lastrowid, *place, count) for place, count in sorted(wanted.serials.items())],
        )
        return Reservation(int(cursor.lastrowid or 0), new_id, wanted)

    def pending(self) -> list[Reservation]:
        """The requests without an answer, the oldest first."""
        rows = self._db.execute("SELECT id, request_id, indices FROM reservation WHERE uri_base IS NULL ORDER BY id")
        return [Reservation(each, id_, Wanted(count, self._wanted(each))) for each, id_, count in rows.fetchall()]

    def _wanted(self, reservation: int) -> dict[Place, int]:
        query = "SELECT year, digit, count FROM wanted_serial WHERE reservation = ? ORDER BY year, digit"
        return {(year, digit): count for year, digit, count in self._db.execute(query, (reservation,))}

    def grant(self, asked: Reservation, runs: Sequence[Run], serials: Sequence[SerialRun], uri_base: str) -> None:
        """Record the answer. Serials that a certificate here has already are left out: they are used."""
        self._db.execute("UPDATE reservation SET uri_base = ? WHERE id = ?", (uri_base, asked.id))
        self._db.executemany(
            "INSERT INTO index_run (reservation, list, first, count) VALUES (?, ?, ?, ?)",
            [(asked.id, run.list, run.first, run.count) for run in runs],
        )
        self._db.executemany(
            "INSERT INTO serial_run (reservation, year, digit, first, count) VALUES (?, ?, ?, ?, ?)",
            [(asked.id, *run.place, run.first, run.count) for each in serials for run in self._free(each)],
        )

    def _free(self, run: SerialRun) -> Iterator[SerialRun]:
        """What of a run no certificate here has."""
        used = self._db.execute(
            "SELECT serial FROM certificate WHERE year = ? AND digit = ? AND serial BETWEEN ? AND ? ORDER BY serial",
            (*run.place, run.first, run.first + run.count - 1),
        )
        first = run.first
        for taken in [*(serial for (serial,) in used.fetchall()), run.first + run.count]:
            if taken > first:
                yield SerialRun(*run.place, first, taken - first)
            first = taken + 1

    def runs(self) -> list[Run]:
        """The indices that nothing uses, in the order granted."""
        rows = self._db.execute(
            "SELECT list, first + used, count - used FROM index_run"
            " WHERE used < count ORDER BY reservation, list, first"
        )
        return [Run(*row) for row in rows]

    def serials(self) -> list[SerialRun]:
        """The serials that nothing uses and that were not given up, in the order granted."""
        rows = self._db.execute(
            "SELECT year, digit, first + used, count - used FROM serial_run"
            " WHERE used < count AND given_up IS NULL ORDER BY id"
        )
        return [SerialRun(*row) for row in rows]

    def missing(self, wanted: Wanted) -> Wanted:
        """What of it is not here."""
        here: Counter[Place] = Counter()
        for run in self.serials():
            here[run.place] += run.count
        short = {place: count - here[place] for place, count in wanted.serials.items() if count > here[place]}
        return Wanted(max(0, wanted.indices - sum(run.count for run in self.runs())), short)

    def take_indices(self, count: int) -> Iterator[Entry]:
        """The next indices, which are used from now on. ValueError if there are not so many."""
        taken = []
        for run in self.runs():
            part = min(run.count, count)
            if part == 0:
                break
            self._db.execute(
                "UPDATE index_run SET used = used + ? WHERE list = ? AND first + used = ? AND used < count",
                (part, run.list, run.first),
            )
            taken.append(Run(run.list, run.first, part))
            count -= part
        if count:
            raise ValueError("not so many indices are reserved")
        return (Entry(run.list, index) for run in taken for index in range(run.first, run.first + run.count))

    def take_serials(self, wanted: Mapping[Place, int]) -> dict[Place, Iterator[int]]:
        """The next serials of each place, which are used from now on. ValueError if there are not so many."""
        return {place: self._take_serials(place, count) for place, count in wanted.items()}

    def _take_serials(self, place: Place, count: int) -> Iterator[int]:
        taken = []
        for run in (each for each in self.serials() if each.place == place):
            part = min(run.count, count)
            if part == 0:
                break
            self._db.execute(
                "UPDATE serial_run SET used = used + ? WHERE year = ? AND digit = ? AND first + used = ?"
                " AND used < count",
                (part, *place, run.first),
            )
            taken.append(range(run.first, run.first + part))
            count -= part
        if count:
            raise ValueError("not so many serials are reserved")
        return chain.from_iterable(taken)

    def give_up(self, places: Iterable[Place], why: str, now: Seconds) -> list[SerialRun]:
        """Declare the unused serials of these places unused for good. Returns them."""
        chosen = set(places)
        given = [run for run in self.serials() if run.place in chosen]
        for run in given:
            self._db.execute(
                "UPDATE serial_run SET given_up = ?, given_up_at = ? WHERE year = ? AND digit = ? AND first + used = ?"
                " AND used < count",
                (why, now, *run.place, run.first),
            )
        return given

    def given_up(self) -> list[tuple[SerialRun, str, Seconds]]:
        """The serials that were given up, why and when."""
        rows = self._db.execute(
            "SELECT year, digit, first + used, count - used, given_up, given_up_at FROM serial_run"
            " WHERE given_up IS NOT NULL ORDER BY year, digit, first"
        )
        return [(SerialRun(*row[:4]), row[4], Seconds(row[5])) for row in rows]
