"""The console: who gets in, what a form must have, what a role may do, and what two people make of it."""

import io
import logging
import re
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from credential.model import IssuerCode, IssuerState, Seconds
from registry.app import create_app
from registry.console.guard import COOKIE
from registry.console.matters import MATTERS
from registry.issuers import changes
from registry.issuers.changes import NewName, NewState, ScopeAdded, ScopeEnded, ScopeNarrowed, SiteClosed, SiteOpened
from registry.issuers.filing import parse_day, parse_occupation
from registry.office import act_words
from registry.operators.sign_ins import IDLE, LONGEST
from registry.record.rights import MAY, NOT_OPERATORS, OperatorRole
from tests.registry.office import (
    AUTHORITY,
    PORT,
    SKILLS,
    Office,
    batch,
    certificate_key,
    credit_code,
    enrolment,
    institution,
    now,
    run,
)
from tests.registry.people import BASE, ORIGIN, PASSWORD, Desk, Holder, acts_of, enter, hidden, hire
from tests.registry.test_approvals import APPROVER, admit, introduced
from tests.registry.test_pages import read

FILING, KEYS, SUPERVISION, AUDIT = (
    OperatorRole.FILING,
    OperatorRole.KEYS,
    OperatorRole.SUPERVISION,
    OperatorRole.AUDIT,
)
NEW_CODE = credit_code("Y000035020002")
AT = Seconds(1_795_000_000)
"""An instant at which the service's clock stands still."""


@pytest.fixture
def lin(office: Office) -> Holder:
    """An operator who may do everything; the clock stands still."""
    office.stopped = AT
    return hire(office, "lin", FILING, KEYS, SUPERVISION)


@pytest.fixture
def huang(office: Office) -> Holder:
    """Another."""
    office.stopped = AT
    return hire(office, "huang", FILING, KEYS, SUPERVISION)


def denied(office: Office, caplog: pytest.LogCaptureFixture, name: str, password: str, code: str) -> str:
    """The reason that the log has; the page always says the same."""
    caplog.clear()
    with caplog.at_level(logging.WARNING, "yinxin.registry"):
        answer = enter(office, name, password, code)
    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (403, [])
    assert "Not signed in: account, password or code is not right" in read(answer).text
    assert password not in caplog.text
    assert name not in caplog.text
    (message,) = caplog.messages
    return message.removeprefix("sign-in refused: ")


def test_each_wrong_sign_in_has_its_one_reason_in_the_log(
    office: Office, lin: Holder, caplog: pytest.LogCaptureFixture
) -> None:
    code = lin.code(AT)
    assert denied(office, caplog, "nobody", PASSWORD, code) == "unknown account"
    assert denied(office, caplog, "not a name\0", PASSWORD, code) == "unknown account"
    assert denied(office, caplog, "lin", PASSWORD + "x", code) == "wrong password"
    assert denied(office, caplog, "lin", PASSWORD, lin.code(Seconds(AT + 90))) == "wrong code"
    Desk.of(office, lin)
    assert denied(office, caplog, "lin", PASSWORD, code) == "code used before"
    assert denied(office, caplog, "lin", PASSWORD, lin.code(Seconds(AT - 30))) == "code used before"


def test_an_account_that_waits_or_is_disabled_opens_nothing(
    office: Office, lin: Holder, caplog: pytest.LogCaptureFixture
) -> None:
    why = ("--document", "文", "--operator", lin.name)
    chen = hire(office, "chen", AUDIT)
    run(office.data, "operator", "reset", "chen", *why)
    assert denied(office, caplog, "chen", PASSWORD, chen.code(AT)) == "account not set up"
    run(office.data, "operator", "disable", "chen", *why)
    assert denied(office, caplog, "chen", PASSWORD, chen.code(AT)) == "disabled account"


def test_five_failures_make_even_the_right_password_wait(
    office: Office, lin: Holder, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        assert denied(office, caplog, "lin", "wrong password!", lin.code(AT)) == "wrong password"
    assert denied(office, caplog, "lin", PASSWORD, lin.code(AT)) == "locked"
    office.stopped = Seconds(AT + 29)
    assert denied(office, caplog, "lin", PASSWORD, lin.code(office.stopped)) == "locked"
    office.stopped = Seconds(AT + 30)
    assert denied(office, caplog, "lin", "wrong password!", lin.code(office.stopped)) == "wrong password"
    office.stopped = Seconds(AT + 89)
    assert denied(office, caplog, "lin", PASSWORD, lin.code(office.stopped)) == "locked"
    office.stopped = Seconds(AT + 90)
    Desk.of(office, lin)


def test_one_address_tries_ten_times_a_minute(office: Office) -> None:
    office.stopped = AT
    answers = [enter(office, "nobody", "x", "1").status_code for _ in range(11)]
    assert answers == [403] * 10 + [429]


def test_a_recovery_code_stands_in_once(office: Office, lin: Holder) -> None:
    code = lin.recovery[3].lower().replace("-", " ")
    assert [enter(office, "lin", PASSWORD, code).status_code for _ in range(2)] == [303, 403]


def test_the_cookie_is_for_this_site_and_no_script(office: Office, lin: Holder) -> None:
    (cookie,) = enter(office, "lin", PASSWORD, lin.code(AT)).headers.getlist("Set-Cookie")
    name, value, *attributes = re.split("; |=", cookie, maxsplit=2)
    assert name == "__Host-yinxin"
    assert len(value) >= 43
    assert sorted(attributes[0].split("; ")) == ["HttpOnly", "Path=/", "SameSite=Strict", "Secure"]
    with office.service.store.read() as session:
        assert value not in str(session.connection().exec_driver_sql("SELECT * FROM sign_ins").all())


def test_signing_in_makes_a_new_cookie_and_ends_the_one_before(office: Office, lin: Holder) -> None:
    """What somebody else put into the browser beforehand is worth nothing."""
    client = office.app.test_client()
    client.set_cookie(COOKIE, "planted", domain="localhost", secure=True)
    first = Desk(office, lin, AT, client)
    assert first.open("/", 303).headers["Location"] == "/console/sign-in"
    again = client.post(
        "/console/sign-in",
        data={"name": "lin", "password": PASSWORD, "code": lin.code(AT)},
        headers=ORIGIN,
        base_url=BASE,
    )
    assert "planted" not in again.headers["Set-Cookie"]
    held = client.get_cookie(COOKIE)
    assert held is not None
    office.stopped = Seconds(AT + 60)
    code = {"name": "lin", "password": PASSWORD, "code": lin.code(office.stopped)}
    assert client.post("/console/sign-in", data=code, headers=ORIGIN, base_url=BASE).status_code == 303
    client.set_cookie(COOKIE, held.value, domain="localhost", secure=True)
    first.open("/", 303)


@pytest.mark.parametrize(("passed", "status"), [(IDLE - 1, 200), (IDLE, 303)])
def test_a_browser_that_is_not_used_is_signed_out(office: Office, lin: Holder, passed: int, status: int) -> None:
    desk = Desk.of(office, lin)
    office.stopped = Seconds(AT + passed)
    desk.open("/", status)


def test_a_day_ends_however_busy(office: Office, lin: Holder) -> None:
    desk = Desk.of(office, lin)
    for passed in range(IDLE // 2, LONGEST, IDLE // 2):
        office.stopped = Seconds(AT + passed)
        desk.open("/account")
    office.stopped = Seconds(AT + LONGEST)
    desk.open("/account", 303)


def test_signing_out_here_and_everywhere(office: Office, lin: Holder) -> None:
    here = Desk.of(office, lin)
    office.stopped = Seconds(AT + 60)
    there = Desk.of(office, lin)
    gone = here.send(here.open("/"), "/sign-out")
    assert (gone.status_code, gone.headers["Location"]) == (303, "/console/sign-in")
    assert "__Host-yinxin=;" in gone.headers["Set-Cookie"]
    here.open("/", 303)
    office.stopped = Seconds(AT + 120)
    third = Desk.of(office, lin)
    there.send(there.open("/account"), "/sign-out")
    third.open("/", 303)


def test_a_reset_signs_out_everywhere(office: Office, lin: Holder, huang: Holder) -> None:
    desk = Desk.of(office, huang)
    run(office.data, "operator", "reset", "huang", "--document", "文", "--operator", lin.name)
    desk.open("/", 303)


SUSPEND = f"/issuers/{PORT}/suspend"
WORDS = {"date": "2026-03-01", "document": "闽人社备9号", "reason": "停业整顿"}


def test_a_form_must_be_ours(office: Office, lin: Holder, huang: Holder) -> None:
    desk, other = Desk.of(office, lin), Desk.of(office, huang)
    page = desk.open(SUSPEND)
    fields = {**hidden(page.text, f"/console{SUSPEND}"), **WORDS, "confirmed": "yes"}
    foreign = hidden(other.open(SUSPEND).text, f"/console{SUSPEND}")["token"]
    elsewhere = hidden(desk.open("/account").text, "/console/sign-out")["token"]

    def post(headers: dict[str, str], **changed: str) -> tuple[int, str]:
        answer = desk.client.post(f"/console{SUSPEND}", data={**fields, **changed}, headers=headers, base_url=BASE)
        words = read(answer).text if answer.status_code != 303 else ""
        return answer.status_code, (re.findall("Origin|Sec-Fetch-Site|token(?= 未作)", words) or [""])[0]

    assert post({}) == (403, "Origin")
    assert post({"Origin": "null"}) == (403, "Origin")
    assert post({"Origin": "https://localhost.evil.example"}) == (403, "Origin")
    assert post({**ORIGIN, "Sec-Fetch-Site": "cross-site"}) == (403, "Sec-Fetch-Site")
    assert post(ORIGIN, token="") == (403, "token")
    assert post(ORIGIN, token=foreign) == (403, "token")
    assert post(ORIGIN, token=elsewhere) == (403, "token")
    assert acts_of(office, "issuer.suspended") == []
    assert post(ORIGIN) == (303, "")
    assert acts_of(office, "issuer.suspended") == [("lin", "闽人社备9号（停业整顿）")]


def test_signing_in_from_another_site_is_refused(office: Office, lin: Holder) -> None:
    answer = enter(office, "lin", PASSWORD, lin.code(AT), {"Origin": "https://evil.example"})
    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (403, [])


PAGES = ("/", "/issuers", f"/issuers/{PORT}", "/record", "/account")


@pytest.mark.parametrize("path", [*PAGES, "/sign-in", "/setup", "/file", "/enrolments", f"/issuers/{PORT}/scope-add"])
def test_every_page_is_whole_private_and_takes_nothing_from_elsewhere(office: Office, lin: Holder, path: str) -> None:
    answer = Desk.of(office, lin).open(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    assert "Access-Control-Allow-Origin" not in answer.headers
    page = read(answer)
    assert (page.named("script"), page.named("style")) == ([], [])
    assert [len(page.named(tag)) for tag in ("header", "main", "footer", "h1", "title")] == [1] * 5
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {each["for"] for each in page.named("label")}
    shown = [
        each for tag in ("input", "select", "textarea") for each in page.named(tag) if each.get("type") != "hidden"
    ]
    assert {each["id"] for each in shown} == labelled


@pytest.mark.parametrize("path", [*PAGES, "/file", SUSPEND, "/proposals/1", "/nowhere"])
def test_whoever_is_not_signed_in_sees_nothing(office: Office, path: str) -> None:
    answer = office.client.get(f"/console{path}", base_url=BASE)
    assert answer.status_code in ((303, 404) if path == "/nowhere" else (303,))


REACH = {f"/issuers/{PORT}/{slug}": each.what for slug, each in MATTERS.items()} | {
    "/file": "issuer.file",
    "/enrolments": "key.check",
}


@pytest.mark.usefixtures("lin")
@pytest.mark.parametrize("role", OperatorRole)
def test_each_role_reaches_its_forms_and_no_other(office: Office, role: OperatorRole) -> None:
    desk = Desk.of(office, hire(office, "one", role))
    kid = certificate_key(PORT).kid.hex()
    paths = {
        **REACH,
        f"/issuers/{PORT}/keys/{kid}/retire": "key.retire",
        f"/issuers/{PORT}/keys/{kid}/compromise": "key.compromise",
    }
    answers = {path: desk.client.get(f"/console{path}", base_url=BASE).status_code for path in paths}
    assert answers == {path: 200 if role in MAY[what] else 403 for path, what in paths.items()}
    for path in PAGES:
        desk.open(path)


def test_what_two_operators_make_of_a_filing(office: Office, lin: Holder, huang: Holder) -> None:
    first, second = Desk.of(office, lin), Desk.of(office, huang)
    code = "Y000035020009"
    filed = {
        "code": code,
        "name": "鹭岛电力",
        "kind": "Y",
        "credit_code": credit_code(code),
        "authority": AUTHORITY,
        "parent": PORT,
        "scopes": "2022 6-31-01-03 三级 2025-01-01\n2022:4-03-02-01:4:2025-01-01:2027-12-31",
        "sites": "",
        **WORDS,
    }
    asked = first.send(first.open("/file"), "/file", **filed)
    assert "鹭岛电力（Y000035020009），用人单位，自 2026-03-01 起备案。" in read(asked).text
    assert office.count("filings WHERE approved_at IS NULL") == 0
    assert first.send(asked, "/file").headers["Location"] == f"/console/filings/{code}"
    own = first.open(f"/filings/{code}")
    assert "another operator must approve it" in read(own).text
    page = second.open(f"/filings/{code}")
    assert f"统一社会信用代码：{credit_code(code)}。" in read(page).text
    assert f"备案机关：{AUTHORITY}。" in read(page).text
    assert f"总部：{PORT}。" in read(page).text
    assert "备案范围：职业 4-03-02-01（2022 年版），最高四级/中级工，自 2025-01-01 至 2027-12-31" in read(page).text
    forged = first.send(page, f"/filings/{code}", token=hidden(own.text, f"/console/filings/{code}/discard")["token"])
    assert forged.status_code == 403
    assert second.send(page, f"/filings/{code}", shown="0").status_code == 409
    assert second.send(page, f"/filings/{code}").headers["Location"] == f"/console/issuers/{code}?said=done"
    assert acts_of(office, "issuer.approve")[-1] == ("huang", "闽人社备9号（停业整顿）")
    assert "鹭岛电力" in read(second.open(f"/issuers/{code}")).text
    path = f"/issuers/{PORT}/withdraw"
    told = f"有 1 家分支机构：鹭岛电力（{code}）。它们的备案不随之改变"
    assert told in read(first.send(first.open(path), path, **WORDS)).text


def test_the_same_person_twice_is_refused_at_the_console(office: Office, lin: Holder) -> None:
    """Also when the page's own words are got round: the token is had from a form that is there."""
    desk = Desk.of(office, lin)
    path = f"/issuers/{PORT}/withdraw"
    assert desk.do(path, **WORDS).headers["Location"] == f"/console/issuers/{PORT}?said=proposed"
    with office.service.store.read() as session:
        from registry.record import proposals

        (row,) = proposals.waiting(session)
        seal = proposals.seal(row)
    from registry.operators.sign_ins import Person

    cookie = desk.client.get_cookie(COOKIE)
    assert cookie is not None
    person = Person("lin", "lin", frozenset(), cookie.value)
    where = f"/console/proposals/{row.id}"
    fields = {"token": person.form_token(where), "shown": seal}
    answer = desk.client.post(where, data=fields, headers=ORIGIN, base_url=BASE)
    assert answer.status_code == 422
    assert "A second operator must do this, not the same one" in read(answer).text
    again = desk.send(desk.open(path), path, **WORDS)
    assert (again.status_code, "A second operator must do this" in read(again).text) == (422, True)


@pytest.mark.parametrize(
    ("slug", "entered", "said"),
    [
        ("withdraw", {}, "退出备案：不再登记新证书"),
        ("void", {}, "已登记的 1 张证书，不论日期，全部不再成立；不可逆。"),
        ("rename", {"name": "新名"}, "起更名为“新名”"),
        ("credit-code", {"credit_code": NEW_CODE.lower()}, f"的统一社会信用代码自 2026-03-01 起为 {NEW_CODE}。"),
        ("authority", {"authority": "厦门市人社局"}, "的备案机关自 2026-03-01 起为厦门市人社局。"),
        ("parent", {"parent": SKILLS}, f"自 2026-03-01 起是 {SKILLS} 的分支机构。"),
        ("scope-add", {"edition": "2022", "occupation": "4-03-02-01", "highest": "3"}, "最高三级/高级工"),
        ("scope-narrow", {"edition": "2022", "occupation": "6-31-01-03", "highest": "3"}, "最高只到三级/高级工"),
        ("scope-end", {"edition": "2022", "occupation": "6-31-01-03"}, "起不再评价职业 6-31-01-03（2022 年版）"),
        ("site-open", {"site": "Y000035020002"}, "设立站点：Y000035020002，自 2026-03-01 起"),
    ],
)
def test_each_matter_says_what_changes_and_takes_two(
    office: Office, lin: Holder, huang: Holder, slug: str, entered: dict[str, str], said: str
) -> None:
    office.stopped = None
    office.register(PORT, *batch(office.indices(PORT, 1)))
    first, second = Desk.of(office, lin), Desk.of(office, huang)
    path = f"/issuers/{PORT}/{slug}"
    asked = first.send(first.open(path), path, **entered, **WORDS)
    assert said in read(asked).text
    assert office.count("proposals") == 0
    assert first.send(asked, path).headers["Location"].endswith("?said=proposed")
    (found,) = re.findall(r"/console(/proposals/\d+)\"", second.open("/").text)
    page = second.open(found)
    assert said in read(page).text
    assert second.send(page, found).headers["Location"].endswith("?said=done")
    assert acts_of(office, MATTERS[slug].what) == [("huang", "闽人社备9号（停业整顿）")]
    run(office.data, "check-record")


def test_a_form_with_a_fault_is_shown_again_with_what_was_entered(office: Office, lin: Holder) -> None:
    desk = Desk.of(office, lin)
    path = f"/issuers/{PORT}/rename"
    answer = desk.send(desk.open(path), path, name="新\u200b名", **WORDS)
    assert answer.status_code == 422
    assert "新名称 / New name：须为 1 至 256 个可见字符" in read(answer).text
    assert 'value="闽人社备9号"' in answer.text
    assert desk.send(answer, path, name="新名", **{**WORDS, "date": "someday"}).status_code == 422
    path = f"/issuers/{PORT}/restore"
    assert "in that state already" in read(desk.send(desk.open(path), path, **WORDS)).text


def test_keys_are_let_in_by_two_who_each_compare(office: Office, lin: Holder, huang: Holder, tmp_path: Path) -> None:
    first, second = Desk.of(office, lin), Desk.of(office, huang)
    code = IssuerCode("Y000035020009")
    common = ("--code", code, "--document", "文", "--date", "2025-01-01")
    named = ("--name", "甲", "--kind", "Y", *institution(code))
    run(office.data, "issuer", "file", *common, *named, "--operator", "lin")
    run(office.data, "issuer", "approve", "--code", code, "--operator", "huang")
    path = enrolment(tmp_path, code)
    shown = first.send(first.open("/enrolments"), "/enrolments", enrolment=path.open("rb"))
    assert len(re.findall(r"<li>[0-9a-f]{4}</li>", shown.text)) == 32
    assert office.count("enrolments") == 2
    gone = first.send(shown, "/enrolments", reason="电话核对")
    where = gone.headers["Location"].removeprefix("/console")
    page = second.open(where)
    assert "lin同志（lin） 已核对" in read(page).text
    assert second.send(page, where, reason="再次电话核对").headers["Location"] == f"/console/issuers/{code}?said=done"
    assert acts_of(office, "key.approve")[-1] == ("huang", "再次电话核对")
    broken = first.send(first.open("/enrolments"), "/enrolments", enrolment=(io.BytesIO(b"x"), "x.txt"))
    assert broken.status_code == 422


def test_a_key_is_declared_stolen_by_two(office: Office, lin: Holder, huang: Holder) -> None:
    office.stopped = None
    office.register(PORT, *batch(office.indices(PORT, 2)))
    first, second = Desk.of(office, lin), Desk.of(office, huang)
    path = f"/issuers/{PORT}/keys/{certificate_key(PORT).kid.hex()}/compromise"
    asked = first.send(first.open(path), path, at="2025-06-01T08:30", document="报案回执", reason="")
    assert "自北京时间 2025-06-01 08:30:00 起已泄露：仍成立 0 张，不再成立 2 张；不可逆。" in read(asked).text
    first.send(asked, path)
    (found,) = re.findall(r"/console(/proposals/\d+)\"", second.open("/").text)
    assert second.send(second.open(found), found).status_code == 303
    assert acts_of(office, "key.compromise") == [("huang", "报案回执")]


def test_an_approver_is_let_in_by_a_second_word(office: Office, lin: Holder, huang: Holder, tmp_path: Path) -> None:
    admit(office, introduced(tmp_path), lin.name)
    second = Desk.of(office, huang)
    (found,) = re.findall(r"/console(/proposals/\d+)\"", second.open("/").text)
    page = second.open(found)
    assert f"周敏（密钥 {APPROVER.kid.hex()}）可以为" in page.text
    assert second.send(page, found).status_code == 303
    assert office.count("approver_keys") == 1


def test_what_a_disabled_account_asked_for_is_not_done(office: Office, lin: Holder, huang: Holder) -> None:
    chen = hire(office, "chen", FILING)
    Desk.of(office, chen).do(f"/issuers/{PORT}/void", **WORDS)
    run(office.data, "operator", "disable", "chen", "--document", "文", "--operator", lin.name)
    second = Desk.of(office, huang)
    (found,) = re.findall(r"/console(/proposals/\d+)\"", second.open("/").text)
    answer = second.send(second.open(found), found)
    assert answer.status_code == 409
    assert "chen 的账号已停用" in read(answer).text


def test_what_was_exchanged_after_reading_is_not_agreed_to(
    office: Office, database: str, lin: Holder, huang: Holder
) -> None:
    """The embedded database gives the number of what was taken back to the next."""
    first, second = Desk.of(office, lin), Desk.of(office, huang)
    first.do(f"/issuers/{PORT}/rename", name="新名", **WORDS)
    (found,) = re.findall(r"/console(/proposals/\d+)\"", second.open("/").text)
    read_before = second.open(found)
    first.send(first.open(found), f"{found}/discard", reason="换一项")
    first.do(f"/issuers/{PORT}/void", **WORDS)
    assert second.send(read_before, found).status_code == {"sqlite": 409, "postgresql": 404}[database]
    assert acts_of(office, "issuer.void") == []


def test_a_form_of_a_stranger_is_small(office: Office) -> None:
    assert enter(office, "nobody", "x" * 5_000, "1").status_code == 413


def test_a_public_server_has_no_console(office: Office) -> None:
    client = create_app(office.data, with_console=False).test_client()
    assert client.get("/console/sign-in", base_url=BASE).status_code == 404


def test_what_waits_is_taken_back_with_a_reason(office: Office, lin: Holder, huang: Holder) -> None:
    first, second = Desk.of(office, lin), Desk.of(office, huang)
    first.do(f"/issuers/{PORT}/void", **WORDS)
    (found,) = re.findall(r"/console(/proposals/\d+)\"", second.open("/").text)
    page = second.open(found)
    gone = second.send(page, f"{found}/discard", reason="查无实据")
    assert gone.headers["Location"] == "/console/"
    assert acts_of(office, "issuer.void.discard") == [("huang", "查无实据")]
    second.open(found, 404)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", {PORT, SKILLS}),
        ("机构y000035", {PORT}),
        ("机构 6-31-01-03", {PORT, SKILLS}),
        ("S0000", {SKILLS}),
        ("%", set()),
        ("6-31", set()),
    ],
)
def test_issuers_are_found_by_name_code_and_occupation(
    office: Office, lin: Holder, words: str, found: set[str]
) -> None:
    page = Desk.of(office, lin).client.get("/console/issuers", query_string={"q": words}, base_url=BASE)
    assert set(re.findall(r"/console/issuers/([YS][0-9]{12})", page.text)) == found


def test_the_record_is_filtered(office: Office, lin: Holder) -> None:
    desk = Desk.of(office, lin)
    desk.do(SUSPEND, **WORDS)
    found = read(desk.open(f"/record?who=lin&subject={PORT}&what=issuer.suspended")).text
    assert "1 项 1 acts" in found
    assert "lin同志（lin） 闽人社备9号（停业整顿）" in found
    assert "No act matches" in read(desk.open("/record?who=nobody")).text
    desk.open("/record?page=999", 404)
    desk.open("/record?page=x", 404)


def test_an_account_is_set_up_in_the_browser(office: Office, lin: Holder, capsys: pytest.CaptureFixture[str]) -> None:
    from base64 import b32decode

    from registry.operators import totp
    from tests.registry.people import setup_code

    office.stopped = None
    words = ("add", "chen", "--display", "陈", "--role", "audit")
    code = setup_code(office, capsys, *words, by=lin.name)
    client = office.app.test_client()

    def post(**fields: str) -> TestResponse:
        return client.post("/console/setup", data={"name": "chen", **fields}, headers=ORIGIN, base_url=BASE)

    assert post(setup="AAAA").status_code == 403
    page = post(setup=code)
    secret = b32decode("".join(re.findall("<li>([A-Z2-7]{4})</li>", page.text)))
    app = totp.code_at(secret, now() // 30)
    chosen = {"setup": code, "password": PASSWORD, "code": app}
    assert "the two passwords are not the same" in read(post(**chosen, again="other")).text
    done = post(**chosen, again=PASSWORD)
    assert len(re.findall("<code>[A-Z2-7-]{19}</code>", done.text)) == 10
    assert Desk(office, lin, AT, client).open("/account").status_code == 200
    assert post(**chosen, again=PASSWORD).status_code == 403
    assert acts_of(office, "operator.activate")[-1] == ("chen", "")


def test_every_act_has_words() -> None:
    assert sorted(act_words.ACT) == sorted(MAY.keys() | NOT_OPERATORS)
    assert act_words.act("issuer.void.propose").zh == "宣告备案无效（第一人提出）"
    assert act_words.act("unheard.of").zh == "unheard.of"


def test_the_record_says_what_a_change_was_about() -> None:
    detail = changes.describe(ScopeAdded(parse_occupation("2022", "6-31-01-03"), 3, None))[1]
    assert act_words.facts({"day": 20_000, **detail}) == "2022 6-31-01-03 · 三级/高级工"
    assert act_words.facts({"count": 11, "reason": 3, "alone": False}) == "11 张"
    assert act_words.facts({"count": 2, "evidence": "ab" * 32}) == f"2 张 · 评价档案 evidence SHA-256 {'ab' * 32}"
    assert act_words.facts({"day": 20_000, "scopes": [], "name": 7}) == ""


@pytest.mark.parametrize(
    "change",
    [
        *map(NewState, IssuerState),
        NewName("新名"),
        ScopeAdded(parse_occupation("2022", "6-31-01-03"), 3, parse_day("2027-01-01")),
        ScopeNarrowed(parse_occupation("0", "本地-1"), 4),
        ScopeEnded(parse_occupation("2015", "6-31-01-03")),
        SiteOpened(PORT, None),
        SiteClosed(PORT),
    ],
)
def test_what_is_written_of_a_change_is_read_back(change: changes.Change) -> None:
    assert changes.read(*changes.describe(change)) == change
