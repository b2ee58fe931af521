"""The template and the annotated roster: real workbooks, read back."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from signer.roster.examples import Offered
from signer.roster.findings import FIX, SUMMARY_SHEET, WHY, Result
from signer.roster.header import Column
from signer.roster.model import NoteCode, ProblemCode
from signer.roster.reader import read
from signer.roster.report import report
from signer.roster.summary import BAD, DOUBTFUL
from signer.roster.template import EXAMPLE_SHEET, Scope, template
from tests.signer.rosters import HEADER, NUMBER, OTHER, TODAY, found, good, xlsx
from tools import demo_rosters

SCOPE = Scope((Offered(2022, "6-31-01-03", "电工", 3), Offered(2015, "4-01-02-07", "=互联网", 4)), ("集美工匠",))


def test_a_template_reads_as_an_empty_roster(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(template(SCOPE, TODAY))
    roster = read(path, today=TODAY)
    assert (roster.rows, roster.problems) == ((), ())


def test_a_template_filled_in_reads_whole(tmp_path: Path) -> None:
    workbook = load_workbook(BytesIO(template(SCOPE, TODAY)))
    row = dict(zip(HEADER, good(), strict=True))
    workbook.worksheets[0].append([row[column.value] for column in Column])
    path = tmp_path / "t.xlsx"
    workbook.save(path)
    roster = read(path, today=TODAY)
    assert (len(roster.rows), roster.problems) == (1, ())


def test_what_a_template_offers() -> None:
    assert template(SCOPE, TODAY) == template(SCOPE, TODAY)
    workbook = load_workbook(BytesIO(template(SCOPE, TODAY)))
    sheet = workbook.worksheets[0]
    assert workbook.sheetnames == ["名册", "说明", "示例", "备案范围"]
    assert sheet.column_dimensions["C"].number_format == "@"
    assert sheet.freeze_panes == "B2"
    lists = {str(each.sqref): each.formula1 for each in sheet.data_validations.dataValidation}
    level = "ABCDEFGHIJKLMNOP"[list(Column).index(Column.LEVEL)]
    assert "'备案范围'!$F$2:$F$2" in lists.values()
    assert lists[f"{level}2:{level}10000"] == '"五级/初级工,四级/中级工,三级/高级工"'
    assert "'备案范围'!$B$2:$B$3" in lists.values()
    assert all(len(formula or "") <= 255 for formula in lists.values())
    assert [cell.value for cell in workbook["备案范围"][2]][:4] == ["2022", "6-31-01-03", "电工", "三级/高级工"]
    assert workbook["备案范围"]["C3"].data_type == "s"


def test_a_template_without_scope_and_with_much(tmp_path: Path) -> None:
    for scope in (Scope(()), Scope([Offered(2022, f"6-31-01-{n:02d}", "电工", 1) for n in range(90)])):
        path = tmp_path / "t.xlsx"
        path.write_bytes(template(scope, TODAY))
        assert read(path, today=TODAY).problems == ()


def _report(path: Path) -> bytes:
    roster = read(path, today=TODAY)
    return report(roster, Result(len(roster.rows), roster.problems, roster.doubts))


def _reported(path: Path) -> tuple[Worksheet, Worksheet]:
    workbook = load_workbook(BytesIO(_report(path)))
    assert workbook.sheetnames == ["名册", SUMMARY_SHEET]
    return workbook.worksheets[0], workbook.worksheets[1]


def test_an_annotated_roster_keeps_rows_and_marks_cells(tmp_path: Path) -> None:
    demo_rosters.write(tmp_path)
    path = tmp_path / demo_rosters.BAD
    sheet, summary = _reported(path)
    original = load_workbook(path).worksheets[0]
    assert [cell.value for cell in sheet[1]][-2:] == [WHY, FIX]
    marked = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fill_type == "solid"}
    roster = read(path, today=TODAY)
    assert marked == {f"{each.column[0]}{each.row}" for each in roster.problems} | {"H31"}, "H30:H31 was merged"
    for n in range(2, original.max_row + 1):
        assert sheet.cell(n, 1).value == original.cell(n, 1).value
        assert str(sheet.cell(n, 3).value) == str(original.cell(n, 3).value)
    assert "姓名的汉字之间有空格" in str(sheet.cell(4, 14).value)
    assert sheet["A4"].comment is not None
    rows = len({each.row for each in roster.problems})
    assert [[cell.value for cell in line[:2]] for line in summary["A1:B3"]] == [
        ["1", "行 rows"],
        [str(rows), "行 rows"],
        ["0", "行 rows"],
    ]
    reasons = {str(line[1].value): str(line[0].value) for line in summary["A10:B80"] if line[1].value}
    assert (reasons["DUPLICATE"], reasons["LEVEL"], reasons["DATE"]) == ("2", "1", "1")
    assert sheet.freeze_panes == "A2"


def test_an_annotated_roster_mended_reads_whole(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", [[], good(等级="?"), good(发证日期=46174, 等级=4)])
    data = _report(path)
    workbook = load_workbook(BytesIO(data))
    workbook.worksheets[0]["H3"] = "三级"
    mended = tmp_path / "mended.xlsx"
    workbook.save(mended)
    roster = read(mended, today=TODAY)
    assert roster.problems == ()
    assert [(row.row_number, row.level) for row in roster.rows] == [(3, 3), (4, 4)]
    assert roster.rows[0].issued_on == roster.rows[1].issued_on


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1"])
def test_nothing_becomes_a_formula(tmp_path: Path, text: str) -> None:
    path = tmp_path / "r.csv"
    escaped = text.replace('"', '""')
    header, row = ",".join(HEADER), [str(value or "") for value in good(企业岗位=f'"{escaped}"', 等级="?")]
    path.write_text(f"{header}\n{','.join(row)}\n")
    data = _report(path)
    cells = [cell for sheet in load_workbook(BytesIO(data)) for line in sheet.iter_rows() for cell in line]
    assert "f" not in {cell.data_type for cell in cells}
    (kept,) = (cell for cell in cells if cell.value == text)
    assert kept.quotePrefix


def test_the_summary_repeats_no_number(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", [good(), good()])
    _, summary = _reported(path)
    text = "\n".join(str(cell.value) for row in summary.iter_rows() for cell in row)
    assert "第 3 行" in text
    assert NUMBER not in text


def test_what_is_to_be_confirmed_is_yellow(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", [good(等级=None, 岗位="首席技师", 聘期至="2046-06-01"), good(等级="?")])
    sheet, summary = _reported(path)
    fills = {
        cell.coordinate: cell.fill.start_color.rgb for row in sheet.iter_rows() for cell in row if cell.fill.fill_type
    }
    assert fills == {"M2": DOUBTFUL.start_color.rgb, "H3": BAD.start_color.rgb}
    assert "3 至 5 年" in str(sheet["M2"].comment.text if sheet["M2"].comment else "")
    assert [summary.cell(row, 1).value for row in (1, 2, 3)] == ["1", "1", "1"]


def test_examples_of_the_template_pass_a_check(tmp_path: Path) -> None:
    workbook = load_workbook(BytesIO(template(Scope([Offered(2022, "6-31-01-03", "电工", 1)], ["集美工匠"]), TODAY)))
    rows = [[cell.value for cell in row] for row in workbook[EXAMPLE_SHEET].iter_rows(min_row=2)]
    for row in rows:
        workbook["名册"].append(row)
    path = tmp_path / "t.xlsx"
    workbook.save(path)
    roster = read(path, today=TODAY)
    assert (roster.problems, roster.doubts) == ((), ())
    assert [row.kind.name for row in roster.rows] == [*["LEVEL"] * 3, "SPECIAL_ABILITY", "POST", "HONOUR"]
    assert [note.code for note in roster.notes] == [NoteCode.SHEET_IGNORED]


def test_a_marked_roster_checked_again_piles_nothing_up(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", [good(等级="?"), good(证件号码=3.5e17), good(证件号码=OTHER, 姓名=None)])
    first, again = _report(path), tmp_path / "again.xlsx"
    again.write_bytes(first)
    workbook = load_workbook(again)
    workbook.worksheets[0]["H2"] = "三级"
    workbook.save(again)
    roster = read(again, today=TODAY)
    assert (found(roster), roster.notes) == (
        [(3, "C 证件号码", ProblemCode.DOCUMENT_DIGITS_LOST), (4, "A 姓名", ProblemCode.VALUE_MISSING)],
        (),
    )
    sheet, _ = _reported(again)
    assert [cell.value for cell in sheet[1]] == [*HEADER, WHY, FIX]
    assert [sheet.cell(2, len(HEADER) + 1).value, sheet["C3"].number_format, sheet["A4"].number_format] == [
        None,
        "@",
        "@",
    ]


def test_a_column_that_is_not_there_marks_no_other(tmp_path: Path) -> None:
    header = ("序号", "姓名", "证件号码", "职业名称", "等级", "发证日期", "评价方式")
    path = xlsx(tmp_path / "r.xlsx", [(1, "陈志强", NUMBER, "电工", 3, "2026-06-01", "竞赛")], header=header)
    roster = read(path, today=TODAY)
    assert found(roster) == [(2, f"? {name}", ProblemCode.COLUMN_NEEDED) for name in ("竞赛名称", "竞赛名次")]
    assert roster.problems[0].why_zh == "这一行必须有“竞赛名称”，名册没有这一列。"
    sheet, _ = _reported(path)
    assert [cell.coordinate for cell in sheet[2] if cell.fill.fill_type] == ["H2"], "our own column"


def test_every_cell_of_a_merged_range_is_marked(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", [good(), good(证件号码=OTHER)])
    workbook = load_workbook(path)
    workbook.worksheets[0].merge_cells("H2:I3")
    workbook.save(path)
    sheet, _ = _reported(path)
    red = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fill_type}
    assert red == {"H2", "I2", "H3", "I3"}


def test_the_summary_is_true_for_every_row_and_has_the_notes(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", [good(), good(), good(证件号码=OTHER, 姓名="买买提•艾力")])
    roster = read(path, today=TODAY)
    result = Result(len(roster.rows), roster.problems, roster.doubts, roster.notes)
    summary = load_workbook(BytesIO(report(roster, result)))[SUMMARY_SHEET]
    lines = [[cell.value for cell in row] for row in summary.iter_rows()]
    (why,) = (line[2] for line in lines if line[1] == "DUPLICATE")
    assert str(why).startswith("各处不同，逐条见下；如第 2 行 / They differ, see below; such as row 2: 与第 3 行重复")
    assert [line[2] for line in lines if line[1] == "NAME_DOT_CHANGED"] == [roster.notes[0].zh]


def test_a_person_beside_the_table_is_kept_in_the_marked_file(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", [good(), [None] * 40 + [NUMBER]])
    again = tmp_path / "again.xlsx"
    again.write_bytes(_report(path))
    assert found(read(again, today=TODAY)) == [(3, "", ProblemCode.PERSON_NOT_UNDER_HEADER)]
