"""An empty roster to fill in: headers, lists to choose from, and what each column wants."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from credential.numbers import LEVEL_NAMES
from signer.roster import values
from signer.roster.header import ENGLISH, REQUIRED, Column
from signer.roster.sheet import column_letters
from signer.roster.workbook import TEXT_FORMAT, cell_at, to_bytes, write_text

ROSTER_SHEET: Final = "名册"
HELP_SHEET: Final = "说明"
SCOPE_SHEET: Final = "备案范围"
_LAST_ROW: Final = 10_000
_DATE_FORMAT: Final = "yyyy-mm-dd"
_HEAD: Final = PatternFill("solid", start_color="FFDCE6F1")
_MARKED: Final = (*REQUIRED, Column.CODE, Column.LEVEL)
_WIDTHS: Final = {Column.DOCUMENT_NUMBER: 24, Column.TITLE: 20, Column.KIND: 20, Column.LEVEL: 16}

_HELP: Final = {
    Column.NAME: ("与证件一致", "as on the document"),
    Column.DOCUMENT_TYPE: ("18 位号码可不填", "may stay empty for numbers of 18 characters"),
    Column.DOCUMENT_NUMBER: ("本列是文本格式，不要改成数字", "the column is text: do not turn it into numbers"),
    Column.KIND: ("不填即职业技能等级证书", "empty: a level certificate"),
    Column.EDITION: ("2022 或 2015；目录里有的可不填", "2022 or 2015; may stay empty for codes of the catalogue"),
    Column.CODE: ("如 6-31-01-03；与职业名称至少填一项", "like 6-31-01-03; this or the occupation's title is needed"),
    Column.TITLE: ("填了编码可不填", "may stay empty if the code is given"),
    Column.SPECIALISATION: ("没有就空着", "empty if there is none"),
    Column.LEVEL: ("等级证书必填；1 级最高", "for level certificates; 1 is the highest"),
    Column.ISSUED_ON: ("如 2026-06-01，不能晚于今天", "like 2026-06-01, not in the future"),
    Column.BASIS: ("从列表选", "choose from the list"),
    Column.POST: (
        "只用于岗位聘任：学徒工、特级技师、首席技师",
        "appointments only: one of the three posts of the list",
    ),
    Column.TERM_UNTIL: ("只用于岗位聘任：聘期最后一天", "appointments only: the last day of the term"),
    Column.HONOUR: ("只用于荣誉证书", "honours only"),
    Column.SUB_LEVEL: ("企业自己在等级内再分的档次", "the enterprise's own division of a level"),
    Column.LOCAL_POST: ("本人在企业的岗位", "the person's own post in the enterprise"),
}
_EXAMPLE: Final = {
    Column.NAME: "张三（示例）",
    Column.DOCUMENT_TYPE: "居民身份证",
    Column.DOCUMENT_NUMBER: "18 位号码",
    Column.EDITION: "2022",
    Column.CODE: "6-31-01-03",
    Column.TITLE: "电工",
    Column.LEVEL: LEVEL_NAMES[3],
    Column.ISSUED_ON: "2026-06-01",
    Column.BASIS: values.BASIS_NAMES[min(values.BASIS_NAMES)],
    Column.LOCAL_POST: "码头电工",
}


class Offered(NamedTuple):
    """An occupation that the issuer may certify, up to the level `highest` (1 is the highest there is)."""

    edition: int
    code: str
    title: str
    highest: int


def template(scope: Sequence[Offered]) -> bytes:
    """An XLSX roster without rows, whose lists offer what `scope` allows; the example is on the second sheet."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = ROSTER_SHEET
    for place, column in enumerate(Column):
        _column(sheet, place, column)
    sheet.freeze_panes = "B2"
    _help(workbook.create_sheet(HELP_SHEET))
    _scope(workbook.create_sheet(SCOPE_SHEET), scope)
    _lists(sheet, scope)
    return to_bytes(workbook)


def _column(sheet: Worksheet, place: int, column: Column) -> None:
    zh, en = _HELP[column]
    cell = cell_at(sheet, 1, place + 1)
    write_text(cell, f"{column.value}{'*' if column in _MARKED else ''}")
    cell.font, cell.fill = Font(bold=True), _HEAD
    cell.comment = Comment(f"{zh}\n{ENGLISH[column]}: {en}", "yinxin")
    dimension = sheet.column_dimensions[column_letters(place)]
    dimension.width = _WIDTHS.get(column, 14)
    dates = {Column.ISSUED_ON, Column.TERM_UNTIL}
    dimension.number_format = _DATE_FORMAT if column in dates else TEXT_FORMAT


def _lists(sheet: Worksheet, scope: Sequence[Offered]) -> None:
    highest = min((each.highest for each in scope), default=1)
    levels = [name for level, name in LEVEL_NAMES.items() if level >= highest]
    _list(sheet, Column.LEVEL, _inline(levels))
    _list(sheet, Column.DOCUMENT_TYPE, _inline(values.DOCUMENT_NAMES.values()))
    _list(sheet, Column.BASIS, _inline(values.BASIS_NAMES.values()))
    _list(sheet, Column.KIND, _inline(values.KIND_NAMES.values()))
    _list(sheet, Column.POST, _inline(values.POST_NAMES.values()))
    if scope:
        for letter, column in zip("ABC", (Column.EDITION, Column.CODE, Column.TITLE), strict=True):
            _list(sheet, column, f"'{SCOPE_SHEET}'!${letter}$2:${letter}${len(scope) + 1}")


def _inline(words: Iterable[str]) -> str:
    return f'"{",".join(words)}"'


def _list(sheet: Worksheet, column: Column, formula: str) -> None:
    """A list that advises: what is not on it is read too, and checked then."""
    validation = DataValidation("list", formula1=formula, allow_blank=True, errorStyle="warning", showErrorMessage=True)
    letters = column_letters(list(Column).index(column))
    validation.add(f"{letters}2:{letters}{_LAST_ROW}")
    sheet.add_data_validation(validation)


def _help(sheet: Worksheet) -> None:
    title = (
        "在“名册”表里每人填一行；带 * 的列必填。Fill in one row a person on the first sheet; * columns are required."
    )
    _line(sheet, 1, [title])
    _line(sheet, 3, ["列 Column", "English", "怎样填", "How to fill it in", "示例 Example"])
    for row, column in enumerate(Column, 4):
        zh, en = _HELP[column]
        _line(sheet, row, [column.value, ENGLISH[column], zh, en, _EXAMPLE.get(column, "")])
    for cell in (*sheet[1], *sheet[3]):
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDE", (16, 18, 46, 56, 20), strict=True):
        sheet.column_dimensions[letter].width = width


def _scope(sheet: Worksheet, scope: Sequence[Offered]) -> None:
    _line(sheet, 1, ["大典版本", "职业编码", "职业名称", "最高等级 Highest level"])
    for row, each in enumerate(scope, 2):
        _line(sheet, row, [str(each.edition), each.code, each.title, LEVEL_NAMES.get(each.highest, str(each.highest))])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD
    for letter, width in zip("ABCD", (12, 16, 30, 24), strict=True):
        sheet.column_dimensions[letter].width = width


def _line(sheet: Worksheet, row: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts, 1):
        cell = cell_at(sheet, row, column)
        write_text(cell, text)
        cell.alignment = Alignment(vertical="top")
