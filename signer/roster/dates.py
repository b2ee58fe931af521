"""Dates in the shapes that people type and that Excel makes of them."""

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final

from signer.roster.messages import CellError
from signer.roster.model import ProblemCode
from signer.roster.shape import without_marks
from signer.roster.sheet import Cell, CellKind

NUMBER: Final = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{0,40})?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
LAST_SERIAL: Final = 2_958_465
_FIRST_DATE: Final = date(2000, 1, 1)
_FIRST_SERIAL: Final = 36_526
"""The number of 2000-01-01 where days are counted from 1900; a smaller one is a year, or a month of a year."""
_YEARS: Final = range(1900, 2200)
_MONTHS_OF_YEARS: Final = range(1900_01, 2200_01)

_SEPARATOR: Final = r"\s*[-/.年。、]\s*"
_YEAR_FIRST: Final = re.compile(
    rf"([0-9]{{4}}){_SEPARATOR}([0-9]{{1,2}})\s*[-/.月。、]\s*([0-9]{{1,2}})\s*[日号]?\s*(?:(?:星期|周)[一二三四五六日天])?"
    r"(?:[ t][0-9:.]{4,15}z?)?"
)
_DIGITS: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:\.0*)?")
_SERIAL: Final = re.compile(r"([3-7][0-9]{4})(?:\.[0-9]*)?")
_MONTH_NAMED: Final = re.compile(r"([0-9]{1,2})[- ]([a-z]{3})[a-z]*[- ,]+([0-9]{4})")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OTHER_ORDER: Final = re.compile(
    r"[0-9]{1,2}\s*[-/.年]\s*[0-9]{1,2}\s*[-/.月]\s*[0-9]{1,4}\s*日?|[0-9]{1,2}[- ][a-z]{3,9}[- ][0-9]{2}"
)
_NO_DAY: Final = re.compile(r"(?:19|20)[0-9]{2}(?:\s*年|\s*[-/.年]\s*[0-9]{1,2}\s*月?份?|[01][0-9])?")
_CHINESE: Final = str.maketrans("〇零○o一二三四五六七八九", "0000123456789")
_CHINESE_DATE: Final = re.compile(
    r"([〇零○o一二三四五六七八九]{4})年(十[一二]?|[一二三四五六七八九])月([二三]?十[一二三四五六七八九]?|[一二三四五六七八九])日?"
)


@lru_cache(4096)
def day(cell: Cell, date1904: bool = False) -> date:
    """A date: an Excel date, or text with the year first, such as 2026-06-01, 2026.6.1, 2026年6月1日, 20260601.

    A time of day and a day of the week are dropped. CellError: the DATE ones; before 2000 it is an error.
    """
    found = _of_number(cell, date1904) if cell.kind is CellKind.NUMBER else _of_text(cell.text, date1904)
    if found < _FIRST_DATE:
        raise CellError(ProblemCode.DATE_TOO_OLD)
    return found


def _of_number(cell: Cell, date1904: bool) -> date:
    if not NUMBER.fullmatch(cell.text):
        raise CellError(ProblemCode.DATE)
    number = Decimal(cell.text)
    if int(number) in _YEARS or int(number) in _MONTHS_OF_YEARS:
        raise CellError(ProblemCode.DATE_INCOMPLETE)
    if 0 <= number <= LAST_SERIAL:
        return _of_serial(int(number), date1904)
    if number != int(number):
        raise CellError(ProblemCode.DATE)
    return _of_text(str(int(number)), date1904)


def _of_serial(days: int, date1904: bool) -> date:
    try:
        return (date(1904, 1, 1) if date1904 else date(1899, 12, 30)) + timedelta(days=days)
    except OverflowError:
        raise CellError(ProblemCode.DATE) from None


def _of_text(text: str, date1904: bool) -> date:
    normal = without_marks(unicodedata.normalize("NFKC", text)).strip(" '’\t\r\n").casefold()
    serial = _SERIAL.fullmatch(normal)
    if serial is not None and int(serial[1]) >= _FIRST_SERIAL:
        return _of_serial(int(serial[1]), date1904)
    parts = _parts(normal)
    if parts is None:
        raise CellError(_why_none(normal))
    try:
        return date(*parts)
    except ValueError:
        raise CellError(ProblemCode.DATE) from None


def _parts(normal: str) -> tuple[int, int, int] | None:
    """Year, month and day of a text that has them in an order that cannot be mistaken."""
    found = _YEAR_FIRST.fullmatch(normal) or _DIGITS.fullmatch(normal)
    if found is not None:
        return int(found[1]), int(found[2]), int(found[3])
    named = _MONTH_NAMED.fullmatch(normal)
    if named is not None and named[2] in _MONTHS:
        return int(named[3]), _MONTHS.index(named[2]) + 1, int(named[1])
    chinese = _CHINESE_DATE.fullmatch(normal)
    if chinese is not None:
        return int(chinese[1].translate(_CHINESE)), _chinese(chinese[2]), _chinese(chinese[3])
    return None


def _chinese(text: str) -> int:
    """A number from 1 to 99 in Chinese: 九, 十二, 三十一."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int(text.translate(_CHINESE))
    return 10 * int(tens.translate(_CHINESE) or 1) + int(ones.translate(_CHINESE) or 0)


def _why_none(normal: str) -> ProblemCode:
    if _OTHER_ORDER.fullmatch(normal):
        return ProblemCode.DATE_AMBIGUOUS
    return ProblemCode.DATE_INCOMPLETE if _NO_DAY.fullmatch(normal) else ProblemCode.DATE
