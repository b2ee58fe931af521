import time
import tracemalloc
from typing import cast

import cbor2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from credential import cbor
from credential.cbor import Value
from credential.reason import Reason
from tests.credential.refusal import reason_of, refused
from tests.world import World, sign_it

LONGEST = 2**24
NASTY = {
    # 11 trailing, and nothing at all
    "nothing": ("", "CBOR_TRUNCATED"),
    "a trailing byte": ("0000", "CBOR_TRAILING"),
    "a trailing break": ("00ff", "CBOR_TRAILING"),
    "a second item": ("a0a0", "CBOR_TRAILING"),
    "trailing bytes that are not CBOR": ("801c", "CBOR_TRAILING"),
    # of a key the first byte is judged before the rest of its head
    "a byte string's long head as key": ("a158010000", "CBOR_TYPE"),
    "an indefinite byte string as key": ("a15f4101ff00", "CBOR_TYPE"),
    "an indefinite array as key": ("a19fff00", "CBOR_TYPE"),
    "an indefinite map as key": ("a1bfff00", "CBOR_TYPE"),
    "a break as key": ("a1ff", "CBOR_TYPE"),
    "an array of 2^63 - 1 as key": ("a19b7fffffffffffffff00", "CBOR_TYPE"),
    "a key's tag cut": ("a1d8", "CBOR_TYPE"),
    "an indefinite tag as key": ("a1df00", "CBOR_TYPE"),
    "reserved 28 as key": ("a11c00", "CBOR_TYPE"),
    "2^53 as key": ("a11b002000000000000000", "CBOR_TYPE"),
    "an indefinite integer as key": ("a11f00", "CBOR_INDEFINITE"),
    "an indefinite text as key": ("a17f6161ff00", "CBOR_INDEFINITE"),
    "a text of 2^24 + 1 as key": ("a17a0100000100", "CBOR_LENGTH"),
    "a key's head cut": ("a118", "CBOR_TRUNCATED"),
    # a head is judged before the depth
    "depth 9 in an array of 2^24 + 1": ("81" * 8 + "9a01000001", "CBOR_LENGTH"),
    "depth 9 in a map of 2^24 + 1": ("a100" * 8 + "ba01000001", "CBOR_LENGTH"),
    "depth 9 in an array of 2^24": ("81" * 8 + "9a01000000", "CBOR_DEPTH"),
    "depth 9 in an array's long head": ("81" * 8 + "980100", "CBOR_NOT_SHORTEST"),
    "depth 9 in an indefinite array": ("81" * 8 + "9fff", "CBOR_INDEFINITE"),
    "depth 9 in a reserved map": ("81" * 8 + "bc", "CBOR_TYPE"),
    "depth 9 in an array's head cut": ("81" * 8 + "99", "CBOR_TRUNCATED"),
    # of a tag inside the first byte is enough, and a ninth outermost tag is not read
    "tag 18 inside in one byte more": ("81d81280", "CBOR_TYPE"),
    "a tag inside, cut": ("81d8", "CBOR_TYPE"),
    "an indefinite tag inside": ("81df00", "CBOR_TYPE"),
    "a reserved tag inside": ("81dc00", "CBOR_TYPE"),
    "nine tags inside": ("81" + "d2" * 9 + "80", "CBOR_TYPE"),
    "a ninth tag in one byte more": ("d2" * 8 + "d81280", "CBOR_DEPTH"),
    "a ninth tag of no use": ("d2" * 8 + "c180", "CBOR_DEPTH"),
    # truncated
    "a head without its byte": ("18", "CBOR_TRUNCATED"),
    "a head without its eight bytes": ("1b0000000000", "CBOR_TRUNCATED"),
    "a byte string cut": ("4401", "CBOR_TRUNCATED"),
    "a text cut": ("6261", "CBOR_TRUNCATED"),
    "a text cut inside a character": ("62e6", "CBOR_TRUNCATED"),
    "an array cut": ("8201", "CBOR_TRUNCATED"),
    "a map without its value": ("a101", "CBOR_TRUNCATED"),
    "a map without its entries": ("a1", "CBOR_TRUNCATED"),
    "a map of two with one entry": ("a20101", "CBOR_TRUNCATED"),
    "a tag around nothing": ("d2", "CBOR_TRUNCATED"),
    # 12 not shortest, every width and every major type
    "0 in one byte more": ("1800", "CBOR_NOT_SHORTEST"),
    "23 in one byte more": ("1817", "CBOR_NOT_SHORTEST"),
    "255 in two bytes": ("1900ff", "CBOR_NOT_SHORTEST"),
    "65535 in four bytes": ("1a0000ffff", "CBOR_NOT_SHORTEST"),
    "2^32 - 1 in eight bytes": ("1b00000000ffffffff", "CBOR_NOT_SHORTEST"),
    "-1 in one byte more": ("3800", "CBOR_NOT_SHORTEST"),
    "-256 in two bytes": ("3900ff", "CBOR_NOT_SHORTEST"),
    "a byte string's length": ("580100", "CBOR_NOT_SHORTEST"),
    "a text's length": ("780161", "CBOR_NOT_SHORTEST"),
    "an array's count": ("980100", "CBOR_NOT_SHORTEST"),
    "a map's count": ("b8010000", "CBOR_NOT_SHORTEST"),
    "tag 18 in one byte more": ("d81280", "CBOR_NOT_SHORTEST"),
    "tag 18 in two bytes": ("d90012a0", "CBOR_NOT_SHORTEST"),
    "a key": ("a1180000", "CBOR_NOT_SHORTEST"),
    # 13 unsorted
    "keys 2, 1": ("a202000100", "CBOR_KEY_ORDER"),
    "keys -1, 1": ("a220000100", "CBOR_KEY_ORDER"),
    "a text before an integer": ("a261610001f5", "CBOR_KEY_ORDER"),
    "keys in the order of RFC 7049": ("a22000181800", "CBOR_KEY_ORDER"),
    "inner keys unsorted": ("81a202000100", "CBOR_KEY_ORDER"),
    "the same key again, not adjacent": ("a3010002000100", "CBOR_KEY_ORDER"),
    # 14 and 25 duplicates
    "a key twice": ("a201000100", "CBOR_DUPLICATE_KEY"),
    "a text key twice": ("a2616100616100", "CBOR_DUPLICATE_KEY"),
    "__proto__ twice": ("a2695f5f70726f746f5f5f00695f5f70726f746f5f5f01", "CBOR_DUPLICATE_KEY"),
    # 15 and 16 keys that are not integers or texts
    "keys 1 and 1.0": ("a20100f93c0000", "CBOR_TYPE"),
    "key 1.0": ("a1f93c0000", "CBOR_TYPE"),
    "two NaN keys": ("a2f97e0000f97e0001", "CBOR_TYPE"),
    "key true": ("a1f500", "CBOR_TYPE"),
    "keys 1 and true": ("a20100f500", "CBOR_TYPE"),
    "key null": ("a1f600", "CBOR_TYPE"),
    "a byte string as key": ("a1410000", "CBOR_TYPE"),
    "an array as key": ("a18000", "CBOR_TYPE"),
    "a map as key": ("a1a000", "CBOR_TYPE"),
    "a tagged key": ("a1c10000", "CBOR_TYPE"),
    # 17 floats and simple values
    "a half": ("f93c00", "CBOR_TYPE"),
    "a single": ("fa47c35000", "CBOR_TYPE"),
    "a double": ("fb3ff199999999999a", "CBOR_TYPE"),
    "NaN": ("f97e00", "CBOR_TYPE"),
    "infinity": ("f97c00", "CBOR_TYPE"),
    "minus zero": ("f98000", "CBOR_TYPE"),
    "undefined": ("f7", "CBOR_TYPE"),
    "simple 0": ("e0", "CBOR_TYPE"),
    "simple 16": ("f0", "CBOR_TYPE"),
    "simple 255": ("f8ff", "CBOR_TYPE"),
    "false in two bytes": ("f814", "CBOR_TYPE"),
    "a float with its bytes missing": ("f9", "CBOR_TYPE"),
    # 18 indefinite lengths
    "indefinite bytes": ("5f4101ff", "CBOR_INDEFINITE"),
    "indefinite text": ("7f6161ff", "CBOR_INDEFINITE"),
    "an indefinite array": ("9fff", "CBOR_INDEFINITE"),
    "an indefinite map": ("bfff", "CBOR_INDEFINITE"),
    "indefinite inside": ("819fff", "CBOR_INDEFINITE"),
    "an indefinite integer": ("1f", "CBOR_INDEFINITE"),
    "an indefinite negative integer": ("3f", "CBOR_INDEFINITE"),
    "an indefinite tag": ("df00", "CBOR_INDEFINITE"),
    "a break": ("ff", "CBOR_INDEFINITE"),
    "a break inside": ("81ff", "CBOR_INDEFINITE"),
    "a break as value": ("a101ff", "CBOR_INDEFINITE"),
    # reserved additional information
    "reserved 28": ("1c", "CBOR_TYPE"),
    "reserved 29 of a byte string": ("5d", "CBOR_TYPE"),
    "reserved 30 of a map": ("be", "CBOR_TYPE"),
    "reserved 28 of a tag": ("dc00", "CBOR_TYPE"),
    "reserved 28 of simple": ("fc", "CBOR_TYPE"),
    # 19 depth
    "depth 9 in arrays": ("81" * 8 + "80", "CBOR_DEPTH"),
    "depth 9 in maps": ("a100" * 8 + "a0", "CBOR_DEPTH"),
    "depth 9 in both": ("81a100" * 4 + "80", "CBOR_DEPTH"),
    "depth 100,000": ("81" * 100_000, "CBOR_DEPTH"),
    "depth 100,000 in maps": ("a100" * 100_000, "CBOR_DEPTH"),
    "100,000 tags": ("d2" * 100_000, "CBOR_DEPTH"),
    # 20 lengths
    "bytes of 2^63 - 1": ("5b7fffffffffffffff", "CBOR_LENGTH"),
    "bytes of 2^64 - 1": ("5bffffffffffffffff", "CBOR_LENGTH"),
    "text of 2^63 - 1": ("7b7fffffffffffffff", "CBOR_LENGTH"),
    "an array of 2^63 - 1": ("9b7fffffffffffffff", "CBOR_LENGTH"),
    "an array of 2^64 - 1": ("9bffffffffffffffff", "CBOR_LENGTH"),
    "a map of 2^63 - 1": ("bb7fffffffffffffff", "CBOR_LENGTH"),
    "bytes of 2^24 + 1": ("5a01000001", "CBOR_LENGTH"),
    "bytes of 2^24, cut": ("5a01000000", "CBOR_TRUNCATED"),
    "an array of 2^24, cut": ("9a01000000", "CBOR_TRUNCATED"),
    "a map of 2^24, cut": ("ba01000000", "CBOR_TRUNCATED"),
    # 21 tags
    "a shared value": ("d81c8100", "CBOR_TYPE"),
    "a cycle": ("d81c81d81d00", "CBOR_TYPE"),
    "a reference": ("d81d00", "CBOR_TYPE"),
    "a string reference": ("d81900", "CBOR_TYPE"),
    "a string namespace": ("d9010080", "CBOR_TYPE"),
    "a regular expression": ("d8236161", "CBOR_TYPE"),
    "a MIME message": ("d8246161", "CBOR_TYPE"),
    "a bignum": ("c249010000000000000000", "CBOR_TYPE"),
    "a negative bignum": ("c349010000000000000000", "CBOR_TYPE"),
    "a decimal": ("c48221196ab3", "CBOR_TYPE"),
    "a decimal of a giant exponent": ("c4821b7fffffffffffffff01", "CBOR_TYPE"),
    "a bigfloat": ("c5822003", "CBOR_TYPE"),
    "a date": ("c11a514b67b0", "CBOR_TYPE"),
    "an IP address": ("d9010444c0a80001", "CBOR_TYPE"),
    "a set": ("d9010280", "CBOR_TYPE"),
    "self-described CBOR": ("d9d9f700", "CBOR_TYPE"),
    "tag 18 inside": ("81d280", "CBOR_TYPE"),
    "a tag beyond 32 bits": ("db0000000100000000f6", "CBOR_TYPE"),
    # 22 UTF-8
    "an overlong slash": ("62c0af", "CBOR_UTF8"),
    "an overlong NUL": ("62c080", "CBOR_UTF8"),
    "an overlong of three bytes": ("63e080af", "CBOR_UTF8"),
    "a surrogate": ("63eda080", "CBOR_UTF8"),
    "a surrogate pair": ("66eda080edb080", "CBOR_UTF8"),
    "beyond U+10FFFF": ("64f4908080", "CBOR_UTF8"),
    "a lone continuation": ("6180", "CBOR_UTF8"),
    "a character cut by its length": ("61e6", "CBOR_UTF8"),
    "five bytes": ("65f888808080", "CBOR_UTF8"),
    "byte FF in a text": ("61ff", "CBOR_UTF8"),
    "a key that is not UTF-8": ("a161ff00", "CBOR_UTF8"),
    # 23 integers
    "2^53": ("1b0020000000000000", "CBOR_TYPE"),
    "minus 2^53": ("3b001fffffffffffff", "CBOR_TYPE"),
    "2^64 - 1": ("1bffffffffffffffff", "CBOR_TYPE"),
    "minus 2^64": ("3bffffffffffffffff", "CBOR_TYPE"),
    # the first offending byte wins
    "an unsorted map, then a trailing byte": ("a20200010000", "CBOR_KEY_ORDER"),
    "a float, then a duplicate key": ("a301f93c000100", "CBOR_TYPE"),
    "a duplicate key, then a float": ("a201000100f93c00", "CBOR_DUPLICATE_KEY"),
    "an unsorted key whose value is cut": ("a2020001", "CBOR_KEY_ORDER"),
}

GOOD = {
    "the greatest integer": ("1b001fffffffffffff", 2**53 - 1),
    "the least integer": ("3b001ffffffffffffe", -(2**53) + 1),
    "24 in a byte": ("1818", 24),
    "256 in two bytes": ("190100", 256),
    "65536 in four bytes": ("1a00010000", 65536),
    "2^32 in eight bytes": ("1b0000000100000000", 2**32),
    "depth 8": ("81" * 7 + "80", [[[[[[[[]]]]]]]]),
    "__proto__ is a text like any other": ("a1695f5f70726f746f5f5f01", {"__proto__": 1}),
    "an astral character": ("64f09f9880", "😀"),
    "a NUL in a text": ("6100", "\0"),
}


@pytest.mark.parametrize("name", NASTY)
def test_nasty_input_has_one_reason(name: str) -> None:
    data, reason = NASTY[name]
    with refused(Reason(reason)):
        cbor.decode(bytes.fromhex(data))


def test_there_are_enough_of_them_and_they_are_distinct() -> None:
    inputs = [data for data, _ in NASTY.values()]
    assert len(set(inputs)) == len(inputs) >= 56
    assert {reason for _, reason in NASTY.values()} == {r.value for r in Reason if r.value.startswith("CBOR_")}


@pytest.mark.parametrize("name", NASTY)
def test_nasty_input_is_refused_at_once_and_allocates_nothing(name: str) -> None:
    data = bytes.fromhex(NASTY[name][0])
    tracemalloc.start()
    reason_of(cbor.decode, data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64_000

    def seconds() -> float:
        started = time.perf_counter()
        reason_of(cbor.decode, data)
        return time.perf_counter() - started

    assert min(seconds() for _ in range(5)) < 0.005


@pytest.mark.parametrize("name", GOOD)
def test_what_is_at_the_edge_and_allowed(name: str) -> None:
    data, value = GOOD[name]
    assert cbor.decode(bytes.fromhex(data)) == value
    assert cbor.encode(cast("Value", value)).hex() == data


def test_keys_are_in_bytewise_order_and_not_length_first() -> None:
    data = bytes.fromhex("a500001818002000616100626161f4")
    assert cbor.decode(data) == {0: 0, 24: 0, -1: 0, "a": 0, "aa": False}
    assert cbor.encode(cbor.decode(data)) == data


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        ("8201f93c00", 2),
        ("8261ff00", 2),
        ("8263e6b0ff00", 2),
        ("a201000100", 3),
        ("8300001800", 3),
        ("0000", 1),
        ("81ff", 1),
        ("8201", 2),
    ],
)
def test_the_detail_names_the_first_offending_byte(data: str, offset: int) -> None:
    with pytest.raises(Exception, match=rf"\b(at byte|key at byte) {offset}$"):
        cbor.decode(bytes.fromhex(data))


def test_only_the_tags_of_cose_pass_and_only_outermost() -> None:
    passed = set()
    for tag in range(300):
        data = cbor2.dumps(cbor2.CBORTag(tag, None))
        if reason_of(cbor.decode_tagged, data) is None:
            assert cbor.decode_tagged(data) == ((tag,), None)
            passed.add(tag)
        assert reason_of(cbor.decode, data) == "CBOR_TYPE"
        assert reason_of(cbor.decode_tagged, b"\x81" + data) == "CBOR_TYPE"
    assert passed == {16, 17, 18, 61, 96, 97, 98}


def test_several_tags_come_outermost_first() -> None:
    assert cbor.decode_tagged(bytes.fromhex("d83dd280")) == ((61, 18), [])


def test_every_truncation_of_a_certificate_is_truncated() -> None:
    data = sign_it()
    for length in range(len(data)):
        assert reason_of(cbor.decode_tagged, data[:length]) == "CBOR_TRUNCATED"


@pytest.mark.parametrize("length", [0, 23, 24, 255, 256, 65_535, 65_536])
def test_the_head_of_a_byte_string_is_the_shortest(length: int) -> None:
    content = bytes(length)
    assert cbor.byte_string(content) == cbor.encode(content)


def test_the_longest_byte_string_passes() -> None:
    content = bytes(LONGEST)
    assert cbor.decode(cbor.byte_string(content)) == content


# Every set of map labels that the formats use, each in the order of section 4.2.1
LABELS: dict[str, tuple[int | str, ...]] = {
    "a COSE header": (1, 4, 16),
    "a certificate's claims": (1, 4, 6, 65535, -65537),
    "a status claim": ("status_list",),
    "a status reference": ("idx", "uri"),
    "a certificate's optional facts": (1, 2, 3),
    "root and trust list": (1, 2, 3, 4, 5, 10, 11),
    "checkpoint": (1, 2, 3, 4, 5, 6, 10, 11),
    "status list": (1, 2, 4, 6, 65533, 65534, -65538),
    "status list's content": ("lst", "bits"),
    "a bundle's part": (1, 2, 3, 4, 5, 6, 7, 8, 9),
    "a bundle's regions": tuple(f"{n:02d}" for n in range(100)),
    "a request": (1, 2, 3, 4, 5, 6),
}


def test_the_formats_use_these_labels_and_no_others() -> None:
    """If an object gains a label, LABELS must gain it: its order is only safe when tested."""
    allowed = {frozenset(labels) for labels in LABELS.values()}

    def check(value: Value) -> None:
        if isinstance(value, dict):
            assert any(set(value) <= labels for labels in allowed), set(value)
            for each in value.values():
                check(each)
        elif isinstance(value, list):
            for each in value:
                check(each)
        elif isinstance(value, bytes):
            nested = value.startswith((b"\xd2", b"\xd8", b"\x84")) or value[:1] in b"\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8"
            if nested and reason_of(cbor.decode_tagged, value) is None:
                check(cbor.decode_tagged(value)[1])

    check(cbor.decode(World(registered={7: sign_it()}, agreements=()).bundle()))
    check(cbor.decode_tagged(sign_it())[1])


@pytest.mark.parametrize("name", LABELS)
def test_labels_are_written_as_they_come_and_read_in_bytewise_order_alone(name: str) -> None:
    labels = LABELS[name]
    expected = b"".join(cbor2.dumps(label) + b"\0" for label in labels)
    count = cbor2.dumps(dict.fromkeys(range(len(labels))))[: 1 if len(labels) < 24 else 2]
    data = cbor.encode(dict.fromkeys(labels, 0))
    assert data == count + expected
    assert cbor.decode(data) == dict.fromkeys(labels, 0)
    if len(labels) > 1:
        assert reason_of(cbor.decode, cbor.encode(dict.fromkeys(reversed(labels), 0))) == "CBOR_KEY_ORDER"


INTEGERS = st.integers(-cbor.MAX_INTEGER, cbor.MAX_INTEGER)
LEAVES = st.none() | st.booleans() | INTEGERS | st.binary(max_size=40) | st.text(max_size=20)


def _maps(values: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    def over(labels: tuple[int | str, ...]) -> st.SearchStrategy[Value]:
        return st.dictionaries(st.sampled_from(labels), values, max_size=8).map(_in_order)

    return st.sampled_from(sorted(LABELS.values(), key=repr)).flatmap(over)


VALUES = st.recursive(
    cast("st.SearchStrategy[Value]", LEAVES), lambda inner: st.lists(inner, max_size=5) | _maps(inner), max_leaves=12
).filter(lambda value: _depth(value) <= cbor.MAX_DEPTH)


def _depth(value: Value) -> int:
    match value:
        case dict():
            return 1 + max(map(_depth, value.values()), default=0)
        case list():
            return 1 + max(map(_depth, value), default=0)
        case _:
            return 0


def _same(a: object, b: object) -> bool:
    """Equal, and of the same types all the way down: 1 is not True here."""
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    return type(a) is type(b) and a == b


def _in_order(entries: dict[int | str, Value]) -> dict[int | str, Value]:
    return {key: entries[key] for key in sorted(entries, key=cbor2.dumps)}


@given(VALUES)
def test_what_is_encoded_decodes_to_the_same(value: Value) -> None:
    data = cbor.encode(value)
    assert cbor.decode(data) == value


@given(st.binary(max_size=60))
@example(b"\xbf")
@example(b"\xf8")
def test_any_bytes_decode_or_have_a_reason(data: bytes) -> None:
    found = reason_of(cbor.decode_tagged, data)
    assert found is None or found.startswith("CBOR_")


def _by_cbor2(data: bytes) -> object:
    def stop(tag: cbor2.CBORTag, _: bool) -> object:
        raise ValueError(f"tag {tag.tag}")

    return cbor2.loads(data, tag_hook=stop, max_depth=8, allow_indefinite=False, allow_duplicate_keys=False)


@given(VALUES.map(cbor.encode) | st.binary(max_size=12))
def test_what_we_accept_cbor2_reads_the_same(data: bytes) -> None:
    if reason_of(cbor.decode, data) is not None:
        return
    value = cbor.decode(data)
    assert _same(_by_cbor2(data), value)
    assert cbor.encode(value) == data


def test_what_we_accept_cbor2_reads_the_same_for_all_short_inputs() -> None:
    accepted = 0
    for number in range(1 << 16):
        data = number.to_bytes(2, "big")
        if reason_of(cbor.decode, data) is None:
            accepted += 1
            assert _same(_by_cbor2(data), cbor.decode(data))
            assert cbor.encode(cbor.decode(data)) == data
    # 232 integers of each sign, 256 byte strings and 128 texts of one byte, 24 + 24 + 1 + 1 + 2 + 3 + ... in an array
    assert accepted == 232 + 232 + 256 + 128 + _ONE_BYTE_ITEMS


_ONE_BYTE_ITEMS = 24 + 24 + 1 + 1 + 1 + 1 + 3
"""Arrays of one item that takes one byte: 0..23, -1..-24, h'', "", [], {}, false, true, null."""
