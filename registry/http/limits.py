"""How often the public may ask: by address, in all, and about one person.

What guards documents' numbers, passwords and case numbers from being tried out, and the registry from being flooded
with complaints, is counted for all hosts together; how often an address looks numbers up, by each process for itself:
that protects the machine, as a proxy in front does for all.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from typing import Final

from credential import documents
from registry.http.counts import Counts, InProcess, WhereHostsShare
from registry.http.service import Service
from registry.problems import Problem, Refused

_MINUTE: Final = 60
_HOUR: Final = 3_600
_NETWORK_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class Limiter:
    """So many in so many seconds for each key; `name` tells its counts from those of others."""

    name: str
    most: int
    seconds: int
    counts: Counts = field(default_factory=InProcess)

    def admit(self, key: str, now: int) -> None:
        """Count one. Refused TOO_MANY beyond the limit."""
        if self.count(key, now) > self.most:
            raise _too_many()

    def count(self, key: str, now: int) -> int:
        """Count one; how many there were in this period, with it."""
        return self.counts.add(f"{self.name} {key}", self._ends(now))

    def require(self, key: str, now: int) -> None:
        """Refused TOO_MANY if the limit is reached; counts nothing."""
        if self.counts.get(f"{self.name} {key}", self._ends(now)) >= self.most:
            raise _too_many()

    def _ends(self, now: int) -> int:
        return (now // self.seconds + 1) * self.seconds


@dataclass(frozen=True, slots=True)
class Limits:
    """What the public may ask and send. Whoever asks by a document's number might be trying numbers out."""

    asked: Limiter
    by_document: Limiter
    by_document_in_all: Limiter
    missed: Limiter
    complained: Limiter
    complained_in_all: Limiter
    cases: Limiter

    def admit(self, address: str | None, now: int) -> None:
        """Count one query. Refused TOO_MANY."""
        self.asked.admit(network(address), now)

    def admit_document(self, address: str | None, document: str, name: str, now: int) -> None:
        """Count one query by a document's number. Refused TOO_MANY, also after too many misses about one person."""
        self.by_document.admit(network(address), now)
        self.by_document_in_all.admit("", now)
        self.missed.require(_person(document, name), now)

    def admit_complaint(self, address: str | None, now: int) -> None:
        """Count a complaint that would be kept. Refused TOO_MANY."""
        self.complained.admit(network(address), now)
        self.complained_in_all.admit("", now)

    def admit_case(self, address: str | None, now: int) -> None:
        """Count a question by a case number, which might be tried out. Refused TOO_MANY."""
        self.cases.admit(network(address), now)

    def miss(self, document: str, name: str, now: int) -> None:
        """Count a miss about the person of this name and these last four characters, which a certificate shows."""
        self.missed.count(_person(document, name), now)


def limits_of(service: Service) -> Limits:
    """The limits of a service."""
    return Limits(
        asked=Limiter("asked", 60, _MINUTE),
        by_document=shared(service, "by document", 10, _MINUTE),
        by_document_in_all=shared(service, "by document in all", 600, _MINUTE),
        missed=shared(service, "missed", 10, _HOUR),
        complained=shared(service, "complained", 5, _HOUR),
        complained_in_all=shared(service, "complained in all", 300, _HOUR),
        cases=shared(service, "cases", 20, _MINUTE),
    )


def shared(service: Service, name: str, most: int, seconds: int) -> Limiter:
    """A limit that all hosts on one database count together."""
    return Limiter(name, most, seconds, WhereHostsShare(service))


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
