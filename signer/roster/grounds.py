"""What an evaluation rests on: a contest with its rank, a source certificate, a standard with its version.

No certificate shows these; they decide whether it may be signed. Contests promote by one table: of a national
first-class contest individuals to rank 5, pairs to 3, teams of three to 2 become 技师, and who is 技师 becomes
高级技师.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, unique
from typing import Final

from credential.model import Kind, Post
from credential.numbers import LEVEL_NAMES
from signer.roster import values
from signer.roster.header import Column
from signer.roster.messages import CellError
from signer.roster.model import ProblemCode
from signer.roster.shape import quoted
from signer.roster.sheet import Cell

TECHNICIAN: Final = 2
SENIOR_TECHNICIAN: Final = 1
TERM_YEARS: Final[Mapping[Post, tuple[int, int]]] = {
    Post.SPECIAL_GRADE_TECHNICIAN: (3, 5),
    Post.CHIEF_TECHNICIAN: (3, 5),
}
"""Usual terms, in years. No national rule fixes them: another is asked about, not refused."""


@unique
class ContestClass(IntEnum):
    """The class of a contest."""

    NATIONAL_FIRST = 1
    NATIONAL_SECOND = 2
    PROVINCIAL = 3
    MUNICIPAL = 4
    OTHER = 5


@unique
class Entry(IntEnum):
    """How a person entered a contest; the value is how many they were."""

    INDIVIDUAL = 1
    PAIR = 2
    TEAM = 3


CONTEST_NAMES: Final[Mapping[ContestClass, str]] = {
    ContestClass.NATIONAL_FIRST: "国家级一类",
    ContestClass.NATIONAL_SECOND: "国家级二类",
    ContestClass.PROVINCIAL: "省级",
    ContestClass.MUNICIPAL: "市级",
    ContestClass.OTHER: "其他",
}
ENTRY_NAMES: Final[Mapping[Entry, str]] = {Entry.INDIVIDUAL: "个人", Entry.PAIR: "双人", Entry.TEAM: "三人团队"}
_ENTRY_NAMES_EN: Final = {Entry.INDIVIDUAL: "individual", Entry.PAIR: "pair", Entry.TEAM: "team of three"}
PROMOTED_TO_RANK: Final[Mapping[Entry, int]] = {Entry.INDIVIDUAL: 5, Entry.PAIR: 3, Entry.TEAM: 2}

_CLASSES: Final = values.words(
    CONTEST_NAMES,
    {
        ContestClass.NATIONAL_FIRST: "国家一类 一类 国家级一类大赛 国家级一类竞赛 国家级1类 nationalfirstclass",
        ContestClass.NATIONAL_SECOND: "国家二类 二类 国家级二类大赛 国家级二类竞赛 国家级2类 nationalsecondclass",
        ContestClass.PROVINCIAL: "省级一类 省级二类 省赛 省部级 provincial",
        ContestClass.MUNICIPAL: "市级一类 市级二类 市赛 地市级 municipal",
        ContestClass.OTHER: "其它 行业 企业 区级 other",
    },
)
_ENTRIES: Final = values.words(
    ENTRY_NAMES,
    {
        Entry.INDIVIDUAL: "单人 个人赛 单人赛 individual",
        Entry.PAIR: "双人赛 两人 pair",
        Entry.TEAM: "三人 三人赛 团队 三人团体 团体 team",
    },
)
_RANK: Final = re.compile(r"第?([1-9][0-9]{0,2})名?")
_CHINESE_RANK: Final = re.compile(r"第?([一二三四五六七八九十])名?")
_VERSION: Final = re.compile(r"(?:19|20)[0-9]{2}|版|v[0-9]|第[一二三四五六七八九十0-9]+次", re.IGNORECASE)
_NONE: Final = frozenset({"", "-", "--", "无", "/", "—", "——"})
_POST_NAMES_EN: Final = {
    Post.SPECIAL_GRADE_TECHNICIAN: "special-grade technician",
    Post.CHIEF_TECHNICIAN: "chief technician",
}

_GRADES: Final = (
    ("高级技师", 1),
    ("特级技师", 0),
    ("首席技师", 0),
    ("技师", 2),
    ("高级工", 3),
    ("中级工", 4),
    ("初级工", 5),
)
"""The longer names first; 0 is a post's."""


@dataclass(frozen=True, slots=True)
class Contest:
    """A contest that a person took part in. `prior_level` is the level held before, None if the row has none."""

    sort: ContestClass | None
    rank: int
    entry: Entry
    prior_level: int | None

    @property
    def promotes(self) -> bool:
        """Whether the table promotes this rank."""
        return self.rank <= PROMOTED_TO_RANK[self.entry]


def is_none(cell: Cell) -> bool:
    """Whether the cell says in words that there is nothing."""
    return unicodedata.normalize("NFKC", cell.text).strip() in _NONE


def contest_class(cell: Cell) -> ContestClass:
    """The class of a contest."""
    return values.one_of(cell, _CLASSES, CONTEST_NAMES, ProblemCode.CONTEST_CLASS)


def entry(cell: Cell) -> Entry:
    """How the person entered."""
    return values.one_of(cell, _ENTRIES, ENTRY_NAMES, ProblemCode.CONTEST_ENTRY)


def rank(cell: Cell) -> int:
    """A rank: 3, 第3名, 第三名."""
    number = values.whole(cell)
    given = str(number) if number is not None else "".join(unicodedata.normalize("NFKC", cell.text).split())
    found = _RANK.fullmatch(given)
    if found is not None:
        return int(found[1])
    chinese = _CHINESE_RANK.fullmatch(given)
    if chinese is None:
        raise CellError(ProblemCode.CONTEST_RANK)
    return "一二三四五六七八九十".index(chinese[1]) + 1


def prior_level(cell: Cell) -> int | None:
    """The level held before; None where the cell says that there is none."""
    return None if is_none(cell) else values.level(cell)


def source_number(cell: Cell) -> str:
    """The number of a source certificate, kept as it is written."""
    number = values.whole(cell)
    return str(number) if number is not None else values.text(cell)


def promotion(contest: Contest, kind: Kind, level: int | None) -> tuple[Column, CellError] | None:
    """What is wrong with a contest's result by the promotion table, and where; None if nothing, or nothing it knows.

    CellError CONTEST_OUTSIDE_TABLE is a doubt, the others are faults.
    """
    if kind is not Kind.LEVEL or level is None:
        return None
    if contest.sort is not ContestClass.NATIONAL_FIRST or level not in {TECHNICIAN, SENIOR_TECHNICIAN}:
        return Column.CONTEST_CLASS, CellError(ProblemCode.CONTEST_OUTSIDE_TABLE)
    if not contest.promotes:
        names = {"entry": ENTRY_NAMES[contest.entry], "entry_en": _ENTRY_NAMES_EN[contest.entry]}
        return Column.RANK, CellError(ProblemCode.CONTEST_NOT_PROMOTED, rank=contest.rank, **names)
    if level == SENIOR_TECHNICIAN and contest.prior_level != TECHNICIAN:
        return Column.PRIOR_LEVEL, CellError(ProblemCode.CONTEST_PRIOR_LEVEL)
    return None


def has_version(standard: str) -> bool:
    """Whether a standard's name says its version or year itself."""
    return _VERSION.search(standard) is not None


def sub_level(cell: Cell, level: int | None) -> str:
    """An enterprise's own division of `level`: 一级技师 belongs to 技师, and is neither 一级 nor 高级技师."""
    given = values.text(cell)
    named = next((grade for name, grade in _GRADES if name in given), level)
    if level is not None and named != level:
        names = {"given": quoted(given), "level": LEVEL_NAMES[level]}
        raise CellError(ProblemCode.SUB_LEVEL, **names)
    return given


def unusual_term(post: Post, issued_on: date, last: date) -> CellError | None:
    """The doubt about a post's term from `issued_on` to `last`; None if it is usual, or nothing is usual."""
    usual = TERM_YEARS.get(post)
    if usual is None:
        return None
    least, most = usual
    days = (last - issued_on).days + 1
    if least * 365 <= days <= most * 366:
        return None
    names = {"post": values.POST_NAMES[post], "post_en": _POST_NAMES_EN[post]}
    return CellError(ProblemCode.TERM_UNUSUAL, least=least, most=most, **names)
