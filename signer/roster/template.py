"""An empty roster to fill in: headers, lists to choose from, and what each column wants."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from credential.model import Kind
from credential.numbers import LEVEL_NAMES
from signer.roster import examples, grounds, values
from signer.roster.examples import Offered
from signer.roster.header import ENGLISH, REQUIRED, Column
from signer.roster.sheet import column_letters
from signer.roster.workbook import TEXT_FORMAT, cell_at, to_bytes, write_text

ROSTER_SHEET: Final = "名册"
HELP_SHEET: Final = "说明"
EXAMPLE_SHEET: Final = "示例"
SCOPE_SHEET: Final = "备案范围"
_LAST_ROW: Final = 10_000
_DATE_FORMAT: Final = "yyyy-mm-dd"
_HEAD: Final = PatternFill("solid", start_color="FFDCE6F1")
_MARKED: Final = (*REQUIRED, Column.CODE, Column.LEVEL)
_NEEDS: Final = {
    Kind.LEVEL: (Column.CODE, Column.LEVEL),
    Kind.SPECIAL_ABILITY: (Column.KIND, Column.CODE),
    Kind.POST: (Column.CODE, Column.POST, Column.TERM_UNTIL),
    Kind.HONOUR: (Column.HONOUR,),
}
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
    Column.CONTEST: ("评价方式为竞赛时必填：竞赛全称", "for the basis 竞赛: the contest's full name"),
    Column.CONTEST_CLASS: (
        "国家级一类的名次可晋升技师、高级技师",
        "ranks in 国家级一类 are promoted to levels 2 and 1",
    ),
    Column.RANK: ("评价方式为竞赛时必填：如 3", "for the basis 竞赛: a number such as 3"),
    Column.ENTRY: ("不填即个人", "empty: as an individual"),
    Column.PRIOR_LEVEL: ("以竞赛晋升高级技师的，填原来的 二级/技师", "for a contest to level 1: 二级/技师"),
    Column.SOURCE: (
        "评价方式为采认时必填：被采认证书的名称",
        "for the basis 采认: what the source certificate is called",
    ),
    Column.SOURCE_NUMBER: (
        "评价方式为采认时必填：被采认证书的编号",
        "for the basis 采认: the source certificate's number",
    ),
    Column.STANDARD: ("国家、行业标准或企业评价规范的名称，可不填", "national, trade or own standard; may stay empty"),
    Column.STANDARD_VERSION: ("填了评价标准就要有版本，如 2023年版", "needed with a standard, such as 2023年版"),
}


class Scope(NamedTuple):
    """What an issuer may certify: occupations, honours by their names, and whether it appoints to posts."""

    occupations: Sequence[Offered]
    honours: Sequence[str] = ()
    appoints: bool = True


def template(scope: Scope, today: date) -> bytes:
    """An empty roster as XLSX whose lists offer what the issuer may certify; examples are dated `today`."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = ROSTER_SHEET
    for place, column in enumerate(Column):
        _column(sheet, place, column)
    sheet.freeze_panes = "B2"
    _help(workbook.create_sheet(HELP_SHEET), scope)
    _examples(
        workbook.create_sheet(EXAMPLE_SHEET), examples.rows(scope.occupations, scope.honours, scope.appoints, today)
    )
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


def _lists(sheet: Worksheet, scope: Scope) -> None:
    highest = min((each.highest for each in scope.occupations), default=1)
    levels = [name for level, name in LEVEL_NAMES.items() if level >= highest]
    _list(sheet, Column.LEVEL, _inline(levels))
    _list(sheet, Column.PRIOR_LEVEL, _inline(LEVEL_NAMES.values()))
    _list(sheet, Column.DOCUMENT_TYPE, _inline(values.DOCUMENT_NAMES.values()))
    _list(sheet, Column.BASIS, _inline(values.BASIS_NAMES.values()))
    _list(sheet, Column.KIND, _inline(values.KIND_NAMES.values()))
    _list(sheet, Column.POST, _inline(values.POST_NAMES.values()))
    _list(sheet, Column.CONTEST_CLASS, _inline(grounds.CONTEST_NAMES.values()))
    _list(sheet, Column.ENTRY, _inline(grounds.ENTRY_NAMES.values()))
    for letter, column in zip("ABC", (Column.EDITION, Column.CODE, Column.TITLE), strict=True):
        _list_of_scope(sheet, column, letter, len(scope.occupations))
    _list_of_scope(sheet, Column.HONOUR, "F", len(scope.honours))


def _list_of_scope(sheet: Worksheet, column: Column, letter: str, count: int) -> None:
    if count:
        _list(sheet, column, f"'{SCOPE_SHEET}'!${letter}$2:${letter}${count + 1}")


def _inline(words: Iterable[str]) -> str:
    return f'"{",".join(words)}"'


def _list(sheet: Worksheet, column: Column, formula: str) -> None:
    """A list that advises: what is not on it is read too, and checked then."""
    validation = DataValidation("list", formula1=formula, allow_blank=True, errorStyle="warning", showErrorMessage=True)
    letters = column_letters(list(Column).index(column))
    validation.add(f"{letters}2:{letters}{_LAST_ROW}")
    sheet.add_data_validation(validation)


def _help(sheet: Worksheet, scope: Scope) -> None:
    title = (
        "在“名册”表里每人填一行；带 * 的列必填；填法见“示例”表。"
        "Fill in one row a person on the first sheet; * columns are required; the sheet 示例 has examples."
    )
    _line(sheet, 1, [title])
    _line(sheet, 3, ["列 Column", "English", "怎样填", "How to fill it in"])
    for row, column in enumerate(Column, 4):
        zh, en = _HELP[column]
        _line(sheet, row, [column.value, ENGLISH[column], zh, en])
    below = 5 + len(Column)
    _line(
        sheet,
        below,
        ["证书类型 Kind", "", "除姓名、证件号码、发证日期、评价方式外还要填", "Besides name, number, date and basis"],
    )
    for row, (kind, needs) in enumerate(_NEEDS.items(), below + 1):
        missing = "" if _is_offered(kind, scope) else "；本机构备案范围内没有 not in this issuer's scope"
        _line(
            sheet,
            row,
            [
                values.KIND_NAMES[kind],
                "",
                f"{'、'.join(each.value for each in needs)}{missing}",
                ", ".join(ENGLISH[each] for each in needs),
            ],
        )
    for cell in (*sheet[1], *sheet[3], *sheet[below]):
        cell.font = Font(bold=True)
    for letter, width in zip("ABCD", (20, 22, 52, 56), strict=True):
        sheet.column_dimensions[letter].width = width


def _is_offered(kind: Kind, scope: Scope) -> bool:
    match kind:
        case Kind.HONOUR:
            return bool(scope.honours)
        case Kind.POST:
            return scope.appoints and bool(scope.occupations)
        case Kind.LEVEL:
            return any(each.highest in LEVEL_NAMES for each in scope.occupations)
        case Kind.SPECIAL_ABILITY:
            return bool(scope.occupations)


def _examples(sheet: Worksheet, rows: Sequence[Mapping[Column, str]]) -> None:
    _line(sheet, 1, [column.value for column in Column])
    for number, row in enumerate(rows, 2):
        _line(sheet, number, [row.get(column, "") for column in Column])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD
    for place, column in enumerate(Column):
        sheet.column_dimensions[column_letters(place)].width = _WIDTHS.get(column, 14)
    sheet.freeze_panes = "B2"


def _scope(sheet: Worksheet, scope: Scope) -> None:
    _line(sheet, 1, ["大典版本", "职业编码", "职业名称", "最高等级 Highest level", "", "荣誉称号 Honours"])
    for row, each in enumerate(scope.occupations, 2):
        _line(sheet, row, [str(each.edition), each.code, each.title, LEVEL_NAMES.get(each.highest, "无等级 no level")])
    for row, honour in enumerate(scope.honours, 2):
        write_text(cell_at(sheet, row, 6), honour)
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD
    for letter, width in zip("ABCDEF", (12, 16, 30, 24, 4, 30), strict=True):
        sheet.column_dimensions[letter].width = width


def _line(sheet: Worksheet, row: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts, 1):
        cell = cell_at(sheet, row, column)
        write_text(cell, text)
        cell.alignment = Alignment(vertical="top")
