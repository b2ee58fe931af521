"""Finding a roster's header, and which column is which."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from signer.roster.shape import quoted
from signer.roster.sheet import SheetRow, column_letters

HEADER_ROWS: Final = 20
"""The header is one of the sheet's first rows."""


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
}

_MORE: Final[Mapping[Column, str]] = {
    Column.NAME: "名字 学员姓名 考生姓名 人员姓名 职工姓名 员工姓名 持证人 持证人姓名 fullname",
    Column.DOCUMENT_TYPE: "证件类别 证件种类 身份证件类型 有效证件类型 idtype",
    Column.DOCUMENT_NUMBER: "证件号 证件编号 身份证 身份证号 身份证号码 居民身份证号 居民身份证号码 公民身份号码 "
    "身份证件号码 有效证件号码 idno documentnumber documentno",
    Column.KIND: "证书种类 证书类别 kind",
    Column.EDITION: "职业分类大典版本 大典年份 大典 版本 职业版本",
    Column.CODE: "职业代码 工种代码 工种编码 职业工种代码 职业工种编码 职业(工种)代码 职业(工种)编码 code",
    Column.TITLE: "职业 工种 职业工种 职业/工种 职业(工种) 职业工种名称 职业(工种)名称 职业/工种名称 "
    "occupationtitle title",
    Column.SPECIALISATION: "工种名称 专业 专业方向 职业方向名称 方向 职业方向/工种 specialization",
    Column.LEVEL: "级别 技能等级 职业技能等级 职业等级 认定等级 评价等级 申报等级 证书等级 技能级别 grade",
    Column.ISSUED_ON: "颁证日期 证书日期 签发日期 发证时间 发证日 颁发日期 issuedon issuedate date",
    Column.BASIS: "考核方式 考核形式 认定方式 评价形式 评价方法 鉴定方式 method",
    Column.POST: "聘任岗位 技术岗位 技能岗位 聘任职务",
    Column.TERM_UNTIL: "聘期止 聘期截止 聘期结束 聘任至 聘任截止日期 聘期截止日期 termend",
    Column.HONOUR: "荣誉 荣誉名称 人才荣誉 人才称号 honor",
    Column.SUB_LEVEL: "内部等级 细分等级 企业等级 sublevel",
    Column.LOCAL_POST: "本企业岗位 单位岗位 本单位岗位 所在岗位 工作岗位",
}
_DROPPED: Final = re.compile(r"[\s*:_\-]+")
_REMARK: Final = re.compile(r"\([^()]*\)$")

REQUIRED: Final = (Column.NAME, Column.DOCUMENT_NUMBER, Column.ISSUED_ON, Column.BASIS)
_OTHER_KINDS: Final = frozenset({Column.KIND, Column.POST, Column.HONOUR})


def _normal(text: str) -> str:
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).casefold())


_ALIASES: Final[Mapping[str, Column]] = {
    _normal(alias): column for column in Column for alias in (column, ENGLISH[column], *_MORE[column].split())
}


@dataclass(frozen=True, slots=True)
class Header:
    """The header's row, each known column's place (the first if it comes twice), and the rest by label."""

    row: int
    places: Mapping[Column, int]
    labels: Mapping[int, str]
    repeated: Mapping[Column, tuple[int, ...]]
    ignored: tuple[int, ...]

    def label(self, column: Column) -> str:
        """Letter and header, as "C 证件号码"; the template's header alone when the column is missing."""
        place = self.places.get(column)
        return f"? {column.value}" if place is None else self.labels[place]

    def missing(self) -> tuple[Column, ...]:
        """The required columns that are not there; of code and title one will do, and of level and its alternatives."""
        absent = [column for column in REQUIRED if column not in self.places]
        if self.places.keys().isdisjoint({Column.CODE, Column.TITLE, Column.HONOUR}):
            absent.append(Column.CODE)
        if Column.LEVEL not in self.places and self.places.keys().isdisjoint(_OTHER_KINDS):
            absent.append(Column.LEVEL)
        return tuple(absent)


def column_of(text: str) -> Column | None:
    """The column that a header names, in either language, whatever its spaces, stars and closing remarks."""
    normal = _normal(text)
    return _ALIASES.get(normal) or _ALIASES.get(_REMARK.sub("", normal))


def fitness(row: SheetRow) -> int:
    """How many different columns `row` names; 0 for a row that cannot be a header."""
    columns = {column for cell in row.cells.values() if (column := column_of(cell.text)) is not None}
    if columns.isdisjoint({Column.NAME, Column.DOCUMENT_NUMBER}) or len(columns) < 2:
        return 0
    return len(columns)


def parse(row: SheetRow) -> Header:
    """`row` as a header."""
    found: dict[Column, list[int]] = defaultdict(list)
    for place, cell in sorted(row.cells.items()):
        column = column_of(cell.text)
        if column is not None:
            found[column].append(place)
    known = {place for places in found.values() for place in places}
    return Header(
        row=row.number,
        places={column: places[0] for column, places in found.items()},
        labels={place: f"{column_letters(place)} {quoted(cell.text)}" for place, cell in row.cells.items()},
        repeated={column: tuple(places) for column, places in found.items() if len(places) > 1},
        ignored=tuple(sorted(row.cells.keys() - known)),
    )
