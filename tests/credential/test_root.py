"""Roots and the way from one to the next: what comes back, and every malformed element."""

from collections.abc import Callable
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import root, sign, trust_list
from credential.model import Region
from credential.published import Head
from credential.reason import SyncReason
from credential.root import RoleKeys, Root
from tests.credential.objects import BAD_POINTS, HEADS, PUBLIC, UINT, WORLD, set_to
from tests.credential.refusal import refused
from tests.world import FUJIAN, NOW, key

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


BAD_ROOT = {
    "no status base": _root(lambda p: p.pop(11)),
    "a label too many": _root(set_to(12, 0)),
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
    "a base of 25 bytes": _root(set_to(11, "https://a.example/status/")),
    "a base without a slash": _root(set_to(11, "https://fj.example/s")),
    "a base of http": _root(set_to(11, "http://fj.example/s/")),
    "a base empty": _root(set_to(11, "")),
    "a region of three": _root(set_to(1, "350")),
    "no region": _root(lambda p: p.pop(1)),
    "sequence beyond 2^53": sign.sign(
        cbor2.dumps({**cbor2.loads(ROOT.encode()), 3: 2**63}, canonical=True), root.TYP, WORLD.keys("root", 2)
    ),
    "expiry null": _root(set_to(5, None)),
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
