"""`sign` and what surrounds it, through the command line and a registry over HTTP."""

import io
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from time import time

import pytest
from openpyxl import load_workbook

from credential import qr_text, verify
from credential.model import LevelCertificate, PostAppointment, Seconds, Status
from credential.numbers import citizen_check_character
from credential.reason import Reason
from credential.request import Outcome
from signer import cli
from signer.batches import qr
from signer.certificates.drafts import read_certificate
from signer.ledger.checks import Checks
from signer.ledger.versions import VERSIONS
from tests.signer.office import Office, level_row, person, post_row
from tests.world import CODE


def test_a_roster_becomes_registered_certificates(office: Office) -> None:
    out = office.folder / "out"
    roster = office.roster(level_row(1, 4), level_row(2, 3), level_row(3, 4), post_row(4))
    code, result = office.json("sign", roster, "--out", out, "--yes")
    assert code == 0
    assert (result["certificates"], result["signed"], result["registered"], result["skipped"]) == (4, 4, 4, [])
    numbers = [f"{CODE}264000001", f"{CODE}263000001", f"{CODE}264000002", f"{CODE}260000001"]
    listed = office.credentials(out)
    assert [each["number"] for each in listed] == numbers
    assert [each["file"] for each in listed] == [f"certificates/{number}.png" for number in numbers]
    for each in listed:
        assert qr.read((out / each["file"]).read_bytes()) == [each["text"]]
        data = qr_text.decode(each["text"])
        verdict = verify.verify(each["text"], office.registry.current().trust(), _now())
        assert (verdict.reason, data) == (Reason.ACCEPTED, office.registry.registered[_index(data)])
    # Both granted runs are used, in order.
    assert [_index(qr_text.decode(each["text"])) for each in listed] == [100, 101, 105, 106]
    post = read_certificate(qr_text.decode(listed[3]["text"])).subject
    assert isinstance(post, PostAppointment)
    assert post.ends == 4102416000  # 2100-01-01 00:00 in China


def _now() -> Seconds:
    return Seconds(int(time()))


def _index(data: bytes) -> int:
    return read_certificate(data).status.idx


def test_the_same_command_again_changes_nothing(office: Office) -> None:
    out = office.folder / "out"
    roster = office.roster(level_row(1), level_row(2))
    assert office.run("sign", roster, "--out", out, "--yes") == 0
    before = {path.name: path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    asked = list(office.registry.asked)
    code, result = office.json("sign", roster, "--out", out, "--yes")
    assert (code, result["batch"], result["signed"], result["registered"]) == (0, 1, 2, 2)
    assert {path.name: path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()} == before
    assert office.registry.asked == asked
    (out / "certificates" / f"{CODE}263000002.png").unlink()
    assert office.run("sign", roster, "--out", out, "--yes") == 0
    assert {path.name: path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()} == before


def test_one_bad_row_signs_nothing(office: Office) -> None:
    out = office.folder / "out"
    name, kind, number, *rest = level_row(2)
    wrong = (name, kind, number[:-1] + ("1" if number[-1] != "1" else "2"), *rest)
    roster = office.roster(level_row(1), wrong, level_row(3, 2, "4-02-06-02", "理货员"))
    code, result = office.json("sign", roster, "--out", out, "--yes")
    assert (code, result["ok"], result["error"]) == (1, False, "rows-refused")
    assert [(each["row"], each["code"]) for each in result["problems"]] == [
        (3, "DOCUMENT_CHECK_CHARACTER"),
        (4, "SCOPE_LEVEL"),
    ]
    assert number[:14] not in str(result)
    assert not out.exists()
    assert "/v1/indices" not in office.registry.asked
    code, result = office.json("sign", roster, "--out", out, "--yes", "--skip-bad")
    assert (code, result["signed"], len(result["skipped"])) == (0, 1, 2)
    assert [each["number"] for each in office.credentials(out)] == [f"{CODE}263000001"]


def test_rows_signed_before_are_named(office: Office) -> None:
    out = office.folder / "out"
    assert office.run("sign", office.roster(level_row(1)), "--out", out, "--yes") == 0
    roster = office.roster(level_row(1), level_row(2), name="more.csv")
    code, result = office.json("sign", roster, "--out", out, "--yes")
    assert (code, [(each["row"], each["code"], each["shape"]) for each in result["problems"]]) == (
        1,
        [(2, "ALREADY_SIGNED", f"{CODE}263000001")],
    )
    code, result = office.json("sign", roster, "--out", out, "--yes", "--skip-bad")
    assert (code, result["signed"]) == (0, 1)
    assert [each["number"] for each in office.credentials(out)] == [f"{CODE}263000001", f"{CODE}263000002"]


def alike(number: str) -> list[str]:
    """Numbers of others that end like this one."""
    born = (f"{date(1850, 1, 1) + timedelta(days):%Y%m%d}" for days in range(20_000))
    ending_alike = (number[:6] + day + number[14:] for day in born)
    return [each for each in ending_alike if citizen_check_character(each[:17]) == each[17] and each != number]


def test_whoever_only_looks_like_somebody_signed_before_is_signed(office: Office) -> None:
    out, first = office.folder / "out", level_row(1)
    assert office.run("sign", office.roster(), "--out", out, "--dry-run") == 1
    with sqlite3.connect(office.home / "ledger.sqlite") as db:
        db.execute("UPDATE salt SET value = zeroblob(32)")
        checks = Checks(db)
    assert office.run("sign", office.roster(first), "--out", out, "--yes") == 0
    others = alike(first[2])
    same = next(each for each in others if checks.of(each) == checks.of(first[2]))
    other = next(each for each in others if checks.of(each) != checks.of(first[2]))
    rows = [(first[0], first[1], each, *first[3:]) for each in (other, same, first[2])]
    code, result = office.json("sign", office.roster(*rows, name="b.csv"), "--out", out, "--yes", "--skip-bad")
    assert (code, result["signed"]) == (0, 1)
    assert [(each["row"], each["code"]) for each in result["skipped"]] == [(3, "ALREADY_SIGNED"), (4, "ALREADY_SIGNED")]
    with sqlite3.connect(office.home / "ledger.sqlite") as db:
        kept_of_both = db.execute("SELECT document_check FROM certificate ORDER BY id").fetchall()
        assert kept_of_both == [(checks.of(first[2]),), (checks.of(other),)]
        db.execute("UPDATE certificate SET document_check = NULL")
    code, result = office.json("sign", office.roster(rows[0], name="c.csv"), "--out", out, "--yes")
    assert (code, [each["code"] for each in result["problems"]]) == (1, ["ALREADY_SIGNED"])


def test_a_dry_run_previews_and_signs_nothing(office: Office) -> None:
    roster = office.roster(level_row(1), level_row(2), level_row(3, 4))
    code, result = office.json("sign", roster, "--out", office.folder / "out", "--dry-run")
    assert (code, result["dry_run"], result["certificates"]) == (0, True, 3)
    assert result["preview"] == [
        {"code": "6-31-01-03", "title": "电工", "grade": "三级/高级工", "count": 2},
        {"code": "6-31-01-03", "title": "电工", "grade": "四级/中级工", "count": 1},
    ]
    assert not (office.folder / "out").exists()
    assert "/v1/indices" not in office.registry.asked


def test_without_a_terminal_yes_is_needed(office: Office) -> None:
    code, result = office.json("sign", office.roster(level_row(1)), "--out", office.folder / "out")
    assert (code, result["error"]) == (2, "needs-yes")
    assert office.registry.registered == {}


def test_no_submit_then_submit(office: Office) -> None:
    out = office.folder / "out"
    code, result = office.json("sign", office.roster(level_row(1)), "--out", out, "--yes", "--no-submit")
    assert (code, result["registered"], office.registry.registered) == (0, 0, {})
    code, result = office.json("submit")
    assert (code, result["registered"], sorted(office.registry.registered)) == (0, 1, [103])
    assert office.json("submit") == (
        0,
        {"command": "submit", "ok": True, "batches": [], "registered": 0, "changed": 0, "at": None},
    )


def test_what_the_registry_refuses_is_told_by_row(office: Office) -> None:
    out = office.folder / "out"
    office.registry.refuse_rows = (1,)
    roster = office.roster(level_row(1), level_row(2))
    code, result = office.json("sign", roster, "--out", out, "--yes")
    assert (code, result["error"]) == (1, "batch-refused")
    assert f"第 3 行，编号 {CODE}263000002：TEST told to refuse" in result["message_zh"]
    assert f"row 3, number {CODE}263000002: TEST told to refuse" in result["message_en"]
    office.registry.refuse_rows = ()
    code, result = office.json("submit")
    assert (code, result["registered"]) == (0, 2)


def test_what_cannot_be_undone_needs_yes_where_nobody_can_be_asked(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = office.folder / "out"
    assert office.run("sign", office.roster(level_row(1)), "--out", out, "--yes") == 0
    (only,) = office.credentials(out)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    for arguments in (
        ("revoke", only["number"], "--reason", "fraud"),
        ("correct", only["number"], "--name", "陈志远", "--out", out),
    ):
        assert office.run(*arguments) == 2
        assert office.json(*arguments)[1]["error"] == "needs-yes"
    assert office.registry.statuses[_index(qr_text.decode(only["text"]))] is Status.VALID
    assert len(office.credentials(out)) == 1


def test_a_template_overwrites_nothing(office: Office) -> None:
    assert office.run("template", "--out", office.folder / "new.xlsx") == 0
    before = (office.folder / "new.xlsx").read_bytes()
    code, result = office.json("template", "--out", office.folder / "new.xlsx")
    assert (code, result["error"]) == (2, "exists")
    assert (office.folder / "new.xlsx").read_bytes() == before


def test_a_roster_that_lists_nobody_is_refused(office: Office) -> None:
    code, result = office.json("check", office.roster())
    assert (code, result["error"]) == (1, "no-rows")


def test_status_changes(office: Office) -> None:
    out = office.folder / "out"
    assert office.run("sign", office.roster(level_row(1), level_row(2)), "--out", out, "--yes") == 0
    first, second = (each["number"] for each in office.credentials(out))
    entries = [_index(qr_text.decode(each["text"])) for each in office.credentials(out)]
    assert office.json("suspend", first, "--reason", "under-review", "--yes")[0] == 0
    assert office.registry.statuses[entries[0]] is Status.SUSPENDED
    assert office.json("restore", first, "--reason", "review-closed", "--yes")[0] == 0
    assert office.registry.statuses[entries[0]] is Status.VALID
    assert office.json("suspend", first, "--reason", "under-review", "--yes")[0] == 0
    (office.folder / "list.txt").write_text(f"# two\n{first}\n\n{second}\n")
    code, result = office.json("revoke", "--list", office.folder / "list.txt", "--reason", "issued-in-error", "--yes")
    assert (code, result["changed"], result["already"]) == (0, 2, 0)
    assert [office.registry.statuses[each] for each in entries] == [Status.REVOKED, Status.REVOKED]
    code, result = office.json("revoke", first, "--reason", "issued-in-error", "--yes")
    assert (code, result["changed"], result["already"]) == (0, 0, 1)
    code, result = office.json("restore", first, "--reason", "review-closed", "--yes")
    assert (code, result["error"]) == (1, "wrong-state")
    code, result = office.json("revoke", "Y000035020101269999999", "--reason", "fraud", "--yes")
    assert (code, result["error"]) == (1, "number-unknown")


def test_a_correction_keeps_the_number_and_supersedes(office: Office) -> None:
    out = office.folder / "out"
    assert office.run("sign", office.roster(level_row(1)), "--out", out, "--yes") == 0
    (old,) = office.credentials(out)
    code, result = office.json("correct", old["number"], "--name", "陈志强", "--out", out, "--yes")
    assert (code, result["changed"], result["registered"]) == (0, True, 1)
    (new,) = office.credentials(out)
    assert new["number"] == old["number"]
    assert qr.read((out / new["file"]).read_bytes()) == [new["text"]]
    certificate = read_certificate(qr_text.decode(new["text"]))
    assert certificate.person.name == "陈志强"
    assert certificate.extra.replaces is not None
    assert certificate.extra.replaces.idx == _index(qr_text.decode(old["text"]))
    old_index = certificate.extra.replaces.idx
    assert office.registry.statuses == {old_index: Status.SUPERSEDED, _index_of(new): Status.VALID}
    code, result = office.json("correct", old["number"], "--name", "陈志强", "--out", out, "--yes")
    assert (code, result["changed"]) == (0, False)
    # The roster's own run again must not bring the old picture back.
    assert office.run("sign", office.folder / "roster.csv", "--out", out, "--yes") == 0
    assert office.credentials(out) == [new]
    assert qr.read((out / new["file"]).read_bytes()) == [new["text"]]


def _index_of(line: dict[str, str]) -> int:
    return _index(qr_text.decode(line["text"]))


def test_reissue_is_the_same_bytes(office: Office) -> None:
    out, again = office.folder / "out", office.folder / "again"
    assert office.run("sign", office.roster(level_row(1)), "--out", out, "--yes") == 0
    (line,) = office.credentials(out)
    asked = list(office.registry.asked)
    code, result = office.json("reissue", line["number"], "--out", again)
    assert (code, result["signed"]) == (0, 0)
    assert office.credentials(again) == [line]
    assert (again / line["file"]).read_bytes() == (out / line["file"]).read_bytes()
    assert office.registry.asked == asked


def test_renewing_a_post(office: Office) -> None:
    out = office.folder / "out"
    assert office.run("sign", office.roster(post_row(1), level_row(2)), "--out", out, "--yes") == 0
    post, level = office.credentials(out)
    code, result = office.json("renew", post["number"], "--until", "2100-12-31", "--out", out, "--yes")
    assert (code, result["changed"]) == (0, True)
    subject = read_certificate(qr_text.decode(office.credentials(out)[0]["text"])).subject
    assert isinstance(subject, PostAppointment)
    assert subject.ends == 4133952000  # 2101-01-01 00:00 in China
    code, result = office.json("renew", level["number"], "--until", "2100-12-31", "--out", out, "--yes")
    assert (code, result["error"]) == (2, "not-a-post")


def test_levels_are_as_in_the_roster(office: Office) -> None:
    out = office.folder / "out"
    assert office.run("sign", office.roster(*(level_row(n, n) for n in range(1, 6))), "--out", out, "--yes") == 0
    subjects = [read_certificate(qr_text.decode(each["text"])).subject for each in office.credentials(out)]
    assert [each.level for each in subjects if isinstance(each, LevelCertificate)] == [1, 2, 3, 4, 5]


def test_check_reports_and_exits_1(office: Office) -> None:
    roster = office.roster(level_row(1), level_row(2, 3, "6-18-02-04", "焊工"))
    code, result = office.json("check", roster)
    assert (code, result["ok"], result["rows"]) == (1, False, 1)
    (problem,) = result["problems"]
    where = (problem["file"], problem["row"], problem["column"], problem["code"])
    assert where == ("roster.csv", 3, "F 职业编码", "SCOPE_OCCUPATION")
    filed = "集美工匠、理货员 4-02-06-02（2022）、电工 6-31-01-03（2022）"
    assert problem["why_zh"] == f"这一项不在本机构的备案范围内；备案的是：{filed}"
    marked = office.folder / "marked.xlsx"
    code, result = office.json("check", roster, "--out", marked)
    assert (code, result["marked"]) == (1, str(marked))
    sheet = load_workbook(marked)["名册"]
    assert sheet["F3"].fill.start_color.rgb == "FFFFC7CE"
    code, result = office.json("check", office.roster(level_row(1)))
    assert (code, result["ok"], result["problems"]) == (0, True, [])


def test_a_template_offers_the_issuers_own_scope(office: Office) -> None:
    out = office.folder / "template.xlsx"
    code, result = office.json("template", "--out", out)
    assert (code, result["scope"]) == (
        0,
        [
            {"edition": 2022, "code": "4-02-06-02", "title": "理货员", "highest": 3},
            {"edition": 2022, "code": "6-31-01-03", "title": "电工", "highest": 1},
        ],
    )
    assert load_workbook(out).sheetnames == ["名册", "说明", "示例", "备案范围"]


def test_check_works_without_an_issuer(tmp_path: Path, office: Office) -> None:
    roster = office.roster(level_row(1))
    assert cli.main(["check", str(roster), "--home", str(tmp_path / "nowhere")]) == 0


def test_an_honour_is_within_the_scope_by_its_name(office: Office) -> None:
    out = office.folder / "out"
    row = (*person(1), "区级人才荣誉", "", "", "", "", "2026-06-01", "业绩评审", "", "")
    roster = office.roster((*row, "集美工匠", "", ""), level_row(2))
    code, result = office.json("sign", roster, "--out", out, "--yes")
    assert (code, result.get("problems", [])) == (0, [])
    assert [each["number"] for each in office.credentials(out)] == [f"{CODE}260000001", f"{CODE}263000001"]
    other = office.roster((*row, "别处工匠", "", ""), name="other.csv")
    code, result = office.json("sign", other, "--out", out, "--yes")
    assert (code, [each["code"] for each in result["problems"]]) == (1, ["SCOPE_OCCUPATION"])


def kept(office: Office, number: str) -> list[str]:
    """The files of the home that hold this document's number."""
    return [path.name for path in office.home.rglob("*") if path.is_file() and number.encode() in path.read_bytes()]


def test_holders_documents_go_to_the_registry_and_stay_nowhere(office: Office) -> None:
    out = office.folder / "out"
    assert office.run("sign", office.roster(level_row(1), level_row(2)), "--out", out, "--yes") == 0
    assert list(office.registry.documents.values()) == [person(1)[2], person(2)[2]]
    assert [kept(office, person(n)[2]) for n in (1, 2)] == [[], []]
    assert [path for path in out.rglob("*") if path.is_file() and person(1)[2].encode() in path.read_bytes()] == []


def test_documents_wait_in_the_ledger_until_they_are_registered(office: Office) -> None:
    out = office.folder / "out"
    assert office.run("sign", office.roster(level_row(1)), "--out", out, "--yes", "--no-submit") == 0
    (office.folder / "roster.csv").unlink()
    assert kept(office, person(1)[2]) == ["ledger.sqlite"]
    assert office.run("submit") == 0
    assert list(office.registry.documents.values()) == [person(1)[2]]
    assert kept(office, person(1)[2]) == []


def as_of_the_first_version(path: Path) -> None:
    """Make a ledger one that the first version wrote, with the same batches and certificates."""
    with sqlite3.connect(path) as db:
        batches = db.execute("SELECT id, kind, subject, wanted, started_at, signed_at FROM batch").fetchall()
        certificates = [row for *row, _ in db.execute("SELECT * FROM certificate")]
    path.unlink()
    path.touch(0o600)
    with sqlite3.connect(path) as db:
        db.executescript(VERSIONS[0] + "PRAGMA user_version = 1;")
        columns = "id, kind, subject, wanted, started_at, signed_at, indices_id, uri_base"
        db.executemany(f"INSERT INTO batch ({columns}) VALUES (?, ?, ?, ?, ?, ?, randomblob(16), 'x')", batches)
        marks = ", ".join("?" * len(certificates[0]))
        db.executemany(f"INSERT INTO certificate VALUES ({marks})", certificates)


def test_a_ledger_from_before_is_brought_up_to_date_and_registers_without_documents(office: Office) -> None:
    out = office.folder / "out"
    assert office.run("sign", office.roster(level_row(1)), "--out", out, "--yes", "--no-submit") == 0
    as_of_the_first_version(office.home / "ledger.sqlite")
    assert office.run("submit") == 0
    assert office.registry.documents == {}
    assert len(office.registry.registered) == 1


def test_a_corrected_document_is_read_from_a_private_file(office: Office) -> None:
    out = office.folder / "out"
    assert office.run("sign", office.roster(level_row(1)), "--out", out, "--yes") == 0
    (old,) = office.credentials(out)
    right = person(777)[2]
    path = office.folder / "number.txt"
    path.write_text(f"{right}\n")
    path.chmod(0o644)
    command = ("correct", old["number"], "--document-file", path, "--out", out, "--yes")
    assert office.json(*command)[1]["error"] == "others-can-read"
    path.chmod(0o600)
    path.write_text(right[:-1] + ("0" if right[-1] != "0" else "1"))
    code, result = office.json(*command)
    assert (code, result["error"]) == (1, "document-number")
    assert right[:14] not in str(result)
    path.write_text(f"{right}\n")
    assert office.run(*command) == 0
    (new,) = office.credentials(out)
    assert read_certificate(qr_text.decode(new["text"])).person.document_last4 == right[-4:]
    assert list(office.registry.documents.values()) == [person(1)[2], right]
    assert kept(office, right) == []


def test_what_holders_ask_is_shown_and_answered(office: Office) -> None:
    asked = {"number": f"{CODE}263000001", "what": "name", "asked_at": "2026-06-01T00:00:00Z"}
    office.registry.corrections = [{**asked, "case": "ABCDEFGH27", "said": "应为陈志祥\x1b[2J", "more": "x"}]
    code, result = office.json("corrections")
    assert (code, len(result["corrections"])) == (0, 1)
    assert result["corrections"][0]["said"] == "应为陈志祥 [2J"
    assert office.json("answer", "abcdefgh27", "--decline", "--text", "名册与证件一致")[0] == 0
    assert office.json("answer", "ABCDEFGH27", "--accept", "--text", " 已更正 ")[1]["outcome"] == "accepted"
    assert office.registry.told == [
        ("ABCDEFGH27", Outcome.DECLINED, "名册与证件一致"),
        ("ABCDEFGH27", Outcome.ACCEPTED, "已更正"),
    ]


@pytest.mark.parametrize("words", ["", "x" * 501, "\u202e改"])
def test_an_answer_that_cannot_be_shown_is_refused(office: Office, words: str) -> None:
    code, result = office.json("answer", "ABCDEFGH27", "--accept", "--text", words)
    assert (code, result["error"], office.registry.told) == (2, "words", [])
