"""The summary behind an annotated roster: how it stands, what comes next, how often each thing was found, and where.

No cell's content is repeated here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from signer.roster.findings import FIX, WHY, Finding, Result
from signer.roster.groups import ranges
from signer.roster.model import Note
from signer.roster.workbook import widen, write_text

BAD: Final = PatternFill("solid", start_color="FFFFC7CE")
DOUBTFUL: Final = PatternFill("solid", start_color="FFFFEB9C")
_FINE: Final = PatternFill("solid", start_color="FFC6EFCE")
_HEAD: Final = PatternFill("solid", start_color="FFDCE6F1")
_MOST_LISTED: Final = 5_000
_STEPS_TO_MEND: Final = (
    (
        "1. 在前一张表里改好红色的格子（批注里有原因和改法），保存。",
        "Mend the red cells (comments say why and how); save.",
    ),
    ("2. 再检查这个文件：yinxin-signer check 文件名。", "Check this very file again: yinxin-signer check FILE."),
    (
        "3. 没有问题以后签发：yinxin-signer sign 文件名 --out 文件夹。",
        "Then sign it: yinxin-signer sign FILE --out DIR.",
    ),
)
_STEPS_TO_CONFIRM: Final = (
    (
        "黄色的格子可能是对的，请逐一核对依据；确实无误的，签发时确认（sign 会问，或加 --confirm 代码）。",
        "Yellow cells may be right: look at the documents behind them, and confirm when signing (--confirm CODE).",
    ),
)
_STEPS_DONE: Final = (
    (
        "没有要改的，可以签发：yinxin-signer sign 名册 --out 文件夹。",
        "Nothing to mend: yinxin-signer sign ROSTER --out DIR.",
    ),
)


def write(sheet: WriteOnlyWorksheet, result: Result) -> None:
    """Write the summary."""
    for letter, width in zip("ABCDE", (12, 24, 60, 60, 28), strict=True):
        widen(sheet, letter, width)
    for count, zh, en, fill in _counts(result):
        _line(sheet, [str(count), "行 rows", f"{zh} {en}"], fill=fill, bold=True)
    _line(sheet, [])
    _line(sheet, ["下一步", "", "What comes next"], bold=True)
    for zh, en in _steps(result):
        _line(sheet, ["", "", zh, en])
    if not result.is_fine:
        _line(sheet, [])
        _by_reason(sheet, result)
        _line(sheet, [])
        _one_by_one(sheet, result)
    if result.notes:
        _line(sheet, [])
        _notes(sheet, result.notes)


def _counts(result: Result) -> Iterator[tuple[int, str, str, PatternFill]]:
    yield result.fine, "没有问题，可以签发", "are fine and can be signed", _FINE
    yield len({each.row for each in result.findings}), "要改", "are to be mended", BAD
    yield len({each.row for each in result.doubts}), "需核对确认", "are to be confirmed", DOUBTFUL


def _steps(result: Result) -> Sequence[tuple[str, str]]:
    steps = _STEPS_TO_MEND if result.findings else () if result.doubts else _STEPS_DONE
    return (*steps, *_STEPS_TO_CONFIRM) if result.doubts else steps


def _by_reason(sheet: WriteOnlyWorksheet, result: Result) -> None:
    """The reasons, the commonest first, each with its code, how often it was found, and in which rows."""
    _line(sheet, ["处数 Count", "代码 Code", WHY, FIX, "行 Rows"], fill=_HEAD, bold=True)
    for findings, fill in ((result.findings, BAD), (result.doubts, DOUBTFUL)):
        groups: dict[str, list[Finding]] = defaultdict(list)
        for each in findings:
            groups[each.code].append(each)
        for code, group in sorted(groups.items(), key=lambda each: -len(each[1])):
            rows = ranges(sorted({each.row for each in group}))
            _line(sheet, [str(len(group)), str(code), *_common_words(group), rows], fill=fill)


def _one_by_one(sheet: WriteOnlyWorksheet, result: Result) -> None:
    found = sorted((*result.findings, *result.doubts), key=lambda each: each.row)
    _line(sheet, ["行 Row", "列 Column", WHY, FIX], fill=_HEAD, bold=True)
    for each in found[:_MOST_LISTED]:
        _line(sheet, [str(each.row), each.column, *_words(each)])
    if len(found) > _MOST_LISTED:
        _line(sheet, ["…", "", f"还有 {len(found) - _MOST_LISTED} 处 more"])


def _common_words(group: Sequence[Finding]) -> tuple[str, str]:
    """What is true for all of them: the words if they are the same, else one of them by its row."""
    why, fix = _words(group[0])
    same_why, same_fix = (len({_words(each)[place] for each in group}) == 1 for place in (0, 1))
    example = f"各处不同，逐条见下；如第 {group[0].row} 行 / They differ, see below; such as row {group[0].row}: "
    return why if same_why else example + why, fix if same_fix else example + fix


def _notes(sheet: WriteOnlyWorksheet, notes: Sequence[Note]) -> None:
    _line(sheet, ["提示", "代码 Code", "Notes"], fill=_HEAD, bold=True)
    for each in notes:
        _line(sheet, ["", str(each.code), each.zh, each.en])


def _words(each: Finding) -> tuple[str, str]:
    return f"{each.why_zh} {each.why_en}", f"{each.fix_zh} {each.fix_en}"


def _line(
    sheet: WriteOnlyWorksheet, texts: Iterable[str], *, fill: PatternFill | None = None, bold: bool = False
) -> None:
    cells: list[SheetCell] = []
    for place, text in enumerate(texts):
        cell = WriteOnlyCell(sheet)
        write_text(cell, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=bold)
        if fill is not None and (bold or place == 0):
            cell.fill = fill
        cells.append(cell)
    sheet.append(cells)
