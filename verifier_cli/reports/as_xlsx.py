"""The report as XLSX: a sheet of totals, then the rows; headings stay in sight, and verdicts have colours."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from credential import wording
from credential.reason import Outcome
from verifier_cli.reports.cells import literal, row_of
from verifier_cli.reports.spool import Kept, Spool
from verifier_cli.reports.summary import NOTE, Summary
from verifier_cli.words.columns import COLUMNS, KEYS

MAX_ROWS: Final = 1_000_000
"""Of one sheet; more go onto further ones."""
_FILLS: Final = {Outcome.ACCEPTED: "E2F0D9", Outcome.REJECTED: "F8D7DA", Outcome.UNDECIDED: "FFF2CC"}
_HEAD: Final = "D9E1F2"
_WIDTHS: Final = {"file": 40, "place": 14, "verdict": 18, "reason_zh": 36, "reason_en": 36, "next_step": 48, "name": 12}
_WIDTH: Final = 18


def write(path: str, spool: Spool, summary: Summary) -> None:
    """The whole workbook. Every cell is text, whatever it begins with: no formula can come of it."""
    book = Workbook(write_only=True)
    _summary(book.create_sheet("汇总 Summary"), summary)
    rows = spool.rows()
    for number in range(1, 2 + (spool.size - 1) // MAX_ROWS):
        _rows(book.create_sheet("明细 Rows" if number == 1 else f"明细 Rows {number}"), rows, spool.size)
    book.save(path)


def _summary(sheet: Any, summary: Summary) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 44, 90
    sheet.append(_cells(sheet, ("核验报告 Verification report", ""), _HEAD))
    for line in summary.lines():
        sheet.append(_cells(sheet, (f"{line.zh} {line.en}", line.value)))
    sheet.append([])
    sheet.append(_cells(sheet, ("原因 Reason", "份数 Rows"), _HEAD))
    for reason, many in summary.reasons:
        words = wording.of(reason)
        sheet.append(_cells(sheet, (f"{reason.value} {words.zh} {words.en}", str(many)), _FILLS[reason.outcome]))
    sheet.append([])
    for note in NOTE:
        sheet.append(_cells(sheet, (note,)))


def _rows(sheet: Any, rows: Iterator[Kept], size: int) -> None:
    for place, column in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(column.key, _WIDTH)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{min(size, MAX_ROWS) + 1}"
    sheet.append(_cells(sheet, [column.heading for column in COLUMNS], _HEAD))
    verdict = KEYS.index("verdict")
    for _, kept in zip(range(MAX_ROWS), rows, strict=False):
        cells = _cells(sheet, row_of(kept))
        cells[verdict].fill = PatternFill("solid", fgColor=_FILLS[kept.outcome])
        sheet.append(cells)


def _cells(sheet: Any, values: Sequence[str], fill: str | None = None) -> list[Any]:
    return [_cell(sheet, value, fill) for value in values]


def _cell(sheet: Any, value: str, fill: str | None) -> Any:
    made = WriteOnlyCell(sheet, literal(value))
    made.data_type = "s"
    if fill is not None:
        made.fill, made.font = PatternFill("solid", fgColor=fill), Font(bold=fill == _HEAD)
        made.alignment = Alignment(vertical="top", wrap_text=True)
    return made
