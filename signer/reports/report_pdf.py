"""A batch's report as PDF: A4 pages of facts and tables, Chinese with English beside, in a font of its own."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import Final
from zlib import compress

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream, String

from credential.model import date_from_day
from signer.printing import fonts, pdf
from signer.printing.fonts import Fonts
from signer.printing.layout import MM, Align, Colour, Line, Text
from signer.printing.typeset import Measure, Setter
from signer.reports.content import COUNT_HEADS, HEADS, SKIPPED_HEADS, Pair, Report

WIDTH: Final = 210.0
HEIGHT: Final = 297.0
MOST_LINES: Final = 2_000
"""Certificates that are listed on paper; of a larger batch the list is in the CSV alone."""
_LEFT: Final = 18.0
_WIDE: Final = 174.0
_TOP: Final = 20.0
_BOTTOM: Final = 278.0
_STEP: Final = 5.2
_GREY: Final = (0.42, 0.42, 0.42)
_PALE: Final = (0.82, 0.82, 0.82)
_INK: Final = (0.1, 0.1, 0.1)
_LEAST: Final = 0.7
"""What does not fit is set so much smaller at most, and then cut."""
_MISSING: Final = "〓"
_BELOW: Final = 3.6
"""Millimetres from a cell's Chinese to its English, where it has both."""
Cell = str | Pair
_FACTS: Final = (22.0, 30.0, 122.0)
_COUNTS: Final = (30.0, 64.0, 62.0, 18.0)
_SKIPPED: Final = (10.0, 28.0, 98.0, 38.0)
_LIST: Final = (10.0, 43.0, 18.0, 23.0, 26.0, 22.0, 18.0, 14.0)


@dataclass(slots=True)
class _Sheets:
    """The pages so far, and how far down the last one is used."""

    pages: list[list[tuple[Text, str] | Line]] = field(default_factory=list)
    y: float = _BOTTOM

    def has_room(self, height: float) -> bool:
        """Whether so much fits on the page that was begun."""
        return self.y + height <= _BOTTOM

    def turn(self) -> None:
        """Begin another page."""
        self.pages.append([])
        self.y = _TOP

    def put(
        self,
        words: str,
        x: float,
        width: float,
        size: float = 8.5,
        *,
        color: Colour = _INK,
        bold: bool = False,
        align: Align = Align.LEFT,
        down: float = 0.0,
    ) -> None:
        """Words at the present height, or so far below it."""
        if words:
            y = self.y + down
            text = Text("", x, y, width, size, fonts.SANS, align, color, bold=bold, least=size * _LEAST)
            self.pages[-1].append((text, words))

    def rule(self, height: float = 0.15, color: Colour = _PALE) -> None:
        """A line across the page at the present height."""
        self.pages[-1].append(Line(_LEFT, self.y, _WIDE, height, color))


def write(report: Report) -> bytes:
    """The file. The same report gives the same bytes."""
    sheets = _Sheets()
    sheets.turn()
    _head(sheets, report)
    _facts(sheets, report)
    counts = ([g.code, g.title, f"{g.grade_zh} {g.grade_en}", str(count)] for g, count in report.counts)
    _table(sheets, ("按职业和等级", "by occupation and level"), COUNT_HEADS, _COUNTS, counts)
    skipped = ((str(each.row), each.field, (each.why_zh, each.why_en), each.code) for each in report.skipped)
    _table(sheets, ("跳过的行", "rows left out"), SKIPPED_HEADS, _SKIPPED, skipped)
    _table(sheets, ("证书", "certificates"), HEADS, _LIST, _lines(report))
    _feet(sheets, report)
    return _document(sheets, report)


def _head(sheets: _Sheets, report: Report) -> None:
    sheets.put("签发报告", _LEFT, 90, 19, bold=True)
    sheets.put("Batch report", _LEFT + 92, 82, 12, align=Align.RIGHT, color=_GREY)
    sheets.y += 9.5
    sheets.put(report.issuer, _LEFT, _WIDE, 11)
    sheets.y += 7.5
    sheets.rule(0.4, _INK)
    sheets.y += 3


def _facts(sheets: _Sheets, report: Report) -> None:
    for (zh, en), value in report.facts:
        cells = ((zh, _INK), (en, _GREY), (value, _INK))
        for x, width, (words, color) in zip(_columns(_FACTS), _FACTS, cells, strict=True):
            sheets.put(words, x, width - 2, color=color)
        sheets.y += _STEP


def _columns(widths: Sequence[float]) -> list[float]:
    return [_LEFT + sum(widths[:place]) for place in range(len(widths))]


def _table(
    sheets: _Sheets, title: Pair, heads: Sequence[Pair], widths: Sequence[float], rows: Iterable[Sequence[Cell]]
) -> None:
    """A title, and rows under heads that every page repeats."""
    sheets.y += 5
    if not sheets.has_room(5 * _STEP):
        sheets.turn()
    sheets.put(title[0], _LEFT, 60, 11, bold=True)
    sheets.put(title[1], _LEFT + 62, 112, 9, align=Align.RIGHT, color=_GREY)
    sheets.y += 6.5
    _heads(sheets, heads, widths)
    is_empty = True
    for row in rows:
        is_empty = False
        if not sheets.has_room(_height(row)):
            sheets.turn()
            _heads(sheets, heads, widths)
        _row(sheets, widths, row)
    if is_empty:
        _row(sheets, (_WIDE,), ("无 / none",))


def _heads(sheets: _Sheets, heads: Sequence[Pair], widths: Sequence[float]) -> None:
    for x, width, (zh, en) in zip(_columns(widths), widths, heads, strict=True):
        sheets.put(zh, x, width - 1.5, 8)
        sheets.put(en, x, width - 1.5, 6.5, color=_GREY, down=_BELOW)
    sheets.y += 7.2
    sheets.rule(0.25, _GREY)
    sheets.y += 1


def _row(sheets: _Sheets, widths: Sequence[float], row: Sequence[Cell]) -> None:
    for x, width, cell in zip(_columns(widths), widths, row, strict=True):
        zh, en = (cell, "") if isinstance(cell, str) else cell
        sheets.put(zh, x, width - 1.5, 8)
        sheets.put(en, x, width - 1.5, 6.5, color=_GREY, down=_BELOW)
    sheets.y += _height(row) - 1
    sheets.rule()
    sheets.y += 1


def _height(row: Sequence[Cell]) -> float:
    return _STEP if all(isinstance(cell, str) for cell in row) else _STEP + _BELOW - 0.5


def _lines(report: Report) -> Iterator[Sequence[str]]:
    for each in islice(report.lines, MOST_LINES):
        row = "" if each.row is None else str(each.row)
        group = each.group
        yield row, each.number, each.name, group.code, group.title, group.grade_zh, each.issued_on, each.state[0]
    more = report.size - MOST_LINES
    if more > 0:
        yield "…", f"另有 {more} 张，见 CSV", *[""] * 6


def _feet(sheets: _Sheets, report: Report) -> None:
    for place, page in enumerate(sheets.pages, 1):
        words = f"第 {report.batch} 批 batch {report.batch} · 第 {place}/{len(sheets.pages)} 页 page"
        page.append((Text("", _LEFT, 285, _WIDE, 7.5, fonts.SANS, Align.CENTER, _GREY), words))


def _document(sheets: _Sheets, report: Report) -> bytes:
    whole = Fonts([fonts.built_in(fonts.SANS)])
    measure = Measure(whole)
    pages = [[_fitted(measure, each) for each in page] for page in sheets.pages]
    used = {words for page in pages for each in page if not isinstance(each, Line) for words in each[1]}
    setting = Fonts(whole.subset({fonts.SANS: used}))
    setter = Setter(setting)
    made = Pdf.new()
    glyphs: dict[str, dict[int, str]] = {}
    resources = made.make_indirect(Dictionary(Font=Dictionary()))
    for page in pages:
        content = "".join(_operators(setter, each, glyphs) for each in page)
        blank = made.add_blank_page(page_size=(WIDTH * MM, HEIGHT * MM))
        blank.obj.Contents = Stream(made, compress(content.encode("ascii")), Filter=Name.FlateDecode)
        blank.obj.Resources = resources
    for name in sorted(glyphs):
        resources.Font[f"/{name}"] = pdf.embedded(made, setting.faces[name], glyphs[name])
    _describe(made, report)
    out = BytesIO()
    made.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def _fitted(measure: Measure, each: tuple[Text, str] | Line) -> tuple[Text, str] | Line:
    """The words with a mark for each character that the font lacks, cut where they would not fit."""
    if isinstance(each, Line):
        return each
    text, words = each
    missing = set(measure.missing(text.font, words))
    words = "".join(_MISSING if character in missing else character for character in words)
    while len(words) > 1 and measure.fitted(text, words) is None:
        words = words.removesuffix("…")[:-1] + "…"
    return text, words


def _operators(setter: Setter, each: tuple[Text, str] | Line, glyphs: dict[str, dict[int, str]]) -> str:
    if isinstance(each, Line):
        return pdf.bar(each, HEIGHT)
    piece = setter.set(*each, HEIGHT)
    pdf.note(piece, glyphs)
    return piece.operators


def _describe(made: Pdf, report: Report) -> None:
    when = f"D:{date_from_day(report.day):%Y%m%d}000000+08'00'"
    made.docinfo["/Title"] = String(f"签发报告 {report.code} 第 {report.batch} 批")
    made.docinfo["/Author"] = String(report.issuer)
    made.docinfo["/Creator"] = String("Yinxin")
    made.docinfo["/CreationDate"] = String(when)
    made.docinfo["/ModDate"] = String(when)
    made.Root.Lang = String("zh-CN")
    made.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
