"""A region's trust list: which institution may sign what, since when, with which keys.

The list itself is an index: an occupation dictionary, and for each bin of issuers its first code and its SHA-256. A bin
holds its issuers in columns. A verifier needs, hashes and decodes only the bins of the issuers that it meets.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import islice, pairwise
from typing import Any, Final, NamedTuple, TypeVar, cast

from credential import cbor, cose, ed25519, numbers
from credential.digest import sha256
from credential.errors import ObjectError
from credential.model import MAX_DAY, Day, IssuerCode, IssuerKind, IssuerState, KeyState, Seconds
from credential.published import (
    HEAD,
    Head,
    ObjectType,
    array,
    decode_head,
    malformed,
    mapping,
    octets,
    reading,
    require,
    text,
    texts,
    transposed,
    uint,
    uints,
)
from credential.reason import SyncReason
from credential.text import refused_character

TYP: Final = "application/yinxin-trust+cose"
ISSUERS_A_BIN: Final = 40
NO_LEVEL: Final = 0
"""The highest level of a scope that covers no level certificates (special abilities, honours, posts only)."""
_OCCUPATIONS: Final = 10
_BINS: Final = 11


_Code = TypeVar("_Code", bound=IntEnum)
_When = TypeVar("_When", Day, Seconds)
_What = TypeVar("_What")


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


class BinReference(NamedTuple):
    """A bin by the first issuer code that belongs in it, and the SHA-256 of its bytes."""

    first: IssuerCode
    sha256: bytes


class TrustList(NamedTuple):
    """The signed index."""

    head: Head
    occupations: tuple[OccupationReference, ...]
    bins: tuple[BinReference, ...]

    def encode(self) -> bytes:
        """The payload to be signed."""
        return cbor.encode(
            {
                **self.head.encode(),
                _OCCUPATIONS: [[each.edition, each.code] for each in self.occupations],
                _BINS: [[each.first, each.sha256] for each in self.bins],
            }
        )

    def bin_of(self, code: IssuerCode) -> BinReference | None:
        """The bin that holds `code` if any does."""
        place = bisect_right(self.bins, code, key=lambda each: each.first)
        return self.bins[place - 1] if place else None


class Issuers:
    """The issuers of one trust list. Bins are decoded when first met; what was decoded is kept."""

    __slots__ = ("_decoded", "bins", "trust_list")

    def __init__(self, trust_list: TrustList, bins: Mapping[bytes, bytes]) -> None:
        self.trust_list: Final = trust_list
        self.bins: Final = bins
        self._decoded: dict[bytes, dict[IssuerCode, Issuer]] = {}

    def get(self, code: IssuerCode) -> Issuer | None:
        """The issuer, or None if the list has none of this code. ObjectError if its bin is missing or malformed."""
        reference = self.trust_list.bin_of(code)
        return None if reference is None else self._bin(reference).get(code)

    def __iter__(self) -> Iterator[Issuer]:
        """Every issuer, in order of code; needs every bin."""
        for reference in self.trust_list.bins:
            yield from self._bin(reference).values()

    def _bin(self, reference: BinReference) -> dict[IssuerCode, Issuer]:
        if reference.sha256 not in self._decoded:
            data = self.bins.get(reference.sha256)
            if data is None:
                raise ObjectError(SyncReason.MIX_AND_MATCH, f"the bin from {reference.first} on is not held")
            self._decoded[reference.sha256] = decode_bin(data, self.trust_list.occupations)
        return self._decoded[reference.sha256]


def decode(data: bytes) -> tuple[TrustList, cose.Sign]:
    """The trust list in `data`, signatures not yet verified. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED."""
    with reading(ObjectType.TRUST_LIST, data):
        message = cose.decode_sign(data, TYP)
        claims = mapping(cbor.decode(message.payload), HEAD | {_OCCUPATIONS, _BINS})
        bins = tuple(_bin_reference(each) for each in array(claims[_BINS]))
        _require_ascending([each.first for each in bins])
        editions, codes = transposed(array(claims[_OCCUPATIONS]), 2)
        occupations = tuple(map(OccupationReference, uints(editions, 9999), texts(codes, 96)))
        return TrustList(decode_head(claims), occupations, bins), message


def build(head: Head, issuers: Iterable[Issuer], a_bin: int = ISSUERS_A_BIN) -> tuple[TrustList, tuple[bytes, ...]]:
    """The index and the bins, of at most `a_bin` each, that list `issuers`, which have distinct codes."""
    ordered = sorted(issuers, key=lambda each: each.code)
    occupations = tuple(sorted({scope.occupation for issuer in ordered for scope in issuer.scopes}))
    places = {occupation: place for place, occupation in enumerate(occupations)}
    references: list[BinReference] = []
    bins: list[bytes] = []
    for start in range(0, len(ordered), a_bin):
        group = ordered[start : start + a_bin]
        data = encode_bin(group, places)
        bins.append(data)
        references.append(BinReference(group[0].code, sha256(data)))
    return TrustList(head, occupations, tuple(references)), tuple(bins)


def encode_bin(issuers: Sequence[Issuer], places: Mapping[OccupationReference, int]) -> bytes:
    """A bin: eight columns, one entry an issuer, in order of code."""
    columns: tuple[list[cbor.Value], ...] = (
        [each.code for each in issuers],
        [[[day, name] for day, name in each.names] for each in issuers],
        [int(each.kind) for each in issuers],
        [[[day, int(state)] for day, state in each.states] for each in issuers],
        [[[places[s.occupation], s.highest, s.first, s.last] for s in each.scopes] for each in issuers],
        [[[s.code, s.first, s.last] for s in each.sites] for each in issuers],
        [[_encode_key_states(key) for key in each.keys] for each in issuers],
        [[key.public for key in each.keys] for each in issuers],
    )
    return cbor.encode([cbor.encode(column) for column in columns])


def decode_bin(data: bytes, occupations: Sequence[OccupationReference]) -> dict[IssuerCode, Issuer]:
    """The issuers of a bin by code. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED."""
    with reading(ObjectType.BIN, data):
        columns = [array(cbor.decode(octets(each))) for each in array(cbor.decode(data), 8)]
        require(len({len(column) for column in columns}) == 1, "columns of different lengths")
        codes, names, kinds, states, scopes, sites, key_states, keys = columns
        issuers = map(
            Issuer,
            map(_code, codes),
            map(_names, names),
            (_member(IssuerKind, each) for each in kinds),
            map(_states, states),
            _scopes(scopes, occupations),
            (tuple(_site(each) for each in array(own)) for own in sites),
            map(_keys, keys, key_states),
        )
        found = {each.code: each for each in issuers}
        _require_ascending([*found])
        require(len(found) == len(codes), "one issuer twice")
        return found


def _names(entries: cbor.Value) -> tuple[tuple[Day, str], ...]:
    return _history((_day(day), _name(name)) for day, name in _pairs(entries))


def _states(entries: cbor.Value) -> tuple[tuple[Day, IssuerState], ...]:
    states = _history((_day(day), _member(IssuerState, state)) for day, state in _pairs(entries))
    require(all(state is not IssuerState.VOID for _, state in states[:-1]), "a state after void")
    return states


def _history(entries: Iterable[tuple[Day, _What]]) -> tuple[tuple[Day, _What], ...]:
    found = tuple(entries)
    require(bool(found), "an issuer without a name or a state")
    _require_ascending([day for day, _ in found])
    return found


def _name(value: cbor.Value) -> str:
    name = text(value)
    require(refused_character(name) is None, "a name with a character that must not be shown")
    return name


def _scopes(column: Sequence[cbor.Value], occupations: Sequence[OccupationReference]) -> list[tuple[Scope, ...]]:
    """The scopes of each issuer. A bin consists of them for the most part: they are looked at together."""
    owned = [array(own) for own in column]
    places, highest, first, last = transposed([entry for own in owned for entry in own], 4)
    scopes = map(
        Scope,
        map(occupations.__getitem__, uints(places, len(occupations) - 1)),
        uints(highest, 5),
        cast("Sequence[Day]", uints(first, MAX_DAY)),
        _ends(last),
    )
    return [tuple(islice(scopes, len(own))) for own in owned]


def _ends(column: Sequence[cbor.Value]) -> Sequence[Day | None]:
    uints([end for end in column if end is not None], MAX_DAY)
    return cast("Sequence[Day | None]", column)


def _site(value: cbor.Value) -> Site:
    code, first, last = array(value, 3)
    return Site(_code(code), _day(first), None if last is None else _day(last))


def _keys(publics: cbor.Value, histories: cbor.Value) -> tuple[CertificateKey, ...]:
    require(len(array(publics)) == len(array(histories)), "keys without states")
    keys = tuple(map(_key, array(publics), array(histories)))
    require(len({key.public for key in keys}) == len(keys), "one key twice")
    return keys


def _key(public: cbor.Value, history: cbor.Value) -> CertificateKey:
    key = octets(public, ed25519.KEY_BYTES)
    require(ed25519.is_valid_key(key), "a key is not a point of prime order")
    *earlier, last = array(history) or [None]
    states = [_key_state(each) for each in earlier]
    survivors = None
    match last:
        case [since, 3, digest, count]:
            states.append((Seconds(uint(since)), KeyState.COMPROMISED))
            survivors = Survivors(octets(digest, 32), uint(count))
        case _:
            states.append(_key_state(last))
    honest = states[:-1] if survivors else states
    _require_ascending([instant for instant, _ in honest])
    return CertificateKey(key, tuple(states), survivors)


def _key_state(value: cbor.Value) -> tuple[Seconds, KeyState]:
    instant, state = array(value, 2)
    require(uint(state) != KeyState.COMPROMISED, "a compromise without survivors")
    return Seconds(uint(instant)), _member(KeyState, state)


def _encode_key_states(key: CertificateKey) -> cbor.Value:
    entries: list[cbor.Value] = [[instant, int(state)] for instant, state in key.states]
    if key.survivors is not None:
        entries[-1] = [*array(entries[-1]), key.survivors.sha256, key.survivors.size]
    return entries


def decode_occupation_reference(value: cbor.Value) -> OccupationReference:
    """[edition, code]."""
    edition, code = array(value, 2)
    return OccupationReference(uint(edition, 9999), text(code, 96))


def _bin_reference(value: cbor.Value) -> BinReference:
    first, digest = array(value, 2)
    return BinReference(_code(first), octets(digest, 32))


def _code(value: cbor.Value) -> IssuerCode:
    code = numbers.parse_issuer_code(text(value))
    if code is None:
        raise malformed("not an issuer code")
    return code


def _day(value: cbor.Value) -> Day:
    return Day(uint(value, MAX_DAY))


def _pairs(value: cbor.Value) -> list[list[cbor.Value]]:
    return [array(each, 2) for each in array(value)]


_MEMBERS: Final[Mapping[type[IntEnum], Mapping[int, Any]]] = {
    codes: {member.value: member for member in codes} for codes in (IssuerKind, IssuerState, KeyState)
}


def _member(codes: type[_Code], value: cbor.Value) -> _Code:
    members: Mapping[int, _Code] = _MEMBERS[codes]
    member = members.get(uint(value))
    if member is None:
        raise malformed(f"not a {codes.__name__}")
    return member


def _last(history: Sequence[tuple[_When, _What]], when: _When) -> _What | None:
    """What the last entry at or before `when` says; None before the first."""
    for since, what in reversed(history):
        if since <= when:
            return what
    return None


_Ordered = TypeVar("_Ordered", str, int)


def _require_ascending(values: Sequence[_Ordered]) -> None:
    require(len(values) < 2 or all(a < b for a, b in pairwise(values)), "not in ascending order")
