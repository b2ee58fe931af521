"""Trust lists and their bins: what comes back, and every malformed element."""

from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credential import sign, text, trust_list
from credential.bins import decode_bin
from credential.issuer import CertificateKey, Issuer, OccupationReference, Scope, Site, Survivors
from credential.model import MAX_DAY, Day, IssuerCode, IssuerKind, IssuerState, KeyState
from credential.published import Head
from credential.reason import SyncReason
from credential.trust_list import Issuers, TrustList
from tests.credential.objects import BAD_POINTS, DAYS, HASHES, HEADS, OCCUPATION, PUBLIC, SECONDS, UINT, WORLD
from tests.credential.refusal import refused
from tests.world import CODE, ISSUER, key

NAMES = st.text(min_size=1, max_size=30).filter(lambda name: text.refused_character(name) is None)


def _history(what: st.SearchStrategy[IssuerState]) -> st.SearchStrategy[tuple[tuple[Day, IssuerState], ...]]:
    entries = st.lists(st.tuples(DAYS, what), min_size=1, max_size=3, unique_by=lambda each: each[0])
    return entries.map(lambda found: tuple(sorted(found)))


OCCUPATIONS = st.builds(OccupationReference, st.integers(0, 9999), NAMES)
CODES = st.from_regex("[A-Z][0-9A-Z]{4}35[0-9A-Z]{6}", fullmatch=True).map(IssuerCode)
HONEST = st.lists(
    st.tuples(SECONDS, st.sampled_from((KeyState.PENDING, KeyState.ACTIVE, KeyState.RETIRED))),
    min_size=1,
    max_size=3,
    unique_by=lambda each: each[0],
).map(lambda found: tuple(sorted(found)))


@st.composite
def _keys(draw: st.DrawFn) -> CertificateKey:
    public, states = draw(st.sampled_from(PUBLIC)), draw(HONEST)
    if draw(st.booleans()):
        return CertificateKey(public, states)
    stolen = (draw(SECONDS), KeyState.COMPROMISED)
    return CertificateKey(public, (*states, stolen), Survivors(draw(HASHES), draw(UINT)))


ISSUERS = st.builds(
    Issuer,
    code=CODES,
    names=st.lists(st.tuples(DAYS, NAMES), min_size=1, max_size=3, unique_by=lambda each: each[0]).map(
        lambda found: tuple(sorted(found))
    ),
    kind=st.sampled_from(IssuerKind),
    states=_history(st.sampled_from((IssuerState.FILED, IssuerState.SUSPENDED, IssuerState.WITHDRAWN))),
    scopes=st.lists(st.builds(Scope, OCCUPATIONS, st.integers(0, 5), DAYS, st.none() | DAYS), max_size=3).map(tuple),
    sites=st.lists(st.builds(Site, CODES, DAYS, st.none() | DAYS), max_size=2).map(tuple),
    keys=st.lists(_keys(), max_size=3, unique_by=lambda each: each.public).map(tuple),
)


@settings(max_examples=40)
@given(HEADS, st.lists(ISSUERS, max_size=6, unique_by=lambda each: each.code))
def test_a_trust_list_comes_back(head: Head, issuers: list[Issuer]) -> None:
    listed, bins = trust_list.build(head, issuers)
    found, message = trust_list.decode(sign.sign(listed.encode(), trust_list.TYP, [key("a")]))
    assert found == listed
    assert found.encode() == message.payload
    held = Issuers(found, {reference.sha256: data for reference, data in zip(found.bins, bins, strict=True)})
    assert [_in_order(each) for each in held] == sorted(map(_in_order, issuers), key=lambda each: each.code)
    assert all(_in_order(held.get(each.code) or ISSUER) == _in_order(each) for each in issuers)


def _in_order(issuer: Issuer) -> Issuer:
    """A bin keeps an issuer's scopes, but not their order."""
    return issuer._replace(scopes=tuple(sorted(issuer.scopes, key=repr)))


def test_forty_issuers_a_bin() -> None:
    issuers = [ISSUER._replace(code=IssuerCode(f"S0000350{n:05d}")) for n in range(81)]
    listed, bins = trust_list.build(WORLD.list_head(), reversed(issuers))
    assert [each.first for each in listed.bins] == [issuers[0].code, issuers[40].code, issuers[80].code]
    assert [len(decode_bin(data, listed.occupations)) for data in bins] == [40, 40, 1]


def test_a_list_of_nobody() -> None:
    listed, bins = trust_list.build(WORLD.list_head(), [])
    assert (listed.bins, bins) == ((), ())
    assert Issuers(listed, {}).get(CODE) is None


def test_a_missing_bin_is_no_answer() -> None:
    listed, _ = trust_list.build(WORLD.list_head(), [ISSUER])
    with refused(SyncReason.MIX_AND_MATCH):
        Issuers(listed, {}).get(CODE)
    assert Issuers(listed, {}).get(IssuerCode("A000035000000")) is None


def _listed(**changes: Any) -> bytes:
    payload = cbor2.loads(TrustList(WORLD.list_head(), (), ()).encode())
    for name, value in changes.items():
        payload[int(name[1:])] = value
    return sign.sign(cbor2.dumps(payload, canonical=True), trust_list.TYP, [key("a")])


FIRST = [CODE, bytes(32)]
BAD_LIST = {
    "bins in falling order": _listed(_11=[FIRST, ["A000035000000", bytes(32)]]),
    "one bin twice": _listed(_11=[FIRST, FIRST]),
    "a bin without a hash": _listed(_11=[[CODE]]),
    "a hash of 31": _listed(_11=[[CODE, bytes(31)]]),
    "a first code that is none": _listed(_11=[["x", bytes(32)]]),
    "bins null": _listed(_11=None),
    "an occupation without a code": _listed(_10=[[2022]]),
    "an occupation of edition 10000": _listed(_10=[[10_000, "x"]]),
    "an occupation of a code of 97": _listed(_10=[[2022, "x" * 97]]),
    "a label too many": _listed(_12=0),
}


@pytest.mark.parametrize("name", BAD_LIST)
def test_a_malformed_trust_list(name: str) -> None:
    with refused(SyncReason.OBJECT_MALFORMED):
        trust_list.decode(BAD_LIST[name])


COLUMNS: list[Any] = [CODE, [[0, "港务"]], 0, [[1, 0]], [[1, 0, None, [0]]], [], [[[0, 1]]], PUBLIC[0]]


def _bin(*rows: list[Any]) -> bytes:
    columns = [cbor2.dumps([row[column] for row in rows]) for column in range(7)]
    return cbor2.dumps([*columns, b"".join(row[7] for row in rows)])


def _column(place: int, value: object) -> bytes:
    return _bin([*COLUMNS[:place], value, *COLUMNS[place + 1 :]])


BAD_BIN = {
    "not CBOR": b"\xff",
    "seven columns": cbor2.dumps([cbor2.dumps([])] * 6 + [b""]),
    "nine columns": cbor2.dumps([*[cbor2.dumps([])] * 7, b"", b""]),
    "a column that is an array": cbor2.dumps([*[[]] * 7, b""]),
    "a column that is a map": cbor2.dumps([*[cbor2.dumps({})] * 7, b""]),
    "a column with something trailing": cbor2.dumps([*[cbor2.dumps([]) + b"\0"] * 7, b""]),
    "columns of different lengths": cbor2.dumps([cbor2.dumps([]), *[cbor2.dumps([CODE])] * 6, b""]),
    "issuers in falling order": _bin(COLUMNS, ["A000035000000", *COLUMNS[1:]]),
    "one issuer twice": _bin(COLUMNS, COLUMNS),
    "a code that is none": _column(0, "x"),
    "a code that is null": _column(0, None),
    "no name": _column(1, []),
    "a name empty": _column(1, [[1, ""]]),
    "a name of 257": _column(1, [[1, "x" * 257]]),
    "names in falling order": _column(1, [[2, "a"], [1, "b"]]),
    "a name from before 1970": _column(1, [[-2, "港务"]]),
    "a name from after 9999": _column(1, [[MAX_DAY, "港务"]]),
    "a name from false": _column(1, [[False, "港务"]]),
    "two names of one day": _column(1, [[1, "a"], [1, "b"]]),
    "a name without a day": _column(1, [["港务"]]),
    "kind 3": _column(2, 3),
    "kind true": _column(2, True),
    "no state": _column(3, []),
    "state 4": _column(3, [[1, 4]]),
    "states in falling order": _column(3, [[2, 0], [1, 1]]),
    "a state after void": _column(3, [[1, 3], [2, 0]]),
    "void twice": _column(3, [[1, 3], [2, 3]]),
    "a day beyond 9999": _column(3, [[MAX_DAY + 1, 0]]),
    "a scope of an occupation beyond the dictionary": _column(4, [[1, 0, None, [1]]]),
    "a step beyond the dictionary": _column(4, [[1, 0, None, [0, 1]]]),
    "a step back": _column(4, [[1, 0, None, [0, -1]]]),
    "a scope that ends after 9999": _column(4, [[1, 0, MAX_DAY, [0]]]),
    "a scope that ends before 1970": _column(4, [[1, 0, -2, [0]]]),
    "a scope without steps": _column(4, [[1, 0, None, None]]),
    "a scope of level 6": _column(4, [[6, 0, None, [0]]]),
    "a scope without a first day": _column(4, [[1, None, None, [0]]]),
    "a scope of three": _column(4, [[1, 0, None]]),
    "a scope null": _column(4, None),
    "a site without a code": _column(5, [["x", 1, None]]),
    "a site of two": _column(5, [[CODE, 1]]),
    "a key without states": _column(6, [[]]),
    "states without a key": _column(7, b""),
    "more keys than states": _column(7, PUBLIC[0] + PUBLIC[1]),
    "a key of 31 bytes": _column(7, PUBLIC[0][:31]),
    "a code that is too long": _column(0, f"{CODE}0"),
    "an end that makes no code": _bin(COLUMNS, ["x", *COLUMNS[1:]]),
    "an end that is empty": _bin(COLUMNS, ["", *COLUMNS[1:]]),
    "one key twice": _bin([*COLUMNS[:6], [[[0, 1]], [[0, 1]]], PUBLIC[0] + PUBLIC[0]]),
    "key states in falling order": _column(6, [[[5, 1], [4, 2]]]),
    "two states of one second": _column(6, [[[5, 1], [5, 2]]]),
    "key state 4": _column(6, [[[0, 4]]]),
    "compromised without survivors": _column(6, [[[0, 3]]]),
    "compromised, survivors of 31 bytes": _column(6, [[[0, 3, bytes(31), 0]]]),
    "compromised, a negative count": _column(6, [[[0, 3, bytes(32), -1]]]),
    "compromised since a negative": _column(6, [[[-1, 3, bytes(32), 0]]]),
    "something after compromised": _column(6, [[[0, 3, bytes(32), 0], [1, 1]]]),
    "a key state of three": _column(6, [[[0, 1, bytes(32)]]]),
    **{f"a key: {name}": _column(7, point) for name, point in BAD_POINTS.items()},
}


def test_the_bin_to_be_changed_is_good() -> None:
    assert list(decode_bin(_bin(COLUMNS), OCCUPATION)) == [CODE]


@pytest.mark.parametrize("name", BAD_BIN)
def test_a_malformed_bin(name: str) -> None:
    with refused(SyncReason.OBJECT_MALFORMED):
        decode_bin(BAD_BIN[name], OCCUPATION)
