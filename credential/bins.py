"""Bins of a trust list: some forty issuers each, in columns, so that what is alike stands together and packs well."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import accumulate, chain, islice, pairwise
from typing import Any, Final, TypeVar

from credential import cbor, ed25519
from credential.issuer import CertificateKey, Issuer, OccupationReference, Scope, Site, Survivors
from credential.model import MAX_DAY, Day, IssuerCode, IssuerKind, IssuerState, KeyState, Seconds
from credential.published import (
    ObjectType,
    array,
    issuer_code,
    malformed,
    octets,
    reading,
    require,
    require_ascending,
    text,
    transposed,
    uint,
    uints,
)
from credential.text import refused_character

_CODES: Final = 0
_CODE_LENGTH: Final = 13
_KEY_STATES: Final = 6

_Code = TypeVar("_Code", bound=IntEnum)
_What = TypeVar("_What")


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
        require_ascending([*found])
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
        before = issuer_code(before[: _CODE_LENGTH - len(end)] + end)
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
    require_ascending([day for day, _ in found])
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
    return Site(issuer_code(code), _day(first), None if last is None else _day(last))


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
    require_ascending([instant for instant, _ in honest])
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
