"""Numbers on several machines and away from the network, receipts, and the report."""

import csv
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path

import cbor2
import pytest
from pypdfium2 import PdfDocument

from credential import receipt
from signer import reports
from signer.context import Step
from signer.ledger.journal import opened
from signer.ledger.pool import Run, SerialRun, Wanted
from signer.ledger.versions import VERSIONS
from signer.remote.client import RegistryClient
from signer.reports import content
from tests.signer.double import Fault
from tests.signer.office import Office, level_row
from tests.signer.test_resume import KilledError, recorded, sign
from tests.world import CODE, key


def numbers(office: Office) -> list[str]:
    return [str(each[0]) for each in recorded(office)]


def number(serial: int, level: int = 3) -> str:
    return f"{CODE}26{level}{serial:06d}"


@contextmanager
def away(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No network: nothing listens where the registry was."""
    with monkeypatch.context() as patch:
        patch.setattr("signer.opening.RegistryClient", lambda _: RegistryClient("http://127.0.0.1:9", pauses=()))
        asked = len(office.registry.asked)
        yield
        assert len(office.registry.asked) == asked


def test_two_machines_of_one_issuer(office: Office, tmp_path: Path) -> None:
    other = replace(office, folder=tmp_path / "second")
    other.folder.mkdir()
    other.open()
    rows = [level_row(n) for n in range(5)]
    for machine, some in ((office, rows[:2]), (other, rows[2:4]), (office, rows[4:])):
        roster = machine.roster(*some, name=f"{some[0][0]}.csv")
        assert machine.run("sign", roster, "--out", machine.folder / "out", "--yes") == 0
    assert numbers(office) == [number(1), number(2), number(5)]
    assert numbers(other) == [number(3), number(4)]
    assert len(office.registry.registered) == 5


def test_a_reserved_block_is_enough_without_any_network(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    code, shown = office.json("reserve", "3=2", "4=1", "--year", "2026")
    assert (code, shown["indices"], shown["waiting"]) == (0, 3, 0)
    assert [(each["first"], each["last"]) for each in shown["unused"]] == [
        (number(1), number(2)),
        (number(1, 4), number(1, 4)),
    ]
    out = office.folder / "out"
    with away(office, monkeypatch):
        roster = office.roster(level_row(1), level_row(2, level=4))
        assert office.run("sign", roster, "--out", out, "--yes", "--no-submit") == 0
        assert "已有 0 天" in office.capture.readouterr().out
        assert numbers(office) == [number(1), number(1, 4)]
        code, short = office.json(
            "sign", office.roster(level_row(3), level_row(4), name="more.csv"), "--out", out, "--yes", "--no-submit"
        )
        assert (code, short["error"]) == (3, "registry-unreachable")
        assert "序号 1 个，流水号 2026 年三级/高级工 1 个" in short["message_zh"]
        code, left = office.json("reserve")
        assert (left["indices"], [each["count"] for each in left["unused"]]) == (1, [1])
    assert office.json("submit")[1]["registered"] == 2
    assert office.run("sign", office.folder / "more.csv", "--out", out, "--yes") == 0
    assert numbers(office)[2:] == [number(2), number(3)]


def test_indices_alone_are_enough_to_correct_without_any_network(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = office.folder / "out"
    assert office.run("sign", office.roster(level_row(1), level_row(2)), "--out", out, "--yes") == 0
    correct = ("correct", "--name", "陈志强", "--out", out, "--yes", "--no-submit")
    with away(office, monkeypatch):
        code, short = office.json(*correct, number(1))
        assert (code, "还缺：序号 1 个。" in short["message_zh"]) == (3, True)
    code, shown = office.json("reserve", "--indices", "1")
    assert (code, shown["indices"], shown["unused"], office.registry.serials) == (0, 1, [], {(CODE, 26, 3): 2})
    with away(office, monkeypatch):
        assert office.run(*correct, number(1)) == 0
        assert office.json("reserve")[1]["indices"] == 0
    assert office.json("submit")[1]["registered"] == 1


def test_without_a_network_only_where_nothing_is_registered(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert office.run("reserve", "3=1", "--year", "2026") == 0
    with away(office, monkeypatch):
        code, result = office.json("sign", office.roster(level_row(1)), "--out", office.folder / "out", "--yes")
    assert (code, result["error"]) == (3, "registry-unreachable")


def test_the_list_of_issuers_must_not_have_expired(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert office.run("reserve", "3=1", "--year", "2026") == 0
    monkeypatch.setattr("signer.clock.now", lambda: office.registry.world.list_issued + 400 * 86_400)
    with away(office, monkeypatch):
        roster = office.roster(level_row(1))
        code, result = office.json("sign", roster, "--out", office.folder / "out", "--yes", "--no-submit")
    assert (code, result["error"]) == (1, "held-expired")


def test_unused_serials_are_given_up_and_never_used(office: Office) -> None:
    assert office.run("reserve", "3=2", "--year", "2026") == 0
    code, shown = office.json("reserve", "3", "--year", "2026", "--give-up", "课程取消")
    assert (code, shown["unused"]) == (0, [])
    assert [(each["first"], each["count"], each["why"]) for each in shown["given_up"]] == [(number(1), 2, "课程取消")]
    assert office.run("sign", office.roster(level_row(1)), "--out", office.folder / "out", "--yes") == 0
    assert numbers(office) == [number(3)]
    assert office.json("reserve", "3", "--year", "2026", "--give-up", "再一次")[1]["error"] == "nothing-unused"


@pytest.mark.parametrize("wrong", [["4"], ["4=2", "4=3"], ["4=2", "--year", "1999"]])
def test_what_reserve_does_not_take(office: Office, wrong: list[str]) -> None:
    assert office.json("reserve", *wrong)[0] == 2


@pytest.mark.parametrize("count", ["0", "100001", "²", "1" * 5_000])
def test_how_many_indices_can_be_reserved(office: Office, count: str) -> None:
    with pytest.raises(SystemExit) as ended:
        office.run("reserve", "--indices", count)
    assert (ended.value.code, "/v1/indices" in office.registry.asked) == (2, False)


def test_a_lost_answer_is_asked_for_again_with_the_same_id(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signer.opening.RegistryClient", lambda url: RegistryClient(url, pauses=()))
    office.registry.faults.append(Fault("/v1/indices", 1))
    assert office.json("reserve", "3=2", "--year", "2026")[0] == 3
    assert office.json("reserve", "3=2", "--year", "2026")[1]["unused"][0]["last"] == number(2)
    assert office.registry.serials == {(CODE, 26, 3): 2}


def test_serials_that_this_ledger_has_used_are_passed_over(office: Office) -> None:
    out = office.folder / "out"
    assert office.run("sign", office.roster(*(level_row(n) for n in range(3))), "--out", out, "--yes") == 0
    office.registry.serials[CODE, 26, 3] = 1
    assert office.run("sign", office.roster(level_row(9), level_row(10), name="b.csv"), "--out", out, "--yes") == 0
    assert numbers(office)[3:] == [number(4), number(5)]


# --- the ledger of an older version -----------------------------------------------------------------------------------

OLDER = f"""
INSERT INTO batch (id, kind, subject, wanted, started_at, indices_id, uri_base, signed_at) VALUES
    (1, 'sign', x'{"11" * 32}', 1, 5, x'{"01" * 16}', 'https://fj.example/s/', 6),
    (2, 'sign', x'{"22" * 32}', 3, 7, x'{"02" * 16}', 'https://fj.example/s/', NULL),
    (3, 'sign', x'{"33" * 32}', 4, 8, x'{"03" * 16}', NULL, NULL);
INSERT INTO run (batch, list, first, count) VALUES (1, 0, 100, 1), (2, 0, 110, 3);
INSERT INTO certificate (batch, position, year, digit, serial, number, list, idx, data, facts, state)
    VALUES (1, 0, 26, 3, 2, 'x', 0, 100, x'00', x'{"44" * 32}', 'registered');
"""


def test_a_ledger_of_before_keeps_what_was_under_way(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.touch(0o600)
    with sqlite3.connect(path) as old:
        old.executescript("".join(VERSIONS[:3]) + OLDER + "PRAGMA user_version = 3;")
    with opened(path) as ledger:
        assert ledger.pool.runs() == [Run(0, 110, 3)]
        assert [(each.request_id, each.wanted) for each in ledger.pool.pending()] == [(b"\3" * 16, Wanted(4, {}))]
        assert [batch.id for batch in ledger.signed_batches().values()] == [1]
        (waiting,) = ledger.pool.pending()
        with ledger.writing():
            ledger.pool.grant(waiting, [Run(0, 200, 4)], [SerialRun(26, 3, 1, 4)], "https://fj.example/s/")
        assert ledger.pool.serials() == [SerialRun(26, 3, 1, 1), SerialRun(26, 3, 3, 2)]


# --- receipts ---------------------------------------------------------------------------------------------------------


def test_a_receipt_is_kept_written_and_verified_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    out = office.folder / "out"
    for name, rows in (("a.csv", range(2)), ("b.csv", range(2, 5))):
        assert office.run("sign", office.roster(*map(level_row, rows), name=name), "--out", out, "--yes") == 0
    kept = receipt.unpack((out / "receipt.cbor").read_bytes())
    assert [receipt.decode(each)[0].batch.size for each in kept] == [2, 3]
    with away(office, monkeypatch):
        code, shown = office.json("receipt")
        assert (code, [each["certificates"] for each in shown["receipts"]]) == (0, [2, 3])
        assert office.json("receipt", "--file", out / "receipt.cbor")[1]["receipts"] == shown["receipts"]
        again = office.json("receipt", "--batch", 2, "--out", office.folder / "again")[1]["receipts"]
        assert again == shown["receipts"][1:]
    assert cbor2.loads((office.folder / "again" / "receipt.cbor").read_bytes()) == kept[1:]
    with sqlite3.connect(office.home / "ledger.sqlite") as db:
        db.execute("UPDATE submission SET receipt = ? WHERE batch = 2", (kept[0],))
    assert office.json("receipt")[1]["error"] == "receipt-invalid"


def test_an_older_registry_gives_no_receipt_which_is_said(office: Office) -> None:
    office.registry.receipt_key = None
    out = office.folder / "out"
    assert office.run("sign", office.roster(level_row(1)), "--out", out, "--yes") == 0
    assert "没有给签名回执" in office.capture.readouterr().out
    assert not (out / "receipt.cbor").exists()
    assert office.json("receipt")[1]["receipts"] == []


def test_a_receipt_that_does_not_hold_is_told_once(office: Office) -> None:
    office.registry.receipt_key = key("nobody's")
    roster, out = office.roster(level_row(1)), office.folder / "out"
    code, result = office.json("sign", roster, "--out", out, "--yes")
    assert (code, result["error"], "KEY_UNKNOWN" in result["message_zh"]) == (1, "receipt-invalid", True)
    code, result = office.json("sign", roster, "--out", out, "--yes")
    assert (code, result["registered"], result["receipts"]) == (0, 1, [])


def test_a_file_that_is_no_receipt(office: Office) -> None:
    path = office.folder / "x.cbor"
    path.write_bytes(b"\x80")
    assert office.json("receipt", "--file", path)[1]["error"] == "receipt-file"


# --- the report -------------------------------------------------------------------------------------------------------


def table(path: Path) -> list[list[str]]:
    return list(csv.reader(StringIO(path.read_bytes().decode("utf-8-sig"))))


def test_the_report_says_it_all_and_shows_no_name(office: Office) -> None:
    out = office.folder / "out"
    bad = (*level_row(3)[:2], "350203186001010000", *level_row(3)[3:])
    roster = office.roster(level_row(1), level_row(2, level=4), bad, level_row(4))
    assert office.run("sign", roster, "--out", out, "--yes", "--skip-bad") == 0
    assert (out / "report-1.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    rows = table(out / "report-1.csv")
    said = dict(row for row in rows if len(row) == 2)
    assert (said["签发张数 certificates"], said["跳过行数 rows left out"]) == ("3", "1")
    assert said["回执摘要 receipt SHA-256"] == office.json("receipt")[1]["receipts"][0]["sha256"]
    assert len(said["证书密钥指纹 key fingerprint"].split()) == 16
    assert said["评价档案摘要 evidence SHA-256"] == "无 / none"
    assert [row[1:] for row in rows if row[:1] == ["6-31-01-03"]] == [
        ["电工", "三级/高级工 Level 3, senior worker", "2"],
        ["电工", "四级/中级工 Level 4, intermediate worker", "1"],
    ]
    assert [row[3] for row in rows if row[:1] == ["4"] and len(row) == 4] == ["DOCUMENT_DIGITS_LOST"]
    assert [(row[1], row[2], row[7]) for row in rows if row[-1:] == ["有效 valid"]] == [
        (number(1), "林**", "有效 valid"),
        (number(1, 4), "黄**", "有效 valid"),
        (number(2), "李**", "有效 valid"),
    ]
    page = (out / "report-1.pdf").read_bytes()
    assert office.run("revoke", number(2), "--reason", "fraud", "--yes") == 0
    again = office.folder / "again"
    assert office.run("report", "--out", again) == 0
    assert [row[7] for row in table(again / "report-1.csv") if row[1:2] == [number(2)]] == ["已撤销 revoked"]
    (shown,) = PdfDocument(page)
    words = shown.get_textpage().get_text_bounded()
    assert "后面的数字已经丢失" in words
    assert "The document number was stored as a number: Excel keeps 15 digits, and the rest are lost." in words
    assert page != (again / "report-1.pdf").read_bytes()


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "＝1", "\n@"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert content._harmless(cell) == "'" + cell
    assert content._harmless("电工=") == "电工="


def test_without_the_extra_there_is_the_table_and_a_line(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(reports, "report_pdf", raising=False)
    monkeypatch.setitem(sys.modules, "signer.reports.report_pdf", None)
    out = office.folder / "out"
    assert office.run("sign", office.roster(level_row(1)), "--out", out, "--yes") == 0
    assert "没有安装打印组件" in office.capture.readouterr().out
    assert [path.name for path in sorted(out.glob("report*"))] == ["report-1.csv"]


def test_a_killed_run_reports_the_rows_it_left_out(office: Office) -> None:
    roster = office.roster(level_row(1), level_row(2, code="9-99-99-99"))
    with pytest.raises(KilledError):
        sign(office, roster, Step.SIGNED, skip_bad=True)
    sign(office, roster, None, skip_bad=True)
    said = dict(row for row in table(office.folder / "out" / "report-1.csv") if len(row) == 2)
    assert said["跳过行数 rows left out"] == "1"
