"""Root, trust list, checkpoint, register and bundle: what comes back, and every malformed element."""

from collections.abc import Callable
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credential import (
    bundle,
    checkpoint,
    cose,
    policy,
    recognition,
    register,
    root,
    sign,
    status_list,
    text,
    trust_list,
)
from credential.bins import decode_bin
from credential.bundle import Part
from credential.checkpoint import Checkpoint, Committed
from credential.errors import ObjectError
from credential.issuer import CertificateKey, Issuer, OccupationReference, Scope, Site, Survivors
from credential.model import MAX_DAY, Day, IssuerCode, IssuerKind, IssuerState, KeyState, Region, Seconds
from credential.published import SIZE_CAP, Head, LogHead, ObjectType
from credential.reason import SyncReason
from credential.register import Digests, RegisterIndex, Shard
from credential.root import RoleKeys, Root
from credential.trust import establish
from credential.trust_list import Issuers, TrustList
from tests import ed25519_math as curve
from tests.credential.refusal import reason_of, refused
from tests.jimei import CLAUSES, LISTS
from tests.world import CODE, FUJIAN, ISSUER, NOW, World, certificate_key, key, sign_it

WORLD = World(registered={7: sign_it()}, agreements=(), clauses=CLAUSES, shortage_lists=LISTS, survivors=(b"",))
PART = WORLD.part()
SECONDS = st.integers(0, 2**53 - 1).map(Seconds)
DAYS = st.integers(0, MAX_DAY).map(Day)
UINT = st.integers(0, 2**53 - 1)
HASHES = st.binary(min_size=32, max_size=32)
HEADS = st.builds(Head, st.just(FUJIAN), UINT, UINT, SECONDS, SECONDS)
PUBLIC = [key(f"public {n}").public for n in range(12)]
BAD_POINTS = {
    "the identity": curve.encode(curve.IDENTITY),
    "small order": curve.encode(curve.TORSION[1]),
    "mixed order": curve.encode(curve.add(curve.pair(b"x").point, curve.TORSION[4])),
    "not canonical": (curve.P + 3).to_bytes(32, "little"),
    "31 bytes": PUBLIC[0][:31],
}

# --- root -------------------------------------------------------------------------------------------------------------

ROOT = WORLD.root()
_ROLE_KEYS = st.integers(1, 3)


@given(HEADS, st.lists(_ROLE_KEYS, min_size=4, max_size=4), st.lists(UINT, min_size=3, max_size=3))
def test_a_root_comes_back(head: Head, counts: list[int], epochs: list[int]) -> None:
    starts = [0, 3, 6, 9]
    thresholds = [counts[0], counts[1], 1, 1]
    found = [
        RoleKeys(epoch, threshold, tuple(PUBLIC[start : start + count]))
        for epoch, threshold, start, count in zip([head.epoch, *epochs], thresholds, starts, counts, strict=True)
    ]
    made = Root(head, (found[0], found[1], found[2], found[3]), "https://fj.example/s/")
    assert root.decode(sign.sign(made.encode(), root.TYP, [key("a")]))[0] == made


def _root(change: Callable[[dict[int, object]], object]) -> bytes:
    payload = cbor2.loads(ROOT.encode())
    change(payload)
    return sign.sign(cbor2.dumps(payload, canonical=True), root.TYP, WORLD.keys("root", 2))


def _role(place: int, role: object) -> bytes:
    def change(payload: dict[int, object]) -> None:
        roles = payload[10]
        assert isinstance(roles, list)
        roles[place] = role

    return _root(change)


def _set(label: int, value: object) -> Callable[[dict[int, object]], object]:
    return lambda payload: payload.__setitem__(label, value)


BAD_ROOT = {
    "no status base": _root(lambda p: p.pop(11)),
    "a label too many": _root(_set(12, 0)),
    "three roles": _root(lambda p: p[10].pop()),  # type: ignore[attr-defined]
    "five roles": _root(lambda p: p[10].append([1, 1, [PUBLIC[0]]])),  # type: ignore[attr-defined]
    "a role without keys": _role(2, [1, 1, []]),
    "a role of 33 keys": _role(2, [1, 1, [key(str(n)).public for n in range(33)]]),
    "threshold 0": _role(0, [1, 0, [PUBLIC[0]]]),
    "a threshold beyond the keys": _role(0, [1, 2, [PUBLIC[0]]]),
    "a status threshold of 2": _role(2, [1, 2, PUBLIC[:2]]),
    "a checkpoint threshold of 2": _role(3, [1, 2, PUBLIC[:2]]),
    "one key twice in a role": _role(2, [1, 1, [PUBLIC[0], PUBLIC[0]]]),
    "one key in two roles": _role(2, [1, 1, [ROOT.roles[3].keys[0]]]),
    "the root role's epoch is not the head's": _role(0, [2, 2, PUBLIC[:3]]),
    "epoch negative": _role(1, [-1, 1, [PUBLIC[0]]]),
    "a role of two": _role(1, [1, [PUBLIC[0]]]),
    "a role that is a map": _role(1, {}),
    "a key that is a text": _role(1, [1, 1, ["x"]]),
    "a base of 25 bytes": _root(_set(11, "https://a.example/status/")),
    "a base without a slash": _root(_set(11, "https://fj.example/s")),
    "a base of http": _root(_set(11, "http://fj.example/s/")),
    "a base empty": _root(_set(11, "")),
    "a region of three": _root(_set(1, "350")),
    "no region": _root(lambda p: p.pop(1)),
    "sequence beyond 2^53": sign.sign(
        cbor2.dumps({**cbor2.loads(ROOT.encode()), 3: 2**63}, canonical=True), root.TYP, WORLD.keys("root", 2)
    ),
    "expiry null": _root(_set(5, None)),
    "a COSE_Sign1": sign.sign1(ROOT.encode(), root.TYP, key("a")),
    "another typ": sign.sign(ROOT.encode(), trust_list.TYP, WORLD.keys("root", 2)),
    "not a map": sign.sign(b"\x80", root.TYP, WORLD.keys("root", 2)),
    **{f"a key: {name}": _role(1, [1, 1, [point]]) for name, point in BAD_POINTS.items()},
}


@pytest.mark.parametrize("name", BAD_ROOT)
def test_a_malformed_root(name: str) -> None:
    with refused(SyncReason.OBJECT_MALFORMED):
        root.decode(BAD_ROOT[name])


A, B, C, D, E, F = (key(f"root {name}") for name in "abcdef")


def _version(number: int, keys: tuple[sign.SigningKey, ...], by: tuple[sign.SigningKey, ...], **changes: Any) -> bytes:
    first = RoleKeys(1, 2, tuple(each.public for each in keys))
    head = Head(FUJIAN, 1, number, NOW, NOW)
    made = ROOT._replace(head=head, roles=(first, *ROOT.roles[1:]))
    return sign.sign(made._replace(**changes).encode(), root.TYP, by)


ONE = _version(1, (A, B, C), (A, B))
TWO = _version(2, (B, C, D), (B, C))
THREE = _version(3, (D, E, F), (B, D, E, C))
PIN = frozenset({root.pin_of(ONE)})


def test_from_root_to_root() -> None:
    assert [each.head.seq for each in root.chain([ONE], PIN)] == [1]
    assert [each.head.seq for each in root.chain([ONE, TWO, THREE], PIN)] == [1, 2, 3]
    assert [each.head.seq for each in root.chain([ONE, TWO, THREE], frozenset({root.pin_of(TWO)}))] == [2, 3]


CHAINS = {
    "no root": ([], "PIN_NOT_FOUND"),
    "another root": ([TWO], "PIN_NOT_FOUND"),
    "one version skipped": ([ONE, THREE], "ROOT_SKIPPED"),
    "the same version again": ([ONE, ONE], "ROOT_SKIPPED"),
    "back to an older version": ([ONE, TWO, ONE], "ROOT_SKIPPED"),
    "signed by the old keys only": ([ONE, _version(2, (D, E, F), (A, B))], "THRESHOLD_NOT_MET"),
    "signed by the new keys only": ([ONE, _version(2, (D, E, F), (D, E))], "THRESHOLD_NOT_MET"),
    "one old, two new": ([ONE, _version(2, (B, E, F), (B, E))], "THRESHOLD_NOT_MET"),
    "two old, one new": ([ONE, _version(2, (B, E, F), (A, B))], "THRESHOLD_NOT_MET"),
    "an epoch that goes back": (
        [
            ONE,
            _version(
                2,
                (B, C, D),
                (B, C),
                roles=(RoleKeys(1, 2, (B.public, C.public)), ROOT.roles[1]._replace(epoch=0), *ROOT.roles[2:]),
            ),
        ],
        "ROLLBACK",
    ),
    "another region": ([ONE, _version(2, (B, C, D), (B, C), head=Head(Region("44"), 1, 2, NOW, NOW))], "WRONG_REGION"),
    "a successor that is torn": ([ONE, TWO[:-1]], "OBJECT_MALFORMED"),
}


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_that_does_not_hold(name: str) -> None:
    roots, reason = CHAINS[name]
    with refused(SyncReason(reason)):
        root.chain(roots, PIN)


def test_even_the_pinned_root_needs_its_own_threshold() -> None:
    alone = _version(1, (A, B, C), (A,))
    with refused(SyncReason.THRESHOLD_NOT_MET):
        root.chain([alone], frozenset({root.pin_of(alone)}))


def test_a_pin_is_of_the_bytes() -> None:
    """The same root with one signature more is another object: what is pinned is what was seen."""
    assert root.pin_of(_version(1, (A, B, C), (A, B, C))) not in PIN


# --- trust list -------------------------------------------------------------------------------------------------------

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


OCCUPATION = (OccupationReference(2022, "6-31-01-03"),)
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


# --- checkpoint -------------------------------------------------------------------------------------------------------

NUMBERED = [ObjectType.STATUS_LIST, ObjectType.REGISTER]
COMMITTED = st.builds(Committed, st.sampled_from(NUMBERED), UINT, UINT, UINT, HASHES) | st.builds(
    Committed, st.sampled_from(sorted(checkpoint.COMMITTED)), st.just(0), UINT, UINT, HASHES
)


@given(
    HEADS,
    SECONDS,
    st.lists(COMMITTED, min_size=1, max_size=6, unique_by=lambda each: each.name),
    st.none() | st.builds(LogHead, UINT, HASHES),
)
def test_a_checkpoint_comes_back(head: Head, due: Seconds, entries: list[Committed], log: LogHead | None) -> None:
    made = Checkpoint(head, due, tuple(sorted(entries, key=lambda each: each.name)), log)
    found, message = checkpoint.decode(sign.sign1(made.encode(), checkpoint.TYP, key("a")))
    assert found == made
    assert found.encode() == message.payload
    assert all(found.find(each.type, each.list) == each for each in entries)


def test_a_checkpoint_that_does_not_name_an_object_has_none() -> None:
    found, _ = checkpoint.decode(PART.checkpoint)
    assert found.find(ObjectType.ROOT, 1) is None


def _checkpoint(**changes: Any) -> bytes:
    head = Head(FUJIAN, 1, 1, NOW, NOW)
    payload = cbor2.loads(Checkpoint(head, NOW, (Committed(ObjectType.ROOT, 0, 1, 1, bytes(32)),)).encode())
    for name, value in changes.items():
        payload[int(name[1:])] = value
    return sign.sign1(cbor2.dumps(payload, canonical=True), checkpoint.TYP, key("a"))


ENTRY = [1, 0, 1, 1, bytes(32)]
BAD_CHECKPOINT = {
    "names nothing": _checkpoint(_10=[]),
    "one name twice": _checkpoint(_10=[ENTRY, ENTRY]),
    "names in falling order": _checkpoint(_10=[[3, 0, 1, 1, bytes(32)], ENTRY]),
    "names itself": _checkpoint(_10=[[2, 0, 1, 1, bytes(32)]]),
    "names a bin": _checkpoint(_10=[[4, 0, 1, 1, bytes(32)]]),
    "names survivors": _checkpoint(_10=[[7, 0, 1, 1, bytes(32)]]),
    "names a shard": _checkpoint(_10=[[8, 0, 1, 1, bytes(32)]]),
    "a second trust list": _checkpoint(_10=[[3, 1, 1, 1, bytes(32)]]),
    "names type 0": _checkpoint(_10=[[0, 0, 1, 1, bytes(32)]]),
    "a second policy": _checkpoint(_10=[[10, 1, 1, 1, bytes(32)]]),
    "a later type without a hash": _checkpoint(_10=[[11, 0, 1, 1]]),
    "a later type with a negative list": _checkpoint(_10=[[11, -1, 1, 1, bytes(32)]]),
    "names type true": _checkpoint(_10=[[True, 0, 1, 1, bytes(32)]]),
    "an entry of four": _checkpoint(_10=[ENTRY[:4]]),
    "a hash of 16": _checkpoint(_10=[[1, 0, 1, 1, bytes(16)]]),
    "next null": _checkpoint(_6=None),
    "log without a hash": _checkpoint(_11=[1]),
    "log null": _checkpoint(_11=None),
    "a label too many": _checkpoint(_12=0),
}


@pytest.mark.parametrize("name", BAD_CHECKPOINT)
def test_a_malformed_checkpoint(name: str) -> None:
    with refused(SyncReason.OBJECT_MALFORMED):
        checkpoint.decode(BAD_CHECKPOINT[name])


# --- register ---------------------------------------------------------------------------------------------------------

DIGESTS = st.lists(st.binary(min_size=16, max_size=16), max_size=20)


@given(DIGESTS, st.binary(min_size=16, max_size=16))
def test_a_file_of_digests_holds_exactly_its_own(digests: list[bytes], other: bytes) -> None:
    packed = register.pack_digests(digests)
    assert register.decode_digests(packed.data) == packed
    assert [packed[place] for place in range(len(packed))] == sorted(set(digests))
    assert len(packed) == len(set(digests))
    assert all(each in packed for each in digests)
    assert (other in packed) == (other in digests)


@given(st.lists(st.binary(min_size=16, max_size=16), max_size=9), UINT, st.integers(0, 99))
def test_a_shard_comes_back(digests: list[bytes], listed: int, place: int) -> None:
    shard = Shard(listed, place * 256, register.pack_digests(digests))
    assert register.decode_shard(shard.encode()) == shard


@given(UINT, st.lists(HASHES, max_size=9))
def test_a_register_index_comes_back(listed: int, hashes: list[bytes]) -> None:
    made = RegisterIndex(listed, tuple(hashes))
    assert register.decode_index(made.encode()) == made


TWO_DIGESTS = bytes(15) + b"\1" + bytes(15) + b"\2"
BAD_DIGESTS = {
    "half a digest": bytes(15),
    "falling": TWO_DIGESTS[16:] + TWO_DIGESTS[:16],
    "one twice": TWO_DIGESTS[:16] * 2,
}
TOO_MANY = register.pack_digests(n.to_bytes(16, "big") for n in range(257)).data
BAD_SHARD = {
    "not an array": cbor2.dumps({}),
    "two elements": cbor2.dumps([0, 0]),
    "a first index that is no multiple of 256": cbor2.dumps([0, 255, b""]),
    "a first index that is negative": cbor2.dumps([0, -256, b""]),
    "257 digests": cbor2.dumps([0, 0, TOO_MANY]),
    "digests a text": cbor2.dumps([0, 0, ""]),
    "a trailing byte": cbor2.dumps([0, 0, b""]) + b"\0",
    **{f"digests: {name}": cbor2.dumps([0, 0, data]) for name, data in BAD_DIGESTS.items()},
}
BAD_INDEX = {
    "half a hash": cbor2.dumps([0, bytes(31)]),
    "hashes in an array": cbor2.dumps([0, [bytes(32)]]),
    "a list of true": cbor2.dumps([True, b""]),
    "one element": cbor2.dumps([0]),
}


@pytest.mark.parametrize("name", BAD_DIGESTS)
def test_a_malformed_file_of_survivors(name: str) -> None:
    with refused(SyncReason.OBJECT_MALFORMED):
        register.decode_digests(BAD_DIGESTS[name])


@pytest.mark.parametrize("name", BAD_SHARD)
def test_a_malformed_shard(name: str) -> None:
    with refused(SyncReason.OBJECT_MALFORMED):
        register.decode_shard(BAD_SHARD[name])


@pytest.mark.parametrize("name", BAD_INDEX)
def test_a_malformed_register_index(name: str) -> None:
    with refused(SyncReason.OBJECT_MALFORMED):
        register.decode_index(BAD_INDEX[name])


def test_a_digest_is_found_only_at_its_own_place() -> None:
    digests = Digests(TWO_DIGESTS)
    assert bytes(16) not in digests
    assert b"\xff" * 16 not in digests
    assert bytes(14) + b"\1\0" not in digests
    with pytest.raises(IndexError):
        digests[-1]
    with pytest.raises(IndexError):
        digests[2]


def test_an_index_commits_to_its_shards() -> None:
    (index,), shards = PART.registers, PART.shards
    found = register.decode_index(index)
    shard = register.decode_shard(shards[0])
    found.check(shard, shards[0])
    for other, data in ((shard, shards[0] + b"\0"), (shard._replace(first=256), shards[0])):
        with refused(SyncReason.MIX_AND_MATCH):
            found.check(other, data)


# --- sizes ------------------------------------------------------------------------------------------------------------

READERS: dict[ObjectType, Callable[[bytes], object]] = {
    ObjectType.ROOT: root.decode,
    ObjectType.CHECKPOINT: checkpoint.decode,
    ObjectType.TRUST_LIST: trust_list.decode,
    ObjectType.BIN: lambda data: decode_bin(data, OCCUPATION),
    ObjectType.STATUS_LIST: status_list.decode,
    ObjectType.RECOGNITION: recognition.decode,
    ObjectType.SURVIVORS: register.decode_digests,
    ObjectType.SHARD: register.decode_shard,
    ObjectType.REGISTER: register.decode_index,
    ObjectType.BENEFITS: policy.decode,
}


@pytest.mark.parametrize("kind", ObjectType)
def test_every_object_has_a_cap(kind: ObjectType) -> None:
    assert reason_of(READERS[kind], bytes(SIZE_CAP[kind])) == "OBJECT_MALFORMED"
    assert reason_of(READERS[kind], bytes(SIZE_CAP[kind] + 1)) == "OBJECT_TOO_LARGE"


# --- bundle -----------------------------------------------------------------------------------------------------------

BLOBS = st.lists(st.binary(max_size=20), max_size=3).map(tuple)
PARTS = st.builds(
    Part,
    roots=BLOBS,
    checkpoint=st.binary(max_size=20),
    trust_list=st.binary(max_size=20),
    bins=BLOBS,
    status_lists=BLOBS,
    recognition=st.none() | st.binary(max_size=20),
    survivors=BLOBS,
    shards=BLOBS,
    registers=BLOBS,
    benefits=st.none() | st.binary(max_size=20),
)
REGIONS = st.integers(0, 99).map(lambda n: Region(f"{n:02d}"))


@given(st.dictionaries(REGIONS, PARTS, min_size=1, max_size=4))
def test_a_bundle_comes_back(parts: dict[Region, Part]) -> None:
    assert bundle.decode(bundle.encode(parts)) == parts


def test_a_bundle_keeps_bytes_as_they_are() -> None:
    data = bundle.encode({FUJIAN: PART})
    for each in (*PART.roots, PART.checkpoint, PART.trust_list, *PART.bins, *PART.status_lists):
        assert each in data


WHOLE = cbor2.loads(bundle.encode({FUJIAN: PART}))[1]["35"]


def _part(change: Callable[[dict[int, object]], object]) -> bytes:
    part = dict(WHOLE)
    change(part)
    return cbor2.dumps([1, {"35": part}], canonical=True)


LATER = {11: b"an object", 12: [b"one", b"two"], 2**53 - 1: {"anything": [None, True]}}


def test_entries_of_later_versions_are_ignored_and_not_kept() -> None:
    found = bundle.decode(_part(lambda part: part.update(LATER)))
    assert found == {FUJIAN: PART}
    assert bundle.encode(found) == bundle.encode({FUJIAN: PART})


def test_a_checkpoint_may_name_types_of_later_versions() -> None:
    entries = [ENTRY, [11, 0, 1, 1, bytes(32)], [11, 3, 0, 2**53 - 1, bytes(32)]]
    found, _ = checkpoint.decode(_checkpoint(_10=entries))
    assert [(each.type, each.list, *each.order) for each in found.entries[1:]] == [(11, 0, 1, 1), (11, 3, 0, 2**53 - 1)]
    assert found.encode() == cbor2.dumps(cbor2.loads(found.encode()), canonical=True)


BAD_BUNDLE = {
    "nothing": b"",
    "not CBOR": b"\xff",
    "a trailing byte": bundle.encode({FUJIAN: PART}) + b"\0",
    "version 2": cbor2.dumps([2, {"35": WHOLE}]),
    "version true": cbor2.dumps([True, {"35": WHOLE}]),
    "no region": cbor2.dumps([1, {}]),
    "parts in an array": cbor2.dumps([1, [WHOLE]]),
    "a region that is an integer": cbor2.dumps([1, {35: WHOLE}]),
    "a region of three": cbor2.dumps([1, {"350": WHOLE}]),
    "a part that is an array": cbor2.dumps([1, {"35": []}]),
    "no checkpoint": _part(lambda p: p.pop(2)),
    "no trust list": _part(lambda p: p.pop(3)),
    "no roots": _part(lambda p: p.pop(1)),
    "a policy in an array": _part(_set(10, [b""])),
    "label -1": _part(_set(-1, b"")),
    "label 11 as a text": _part(lambda part: part.update({"11": b""})),  # type: ignore[dict-item]
    "label 0": _part(_set(0, [])),
    "a checkpoint in an array": _part(_set(2, [b""])),
    "roots not in an array": _part(_set(1, b"")),
    "a bin that is a text": _part(_set(4, [""])),
    "recognition null": _part(_set(6, None)),
    "shards null": _part(_set(8, None)),
    "tagged": b"\xd2" + bundle.encode({FUJIAN: PART}),
}


@pytest.mark.parametrize("name", BAD_BUNDLE)
def test_a_malformed_bundle(name: str) -> None:
    with refused(SyncReason.OBJECT_MALFORMED):
        bundle.decode(BAD_BUNDLE[name])


def test_a_bundle_has_a_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bundle.encode({FUJIAN: PART})
    monkeypatch.setattr(bundle, "MAX_BYTES", len(data))
    bundle.decode(data)
    monkeypatch.setattr(bundle, "MAX_BYTES", len(data) - 1)
    with refused(SyncReason.OBJECT_TOO_LARGE):
        bundle.decode(data)


# --- hostile bytes ----------------------------------------------------------------------------------------------------

ORIGINALS: dict[ObjectType, bytes] = {
    ObjectType.ROOT: PART.roots[0],
    ObjectType.CHECKPOINT: PART.checkpoint,
    ObjectType.TRUST_LIST: PART.trust_list,
    ObjectType.BIN: PART.bins[0],
    ObjectType.STATUS_LIST: PART.status_lists[0],
    ObjectType.RECOGNITION: PART.recognition or b"",
    ObjectType.SURVIVORS: TWO_DIGESTS,
    ObjectType.SHARD: PART.shards[0],
    ObjectType.REGISTER: PART.registers[0],
    ObjectType.BENEFITS: PART.benefits or b"",
}


@pytest.mark.parametrize("kind", ObjectType)
@given(st.integers(0), st.binary(max_size=4), st.integers(0, 4))
def test_any_mutation_of_an_object_is_read_or_refused(kind: ObjectType, at: int, new: bytes, skip: int) -> None:
    data = ORIGINALS[kind]
    place = at % len(data)
    assert reason_of(READERS[kind], data[:place] + new + data[place + skip :]) in {*SyncReason, None}


@pytest.mark.parametrize("kind", ObjectType)
@given(st.binary(max_size=80))
def test_any_bytes_are_an_object_or_refused(kind: ObjectType, data: bytes) -> None:
    assert reason_of(READERS[kind], data) in {None, "OBJECT_MALFORMED"}


@given(st.integers(0), st.binary(max_size=4), st.integers(0, 4))
def test_a_region_with_any_mutation_is_established_or_refused(at: int, new: bytes, skip: int) -> None:
    """Through every layer: container, objects, signatures, hashes."""
    data = bundle.encode({FUJIAN: PART})
    place = at % len(data)
    assert reason_of(_establish, data[:place] + new + data[place + skip :]) in {*SyncReason, None}


def _establish(data: bytes) -> None:
    for region, part in bundle.decode(data).items():
        establish(region, part, frozenset({WORLD.pin()}))


@pytest.mark.parametrize("place", ["checkpoint", "trust_list", "recognition", "benefits"])
def test_no_bit_of_a_signed_object_can_be_flipped(place: str) -> None:
    data = getattr(PART, place)
    for bit in range(0, 8 * len(data), 11):
        bad = bytearray(data)
        bad[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ObjectError):
            establish(FUJIAN, PART._replace(**{place: bytes(bad)}), frozenset({WORLD.pin()}))  # type: ignore[arg-type]


def test_a_key_signs_for_its_own_kid_only() -> None:
    listed = certificate_key()
    assert ISSUER.keys_of(cose.kid(listed.public)) == (listed,)
    assert ISSUER.keys_of(bytes(8)) == ()
