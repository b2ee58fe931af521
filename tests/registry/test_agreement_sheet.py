"""A sheet of agreements: Chinese and English, CSV and XLSX, and every fault in it at once."""

import csv
import io
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from credential.issuer import OccupationReference
from credential.model import AgreementState, Day, Effect, IssuerCode, IssuerKind, Kind, Region, day_from_date
from credential.recognition import Agreement, Match, Row
from registry.problems import ConfigurationError
from registry.recognition import agreement_sheet
from registry.recognition.agreement_columns import COLUMNS, HEADERS
from registry.sheets import spreadsheet

Cells = dict[str, str]
PIN = "ab" * 32
OWN: Cells = {
    "id": "1",
    "partner": "35",
    "pin": PIN,
    "document": "闽粤互认协议",
    "document_date": "2025年6月1日",
    "state": "生效",
    "state_from": "2025/7/1",
    "keep": "不保留",
}
CHINESE: list[Cells] = [
    OWN
    | {"rule": "采认", "edition": "2022版", "occupation": "6-31-", "levels": "三级、二级", "from": "2025-01-01"}
    | {"basis": "第三条"},
    {"rule": "采认", "kind": "岗位", "levels": "特级技师，首席技师", "from": "2025-01-01", "as_level": "高级技师"}
    | {"basis": "第四条", "issuer": "用人单位"},
    {"rule": "采认", "edition": "本地", "occupation": "CAAC-66-", "levels": "3", "from": "2025-01-01"}
    | {"as_edition": "2022", "as_occupation": "6-31-02-02", "as_level": "三级/高级工", "basis": "第五条"},
    {"rule": "采认", "edition": "0", "occupation": "TW-", "levels": "4", "from": "2025-01-01", "effect": "申报资格"}
    | {"issuer": "S000035010007", "basis": "闽人社文〔2021〕71号"},
    {"rule": "采认", "kind": "荣誉", "from": "2025-01-01", "effect": "待遇", "basis": "第六条"},
    {"rule": "不采认", "issuer": "Y000035020009", "from": "2026-01-01", "to": "2026-06-30"},
    {"state": "暂停", "state_from": "2026-01-01"},
    {"state": "废止", "state_from": "2026-12-01"},
]
ENGLISH = {
    "2025年6月1日": "2025-06-01",
    "生效": "in-force",
    "2025/7/1": "2025-07-01",
    "不保留": "drop",
    "采认": "allow",
    "不采认": "deny",
    "2022版": "2022",
    "三级、二级": "3, 2",
    "岗位": "post",
    "特级技师，首席技师": "special-grade-technician chief-technician",
    "高级技师": "1",
    "用人单位": "employer",
    "本地": "local",
    "三级/高级工": "3",
    "申报资格": "eligibility",
    "荣誉": "honour",
    "待遇": "treatment",
    "暂停": "suspended",
    "废止": "repealed",
}


def day(text: str) -> Day:
    return day_from_date(date.fromisoformat(text))


NEW_YEAR = day("2025-01-01")
EXPECTED = Agreement(
    id=1,
    partner=Region("35"),
    pin=(1, bytes.fromhex(PIN)),
    document="闽粤互认协议",
    document_day=day("2025-06-01"),
    states=(
        (day("2025-07-01"), AgreementState.IN_FORCE),
        (day("2026-01-01"), AgreementState.SUSPENDED),
        (day("2026-12-01"), AgreementState.REPEALED),
    ),
    keep=False,
    deny=(Match(IssuerCode("Y000035020009"), Kind.LEVEL, None, None, (), day("2026-01-01"), day("2026-06-30")),),
    allow=(
        Row(Match(None, Kind.LEVEL, 2022, "6-31-", (2, 3), NEW_YEAR, None), None, None, Effect.EQUIVALENT, "第三条"),
        Row(
            Match(IssuerKind.EMPLOYER, Kind.POST, None, None, (1, 2), NEW_YEAR, None),
            None,
            1,
            Effect.EQUIVALENT,
            "第四条",
        ),
        Row(
            Match(None, Kind.LEVEL, 0, "CAAC-66-", (3,), NEW_YEAR, None),
            OccupationReference(2022, "6-31-02-02"),
            3,
            Effect.EQUIVALENT,
            "第五条",
        ),
        Row(
            Match(IssuerCode("S000035010007"), Kind.LEVEL, 0, "TW-", (4,), NEW_YEAR, None),
            None,
            None,
            Effect.ELIGIBILITY,
            "闽人社文〔2021〕71号",
        ),
        Row(Match(None, Kind.HONOUR, None, None, (), NEW_YEAR, None), None, None, Effect.TREATMENT, "第六条"),
    ),
)


def table(rows: list[Cells], heads: list[str]) -> list[list[str]]:
    return [heads, *([row.get(name, "") for name in HEADERS] for row in rows)]


def as_csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def as_xlsx(path: Path, rows: list[list[str]]) -> None:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path)


def english(rows: list[Cells]) -> list[Cells]:
    return [{name: ENGLISH.get(value, value) for name, value in row.items()} for row in rows]


@pytest.mark.parametrize("form", ["zh.csv", "gbk.csv", "en.csv", "zh.xlsx", "en.xlsx", "both.xlsx"])
def test_every_form_says_the_same(tmp_path: Path, form: str) -> None:
    language, _, suffix = form.partition(".")
    heads = {"en": list(HEADERS), "both": [f"{zh} / {en}" for en, zh in HEADERS.items()]}
    rows = table(english(CHINESE) if language == "en" else CHINESE, heads.get(language, list(HEADERS.values())))
    path = tmp_path / f"a.{suffix}"
    if suffix == "xlsx":
        as_xlsx(path, rows)
    else:
        path.write_text(as_csv(rows), "gb18030" if language == "gbk" else "utf-8-sig")
    assert agreement_sheet.read(path) == ((EXPECTED,), ())


def test_dates_and_numbers_of_excel_are_read_as_such(tmp_path: Path) -> None:
    rows = table(CHINESE[:1], list(HEADERS))
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    place = list(HEADERS).index
    sheet.cell(2, place("id") + 1, 1)
    sheet.cell(2, place("from") + 1, date(2025, 1, 1))
    book.save(tmp_path / "a.xlsx")
    found = agreement_sheet.read(tmp_path / "a.xlsx")
    assert found.faults == ()
    assert found.agreements[0].allow == EXPECTED.allow[:1]


def faults(tmp_path: Path, rows: list[Cells]) -> list[tuple[int, str, str]]:
    path = tmp_path / "a.csv"
    path.write_text(as_csv(table(rows, list(HEADERS.values()))), "utf-8")
    found = agreement_sheet.read(path)
    assert bool(found.agreements) is not bool(found.faults)
    return [(fault.row, fault.column, fault.why.en) for fault in found.faults]


ONE: list[Cells] = [CHINESE[0]]
POSTS: list[Cells] = [OWN | CHINESE[1]]
WRONG: dict[str, tuple[Cells, str, str]] = {
    "no id": ({"id": ""}, "id", "is empty"),
    "id a word": ({"id": "甲"}, "id", "not a number"),
    "partner a name": ({"partner": "福建"}, "partner", "not a region"),
    "no partner": ({"partner": ""}, "partner", "is empty"),
    "half a pin": ({"pin": "ab"}, "pin", "not a pin"),
    "no document": ({"document": ""}, "document", "is empty"),
    "a document with an invisible character": (
        {"document": "协\u200b议"},
        "document",
        "too long, or with invisible characters",
    ),
    "the 30th of February": ({"document_date": "2025-02-30"}, "document_date", "not a date"),
    "a date before 1970": ({"from": "1969-12-31"}, "from", "not a date"),
    "a serial number for a date": ({"from": "45658"}, "from", "not a date"),
    "no first date": ({"from": ""}, "from", "is empty"),
    "an end before the beginning": ({"to": "2024-12-31"}, "to", "before `from`: it matches nothing"),
    "an unknown state": ({"state": "有点生效"}, "state", "not understood"),
    "a state without its day": ({"state_from": ""}, "state_from", "is empty"),
    "an unknown rule": ({"rule": "maybe"}, "rule", "not understood"),
    "keep what": ({"keep": "也许"}, "keep", "not understood"),
    "an unknown issuer": ({"issuer": "厦门港务"}, "issuer", "not understood"),
    "an unknown kind": ({"kind": "驾照"}, "kind", "not understood"),
    "an unknown edition": ({"edition": "新版"}, "edition", "not an edition"),
    "a beginning without its hyphen": (
        {"occupation": "6-31"},
        "occupation",
        "the beginning of a code: so it matches none",
    ),
    "level six": ({"levels": "3,6"}, "levels", "not a level"),
    "a sub-level is no level": ({"levels": "一级技师"}, "levels", "not a level"),
    "a post is no level": ({"levels": "特级技师"}, "levels", "not a level"),
    "as a level that is none": ({"as_level": "0"}, "as_level", "not a level"),
    "as a beginning": (
        {"as_occupation": "6-31-", "as_edition": "2022"},
        "as_occupation",
        "what it counts as is one whole code",
    ),
    "as an edition without a code": ({"as_edition": "2022"}, "as_occupation", "is empty"),
    "as an occupation of no edition": (
        {"edition": "", "as_occupation": "6-31-01-03"},
        "as_edition",
        "the occupation has no edition",
    ),
    "an unknown effect": ({"effect": "差不多"}, "effect", "not understood"),
    "no basis": ({"basis": ""}, "basis", "is empty"),
    "a special ability has no level": ({"kind": "专项"}, "levels", "this kind has none: it would match nothing"),
    "a formula": ({"levels": spreadsheet.FORMULA}, "levels", "is a formula or an error"),
}


@pytest.mark.parametrize("name", WRONG)
def test_one_fault_says_where_and_why(tmp_path: Path, name: str) -> None:
    change, column, why = WRONG[name]
    assert faults(tmp_path, [ONE[0] | change]) == [(2, column, why)]


def test_a_level_is_no_post(tmp_path: Path) -> None:
    assert faults(tmp_path, [POSTS[0] | {"levels": "高级技师"}]) == [(2, "levels", "not understood")]


def test_a_repeal_must_say_what_becomes_of_earlier_certificates(tmp_path: Path) -> None:
    rows = [ONE[0] | {"keep": ""}, {"state": "废止", "state_from": "2026-12-01"}]
    assert faults(tmp_path, rows) == [(2, "keep", "a repeal must say what becomes of earlier certificates")]


def test_every_fault_is_told_not_the_first(tmp_path: Path) -> None:
    rows = [
        ONE[0] | {"levels": "6", "basis": ""},
        {"rule": "采认", "from": "2025-01-01", "occupation": "6-31", "basis": "文"},
        {},
        {"document": "另一份", "rule": "不采认", "from": "2025-01-01"},
        {"id": "1"},
        {"state": "废止", "state_from": "2025-08-01"},
        {"state": "暂停", "state_from": "2025-09-01"},
        {"state": "生效", "state_from": "2025-09-01"},
        OWN | {"id": "2", "rule": "不采认", "from": "2025-01-01"},
    ]
    assert faults(tmp_path, rows) == [
        (2, "levels", "not a level"),
        (2, "basis", "is empty"),
        (3, "occupation", "the beginning of a code: so it matches none"),
        (5, "document", "earlier rows say 闽粤互认协议"),
        (6, "rule", "neither a rule nor a state"),
        (7, "state", "no state may follow the repeal"),
        (9, "state", "two states from one day on"),
        (10, "partner", "two agreements with one region"),
    ]


def test_a_fault_is_a_sentence_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(as_csv(table([ONE[0] | {"occupation": "6-31"}], list(HEADERS))), "utf-8")
    (fault,) = agreement_sheet.read(path).faults
    assert (
        fault.zh == "第 2 行“职业代码”（6-31）：只是职业代码的开头，这样写不会匹配任何职业。开头须以连字符结尾：6-31-。"
    )
    assert fault.en == (
        "row 2, occupation (6-31): the beginning of a code: so it matches none; a beginning ends in a hyphen: 6-31-"
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"levels": "级别"}, [(1, "", "no such column: 级别")]),
        ({"rule": "basis"}, [(1, "rule", "is missing"), (1, "basis", "this column stands twice")]),
    ],
)
def test_heads_that_are_not_ours(tmp_path: Path, change: Cells, expected: list[tuple[int, str, str]]) -> None:
    path = tmp_path / "a.csv"
    path.write_text(as_csv(table(ONE, [change.get(name, name) for name in HEADERS])), "utf-8")
    found = agreement_sheet.read(path).faults
    assert [(fault.row, fault.column, fault.why.en) for fault in found] == expected


def test_an_empty_sheet_and_the_template_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("", "utf-8")
    assert {fault.why.en for fault in agreement_sheet.read(path).faults} == {"is missing"}
    path.write_text(as_csv(COLUMNS.empty()), "utf-8")
    assert [fault.why.en for fault in agreement_sheet.read(path).faults] == ["no agreement in it"]


def test_formulas_hidden_rows_and_merged_cells_of_excel(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = Workbook()
    sheet = book.worksheets[0]
    for row in table([*ONE, CHINESE[1]], list(HEADERS)):
        sheet.append(row)
    sheet.cell(2, list(HEADERS).index("levels") + 1, "=1+2")
    sheet.row_dimensions[3].hidden = True
    book.save(path)
    found = agreement_sheet.read(path).faults
    assert [(fault.row, fault.column, fault.why.en) for fault in found] == [
        (2, "levels", "is a formula or an error"),
        (3, "", "this row is hidden"),
    ]
    sheet.merge_cells("A4:B4")
    book.save(path)
    with pytest.raises(ConfigurationError, match="A4:B4: 请取消合并单元格"):
        agreement_sheet.read(path)


def test_what_is_too_large_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = Workbook()
    book.worksheets[0].cell(1_000_000, 1, "x")
    book.save(path)
    with pytest.raises(ConfigurationError, match="最多 10000 行"):
        spreadsheet.read(path)
    path.write_bytes(bytes(spreadsheet.MAX_FILE_BYTES + 1))
    with pytest.raises(ConfigurationError, match="太大"):
        spreadsheet.read(path)
    with pytest.raises(ConfigurationError, match="没有此文件"):
        spreadsheet.read(tmp_path / "none.csv")


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300), suffix=st.sampled_from(["csv", "xlsx"]))
def test_any_bytes_are_a_sheet_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str) -> None:
    path = tmp_path_factory.mktemp("any") / f"a.{suffix}"
    path.write_bytes(data)
    with suppress(ConfigurationError):
        assert agreement_sheet.read(path).faults


def test_the_sheet_of_the_documentation_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "recognition.md").read_text("utf-8")
    lines = page[page.index("| 协议编号 |") :].split("\n\n")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if not line.startswith("|---")]
    path = tmp_path / "a.csv"
    path.write_text(as_csv(rows), "utf-8")
    found = agreement_sheet.read(path)
    assert found.faults == ()
    (made,) = found.agreements
    assert [state for _, state in made.states] == [AgreementState.IN_FORCE, AgreementState.REPEALED]
    assert (made.keep, len(made.allow), len(made.deny)) == (False, 2, 1)
