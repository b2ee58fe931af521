"""The budget of a certificate: bytes, and the version of its QR code at error correction M."""

import pytest

from credential import qr_text
from credential.model import Certificate, LevelCertificate
from tests.credential.certificates import LONGEST
from tests.world import CERTIFICATE, certificate, sign_it

# ISO/IEC 18004, table 7: data codewords at error correction M
CODEWORDS = {10: 216, 11: 254, 12: 290, 13: 334, 14: 365, 15: 415}


def _version(text: str) -> int:
    """The least QR version, of 10 to 15, that holds `text` as one byte segment and one numeric segment."""
    prefix, digits = text.split("#")
    characters = 4 + 16 + 8 * (len(prefix) + 1)
    numeric = 4 + 12 + 10 * (len(digits) // 3) + (0, 4, 7)[len(digits) % 3]
    return min(version for version, words in CODEWORDS.items() if characters + numeric <= 8 * words)


TYPICAL = {
    "an electrician at level 3": CERTIFICATE,
    "the last index of a list": certificate(index=2**20 - 1, serial=154),
}


@pytest.mark.parametrize(
    ("what", "most_bytes", "highest_version"),
    [*((each, 225, 12) for each in TYPICAL.values()), (LONGEST, 300, 14)],
    ids=[*TYPICAL, "the longest"],
)
def test_a_certificate_stays_within_its_budget(what: Certificate, most_bytes: int, highest_version: int) -> None:
    data = sign_it(what)
    assert len(data) <= most_bytes
    assert _version(qr_text.encode("fj.example", data)) <= highest_version


def test_the_longest_is_as_long_as_the_budget_says() -> None:
    assert isinstance(LONGEST.subject, LevelCertificate)
    occupation = LONGEST.subject.occupation
    assert len(LONGEST.person.name.encode()) == 48
    assert len(occupation.title.encode()) == 30
    assert occupation.specialisation is not None
    assert len(occupation.specialisation.encode()) == 15
    assert len(LONGEST.status.uri.encode()) == 24 + 1


def test_a_typical_certificate_is_this_large() -> None:
    """An exact figure: whoever changes it changes the format."""
    data = sign_it()
    assert (len(data), _version(qr_text.encode("fj.example", data))) == (212, 11)
