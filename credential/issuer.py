"""An institution as a trust list has it: which certificates it may sign, since when, with which keys."""

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeVar

from credential import cbor, cose
from credential.model import Day, IssuerCode, IssuerKind, IssuerState, KeyState, Seconds
from credential.published import (
    array,
    text,
    uint,
)

_When = TypeVar("_When", Day, Seconds)
_What = TypeVar("_What")
NO_LEVEL: Final = 0
"""The highest level of a scope that covers no level certificates (special abilities, honours, posts only)."""


class OccupationReference(NamedTuple):
    """An occupation by edition and code. Edition 0 is the region's own list: local occupations, and honours by name."""

    edition: int
    code: str


class Scope(NamedTuple):
    """An occupation that an issuer may certify up to `highest` (1 is the highest level), on these days, inclusive."""

    occupation: OccupationReference
    highest: int
    first: Day
    last: Day | None

    def covers_day(self, day: Day) -> bool:
        """Whether `day` lies in this scope's range of dates."""
        return self.first <= day and (self.last is None or day <= self.last)

    def covers_level(self, level: int) -> bool:
        """Whether a certificate of `level` lies in this scope: never higher, which is never a smaller digit."""
        return self.highest != NO_LEVEL and level >= self.highest


class Site(NamedTuple):
    """A branch or site whose code the issuer's numbers may begin with, on these days, inclusive."""

    code: IssuerCode
    first: Day
    last: Day | None

    def covers_day(self, day: Day) -> bool:
        """Whether `day` lies in this site's range of dates."""
        return self.first <= day and (self.last is None or day <= self.last)


class Survivors(NamedTuple):
    """The file of digests of a compromised key's certificates that stand: its SHA-256 and how many it holds."""

    sha256: bytes
    size: int


class CertificateKey(NamedTuple):
    """A key that signs certificates: its states since when, and what became of it if it was compromised."""

    public: bytes
    states: tuple[tuple[Seconds, KeyState], ...]
    survivors: Survivors | None = None

    @property
    def kid(self) -> bytes:
        """What a signature by this key hints at it with."""
        return cose.kid(self.public)

    @property
    def compromised_since(self) -> Seconds | None:
        """Since when the key was in other hands; this state is absorbing."""
        return self.states[-1][0] if self.survivors is not None else None

    def state_at(self, instant: Seconds) -> KeyState | None:
        """The state at `instant` as if nothing had been stolen; None before the first."""
        history = self.states[:-1] if self.survivors is not None else self.states
        return _last(history, instant)


class Issuer(NamedTuple):
    """One institution as the list has it. Every history is in order of time."""

    code: IssuerCode
    names: tuple[tuple[Day, str], ...]
    kind: IssuerKind
    states: tuple[tuple[Day, IssuerState], ...]
    scopes: tuple[Scope, ...] = ()
    sites: tuple[Site, ...] = ()
    keys: tuple[CertificateKey, ...] = ()

    @property
    def filed_on(self) -> Day:
        """The day of its first state."""
        return self.states[0][0]

    def name_on(self, day: Day) -> str:
        """The name filed on `day`; before the first, the first."""
        return _last(self.names, day) or self.names[0][1]

    def state_on(self, day: Day) -> IssuerState | None:
        """The state on `day`; None before the first filing."""
        return _last(self.states, day)

    def sites_on(self, day: Day) -> frozenset[IssuerCode]:
        """The codes of its sites on `day`."""
        return frozenset(site.code for site in self.sites if site.covers_day(day))

    @property
    def is_void(self) -> bool:
        """Whether the filing was declared void: then nothing that it ever issued stands."""
        return self.states[-1][1] is IssuerState.VOID

    def keys_of(self, kid: bytes) -> tuple[CertificateKey, ...]:
        """The keys that `kid` hints at; more than one is possible, if unlikely."""
        return tuple(key for key in self.keys if key.kid == kid)


def _last(history: Sequence[tuple[_When, _What]], when: _When) -> _What | None:
    """What the last entry at or before `when` says; None before the first."""
    for since, what in reversed(history):
        if since <= when:
            return what
    return None


def decode_occupation_reference(value: cbor.Value) -> OccupationReference:
    """[edition, code]."""
    edition, code = array(value, 2)
    return OccupationReference(uint(edition, 9999), text(code, 96))
