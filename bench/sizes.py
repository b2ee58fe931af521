"""How large certificates and their QR codes are. Nothing here depends on the machine."""

from dataclasses import dataclass
from typing import Final

from bench.workload import HOST
from credential import qr_text
from credential.model import (
    Certificate,
    DocumentType,
    Entry,
    Extra,
    LevelCertificate,
    Occupation,
    Person,
    StatusReference,
)
from signer.batches import qr
from tests.signer.test_sizes import LONGEST, TYPICAL
from tests.world import certificate, sign_it

_MOST: Final = "字" * 32
"""96 bytes, the most that docs/format.md allows for a text."""
LARGEST: Final = certificate(
    person=Person(_MOST, DocumentType.FOREIGNER_PERMANENT_RESIDENCE, "123X"),
    subject=LevelCertificate(Occupation(2022, "9" * 96, _MOST, _MOST), 1),
    status=StatusReference(999_999_999, "https://fjsk1.example/s/999999999"),
    extra=Extra(Entry(999_999_999, 999_999_999), _MOST, _MOST),
)


@dataclass(frozen=True, slots=True)
class Size:
    """One certificate's bytes and QR version, and the most that they may be."""

    zh: str
    en: str
    bytes: int
    version: int
    most_bytes: int
    most_version: int

    @property
    def is_met(self) -> bool:
        """Whether both stay within their bounds."""
        return self.bytes <= self.most_bytes and self.version <= self.most_version


def sizes() -> list[Size]:
    """The typical certificate, one with the longest names of the budget, and the largest that the format allows."""
    return [
        _size("典型证书", "a typical certificate", TYPICAL, 225, 12),
        _size(
            "名字 48 字节、职业 30 字节、方向 15 字节",
            "a name of 48 bytes, a title of 30, a specialisation of 15",
            LONGEST,
            300,
            14,
        ),
        _size(
            "每项文字都达到格式允许的上限",
            "every text as long as the format allows",
            LARGEST,
            1024,
            40,
        ),
    ]


def _size(zh: str, en: str, what: Certificate, most_bytes: int, most_version: int) -> Size:
    data = sign_it(what)
    text = qr_text.encode(HOST, data)
    qr.picture(text)
    return Size(zh, en, len(data), qr.version(text), most_bytes, most_version)
