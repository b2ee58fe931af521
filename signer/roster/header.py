"""Finding a roster's header, and which column is which."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum, unique
from typing import Final

from signer.roster.aliases import ALIASES, NEVER_NEEDED
from signer.roster.shape import quoted
from signer.roster.sheet import SheetRow, column_letters

HEADER_ROWS: Final = 20
"""The header is one of the sheet's first rows."""
_RESEMBLES: Final = 0.6


@unique
class Column(StrEnum):
    """What a column can hold; the value is its header in the template."""

    NAME = "姓名"
    DOCUMENT_TYPE = "证件类型"
    DOCUMENT_NUMBER = "证件号码"
    KIND = "证书类型"
    EDITION = "大典版本"
    CODE = "职业编码"
    TITLE = "职业名称"
    SPECIALISATION = "职业方向"
    LEVEL = "等级"
    ISSUED_ON = "发证日期"
    BASIS = "评价方式"
    POST = "岗位"
    TERM_UNTIL = "聘期至"
    HONOUR = "荣誉称号"
    SUB_LEVEL = "企业内部等级"
    LOCAL_POST = "企业岗位"
    CONTEST = "竞赛名称"
    CONTEST_CLASS = "竞赛级别"
    RANK = "竞赛名次"
    ENTRY = "参赛形式"
    PRIOR_LEVEL = "原有等级"
    SOURCE = "原证书名称"
    SOURCE_NUMBER = "原证书编号"
    STANDARD = "评价标准"
    STANDARD_VERSION = "标准版本"


ENGLISH: Final[Mapping[Column, str]] = {
    Column.NAME: "name",
    Column.DOCUMENT_TYPE: "document type",
    Column.DOCUMENT_NUMBER: "ID number",
    Column.KIND: "certificate kind",
    Column.EDITION: "edition",
    Column.CODE: "occupation code",
    Column.TITLE: "occupation",
    Column.SPECIALISATION: "specialisation",
    Column.LEVEL: "level",
    Column.ISSUED_ON: "date of issue",
    Column.BASIS: "basis",
    Column.POST: "post",
    Column.TERM_UNTIL: "term until",
    Column.HONOUR: "honour",
    Column.SUB_LEVEL: "sub-level",
    Column.LOCAL_POST: "local post",
    Column.CONTEST: "contest",
    Column.CONTEST_CLASS: "class of contest",
    Column.RANK: "rank",
    Column.ENTRY: "entered as",
    Column.PRIOR_LEVEL: "level held before",
    Column.SOURCE: "source certificate",
    Column.SOURCE_NUMBER: "source number",
    Column.STANDARD: "standard",
    Column.STANDARD_VERSION: "version of standard",
}

_DROPPED: Final = re.compile(r"[\s*:_\-]+")
_REMARK: Final = re.compile(r"\([^()]*\)$")
_LATIN: Final = re.compile(r"[a-z./()']+")
_TRADE: Final = "工种"
"""The occupation where it stands alone; beside an occupation, its specialisation."""

REQUIRED: Final = (Column.NAME, Column.DOCUMENT_NUMBER, Column.ISSUED_ON, Column.BASIS)
_OTHER_KINDS: Final = frozenset({Column.KIND, Column.POST, Column.HONOUR})


def normal(text: str) -> str:
    """A header as it is compared: whatever its width, case, spaces, stars and colons."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).casefold())


_KNOWN: Final[Mapping[str, Column]] = {
    normal(alias): column for column in Column for alias in (column, ENGLISH[column], *ALIASES[column].split())
}
_NEVER_NEEDED: Final = frozenset(map(normal, NEVER_NEEDED.split()))


@dataclass(frozen=True, slots=True)
class Names:
    """What headers mean here: `own`, by `normal` form, comes before what everybody calls them. None: not used."""

    own: Mapping[str, Column | None] = field(default_factory=dict)
    fixed: Mapping[Column, str] = field(default_factory=dict)
    """Values that all rows have of a column that the roster lacks."""

    def column_of(self, text: str) -> Column | None:
        """The column that a header names, in either language or both, whatever its stars and closing remarks."""
        whole = normal(text)
        if whole in self.own:
            return self.own[whole]
        plain = _REMARK.sub("", whole)
        return _KNOWN.get(whole) or _KNOWN.get(plain) or _KNOWN.get(_LATIN.sub("", plain))

    def is_settled(self, text: str) -> bool:
        """Whether a header that names no column was meant to name none."""
        first_line = normal(text.split("\n", maxsplit=1)[0])
        return normal(text) in self.own or _REMARK.sub("", first_line) in _NEVER_NEEDED

    def fitness(self, row: SheetRow) -> int:
        """How many different columns `row` names; 0 for a row that cannot be a header."""
        columns = {column for cell in row.cells.values() if (column := self.column_of(cell.text)) is not None}
        if columns.isdisjoint({Column.NAME, Column.DOCUMENT_NUMBER}) or len(columns) < 2:
            return 0
        return len(columns)

    def header(self, row: SheetRow) -> "Header":
        """`row` as a header."""
        found: dict[Column, list[int]] = defaultdict(list)
        for place, cell in sorted(row.cells.items()):
            column = self.column_of(cell.text)
            if column is not None:
                found[column].append(place)
        _tell_trade(found, row)
        known = {place for places in found.values() for place in places}
        return Header(
            row=row.number,
            places={column: places[0] for column, places in found.items()},
            labels={place: f"{column_letters(place)} {quoted(cell.text)}" for place, cell in row.cells.items()},
            repeated={column: tuple(places) for column, places in found.items() if len(places) > 1},
            ignored=tuple(
                place
                for place, cell in sorted(row.cells.items())
                if place not in known and not self.is_settled(cell.text)
            ),
            fixed={column: value for column, value in self.fixed.items() if column not in found},
            unmet=tuple(each for each in self.own if each not in {normal(cell.text) for cell in row.cells.values()}),
        )


COMMON: Final = Names()
"""What everybody calls them."""


@dataclass(frozen=True, slots=True)
class Header:
    """The header's row, each known column's place (the first if it comes twice), and the rest by label.

    `ignored` are the places of headers that nobody knows, `unmet` the headers that a saved mapping knows and that are
    not there, `fixed` the values of columns that are not there.
    """

    row: int
    places: Mapping[Column, int]
    labels: Mapping[int, str]
    repeated: Mapping[Column, tuple[int, ...]]
    ignored: tuple[int, ...]
    fixed: Mapping[Column, str] = field(default_factory=dict)
    unmet: tuple[str, ...] = ()

    def label(self, column: Column) -> str:
        """Letter and header, as "C 证件号码"; the template's header alone when the column is missing."""
        place = self.places.get(column)
        return f"? {column.value}" if place is None else self.labels[place]

    def missing(self) -> tuple[Column, ...]:
        """The required columns that are not there; of code and title one will do, and of level and its alternatives."""
        there = self.places.keys() | self.fixed.keys()
        absent = [column for column in REQUIRED if column not in there]
        if there.isdisjoint({Column.CODE, Column.TITLE, Column.HONOUR}):
            absent.append(Column.CODE)
        if Column.LEVEL not in there and there.isdisjoint(_OTHER_KINDS):
            absent.append(Column.LEVEL)
        return tuple(absent)


def guess(text: str) -> Column | None:
    """The column that an unknown header resembles: to be offered, never to be used."""
    near = get_close_matches(normal(text), _KNOWN, n=1, cutoff=_RESEMBLES)
    return _KNOWN[near[0]] if near else None


def _tell_trade(found: dict[Column, list[int]], row: SheetRow) -> None:
    """Where there are 职业 and 工种, the second is the specialisation."""
    titles = found.get(Column.TITLE, [])
    trades = [place for place in titles if normal(row.cells[place].text) == _TRADE]
    if len(titles) == 2 and len(trades) == 1 and Column.SPECIALISATION not in found:
        found[Column.SPECIALISATION] = trades
        found[Column.TITLE] = [place for place in titles if place not in trades]
