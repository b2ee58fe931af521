import pytest

from credential import cbor
from credential.reason import Reason
from tests.credential.refusal import refused

# RFC 8949, appendix A, all 82 rows: the encoded item and what becomes of it
APPENDIX_A: tuple[tuple[str, object], ...] = (
    ("00", 0),
    ("01", 1),
    ("0a", 10),
    ("17", 23),
    ("1818", 24),
    ("1819", 25),
    ("1864", 100),
    ("1903e8", 1000),
    ("1a000f4240", 1_000_000),
    ("1b000000e8d4a51000", 1_000_000_000_000),
    ("1bffffffffffffffff", Reason.CBOR_TYPE),
    ("c249010000000000000000", Reason.CBOR_TYPE),
    ("3bffffffffffffffff", Reason.CBOR_TYPE),
    ("c349010000000000000000", Reason.CBOR_TYPE),
    ("20", -1),
    ("29", -10),
    ("3863", -100),
    ("3903e7", -1000),
    ("f90000", Reason.CBOR_TYPE),
    ("f98000", Reason.CBOR_TYPE),
    ("f93c00", Reason.CBOR_TYPE),
    ("fb3ff199999999999a", Reason.CBOR_TYPE),
    ("f93e00", Reason.CBOR_TYPE),
    ("f97bff", Reason.CBOR_TYPE),
    ("fa47c35000", Reason.CBOR_TYPE),
    ("fa7f7fffff", Reason.CBOR_TYPE),
    ("fb7e37e43c8800759c", Reason.CBOR_TYPE),
    ("f90001", Reason.CBOR_TYPE),
    ("f90400", Reason.CBOR_TYPE),
    ("f9c400", Reason.CBOR_TYPE),
    ("fbc010666666666666", Reason.CBOR_TYPE),
    ("f97c00", Reason.CBOR_TYPE),
    ("f97e00", Reason.CBOR_TYPE),
    ("f9fc00", Reason.CBOR_TYPE),
    ("fa7f800000", Reason.CBOR_TYPE),
    ("fa7fc00000", Reason.CBOR_TYPE),
    ("faff800000", Reason.CBOR_TYPE),
    ("fb7ff0000000000000", Reason.CBOR_TYPE),
    ("fb7ff8000000000000", Reason.CBOR_TYPE),
    ("fbfff0000000000000", Reason.CBOR_TYPE),
    ("f4", False),
    ("f5", True),
    ("f6", None),
    ("f7", Reason.CBOR_TYPE),
    ("f0", Reason.CBOR_TYPE),
    ("f8ff", Reason.CBOR_TYPE),
    ("c074323031332d30332d32315432303a30343a30305a", Reason.CBOR_TYPE),
    ("c11a514b67b0", Reason.CBOR_TYPE),
    ("c1fb41d452d9ec200000", Reason.CBOR_TYPE),
    ("d74401020304", Reason.CBOR_TYPE),
    ("d818456449455446", Reason.CBOR_TYPE),
    ("d82076687474703a2f2f7777772e6578616d706c652e636f6d", Reason.CBOR_TYPE),
    ("40", b""),
    ("4401020304", b"\x01\x02\x03\x04"),
    ("60", ""),
    ("6161", "a"),
    ("6449455446", "IETF"),
    ("62225c", '"\\'),
    ("62c3bc", "ü"),
    ("63e6b0b4", "水"),
    ("64f0908591", "𐅑"),
    ("80", []),
    ("83010203", [1, 2, 3]),
    ("8301820203820405", [1, [2, 3], [4, 5]]),
    ("98190102030405060708090a0b0c0d0e0f101112131415161718181819", list(range(1, 26))),
    ("a0", {}),
    ("a201020304", {1: 2, 3: 4}),
    ("a26161016162820203", {"a": 1, "b": [2, 3]}),
    ("826161a161626163", ["a", {"b": "c"}]),
    ("a56161614161626142616361436164614461656145", {"a": "A", "b": "B", "c": "C", "d": "D", "e": "E"}),
    ("5f42010243030405ff", Reason.CBOR_INDEFINITE),
    ("7f657374726561646d696e67ff", Reason.CBOR_INDEFINITE),
    ("9fff", Reason.CBOR_INDEFINITE),
    ("9f018202039f0405ffff", Reason.CBOR_INDEFINITE),
    ("9f01820203820405ff", Reason.CBOR_INDEFINITE),
    ("83018202039f0405ff", Reason.CBOR_INDEFINITE),
    ("83019f0203ff820405", Reason.CBOR_INDEFINITE),
    ("9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff", Reason.CBOR_INDEFINITE),
    ("bf61610161629f0203ffff", Reason.CBOR_INDEFINITE),
    ("826161bf61626163ff", Reason.CBOR_INDEFINITE),
    ("bf6346756ef563416d7421ff", Reason.CBOR_INDEFINITE),
)


@pytest.mark.parametrize(("data", "expected"), APPENDIX_A, ids=[data for data, _ in APPENDIX_A])
def test_the_examples_of_rfc_8949(data: str, expected: object) -> None:
    if isinstance(expected, Reason):
        with refused(expected):
            cbor.decode(bytes.fromhex(data))
    else:
        found = cbor.decode(bytes.fromhex(data))
        assert (type(found), found) == (type(expected), expected)
        assert cbor.encode(found).hex() == data
