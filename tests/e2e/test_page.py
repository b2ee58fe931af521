"""The page /v in a real Chromium, before a real registry's server that is stopped, restarted and answered for."""

import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, ViewportSize

from credential import qr_text
from credential.issuer import OccupationReference, Scope
from credential.model import (
    AgreementState,
    Day,
    Effect,
    IssuerCode,
    Kind,
    Occupation,
    Person,
    Post,
    PostAppointment,
    RegionalHonour,
    Seconds,
    SpecialAbility,
)
from credential.numbers import LEVEL_NAMES
from credential.recognition import Agreement, Match, Row
from tests.e2e import accessibility
from tests.e2e.browser import PATIENCE, Tab
from tests.e2e.site import Answer, Site
from tests.e2e.worlds import stand_in, today
from tests.world import DAY, FILED, FUJIAN, GUANGDONG, ISSUER, certificate, sign_it
from tools.demo.forge import read
from tools.demo.story import Story

pytestmark = pytest.mark.xdist_group("story")
PHONE: Final[ViewportSize] = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def texts(story: Story) -> dict[str, str]:
    """A text for each reason that the story has, and more."""
    rows = [row["text"] for row in story.credentials()]
    found = dict(zip(("REVOKED", "SUSPENDED", "SUPERSEDED"), rows, strict=False))
    for line in (story.out / "refused" / "refused.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        found[row["reason"]] = row["text"]
    good = rows[10]
    tampered = good[:-30] + ("1" if good[-30] == "0" else "0") + good[-29:]
    elsewhere = sign_it(certificate()._replace(issuer=IssuerCode("Y000031020101")))
    return found | {
        "ACCEPTED": good,
        "SIGNATURE_INVALID": tampered,
        "REGION_UNKNOWN": qr_text.encode("fj.example", elsewhere),
        "QR_DIGITS": "https://fj.example/v#abc",
    }


OUTCOMES: Final = {"ACCEPTED": "accepted", "REGION_UNKNOWN": "undecided"}


def test_every_answer_of_the_story(tab: Tab, texts: dict[str, str]) -> None:
    tab.open(texts["ACCEPTED"])
    tab.ready()
    for reason, text in texts.items():
        tab.turn(text)
        tab.until(f"document.querySelector('#data').textContent.includes('{reason}')")
        assert tab.verdict() == (OUTCOMES.get(reason, "rejected"), reason)
        shown = tab.text()
        assert ("证书原来的内容" in shown) is (reason in {"REVOKED", "SUSPENDED", "SUPERSEDED"}), reason
        assert ("姓名" in shown) is (reason in {"ACCEPTED", "REVOKED", "SUSPENDED", "SUPERSEDED"}), reason
    assert tab.violations() == []


def test_accepted_says_what_to_compare_and_how_old_the_lists_are(tab: Tab, texts: dict[str, str], story: Story) -> None:
    tab.open(texts["ACCEPTED"])
    tab.ready()
    claims = story.stage.rows(
        "yinxin-verify", "check", "--bundle", story.bundle, "--pin", story.pin, "--json", texts["ACCEPTED"]
    )[0]["claims"]
    shown = re.sub(r"\s+", " ", tab.text())
    level = LEVEL_NAMES[claims["level"]]
    for fact in (claims["name"], claims["document_last4"], claims["number"], claims["occupation_title"], level):
        assert fact in shown
    for words in (
        *("通过 Accepted", "厦门港务控股集团有限公司", "照片不在签名之内", "The photo is not signed"),
        *("这是本地区签发的证书", "This certificate was issued in this region", "信任清单 Trust list", "ago"),
    ):
        assert words in shown
    assert "通过 Accepted 证书真实" in (tab.page.text_content("#spoken") or "")
    tab.page.click("#elsewhere a")
    tab.page.wait_for_selector("#explorer:not([hidden])")
    tab.until("document.querySelector('#answer').textContent.includes('已按证书填好')")
    fields = {name: tab.page.input_value(f"#ask-{name}") for name in ("from", "kind", "occupation", "level")}
    job = claims["occupation_code"]
    assert fields == {"from": "35", "kind": "level", "occupation": job, "level": str(claims["level"])}
    assert tab.page.url.partition("#")[2] == f"from=35&kind=level&occupation={job}&edition=2022&level={claims['level']}"


def test_superseded_asks_for_the_new_one_and_undecided_is_neither_yes_nor_no(tab: Tab, texts: dict[str, str]) -> None:
    tab.open(texts["SUPERSEDED"])
    tab.verdict()
    assert "请让持证人出示换发后的新证书" in tab.text(".next")
    tab.open(texts["REGION_UNKNOWN"])
    assert tab.verdict()[0] == "undecided"
    shown = tab.text()
    assert "无法判断" in shown
    assert "通过" not in shown
    assert tab.page.locator(".verdict button").count() == 1


def test_without_a_fragment_the_page_says_what_to_do_and_takes_a_text_by_keyboard(
    tab: Tab, texts: dict[str, str]
) -> None:
    tab.open()
    assert "用手机相机扫描" in tab.text()
    assert tab.page.locator(".verdict").count() == 0
    tab.settle()
    for _ in range(20):
        tab.page.keyboard.press("Tab")
        if tab.page.evaluate("document.activeElement.id") == "text":
            break
    tab.page.keyboard.insert_text(f"  {texts['REVOKED']}\n")
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Enter")
    assert tab.verdict() == ("rejected", "REVOKED")
    assert tab.page.evaluate("document.activeElement.id") == "verdict"
    tab.page.fill("#text", "https://fj.example/")
    tab.page.click("#paste button")
    tab.page.wait_for_selector("#data :text-is('QR_PREFIX')", state="attached")
    assert tab.verdict() == ("rejected", "QR_PREFIX")


def test_offline_after_one_visit_with_the_server_stopped(tab: Tab, texts: dict[str, str], site: Site) -> None:
    tab.open()
    tab.ready()
    site.stop()
    try:
        for reason in ("ACCEPTED", "REVOKED", "SIGNATURE_INVALID"):
            tab.open(texts[reason])
            assert tab.verdict()[1] == reason
            tab.settle()
            tab.says("连不上登记机构", "#data")
            assert tab.verdict()[1] == reason
    finally:
        site.start()


def test_a_restarted_server_with_an_older_bundle_is_refused_and_the_newer_one_stays(
    tab: Tab, texts: dict[str, str], site: Site, story: Story
) -> None:
    place = site.data / "public" / "bundle.cbor"
    older = place.read_bytes()
    story.stage.run(
        "yinxin-registry", "publish", "--online", "--data", site.data, "--demo-keys", story.fujian.keys_folder()
    )
    newer = place.read_bytes()
    tab.open(texts["ACCEPTED"])
    tab.ready()
    assert "是最新的" in tab.code("Update")
    site.stop()
    place.write_bytes(older)
    site.start()
    assert site.fetch("/v1/bundle")[2] == older != newer
    tab.open(texts["ACCEPTED"])
    tab.says("收到的资料比手上的旧", ".refusal")
    tab.says("35 ROLLBACK", ".refusal")
    assert tab.verdict() == ("accepted", "ACCEPTED")
    site.stop()
    place.write_bytes(newer)
    site.start()
    tab.open(texts["REVOKED"])
    tab.settle()
    assert tab.page.locator(".refusal").count() == 0


BAD: Final[dict[str, tuple[Callable[[bytes], Answer], str]]] = {
    "500": (lambda _: Answer(b"oops", 500), "服务器出错（500）"),
    "html": (lambda _: Answer(b"<html>log in</html>", kind="text/html"), "不是规定的格式"),
    "truncated": (lambda good: Answer(good[:-50], announced=len(good)), "连不上登记机构"),
    "cut": (lambda good: Answer(good[:-50]), "不是规定的格式"),
    "empty": (lambda _: Answer(b""), "不是规定的格式"),
    "too-large": (lambda _: Answer(b"", announced=65 * 2**20), "超过了本页允许的大小"),
    "another-region": (lambda _: Answer(today().bundle()), "没有 pin 所指的根"),
}


def test_a_bad_answer_never_takes_the_place_of_what_is_held(tab: Tab, texts: dict[str, str], site: Site) -> None:
    tab.open(texts["ACCEPTED"])
    tab.ready()
    good = site.fetch("/v1/bundle")[2]
    for name, (bad, words) in BAD.items():
        site.instead["/v1/bundle"] = bad(good)
        tab.open(texts["ACCEPTED"])
        tab.settle()
        tab.says(words, "#data")
        assert "信任清单" in tab.text(), name
        assert tab.verdict() == ("accepted", "ACCEPTED"), name


def test_a_bad_answer_to_the_first_visit_leaves_nothing_decided(tab: Tab, texts: dict[str, str], site: Site) -> None:
    site.instead["/v1/bundle"] = Answer(b"<html>", kind="text/html")
    tab.open(texts["ACCEPTED"])
    tab.page.wait_for_selector(".verdict.undecided")
    assert "手上还没有核验这份证书所需的资料" in tab.text()
    site.instead.clear()
    tab.page.click(".verdict button")
    tab.page.wait_for_selector(".verdict.accepted")


def test_trying_again_does_not_wait_for_the_words_of_the_refusal(tab: Tab, texts: dict[str, str], site: Site) -> None:
    asked, released = Event(), Event()

    def slowly(path: str, body: bytes) -> bytes:
        if path.startswith("/static/dist/desk-"):
            asked.set()
            released.wait()
        return body

    site.change = slowly
    site.instead["/v1/bundle"] = Answer(b"<html>", kind="text/html")
    tab.open(texts["ACCEPTED"])
    tab.page.wait_for_selector(".verdict.undecided")
    assert asked.wait(PATIENCE)
    site.instead.clear()
    tab.page.click(".verdict button")
    tab.page.wait_for_selector(".verdict.accepted")
    released.set()
    tab.ready()


def test_details_are_of_the_certificate_that_is_asked_about(tab: Tab, texts: dict[str, str], site: Site) -> None:
    tab.open(texts["ACCEPTED"])
    tab.ready()
    released = Event()

    def slowly(path: str, body: bytes) -> bytes:
        if path.startswith("/v1/"):
            released.wait()
        return body

    site.change = slowly
    tab.open(texts["ACCEPTED"])
    assert tab.verdict() == ("accepted", "ACCEPTED")
    tab.turn(texts["REVOKED"])
    tab.page.wait_for_selector(".verdict.rejected")
    assert tab.verdict() == ("rejected", "REVOKED")
    released.set()
    tab.settle()
    assert tab.page.evaluate("document.activeElement.id") == "verdict"


def test_an_old_bundle_decides_nothing_and_newer_data_changes_the_answer(tab: Tab, site: Site) -> None:
    stand_in(site, today())
    text = qr_text.encode("fj.example", sign_it())
    tab.open(text)
    tab.ready()
    assert tab.verdict() == ("accepted", "ACCEPTED")
    later = int(time.time()) + 40 * DAY
    tab.page.clock.set_fixed_time(datetime.fromtimestamp(later, UTC))
    tab.open(text)
    tab.settle()
    assert tab.verdict() == ("undecided", "STATUS_EXPIRED")
    tab.says("收到的资料已经过期", ".refusal")
    assert "40 天前" in tab.text()
    stand_in(site, today(2, later - 60))
    tab.page.click(".verdict button")
    tab.page.wait_for_selector(".verdict.accepted")
    assert tab.page.evaluate("document.activeElement.id") == "verdict"


def test_two_contents_of_one_version_are_refused(tab: Tab, site: Site) -> None:
    at = int(time.time()) - 60
    stand_in(site, today(issued=at))
    tab.open(qr_text.encode("fj.example", sign_it()))
    tab.ready()
    stand_in(site, today(issued=at, list_length=2048))
    tab.open()
    tab.says("35 EQUIVOCATION", ".refusal")
    other = site.instead["/v1/bundle"].body
    stand_in(site, today(issued=at))
    tab.open()
    tab.settle()
    assert tab.page.locator(".refusal").count() == 0
    with tab.page.expect_download() as saving:
        tab.page.click("a[download='equivocation.cbor']")
    assert saving.value.path().read_bytes() == other


def test_a_page_that_was_left_open_does_not_undo_what_another_kept(site: Site, context: BrowserContext) -> None:
    at = int(time.time()) - 60
    text = qr_text.encode("fj.example", sign_it())
    stand_in(site, today(1, at))
    left_open = Tab.opened(site, context)
    left_open.open(text)
    left_open.ready()
    stand_in(site, today(3, at))
    other = Tab.opened(site, context)
    other.open(text)
    other.settle()
    assert other.page.locator(".refusal").count() == 0
    stand_in(site, today(2, at))
    left_open.turn(qr_text.encode("fj.example", sign_it(certificate(serial=2))))
    left_open.says("35 ROLLBACK", ".refusal")


def test_recognition_in_another_region(tab: Tab, site: Site) -> None:
    at = int(time.time()) - 60
    row = Row(Match(None, Kind.LEVEL, None, None, (), Day(0), None), None, 4, Effect.ELIGIBILITY, "粤人社〔2026〕1号")
    states = ((FILED, AgreementState.IN_FORCE),)
    agreement = Agreement(3, FUJIAN, (1, today().pin()), "闽粤互认协议", FILED, states, True, (), (row,))
    home = today(issued=at, region=GUANGDONG, issuers=(), status_base="https://gd.example/s/", agreements=(agreement,))
    stand_in(site, home, today(issued=at))
    tab.open(qr_text.encode("fj.example", sign_it()))
    assert tab.verdict() == ("accepted", "ACCEPTED")
    shown = re.sub(r"\s+", " ", tab.text())
    assert "本地区采认这份证书" in shown
    assert "6-31-01-03 四级/中级工 Level 4, intermediate worker 可作为申报条件 counts towards applying" in shown
    assert "粤人社〔2026〕1号 (3.1, 2025-01-01)" in shown


def of_level(story: Story, level: int, title: str) -> str:
    """The text of a certificate of the story that stands."""
    for row in story.credentials()[3:]:
        occupation = read(qr_text.decode(row["text"])).occupation
        if row["number"][15] == str(level) and occupation is not None and occupation.title == title:
            return row["text"]
    raise AssertionError((level, title))


def test_a_clause_is_shown_with_its_document_without_a_network_too(
    tab: Tab, story: Story, site: Site, tmp_path: Path
) -> None:
    tab.page.set_viewport_size({"width": 390, "height": 844})
    tab.open(of_level(story, 4, "理货员"))
    tab.ready()
    assert tab.page.locator("#benefits").inner_text() == ""
    site.stop()
    try:
        tab.open(of_level(story, 3, "电工"))
        tab.page.wait_for_selector("#benefits h3")
        shown = re.sub(r"\s+", " ", tab.text("#benefits"))
        assert "津贴 allowance 每月 800 元 CNY 800 a month" in shown
        assert "第五条第（一）项 高级工每人每月 800 元 集美区技能人才津贴办法（示例） (2025-01-10)" in shown
        assert "补贴 subsidy 一次性 1,000 元 CNY 1,000 once" in shown
        assert "厦门市紧缺职业目录（示例） 厦门市 350200" in shown
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert accessibility.violations(tab.page) == []
        assert tab.violations() == []
        tab.page.screenshot(path=tmp_path / "benefits.png", full_page=True)
        tab.turn(of_level(story, 4, "理货员"))
        tab.until("document.querySelector('#benefits').textContent === ''")
    finally:
        site.start()


def test_a_term_that_ended_and_an_honour(tab: Tab, site: Site) -> None:
    honour = Occupation(0, "鹭江工匠", "鹭江工匠", None)
    scopes = (*ISSUER.scopes, Scope(OccupationReference(0, honour.code), 0, FILED, None))
    stand_in(site, today(issuers=(ISSUER._replace(scopes=scopes),)))
    ends = Seconds(certificate().issued_at + 30 * DAY)
    post = PostAppointment(certificate().subject.occupation, Post.CHIEF_TECHNICIAN, ends)  # type: ignore[union-attr]
    tab.open(qr_text.encode("fj.example", sign_it(certificate(subject=post))))
    assert tab.verdict() == ("rejected", "POST_ENDED")
    shown = re.sub(r"\s+", " ", tab.text())
    assert "证书原来的内容" in shown
    assert "首席技师 chief technician 聘期至 Term until 2026-07-01" in shown
    tab.open(qr_text.encode("fj.example", sign_it(certificate(subject=RegionalHonour(honour.title)))))
    assert tab.verdict() == ("accepted", "ACCEPTED")
    shown = tab.text()
    assert "区级人才荣誉（不是等级证书）" in shown
    assert "等级 Level" not in shown


def test_a_new_version_of_the_page_takes_over_by_itself(tab: Tab, texts: dict[str, str], site: Site) -> None:
    tab.open(texts["ACCEPTED"])
    tab.ready()

    def change(path: str, body: bytes) -> bytes:
        if path == "/worker.js":
            return body.replace(b'"version": "', b'"version": "1')
        return body.replace("核验证书 <".encode(), "核验新证书 <".encode()) if path == "/v" else body

    site.change = change
    tab.open(texts["REVOKED"])
    tab.page.wait_for_selector("h1:has-text('核验新证书')")
    assert tab.verdict() == ("rejected", "REVOKED")
    tab.until("caches.keys().then((names) => names.length === 1)")


HOSTILE: Final = "<img src=x onerror=alert(1)>'\"&"


def test_what_a_certificate_says_is_only_text(tab: Tab, site: Site) -> None:
    issuer = ISSUER._replace(names=((ISSUER.names[0][0], f"{HOSTILE} אבג"),))
    stand_in(site, today(issuers=(issuer,)))
    subject = SpecialAbility(Occupation(2022, "6-31-01-03", f"{HOSTILE} מקצוע", "ערבית"))
    person = Person(f"{HOSTILE} שם", certificate().person.document_type, "123X")
    tab.open(qr_text.encode("fj.example", sign_it(certificate(subject=subject, person=person))))
    assert tab.verdict() == ("accepted", "ACCEPTED")
    assert tab.text().count(HOSTILE) == 3
    assert tab.page.locator("#answer img").count() == 0
    assert tab.page.locator("#answer bdi").count() >= 6


def test_markup_is_blocked_by_the_policy(site: Site, context: BrowserContext, texts: dict[str, str]) -> None:
    tab = Tab.opened(site, context)
    tab.open(texts["ACCEPTED"])
    tab.verdict()
    for script in (
        "document.getElementById('answer').innerHTML = '<b>x</b>'",
        "document.createElement('script').src = '/static/dist/x.js'",
        "return navigator.serviceWorker.register('/elsewhere.js')",
        "trustedTypes.createPolicy('another', {})",
    ):
        with pytest.raises(Error, match="TypeError"):
            tab.page.evaluate(f"() => {{ {script} }}")
    tab.violates("require-trusted-types-for", 3)
    with pytest.raises(Error):
        tab.page.evaluate("() => fetch('http://127.0.0.1:9/')")
    tab.page.evaluate("() => { const image = new Image(); image.src = 'http://127.0.0.1:9/x.png'; }")
    tab.violates("img-src")
    tab.violates("connect-src")


def test_a_browser_that_keeps_nothing_verifies_online(browser: Browser, site: Site, texts: dict[str, str]) -> None:
    context = browser.new_context()
    context.add_init_script("Object.defineProperty(window, 'indexedDB', { get() { throw new Error('private') } })")
    context.add_init_script("Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined })")
    tab = Tab.opened(site, context)
    for reason in ("ACCEPTED", "REVOKED"):
        tab.open(texts[reason])
        assert tab.verdict()[1] == reason
        tab.page.wait_for_selector("#data :text('each visit needs the network')")
    context.close()


def test_without_javascript_the_page_explains(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/v#123")
    assert page.locator("noscript h2").first.is_visible()
    assert not page.locator("#starting").is_visible()
    assert not page.locator("#verifier").is_visible()
    context.close()


def test_accessible_and_whole_on_a_phone(tab: Tab, texts: dict[str, str], tmp_path: Path) -> None:
    tab.page.set_viewport_size(PHONE)
    for reason in (None, "ACCEPTED", "REVOKED", "REGION_UNKNOWN"):
        tab.open(None if reason is None else texts[reason])
        tab.ready()
        tab.page.locator("#data summary").first.click()
        for scheme in ("light", "dark"):
            tab.page.emulate_media(color_scheme=scheme)
            assert accessibility.violations(tab.page) == [], (reason, scheme)
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        tab.page.screenshot(path=tmp_path / f"{reason}.png", full_page=True)
        chinese, english = tab.text(), tab.page.locator("#answer [lang=en]:visible")
        assert re.search("[\u4e00-\u9fff]", chinese)
        assert english.count() > 0


def test_a_visit_marks_when_its_verdict_was_there(tab: Tab, texts: dict[str, str]) -> None:
    """How soon that is, `make bench` measures."""
    tab.open(texts["ACCEPTED"])
    tab.verdict()
    assert tab.page.evaluate("performance.getEntriesByName('yinxin-verdict').map(each => each.entryType)") == [
        "measure"
    ]


def test_at_last_a_withdrawn_page_leaves_the_browser(tab: Tab, texts: dict[str, str], site: Site) -> None:
    tab.open(texts["ACCEPTED"])
    tab.ready()
    site.stop()
    site.start("--withdraw-page")
    tab.turn(texts["REVOKED"])
    tab.page.wait_for_selector("main :text('本站目前不在网页里核验')")
    left = "async () => (await caches.keys()).length + (await indexedDB.databases()).length"
    tab.until(f"async () => !(await navigator.serviceWorker.getRegistration('/v')) && !(await ({left})())")
