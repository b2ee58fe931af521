"""Makes rosters for tests: cells to files, good rows to bend."""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook

from signer.roster.model import ProblemCode, Roster
from signer.roster.reader import read
from tools.demo_rosters import invented_number

TODAY = date(2026, 6, 30)
NUMBER = invented_number("350203", bytes(range(32)))
OTHER = invented_number("350203", bytes(range(1, 33)))

GOOD: Mapping[str, object] = {
    "姓名": "陈志强",
    "证件类型": None,
    "证件号码": NUMBER,
    "大典版本": None,
    "职业编码": "6-31-01-03",
    "职业名称": "电工",
    "职业方向": None,
    "等级": "三级/高级工",
    "发证日期": "2026-06-01",
    "评价方式": "考试",
    "证书类型": None,
    "岗位": None,
    "聘期至": None,
    "荣誉称号": None,
    "企业内部等级": None,
    "企业岗位": None,
    "竞赛名称": None,
    "竞赛级别": None,
    "竞赛名次": None,
    "参赛形式": None,
    "原有等级": None,
    "原证书名称": None,
    "原证书编号": None,
    "评价标准": None,
    "标准版本": None,
}
HEADER = tuple(GOOD)


def good(**changes: object) -> list[object]:
    """The cells of a good row, with changes."""
    assert changes.keys() <= GOOD.keys()
    return [*{**GOOD, **changes}.values()]


def xlsx(path: Path, rows: Sequence[Sequence[object]], header: Sequence[object] = HEADER) -> Path:
    """A workbook of one sheet: the header in row 1, then `rows`."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in (header, *rows):
        sheet.append(list(row))
    workbook.save(path)
    return path


def read_rows(tmp_path: Path, *rows: Sequence[object]) -> Roster:
    """What the reader makes of a workbook with these rows."""
    return read(xlsx(tmp_path / "roster.xlsx", rows), today=TODAY)


def found(roster: Roster) -> list[tuple[int, str, ProblemCode]]:
    """Where the problems are, and which."""
    return [(problem.row, problem.column, problem.code) for problem in roster.problems]


def raw_xlsx(sheet: bytes, *, strings: bytes | None = None, workbook: bytes | None = None) -> bytes:
    """A workbook around the XML of a <worksheet>."""
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "xl/workbook.xml": workbook
        or b'<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="S" sheetId="1" r:id="a"/></sheets></workbook>'
        % (main, relations),
        "xl/_rels/workbook.xml.rels": b'<Relationships xmlns="x"><Relationship Id="a" Type="%s/worksheet" '
        b'Target="worksheets/sheet1.xml"/></Relationships>' % relations,
        "xl/worksheets/sheet1.xml": sheet,
    }
    if strings is not None:
        parts["xl/sharedStrings.xml"] = strings
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return output.getvalue()
