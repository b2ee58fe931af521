"""Where it is counted how often somebody asked: in this process, or in the database that several hosts share.

The embedded database has one process, and a count there would wait for every batch that is being stored.
"""

import hmac
import threading
from dataclasses import dataclass, field
from typing import Final, Protocol

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from registry.http.service import Service
from registry.store.models import CountRow

MAX_KEYS: Final = 10_000
KEY_BYTES: Final = 16
_ADD: Final = text(
    "INSERT INTO counts (key, ends, count) VALUES (:key, :ends, 1) "
    "ON CONFLICT (key) DO UPDATE SET count = counts.count + 1 RETURNING count"
)


class Counts(Protocol):
    """Counts by a key that says who and what, each of a period that `ends`."""

    def add(self, key: str, ends: int) -> int:
        """Count one; how many there were in this period, with it."""

    def get(self, key: str, ends: int) -> int:
        """How many there were in this period."""


@dataclass(slots=True)
class InProcess:
    """Counts of this process, kept nowhere. All keys have periods that end together."""

    _ends: int = 0
    _counts: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, key: str, ends: int) -> int:
        """Count one."""
        with self._lock:
            counts = self._current(ends)
            counts[key] = counts.get(key, 0) + 1
            return counts[key]

    def get(self, key: str, ends: int) -> int:
        """How many there were."""
        with self._lock:
            return self._current(ends).get(key, 0)

    def _current(self, ends: int) -> dict[str, int]:
        if ends != self._ends or len(self._counts) > MAX_KEYS:
            self._ends, self._counts = ends, {}
        return self._counts


@dataclass(slots=True)
class Shared:
    """Counts in the database, under a hash by the key of holders' tags; gone soon after their period."""

    service: Service
    _cleared: int = 0

    def add(self, key: str, ends: int) -> int:
        """Count one."""
        found = {"key": self._tag(key, ends), "ends": ends}

        def work(session: Session) -> int:
            self._clear(session, ends)
            counted: int = session.execute(_ADD, found).scalar_one()
            return counted

        return self.service.store.write(work)

    def get(self, key: str, ends: int) -> int:
        """How many there were."""
        with self.service.store.read() as session:
            row = session.get(CountRow, self._tag(key, ends))
        return 0 if row is None else row.count

    def _tag(self, key: str, ends: int) -> bytes:
        return hmac.digest(self.service.ring.keys[0], f"count {ends} {key}".encode(), "sha256")[:KEY_BYTES]

    def _clear(self, session: Session, ends: int) -> None:
        """Once in a period, forget those before it."""
        if ends > self._cleared:
            session.execute(delete(CountRow).where(CountRow.ends < int(self.service.now())))
            self._cleared = ends


@dataclass(slots=True)
class WhereHostsShare:
    """In the database if it is one that hosts can share, else in this process."""

    service: Service
    _own: InProcess = field(default_factory=InProcess)
    _shared: Shared = field(init=False)

    def __post_init__(self) -> None:
        self._shared = Shared(self.service)

    def add(self, key: str, ends: int) -> int:
        """Count one."""
        return self._chosen().add(key, ends)

    def get(self, key: str, ends: int) -> int:
        """How many there were."""
        return self._chosen().get(key, ends)

    def _chosen(self) -> Counts:
        return self._own if self.service.store.is_embedded else self._shared
