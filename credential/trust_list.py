"""A region's trust list: which institution may sign what, since when, with which keys.

The list itself is an index: an occupation dictionary, and for each bin of issuers its first code and its SHA-256. A bin
holds its issuers in columns. A verifier needs, hashes and decodes only the bins of the issuers that it meets.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import accumulate, chain, islice, pairwise
from typing import Any, Final, NamedTuple, TypeVar

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
_CODES: Final = 0
_CODE_LENGTH: Final = 13
_KEY_STATES: Final = 6


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


def following(held: Issuers, listed: TrustList) -> list[BinReference]:
    """The bins of `listed` in which an issuer may be who belongs in a bin that is held, of the list before it."""
    before = held.trust_list.bins
    spans = [(each.first, end) for each, end in zip(before, _ends_of(before), strict=True) if each.sha256 in held.bins]
    return [
        each
        for each, end in zip(listed.bins, _ends_of(listed.bins), strict=True)
        if any(each.first < last and first < end for first, last in spans)
    ]


def _ends_of(bins: Sequence[BinReference]) -> list[str]:
    """Where each bin ends: at the next one's first code, the last one after every code."""
    return [*(each.first for each in bins[1:]), "["][: len(bins)]


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


def build(
    head: Head, issuers: Iterable[Issuer], a_bin: int = ISSUERS_A_BIN, before: TrustList | None = None
) -> tuple[TrustList, tuple[bytes, ...]]:
    """The index and the bins, of about `a_bin` each, that list `issuers`, which have distinct codes.

    Bins begin where those of `before` do, and its dictionary only grows: what did not change stays byte for byte.
    """
    ordered = sorted(issuers, key=lambda each: each.code)
    occupations = _dictionary(ordered, before)
    places = {occupation: place for place, occupation in enumerate(occupations)}
    references: list[BinReference] = []
    bins: list[bytes] = []
    for first, group in _groups(ordered, a_bin, before):
        data = encode_bin(group, places)
        bins.append(data)
        references.append(BinReference(first, sha256(data)))
    return TrustList(head, occupations, tuple(references)), tuple(bins)


def _dictionary(issuers: Sequence[Issuer], before: TrustList | None) -> tuple[OccupationReference, ...]:
    known = before.occupations if before else ()
    used = {scope.occupation for issuer in issuers for scope in issuer.scopes}
    return (*known, *sorted(used - set(known)))


def _groups(
    ordered: Sequence[Issuer], a_bin: int, before: TrustList | None
) -> Iterator[tuple[IssuerCode, Sequence[Issuer]]]:
    """Each bin's first code and issuers. A bin of `before` that has grown by half is split."""
    firsts = [each.first for each in before.bins][1:] if before else []
    starts = [0, *(bisect_left(ordered, first, key=lambda each: each.code) for first in firsts), len(ordered)]
    for place, (start, end) in enumerate(pairwise(starts)):
        size = a_bin if before is None or end - start > a_bin * 3 // 2 else end - start
        for chunk in range(start, end, size or 1):
            own = before.bins[place].first if before and before.bins and chunk == start else ordered[chunk].code
            yield min(own, ordered[chunk].code), ordered[chunk : min(chunk + size, end)]


def encode_bin(issuers: Sequence[Issuer], places: Mapping[OccupationReference, int]) -> bytes:
    """A bin: seven columns, one entry an issuer, in order of code, and all their keys. Scopes are put in order."""
    columns: tuple[list[cbor.Value], ...] = (
        _encode_codes([each.code for each in issuers]),
        [[[day - each.filed_on, name] for day, name in each.names] for each in issuers],
        [int(each.kind) for each in issuers],
        [[[day, int(state)] for day, state in each.states] for each in issuers],
        [_encode_scopes(each, places) for each in issuers],
        [[[s.code, s.first, s.last] for s in each.sites] for each in issuers],
        [[_encode_key_states(key) for key in each.keys] for each in issuers],
    )
    keys = b"".join(key.public for each in issuers for key in each.keys)
    return cbor.encode([*(cbor.encode(column) for column in columns), keys])


def _encode_codes(codes: Sequence[str]) -> list[cbor.Value]:
    """The first code, and of each other what comes after the characters that it shares with the one before it."""
    return [*codes[:1], *(code[_shared(before, code) :] for before, code in pairwise(codes))]


def _shared(before: str, code: str) -> int:
    """How many characters two codes begin with alike."""
    return next((place for place, pair in enumerate(zip(before, code, strict=True)) if pair[0] != pair[1]), 0)


def _encode_scopes(issuer: Issuer, places: Mapping[OccupationReference, int]) -> list[cbor.Value]:
    """Scopes of one level and one range of dates together, their occupations as steps from place to place."""
    alike: dict[tuple[int, Day, Day | None], list[int]] = {}
    for scope in issuer.scopes:
        alike.setdefault((scope.highest, scope.first, scope.last), []).append(places[scope.occupation])
    return [
        [highest, first - issuer.filed_on, None if last is None else last - first, _steps(alike[highest, first, last])]
        for highest, first, last in sorted(alike, key=lambda each: (each[0], each[1], each[2] is None, each[2] or 0))
    ]


def _steps(places: Iterable[int]) -> list[cbor.Value]:
    return [place - before for before, place in pairwise((0, *sorted(places)))]


def decode_bin(data: bytes, occupations: Sequence[OccupationReference]) -> dict[IssuerCode, Issuer]:
    """The issuers of a bin by code. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED."""
    with reading(ObjectType.BIN, data):
        *packed, keys = (octets(each) for each in array(cbor.decode(data), 8))
        columns = [array(cbor.decode(each)) for each in packed]
        require(len({len(column) for column in columns}) == 1, "columns of different lengths")
        codes, names, kinds, states, scopes, sites, key_states = columns
        histories = [_states(each) for each in states]
        filed = [history[0][0] for history in histories]
        issuers = map(
            Issuer,
            _codes(codes),
            map(_names, names, filed),
            (_member(IssuerKind, each) for each in kinds),
            histories,
            _scopes(scopes, filed, occupations),
            (tuple(_site(each) for each in array(own)) for own in sites),
            map(_keys, _cut(keys, key_states), key_states),
        )
        found = {each.code: each for each in issuers}
        _require_ascending([*found])
        require(len(found) == len(codes), "one issuer twice")
        return found


def survivors_in(data: bytes) -> Iterator[tuple[IssuerCode, Survivors]]:
    """The files of survivors that a bin names, by issuer, its keys not yet looked at. ObjectError OBJECT_MALFORMED."""
    with reading(ObjectType.BIN, data):
        columns = array(cbor.decode(data), 8)
        codes, histories = (array(cbor.decode(octets(columns[place]))) for place in (_CODES, _KEY_STATES))
        for code, keys in zip(_codes(codes), histories, strict=False):
            for last in (array(history)[-1:] for history in array(keys)):
                match last:
                    case [[_, 3, digest, count]]:
                        yield code, Survivors(octets(digest, 32), uint(count))


def _codes(entries: Iterable[cbor.Value]) -> Iterator[IssuerCode]:
    """Each entry is the end of a code; its beginning is that of the code before it."""
    before = ""
    for each in entries:
        end = text(each, _CODE_LENGTH)
        before = _code(before[: _CODE_LENGTH - len(end)] + end)
        yield before


def _cut(keys: bytes, histories: Iterable[cbor.Value]) -> Iterator[Sequence[bytes]]:
    """The keys of each issuer, as many as it has histories of keys."""
    counts = [len(array(each)) for each in histories]
    require(len(keys) == sum(counts) * ed25519.KEY_BYTES, "not as many keys as histories")
    every = (keys[start : start + ed25519.KEY_BYTES] for start in range(0, len(keys), ed25519.KEY_BYTES))
    return (tuple(islice(every, count)) for count in counts)


def _names(entries: cbor.Value, filed_on: Day) -> tuple[tuple[Day, str], ...]:
    return _history((_day_after(filed_on, days), _name(name)) for days, name in _pairs(entries))


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


def _scopes(
    column: Sequence[cbor.Value], filed: Sequence[Day], occupations: Sequence[OccupationReference]
) -> list[tuple[Scope, ...]]:
    """The scopes of each issuer. A bin consists of them for the most part: they are looked at together."""
    owned = [array(own) for own in column]
    highest, days, lengths, steps = transposed([entry for own in owned for entry in own], 4)
    since = (filed_on for filed_on, own in zip(filed, owned, strict=True) for _ in own)
    first = [*map(_day_after, since, days)]
    last = map(_end, first, lengths)
    scopes = (
        [Scope(occupations[place], level, start, end) for place in _places(each, len(occupations))]
        for level, start, end, each in zip(uints(highest, 5), first, last, steps, strict=True)
    )
    return [tuple(chain.from_iterable(islice(scopes, len(own)))) for own in owned]


def _end(first: Day, length: cbor.Value) -> Day | None:
    return None if length is None else _day_after(first, length)


def _places(steps: cbor.Value, count: int) -> Iterable[int]:
    """The places in a dictionary of `count` occupations that the steps lead to."""
    found = uints(array(steps), cbor.MAX_INTEGER)
    require(sum(found) < count or not found, "an occupation that is not in the dictionary")
    return accumulate(found)


def _site(value: cbor.Value) -> Site:
    code, first, last = array(value, 3)
    return Site(_code(code), _day(first), None if last is None else _day(last))


def _keys(publics: Sequence[bytes], histories: cbor.Value) -> tuple[CertificateKey, ...]:
    require(len({*publics}) == len(publics), "one key twice")
    return tuple(map(_key, publics, array(histories)))


def _key(key: bytes, history: cbor.Value) -> CertificateKey:
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


def _day_after(day: Day, days: cbor.Value) -> Day:
    if not isinstance(days, int) or isinstance(days, bool):
        raise malformed("not a number of days")
    return _day(day + days)


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
