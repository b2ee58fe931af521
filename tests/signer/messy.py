"""Messy rosters as data: what the file holds, and exactly what must come of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

from signer.roster.model import NoteCode, ProblemCode, RosterReason
from tests.signer.rosters import NUMBER, OTHER

Cells = Sequence[object]
HEAD: Final = ("姓名", "证件号码", "职业编码", "等级", "发证日期", "评价方式")
ONE: Final = ("陈志强", NUMBER, "6-31-01-03", "三级", "2026-06-01", "考试")
TWO: Final = ("林丽萍", OTHER, "6-31-01-03", "三级", "2026-06-01", "考试")


@dataclass(frozen=True)
class Case:
    """A workbook's sheets by name, or a text file; and the rows, problems and notes, or the one reason."""

    name: str
    sheets: Mapping[str, Sequence[Cells]] = field(default_factory=dict)
    merges: Sequence[str] = ()
    hidden: Sequence[int] = ()
    epoch1904: bool = False
    text: bytes | None = None
    suffix: str = ".xlsx"
    rows: Sequence[int] = ()
    problems: Sequence[tuple[int, str, ProblemCode]] = ()
    notes: Sequence[tuple[NoteCode, int | None]] = ()
    reason: RosterReason | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    """What the first row must say."""


def write(case: Case, folder: Path) -> Path:
    """The case as a file."""
    path = folder / f"roster{case.suffix}"
    path.write_bytes(case.text if case.text is not None else _workbook(case))
    return path


def _workbook(case: Case) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    if case.epoch1904:
        workbook.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - Excel knows no zones
    for name, rows in case.sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for merge in case.merges:
            sheet.merge_cells(merge)
        for number in case.hidden:
            sheet.row_dimensions[number].hidden = True
    output = BytesIO()
    workbook.save(output)
    return output.getvalue()


def one(*rows: Cells, name: str = "Sheet1") -> dict[str, Sequence[Cells]]:
    """A workbook of one sheet."""
    return {name: rows}


def _csv(*rows: Cells, separator: str = ",") -> str:
    return "".join(separator.join(str(cell) for cell in row) + "\r\n" for row in rows)


def strict(data: bytes) -> bytes:
    """The workbook with the namespaces of strict OOXML, and the root-relative paths that WPS writes."""
    changes = (
        (
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    )
    output = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(output, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = source.read(entry)
            for old, new in changes:
                part = part.replace(old, new)
            target.writestr(entry.filename, part)
    return output.getvalue()


def _dated(typed: object) -> Cells:
    return (*ONE[:4], typed, ONE[5])


UNREAD: Final = NoteCode.ROW_WITHOUT_PERSON
CASES: Final = (
    Case(
        "titles above, sums and signatures below",
        one(
            ("厦门港务 2026 年名单",),
            ("填报单位：人事部", None, "日期：2026.6.1"),
            HEAD,
            ONE,
            ("合计", "1 人"),
            ("制表人：洪丽", None, "审核人：许国强"),
            ("以下空白",),
            ("注：1. 号码须与证件一致",),
            ("2、照片另附；请核对。",),
        ),
        merges=("A1:F1", "B5:F5", "A8:F8"),
        rows=[4],
        notes=[(UNREAD, 5)],
    ),
    Case(
        "a signature where the numbers stand",
        one(HEAD, ONE, ("制表人：洪丽", "审核人：许国强", None, "单位（盖章）：")),
        rows=[2],
        notes=[(UNREAD, 3)],
    ),
    Case(
        "a person called like a remark, without a number, is a person",
        one(HEAD, ("审核", None, *ONE[2:])),
        problems=[(2, "B 证件号码", ProblemCode.VALUE_MISSING)],
    ),
    Case(
        "hints and examples below the header, and the header again",
        one(
            HEAD,
            ("必填", "文本格式", "选填", "必填", "日期格式", "必填"),
            ("张三（示例）", "350203199001011234", *ONE[2:]),
            ONE,
            HEAD,
            TWO,
        ),
        rows=[4, 6],
        notes=[(NoteCode.ROW_EXAMPLE, 2), (NoteCode.HEADER_REPEATED, 5)],
    ),
    Case(
        "a header of two rows, groups above",
        one(
            ("姓名", "身份证件", None, "申报职业", None, "等级", "成绩", None, "发证日期", "评价方式"),
            (None, "类型", "号码", "编码", "名称", None, "理论", "实操", None, None),
            ("陈志强", "身份证", NUMBER, "6-31-01-03", "电工", 3, 80, 81, "2026-06-01", "考试"),
        ),
        merges=("A1:A2", "B1:C1", "D1:E1", "F1:F2", "G1:H1", "I1:I2", "J1:J2"),
        rows=[3],
        values={"occupation_title": "电工", "level": 3},
    ),
    Case(
        "a header in both languages, with stars, remarks and line breaks",
        one(
            (
                "*姓名\nName",
                "证件号码 ID No.（必填）",
                "职业(工种)代码/Code",
                "技能等级 Level",
                "发证日期：",
                "考核方式",
            ),
            ONE,
        ),
        rows=[2],
    ),
    Case(
        "an occupation and its trade in two columns",
        one((*HEAD[:2], "职业", "工种", *HEAD[3:]), (*ONE[:2], "电工", "外线电工", *ONE[3:])),
        rows=[2],
        values={"occupation_title": "电工", "specialisation": "外线电工"},
    ),
    Case(
        "instructions, examples, then the one sheet that is meant",
        {"填写说明": [("一、逐人填写。",)], "示例": [HEAD, TWO], "名单": [HEAD, ONE], "Sheet3": []},
        rows=[2],
        notes=[(NoteCode.SHEET_IGNORED, None)],
    ),
    Case(
        "an empty form before the list",
        {"空表": [HEAD], "名单": [HEAD, ONE]},
        rows=[2],
        notes=[(NoteCode.SHEET_IGNORED, None)],
    ),
    Case("people on two sheets", {"一部": [HEAD, ONE], "二部": [HEAD, TWO]}, reason=RosterReason.SEVERAL_SHEETS),
    Case(
        "merged cells over people",
        one(HEAD, ONE, (TWO[0], TWO[1], None, *TWO[3:])),
        merges=("C2:C3",),
        problems=[(2, "C 职业编码", ProblemCode.MERGED_CELLS)],
    ),
    Case("hidden rows", one(HEAD, ONE), hidden=[2], rows=[2], notes=[(NoteCode.ROW_HIDDEN, 2)]),
    Case("days counted from 1904", one(HEAD, _dated(datetime(2026, 6, 1))), epoch1904=True, rows=[2]),  # noqa: DTZ001
    Case("a date's number as text", one(HEAD, _dated("46174")), rows=[2]),
    *(
        Case(f"the date {typed}", one(HEAD, _dated(typed)), rows=[2])
        for typed in (
            *(
                "2026.6.1",
                "2026。6。1",
                "2026、06、01",
                "2026年6月1号",
                "20260601.0",
                "2026-06-01 星期一",
                "２０２６／６／１",
            ),
            *("\u200e2026/6/1", "二〇二六年六月一日", "二零二六年六月一日", "1-Jun-2026", "01 June 2026", "'2026-6-1"),
        )
    ),
    *(
        Case(f"no day in {typed}", one(HEAD, _dated(typed)), problems=[(2, "E 发证日期", ProblemCode.DATE_INCOMPLETE)])
        for typed in ("2026年6月", "2026.6", "2026-06", "202606", 202606, 2026.6, 2026, "2026年", "2026年6月份")
    ),
    Case("a two-digit year", one(HEAD, _dated("1-Jun-26")), problems=[(2, "E 发证日期", ProblemCode.DATE_AMBIGUOUS)]),
    *(
        Case(
            f"the number as {shown}",
            one(HEAD, (ONE[0], typed, *ONE[2:])),
            rows=[2],
            values={"document_last4": NUMBER[-4:]},
        )
        for shown, typed in (
            ("copied with marks", f"\u202d{NUMBER}\u202c"),
            ("marked on both sides", f"'{NUMBER}'"),
            ("with zero widths", f"{NUMBER[:6]}\u200b{NUMBER[6:]}\ufeff"),
        )
    ),
    Case(
        "an old number of fifteen",
        one(HEAD, (ONE[0], NUMBER[:6] + NUMBER[8:17], *ONE[2:])),
        problems=[(2, "B 证件号码", ProblemCode.DOCUMENT_LENGTH)],
    ),
    *(
        Case(
            f"the name {typed}",
            one(HEAD, (typed, *ONE[1:])),
            rows=[2],
            notes=[(NoteCode.NAME_DOT_CHANGED, 2)],
            values={"name": "买买提·艾力"},
        )
        for typed in ("买买提•艾力", "买买提．艾力", "买买提 · 艾力", "买买提・艾力")
    ),
    Case(
        "a code of another edition",
        one((*HEAD, "职业名称"), (*ONE[:2], "6-04-02-05", *ONE[3:], "焊工")),
        problems=[(2, "C 职业编码", ProblemCode.OCCUPATION_MOVED)],
    ),
    Case("semicolons", text=_csv(HEAD, ONE, separator=";").encode(), suffix=".csv", rows=[2]),
    Case("tabs in a .csv", text=_csv(HEAD, ONE, separator="\t").encode(), suffix=".csv", rows=[2]),
    Case(
        "Unicode text of Excel",
        text=_csv(HEAD, ONE, separator="\t").encode("utf-16"),
        suffix=".txt",
        rows=[2],
        notes=[(NoteCode.ENCODING, None)],
    ),
    Case(
        "numbers kept as text the way exports do",
        text=_csv(HEAD, (ONE[0], f'="{NUMBER}"', *ONE[2:])).encode("gb18030"),
        suffix=".csv",
        rows=[2],
        notes=[(NoteCode.ENCODING, None)],
    ),
    Case("a web page called .xls", text=b"\xef\xbb\xbf<html><table>", suffix=".xls", reason=RosterReason.UNKNOWN_TYPE),
    Case(
        "an old workbook called .xlsx",
        text=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99),
        reason=RosterReason.OLD_EXCEL,
    ),
)
