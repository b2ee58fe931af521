"""The demo's messy roster: what a personnel office sends, two rows of headers, remarks, sums and ten mistakes included.

The README's first roster goes from this file over `map` and `check` to printed certificates; `MENDED` is what a clerk
types into the red cells with the people's cards at hand (they are copied on the last sheet).
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from signer.roster.model import ProblemCode
from signer.roster.workbook import to_bytes
from tools.demo_rosters import CellValue, Invented, invent

MESSY: Final = "messy-roster.xlsx"
FIRST_ROW: Final = 6
DATE_HEADER: Final = "领证时间"
"""No program can know it for the date of issue: it has to be said once."""
PEOPLE: Final = 18
_UPPER: Final = (
    "序号",
    "姓 名",
    "身份证件",
    None,
    "所在部门",
    "申报职业",
    None,
    "评价等级",
    "考核成绩",
    None,
    DATE_HEADER,
    "备注",
)
_LOWER: Final = (None, None, "类型", "号码", None, "编码", "名称", None, "理论", "实操", None, None)
_DATES: Final = ("%Y.%-m.%-d", "%Y%m%d", "%Y/%-m/%-d", "%Y年%-m月%-d日", "%Y-%m-%d")

EXPECTED: Final = (
    (8, "D", ProblemCode.DOCUMENT_DIGITS_LOST),
    (10, "D", ProblemCode.DOCUMENT_CHECK_CHARACTER),
    (12, "K", ProblemCode.DATE_INCOMPLETE),
    (13, "B", ProblemCode.NAME_SPACE),
    (15, "F", ProblemCode.OCCUPATION_MISMATCH),
    (17, "H", ProblemCode.LEVEL_AMBIGUOUS),
)
"""Row, column and reason of what `check` finds in the rows themselves."""
SCOPE_ROW: Final = 19
"""The one row that is right in itself and beyond the issuer's scope."""


def people() -> list[Invented]:
    """Those on the roster, in order."""
    return [person for _, person in zip(range(PEOPLE), invent("messy-roster", ("350203", "350206")), strict=False)]


def mended(issued_on: date) -> dict[str, CellValue]:
    """What goes into which cell, so that everything is right."""
    numbers = [person.number for person in people()]
    return {
        "D8": numbers[2],
        "D10": numbers[4],
        "K12": issued_on.isoformat(),
        "B13": people()[7].name,
        "G15": "电工",
        "H17": "四级/中级工",
        "H19": "三级/高级工",
    }


def messy_roster(issued_on: date) -> bytes:
    """The workbook: a sheet of instructions, the list, the cards."""
    workbook = Workbook()
    intro = workbook.worksheets[0]
    intro.title = "填写说明"
    intro.append(["一、本表由各部门填报，人力资源部汇总。"])
    intro.append(["二、姓名、证件号码须与证件一致。"])
    _list(workbook.create_sheet("认定人员名单"), issued_on)
    _cards(workbook.create_sheet("证件登记（演示）"))
    return to_bytes(workbook)


def _list(sheet: Worksheet, issued_on: date) -> None:
    last = len(_UPPER)
    sheet.append([f"厦门港务控股集团有限公司{issued_on.year}年职业技能等级认定合格人员名单"])
    sheet.append([f"填报单位：人力资源部　　　　填报日期：{issued_on:%Y.%-m.%-d}"])
    sheet.append([])
    sheet.append(list(_UPPER))
    sheet.append(list(_LOWER))
    for reference in ("A1:L1", "A2:L2", "C4:D4", "F4:G4", "I4:J4", *(f"{letter}4:{letter}5" for letter in "ABEHKL")):
        sheet.merge_cells(reference)
    for n, person in enumerate(people()):
        sheet.append(_row(n, person, issued_on))
    end = FIRST_ROW + PEOPLE
    sheet.append(["合计", f"{PEOPLE} 人"])
    sheet.append([])
    sheet.append(["制表人：洪丽", None, None, "审核人：许国强", None, None, None, None, "单位（盖章）："])
    sheet.merge_cells(start_row=end, end_row=end, start_column=2, end_column=last)
    sheet.row_dimensions[FIRST_ROW + 3].hidden = True
    _style(sheet)


def _row(n: int, person: Invented, issued_on: date) -> list[CellValue]:
    porter = n % 3 == 2
    row: dict[str, CellValue] = {
        "A": n + 1,
        "B": f"{person.name[0]}　{person.name[1]}" if len(person.name) == 2 else person.name,
        "C": None if n % 2 else "身份证",
        "D": _number(person.number, n),
        "E": "装卸一部" if porter else "电力保障部",
        "F": "4-02-06-02" if porter else "6-31-01-03",
        "G": "理货员" if porter else "电工",
        "H": ("四级", "高级工", 4, "三级/高级工", "中级工")[n % 5],
        "I": 70 + n,
        "J": 88 - n,
        "K": issued_on.strftime(_DATES[n % len(_DATES)]),
        "L": None,
    }
    return [*(row | _MISTAKES.get(n, {}) | _late(n, person, issued_on)).values()]


_MISTAKES: Final[dict[int, dict[str, CellValue]]] = {
    9: {"G": "理货员", "F": "6-31-01-03"},
    11: {"H": "高级"},
    13: {"H": "二级/技师", "F": "4-02-06-02", "G": "理货员"},
}


def _late(n: int, person: Invented, issued_on: date) -> dict[str, CellValue]:
    """Mistakes that are made of what was right."""
    number = person.number
    match n:
        case 2:
            return {"D": float(int(number[:15]) * 1000)}
        case 4:
            return {"D": f"{number[:16]}{(int(number[16]) + 1) % 10}{number[17]}"}
        case 6:
            return {"K": f"{issued_on.year}年{issued_on.month}月"}
        case 7:
            return {"B": f"{person.name} 等"}
    return {}


def _number(number: str, n: int) -> str:
    return (number, f"'{number}", number.lower(), f"{number[:6]} {number[6:14]} {number[14:]}", f" {number}")[n % 5]


def _cards(sheet: Worksheet) -> None:
    sheet.append(["谁的", "证件上的号码", "人物均为虚构，号码不属于任何在世的人"])
    for person in people():
        sheet.append([person.name, person.number])
    sheet.column_dimensions["B"].width = 24


def _style(sheet: Worksheet) -> None:
    sheet["A1"].font = Font(bold=True, size=14)
    for row in (1, 4, 5):
        for cell in sheet[row]:
            cell.alignment = Alignment(horizontal="center", vertical="center")
    for row in (4, 5):
        for cell in sheet[row]:
            cell.font, cell.fill = Font(bold=True), PatternFill("solid", start_color="FFEDEDED")
    _widths(sheet, (6, 12, 10, 24, 14, 14, 12, 14, 8, 8, 16, 10))


def _widths(sheet: Worksheet, widths: Sequence[int]) -> None:
    for letter, width in zip("ABCDEFGHIJKL", widths, strict=True):
        sheet.column_dimensions[letter].width = width
