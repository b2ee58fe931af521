"""Writes the demo's rosters: `python -m tools.demo_rosters FOLDER [YYYY-MM-DD]`, the same bytes for the same date.

Every person is invented, and every document number belongs to somebody born before 1900, so to nobody alive.
"""

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from credential.numbers import LEVEL_NAMES, citizen_check_character
from signer.roster.model import ProblemCode
from signer.roster.workbook import to_bytes

ISSUED_ON: Final = date(2026, 6, 1)
XIAMEN_PORT: Final = "xiamen-port.xlsx"
FUJIAN_SKILLS: Final = "fujian-skills.csv"
BAD: Final = "bad-roster.xlsx"

_SURNAMES: Final = "陈林黄张李王吴刘蔡杨许郑谢郭洪苏曾叶周徐庄邱江赖柯潘施卢方高"
_GIVEN: Final = "志强建国文华丽萍海明秀英伟东晓芳国平玉珍俊杰美玲永福春燕天宇佳慧宏达雅婷嘉豪思源振兴淑贞"
_XIAMEN: Final = ("350203", "350205", "350206", "350211", "350212", "350213")
_FUJIAN: Final = ("350102", "350104", "350302", "350502", "350602", "350902")

CellValue = str | int | float | datetime | None


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody who never was."""

    name: str
    number: str


def invent(seed: str, divisions: Sequence[str]) -> Iterator[Invented]:
    """People without end, no two of them with one number."""
    used: set[str] = set()
    for n in count():
        digest = sha256(f"yinxin demo person {seed} {n}".encode()).digest()
        number = invented_number(divisions[digest[0] % len(divisions)], digest)
        if number not in used:
            used.add(number)
            yield Invented(_name(digest), number)


def invented_number(division: str, digest: bytes) -> str:
    """A number in good order, of somebody born from 1850 to 1899."""
    born = date(1850, 1, 1) + timedelta(days=int.from_bytes(digest[1:3]) % 18_250)
    first17 = f"{division}{born:%Y%m%d}{int.from_bytes(digest[3:5]) % 999 + 1:03d}"
    return first17 + citizen_check_character(first17)


def _name(digest: bytes) -> str:
    given = [_GIVEN[byte % len(_GIVEN)] for byte in digest[5:7]]
    surname = "欧阳" if digest[8] < 4 else _SURNAMES[digest[7] % len(_SURNAMES)]
    return surname + "".join(given[: 1 if digest[9] < 64 else 2])


# The employer's roster: 154 people, as a clerk would type it


@dataclass(frozen=True, slots=True)
class _Group:
    title: str
    code: str
    level: int
    people: int


_PORT: Final = (
    _Group("电工", "6-31-01-03", 4, 60),
    _Group("理货员", "4-02-06-02", 4, 34),
    _Group("电工", "6-31-01-03", 3, 25),
    _Group("理货员", "4-02-06-02", 3, 15),
    _Group("电工", "6-31-01-03", 2, 15),
    _Group("电工", "6-31-01-03", 1, 5),
)
_PORT_HEADER: Final = (
    "序号",
    "姓名",
    "证件类型",
    "身份证号码",
    "大典版本",
    "职业编码",
    "职业（工种）",
    "技能等级",
    "发证日期",
    "考核方式",
    "企业岗位",
    "备注",
)
_POSTS: Final = {"电工": ("码头电工", "流机维修", "变电所值班"), "理货员": ("外轮理货", "堆场理货")}


def xiamen_port(issued_on: date) -> bytes:
    """94 people at level 4, 40 at 3, 15 at 2, 5 at 1: two occupations, and the untidiness that is still in order."""
    workbook = Workbook()
    sheet = _sheet(workbook, "认定名册")
    sheet.append(["厦门港务控股集团有限公司职业技能等级认定名册"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(_PORT_HEADER))
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([])
    _append_header(sheet, _PORT_HEADER)
    people = invent("xiamen-port", _XIAMEN)
    groups = [group for group in _PORT for _ in range(group.people)]
    for n, (group, person) in enumerate(zip(groups, people, strict=False)):
        sheet.append(_port_row(n, group, person, issued_on))
    for _ in range(3):
        sheet.append([None, " ", None, "　"])
    _widths(sheet, (6, 12, 12, 24, 10, 14, 14, 14, 16, 18, 14, 10))
    notes = workbook.create_sheet("说明")
    notes.append(["本名册人物均为虚构，证件号码不属于任何在世的人。"])
    return to_bytes(workbook)


def _port_row(n: int, group: _Group, person: Invented, issued_on: date) -> list[CellValue]:
    return [
        n + 1,
        _untidy_name(person.name, n),
        "居民身份证" if n % 4 else None,
        _untidy_number(person.number, n),
        2022 if n % 3 else "2022年版",
        group.code,
        group.title if n % 5 else None,
        _untidy_level(group.level, n),
        _untidy_date(issued_on, n),
        ("理论知识和技能考核", "考试", "业绩评审")[n % 3],
        _POSTS[group.title][n % len(_POSTS[group.title])] if n % 5 == 0 else None,
        None,
    ]


def _untidy_name(name: str, n: int) -> str:
    if len(name) == 2 and n % 2:
        return f"{name[0]}　{name[1]}"
    return f"{name} " if n % 17 == 0 else name


def _untidy_number(number: str, n: int) -> str:
    match n % 6:
        case 1:
            return number.lower()
        case 2:
            return f" {number} "
        case 3:
            return f"{number[:6]} {number[6:14]} {number[14:]}"
        case 4:
            return f"'{number}"
    return number


def _untidy_level(level: int, n: int) -> CellValue:
    rank, _, grade = LEVEL_NAMES[level].partition("/")
    return (LEVEL_NAMES[level], rank, level, grade, f"{level}级", f"{rank}（{grade}）")[n % 6]


def _untidy_date(day: date, n: int) -> CellValue:
    plain = f"{day.year}/{day.month}/{day.day}"
    noon = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - Excel knows no zones
    return (noon, day.isoformat(), plain, f"{day.year}年{day.month}月{day.day}日", int(f"{day:%Y%m%d}"))[n % 5]


# The social organisation's: 30 people, in the encoding of an older Excel

_SKILLS_HEADER: Final = ("姓名", "证件号码", "版本", "职业代码", "职业名称", "职业方向", "等级", "证书日期", "评价方式")
_MARKETING: Final = ("选品员", "直播销售员", "视频创推员", "平台管理员")


def fujian_skills(issued_on: date) -> bytes:
    """18 online marketers with specialisations, 12 electricians: levels 5 to 3, GB18030."""
    people = invent("fujian-skills", _FUJIAN)
    special = {4: "810000", 9: "830000", 20: "935001"}
    output = StringIO(newline="")
    writer = csv.writer(output)
    writer.writerow(_SKILLS_HEADER)
    for n, person in zip(range(30), people, strict=False):
        digest = sha256(f"yinxin demo card {n}".encode()).digest()
        number = invented_number(special[n], digest) if n in special else person.number
        writer.writerow(_skills_row(n, replace(person, number=number), issued_on))
    return output.getvalue().encode("gb18030")


def _skills_row(n: int, person: Invented, issued_on: date) -> list[str]:
    level = LEVEL_NAMES[5 - n % 3]
    day = str(_untidy_date(issued_on, 1 + n % 3))
    if n < 18:
        occupation = ["2015", "4-01-02-07", "互联网营销师", _MARKETING[n % 4]]
    else:
        occupation = ["2022", "6-31-01-03", "电工", "--"]
    return [person.name, f"{person.number}\t", *occupation, level, day, "理论+实操" if n % 2 else "过程考核"]


# The roster in which everything is wrong once


@dataclass(frozen=True, slots=True)
class Mistake:
    """What differs from a good row, by header, and what the reader must say: code and header, row by row."""

    cells: dict[str, CellValue]
    expected: tuple[tuple[ProblemCode, str], ...]
    says: str


_BAD_HEADER: Final = (
    "姓名",
    "证件类型",
    "证件号码",
    "职业编码",
    "职业名称",
    "等级",
    "发证日期",
    "评价方式",
    "岗位",
    "聘期至",
    "竞赛名称",
    "竞赛名次",
)
_GOOD: Final[dict[str, CellValue]] = {
    "证件类型": "居民身份证",
    "职业编码": "6-31-01-03",
    "职业名称": "电工",
    "等级": "四级/中级工",
    "发证日期": "2026-06-01",
    "评价方式": "考试",
}
_OTHER_NUMBER: Final = invented_number("350203", bytes(32))


def _mistake(code: ProblemCode, header: str, value: CellValue, says: str) -> Mistake:
    return Mistake({header: value}, ((code, header),), says)


MISTAKES: Final = (
    Mistake({}, (), "没有错误 nothing wrong"),
    _mistake(ProblemCode.VALUE_MISSING, "姓名", None, "没填姓名 no name"),
    _mistake(ProblemCode.NAME_SPACE, "姓名", "陈志强 林丽萍", "一格两人 two people in one cell"),
    _mistake(ProblemCode.REFUSED_CHARACTER, "姓名", "陈志\u200b强", "看不见的字符 an invisible character"),
    _mistake(ProblemCode.NAME_NOT_A_NAME, "姓名", "陈志强2", "姓名带数字 a digit in a name"),
    _mistake(ProblemCode.DOCUMENT_TYPE, "证件类型", "会员卡", "证件类型不认识 an unknown document type"),
    _mistake(ProblemCode.DOCUMENT_DIGITS_LOST, "证件号码", 3.5020018990101e17, "号码存成数字 stored as a number"),
    _mistake(ProblemCode.DOCUMENT_LENGTH, "证件号码", _OTHER_NUMBER[:17], "少一位 one character short"),
    _mistake(ProblemCode.DOCUMENT_CHARACTERS, "证件号码", f"O{_OTHER_NUMBER[1:]}", "字母 O 当成 0 an O for a 0"),
    _mistake(ProblemCode.DOCUMENT_DATE, "证件号码", "350203189902301234", "没有 2 月 30 日 no 30 February"),
    _mistake(
        ProblemCode.DOCUMENT_CHECK_CHARACTER,
        "证件号码",
        f"{_OTHER_NUMBER[:16]}{(int(_OTHER_NUMBER[16]) + 1) % 10}{_OTHER_NUMBER[17]}",
        "错一位 one digit mistyped",
    ),
    _mistake(ProblemCode.OCCUPATION_CODE, "职业编码", "6310103", "编码没有横线 a code without hyphens"),
    _mistake(ProblemCode.OCCUPATION_MISMATCH, "职业编码", "4-02-06-02", "编码和名称不符 code against title"),
    _mistake(ProblemCode.LEVEL, "等级", "三级/技师", "等级自相矛盾 a contradictory level"),
    _mistake(ProblemCode.DATE, "发证日期", "2026-06-31", "没有这一天 no such day"),
    _mistake(ProblemCode.DATE_AMBIGUOUS, "发证日期", "6/1/2026", "月日次序不明 month or day first?"),
    _mistake(ProblemCode.DATE_IN_FUTURE, "发证日期", "2999-01-01", "未来的日期 a date to come"),
    _mistake(ProblemCode.DATE_TOO_OLD, "发证日期", "1926-06-01", "年份填错 a wrong century"),
    _mistake(ProblemCode.DATE_INCOMPLETE, "发证日期", 2026, "只填了年份 only a year"),
    Mistake(
        {"评价方式": "竞赛"},
        ((ProblemCode.VALUE_MISSING, "竞赛名称"), (ProblemCode.VALUE_MISSING, "竞赛名次")),
        "竞赛没有名称和名次 a contest without name and rank",
    ),
    _mistake(ProblemCode.BASIS, "评价方式", "抽签", "评价方式不认识 an unknown basis"),
    _mistake(ProblemCode.FORMULA_WITHOUT_VALUE, "职业名称", '=CONCATENATE("电","工")', "公式没有结果 not calculated"),
    _mistake(ProblemCode.CELL_ERROR, "职业名称", "#N/A", "公式出错 a formula's error"),
    _mistake(ProblemCode.VALUE_NOT_USED, "聘期至", "2027-06-01", "等级证书没有聘期 a term without a post"),
    Mistake(
        {"等级": None, "岗位": "码头电工"},
        ((ProblemCode.POST, "岗位"), (ProblemCode.VALUE_MISSING, "聘期至")),
        "企业岗位填错了列 the enterprise's own post in the wrong column",
    ),
    Mistake(
        {"等级": None, "岗位": "特级技师", "聘期至": "2025-06-01"},
        ((ProblemCode.TERM_BEFORE_START, "聘期至"),),
        "聘期先于开始 a term that ends before it begins",
    ),
    Mistake({"证件号码": _OTHER_NUMBER, "姓名": "林丽萍"}, ((ProblemCode.DUPLICATE, "证件号码"),), "重复 a duplicate"),
    Mistake({"证件号码": _OTHER_NUMBER, "姓名": "林丽萍"}, ((ProblemCode.DUPLICATE, "证件号码"),), "重复 a duplicate"),
    Mistake({"评价方式": "考试"}, ((ProblemCode.MERGED_CELLS, "评价方式"),), "合并单元格 merged cells"),
    Mistake({"评价方式": None}, (), "在合并单元格里 inside the merged cells"),
)
BAD_HEADER_ROW: Final = 1


def bad_roster() -> bytes:
    """One of each common mistake: row n + 2 has MISTAKES[n]."""
    workbook = Workbook()
    sheet = _sheet(workbook, "Sheet1")
    _append_header(sheet, (*_BAD_HEADER, "这一行错在"))
    people = invent("bad-roster", _XIAMEN)
    for mistake, person in zip(MISTAKES, people, strict=False):
        row = {**_GOOD, "姓名": person.name, "证件号码": person.number, **mistake.cells}
        sheet.append([*(row.get(header) for header in _BAD_HEADER), mistake.says])
    column, last = _BAD_HEADER.index("评价方式") + 1, len(MISTAKES) + 1
    sheet.merge_cells(start_row=last - 1, end_row=last, start_column=column, end_column=column)
    _widths(sheet, (14, 14, 24, 14, 12, 16, 14, 12, 12, 14, 12, 12, 40))
    return to_bytes(workbook)


# Writing


def _sheet(workbook: Workbook, title: str) -> Worksheet:
    sheet = workbook.worksheets[0]
    sheet.title = title
    return sheet


def _append_header(sheet: Worksheet, header: Sequence[str]) -> None:
    sheet.append(list(header))
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color="FFDCE6F1")


def _widths(sheet: Worksheet, widths: Sequence[int]) -> None:
    for column, width in zip("ABCDEFGHIJKLM", widths, strict=False):
        sheet.column_dimensions[column].width = width


def write(folder: Path, issued_on: date = ISSUED_ON) -> None:
    """Writes the three rosters; the two good ones are dated `issued_on`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / XIAMEN_PORT).write_bytes(xiamen_port(issued_on))
    (folder / FUJIAN_SKILLS).write_bytes(fujian_skills(issued_on))
    (folder / BAD).write_bytes(bad_roster())


if __name__ == "__main__":
    write(Path(sys.argv[1]), *(date.fromisoformat(argument) for argument in sys.argv[2:3]))
