"""A holder's own page: the code again, what happened, and asking the issuer to correct it."""

import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from werkzeug.test import TestResponse

from credential import qr_text
from credential.model import DocumentType, Entry, Extra, Person, Seconds, Status
from credential.request import AnswerCorrection, ChangeReason, Content, ListCorrections, Outcome
from registry.holders import corrections, passes
from registry.holders.passes import LIFETIME
from registry.register import revocation
from registry.supervision import daily
from tests.registry.office import PORT, SKILLS, Office, certificate, now, run, seal, signed
from tests.registry.test_holders import BROWSER, NAME, NUMBER, OTHER, dump, registered
from tests.registry.test_requests import problem


def claim(**changes: str) -> dict[str, str]:
    number = certificate(0, 1).number
    return {"document": NUMBER, "name": NAME, "number": number, **changes}


def ask(office: Office, **changes: str) -> TestResponse:
    return office.client.post("/v1/holder", json=claim(**changes))


def first(pattern: str, text: str) -> str:
    """The group of the pattern's first match."""
    found = re.search(pattern, text)
    assert found is not None, pattern
    return found[1]


def page(office: Office, **changes: str) -> TestResponse:
    return office.client.post("/holder", data=claim(**changes), headers=BROWSER)


def sent(office: Office, content: Content, issuer: Any = PORT) -> TestResponse:
    path = "/v1/corrections" if isinstance(content, ListCorrections) else "/v1/correction-answers"
    return office.post(path, seal(issuer, content))


def corrected(office: Office, given: str, what: str = "name", said: str = "应为陈志祥，身份证可证") -> TestResponse:
    return office.client.post("/v1/holder/corrections", json={"pass": given, "what": what, "said": said})


# --- the code again ---------------------------------------------------------------------------------------------------


def test_the_code_is_the_registered_bytes(office: Office) -> None:
    (index,) = office.indices(PORT, 1)
    data = signed(certificate(index, 1))
    assert office.register_documented(PORT, [data], [NUMBER]).status_code == 200
    answer = ask(office)
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.get_json()
    assert body["text"] == qr_text.encode("fj.example", data)
    assert qr_text.decode(body["text"]) == data
    assert body["status"] == "valid"


def test_the_picture_reads_as_the_code(office: Office) -> None:
    registered(office, NUMBER)
    given, text = ask(office).get_json()["pass"], ask(office).get_json()["text"]
    answer = office.client.post("/holder/picture", data={"pass": given}, headers=BROWSER)
    assert (answer.content_type, answer.headers["Cache-Control"]) == ("image/png", "no-store")
    name = certificate(0, 1).number
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.png"'
    with Image.open(BytesIO(answer.data)) as image:
        assert [each.text for each in zxingcpp.read_barcodes(image.convert("L"))] == [text]


def test_the_page_draws_the_same_code(office: Office) -> None:
    registered(office, NUMBER)
    shown = page(office)
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    side = int(first(r'class="qr" viewBox="0 0 (\d+) ', shown.text))
    drawn = first(r'<path d="([^"]+)"', shown.text)
    image = Image.new("L", (side, side), 255)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", drawn):
        for place in range(int(length)):
            image.putpixel((int(x) + place, int(y)), 0)
    (found,) = zxingcpp.read_barcodes(image.resize((side * 8, side * 8), Image.Resampling.NEAREST))
    assert found.text == ask(office).get_json()["text"]
    assert NUMBER not in shown.text


@pytest.mark.parametrize(
    "wrong", [{"document": OTHER}, {"name": "陈志远"}, {"number": "Y000035020001263999999"}, {"number": "1"}]
)
def test_whatever_does_not_agree_is_answered_alike(office: Office, wrong: dict[str, str]) -> None:
    registered(office, NUMBER)
    answer = ask(office, **wrong)
    assert (answer.status_code, answer.data) == (200, b'{"found":false}\n')
    assert "没有三项都相符的证书" in page(office, **wrong).text


def test_a_holder_whose_document_is_unknown_is_not_found(office: Office) -> None:
    registered(office, None)
    assert ask(office).get_json() == {"found": False}


@pytest.mark.parametrize(
    "wrong", [{"document": "1"}, {"name": ""}, {"number": ""}, {"name": "\u202e"}, {"number": "x" * 97}]
)
def test_what_is_no_claim_is_refused(office: Office, wrong: dict[str, str]) -> None:
    answer = ask(office, **wrong)
    assert (answer.status_code, problem(answer)) == (400, "malformed")
    assert page(office, **wrong).status_code == 400


def test_claims_count_among_the_questions_by_document(office: Office) -> None:
    office.stopped = office.service.now()
    registered(office, NUMBER)
    assert [ask(office).status_code for _ in range(11)] == [200] * 10 + [429]


# --- passes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["", "0-0-99999999999-" + "0" * 32, "x", "0-0-1-" + "0" * 33, "٠-0-1-" + "0" * 32])
def test_a_pass_that_is_none_opens_nothing(office: Office, given: str) -> None:
    registered(office, NUMBER)
    answer = office.client.post("/holder/picture", data={"pass": given})
    assert (answer.status_code, problem(answer)) == (404, "not-found")
    answer = corrected(office, given)
    assert (answer.status_code, problem(answer)) == (404, "not-found")


def test_a_pass_ends(office: Office) -> None:
    registered(office, NUMBER)
    ring, at = office.service.ring, Seconds(1_000)
    given = passes.seal(ring, Entry(0, 7), at)
    assert passes.opened(ring, given, Seconds(at + LIFETIME - 1)) == Entry(0, 7)
    assert passes.opened(ring, given, Seconds(at + LIFETIME)) is None
    assert passes.opened(ring, given.replace("0-7-", "0-8-", 1), at) is None


# --- what happened ----------------------------------------------------------------------------------------------------


def test_who_changed_what_is_told_in_words(office: Office) -> None:
    (old,) = registered(office, NUMBER)
    office.change(PORT, old, Status.SUSPENDED)
    office.change(PORT, old, Status.VALID)
    (new,) = office.indices(PORT, 1)
    person = Person("陈志祥", DocumentType.CITIZEN_ID, "123X")
    replacement = certificate(new, 1, person=person, extra=Extra(replaces=Entry(0, old)))
    assert office.register(PORT, signed(replacement)).status_code == 200
    events = ask(office, name="陈志祥").get_json()["history"]
    assert [event["what"]["zh"] for event in events] == [
        "登记",
        "暂停（弄虚作假）",
        "恢复有效（弄虚作假）",
        "登记更正后的证书",
    ]
    assert {event["who"]["zh"] for event in events} == {f"机构{PORT}"}
    assert events[-1]["changes"] == [
        {"zh": "姓名：陈志强 → 陈志祥", "en": "Name: 陈志强 → 陈志祥"},
    ]
    shown = unescape(page(office, name="陈志祥").text)
    assert "姓名：陈志强 → 陈志祥" in shown
    assert "lin" not in re.sub(r"<[^>]+>", "", shown).split()
    assert ask(office).get_json() == {"found": False}


def test_what_the_registry_did_is_told_without_its_peoples_names(office: Office) -> None:
    registered(office, NUMBER)
    word = ("lin", "闽人社督9号", office.service.now())
    number = certificate(0, 1).number
    office.service.store.write(lambda session: revocation.revoke(session, [number], ChangeReason.FRAUD, *word))
    answer = ask(office)
    told = answer.get_json()["history"][-1]
    assert (told["who"]["zh"], told["what"]["zh"]) == ("登记机构", "撤销（弄虚作假）")
    assert "lin" not in answer.text
    assert answer.get_json()["status"] == "revoked"


# --- corrections ------------------------------------------------------------------------------------------------------


def test_a_request_reaches_the_issuer_and_its_answer_the_holder(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    registered(office, NUMBER)
    case = corrected(office, ask(office).get_json()["pass"]).get_json()["case"]
    assert sent(office, ListCorrections(), SKILLS).get_json() == {"corrections": []}
    (found,) = sent(office, ListCorrections()).get_json()["corrections"]
    assert (found["case"], found["number"]) == (case, certificate(0, 1).number)
    assert (found["what"], found["said"]) == ("name", "应为陈志祥，身份证可证")
    capsys.readouterr()
    run(office.data, "holders", "corrections")
    assert case in capsys.readouterr().out
    answer = AnswerCorrection(case, Outcome.DECLINED, "名册与证件一致")
    other = sent(office, answer, SKILLS)
    assert (other.status_code, problem(other)) == (404, "not-found")
    assert sent(office, answer).get_json()["outcome"] == "declined"
    again = sent(office, answer)
    assert (again.status_code, problem(again)) == (404, "not-found")
    assert sent(office, ListCorrections()).get_json() == {"corrections": []}
    told = ask(office).get_json()["history"][-1]
    assert told["what"]["zh"] == f"发证机构不同意（{case}）"
    assert told["changes"][0]["zh"] == "名册与证件一致"


def test_what_an_issuer_was_shown_is_not_kept_and_its_request_serves_once(office: Office) -> None:
    registered(office, NUMBER)
    corrected(office, ask(office).get_json()["pass"], said="应为陈志祥")
    body = seal(PORT, ListCorrections())
    assert len(office.post("/v1/corrections", body).get_json()["corrections"]) == 1
    again = office.post("/v1/corrections", body)
    assert (again.status_code, problem(again)) == (401, "nonce-reused")
    assert dump(office).count("应为陈志祥") == 1


def test_words_go_three_years_after_the_answer_and_the_outcome_stays(office: Office) -> None:
    registered(office, NUMBER)
    case = corrected(office, ask(office).get_json()["pass"], said="应为陈志祥").get_json()["case"]
    assert sent(office, AnswerCorrection(case, Outcome.DECLINED, "名册与证件一致")).status_code == 200
    store, kept = office.service.store, corrections.WORDS_KEPT
    assert daily.run(store, Seconds(now() + kept - 60), again=True) == 0
    assert dump(office).count("应为陈志祥") == 1
    assert daily.run(store, Seconds(now() + kept + 60), again=True) == 0
    assert [dump(office).count(each) for each in ("应为陈志祥", "名册与证件一致")] == [0, 0]
    asked, answered = ask(office).get_json()["history"][-2:]
    assert (asked["changes"], answered["changes"]) == ([], [])
    assert answered["what"]["zh"] == f"发证机构不同意（{case}）"


def test_three_requests_may_be_open(office: Office) -> None:
    registered(office, NUMBER)
    given = ask(office).get_json()["pass"]
    answers = [corrected(office, given) for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 409]
    assert problem(answers[3]) == "conflict"


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("name", ""),
        ("name", "x" * 501),
        ("name", "\u202e改"),
        ("salary", "改"),
        ("document", f"应为{NUMBER}"),
        ("document", "应为 3502 0318 6001 0112 3X"),
        ("document", "应为３５０２０３１８６００１０１１２３Ｘ"),
        ("document", "护照 G12345678"),
        ("other", "电话 138-0000-0000"),
    ],
)
def test_a_request_without_sense_or_with_a_number_is_refused(office: Office, what: str, said: str) -> None:
    registered(office, NUMBER)
    given = ask(office).get_json()["pass"]
    answer = corrected(office, given, what, said)
    assert (answer.status_code, problem(answer)) == (400, "malformed")
    shown = office.client.post("/holder/correction", data={"pass": given, "what": what, "said": said}, headers=BROWSER)
    assert (shown.status_code, "申请没有提交" in shown.text) == (400, True)
    assert office.count("corrections") == 0


def test_a_date_may_be_written() -> None:
    assert corrections.parse("date", "应为 2026-06-01") == ("date", "应为 2026-06-01")


def test_the_page_takes_a_request(office: Office) -> None:
    registered(office, NUMBER)
    given = first(r'name="pass" value="([^"]+)"', page(office).text)
    hostile = "<script>alert(1)</script>"
    data = {"pass": given, "what": "level", "said": hostile}
    shown = office.client.post("/holder/correction", data=data, headers=BROWSER)
    assert (shown.status_code, "更正申请已转发证机构" in shown.text) == (200, True)
    assert hostile not in shown.text
    assert hostile in unescape(shown.text)
    assert office.count("corrections") == 1
