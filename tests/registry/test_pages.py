import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from credential import freshness, wording
from credential.freshness import Freshness, Listed
from credential.issuer import CertificateKey, Issuer, Survivors
from credential.model import (
    IssuerCode,
    IssuerKind,
    IssuerState,
    KeyState,
    Seconds,
    Status,
    day_from_date,
    day_of,
    rfc3339,
)
from credential.published import ObjectType
from credential.reason import Reason
from registry import words
from registry.app import create_app
from registry.http import pages
from registry.office import directory, searching
from registry.office.directory import KeyStanding, Standing
from registry.office.searching import Wanted
from registry.words import Words
from tests import world
from tests.registry.office import (
    AUTHORITY,
    PORT,
    SKILLS,
    Office,
    batch,
    certificate,
    certificate_key,
    credit_code,
    file_issuer,
    institution,
    now,
    run,
    signed,
)

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
VERIFIER_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types yinxin-worker yinxin-reader"
)
CSPS = {"/v": VERIFIER_CSP, "/v/recognition": VERIFIER_CSP.removesuffix(" yinxin-reader")}
HOSTILE = "<script>alert(1)</script>&\"'有限公司"
PATHS = (
    "/",
    "/status",
    "/v/recognition",
    "/issuers",
    f"/issuers/{PORT}",
    "/query",
    "/holder",
    "/statistics",
    "/occupations",
    "/complaint",
    "/v",
)
SCRIPTED = {"/v": "page", "/v/recognition": "explorer"}


class Reader(HTMLParser):
    """A page as text, and what it refers to; fails on tags that are not closed in order."""

    VOID = frozenset({"meta", "link", "img", "input", "br", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words)).strip()

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def read(answer: TestResponse) -> Reader:
    reader = Reader()
    reader.feed(answer.text)
    reader.close()
    assert reader.open == []
    return reader


def text_of(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path, headers=BROWSER)
    assert answer.status_code == status, answer.text
    return read(answer).text


def ask(client: FlaskClient, number: str, name: str) -> TestResponse:
    return client.post("/query", data={"number": number, "name": name}, headers=BROWSER)


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_whole_and_takes_nothing_from_elsewhere(office: Office, path: str) -> None:
    answer = office.client.get(path, headers=BROWSER)
    assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")
    assert answer.headers["Content-Security-Policy"] == CSPS.get(path, CSP)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    page = read(answer)
    assert page.named("html") == [{"lang": "zh-Hans"}]
    assert [len(page.named(tag)) for tag in ("header", "nav", "main", "footer", "h1", "title")] == [1] * 6
    scripts = [f"/static/dist/{SCRIPTED[path]}-TEST.js"] if path in SCRIPTED else []
    assert [each["src"] for each in page.named("script")] == scripts
    assert not page.named("style")
    for _, attributes in page.tags:
        assert not {name for name in attributes if name.startswith("on") or name == "style"}
        for link in (attributes.get("href"), attributes.get("src"), attributes.get("action")):
            assert link is None or re.match(r"/(?!/)|#", link), link
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {each["for"] for each in page.named("label")}
    assert {each["id"] for tag in ("input", "textarea", "select") for each in page.named(tag)} == labelled


@pytest.mark.parametrize("path", PATHS)
def test_every_link_of_a_page_leads_somewhere(office: Office, path: str) -> None:
    page = read(office.client.get(path, headers=BROWSER))
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    for tag in ("a", "link", "img", "script"):
        for each in page.named(tag):
            link = each.get("href") or each.get("src") or ""
            if link.startswith("#"):
                assert link[1:] in ids
            else:
                with office.client.get(link.partition("#")[0]) as answer:
                    assert answer.status_code == 200, link


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("site.css", "text/css; charset=utf-8"),
        ("favicon.svg", "image/svg+xml; charset=utf-8"),
        ("seal.svg", "image/svg+xml; charset=utf-8"),
    ],
)
def test_static_files(office: Office, name: str, kind: str) -> None:
    with office.client.get(f"/static/{name}") as answer:
        assert (answer.status_code, answer.content_type) == (200, kind)
        assert answer.headers["Content-Security-Policy"] == CSP
        assert b"url(" not in answer.data
        assert b"@import" not in answer.data


def test_static_files_end_at_their_folder(office: Office) -> None:
    assert office.client.get("/static/../templates/base.html").status_code == 404
    assert office.client.get("/static/%2e%2e/templates/base.html").status_code == 404


def test_home_shows_the_pin_in_fours_and_the_age_of_every_list(office: Office) -> None:
    page = read(office.client.get("/", headers=BROWSER))
    pin = next(line for line in office.service.places.pin.read_text().splitlines() if not line.startswith("#"))
    assert " ".join(pin[start : start + 4] for start in range(0, 64, 4)) in page.text
    assert "地区35" in page.text
    assert "演示：" in page.text
    for row in (
        "根 Root 第 1 号 no. 1",
        "信任清单 Trust list 第 2 号 no. 2",
        "状态列表 0 Status list 0 第",
        "检查点 Checkpoint 第",
    ):
        assert row in page.text
    assert page.text.count("正常 current") == 4
    assert "迟于约定" not in page.text
    times = {each["datetime"] for each in page.named("time")}
    head = office.service.trust.checkpoint.head
    assert {rfc3339(head.issued), rfc3339(head.expires)} <= times
    assert "yinxin-verify sync --from http://localhost --pin pin.txt --bundle bundle.cbor" in page.text


@pytest.mark.parametrize(
    ("days", "current", "late", "expired"),
    [(0, 4, 0, 0), (2, 2, 2, 0), (4, 2, 1, 1), (31, 2, 0, 2), (200, 1, 0, 3), (1200, 0, 0, 4)],
)
def test_home_says_in_words_what_is_late(office: Office, days: int, current: int, late: int, expired: int) -> None:
    issued = office.service.trust.checkpoint.head.issued
    office.stopped = Seconds(issued + days * 86_400)
    text = text_of(office.client, "/")
    assert [text.count(each) for each in ("正常 current", "迟于约定 late", "已过期 expired")] == [
        current,
        late,
        expired,
    ]
    assert text.count("不到 1 分钟前") == (4 if days == 0 else 0)


def test_a_host_that_is_no_host_is_not_shown_in_a_command(office: Office) -> None:
    page = office.client.get("/", headers={**BROWSER, "Host": "x`id`"})
    assert "`" not in page.text


def test_the_directory_shows_what_is_signed(office: Office) -> None:
    text = text_of(office.client, "/issuers")
    assert "共 2 家 2 issuers · 信任清单第 2 号" in text
    for code, kind, level in (
        (PORT, "用人单位 employer", "一级/高级技师 Level 1, senior technician"),
        (SKILLS, "社会培训评价组织 social training and evaluation organisation", "三级/高级工 Level 3, senior worker"),
    ):
        kid = office.issuer(code).keys[0]
        shown = pages._kid(kid)
        assert (
            f"机构{code} 机构代码 Code {code} 性质 Kind {kind} 备案状态 State 已备案 filed 自 since 2025-01-01 "
            f"统一社会信用代码 Credit code {credit_code(code)} 备案机关 Filed with {AUTHORITY}" in text
        )
        assert f"6-31-01-03 2022 年版 2022 edition {level} 2025-01-01 长期 no end date" in text
        assert f"{shown} 使用中 active" in text
        assert re.fullmatch(r"[0-9a-f]{4}( [0-9a-f]{4}){3}", shown)


def test_what_is_filed_but_not_signed_yet_is_not_shown(office: Office) -> None:
    file_issuer(office.data, "Y000035030003", "Y", "2022:6-31-01-03:1:2025-01-01")
    assert "Y000035030003" not in text_of(office.client, "/issuers")
    run(office.data, "publish", "--demo-keys")
    assert "Y000035030003" in text_of(office.client, "/issuers")


def test_a_hostile_name_stays_text(office: Office) -> None:
    common = ("--code", "Y000035030003", "--document", "x", "--date", "2025-01-01")
    names = ("--name", HOSTILE, "--kind", "Y", *institution("Y000035030003"))
    scope = ("--scope", "2022:<i>x</i>:0:2025-01-01:2030-12-31")
    run(office.data, "issuer", "file", *common, *names, *scope, "--operator", "lin")
    run(office.data, "issuer", "approve", *common, "--operator", "huang")
    run(office.data, "publish", "--demo-keys")
    for path in ("/issuers", "/issuers/Y000035030003", "/issuers?q=script"):
        answer = office.client.get(path, headers=BROWSER)
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#34;&#39;有限公司" in answer.text
        assert "&lt;i&gt;x&lt;/i&gt;" in answer.text
        assert "不分等级 no level 2025-01-01 至 2030-12-31" in read(answer).text
        assert "<script" not in answer.text
        assert "<i>" not in answer.text


def test_a_search_is_escaped_and_finds_by_name_code_and_occupation(office: Office) -> None:
    client = office.client
    assert "找到 1 家 1 found" in text_of(client, f"/issuers?q={SKILLS.lower()}")
    assert "找到 2 家 2 found" in text_of(client, "/issuers?q=机构 6-31-01-03")
    assert "找到 0 家 0 found" in text_of(client, "/issuers?q=6-31-01")
    answer = client.get('/issuers?q="><script>', headers=BROWSER)
    assert "<script" not in answer.text
    assert read(answer).named("input")[0]["value"] == '"><script>'


def test_an_issuer_has_a_page_with_its_histories(office: Office) -> None:
    rename = ("--code", PORT, "--document", "x", "--date", "2026-01-01")
    more = ("--name", "新名称", "--kind", "Y", *institution(PORT), "--site", "Y000035020009:2026-01-01")
    run(office.data, "issuer", "file", *rename, *more, "--operator", "lin")
    run(office.data, "issuer", "approve", *rename, "--operator", "huang")
    run(
        office.data, "issuer", "suspend", "--code", PORT, "--document", "x", "--date", "2026-02-01", "--operator", "lin"
    )
    run(office.data, "publish", "--demo-keys")
    text = text_of(office.client, f"/issuers/{PORT}")
    assert f"名称沿革 Names 2026-01-01 新名称 2025-01-01 机构{PORT}" in text
    assert "备案沿革 States 2026-02-01 暂停评价 suspended 2025-01-01 已备案 filed" in text
    assert "站点 Sites Y000035020009 2026-01-01 长期 no end date" in text


@pytest.mark.parametrize("code", ["Y000035020999", "y000035020001", "nonsense", "%3Cscript%3E", "Y" * 5000])
def test_an_unknown_issuer_is_not_found(office: Office, code: str) -> None:
    answer = office.client.get(f"/issuers/{code}", headers=BROWSER)
    assert answer.status_code == 404
    assert "没有这个地址或对象" in answer.text
    assert "<script" not in answer.text


@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "９", "9999999", ""])
def test_a_page_that_does_not_exist_is_not_found(office: Office, number: str) -> None:
    assert office.client.get(f"/issuers?page={number}", headers=BROWSER).status_code == 404


def test_titles_are_as_registered(office: Office) -> None:
    assert "电工" not in text_of(office.client, f"/issuers/{PORT}")
    assert office.register(PORT, *batch(office.indices(PORT, 1))).status_code == 200
    run(office.data, "publish", "--online", "--demo-keys")
    for path in (f"/issuers/{PORT}", "/issuers"):
        assert "电工 6-31-01-03 2022 年版" in text_of(office.client, path)
    assert "电工" not in text_of(office.client, f"/issuers/{SKILLS}")


def test_query_answers_as_the_service_does(office: Office) -> None:
    first, second = office.indices(PORT, 2)
    one, two = certificate(first, 1), certificate(second, 2)
    assert office.register(PORT, signed(one), signed(two)).status_code == 200
    assert office.change(PORT, second, Status.REVOKED).status_code == 200
    office.publish()
    valid, revoked = (read(ask(office.client, each.number, "陈志强")).text for each in (one, two))
    facts = (
        "姓名 Name 陈** 证书种类 Kind 职业技能等级证书 level certificate 职业 Occupation 电工 6-31-01-03 "
        "等级 Level 三级/高级工 Level 3, senior worker"
    )
    assert f"已登记，有效 registered and valid 证书编号 Number {one.number} {facts}" in valid
    assert f"已撤销 revoked 证书编号 Number {two.number} {facts}" in revoked
    assert f"评价机构 Issuer 机构{PORT}" in valid
    assert "123X" not in valid
    assert "陈志强" not in valid


def test_a_void_issuers_certificate_is_not_shown_as_valid(office: Office) -> None:
    one = certificate(office.indices(PORT, 1)[0], 1)
    assert office.register(PORT, signed(one)).status_code == 200
    for operator in ("lin", "huang"):
        run(office.data, *f"issuer void --code {PORT} --document d --date 2026-06-01 --operator {operator}".split())
    run(office.data, "publish", "--demo-keys")
    found = office.client.post("/v1/query", json={"number": one.number, "name": "陈志强"}).json
    assert found is not None
    assert (found["status"], found["verdict"], found["reason"]) == ("valid", "rejected", "ISSUER_VOID")
    shown = read(ask(office.client, one.number, "陈志强")).text
    assert "已登记，有效" not in shown
    assert wording.of(Reason.ISSUER_VOID).zh in shown


def test_a_wrong_name_and_a_wrong_number_answer_alike(office: Office) -> None:
    one = certificate(office.indices(PORT, 1)[0], 1)
    assert office.register(PORT, signed(one)).status_code == 200
    office.stopped = now()
    answers = [
        ask(office.client, number, name) for number, name in ((one.number, "陈志"), ("Y0", "陈志强"), ("<b>", "x"))
    ]
    assert {each.status_code for each in answers} == {200}
    assert len({each.data for each in answers}) == 1
    assert "没有查到 Not found" in read(answers[0]).text
    assert answers[0].headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("number", "name"), [("", "陈志强"), ("Y0", ""), ("Y" * 97, "陈"), ("", "")])
def test_an_incomplete_query_says_what_to_fill_in(office: Office, number: str, name: str) -> None:
    answer = ask(office.client, number, name)
    assert answer.status_code == 400
    assert "请填写证书编号和姓名。" in read(answer).text


def test_a_query_is_limited_in_size(office: Office) -> None:
    assert ask(office.client, "Y" * 5000, "陈").status_code == 413


def test_queries_are_limited_in_number(office: Office) -> None:
    office.stopped = now()
    answers = [ask(office.client, "Y0", "陈") for _ in range(61)]
    assert [each.status_code for each in answers] == [200] * 60 + [429]
    assert (answers[-1].headers["Retry-After"], "查询太频繁" in answers[-1].text) == ("60", True)


def test_the_scanned_page_verifies_nothing_and_says_so(office: Office) -> None:
    text = text_of(office.client, "/v")
    assert "这张证书还没有核验 This certificate has not been verified yet" in text
    assert "没有发送给本站" in text
    assert "yinxin-verify check --bundle bundle.cbor --pin pin.txt" in text
    assert "有效" not in text


def test_refusals_are_pages_for_browsers_and_documents_for_programs(office: Office) -> None:
    page = office.client.get("/nowhere", headers=BROWSER)
    assert (page.status_code, page.content_type) == (404, "text/html; charset=utf-8")
    assert page.headers["Content-Security-Policy"] == CSP
    assert "404 not-found" in read(page).text
    for path, headers in (
        ("/nowhere", {}),
        ("/nowhere", {"Accept": "*/*"}),
        ("/v1/nowhere", BROWSER),
        ("/s/9", BROWSER),
    ):
        answer = office.client.get(path, headers=headers)
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json"), path
        assert answer.get_json()["type"] == "urn:yinxin:problem:not-found"
    wrong = office.client.post("/issuers", headers=BROWSER)
    assert (wrong.status_code, wrong.content_type) == (405, "text/html; charset=utf-8")


def test_a_fault_inside_shows_nothing_of_itself(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret at /srv/registry.py")

    monkeypatch.setattr(freshness, "listed", fail)
    answer = office.client.get("/", headers=BROWSER)
    assert answer.status_code == 500
    assert "服务内部出错" in answer.text
    assert "secret" not in answer.text
    assert "/srv" not in answer.text


def test_before_init_every_page_says_so(tmp_path: Path) -> None:
    client = create_app(tmp_path / "nothing").test_client()
    for path in PATHS:
        answer = client.get(path, headers=BROWSER)
        assert (answer.status_code, "尚未初始化" in read(answer).text) == (503, True), path


def test_altered_objects_are_not_shown(office: Office) -> None:
    bundle = office.service.places.bundle
    bundle.write_bytes(bundle.read_bytes().replace("机构".encode(), "机枸".encode(), 1))
    text = text_of(office.client, "/issuers", 503)
    assert "已发布的内容不成立" in text
    assert "机枸" not in text


NOW = Seconds(1_800_000_000)
TODAY = day_of(NOW)


def test_freshness_turns_at_the_instant() -> None:
    listed = Listed(ObjectType.CHECKPOINT, None, 1, 1, Seconds(0), Seconds(300), Seconds(100))
    assert [listed.freshness(Seconds(at)) for at in (99, 100, 299, 300)] == [
        Freshness.CURRENT,
        Freshness.LATE,
        Freshness.LATE,
        Freshness.EXPIRED,
    ]


def test_standing_is_the_state_of_today_but_void_is_always() -> None:
    first, later = day_from_date(date(2025, 1, 1)), day_from_date(date(2099, 1, 1))
    issuer = world.ISSUER._replace(states=((first, IssuerState.FILED), (later, IssuerState.WITHDRAWN)))
    assert directory.standing(issuer, TODAY) == Standing(IssuerState.FILED, first)
    void = issuer._replace(states=((first, IssuerState.FILED), (later, IssuerState.VOID)))
    assert directory.standing(void, TODAY) == Standing(IssuerState.VOID, later)
    future = issuer._replace(states=((later, IssuerState.FILED),))
    assert directory.standing(future, TODAY) == Standing(None, later)


def test_a_key_is_pending_before_its_first_state_and_compromised_for_ever() -> None:
    public = certificate_key(PORT).public
    key = CertificateKey(public, ((Seconds(10), KeyState.ACTIVE), (Seconds(20), KeyState.RETIRED)))
    assert [directory.key_standing(key, Seconds(at)) for at in (9, 10, 20)] == [
        KeyStanding(KeyState.PENDING, Seconds(10)),
        KeyStanding(KeyState.ACTIVE, Seconds(10)),
        KeyStanding(KeyState.RETIRED, Seconds(20)),
    ]
    stolen = CertificateKey(public, (*key.states, (Seconds(15), KeyState.COMPROMISED)), Survivors(b"0" * 32, 1))
    assert directory.key_standing(stolen, Seconds(12)) == KeyStanding(KeyState.COMPROMISED, Seconds(15))


def test_pages_hold_twenty_each() -> None:
    found = [world.ISSUER._replace(code=IssuerCode(str(each))) for each in range(41)]
    pages_of = [directory.page_of(found, number) for number in range(5)]
    assert [None if page is None else (len(page.items), page.number, page.count, page.total) for page in pages_of] == [
        None,
        (20, 1, 3, 41),
        (20, 2, 3, 41),
        (1, 3, 3, 41),
        None,
    ]
    empty: directory.Page[Issuer] | None = directory.page_of([], 1)
    assert empty is not None
    assert (empty.items, empty.count) == ((), 1)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-5, Words("不到 1 分钟前", "less than a minute ago")),
        (59, Words("不到 1 分钟前", "less than a minute ago")),
        (60, Words("1 分钟前", "1 minute ago")),
        (7_199, Words("1 小时前", "1 hour ago")),
        (7_200, Words("2 小时前", "2 hours ago")),
        (86_400 * 40, Words("40 天前", "40 days ago")),
    ],
)
def test_ages_in_words(seconds: int, expected: Words) -> None:
    assert words.age(Seconds(NOW - seconds), NOW) == expected


def test_every_code_has_its_words() -> None:
    assert set(words.ISSUER_KIND) == set(IssuerKind)
    assert set(words.ISSUER_STATE) == set(IssuerState)
    assert set(words.KEY_STATE) == set(KeyState)
    assert [words.highest_level(level).zh for level in range(6)] == [
        "不分等级",
        "一级/高级技师",
        "二级/技师",
        "三级/高级工",
        "四级/中级工",
        "五级/初级工",
    ]


def issuer_named(name: str) -> Issuer:
    return world.ISSUER._replace(names=((world.FILED, name),))


def test_every_word_of_a_search_must_match() -> None:
    found = [issuer_named("厦门 ABC 公司"), issuer_named("福州公司")]
    assert searching.matching(found, Wanted("abc 公司"), TODAY, frozenset()) == found[:1]
    assert searching.matching(found, Wanted(" "), TODAY, frozenset()) == found


def test_the_status_of_the_service(office: Office) -> None:
    page = office.client.get("/status", headers=BROWSER)
    found = json.loads(office.client.get("/status.json").text)
    assert found["status"] == "current"
    assert {each["type"] for each in found["lists"]} == {"root", "trust_list", "status_list", "checkpoint"}
    assert "各份清单都按时更新" in read(page).text
    moments = {each["datetime"] for each in read(page).named("time")}
    assert {each["expires"] for each in found["lists"]} <= moments


@pytest.mark.parametrize(
    ("days", "status", "words"),
    [(2, "late", "但还没有过期"), (40, "expired", "核验会答“无法判断”")],
)
def test_the_status_of_a_service_that_does_not_publish(office: Office, days: int, status: str, words: str) -> None:
    office.stopped = Seconds(now() + days * 86_400)
    assert json.loads(office.client.get("/status.json").text)["status"] == status
    assert words in text_of(office.client, "/status")
