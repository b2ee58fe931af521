"""After issuing: revoke, suspend, restore, correct, reissue and renew, for one, for a list and for a batch."""

import csv
import sqlite3
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from credential import qr_text
from credential.model import LevelCertificate, PostAppointment, Status
from credential.request import MAX_CHANGES, ChangeReason
from signer.certificates.drafts import read_certificate
from signer.changes import changing, reasons, replacing
from tests.signer.double import Fault
from tests.signer.office import Office, level_row, person, post_row
from tests.world import CODE

ERROR = ("--reason", "issued-in-error", "--yes")


def signed(office: Office, *rows: Sequence[str], name: str = "roster.csv") -> list[str]:
    """The numbers of a roster's certificates, registered."""
    out = office.folder / "out"
    before = office.credentials(out) if (out / "credentials.jsonl").exists() else []
    assert office.run("sign", office.roster(*rows, name=name), "--out", out, "--yes") == 0
    return [each["number"] for each in office.credentials(out)[len(before) :]]


def status(office: Office, number: str) -> Status:
    """What the registry says of the newest certificate of a number."""
    indices = [idx for idx, data in office.registry.registered.items() if read_certificate(data).number == number]
    return office.registry.statuses[indices[-1]]


def sheet(path: Path, *rows: Sequence[str], encoding: str = "utf-8-sig") -> Path:
    """A CSV sheet of changes."""
    text = StringIO()
    csv.writer(text).writerows(rows)
    path.write_text(text.getvalue(), encoding=encoding)
    return path


def problems(result: dict[str, Any]) -> list[tuple[object, ...]]:
    return [(each["row"], each["column"], each["code"]) for each in result["problems"]]


# --- statuses ---------------------------------------------------------------------------------------------------------


def test_a_batch_and_a_list(office: Office) -> None:
    first = signed(office, *(level_row(n) for n in range(3)))
    second = signed(office, *(level_row(n) for n in range(3, 6)), name="second.csv")
    code, result = office.json("suspend", "--batch", "1", "--reason", "under-review", "--yes")
    assert (code, result["changed"], result["numbers"]) == (0, 3, first)
    path = office.folder / "list.txt"
    path.write_text(f"# restored\n{first[0]}\n\n{first[1]}\n{first[0]}\n")
    code, result = office.json("restore", "--list", path, "--reason", "review-closed", "--yes")
    assert (code, result["changed"], result["already"]) == (0, 2, 0)
    code, result = office.json("revoke", second[2], "--batch", "1", *ERROR)
    assert (code, result["changed"]) == (0, 4)
    found = [status(office, number) for number in first + second]
    assert found == [Status.REVOKED] * 3 + [Status.VALID] * 2 + [Status.REVOKED]
    assert office.json("revoke", "--batch", "9", *ERROR)[1]["error"] == "batch-unknown"
    assert office.json("revoke", *ERROR)[1]["error"] == "no-number"


def test_every_unknown_number_is_named_and_nothing_changes(office: Office) -> None:
    (number,) = signed(office, level_row(1))
    unknown = [f"{CODE}269999{n:03d}" for n in range(3)]
    code, result = office.json("revoke", number, *unknown, *ERROR)
    assert (code, result["error"]) == (1, "number-unknown")
    assert [each for each in unknown if each not in result["message_zh"]] == []
    assert status(office, number) is Status.VALID


def test_more_than_one_request_is_split_and_a_broken_run_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three parts of two: the first answer is lost, and the same command comes to one result."""
    assert MAX_CHANGES == 10_000
    monkeypatch.setattr(changing, "MAX_CHANGES", 2)
    numbers = signed(office, *(level_row(n) for n in range(5)))
    office.registry.faults.append(Fault("/v1/status-changes", 1))
    monkeypatch.setattr("signer.opening.RegistryClient", _impatient)
    code, result = office.json("revoke", *numbers, *ERROR)
    assert (code, result["error"]) == (3, "registry-unreachable")
    code, result = office.json("revoke", *numbers, *ERROR)
    assert (code, result["changed"], result["waiting"]) == (0, 5, 0)
    assert {status(office, number) for number in numbers} == {Status.REVOKED}
    with sqlite3.connect(office.home / "ledger.sqlite") as db:
        assert db.execute("SELECT count(*), count(DISTINCT request_id) FROM change").fetchall() == [(3, 3)]
    assert len([each for each in office.registry.answers.values() if "changed" in each[2]]) == 3


def _impatient(url: str) -> Any:
    from signer.remote.client import RegistryClient

    return RegistryClient(url, pauses=())


def test_a_preview_masks_names_and_changes_nothing(office: Office) -> None:
    numbers = signed(office, *(level_row(n) for n in range(12)))
    office.capture.readouterr()
    assert office.run("revoke", "--batch", "1", "--reason", "fraud", "--dry-run") == 0
    said = office.capture.readouterr().out
    assert "撤销（不能恢复） 12 张，原因：弄虚作假。" in said
    assert "电工（6-31-01-03）三级/高级工：12 张" in said
    assert f"{numbers[0]}  {person(0)[0][0]}**  {person(0)[2][-4:]}" in said
    assert "……另有 2 张" in said
    assert "须另一人复核" in said
    assert [n for n in range(12) if person(n)[0] in said] == []
    assert {status(office, number) for number in numbers} == {Status.VALID}


def test_every_reason_is_named_in_help_and_refusal(office: Office) -> None:
    for command in (["revoke", "--help"], ["suspend", "1", "--reason", "because"]):
        office.capture.readouterr()
        with pytest.raises(SystemExit):
            office.run(*command)
        said = "".join(office.capture.readouterr())
        flat = "".join(said.split())
        for reason in ChangeReason:
            told = reasons.REASONS[reason]
            assert reasons.code_of(reason) in said
            assert [each for each in told if "".join(each.split()) not in flat] == []


# --- corrections ------------------------------------------------------------------------------------------------------


def test_a_sheet_of_corrections(office: Office) -> None:
    numbers = signed(office, *(level_row(n) for n in range(4)))
    out, right = office.folder / "new", person(777)[2]
    rows = (
        ("证书编号", "姓名", "证件号码", "职业方向"),
        (numbers[0], "陈志强", "", ""),
        (numbers[1].lower(), "", right, ""),
        (numbers[2], "", "", "高压电工"),
        (numbers[3], person(3)[0], "", ""),
    )
    path = sheet(office.folder / "更正.csv", *rows, encoding="gb18030")
    code, result = office.json("correct", "--list", path, "--out", out, "--yes")
    assert (code, result["changed"], result["unchanged"], result["registered"]) == (0, 3, 1, 3)
    listed = {each["number"]: read_certificate(qr_text.decode(each["text"])) for each in office.credentials(out)}
    assert list(listed) == numbers
    assert listed[numbers[0]].person.name == "陈志强"
    assert listed[numbers[1]].person.document_last4 == right[-4:]
    subject = listed[numbers[2]].subject
    assert isinstance(subject, LevelCertificate)
    assert subject.occupation.specialisation == "高压电工"
    assert list(office.registry.statuses.values()).count(Status.SUPERSEDED) == 3
    assert right in office.registry.documents.values()
    before = dict(office.registry.registered)
    code, result = office.json("correct", "--list", path, "--out", out, "--yes")
    assert (code, result["changed"], result["unchanged"]) == (0, 0, 4)
    assert office.registry.registered == before


def test_all_faults_of_a_sheet_are_told_before_anything_happens(office: Office) -> None:
    numbers = signed(office, level_row(1), level_row(2))
    book = Workbook()
    page = book.worksheets[0]
    for row in (
        ("说明", None, None, None),
        ("Certificate number", "Name", "ID number", "Level"),
        (numbers[0], "陈 志 强", None, None),
        (numbers[1], None, "350203186001010011", None),
        (None, "陈志强", None, None),
        (numbers[0], "林志远", None, "二级"),
        (numbers[1], None, None, None),
        ("Y000035020001269999999", "黄志远", None, None),
    ):
        page.append(row)
    path = office.folder / "corrections.xlsx"
    book.save(path)
    out = office.folder / "new"
    code, result = office.json("correct", "--list", path, "--out", out, "--yes")
    assert (code, result["error"]) == (1, "rows-refused")
    assert problems(result) == [
        (3, "B Name", "NAME_SPACE"),
        (4, "C ID number", "DOCUMENT_CHECK_CHARACTER"),
        (5, "A Certificate number", "VALUE_MISSING"),
        (6, "D Level", "NOT_CHANGED"),
        (7, "", "NOTHING_TO_CHANGE"),
    ]
    assert "350203186001010011" not in str(result)
    assert not out.exists()
    twice = sheet(office.folder / "twice.csv", ("编号", "姓名"), (numbers[0], "陈一"), (numbers[0], "陈二"))
    code, result = office.json("correct", "--list", twice, "--out", out, "--yes")
    assert problems(result) == [(2, "A 编号", "NUMBER_TWICE"), (3, "A 编号", "NUMBER_TWICE")]


def test_numbers_that_cannot_be_corrected_are_told_by_row(office: Office) -> None:
    revoked, good = signed(office, level_row(1), level_row(2))
    assert office.run("revoke", revoked, *ERROR) == 0
    rows = (("编号", "姓名"), (revoked, "陈一"), (good, "陈二"), (f"{CODE}269999999", "陈三"))
    path = sheet(office.folder / "sheet.csv", *rows)
    code, result = office.json("correct", "--list", path, "--out", office.folder / "new", "--yes")
    assert (code, problems(result)) == (1, [(2, "A 编号", "WRONG_STATE"), (4, "A 编号", "NUMBER_UNKNOWN")])
    assert list(office.registry.statuses.values()).count(Status.SUPERSEDED) == 0


def test_corrections_in_chunks_go_on_where_they_were_killed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replacing, "CHUNK", 2)
    monkeypatch.setattr("signer.opening.RegistryClient", _impatient)
    numbers = signed(office, *(level_row(n) for n in range(5)))
    rows = [("编号", "姓名"), *((number, f"陈{'一二三四五'[n]}") for n, number in enumerate(numbers))]
    path, out = sheet(office.folder / "sheet.csv", *rows), office.folder / "new"
    command = ("correct", "--list", path, "--out", out, "--yes")
    for fault in (Fault("/v1/indices", 1), Fault("/v1/batches", 1), Fault("/v1/batches", 1, after=False)):
        office.registry.faults.append(fault)
        assert office.json(*command)[1]["error"] == "registry-unreachable"
    code, _ = office.json(*command)
    assert code == 0
    assert len(office.registry.granted) == 10
    assert [read_certificate(qr_text.decode(each["text"])).person.name for each in office.credentials(out)] == [
        row[1] for row in rows[1:]
    ]
    assert sorted(office.registry.statuses.values()) == sorted([Status.SUPERSEDED] * 5 + [Status.VALID] * 5)


def test_a_batch_is_corrected_alike_but_never_in_names(office: Office) -> None:
    signed(office, level_row(1), level_row(2))
    out = office.folder / "new"
    command = ("correct", "--batch", "1", "--out", out, "--yes")
    assert office.json(*command, "--name", "陈志强")[1]["error"] == "one-at-a-time"
    code, result = office.json(*command, "--specialisation", "低压电工")
    assert (code, result["changed"], result["registered"]) == (0, 2, 2)


def test_a_template_has_the_numbers_and_is_read_back(office: Office) -> None:
    numbers = signed(office, level_row(1), level_row(2))
    path, out = office.folder / "sheet.xlsx", office.folder / "new"
    assert office.json("correct", "--batch", "1", "--template", path)[1]["numbers"] == 2
    book = load_workbook(path)
    page = book.worksheets[0]
    heads = ["证书编号*", "姓名", "证件类型", "证件号码", "职业名称", "职业方向"]
    assert [cell.value for cell in page[1]] == heads
    assert [page.cell(row, 1).value for row in (2, 3)] == numbers
    code, result = office.json("correct", "--list", path, "--out", out, "--yes")
    assert problems(result) == [(2, "", "NOTHING_TO_CHANGE"), (3, "", "NOTHING_TO_CHANGE")]
    for row in (2, 3):
        page.cell(row, 2).value = "陈志强"
    book.save(path)
    code, result = office.json("correct", "--list", path, "--out", out, "--yes")
    assert (code, result["changed"]) == (0, 2)
    assert office.json("renew", "--template", path)[1]["error"] == "exists"


# --- renewals and reissues --------------------------------------------------------------------------------------------


def _until(office: Office, out: Path) -> list[int]:
    subjects = [read_certificate(qr_text.decode(each["text"])).subject for each in office.credentials(out)]
    return [each.ends for each in subjects if isinstance(each, PostAppointment)]


def test_posts_are_renewed_to_one_day_or_each_to_its_own(office: Office) -> None:
    numbers = signed(office, post_row(1), post_row(2))
    out = office.folder / "new"
    path = sheet(office.folder / "renew.csv", ("编号", "聘期至"), (numbers[0], "2100-12-31"), (numbers[1], ""))
    assert problems(office.json("renew", "--list", path, "--out", out, "--yes")[1]) == [(3, "", "NOTHING_TO_CHANGE")]
    code, result = office.json("renew", "--list", path, "--until", "2101-12-31", "--out", out, "--yes")
    assert (code, result["changed"]) == (0, 2)
    assert _until(office, out) == [4133952000, 4165488000]
    plain = office.folder / "list.txt"
    plain.write_text("\n".join(numbers))
    code, result = office.json("renew", "--list", plain, "--until", "2101-12-31", "--out", out, "--yes")
    assert (code, result["changed"], result["unchanged"]) == (0, 1, 1)
    assert office.json("renew", "--batch", "1", "--out", out, "--yes")[1]["error"] == "no-term"


def test_a_batch_is_drawn_again(office: Office) -> None:
    numbers = signed(office, level_row(1), level_row(2))
    again = office.folder / "again"
    code, result = office.json("reissue", "--batch", "1", "--out", again)
    assert (code, result["numbers"], result["signed"]) == (0, numbers, 0)
    assert office.credentials(again) == office.credentials(office.folder / "out")
