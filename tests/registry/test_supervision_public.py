"""Complaints from the public: received, looked up, counted in the directory; and what is refused and forgotten."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from credential.model import SECONDS_A_DAY, Seconds
from registry import cases
from registry.http.asking import LIMITS
from registry.problems import Problem, Refused
from registry.supervision import complaints, daily, sentences
from registry.supervision.complaints import CONTACT_KEPT, MOST_WORDS, WORDS_KEPT
from registry.supervision.terms import Finding
from tests.registry.office import PORT, SKILLS, Office, now
from tests.registry.test_holders import NUMBER, dump
from tests.registry.test_pages import BROWSER, HOSTILE, read, text_of
from tests.registry.test_requests import problem
from tests.registry.test_supervision import Captured, grade, recorded, refused, registered_batch, supervise, told

SAID = "三号考场开考后仍有人传递答案，证书 Y000035020001263000001"
CONTACT = "王女士 138-0591-0000"


def complain(office: Office, **changes: Any) -> TestResponse:
    body = {"about": "examination", "said": SAID, "whom": PORT, "contact": CONTACT, **changes}
    return office.client.post("/v1/complaints", json=body)


def case_of(office: Office, number: str) -> dict[str, Any]:
    answer = office.client.post("/v1/complaints/case", json={"case": number})
    assert answer.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = answer.get_json()
    return found


def of_issuer(office: Office, code: str = PORT) -> dict[str, Any]:
    found: dict[str, Any] = office.client.get(f"/v1/issuers/{code}/supervision").get_json()
    return found


# --- a case from the beginning to the end -----------------------------------------------------------------------------


def test_a_case_is_taken_up_answered_and_forgotten(office: Office, capsys: Captured) -> None:
    office.stopped = Seconds(now())
    case = complain(office).get_json()["case"]
    assert re.fullmatch("[A-Z2-7]{10}", case)
    assert (case_of(office, case)["state"], case_of(office, case)["answer"]) == ("received", None)
    (listed,) = told(office, capsys, "complaints")
    assert (listed["issuer"], listed["said"], listed["about"]) == (PORT, SAID, "examination")
    assert of_issuer(office)["cases_under_review"] == 0
    early = ("complaint-close", listed["number"], "--outcome", "upheld", "--answer", "x", "--operator", "lin")
    assert "take it up first" in refused(office, capsys, *early)
    supervise(office, "complaint-take", listed["number"], "--code", PORT, "--operator", "lin")
    assert "taken up already" in refused(office, capsys, "complaint-take", listed["number"], "--operator", "lin")
    assert (of_issuer(office)["cases_under_review"], of_issuer(office, SKILLS)["cases_under_review"]) == (1, 0)
    assert "核查中的投诉 1 件" in text_of(office.client, "/issuers")
    assert case_of(office, cases.spoken(case).lower())["state"] == "under-review"
    answer = ("--outcome", "upheld", "--answer", "情况属实，已责令整改", "--operator", "lin")
    supervise(office, "complaint-close", listed["number"], *answer)
    assert "what is closed stays closed" in refused(office, capsys, "complaint-close", listed["number"], *answer)
    found = case_of(office, case)
    assert (found["state"], found["outcome"], found["answer"]) == ("closed", "upheld", "情况属实，已责令整改")
    assert of_issuer(office)["cases_under_review"] == 0
    assert recorded(office, "complaint.take") == [("lin", f"{PORT} complaint 1", {"about": "examination"})]
    assert recorded(office, "complaint.close") == [("lin", f"{PORT} complaint 1", {"outcome": "upheld"})]
    acts = str([recorded(office, what) for what in ("complaint.take", "complaint.close")])
    assert not any(each in acts for each in (case, SAID, CONTACT, "情况属实"))


def test_contacts_and_words_are_forgotten_in_time(office: Office) -> None:
    store, closed = office.service.store, now()
    complain(office)
    complain(office, said="另一件", whom="")
    store.write(lambda session: complaints.take(session, 1, PORT, "lin", closed))
    finding = Finding.NOT_UPHELD
    store.write(lambda session: complaints.close(session, 1, finding, "查无此事", "lin", closed))
    daily.run(store, Seconds(closed + CONTACT_KEPT))
    assert office.count("complaint_contacts") == 2
    daily.run(store, Seconds(closed + CONTACT_KEPT + SECONDS_A_DAY))
    assert office.count("complaint_contacts") == 1
    assert recorded(office, "complaints.forget")[0][2] == {"contacts": 1}
    daily.run(store, Seconds(closed + WORDS_KEPT))
    assert SAID in dump(office)
    daily.run(store, Seconds(closed + WORDS_KEPT + SECONDS_A_DAY))
    assert SAID not in dump(office)
    assert recorded(office, "complaints.forget")[1][2] == {"words": 1}
    assert "另一件" in dump(office)
    with store.read() as session:
        assert session.execute(text("SELECT answer FROM complaints WHERE id = 1")).scalar_one() == "查无此事"


# --- what is refused --------------------------------------------------------------------------------------------------


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"said": f"考生 {NUMBER} 替考"}, "请不要写身份证号码"),
    ({"said": "考生 3502 0318-6001 01 123x 替考"}, "请不要写身份证号码"),
    ({"said": "考生３５０２０３１８６００１０１１２３Ｘ替考"}, "请不要写身份证号码"),
    ({"contact": NUMBER}, "请不要写身份证号码"),
    ({"whom": NUMBER}, "请不要写身份证号码"),
    ({"said": "请打 138 0591 0000"}, "电话请写在“联系方式”一栏"),
    ({"said": ""}, "须为 1 至 1000 个可见字符"),
    ({"said": "字" * (MOST_WORDS + 1)}, "须为 1 至 1000 个可见字符"),
    ({"said": "改\u202e动"}, "须为 1 至 1000 个可见字符"),
    ({"about": "weather"}, "请选一项"),
    ({"about": None}, "about and said"),
    ({"more": "x"}, "about and said"),
)


def test_what_is_no_complaint_is_refused_and_not_kept(office: Office) -> None:
    for changes, said in WRONG:
        answer = complain(office, **changes)
        assert (answer.status_code, problem(answer)) == (400, "malformed"), changes
        assert said in answer.get_json()["detail"]
        assert NUMBER not in answer.text
    kind = {"Content-Type": "application/json"}
    for body in ("[]", '"x"', "null", "{"):
        assert office.client.post("/v1/complaints", data=body, headers=kind).status_code == 400
    assert office.client.post("/v1/complaints", json={"said": "字" * 20_000}).status_code == 413
    assert office.client.post("/v1/complaints/case", json={"case": 7}).status_code == 400
    assert office.count("complaints") == 0


@pytest.mark.parametrize(
    "said",
    [
        "证书 Y000035020001263000001",
        "机构 Y00AB35020001",
        "2026 年 3 月 1 日，收费 1380 元",
        "第 350203186001011 号",
    ],
)
def test_numbers_that_are_nobodys_are_taken(said: str) -> None:
    assert sentences.read(said, "x", 100) == said
    sentences.require_no_mobile(said, "x")


@pytest.mark.parametrize("said", ["Y350203186001011230", f"Y{NUMBER}", "前350203186001011234后", "1 3 8-0591-0000x"])
def test_a_letter_before_it_hides_no_number(said: str) -> None:
    with pytest.raises(Refused) as caught:
        sentences.require_no_mobile(sentences.read(said, "x", 100), "x")
    assert caught.value.problem in (Problem.REFUSED, Problem.MALFORMED)


def test_one_address_complains_five_times_an_hour_and_all_together_three_hundred(office: Office) -> None:
    office.stopped = now()
    assert [complain(office).status_code for _ in range(6)] == [200] * 5 + [429]
    office.stopped = Seconds(office.stopped + 3_600)
    assert complain(office).status_code == 200
    limits = office.app.extensions[LIMITS]
    assert limits.complained_in_all.most == 300
    office.app.extensions[LIMITS] = replace(limits, complained_in_all=replace(limits.complained_in_all, most=1))
    other = {"REMOTE_ADDR": "192.0.2.7"}
    body = {"about": "fees", "said": "收费没有公示"}
    assert office.client.post("/v1/complaints", json=body, environ_overrides=other).status_code == 429
    assert [case_of_status(office) for _ in range(21)] == [200] * 20 + [429]


def case_of_status(office: Office) -> int:
    return office.client.post("/v1/complaints/case", json={"case": "AAAAA-AAAAA"}).status_code


def test_whom_a_complaint_is_about_is_known_by_code_or_by_its_one_name(office: Office, capsys: Captured) -> None:
    for whom in (PORT.lower(), f"机构{SKILLS}", "没有这家", "Y000035020099", ""):
        complain(office, whom=whom)
    assert [each["issuer"] for each in told(office, capsys, "complaints")] == [PORT, SKILLS, None, None, None]


# --- the pages --------------------------------------------------------------------------------------------------------


def test_the_page_takes_a_complaint_and_tells_of_it(office: Office) -> None:
    link = f"/complaint?issuer={PORT}"
    assert link in office.client.get(f"/issuers/{PORT}", headers=BROWSER).text
    assert f'value="{PORT}"' in office.client.get(link, headers=BROWSER).text
    form = {"about": "fees", "whom": PORT, "said": HOSTILE, "contact": ""}
    wrong = office.client.post("/complaint", data={**form, "said": f"{HOSTILE} {NUMBER}"}, headers=BROWSER)
    assert (wrong.status_code, wrong.headers["Cache-Control"]) == (400, "no-store")
    assert "请不要写身份证号码" in read(wrong).text
    assert f"{HOSTILE} {NUMBER}" in unescape(wrong.text)
    sent = office.client.post("/complaint", data=form, headers=BROWSER)
    (case,) = re.findall("[A-Z2-7]{5}-[A-Z2-7]{5}", read(sent).text.replace("ABCDE-FGH23", ""))
    assert HOSTILE not in sent.text
    shown = office.client.post("/complaint/case", data={"case": case.replace("-", " ")}, headers=BROWSER)
    assert "已收到，待受理" in read(shown).text
    assert "没有这个受理号" in read(office.client.post("/complaint/case", data={"case": "x"}, headers=BROWSER)).text
    assert office.client.get(f"/v1/complaints/{case}").status_code == 404


def test_the_directory_shows_grades_satisfaction_and_nothing_of_few(office: Office) -> None:
    assert "尚未评定" in text_of(office.client, f"/issuers/{PORT}")
    for letter in ("B", "D"):
        grade(office, 2025, letter, "lin")
        grade(office, 2025, letter, "huang")
    number = registered_batch(office)
    ask = ("satisfaction", "--code", PORT, "--operator", "lin", "--asked", 30)
    supervise(office, *ask, "--batch", number, "--marks", 1, 0, 0, 10, 9)
    few = ("--from", "2024-01-01", "--to", "2024-06-30", "--marks", 9, 0, 0, 0, 0)
    supervise(office, *ask, *few)
    page = text_of(office.client, f"/issuers/{PORT}")
    assert "D 不合格 failed 闽人社督2025号" in page
    assert "B 良好 good 已重新评定" in page
    assert "95%" in page
    assert "2024 年满意度" not in page
    assert "2025 年度质量等级 quality grade of 2025 D 不合格" in text_of(office.client, "/issuers")
    shown = of_issuer(office)["satisfaction"]
    assert [(each["asked"], each["answered"], each["satisfied_percent"]) for each in shown] == [(30, 20, 95)]
    assert office.client.get("/v1/issuers/Y000035020099/supervision").status_code == 404
