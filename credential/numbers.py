"""Certificate numbers, institution codes, credit codes and citizen numbers: parse, check, format.

Certificate numbers: 人社鉴发〔2019〕2号. They have no check digit, so a well-formed number proves nothing; what can
be checked is that prefix, year and level agree with the certificate. Credit codes: GB 32100. Citizen numbers: GB 11643.
"""

import re
from datetime import date
from enum import StrEnum, unique
from typing import Final, NamedTuple

from credential.model import IssuerCode, Region

_ISSUER_CODE: Final = re.compile(r"[A-Z][0-9A-Z]{4}[0-9]{2}[0-9A-Z]{6}", re.ASCII)
_NATIONAL_NUMBER: Final = re.compile(r"[A-Z][0-9A-Z]{4}[0-9]{2}[0-9A-Z]{6}[0-9]{9}", re.ASCII)
_REGION: Final = re.compile(r"[0-9]{2}", re.ASCII)
_DIVISION: Final = re.compile(r"[0-9]{6}", re.ASCII)
TAIL_DIGITS: Final = 9
"""Year, level and serial: what follows the issuer's code in a number of the national scheme."""

LEVEL_NAMES: Final = {
    5: "五级/初级工",
    4: "四级/中级工",
    3: "三级/高级工",
    2: "二级/技师",
    1: "一级/高级技师",
}
LEVEL_NAMES_EN: Final = {
    5: "Level 5, junior worker",
    4: "Level 4, intermediate worker",
    3: "Level 3, senior worker",
    2: "Level 2, technician",
    1: "Level 1, senior technician",
}


def parse_issuer_code(text: str) -> IssuerCode | None:
    """`text` as an institution's code, or None if it is not one."""
    return IssuerCode(text) if _ISSUER_CODE.fullmatch(text) else None


def parse_region(text: str) -> Region | None:
    """`text` as a region, or None if it is not two digits."""
    return Region(text) if _REGION.fullmatch(text) else None


def parse_division(text: str) -> str | None:
    """`text` as a division of GB/T 2260, or None if it is not six digits. Whether it exists is not judged."""
    return text if _DIVISION.fullmatch(text) else None


class NationalNumber(NamedTuple):
    """A number of the national scheme: 22 characters. `year` has two digits; `level` is the digit as printed."""

    prefix: IssuerCode
    year: int
    level: int
    serial: int

    def __str__(self) -> str:
        """The printed form."""
        return f"{self.prefix}{self.tail:09d}"

    @property
    def tail(self) -> int:
        """Year, level and serial as one number of at most nine digits."""
        return (self.year * 10 + self.level) * 1_000_000 + self.serial


def parse_number(text: str) -> NationalNumber | None:
    """`text` as a number of the national scheme; None for any other scheme: it is recognised, not checked."""
    if not _NATIONAL_NUMBER.fullmatch(text):
        return None
    return NationalNumber(IssuerCode(text[:13]), int(text[13:15]), int(text[15]), int(text[16:]))


@unique
class Fault(StrEnum):
    """What is wrong with an identifier. The values are shown to clerks' programs; they hold no personal data."""

    LENGTH = "LENGTH"
    CHARACTERS = "CHARACTERS"
    DATE = "DATE"
    CHECK_CHARACTER = "CHECK_CHARACTER"


_CITIZEN: Final = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_CITIZEN_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_CHECK: Final = "10X98765432"


def citizen_number_fault(text: str, today: date) -> Fault | None:
    """The first fault of an 18-character number (GB 11643, MOD 11-2), or None.

    Residence permits of Hong Kong, Macao and Taiwan residents and the foreigner's card of 2023 share the form. The
    division is not judged: divisions end, people do not.
    """
    if len(text) != 18:
        return Fault.LENGTH
    if not _CITIZEN.fullmatch(text):
        return Fault.CHARACTERS
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return Fault.DATE
    if not date(1850, 1, 1) <= born <= today:
        return Fault.DATE
    return None if citizen_check_character(text[:17]) == text[17] else Fault.CHECK_CHARACTER


def citizen_check_character(first17: str) -> str:
    """The check character of the first 17 digits (ISO 7064 MOD 11-2)."""
    return _CITIZEN_CHECK[sum(int(c) * w for c, w in zip(first17, _CITIZEN_WEIGHTS, strict=True)) % 11]


_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CREDIT_FIRST: Final = "123456789ANY"


def credit_code_fault(text: str) -> Fault | None:
    """The first fault of a unified social credit code (GB 32100, 18 characters), or None.

    Not left to python-stdnum, which knows no first character but a digit: A, N and Y are in use.
    """
    if len(text) != 18:
        return Fault.LENGTH
    if credit_code_wrong_place(text) is not None:
        return Fault.CHARACTERS
    return None if credit_check_character(text[:17]) == text[17] else Fault.CHECK_CHARACTER


def credit_code_wrong_place(text: str) -> int | None:
    """The place, from 0, of the first character that a credit code cannot have there."""
    places = enumerate(text)
    return next((n for n, c in places if c not in (_CREDIT_ALPHABET if n else _CREDIT_FIRST)), None)


def credit_check_character(first17: str) -> str:
    """The check character of the first 17 characters of a credit code."""
    total = sum(_CREDIT_ALPHABET.index(c) * w for c, w in zip(first17, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[-total % 31]
