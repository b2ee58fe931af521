"""Certificates from before there was a registry, on record and not signed; and the exports."""

import csv
import io
import json
import re
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import text

from credential.model import Status, date_from_day, day_of
from registry.exchange import history, national_mapping
from registry.figures import figures
from registry.problems import ConfigurationError
from registry.record import acts
from registry.sheets import spreadsheet
from tests.registry.office import AUTHORITY, PORT, Office, certificate, credit_code, now, run, signed
from tests.registry.people import hire
from tests.registry.test_figures import fill
from tests.registry.test_pages import ask, read
from tests.registry.test_two_people import issuer

Captured = pytest.CaptureFixture[str]
HEAD = "证书编号,姓名,评价机构,职业,等级,发证日期\n"
WHO = ("--operator", "lin", "--document", "闽人社函3号")
OLD = "OLD1,李四,某站,钳工,四级,2015/3/1\n"


def write(folder: Path, *rows: str, head: str = HEAD, encoding: str = "utf-8") -> Path:
    path = folder / "old.csv"
    path.write_text(head + "".join(rows), encoding, newline="")
    return path


def faults(office: Office, capsys: Captured, path: Path) -> list[tuple[int, str | None, str, str]]:
    """Each fault of a sheet: row, column, why, what to do. Nothing was imported."""
    before = office.count("on_record")
    capsys.readouterr()
    run(office.data, "import-history", path, *WHO, "--json", expect=2)
    found = json.loads(capsys.readouterr().out.splitlines()[0])
    assert office.count("on_record") == before
    return [(each["row"], each["column"], each["why"]["zh"], each["fix"]["zh"]) for each in found["faults"]]


def test_old_certificates_are_found_and_counted_as_on_record(office: Office, tmp_path: Path, capsys: Captured) -> None:
    path = write(tmp_path, OLD, "\n", '"OLD2","王=五",某站,焊工,技师,2014年12月31日\n', encoding="gb18030")
    run(office.data, "import-history", path, "--dry-run")
    assert "2 行都合格；未导入。" in capsys.readouterr().out
    assert office.count("on_record") == 0
    run(office.data, "import-history", path, *WHO)
    assert "已导入 2 张：在册，未签名。" in capsys.readouterr().out
    answer = office.client.post("/v1/query", json={"number": "OLD1", "name": "李四"}).get_json()
    assert (answer["found"], answer["status"], answer["issued_on"]) == (True, "on-record", "2015-03-01")
    assert office.client.post("/v1/query", json={"number": "OLD1", "name": "李"}).get_json() == {"found": False}
    shown = read(ask(office.client, "OLD2", "王=五")).text
    assert "在册，未签名 on record, not signed" in shown
    assert "有效" not in shown
    with office.service.store.read() as session:
        row = session.execute(text("SELECT who, why, detail FROM acts WHERE what = 'history.import'")).one()
    detail = json.loads(row.detail) if isinstance(row.detail, str) else row.detail
    assert (row.who, row.why, detail["count"], len(detail["sha256"])) == ("lin", "闽人社函3号", 2, 64)
    fill(office, PORT, 3, 12)
    figures.make(office.service.store, now())
    counted = office.client.get("/v1/statistics").get_json()
    assert counted["totals"]["on_record"] == 2
    rows = list(csv.DictReader(io.StringIO(figures.as_csv(counted))))
    assert [(each["certificates"], each["zh"]) for each in rows if each["by"] == "on_record"] == [("2", "在册，未签名")]
    page = office.client.get("/statistics", headers={"Accept": "text/html"}).text
    assert "在册，未签名（旧证书）" in page


def test_each_faulty_row_is_told_and_nothing_is_imported(office: Office, tmp_path: Path, capsys: Captured) -> None:
    what = certificate(office.indices(PORT, 1)[0], 1)
    assert office.register(PORT, signed(what)).status_code == 200
    tomorrow = (date_from_day(day_of(now())) + timedelta(days=1)).isoformat()
    rows = (
        OLD,
        "OLD1,张三,某站,钳工,四级,2015-03-01\n",
        ",张三,某站,钳工,四级,2015-03-01\n",
        "OLD3,张\u200b三,某站,钳工,四级,2015-02-30\n",
        f"OLD4,张三,某站,钳工,四级,{tomorrow}\n",
        f"{what.number},张三,某站,钳工,四级,2015-03-01\n",
    )
    delete = "删去这一行，或改正编号"
    assert faults(office, capsys, write(tmp_path, *rows)) == [
        (3, "number", "编号已在册，或在表中出现过", delete),
        (4, "number", "是空的", "请填写"),
        (5, "name", "太长或含不可见字符", "最多 256 字节，重新输入"),
        (5, "issued_on", "不是日期", "写成 2025-01-01，不早于 1970 年"),
        (6, "issued_on", "晚于今天", "改正日期"),
        (7, "number", "已登记的签名证书用这个编号", delete),
    ]
    run(office.data, "import-history", write(tmp_path, OLD), *WHO)
    assert faults(office, capsys, write(tmp_path, OLD)) == [(2, "number", "编号已在册，或在表中出现过", delete)]
    assert faults(office, capsys, write(tmp_path, OLD, head="number,name,issuer,occupation,level,date\n")) == [
        (1, None, "不认识的列“date”", "改成模板里的列名，或删去"),
        (1, "issued_on", "缺这一列", f"运行 {history.COLUMNS.template} 取得模板"),
    ]
    many = write(tmp_path, *(f"X{n},,某站,钳工,四级,2015-03-01\n" for n in range(history.MAX_FAULTS + 500)))
    assert len(faults(office, capsys, many)) == history.MAX_FAULTS
    assert "其余的行没有再看" in _said(office, capsys, many)


def _said(office: Office, capsys: Captured, path: Path) -> str:
    capsys.readouterr()
    run(office.data, "import-history", path, *WHO, expect=2)
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (HEAD.encode() + b"x" * 140_000 + b",a,b,c,d,e\n", "第 2 行读不出（line too long）"),
        (HEAD.encode() + b'OLD1,"a"b,c,d,e,f\n', "第 2 行读不出"),
        (HEAD.encode() + b"\xff\xff,a,b,c,d,e\n", "行读不出"),
        (HEAD.encode("utf-16"), "行读不出"),
    ],
)
def test_what_is_no_csv_is_refused_by_row(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(data)
    with pytest.raises(ConfigurationError, match=why):
        list(spreadsheet.stream(path, 10))


def test_rows_are_capped(tmp_path: Path) -> None:
    path = write(tmp_path, *[OLD] * 3)
    assert len(list(spreadsheet.stream(path, 3))) == 4
    with pytest.raises(ConfigurationError, match="最多 2 行"):
        list(spreadsheet.stream(path, 2))
    with pytest.raises(ConfigurationError, match="没有此文件或太大"):
        list(spreadsheet.stream(tmp_path / "none.csv", 2))


def test_a_workbook_is_imported_and_its_template_fits(office: Office, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "old.xlsx"
    run(office.data, "import-history", path, "--template")
    book = load_workbook(path)
    book.worksheets[0].append(["OLD1", "李四", "某站", "钳工", "四级", "2015-03-01"])
    book.worksheets[0].append(["OLD2", "=1+1", "某站", "钳工", "四级", "2015-03-01"])
    book.save(path)
    assert faults(office, capsys, path) == [(3, "name", "是公式或错误值", "粘贴为值")]
    book.worksheets[0].delete_rows(3)
    book.save(path)
    run(office.data, "import-history", path, *WHO)
    assert office.count("on_record WHERE number = 'OLD1'") == 1


def test_who_and_why_are_needed_and_the_role(office: Office, tmp_path: Path, capsys: Captured) -> None:
    path = write(tmp_path, OLD)
    run(office.data, "import-history", path, "--operator", "lin", expect=2)
    run(office.data, "import-history", path, "--document", "文", expect=2)
    from registry.record.rights import OperatorRole

    hire(office, "lin", OperatorRole.KEYS)
    run(office.data, "import-history", path, *WHO, expect=1)
    assert "lin: history.import 须有角色 filing" in capsys.readouterr().err
    assert office.count("on_record") == 0


def registered(office: Office, tmp_path: Path) -> list[str]:
    """Three certificates, the second revoked, and an old one on record; their numbers."""
    first, second, third = office.indices(PORT, 3)
    hostile = certificate(third, 3).person._replace(name="=HYPERLINK(1)")
    rows = [certificate(first, 1), certificate(second, 2), certificate(third, 3, person=hostile)]
    assert office.register(PORT, *map(signed, rows)).status_code == 200
    assert office.change(PORT, second, Status.REVOKED).status_code == 200
    run(office.data, "import-history", write(tmp_path, OLD), *WHO)
    return [each.number for each in rows]


def exported(office: Office, tmp_path: Path, *words: object) -> list[list[str]]:
    out = tmp_path / "out.csv"
    run(office.data, "export", "national", "--out", out, *words, *WHO)
    return list(csv.reader(io.StringIO(out.read_text("utf-8-sig"))))


def test_the_national_export_has_what_its_mapping_says(office: Office, tmp_path: Path, capsys: Captured) -> None:
    first, second, third = registered(office, tmp_path)
    today = date_from_day(day_of(now()))
    common = ["--", "三级/高级工", today.isoformat(), f"机构{PORT}", credit_code(PORT), AUTHORITY]
    standing = ["居民身份证", "", "职业技能等级证书", "电工", *common]
    capsys.readouterr()
    head, *rows = exported(office, tmp_path)
    assert "这些列是固定值，须由发证机构补填的请补填：证件号码。" in capsys.readouterr().out
    assert head == [column.head for column in national_mapping.read(None).columns]
    assert rows == [[first, "陈志强", *standing], [third, "'=HYPERLINK(1)", *standing]]
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(
        'date = "YYYY年MM月DD日"\nlevel = "3"\nstatus = ["valid", "revoked"]\non_record = true\n'
        '[[column]]\nhead = "编号"\nfield = "number"\n[[column]]\nhead = "级"\nfield = "level"\n'
        '[[column]]\nhead = "日期"\nfield = "issued_on"\n[[column]]\nhead = "状态"\nfield = "status_words"\n'
        '[[column]]\nhead = "省"\nconstant = "=福建"\n',
        "utf-8",
    )
    chosen = ("--mapping", mapping, "--since", today, "--until", today)
    day = f"{today:%Y}年{today:%m}月{today:%d}日"
    told = [[first, "3", day, "已登记，有效"], [second, "3", day, "已撤销"], [third, "3", day, "已登记，有效"]]
    old = ["OLD1", "4", "2015年03月01日", "在册，未签名"]
    expected = [["编号", "级", "日期", "状态", "省"], *([*each, "'=福建"] for each in (*told, old))]
    assert exported(office, tmp_path, *chosen) == expected
    yesterday = today - timedelta(days=1)
    assert exported(office, tmp_path, "--until", yesterday) == [head]
    assert exported(office, tmp_path, "--since", today + timedelta(days=1)) == [head]
    out = tmp_path / "out.xlsx"
    run(office.data, "export", "national", "--out", out, *chosen, *WHO)
    assert out.stat().st_mode & 0o777 == 0o600
    cells = list(load_workbook(out).worksheets[0].iter_rows())
    assert [[cell.value for cell in row] for row in cells] == [
        [cell.removeprefix("'") for cell in row] for row in expected
    ]
    assert {cell.data_type for row in cells for cell in row} == {"s"}


def test_what_falls_is_not_exported_as_standing(office: Office, tmp_path: Path) -> None:
    numbers = registered(office, tmp_path)
    issuer(office, "void", "--date", "2026-03-01")
    assert len(exported(office, tmp_path)) == 1
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('status = ["fallen"]\n[[column]]\nhead = "x"\nfield = "number"\n', "utf-8")
    assert exported(office, tmp_path, "--mapping", mapping) == [["x"], [numbers[0]], [numbers[2]]]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("x", "不是 TOML"),
        ("", "须有 1 至 64 个"),
        ('[[column]]\nhead = "a"\nfield = "number"\n' * 2, "表头重复 / a head stands twice: a"),
        ('[[column]]\nhead = "a"\nfield = "document_number"\n', "第 1 列 / column 1: 没有字段 'document_number'"),
        (
            '[[column]]\nhead = "a"\nfield = "number"\nconstant = ""\n',
            "第 1 列 / column 1: 须有 field 或 constant 之一",
        ),
        ('[[column]]\nfield = "number"\n', "第 1 列 / column 1: head"),
        ('dates = 1\n[[column]]\nhead = "a"\nfield = "number"\n', "不认识 / unknown: 'dates'"),
        ('date = "D"\n[[column]]\nhead = "a"\nfield = "number"\n', "date: 'D'，须为"),
        ('status = ["good"]\n[[column]]\nhead = "a"\nfield = "number"\n', "status: 'good'，须为"),
        ('[[column]]\nhead = "a\\u202e"\nfield = "number"\n', "第 1 列 / column 1: head: 须为"),
    ],
)
def test_a_mapping_that_cannot_be_meant_says_where(written: str, why: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        national_mapping.parse(written, "m.toml")
    assert str(caught.value).startswith(f"m.toml: {why}")


def test_the_mapping_of_the_page_is_one() -> None:
    page = (Path(history.__file__).parents[2] / "docs" / "records.md").read_text("utf-8")
    (written,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert [column.head for column in national_mapping.parse(written, "").columns] == ["证书编号", "报送地区"]


def test_fields_and_the_default_mapping_are_told(office: Office, capsys: Captured, tmp_path: Path) -> None:
    capsys.readouterr()
    run(office.data, "export", "national", "--columns")
    said = capsys.readouterr().out
    assert "证件号码后四位；完整号码本机构不保存" in said
    assert said.endswith(national_mapping.DEFAULT + "\n")
    run(office.data, "export", "national", expect=2)
    run(
        office.data,
        "export",
        "national",
        "--out",
        tmp_path / "x.csv",
        "--mapping",
        tmp_path / "none.toml",
        *WHO,
        expect=2,
    )
    assert not (tmp_path / "x.csv").exists()


def test_export_has_every_status(office: Office, tmp_path: Path) -> None:
    first, second, _ = registered(office, tmp_path)
    run(office.data, "export", "--out", tmp_path / "out.csv", *WHO)
    head, one, two, _ = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()
    assert head.startswith("number,status,name,")
    assert one.startswith(f"{first},valid,陈志强,2022,6-31-01-03,电工,3,")
    assert two.startswith(f"{second},revoked,")


def test_a_workbook_of_the_right_kind_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "old.xlsx"
    Workbook().save(path)
    assert list(spreadsheet.stream(path, 5)) == []


def test_who_took_certificates_out_is_on_record_before_the_file_is_there(office: Office, tmp_path: Path) -> None:
    registered(office, tmp_path)
    out = tmp_path / "out.csv"
    run(office.data, "export", "--out", out, *WHO)
    with office.service.store.read() as session:
        *_, act = acts.every(session)
    digest = sha256(out.read_bytes()).hexdigest()
    assert (act.who, act.what, act.why) == ("lin", "certificates.export", "闽人社函3号")
    assert act.detail == {"count": 3, "sha256": digest}
    assert out.stat().st_mode & 0o777 == 0o600
    keys = ("--display", "林敏", "--role", "keys", "--document", "闽人社函3号", "--operator", "lin")
    run(office.data, "operator", "add", "lin", *keys)
    run(office.data, "export", "--out", tmp_path / "refused.csv", *WHO, expect=1)
    run(office.data, "export", "national", "--out", tmp_path / "refused.xlsx", *WHO, expect=1)
    assert sorted(each.name for each in tmp_path.glob("*refused*")) == []
