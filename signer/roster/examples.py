"""Rows that show how a roster is filled in, within what an issuer may certify. Their people are nobody alive."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from credential.model import Basis, Kind, Post
from credential.numbers import LEVEL_NAMES, citizen_check_character
from signer.roster import grounds, values
from signer.roster.header import Column

_NAMES: Final = ("陈志强", "林丽萍", "黄建国", "李秀英", "王伟", "吴晓芳")
_TERM_YEARS: Final = 3


class Offered(NamedTuple):
    """An occupation that the issuer may certify, up to the level `highest` (1 is the highest there is)."""

    edition: int
    code: str
    title: str
    highest: int


Example = Mapping[Column, str]


def rows(occupations: Sequence[Offered], honours: Sequence[str], appoints: bool, today: date) -> list[Example]:
    """One row of each kind that the issuer may certify, and of the bases that need more said. All pass a check."""
    told = [*_levels(occupations), *_others(occupations, appoints, today), *_honours(honours)]
    return [{**_person(n), Column.ISSUED_ON: today.isoformat(), **row} for n, row in enumerate(told)]


def _levels(occupations: Sequence[Offered]) -> Iterator[dict[Column, str]]:
    levelled = [each for each in occupations if each.highest in LEVEL_NAMES and each.title]
    if not levelled:
        return
    highest = min(levelled, key=lambda each: each.highest)
    row = {**_occupation(highest), Column.LEVEL: LEVEL_NAMES[highest.highest]}
    yield {
        **row,
        Column.BASIS: values.BASIS_NAMES[Basis.EXAMINATION],
        Column.STANDARD: "国家职业标准",
        Column.STANDARD_VERSION: "2023年版",
    }
    if highest.highest <= grounds.TECHNICIAN:
        yield {**row, Column.LEVEL: LEVEL_NAMES[grounds.TECHNICIAN], **_CONTEST}
    yield {
        **row,
        Column.BASIS: values.BASIS_NAMES[Basis.RECOGNITION],
        Column.SOURCE: "民用航空器维修人员执照",
        Column.SOURCE_NUMBER: "AME-0001",
    }


_CONTEST: Final = {
    Column.BASIS: values.BASIS_NAMES[Basis.COMPETITION],
    Column.CONTEST: "全国职业技能大赛",
    Column.CONTEST_CLASS: grounds.CONTEST_NAMES[grounds.ContestClass.NATIONAL_FIRST],
    Column.RANK: "3",
    Column.ENTRY: grounds.ENTRY_NAMES[grounds.Entry.INDIVIDUAL],
}


def _others(occupations: Sequence[Offered], appoints: bool, today: date) -> Iterator[dict[Column, str]]:
    titled = [each for each in occupations if each.title]
    if not titled:
        return
    able = next((each for each in titled if each.highest not in LEVEL_NAMES), titled[0])
    exam = {Column.BASIS: values.BASIS_NAMES[Basis.EXAMINATION]}
    yield {**_occupation(able), **exam, Column.KIND: values.KIND_NAMES[Kind.SPECIAL_ABILITY]}
    if appoints:
        yield {
            **_occupation(titled[0]),
            Column.KIND: values.KIND_NAMES[Kind.POST],
            Column.BASIS: values.BASIS_NAMES[Basis.PERFORMANCE_REVIEW],
            Column.POST: values.POST_NAMES[Post.CHIEF_TECHNICIAN],
            Column.TERM_UNTIL: date(today.year + _TERM_YEARS, today.month, min(today.day, 28)).isoformat(),
        }


def _honours(honours: Sequence[str]) -> Iterator[dict[Column, str]]:
    for honour in honours[:1]:
        yield {
            Column.KIND: values.KIND_NAMES[Kind.HONOUR],
            Column.BASIS: values.BASIS_NAMES[Basis.PERFORMANCE_REVIEW],
            Column.HONOUR: honour,
        }


def _occupation(offered: Offered) -> dict[Column, str]:
    return {Column.EDITION: str(offered.edition), Column.CODE: offered.code, Column.TITLE: offered.title}


def _person(n: int) -> dict[Column, str]:
    """Somebody who never was, born in 1890."""
    first17 = f"11010118900101{n + 1:03d}"
    return {Column.NAME: _NAMES[n % len(_NAMES)], Column.DOCUMENT_NUMBER: first17 + citizen_check_character(first17)}
