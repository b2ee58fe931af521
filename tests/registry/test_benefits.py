"""`benefits`: the sheet and its faults, what changes and whom it is about, published, ended, signed in a ceremony."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from credential import benefits as table
from credential.benefits import BenefitPolicy, Entitled
from credential.entitlement import ask
from credential.model import Day, Kind, Post, PostAppointment, Region, Seconds, Status, date_from_day, day_of
from credential.reason import Entitlement
from credential.trust import load
from credential.verify import verify_bytes
from registry.benefits import benefit_sheet, benefits
from registry.benefits.benefit_columns import COLUMNS
from registry.problems import Refused
from tests import jimei
from tests.jimei import ALLOWANCES, LISTS
from tests.registry.office import ELECTRICIAN, PORT, Office, certificate, now, run, signed
from tests.registry.test_ceremonies import assemble, prepare_lists, two_of_three

Captured = pytest.CaptureFixture[str]
Cells = dict[str, str]
FUJIAN = Region("35")
CLAUSES = tuple(
    each._replace(who=tuple(who._replace(steps=tuple(sorted(who.steps))) for who in each.who)) for each in jimei.CLAUSES
)
"""A sheet's levels are a set, in ascending order."""
_LAW = {
    "document": "集美区技能人才津贴办法（集政规〔2025〕3号）",
    "document_date": "2025年1月10日",
    "divisions": "350211 集美区",
    "from": "2025-01-01",
    "benefit": "津贴",
    "period": "每月",
    "times": "36",
    "issued_from": "2025-01-01",
}


def _monthly(number: int, item: str, yuan: str, levels: str, words: str, kind: str = "") -> Cells:
    about = {"kind": kind, "levels": levels, "words": words}
    return _LAW | {"what": "条款", "id": str(number), "clause": f"第五条第（{item}）项", "yuan": yuan} | about


JIMEI: list[Cells] = [
    _monthly(1, "一", "800", "三级/高级工", "高级工每人每月800元"),
    _monthly(2, "二", "1,500", "技师", "技师每人每月1500元"),
    _monthly(3, "三", "2000.00", "1", "高级技师每人每月2000元"),
    _monthly(4, "四", "2,500", "特级技师", "特级技师聘任期间每人每月2500元", "岗位"),
    _monthly(5, "五", "3000", "首席技师", "首席技师聘任期间每人每月3000元", "岗位"),
    {
        "what": "clause",
        "id": "6",
        "document": "厦门市紧缺职业（工种）技能补贴办法（厦人社规〔2025〕8号）",
        "document_date": "2025-03-01",
        "divisions": "350200厦门市",
        "from": "2025-03-01",
        "clause": "第三条",
        "words": "取得紧缺职业（工种）中级工及以上证书的，一次性补贴1000元",
        "benefit": "subsidy",
        "yuan": "1000",
        "period": "once",
        "levels": "4,3,2,1",
        "issued_from": "2025-01-01",
        "listed_on": "发证日",
        "lists": "1、2",
    },
    {
        "what": "条款",
        "id": "7",
        "document": "集美区高技能人才荣誉办法（集委办〔2025〕6号）",
        "document_date": "2025-02-01",
        "divisions": "350211 集美区",
        "from": "2025-01-01",
        "clause": "第七条",
        "words": "优先安排人才公寓",
        "benefit": "其他待遇",
        "kind": "荣誉",
        "honour": "集美区高技能人才",
        "issued_from": "2025-01-01",
    },
    {
        "what": "目录",
        "id": "1",
        "title": "厦门市2026年紧缺职业（工种）目录",
        "document": "厦人社〔2026〕2号",
        "document_date": "2026-01-05",
        "divisions": "350200 厦门市",
        "from": "2026-01-01",
        "to": "2026-12-31",
        "edition": "2022版",
        "occupation": "6-31-01-03",
    },
    {"occupation": "6-18-"},
    {
        "what": "list",
        "id": "2",
        "title": "集美区2026年紧缺职业（工种）目录",
        "document": "厦人社〔2026〕2号",
        "document_date": "2026-01-05",
        "divisions": "350211 集美区",
        "from": "2026-01-01",
        "to": "2026-12-31",
        "edition": "本地",
        "occupation": "沙县小吃制作",
    },
]
"""tests.jimei as a clerk types it."""


def as_csv(folder: Path, *rows: Cells, head: Sequence[str] | None = None) -> Path:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head or COLUMNS.headers.values())
    writer.writerows([[row.get(name, "") for name in COLUMNS.headers] for row in rows])
    path = folder / "benefits.csv"
    path.write_text(out.getvalue(), "utf-8-sig")
    return path


def as_xlsx(folder: Path, *rows: Cells) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(COLUMNS.headers))
    for row in rows:
        sheet.append([row.get(name, "") for name in COLUMNS.headers])
    path = folder / "benefits.xlsx"
    book.save(path)
    return path


# --- the sheet --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_what_a_clerk_types_is_what_the_core_knows(tmp_path: Path, write: Any) -> None:
    found = benefit_sheet.read(write(tmp_path, *JIMEI), FUJIAN, frozenset())
    assert found == (CLAUSES, LISTS, ())


def test_further_rows_add_certificates_to_a_clause(tmp_path: Path) -> None:
    more = {"kind": "岗位", "levels": "首席技师", "issued_to": "2030-12-31"}
    ((clause,), _, faults) = benefit_sheet.read(as_csv(tmp_path, JIMEI[0], more), FUJIAN, frozenset())
    assert faults == ()
    assert clause.who[0] == ALLOWANCES[0].who[0]
    assert (clause.who[1].kind, clause.who[1].steps, clause.who[1].first) == (Kind.POST, (2,), 0)
    assert clause.who[1].last is not None


_FAULTY: list[tuple[list[Cells], int, str, str]] = [
    ([JIMEI[0] | {"what": "规则"}], 2, "what", "not understood"),
    ([JIMEI[0] | {"id": "一"}], 2, "id", "not a number"),
    ([{"levels": "三级"}], 2, "id", "is empty"),
    ([JIMEI[0] | {"document": ""}], 2, "document", "is empty"),
    ([JIMEI[0] | {"clause": ""}], 2, "clause", "is empty"),
    ([JIMEI[0] | {"words": "字" * 342}], 2, "words", "too long, or with invisible characters"),
    ([JIMEI[0] | {"words": "a" * 1_025}], 2, "words", "too long, or with invisible characters"),
    ([JIMEI[0] | {"words": "每月\u202e800元"}], 2, "words", "too long, or with invisible characters"),
    ([JIMEI[0] | {"benefit": "工资"}], 2, "benefit", "not understood"),
    ([JIMEI[0] | {"yuan": "0"}], 2, "yuan", "not an amount"),
    ([JIMEI[0] | {"yuan": "800元"}], 2, "yuan", "not an amount"),
    ([JIMEI[0] | {"yuan": "800.505"}], 2, "yuan", "not an amount"),
    ([JIMEI[0] | {"period": ""}], 2, "period", "is empty"),
    ([JIMEI[0] | {"yuan": "", "times": ""}], 2, "period", "without an amount"),
    ([JIMEI[0] | {"times": "0"}], 2, "times", "0 times is nothing"),
    ([JIMEI[0] | {"divisions": "集美区"}], 2, "divisions", "not a division"),
    ([JIMEI[0] | {"divisions": "440100 广州市"}], 2, "divisions", "of another region"),
    ([JIMEI[0] | {"divisions": "、"}], 2, "divisions", "is empty"),
    ([JIMEI[0] | {"from": ""}], 2, "from", "is empty"),
    ([JIMEI[0] | {"to": "2024-12-31"}], 2, "to", "before its first day: it would never apply"),
    ([JIMEI[0] | {"issued_to": "2024-12-31"}], 2, "issued_to", "before its first day: it would never apply"),
    ([JIMEI[0] | {"levels": "六级"}], 2, "levels", "not a level"),
    ([JIMEI[0] | {"kind": "专项"}], 2, "levels", "this kind has none: it would apply to none"),
    ([JIMEI[0] | {"honour": "劳模"}], 2, "honour", "this kind has none: it would apply to none"),
    ([JIMEI[0] | {"occupation": "6-31"}], 2, "occupation", "the beginning of a code: so it matches none"),
    ([JIMEI[0] | {"lists": "9", "listed_on": "当日"}], 2, "lists", "there is no list 9"),
    ([JIMEI[0] | {"lists": "9"}], 2, "listed_on", "is empty"),
    ([JIMEI[0] | {"title": "目录"}], 2, "title", "a clause has none"),
    ([JIMEI[0], JIMEI[0] | {"yuan": "900"}], 3, "yuan", "earlier rows say 800"),
    ([JIMEI[0] | {"yuan": "=?"}], 2, "yuan", "is a formula or an error"),
    ([JIMEI[7] | {"title": ""}], 2, "title", "is empty"),
    ([JIMEI[7] | {"occupation": ""}], 2, "occupation", "is empty"),
    ([JIMEI[7] | {"yuan": "5"}], 2, "yuan", "a list has none"),
    ([JIMEI[7] | {"levels": "三级"}], 2, "levels", "a list has none"),
    ([JIMEI[7] | {"divisions": "350211 集美区、350200 厦门市"}], 2, "divisions", "a list is of one division"),
]


@pytest.mark.parametrize(("rows", "row", "column", "why"), _FAULTY, ids=map(str, range(len(_FAULTY))))
def test_each_fault_is_told_by_row_and_column(
    tmp_path: Path, rows: list[Cells], row: int, column: str, why: str
) -> None:
    found = benefit_sheet.read(as_csv(tmp_path, *rows), FUJIAN, frozenset())
    assert [(each.row, each.column) for each in found.faults if each.why.en == why] == [(row, column)]
    assert (found.clauses, found.lists) == ((), ())
    for each in found.faults:
        assert each.fix.zh
        assert each.fix.en


def test_all_faults_at_once_and_by_the_names_of_the_head(tmp_path: Path) -> None:
    path = as_csv(tmp_path, JIMEI[0] | {"yuan": "x"}, JIMEI[1] | {"levels": "七级", "from": "明天"})
    found = benefit_sheet.read(path, FUJIAN, frozenset()).faults
    assert [each.zh.partition("（")[0] for each in found] == ["第 2 行“金额”", "第 3 行“等级或岗位”", "第 3 行“生效日”"]
    path = as_csv(tmp_path, *JIMEI, head=["费用", *list(COLUMNS.headers.values())[1:]])
    assert [each.why.en for each in benefit_sheet.read(path, FUJIAN, frozenset()).faults] == [
        "no such column: 费用",
        "is missing",
    ]


def test_a_clause_may_name_a_list_that_is_there_already(tmp_path: Path) -> None:
    path = as_csv(tmp_path, JIMEI[5])
    assert benefit_sheet.read(path, FUJIAN, {1, 2}) == ((CLAUSES[5],), (), ())
    assert len(benefit_sheet.read(path, FUJIAN, {1}).faults) == 1


# --- in the registry --------------------------------------------------------------------------------------------------


def told(office: Office, capsys: Captured, path: Path, *words: object) -> Any:
    capsys.readouterr()
    run(office.data, "benefits", "import", path, "--dry-run", "--json", *words)
    return json.loads(capsys.readouterr().out)


def imported(office: Office, folder: Path, *rows: Cells) -> None:
    run(office.data, "benefits", "import", as_csv(folder, *rows), "--yes", "--operator", "lin")


def published(office: Office) -> BenefitPolicy:
    """The table that a verifier with pin.txt has."""
    held = office.trust.benefits
    assert held is not None
    return table.decode(held.payload)


def entitled(office: Office, data: bytes) -> tuple[Entitlement, tuple[Entitled, ...]]:
    pin = bytes.fromhex((office.data / "pin.txt").read_text("utf-8").splitlines()[-1])
    trust = load((office.data / "public" / "bundle.cbor").read_bytes(), frozenset({pin}), home=FUJIAN)
    return ask(verify_bytes(data, trust, now()), trust, "350211")


def test_imported_published_asked_and_ended(office: Office, tmp_path: Path) -> None:
    index, second = office.indices(PORT, 2)
    technician, junior = signed(certificate(index, 1, level=2)), signed(certificate(second, 2, level=5))
    assert office.register(PORT, technician, junior).status_code == 200
    office.publish()
    assert entitled(office, technician) == (Entitlement.NO_POLICY, ())
    imported(office, tmp_path, *JIMEI)
    office.publish()
    assert entitled(office, technician) == (Entitlement.NO_POLICY, ())
    run(office.data, "publish", "--demo-keys")
    assert (published(office).clauses, published(office).lists) == (CLAUSES, LISTS)
    answer, clauses = entitled(office, technician)
    assert (answer, clauses[0]) == (Entitlement.ENTITLED, Entitled(CLAUSES[1], None))
    assert entitled(office, junior) == (Entitlement.NO_CLAUSE, ())
    order = published(office).head.order
    assert office.register(PORT, signed(certificate(office.indices(PORT, 1)[0], 3))).status_code == 200
    office.publish()
    assert published(office).head.order == order
    yesterday = date_from_day(Day(day_of(now()) - 1)).isoformat()
    for each in ("--clause", 2), ("--list", 1):
        words = ("--last", yesterday, "--document", "集政规〔2026〕1号", "--operator", "lin", "--yes")
        run(office.data, "benefits", "end", *each, *words)
    run(office.data, "publish", "--demo-keys")
    assert entitled(office, technician) == (Entitlement.NO_CLAUSE, ())
    assert published(office).head.order > order


def test_what_changes_and_whom_it_is_about(office: Office, tmp_path: Path, capsys: Captured) -> None:
    indices = office.indices(PORT, 5)
    levels = (2, 2, 3, 5)
    rows = [signed(certificate(i, s, level=each)) for i, s, each in zip(indices, (1, 2, 3, 4), levels, strict=False)]
    subject = PostAppointment(ELECTRICIAN, Post.CHIEF_TECHNICIAN, Seconds(now() + 86_400))
    rows.append(signed(certificate(indices[4], 5, subject=subject, number=f"{PORT}26T000005")))
    assert office.register(PORT, *rows).status_code == 200
    assert office.change(PORT, indices[1], Status.REVOKED).status_code == 200
    found = told(office, capsys, as_csv(tmp_path, *JIMEI))
    assert [each["certificates"] for each in found["touched"]] == [1, 1, 0, 0, 1, 2, 0]
    assert found["touched"][4]["by_level"] == [
        {"kind": "post", "level": None, "post": "chief-technician", "certificates": 1}
    ]
    assert found["touched"][5]["by_occupation"] == [{"edition": 2022, "occupation": "6-31-01-03", "certificates": 2}]
    said = [each["en"].strip() for each in found["changes"]]
    assert said[0] == "new shortage list 1: 2026-01-01 to 2026-12-31, 厦门市 350200"
    assert "new clause 1: allowance CNY 800 a month, at most 36 times, from 2025-01-01 on" in said
    assert office.count("benefit_policy") == 0
    imported(office, tmp_path, *JIMEI)
    assert told(office, capsys, as_csv(tmp_path, *JIMEI))["changes"] == []
    path = as_csv(tmp_path, JIMEI[0] | {"yuan": "900", "to": "2026-12-31"})
    assert [each["zh"].strip() for each in told(office, capsys, path)["changes"]] == [
        "条款 1 第五条第（一）项有变",
        "待遇：津贴 每月 800 元，最多 36 次 → 津贴 每月 900 元，最多 36 次",
        "起止：2025-01-01 起 → 2025-01-01 至 2026-12-31",
    ]
    assert len(told(office, capsys, path)["clauses"]) == 7


def test_a_day_within_a_month_is_counted_by_the_certificates_own(
    office: Office, tmp_path: Path, capsys: Captured
) -> None:
    first, second = office.indices(PORT, 2)
    today = day_of(now())
    earlier = Day(today - 1)
    rows = [signed(certificate(first, 1)), signed(certificate(second, 2, issued_on=earlier))]
    assert office.register(PORT, *rows).status_code == 200
    since = JIMEI[0] | {"issued_from": date_from_day(today).isoformat()}
    assert told(office, capsys, as_csv(tmp_path, since))["touched"][0]["certificates"] == 1
    until = JIMEI[0] | {"issued_to": date_from_day(earlier).isoformat()}
    assert told(office, capsys, as_csv(tmp_path, until))["touched"][0]["certificates"] == 1


def test_faults_change_nothing_and_nothing_is_done_unasked(office: Office, tmp_path: Path, capsys: Captured) -> None:
    run(office.data, "benefits", "import", as_csv(tmp_path, JIMEI[0] | {"yuan": "x"}), "--operator", "lin", expect=2)
    assert "第 2 行“金额”（x）：不是金额" in capsys.readouterr().err
    run(office.data, "benefits", "import", as_csv(tmp_path, *JIMEI), "--operator", "lin", expect=1)
    assert "not confirmed, nothing changed" in capsys.readouterr().err
    word = ("--last", "2026-01-01", "--document", "文", "--operator", "lin")
    run(office.data, "benefits", "end", "--clause", 1, *word, expect=1)
    assert office.count("benefit_policy") == 0


def test_a_clause_is_never_taken_out(office: Office, tmp_path: Path, capsys: Captured) -> None:
    imported(office, tmp_path, *JIMEI)
    imported(office, tmp_path, JIMEI[0] | {"yuan": "850"})
    capsys.readouterr()
    run(office.data, "benefits", "show", "--json")
    shown = json.loads(capsys.readouterr().out)
    assert [each["id"] for each in shown["clauses"]] == [1, 2, 3, 4, 5, 6, 7]
    assert shown["clauses"][0]["amount"] == {"fen": 85_000, "period": "month", "times": 36}
    assert [each["id"] for each in shown["lists"]] == [1, 2]
    run(office.data, "benefits", "show")
    assert "每月 850 元" in capsys.readouterr().out


def test_two_operators_at_once_do_not_undo_each_other(office: Office, tmp_path: Path) -> None:
    imported(office, tmp_path, JIMEI[0])
    store = office.service.store
    with store.read() as session:
        before = benefits.load(session)
    after = benefits.merged(before, FUJIAN, (ALLOWANCES[1],), ())
    imported(office, tmp_path, JIMEI[2])
    with pytest.raises(Refused, match="somebody has just changed the policy"):
        store.write(lambda session: benefits.replace(session, before, after, "mei", now()))


def test_the_record_says_who_and_what(office: Office, tmp_path: Path) -> None:
    imported(office, tmp_path, JIMEI[0])
    with office.service.store.read() as session:
        found = session.connection().exec_driver_sql("SELECT who, why, detail FROM acts WHERE what = 'benefits.import'")
        ((who, why, detail),) = found.all()
    detail = json.loads(detail) if isinstance(detail, str) else detail
    assert (who, why) == ("lin", ALLOWANCES[0].document)
    assert detail["clauses"][0]["words"] == "高级工每人每月800元"


def test_a_policy_that_is_too_large_is_refused(office: Office, tmp_path: Path, capsys: Captured) -> None:
    rows = [JIMEI[0] | {"id": str(number), "words": "字" * 341} for number in range(1, 900)]
    run(office.data, "benefits", "import", as_csv(tmp_path, *rows), "--yes", "--operator", "lin", expect=1)
    assert "the policy is too large" in capsys.readouterr().err


def test_a_template_is_a_sheet_that_lacks_nothing_but_rows(office: Office, tmp_path: Path) -> None:
    for name in ("empty.csv", "empty.xlsx"):
        run(office.data, "benefits", "template", tmp_path / name)
        (fault,) = benefit_sheet.read(tmp_path / name, FUJIAN, frozenset()).faults
        assert fault.why.en == "nothing in it"


def test_holders_see_in_words_what_they_sign(office: Office, tmp_path: Path) -> None:
    imported(office, tmp_path, *JIMEI)
    run(office.data, "publish", "--demo-keys")
    imported(office, tmp_path, JIMEI[0] | {"yuan": "900"})
    prepared = prepare_lists(office, tmp_path)
    first, second, _ = two_of_three(office, tmp_path, "list")
    for each in (first, second):
        said = each.signs(prepared)
        assert said.code == 0, said.err
        lines = [line.strip() for line in said.out.splitlines()]
        assert any(line.startswith("要签：信任清单、待遇政策，第 ") for line in lines)
        assert "待遇：津贴 每月 800 元，最多 36 次 → 津贴 每月 900 元，最多 36 次" in lines
        assert "clause 1 changes" in lines
    assemble(office, prepared, first.signature, second.signature)
    (amount,) = [each.amount for each in published(office).clauses if each.id == 1]
    assert amount is not None
    assert amount.fen == 90_000
