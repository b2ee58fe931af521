"""The budget: how many bytes a certificate takes, and which QR version that is at error correction M."""

from io import BytesIO

import pytest
from PIL import Image

from credential import qr_text
from credential.model import DocumentType, LevelCertificate, Occupation, Person, StatusReference
from signer.batches import qr
from tests.world import certificate, sign_it

TYPICAL = certificate(serial=154, index=1_048_575)
LONGEST = certificate(
    subject=LevelCertificate(Occupation(2022, "6-30-05-05", "挖掘铲运和桩工机械司", "选" * 5), 1),
    serial=999_999,
    index=1_048_575,
    person=Person("艾" * 16, DocumentType.FOREIGNER_PERMANENT_RESIDENCE, "123X"),
    # The base of the URI has the 24 bytes that it may have at most.
    status=StatusReference(1_048_575, "https://fjsk1.example/s/0"),
)


def _version(data: bytes) -> int:
    return qr.version(qr_text.encode("fj.example", data))


def test_a_typical_certificate_is_within_225_bytes_and_version_12() -> None:
    data = sign_it(TYPICAL)
    assert len(data) <= 225
    assert _version(data) <= 12


def test_the_longest_names_are_within_300_bytes_and_version_14() -> None:
    assert LONGEST.occupation is not None
    assert len(LONGEST.person.name.encode()) == 48
    assert len(LONGEST.occupation.title.encode()) == 30
    assert len((LONGEST.occupation.specialisation or "").encode()) == 15
    data = sign_it(LONGEST)
    assert len(data) <= 300
    assert _version(data) <= 14


def test_the_picture_is_one_bit_a_pixel_and_large_enough_to_print() -> None:
    text = qr_text.encode("fj.example", sign_it(TYPICAL))
    data = qr.picture(text)
    with Image.open(BytesIO(data)) as image:
        assert (image.format, image.mode, image.info) == ("PNG", "1", {})
        side = qr.version(text) * 4 + 17 + 2 * 4
        assert image.size == (side * 8, side * 8)
    assert qr.read(data) == [text]


def test_the_certificate_is_its_own_numeric_segment() -> None:
    text = qr_text.encode("fj.example", sign_it(TYPICAL))
    as_bytes_alone = replace_digits(text)
    assert qr.version(text) < qr.version(as_bytes_alone)


def replace_digits(text: str) -> str:
    """The same length of text with nothing behind the `#`."""
    return "https://fj.example/v/" + text.partition("#")[2][:-1] + "#1"


def test_a_text_that_differs_is_not_read_back() -> None:
    data = qr.picture(qr_text.encode("fj.example", sign_it(TYPICAL)))
    other = qr_text.encode("fj.example", sign_it(TYPICAL._replace(number=TYPICAL.number[:-1] + "9")))
    with pytest.raises(qr.NotReadBackError):
        qr.require_reads_as(data, other)
