"""Files as they come: encodings, separators, sheets, merged and hidden cells, and what is no roster at all."""

import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from signer.roster import separated
from signer.roster import xlsx as xlsx_reader
from signer.roster.model import NoteCode, ProblemCode, Roster, RosterError, RosterReason
from signer.roster.reader import read
from tests.signer.rosters import HEADER, NUMBER, OTHER, TODAY, found, good, raw_xlsx, xlsx
from tools.demo_rosters import invented_number

LINES = (
    "姓名,证件号码,职业名称,等级,发证日期,评价方式\r\n"
    f"陈志强,{NUMBER},电工,三级,2026-06-01,考试\r\n"
    "\r\n"
    f"林丽萍,{OTHER},电工,四级,2026/6/1,考试\r\n"
)


def of_bytes(tmp_path: Path, data: bytes, name: str = "roster.csv") -> Roster:
    path = tmp_path / name
    path.write_bytes(data)
    return read(path, today=TODAY)


def reason(tmp_path: Path, data: bytes, name: str = "roster.xlsx") -> RosterReason:
    with pytest.raises(RosterError) as refused:
        of_bytes(tmp_path, data, name)
    assert refused.value.file == name
    assert refused.value.fix_zh
    assert refused.value.fix_en
    return refused.value.reason


# Text files


@pytest.mark.parametrize(
    ("encoding", "notes"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("gb18030", [NoteCode.ENCODING]),
        ("gbk", [NoteCode.ENCODING]),
        ("utf-16", [NoteCode.ENCODING]),
    ],
)
@pytest.mark.parametrize("separator", [",", "\t", ";", "，", "；"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, separator: str, notes: list[NoteCode]) -> None:
    roster = of_bytes(tmp_path, LINES.replace(",", separator).encode(encoding))
    assert found(roster) == []
    assert [(row.row_number, row.name, row.level) for row in roster.rows] == [(2, "陈志强", 3), (4, "林丽萍", 4)]
    assert [note.code for note in roster.notes] == notes


def test_rare_characters_survive_gb18030(tmp_path: Path) -> None:
    roster = of_bytes(tmp_path, LINES.replace("陈志强", "𠮷䶮").encode("gb18030"))
    assert roster.rows[0].name == "𠮷䶮"


def test_quoted_fields_keep_separators_and_count_as_one_row(tmp_path: Path) -> None:
    text = LINES.replace("评价方式", '评价方式,"备注,\n第二行"').replace("考试\r\n", '考试,"甲,乙\n丙"\r\n')
    roster = of_bytes(tmp_path, text.encode())
    assert [row.row_number for row in roster.rows] == [2, 4]


def test_a_stray_separator_is_one_problem(tmp_path: Path) -> None:
    roster = of_bytes(tmp_path, LINES.replace("陈志强", "陈,志强").encode())
    assert found(roster) == [(2, "G", ProblemCode.CELLS_BEYOND_HEADER)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (LINES.encode()[:-1] + b"\xff\xfe", RosterReason.ENCODING),
        (LINES.encode().replace("陈".encode(), "陈".encode()[:2]), RosterReason.ENCODING),
        (b"\xef\xbb\xbf" + LINES.encode("gb18030"), RosterReason.ENCODING),
        (LINES.encode("gb18030") + b"\xff", RosterReason.ENCODING),
        (b"", RosterReason.EMPTY),
        (b"\n\n\n", RosterReason.NO_HEADER),
        ("一,二,三\n".encode(), RosterReason.NO_HEADER),
        ((LINES + '"never closed').encode(), RosterReason.DAMAGED),
        (LINES.encode() + b"x" + b"," * 250 + b"x", RosterReason.TOO_MANY_COLUMNS),
        (b"," * ((64 << 20) + 1), RosterReason.TOO_LARGE),
    ],
    ids=lambda value: value.name if isinstance(value, RosterReason) else "data",
)
def test_text_files_refused(tmp_path: Path, data: bytes, expected: RosterReason) -> None:
    assert reason(tmp_path, data, "roster.csv") is expected


# Headers


def test_a_header_below_titles_in_english(tmp_path: Path) -> None:
    header: list[object] = [
        "No.",
        "Name *",
        "ID Number",
        "Occupation Code",
        "Level",
        "Date of Issue (YYYY-MM-DD)",
        "Basis",
    ]
    row: list[object] = [1, "John Smith", NUMBER, "6-31-01-03", 3, "2026-06-01", "examination"]
    roster = read(xlsx(tmp_path / "r.xlsx", ([], [], header, row), header=["A title"]), today=TODAY)
    assert found(roster) == []
    assert [(row.row_number, row.occupation_title) for row in roster.rows] == [(5, "电工")]


@pytest.mark.parametrize("above", [19, 20])
def test_a_header_is_in_the_first_twenty_rows(tmp_path: Path, above: int) -> None:
    rows: Sequence[Sequence[object]] = [*[["标题"]] * (above - 1), list(HEADER), good()]
    path = xlsx(tmp_path / "r.xlsx", rows, header=["标题"])
    if above < 20:
        assert [row.row_number for row in read(path, today=TODAY).rows] == [21]
    else:
        assert reason(tmp_path, path.read_bytes()) is RosterReason.NO_HEADER


def test_missing_columns_are_one_problem(tmp_path: Path) -> None:
    roster = of_bytes(tmp_path, "姓名,证件号码\n陈志强,1\n".encode())
    assert found(roster) == [(1, "", ProblemCode.COLUMN_MISSING)]
    assert (
        "发证日期 (date of issue)、评价方式 (basis)、职业编码 (occupation code)、等级 (level)"
        in roster.problems[0].why_zh
    )


def test_a_column_that_comes_twice(tmp_path: Path) -> None:
    roster = of_bytes(tmp_path, LINES.replace("职业名称", "职业名称,申报职业").encode())
    assert found(roster) == [(1, "D 申报职业", ProblemCode.COLUMN_TWICE)]
    assert roster.rows == ()


def test_unknown_columns_are_ignored_with_a_note_that_shows_no_number(tmp_path: Path) -> None:
    roster = of_bytes(tmp_path, LINES.replace("评价方式", f"评价方式,星座,民族,{NUMBER}").encode())
    (note,) = roster.notes
    assert (note.code, len(roster.rows)) == (NoteCode.COLUMN_IGNORED, 2)
    assert "G 星座、I 18位: 9" in note.zh
    assert NUMBER not in note.zh + note.en


# Workbooks


def test_values_agree_with_calamine_and_openpyxl(tmp_path: Path) -> None:
    calamine = pytest.importorskip("python_calamine")
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in (["a", 1, 2.5, None, True, "  x "], [], [None, "中文", 1e20, -3, "𠮷"], ["=1", "'=1", "\tb"]):
        sheet.append(row)
    sheet["A3"], sheet["C5"] = "https://x", 20260601
    path = tmp_path / "r.xlsx"
    workbook.save(path)
    got = {
        (row.number, place): cell.text
        for sheet_read in xlsx_reader.open_sheets(path.read_bytes(), "r.xlsx")
        for row in sheet_read.rows
        for place, cell in row.cells.items()
        if not cell.formula
    }
    theirs = calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    pairs = [
        ((n, place), value) for n, row in enumerate(theirs, 1) for place, value in enumerate(row) if str(value).strip()
    ]
    assert {at: _plain(text) for at, text in got.items()} == {at: _plain(str(value)) for at, value in pairs}
    values = load_workbook(path, read_only=True, data_only=True).worksheets[0].iter_rows(values_only=True)
    openpyxls = {(n, place): v for n, row in enumerate(values, 1) for place, v in enumerate(row) if v is not None}
    assert {at: _plain(text) for at, text in got.items()} == {at: _plain(str(v)) for at, v in openpyxls.items()}


def _plain(text: str) -> str:
    try:
        return str(float({"True": "1", "False": "0"}.get(text, text)))
    except ValueError:
        return text


def test_hidden_rows_and_sheets_and_formulas(tmp_path: Path) -> None:
    workbook = Workbook()
    hidden, notes, sheet, later = (
        workbook.worksheets[0],
        *(workbook.create_sheet(name) for name in ("说明", "名册", "旧")),
    )
    hidden.sheet_state = "hidden"
    for each in (hidden, sheet, later):
        each.append(list(HEADER))
    for each in (hidden, sheet):
        each.append(good())
    notes.append(["请看说明"])
    sheet.append(good(证件号码=OTHER))
    sheet.row_dimensions[3].hidden = True
    path = tmp_path / "r.xlsx"
    workbook.save(path)
    roster = read(path, today=TODAY)
    assert [row.row_number for row in roster.rows] == [2, 3]
    assert [(note.code, note.row) for note in roster.notes] == [
        (NoteCode.SHEET_IGNORED, None),
        (NoteCode.ROW_HIDDEN, 3),
    ]
    assert "“说明”、“旧”" in roster.notes[0].zh


HEADER_XML = "".join(
    f'<c r="{letter}1" t="inlineStr"><is><t>{header}</t></is></c>'
    for letter, header in zip("ABCDEF", ("姓名", "证件号码", "职业编码", "等级", "发证日期", "评价方式"), strict=True)
)
ROW_XML = (
    '<row r="2"><c t="inlineStr"><is><r><t>_x9648_志</t></r><r><t>强</t></r><rPh><t>chen</t></rPh></is></c>'
    f'<c t="str"><f>A9</f><v>{NUMBER}</v></c><c t="s"><v>0</v></c><c><f>1+2</f><v>3</v></c><c><v>44712</v></c>'
    '<c t="str"><v>考试</v></c></row>'
)


def _sheet_xml(rows: str, after: str = "") -> bytes:
    return f"<worksheet><sheetData>{rows}</sheetData>{after}</worksheet>".encode()


def test_shared_and_rich_strings_formulas_and_dates_of_1904(tmp_path: Path) -> None:
    main = b'<x:workbook xmlns:x="m" xmlns:q="http://purl.oclc.org/ooxml/officeDocument/relationships">'
    book = main + b'<x:workbookPr date1904="1"/><x:sheets><x:sheet name="S" q:id="a"/></x:sheets></x:workbook>'
    strings = b"<sst><si><t>6-31-01-03</t></si></sst>"
    data = raw_xlsx(_sheet_xml(f"<row>{HEADER_XML}</row>{ROW_XML}"), strings=strings, workbook=book)
    roster = of_bytes(tmp_path, data, "r.xlsx")
    assert found(roster) == []
    (row,) = roster.rows
    assert (row.name, row.level, row.issued_on) == ("陈志强", 3, date(2026, 6, 1))
    assert [note.code for note in roster.notes] == [NoteCode.FORMULA_VALUE_USED]


@pytest.mark.parametrize(
    ("merge", "problems", "rows"),
    [
        ("I3:I5", [(3, "I 发证日期", ProblemCode.MERGED_CELLS)], [2, 6]),
        ("H3:I3", [(3, "H 等级", ProblemCode.MERGED_CELLS)], [2, 4, 5, 6]),
        ("A1:A2", [(1, "A 姓名", ProblemCode.MERGED_CELLS)], [3, 4, 5, 6]),
        ("AT3:AV9", [], [2, 3, 4, 5, 6]),
        ("A7:P9", [], [2, 3, 4, 5, 6]),
    ],
)
def test_merged_cells(
    tmp_path: Path, merge: str, problems: list[tuple[int, str, ProblemCode]], rows: list[int]
) -> None:
    path = xlsx(tmp_path / "r.xlsx", [good(等级=level) for level in (5, 4, 3, 2, 1)])
    workbook = load_workbook(path)
    workbook.worksheets[0].merge_cells(merge)
    workbook.save(path)
    roster = read(path, today=TODAY)
    assert [each for each in found(roster) if each[2] is ProblemCode.MERGED_CELLS] == problems
    assert all(merge in problem.why_zh for problem in roster.problems if problem.code is ProblemCode.MERGED_CELLS)
    assert {ProblemCode.VALUE_MISSING}.isdisjoint(problem.code for problem in roster.problems)
    assert [row.row_number for row in roster.rows] == rows


def test_blank_rows_are_no_rows(tmp_path: Path) -> None:
    roster = read(xlsx(tmp_path / "r.xlsx", [[], good(), [" ", None, "　"], [], ["", "\t"]]), today=TODAY)
    assert [row.row_number for row in roster.rows] == [3]
    assert found(roster) == []


# What is no roster


def _zip(**parts: bytes) -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return output.getvalue()


def _bomb() -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(513):
                part.write(bytes(1 << 20))
    return output.getvalue()


def _lying_bomb() -> bytes:
    """A part whose directory entry says that it is short."""
    data = bytearray(raw_xlsx(_sheet_xml(f"<row>{HEADER_XML}</row>") + b" " * 9_000_000))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return bytes(data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))


def _encrypted_entry() -> bytes:
    data = bytearray(raw_xlsx(_sheet_xml("")))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


ENTITY_BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<worksheet><sheetData><row><c t='str'><v>&b;</v></c></row></sheetData></worksheet>"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: raw_xlsx(ENTITY_BOMB), RosterReason.DAMAGED),
        (lambda: raw_xlsx(_sheet_xml(""), strings=ENTITY_BOMB), RosterReason.DAMAGED),
        (lambda: raw_xlsx(b"<a>" * 100_000), RosterReason.DAMAGED),
        (lambda: raw_xlsx(b'<worksheet a="' + b"x" * (9 << 20)), RosterReason.DAMAGED),
        (lambda: raw_xlsx(_sheet_xml(f"<row>{HEADER_XML}</row>")[:-9]), RosterReason.DAMAGED),
        (lambda: raw_xlsx(_sheet_xml('<row r="1"/><row r="1"/>')), RosterReason.DAMAGED),
        (lambda: raw_xlsx(_sheet_xml('<row r="99999999999"/>')), RosterReason.DAMAGED),
        (lambda: raw_xlsx(_sheet_xml('<row><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>')), RosterReason.DAMAGED),
        (lambda: raw_xlsx(_sheet_xml('<row><c t="s"><v>7</v></c></row>')), RosterReason.DAMAGED),
        (lambda: raw_xlsx(_sheet_xml('<row><c t="s"><v>-1</v></c></row>')), RosterReason.DAMAGED),
        (lambda: raw_xlsx(_sheet_xml('<row><c t="x"><v>1</v></c></row>')), RosterReason.DAMAGED),
        (lambda: raw_xlsx(_sheet_xml('<row><c r="XFD1"><v>1</v></c></row>')), RosterReason.TOO_MANY_COLUMNS),
        (lambda: raw_xlsx(_sheet_xml("")), RosterReason.NO_HEADER),
        (lambda: raw_xlsx(_sheet_xml("x"))[:-30], RosterReason.DAMAGED),
        (_bomb, RosterReason.TOO_LARGE),
        (_lying_bomb, RosterReason.DAMAGED),
        (_encrypted_entry, RosterReason.ENCRYPTED),
        (lambda: _zip(x=b""), RosterReason.UNKNOWN_TYPE),
        (lambda: _zip(xl__workbook_dot_bin=b""), RosterReason.OLD_EXCEL),
        (lambda: _zip(xl__workbook_dot_xml=b"<workbook/>"), RosterReason.DAMAGED),
        (lambda: OLE, RosterReason.OLD_EXCEL),
        (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), RosterReason.ENCRYPTED),
        (lambda: b"<html><table>", RosterReason.DAMAGED),
        (lambda: b"PK\x03\x04", RosterReason.DAMAGED),
    ],
)
def test_workbooks_refused(tmp_path: Path, make: Callable[[], bytes], expected: RosterReason) -> None:
    assert reason(tmp_path, make()) is expected


def test_more_rows_than_the_cap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_reader, "MAX_ROWS", 100)
    monkeypatch.setattr(separated, "MAX_ROWS", 100)
    rows = f"<row>{HEADER_XML}</row>" + "<row><c><v>1</v></c></row>" * 99
    assert of_bytes(tmp_path, raw_xlsx(_sheet_xml(rows)), "r.xlsx").rows == ()
    assert reason(tmp_path, raw_xlsx(_sheet_xml(rows + "<row><c><v>1</v></c></row>"))) is RosterReason.TOO_MANY_ROWS
    assert len(of_bytes(tmp_path, LINES.encode() + b"x\n" * 97).rows) == 2
    assert reason(tmp_path, LINES.encode() + b"x\n" * 98, "r.csv") is RosterReason.TOO_MANY_ROWS


def test_a_merged_range_to_the_end_of_the_sheet(tmp_path: Path) -> None:
    data = raw_xlsx(
        _sheet_xml(
            f"<row>{HEADER_XML}</row>{ROW_XML}",
            '<mergeCells><mergeCell ref="A3:P1048576"/><mergeCell ref="A3:P1048576"/></mergeCells>',
        ),
        strings=b"<sst><si><t>6-31-01-03</t></si></sst>",
    )
    assert len(of_bytes(tmp_path, data, "r.xlsx").rows) == 1


def test_two_cells_far_apart_cost_nothing(tmp_path: Path) -> None:
    rows = f'<row>{HEADER_XML}</row><row r="1048576"><c r="GR1048576" t="str"><v>x</v></c></row>'
    assert of_bytes(tmp_path, raw_xlsx(_sheet_xml(rows)), "r.xlsx").rows == ()


def test_other_names_and_no_names(tmp_path: Path) -> None:
    assert reason(tmp_path, b"\x00\x01", "roster.pdf") is RosterReason.UNKNOWN_TYPE
    book = xlsx(tmp_path / "book.xlsx", [good()])
    assert len(of_bytes(tmp_path, book.read_bytes(), "book.csv").rows) == 1
    for missing in (tmp_path, tmp_path / "none.xlsx"):
        with pytest.raises(RosterError) as refused:
            read(missing, today=TODAY)
        assert refused.value.reason is RosterReason.NOT_FOUND


# People whom no header covers

_TWO_ROWS: tuple[Sequence[object], ...] = (
    ("姓名", "身份证件", None, "申报职业", None, "等级", "发证日期", "评价方式"),
    (None, "类型", "号码", "编码", "名称"),
)
_FLAT = ("姓名", "证件类型", "证件号码", "职业编码", "职业名称", "等级", "发证日期", "评价方式", "证书类型", "大典版本")


def _person(n: int, name: str = "陈志强") -> list[object]:
    number = invented_number("350203", bytes([n] * 32))
    return [name, "居民身份证", number, "6-31-01-03", "电工", "三级", "2026-06-01", "考试"]


def test_people_above_the_header_that_is_read_are_never_passed_over(tmp_path: Path) -> None:
    rows = [("人员名册",), *_TWO_ROWS, *map(_person, (1, 2, 3)), _FLAT, _person(4), _person(5)]
    path = xlsx(tmp_path / "r.xlsx", rows[1:], header=rows[0])
    roster = read(path, today=TODAY)
    assert found(roster) == [(row, "", ProblemCode.PERSON_NOT_UNDER_HEADER) for row in (4, 5, 6)]
    assert [row.row_number for row in roster.rows] == [8, 9]
    assert "表头（第 7 行）" in roster.problems[0].why_zh
    assert "350203" not in repr(roster.problems)


def test_people_below_a_poorer_header_are_told_whatever_their_documents(tmp_path: Path) -> None:
    poorer = ("姓名", "类别", "身份证号", "职业代码", "工种", "级别", "方式", "日期")
    someone = ["王芳", "护照", "E1234", "6-31-01-03", "电工", "三级", "考试", "2026-06-01"]
    path = xlsx(tmp_path / "r.xlsx", [someone, ("合计：1 人",), _FLAT, _person(4)], header=poorer)
    assert found(read(path, today=TODAY)) == [(2, "", ProblemCode.PERSON_NOT_UNDER_HEADER)]


@pytest.mark.parametrize(
    "above",
    [
        ("王芳", "护照", "E12345678", "6-31-01-03"),
        ("1", "王芳", "台胞证", "01234567"),
        ("王芳", None, "ea1234567", "6-31-01-03"),
    ],
)
def test_people_without_an_identity_card_above_the_first_header_are_told(
    tmp_path: Path, above: tuple[object, ...]
) -> None:
    roster = read(xlsx(tmp_path / "r.xlsx", [above, _FLAT, _person(4)], header=("人员名册",)), today=TODAY)
    assert found(roster) == [(2, "", ProblemCode.PERSON_NOT_UNDER_HEADER)]
    assert str(above[2]) not in repr(roster.problems)


@pytest.mark.parametrize(
    "above",
    [
        ("机构代码", "91350200MA2XN0U32D"),
        ("示例：王芳", NUMBER),
        ("示例：王芳", "护照", "E12345678"),
        ("名册", 20260601),
        ("制表", "王芳", "P2026001", "其他"),
        ("填报单位", "厦门港", "05925771234", "2026-06-01"),
    ],
)
def test_what_stands_above_a_header_and_is_nobody(tmp_path: Path, above: tuple[object, ...]) -> None:
    roster = read(xlsx(tmp_path / "r.xlsx", [_FLAT, _person(4)], header=above), today=TODAY)
    assert (found(roster), len(roster.rows)) == ([], 1)


def test_another_header_below_and_people_beside_are_told(tmp_path: Path) -> None:
    moved = ("姓名", "证件类型", "证件号码", "职业编码", "职业名称", "等级", None, None, "岗位")
    rows = [_person(1), moved, _person(2), [None] * 10 + [NUMBER]]
    roster = read(xlsx(tmp_path / "r.xlsx", rows, header=_FLAT[:8]), today=TODAY)
    assert found(roster) == [
        (3, "", ProblemCode.HEADER_DIFFERS),
        (5, "", ProblemCode.PERSON_NOT_UNDER_HEADER),
    ]
