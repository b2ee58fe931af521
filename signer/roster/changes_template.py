"""An empty sheet of changes, with the numbers filled in if they are known."""

from collections.abc import Mapping, Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from signer.roster.changes import NUMBER, NUMBER_EN
from signer.roster.header import ENGLISH, Column
from signer.roster.sheet import column_letters
from signer.roster.values import DOCUMENT_NAMES
from signer.roster.workbook import TEXT_FORMAT, cell_at, to_bytes, write_text

SHEET: Final = "更正"
_HEAD: Final = PatternFill("solid", start_color="FFDCE6F1")
_LAST_ROW: Final = 10_000
_HELP: Final[Mapping[Column, tuple[str, str]]] = {
    Column.NAME: ("正确的姓名；空着不改", "the right name; empty leaves it"),
    Column.DOCUMENT_TYPE: ("空着不改", "empty leaves it"),
    Column.DOCUMENT_NUMBER: (
        "正确的完整证件号码，文本格式；空着不改",
        "the right and whole number, as text; empty leaves it",
    ),
    Column.TITLE: ("空着不改", "empty leaves it"),
    Column.SPECIALISATION: ("空着不改；“--”为删去", "empty leaves it; -- removes it"),
    Column.TERM_UNTIL: ("新聘期最后一天，如 2029-12-31", "the new term's last day, like 2029-12-31"),
}


def template(columns: Sequence[Column], numbers: Sequence[str]) -> bytes:
    """An XLSX with a row for each number, and these columns to fill in."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = SHEET
    titles = [(f"{NUMBER}*", f"与证书一致\n{NUMBER_EN}: as on the certificate")]
    titles += [(each.value, f"{_HELP[each][0]}\n{ENGLISH[each]}: {_HELP[each][1]}") for each in columns]
    for place, (title, words) in enumerate(titles):
        head = cell_at(sheet, 1, place + 1)
        write_text(head, title)
        head.font, head.fill, head.comment = Font(bold=True), _HEAD, Comment(words, "yinxin")
        dimension = sheet.column_dimensions[column_letters(place)]
        dimension.width, dimension.number_format = 26 if place == 0 else 20, TEXT_FORMAT
    for row, number in enumerate(numbers, 2):
        write_text(cell_at(sheet, row, 1), number)
    if Column.DOCUMENT_TYPE in columns:
        validation = DataValidation("list", formula1=f'"{",".join(DOCUMENT_NAMES.values())}"', allow_blank=True)
        letters = column_letters(list(columns).index(Column.DOCUMENT_TYPE) + 1)
        validation.add(f"{letters}2:{letters}{_LAST_ROW}")
        sheet.add_data_validation(validation)
    sheet.freeze_panes = "B2"
    return to_bytes(workbook)
