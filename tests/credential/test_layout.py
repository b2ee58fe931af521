import pytest
from hypothesis import given

from credential import claims, cose, layout
from credential.cose import Sign1
from credential.model import (
    MAX_DAY,
    Basis,
    Certificate,
    Day,
    DocumentType,
    Extra,
    IssuerCode,
    Kind,
    LevelCertificate,
    Occupation,
    Person,
    Seconds,
    StatusReference,
)
from tests.credential.certificates import EXAMPLES, LONGEST, certificates
from tests.world import CERTIFICATE, CODE, sign_it

DATA = sign_it(CERTIFICATE)


def _strictly(data: bytes) -> tuple[Sign1, Certificate]:
    message = cose.decode_sign1(data, typ=None)
    return message, claims.decode_body(claims.decode_outer(message.payload))


def _named(name: str) -> Certificate:
    return CERTIFICATE._replace(person=CERTIFICATE.person._replace(name=name))


def _of(edition: int, title: str, specialisation: str | None, level: int = 3) -> Certificate:
    return CERTIFICATE._replace(
        subject=LevelCertificate(Occupation(edition, "6-31-01-03", title, specialisation), level)
    )


def _at(index: int, uri: str = CERTIFICATE.status.uri) -> Certificate:
    return CERTIFICATE._replace(status=StatusReference(index, uri))


USUAL = {
    "of every day": CERTIFICATE,
    "long": LONGEST,
    "another issuer": CERTIFICATE._replace(
        issuer=IssuerCode("S000044000001"), number="S000044000001265000001", issued_at=Seconds(2**32 - 1)
    ),
    "another document": CERTIFICATE._replace(
        person=Person("陈志强", DocumentType.OTHER, "0000"), basis=Basis.RECOGNITION, issued_on=Day(2**16 - 1)
    ),
    "signed early": CERTIFICATE._replace(issued_at=Seconds(2**16), issued_on=Day(2**8)),
    "a small number": CERTIFICATE._replace(number=f"{CODE}000065536"),
    "the largest number": CERTIFICATE._replace(number=f"{CODE}999999999"),
    "level 1": _of(256, "电工", "维修电工", 1),
    "level 5": _of(9999, "电" * 7 + "工", "电" * 32, 5),
    "a name of one letter": _named("A"),
    "a name of 23 bytes": _named("A" * 23),
    "a name of 24 bytes": _named("A" * 24),
    "a name of 96 bytes": _named("陈" * 32),
    "a name with a space": _named("John O'Neil-Smith"),
    "a name with a point": _named("阿不都热依木·买买提"),
    "brackets of full width": _of(2022, "电工（维修）", None),
    "a rare character": _named("𠮷田"),
    **{f"index {index}": _at(index) for index in (0, 23, 24, 2**8 - 1, 2**8, 2**16 - 1, 2**16, 2**32 - 1)},
    "a URI of 64 bytes": _at(7, "https://" + "a" * 56),
}
UNUSUAL = {
    **{f"kind {kind.value}": EXAMPLES[kind] for kind in Kind if kind is not Kind.LEVEL},
    "a number that fits two bytes": CERTIFICATE._replace(number=f"{CODE}000065535"),
    "a number of another scheme": CERTIFICATE._replace(number="JM-2026-0154"),
    "signed in 1970": CERTIFICATE._replace(issued_at=Seconds(2**16 - 1)),
    "signed after 2106": CERTIFICATE._replace(issued_at=Seconds(2**32)),
    "dated in 1970": CERTIFICATE._replace(issued_on=Day(2**8 - 1)),
    "dated after 2149": CERTIFICATE._replace(issued_on=MAX_DAY),
    "the region's own list": _of(0, "电工", None),
    "a later index": _at(2**32),
    "no URI": _at(7, ""),
    "an optional fact": CERTIFICATE._replace(extra=Extra(sub_level="A")),
    "a payload of 256 bytes": _of(2022, "电" * 32, "电" * 12 + "A"),
}


@pytest.mark.parametrize("name", USUAL)
def test_usual_layout_is_read_as_the_strict_readers_do(name: str) -> None:
    data = sign_it(USUAL[name])
    assert layout.read(data) == _strictly(data)
    assert _strictly(data)[1] == USUAL[name]


@pytest.mark.parametrize("name", UNUSUAL)
def test_another_layout_is_left_to_the_strict_readers(name: str) -> None:
    data = sign_it(UNUSUAL[name])
    assert layout.read(data) is None
    assert _strictly(data)[1] == UNUSUAL[name]


def test_a_payload_of_255_bytes_is_the_longest() -> None:
    data = sign_it(_of(2022, "电" * 32, "电" * 12))
    assert len(_strictly(data)[0].payload) == 255
    assert layout.read(data) == _strictly(data)


@pytest.mark.parametrize("usual", [CERTIFICATE, LONGEST])
def test_whatever_byte_is_changed_nothing_is_read_that_the_strict_readers_refuse(usual: Certificate) -> None:
    data = sign_it(usual)
    read = 0
    for place in range(len(data) - cose.SIGNATURE_BYTES + 1):
        for value in range(256):
            changed = data[:place] + bytes((value,)) + data[place + 1 :]
            found = layout.read(changed)
            if found is not None:
                read += 1
                assert found == _strictly(changed)
    assert read > 5_000


def test_parts_of_a_certificate_and_more_than_one_are_not_read() -> None:
    for size in range(len(DATA)):
        assert layout.read(DATA[:size]) is None
    assert layout.read(DATA + b"\0") is None


FAULTS = {
    "a name with a longer head": (b"\x69" + "陈志强".encode(), b"\x78\x09" + "陈志强".encode()),
    "an index with a longer head": (b"idx\x07", b"idx\x18\x07"),
    "an index with a head of two bytes": (b"idx\x07", b"idx\x19\x00\x07"),
    "a time with a longer head": (DATA[35:41], b"\x06\x1a\x00\x00\xff\xff"),
    "a number with a longer head": (b"\x1a\x0f\xad\x0f\xc1", b"\x1a\x00\x00\xff\xff"),
    "an edition with a longer head": (b"\x19\x07\xe6", b"\x19\x00\xff"),
    "a date with a longer head": (b"\x19\x50\x7d\x00\xa0", b"\x19\x00\xff\x00\xa0"),
    "a name that is not UTF-8": ("陈".encode(), b"\xe9\x99\xff"),
    "a name with a surrogate": ("陈".encode(), b"\xed\xa0\x80"),
    "a name that reorders": ("陈".encode(), "\u202e".encode()),
    "a name that begins with a space": ("陈".encode(), "\u3000".encode()),
    "an empty name": (b"\x69" + "陈志强".encode(), b"\x60"),
    "a name of 97 bytes": (b"\x69" + "陈志强".encode(), b"\x78\x61" + b"A" * 97),
    "a URI of 65 bytes": (b"\x76https://fj.example/s/0", b"\x78\x41" + b"a" * 65),
    "a name of bytes": (b"\x69" + "陈志强".encode(), b"\x49" + "陈志强".encode()),
    "letters that are not capital": (b"\x64123X", b"\x64123x"),
    "a hyphen among the last four": (b"\x64123X", b"\x6412-X"),
    "level 0": (b"\xf6\x03\x19", b"\xf6\x00\x19"),
    "level 6": (b"\xf6\x03\x19", b"\xf6\x06\x19"),
    "edition 10000": (b"\x19\x07\xe6", b"\x19\x27\x10"),
    "a number of ten digits": (b"\x1a\x0f\xad\x0f\xc1", b"\x1a\x3b\x9a\xca\x00"),
    "another algorithm": (b"\xa2\x01\x32", b"\xa2\x01\x27"),
    "another tag": (b"\xd2\x84", b"\xd1\x84"),
    "something unprotected": (b"\xa0\x58" + DATA[18:19], b"\xa1\x58" + DATA[18:19]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_left_to_the_strict_readers_who_know_the_reason(name: str) -> None:
    sound, fault = FAULTS[name]
    assert DATA.count(sound) == 1
    changed = bytearray(DATA.replace(sound, fault))
    changed[18] += len(fault) - len(sound)  # the payload's size
    assert layout.read(bytes(changed)) is None


@given(certificates())
def test_any_certificate_is_read_alike_or_not_at_all(certificate: Certificate) -> None:
    data = sign_it(certificate)
    assert layout.read(data) in (None, _strictly(data))
