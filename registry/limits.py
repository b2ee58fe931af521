"""How often the public may ask: by address, in all, and about one person. Counted in this process, kept nowhere."""

import threading
from dataclasses import dataclass, field
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from typing import Final

from credential import documents
from registry.problems import Problem, Refused

MAX_KEYS: Final = 10_000
_MINUTE: Final = 60
_HOUR: Final = 3_600
_NETWORK_BITS: Final = 64


@dataclass(slots=True)
class Limiter:
    """So many in so many seconds for each key."""

    most: int
    seconds: int
    _period: int = 0
    _counts: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def admit(self, key: str, now: int) -> None:
        """Count one. Refused TOO_MANY beyond the limit."""
        if self.count(key, now) > self.most:
            raise _too_many()

    def count(self, key: str, now: int) -> int:
        """Count one; how many there were in this period, with it."""
        with self._lock:
            counts = self._current(now)
            counts[key] = counts.get(key, 0) + 1
            return counts[key]

    def require(self, key: str, now: int) -> None:
        """Refused TOO_MANY if the limit is reached; counts nothing."""
        with self._lock:
            if self._current(now).get(key, 0) >= self.most:
                raise _too_many()

    def _current(self, now: int) -> dict[str, int]:
        period = now // self.seconds
        if period != self._period or len(self._counts) > MAX_KEYS:
            self._period, self._counts = period, {}
        return self._counts


@dataclass(slots=True)
class Limits:
    """The limits of the public query. Whoever asks by a document's number might be trying numbers out."""

    asked: Limiter = field(default_factory=lambda: Limiter(60, _MINUTE))
    by_document: Limiter = field(default_factory=lambda: Limiter(10, _MINUTE))
    by_document_in_all: Limiter = field(default_factory=lambda: Limiter(600, _MINUTE))
    missed: Limiter = field(default_factory=lambda: Limiter(10, _HOUR))

    def admit(self, address: str | None, now: int) -> None:
        """Count one query. Refused TOO_MANY."""
        self.asked.admit(network(address), now)

    def admit_document(self, address: str | None, document: str, name: str, now: int) -> None:
        """Count one query by a document's number. Refused TOO_MANY, also after too many misses about one person."""
        self.by_document.admit(network(address), now)
        self.by_document_in_all.admit("", now)
        self.missed.require(_person(document, name), now)

    def miss(self, document: str, name: str, now: int) -> None:
        """Count a miss about the person of this name and these last four characters, which a certificate shows."""
        self.missed.count(_person(document, name), now)


def network(address: str | None) -> str:
    """What counts as one asker: an address, or for IPv6 the network that one subscriber has."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else f"{int(found) >> (128 - _NETWORK_BITS):x}::/{_NETWORK_BITS}"
    return str(found)


def _person(document: str, name: str) -> str:
    return sha256(f"{documents.last4(document)} {name}".encode()).hexdigest()


def _too_many() -> Refused:
    return Refused(Problem.TOO_MANY, "请稍后再试 / try again later")
