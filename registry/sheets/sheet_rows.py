"""Rows of an operator's sheet by the columns that its head names, and what is wrong with them, cell by cell."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from credential import text
from registry.files import write_atomically
from registry.problems import ConfigurationError
from registry.sheets import spreadsheet
from registry.sheets.spreadsheet import Line
from registry.words import Words

_Value = TypeVar("_Value")
FORMULA: Final = Words("是公式或错误值", "is a formula or an error")
PASTE: Final = Words("粘贴为值", "paste it as a value")
MISSING: Final = Words("是空的", "is empty")
FILL: Final = Words("请填写", "fill it in")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Unreadable(Exception):  # noqa: N818 - an answer about one cell
    """A cell that says nothing: why, and what to write instead."""

    def __init__(self, why: Words, fix: Words) -> None:
        super().__init__(why.en)
        self.why = why
        self.fix = fix


class Columns(NamedTuple):
    """The columns that a sheet may have: each one's English and Chinese name, in the template's order.

    `required` must be there; `template` is the command that writes an empty sheet.
    """

    headers: Mapping[str, str]
    required: Sequence[str]
    template: str

    def named(self, head: str) -> str | None:
        """The column that a cell of the first row heads: `中文`, `english` or both; None if it is none of them."""
        for part in re.split(r"[/\n]", head):
            word = part.strip().lower()
            for english, chinese in self.headers.items():
                if word in (english, chinese):
                    return english
        return None

    def empty(self) -> list[list[str]]:
        """An empty sheet's head, `中文 / english` a column."""
        return [[f"{chinese} / {english}" for english, chinese in self.headers.items()]]


class Fault(NamedTuple):
    """One thing that is wrong: where (the row as the spreadsheet counts, the column), why, and what to do."""

    row: int
    column: str
    value: str
    why: Words
    fix: Words
    heading: str = ""
    """The column's Chinese name."""

    @property
    def zh(self) -> str:
        """The fault in a Chinese sentence."""
        where = f"第 {self.row} 行" + (f"“{self.heading or self.column}”" if self.column else "")
        return f"{where}{f'（{self.value}）' if self.value else ''}：{self.why.zh}。{self.fix.zh}。"

    @property
    def en(self) -> str:
        """The fault in an English sentence."""
        where = f"row {self.row}" + (f", {self.column}" if self.column else "")
        return f"{where}{f' ({self.value})' if self.value else ''}: {self.why.en}; {self.fix.en}"

    def to_json(self) -> dict[str, Any]:
        """The fault for programs."""
        return {
            "row": self.row,
            "column": self.column or None,
            "value": self.value or None,
            "why": self.why._asdict(),
            "fix": self.fix._asdict(),
        }


class Faults:
    """What is wrong with one sheet so far."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.found: list[Fault] = []

    def add(self, row: int, column: str, why: Words, fix: Words, value: str = "") -> None:
        """One more."""
        self.found.append(Fault(row, column, value, why, fix, self.columns.headers.get(column, "")))

    def __len__(self) -> int:
        return len(self.found)

    def in_order(self) -> tuple[Fault, ...]:
        """All, from the top of the sheet."""
        return tuple(sorted(self.found, key=lambda each: each.row))


class Cells:
    """One row's cells by column; reading a cell that says nothing leaves a fault and gives None."""

    def __init__(self, number: int, texts: dict[str, str], faults: Faults) -> None:
        self.number = number
        self.texts = texts
        self.faults = faults

    def text(self, column: str) -> str:
        """What the cell says; empty if the sheet has no such column."""
        return self.texts.get(column, "")

    def read(self, column: str, parse: Callable[[str], _Value]) -> _Value | None:
        """What the cell says, read."""
        try:
            return parse(self.text(column))
        except Unreadable as error:
            self.fault(column, error.why, error.fix)
            return None

    def need(self, column: str, parse: Callable[[str], _Value]) -> _Value | None:
        """The same of a cell that must not be empty."""
        if not self.text(column):
            self.fault(column, MISSING, FILL)
            return None
        return self.read(column, parse)

    def maybe(self, column: str, parse: Callable[[str], _Value]) -> _Value | None:
        """The same of a cell that may be empty: None then, without a fault."""
        return self.read(column, parse) if self.text(column) else None

    def fault(self, column: str, why: Words, fix: Words) -> None:
        """Something is wrong with the cell."""
        self.faults.add(self.number, column, why, fix, text.escaped(self.text(column)[:40]))

    def has_formula(self) -> bool:
        """Whether any cell is a formula, each of which is a fault: nobody saw what it says."""
        formulas = [column for column, cell in self.texts.items() if cell == spreadsheet.FORMULA]
        for column in formulas:
            self.fault(column, FORMULA, PASTE)
        return bool(formulas)


def read_head(lines: Sequence[Line], faults: Faults) -> list[str | None]:
    """The columns that the first row names; unknown, doubled and missing ones are faults."""
    line = lines[0] if lines else Line(1, ())
    found = [faults.columns.named(cell) for cell in line.cells]
    for cell, column in zip(line.cells, found, strict=True):
        if cell and column is None:
            shown = text.escaped(cell[:40])
            why = Words(f"不认识的列“{shown}”", f"no such column: {shown}")
            faults.add(line.number, "", why, Words("改成模板里的列名，或删去", "name it as in the template"))
    for column in faults.columns.required:
        if found.count(column) != 1:
            many = found.count(column) > 1
            why = Words("这一列重复", "this column stands twice") if many else Words("缺这一列", "is missing")
            command = faults.columns.template
            faults.add(line.number, column, why, Words(f"运行 {command} 取得模板", f"see `{command}`"))
    return found


def read_rows(lines: Iterable[Line], head: Sequence[str | None], faults: Faults) -> Iterable[Cells]:
    """The rows below the head by column; a hidden one is a fault."""
    for line in lines:
        texts = {name: cell for name, cell in zip(head, line.cells, strict=False) if name is not None}
        cells = Cells(line.number, texts, faults)
        if line.hidden:
            cells.fault("", Words("这一行是隐藏的", "this row is hidden"), Words("取消隐藏或删去", "show or delete it"))
        yield cells


def safe_cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula. Hyphens alone are none: `--` stands for no specialisation."""
    shown = str(value)
    return f"'{shown}" if shown.startswith(_FORMULA) and shown.strip("-") else shown


def write(path: Path, rows: list[list[str]]) -> None:
    """A new CSV or XLSX file of these rows. ConfigurationError if there is such a file."""
    if path.exists():
        raise ConfigurationError(f"{path.name}: 已存在，不会覆盖 / exists and is not overwritten")
    write_atomically(path, _as_csv(rows) if path.suffix.lower() == ".csv" else _as_xlsx(rows))


def _as_csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _as_xlsx(rows: list[list[str]]) -> bytes:
    """With every column as text, so that a code like 6-31-01-03 does not become a date."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book, out = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for place in range(1, len(rows[0]) + 1):
        sheet.column_dimensions[get_column_letter(place)].number_format = "@"
    book.save(out)
    return out.getvalue()
