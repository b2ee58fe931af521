import time
import tracemalloc
import zlib

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import sign, status_list
from credential.model import Seconds, Status
from credential.reason import SyncReason
from credential.status_list import StatusList
from tests.credential.refusal import reason_of, refused
from tests.world import FUJIAN, NOW, key

V, R, S, N, X = Status.VALID, Status.REVOKED, Status.SUSPENDED, Status.NOT_REGISTERED, Status.SUPERSEDED
URI = "https://fj.example/s/0"


def _list(entries: bytes) -> StatusList:
    return StatusList(FUJIAN, URI, 1, 2, NOW, Seconds(NOW + 86_400), 3_600, entries)


def _signed(listed: StatusList) -> bytes:
    return sign.sign1(listed.encode(), status_list.TYP, key("status"))


def test_a_worked_example() -> None:
    """Indices 0 to 7, two a byte, the lower index in the lower bits: [V R] [S N] [X V] [N N]."""
    statuses = [V, R, S, N, X, V, N, N]
    packed = status_list.pack(enumerate(statuses), 8)
    assert packed == bytes([0x10, 0x32, 0x0C, 0x33])
    assert [_list(packed).get(index) for index in range(8)] == statuses
    assert zlib.compress(packed, 9).hex() == "78da1330e231060001250082"
    found, _ = status_list.decode(_signed(_list(packed)))
    assert found == _list(packed)


def test_the_payload_is_a_token_status_list() -> None:
    """The labels of draft-ietf-oauth-status-list: sub 2, exp 4, iat 6, status_list 65533, ttl 65534; and ours."""
    payload = cbor2.loads(_list(b"\x10").encode())
    assert payload == {
        1: "35",
        2: URI,
        4: NOW + 86_400,
        6: NOW,
        65533: {"lst": zlib.compress(b"\x10", 9), "bits": 4},
        65534: 3_600,
        -65538: [1, 2],
    }


def test_what_is_not_named_is_not_registered() -> None:
    assert status_list.pack({}, 4) == b"\x33\x33"
    assert status_list.pack({2: V}, 4) == b"\x33\x30"
    assert status_list.pack({3: V}, 4) == b"\x33\x03"


@pytest.mark.parametrize(("length", "octets"), [(0, 0), (1, 1), (2, 1), (3, 2), (2**20, 2**19)])
def test_a_length_is_rounded_up_to_a_byte(length: int, octets: int) -> None:
    assert len(status_list.pack({}, length)) == octets


def test_beyond_the_list_nothing_is_registered() -> None:
    listed = _list(status_list.pack({0: V, 1: V}, 2))
    assert listed.length == 2
    assert [listed.get(index) for index in (1, 2, 3, 2**53 - 1)] == [V, N, N, N]


@given(st.lists(st.sampled_from(Status), max_size=200))
def test_every_status_is_read_at_its_own_index(statuses: list[Status]) -> None:
    found, _ = status_list.decode(_signed(_list(status_list.pack(enumerate(statuses), len(statuses)))))
    assert [found.get(index) for index in range(len(statuses))] == statuses
    assert found.length in {len(statuses), len(statuses) + 1}


def test_changing_one_entry_leaves_its_neighbour() -> None:
    for low in Status:
        for high in Status:
            assert _list(status_list.pack({0: low, 1: high}, 2)).get(0) is low
            assert _list(status_list.pack({1: high, 0: low}, 2)).get(1) is high


def _content(lst: object, bits: object = 4) -> dict[str, object]:
    return {"lst": lst, "bits": bits}


def _payload(**changes: object) -> bytes:
    """A list's claims; `_65533=...` changes, `None` takes away."""
    claims = cbor2.loads(_list(b"\x10").encode())
    for name, value in changes.items():
        label = int(name[1:].replace("m", "-"))
        claims.pop(label)
        if value is not None:
            claims[label] = value
    return sign.sign1(cbor2.dumps(claims, canonical=True), status_list.TYP, key("status"))


def _unknown(value: int) -> bytes:
    return zlib.compress(bytes([0x10, value]), 9)


GOOD = zlib.compress(b"\x10", 9)
MALFORMED = {
    "not zlib": _payload(_65533=_content(b"\x10")),
    "nothing": _payload(_65533=_content(b"")),
    "a zlib stream cut": _payload(_65533=_content(GOOD[:-1])),
    "a wrong checksum": _payload(_65533=_content(GOOD[:-1] + b"\xff")),
    "something trails": _payload(_65533=_content(GOOD + b"\0")),
    "a second stream trails": _payload(_65533=_content(GOOD + GOOD)),
    "raw deflate": _payload(_65533=_content(zlib.compress(b"\x10", 9)[2:-4])),
    "gzip": _payload(_65533=_content(zlib.compress(b"\x10", 9, wbits=31))),
    "2^20 entries and two more": _payload(_65533=_content(zlib.compress(bytes(2**19 + 1), 9))),
    "a bomb of 200 MB": _payload(_65533=_content(zlib.compress(bytes(200 << 20), 9))),
    **{f"status {n} in the low bits": _payload(_65533=_content(_unknown(n))) for n in (4, 5, 11, 13, 15)},
    **{f"status {n} in the high bits": _payload(_65533=_content(_unknown(n << 4))) for n in (4, 5, 11, 13, 15)},
    "1 bit": _payload(_65533=_content(GOOD, 1)),
    "2 bits": _payload(_65533=_content(GOOD, 2)),
    "8 bits": _payload(_65533=_content(GOOD, 8)),
    "bits a text": _payload(_65533=_content(GOOD, "4")),
    "no bits": _payload(_65533={"lst": GOOD}),
    "an aggregation URI": _payload(_65533={**_content(GOOD), "aggregation_uri": "x"}),
    "lst a text": _payload(_65533=_content("x")),
    "no list": _payload(_65533=None),
    "no subject": _payload(_2=None),
    "a subject of 65": _payload(_2="u" * 65),
    "no expiry": _payload(_4=None),
    "no issue time": _payload(_6=None),
    "issue time negative": _payload(_6=-1),
    "issue time a float": sign.sign1(
        cbor2.dumps({**cbor2.loads(_list(b"\x10").encode()), 6: 1.5}), status_list.TYP, key("status")
    ),
    "no ttl": _payload(_65534=None),
    "ttl true": _payload(_65534=True),
    "no order": _payload(_m65538=None),
    "order of one": _payload(_m65538=[1]),
    "order negative": _payload(_m65538=[1, -1]),
    "no region": _payload(_1=None),
    "region of one digit": _payload(_1="3"),
    "region an integer": _payload(_1=35),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_list_is_refused(name: str) -> None:
    with refused(SyncReason.OBJECT_MALFORMED):
        status_list.decode(MALFORMED[name])


def test_a_bomb_costs_neither_memory_nor_time() -> None:
    data = MALFORMED["a bomb of 200 MB"]
    tracemalloc.start()
    started = time.perf_counter()
    reason_of(status_list.decode, data)
    seconds = time.perf_counter() - started
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 << 20
    assert seconds < 0.5


def test_a_whole_list_of_2_to_the_20() -> None:
    full = _list(status_list.pack({2**20 - 1: V}, 2**20))
    data = _signed(full)
    found, _ = status_list.decode(data)
    assert found.length == 2**20
    assert (found.get(2**20 - 1), found.get(2**20 - 2)) == (V, N)
    assert len(data) < 1_000


def test_an_oversized_object_is_refused_before_it_is_read() -> None:
    with refused(SyncReason.OBJECT_TOO_LARGE):
        status_list.decode(bytes((1 << 20) + 1))


BASE = "https://fj.example/s/"
NAMES = {
    BASE + "0": 0,
    BASE + "7": 7,
    BASE + "999999999": 999_999_999,
    BASE + "1000000000": None,
    BASE + "007": None,
    BASE: None,
    BASE + "x": None,
    BASE + "7 ": None,
    BASE + "+7": None,
    BASE + "７": None,
    BASE + "²": None,
    "https://fj.example/t/7": None,
    "": None,
    "7": None,
}


@pytest.mark.parametrize("uri", NAMES)
def test_the_number_of_a_list(uri: str) -> None:
    assert status_list.number_of(BASE, uri) == NAMES[uri]


@given(st.integers(0, 999_999_999))
def test_a_uri_has_its_number(number: int) -> None:
    assert status_list.number_of(BASE, status_list.uri_of(BASE, number)) == number


def test_its_order_is_epoch_then_sequence() -> None:
    assert _list(b"")._replace(epoch=2, seq=0).order > _list(b"").order


@pytest.mark.parametrize(
    "run", [range(0), range(3, 3), range(4, 5), range(5, 6), range(2, 6), range(3, 6), range(3, 7)]
)
def test_a_run_of_valid_indices_is_packed_like_each_of_them(run: range) -> None:
    others = {4: Status.REVOKED, 9: Status.SUPERSEDED}
    one_by_one = dict.fromkeys(run, Status.VALID) | others
    assert status_list.pack(others, 11, [run]) == status_list.pack(one_by_one, 11)
