"""Supervision at the console: who sees it, who may act, and that each page does what its form says."""

import re
from html import unescape

import pytest

from credential.model import Day, Seconds
from registry.console.supervision.issuers import FORMS
from registry.record.rights import SEES_SUPERVISION, OperatorRole
from registry.supervision import daily, inspections
from registry.supervision.inspections import Inspection
from registry.supervision.terms import Result, Severity, Visit
from tests.registry.office import PORT, SKILLS, Office, embedded_only, now, run
from tests.registry.people import BASE, Desk, hidden, hire
from tests.registry.test_holders import NUMBER
from tests.registry.test_pages import HOSTILE, read
from tests.registry.test_supervision import YEAR, recorded, registered_batch
from tests.registry.test_supervision_flags import register
from tests.registry.test_supervision_public import CONTACT, complain

SUPERVISION, KEYS, AUDIT = OperatorRole.SUPERVISION, OperatorRole.KEYS, OperatorRole.AUDIT
ISSUER = f"/supervision/issuers/{PORT}"
PAGES = ("", "/complaints", "/complaints/1", "/flags", "/flags/1", "/inspections", "/inspections/1", f"/issuers/{PORT}")


@pytest.fixture
def desk(office: Office) -> Desk:
    """A supervisor's, with a complaint, two flags and an inspection at hand."""
    register(office, PORT, 1, 3, NUMBER)
    register(office, SKILLS, 1, 4, NUMBER)
    office.stopped = Seconds(now())
    complain(office, said=HOSTILE, whom=HOSTILE)
    lin = hire(office, "lin", KEYS, SUPERVISION)
    made = Desk.of(office, lin)
    findings = ((Severity.SERIOUS, HOSTILE), (Severity.MINOR, "门牌缺失"))
    seen = Inspection(PORT, Day(20_485), Visit.ON_SITE, ("lin",), findings, Result.TO_MEND, mend_by=Day(20_513))
    office.service.store.write(lambda session: inspections.record(session, seen, "lin", now()))
    daily.run(office.service.store, now())
    return made


def done(desk: Desk, path: str, page: str | None = None, **entered: str) -> str:
    """Where the form of `page` leads, once it is filled in and confirmed: of the same address if it is not said."""
    asked = desk.send(desk.open(page or path), path, **entered)
    assert asked.status_code == 200, read(asked).text
    assert HOSTILE not in asked.text
    answer = desk.send(asked, path)
    assert answer.status_code == 303, read(answer).text
    return answer.headers["Location"].removeprefix("/console")


@embedded_only
def test_supervision_and_audit_read_and_others_do_not(office: Office, desk: Desk) -> None:
    readers = {SUPERVISION: desk} | {role: Desk.of(office, hire(office, f"one-{role}", role)) for role in (KEYS, AUDIT)}
    for role, reader in readers.items():
        answers = {reader.client.get(f"/console/supervision{path}", base_url=BASE).status_code for path in PAGES}
        assert answers == ({200} if role in SEES_SUPERVISION else {403})
        assert ('href="/console/supervision"' in reader.open("/").text) is (role in SEES_SUPERVISION)
        forms = {reader.client.get(f"/console{ISSUER}/{slug}", base_url=BASE).status_code for slug in FORMS}
        assert forms == ({200} if role is SUPERVISION else {403})
        if role in SEES_SUPERVISION:
            shown = reader.open("/supervision/complaints/1")
            assert [each in shown.text for each in (CONTACT, "/complaints/1/take")] == [role is SUPERVISION] * 2
    assert desk.client.get(f"/console{ISSUER}/nothing", base_url=BASE).status_code == 404


@embedded_only
def test_every_page_is_whole_and_shows_what_was_written_as_text(desk: Desk) -> None:
    for path in (*PAGES, *(f"/issuers/{PORT}/{slug}" for slug in FORMS)):
        answer = desk.open(f"/supervision{path}")
        page = read(answer)
        assert HOSTILE not in answer.text
        assert (page.named("script"), page.named("style")) == ([], [])
        assert [len(page.named(tag)) for tag in ("header", "main", "footer", "h1", "title")] == [1] * 5
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        fields = [each for tag in ("input", "select", "textarea") for each in page.named(tag)]
        shown = {each["id"] for each in fields if each.get("type") != "hidden"}
        assert shown == {each["for"] for each in page.named("label")}
    assert HOSTILE in unescape(desk.open("/supervision/complaints/1").text)
    assert HOSTILE in unescape(desk.open("/supervision/inspections/1").text)


@embedded_only
def test_an_inspection_is_mended_at_the_console(desk: Desk) -> None:
    assert "逾期未整改" in read(desk.open("/supervision/inspections")).text
    path = "/supervision/inspections/1"
    empty = desk.send(desk.open(path), path, closing=" ")
    assert (empty.status_code, "须为 1 至 300 个可见字符" in read(empty).text) == (422, True)
    assert done(desk, path, closing="录像已补齐") == f"{ISSUER}?said=done"
    assert "录像已补齐" in read(desk.open(path)).text
    assert "Nothing." in read(desk.open("/supervision/inspections")).text
    entered = {"date": "2026-02-01", "kind": "spot-check", "inspectors": "lin", "batch": "", "mend_by": ""}
    done(desk, f"{ISSUER}/inspect", **entered, findings="严重：无录像\n轻微: 门牌缺失", outcome="failed")
    assert "抽查 spot check 不通过 failed · 问题 2 项" in read(desk.open(ISSUER)).text
    form = desk.open(f"{ISSUER}/inspect")
    wrong = desk.send(form, f"{ISSUER}/inspect", **entered, findings="很糟", outcome="failed")
    assert (wrong.status_code, "每行须如“严重：" in read(wrong).text) == (422, True)
    assert "很糟" in wrong.text


def test_a_complaint_is_taken_up_and_answered_at_the_console(office: Office, desk: Desk) -> None:
    page = "/supervision/complaints/1"
    where = done(desk, f"{page}/take", page, issuer=PORT)
    assert where == page
    assert office.client.get(f"/v1/issuers/{PORT}/supervision").get_json()["cases_under_review"] == 1
    entered = {"finding": "no-jurisdiction", "answer": "请向市场监管部门反映"}
    done(desk, f"{page}/close", page, **entered)
    assert "请向市场监管部门反映" in read(desk.open(page)).text
    assert recorded(office, "complaint.close")[0][:2] == ("lin", f"{PORT} complaint 1")
    assert "请向" not in str(recorded(office, "complaint.close"))
    run(office.data, "check-record")


@embedded_only
def test_a_flag_is_explained_at_the_console(desk: Desk) -> None:
    page = desk.open("/supervision/flags/1")
    assert "证书" in read(page).text
    neither = desk.send(page, "/supervision/flags/1", state="open", explanation="x")
    assert (neither.status_code, "explained, or confirmed" in read(neither).text) == (422, True)
    done(desk, "/supervision/flags/1", state="confirmed", explanation="重复评价")
    assert "重复评价" in read(desk.open("/supervision/flags/1")).text
    assert len(re.findall("/supervision/flags/[0-9]", desk.open("/supervision/flags").text)) == 1


@embedded_only
def test_counts_are_entered_at_the_console(office: Office, desk: Desk) -> None:
    office.stopped = None
    batch = registered_batch(office, 2, first=50)
    marks = {f"mark{mark}": "4" for mark in range(1, 6)}
    done(desk, f"{ISSUER}/satisfaction", batch=batch, first="", last="", asked="30", **marks)
    done(desk, f"{ISSUER}/evaluated", batch=batch, people="5")
    page = read(desk.open(ISSUER)).text
    assert "3044444是 yes" in page
    assert f"{batch[:8]}52" in page
    wrong = desk.send(desk.open(f"{ISSUER}/evaluated"), f"{ISSUER}/evaluated", batch=batch, people="5.5")
    assert (wrong.status_code, "须为整数" in read(wrong).text) == (422, True)


def test_a_grade_is_agreed_to_at_the_console_and_d_leads_to_suspension(office: Office, desk: Desk) -> None:
    entered = {"year": str(YEAR), "grade": "D", "document": "闽人社督9号", "reason": ""}
    done(desk, f"{ISSUER}/grade", **entered)
    page = desk.open(ISSUER)
    (found,) = re.findall(r"/console(/proposals/\d+)\"", page.text)
    assert "待第二人确认" in read(page).text
    second = Desk.of(office, hire(office, "huang", SUPERVISION))
    shown = second.open(found)
    assert f"{YEAR} 年度质量等级为 D（不合格），在名录上公布" in read(shown).text
    assert second.send(shown, found).headers["Location"] == f"/console{ISSUER}?said=done"
    page = desk.open(ISSUER)
    assert f"/console/issuers/{PORT}/suspend" in page.text
    assert "nothing follows by itself" in read(page).text
    assert recorded(office, "issuer.grade") == [("huang", PORT, {"year": YEAR, "grade": "D"})]
    assert hidden(desk.open(f"/issuers/{PORT}/suspend").text, f"/console/issuers/{PORT}/suspend")["token"]
