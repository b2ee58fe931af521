"""The report as PDF, in Chinese and English: a page of totals, then the rows, with headings on every page."""

import logging
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

import pylopdf_fonts_zh_cn
from fpdf import FPDF
from fpdf.fonts import CoreFont, TTFFont

from credential import wording
from credential.model import rfc3339
from credential.reason import Outcome
from verifier_cli.reports.spool import Kept, Spool
from verifier_cli.reports.summary import NOTE, Summary
from verifier_cli.words.columns import Cells

MAX_ROWS: Final = 10_000
"""More are counted on the first page, and listed in the other reports only."""
_FONT: Final = "sans"
_SIZE: Final = 7
_LINE: Final = 3.4
_MARGIN: Final = 12
_PADDING: Final = 1
_LINES: Final = 6
"""Of one cell; what is longer ends in a sign that there is more."""
_FILLS: Final = {
    Outcome.ACCEPTED: (226, 240, 217),
    Outcome.REJECTED: (248, 215, 218),
    Outcome.UNDECIDED: (255, 242, 204),
}
_COLUMNS: Final = (
    (9, "序号 No."),
    (50, "文件、位置 File, place"),
    (22, "结论 Verdict"),
    (46, "说明 Explanation"),
    (30, "姓名、证件末四位 Name, document"),
    (33, "证书编号、发证日期 Number, issued on"),
    (38, "职业、等级 Occupation, level"),
    (45, "签发机构、本地采认 Issuer, recognised here"),
)
"""Millimetres and headings; together they are as wide as the page."""


def write(path: str, spool: Spool, summary: Summary) -> None:
    """The whole document."""
    logging.getLogger("fpdf").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    page = _Page(summary)
    page.summary(spool.size)
    page.rows(kept for _, kept in zip(range(MAX_ROWS), spool.rows(), strict=False))
    page.output(path)


class _Page(FPDF):
    """A4 across, with the time and the page's number below."""

    def __init__(self, summary: Summary) -> None:
        super().__init__(orientation="L", format="A4")
        self._facts = summary
        self.set_title("核验报告 Verification report")
        self.set_lang("zh-CN")
        self.add_font(_FONT, "", pylopdf_fonts_zh_cn.sans_path())
        self._known = _characters(self.fonts[_FONT])
        self.set_margins(_MARGIN, _MARGIN, _MARGIN)
        self.set_auto_page_break(False)
        self.set_draw_color(190)
        self._width_of = cache(self._measured)

    def footer(self) -> None:
        """The page's number, and as of when."""
        self._text(_MARGIN, self.h - 7, f"{rfc3339(self._facts.now)}   {self.page_no()}", _SIZE)

    def summary(self, size: int) -> None:
        """The first page, or more if there are many lists."""
        self.add_page()
        self._y = float(_MARGIN)
        self._said("核验报告 Verification report", 16)
        for line in self._facts.lines():
            self._said(f"{line.zh} {line.en}:  {line.value}", 9)
        self._said("", 9)
        for reason, many in self._facts.reasons:
            words = wording.of(reason)
            self._said(f"{many}  {reason.value}  {words.zh} {words.en}", 9, _FILLS[reason.outcome])
        self._said("", 9)
        for note in NOTE:
            self._said(note, 9)
        if size > MAX_ROWS:
            self._said(f"本 PDF 只列出前 {MAX_ROWS} 行，其余见 CSV 或 XLSX。", 9)
            self._said(f"This PDF lists the first {MAX_ROWS} rows; the others are in a report as CSV or XLSX.", 9)

    def _said(self, text: str, size: float, fill: tuple[int, int, int] | None = None) -> None:
        """A paragraph over the whole width."""
        height = size * 0.6
        for line in self._wrapped(text, (self.w - 2 * _MARGIN) * _SIZE / size, 12) or [""]:
            if self._y + height > self.h - _MARGIN:
                self.add_page()
                self._y = float(_MARGIN)
            self._filled(_MARGIN, self.w - 2 * _MARGIN, height, fill)
            self._text(_MARGIN + _PADDING, self._y + height * 0.75, line, size)
            self._y += height

    def rows(self, rows: Iterator[Kept]) -> None:
        """All rows, each kept together."""
        self._head()
        for kept in rows:
            cells = [self._wrapped(text, width - 2 * _PADDING, _LINES) for text, (width, _) in _pairs(kept)]
            height = _LINE * max(map(len, cells)) + 2 * _PADDING
            if self._y + height > self.h - _MARGIN:
                self._head()
            self._row(cells, height, _FILLS[kept.outcome])

    def _head(self) -> None:
        self.add_page()
        self._y = float(_MARGIN)
        cells = [self._wrapped(heading, width - 2 * _PADDING, _LINES) for width, heading in _COLUMNS]
        self._row(cells, _LINE * max(map(len, cells)) + 2 * _PADDING, (217, 225, 242), everywhere=True)

    def _row(
        self, cells: Sequence[list[str]], height: float, fill: tuple[int, int, int], *, everywhere: bool = False
    ) -> None:
        x = float(_MARGIN)
        for place, (lines, (width, _)) in enumerate(zip(cells, _COLUMNS, strict=True)):
            self._filled(x, width, height, fill if everywhere or place == _VERDICT else None)
            for number, line in enumerate(lines, start=1):
                self._text(x + _PADDING, self._y + number * _LINE, line, _SIZE)
            x += width
        self.line(_MARGIN, self._y + height, x, self._y + height)
        self._y += height

    def _filled(self, x: float, width: float, height: float, fill: tuple[int, int, int] | None) -> None:
        if fill is not None:
            self.set_fill_color(*fill)
            self.rect(x, self._y, width, height, style="F")

    def _text(self, x: float, y: float, text: str, size: float) -> None:
        self.set_font(_FONT, size=size)
        self.text(x, y, "".join(map(self._drawable, text)))

    def _drawable(self, character: str) -> str:
        """The character, or its code point in braces if the font has it not."""
        return character if ord(character) in self._known else f"\\u{{{ord(character):X}}}"

    def _measured(self, character: str) -> float:
        self.set_font(_FONT, size=_SIZE)
        return float(self.get_string_width(self._drawable(character)))

    def _wrapped(self, text: str, width: float, most: int) -> list[str]:
        """The lines of a text, broken where it is full; between Latin words where that is near."""
        lines: list[str] = []
        for part in text.split("\n"):
            line, used = "", 0.0
            for character in part:
                step = self._width_of(character)
                if used + step > width and character not in _NEVER_FIRST:
                    whole, rest = _broken(line, character)
                    lines.append(whole)
                    line, used = rest, sum(map(self._width_of, rest))
                line, used = line + character, used + step
            lines.append(line)
        return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][:-1] + "…"]


def _characters(font: CoreFont | TTFFont) -> frozenset[int]:
    return frozenset(font.cmap) if isinstance(font, TTFFont) else frozenset()


_VERDICT: Final = 2
_NEAR: Final = 24
_NEVER_FIRST: Final = "，。；：、！？）”」』》,.;:!?)"


def _broken(line: str, following: str) -> tuple[str, str]:
    """Where a full line ends, and what of it goes onto the next."""
    space = line.rfind(" ", max(1, len(line) - _NEAR))
    if space < 0 or not (following.isascii() and following.isalnum()) or not line[space + 1 :].isascii():
        return line, ""
    return line[:space], line[space + 1 :]


def _pairs(kept: Kept) -> Iterator[tuple[str, tuple[int, str]]]:
    return zip(_texts(kept, kept.cells), _COLUMNS, strict=True)


def _texts(kept: Kept, cells: Cells) -> tuple[str, ...]:
    def joined(*keys: str) -> str:
        return "\n".join(cells[key] for key in keys if cells.get(key))

    same = "" if kept.same_as is None else f"\n与第 {kept.same_as} 行相同 same as {kept.same_as}"
    return (
        str(kept.number),
        cells["file"] + ("\n" + cells["place"] if cells["place"] else ""),
        cells["verdict"].replace(" ", "\n", 1),
        joined("reason_zh", "reason_en", "detail") + same,
        joined("name", "document_type", "document_last4"),
        joined("certificate_number", "issued_on", "term_until"),
        joined("occupation_title", "specialisation", "level"),
        joined("issuer_name", "issuer_code", "recognised_here", "recognised_as"),
    )
