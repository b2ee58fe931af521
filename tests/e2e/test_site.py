"""Every page of the site in Chromium: its policy holds, all comes from here; and the worker under bad deploys."""

import re
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, Error

from registry.http import headers
from tests.e2e import accessibility, pictures
from tests.e2e.browser import Tab
from tests.e2e.site import Answer, Site

pytestmark = pytest.mark.xdist_group("story")
PLAIN: Final = (
    *("/", "/status", "/issuers", "/issuers/Y000035020001", "/query", "/holder", "/statistics", "/occupations"),
    *("/complaint", "/nothing", "/console/sign-in"),
)
POLICIES: Final = {
    **dict.fromkeys(PLAIN, headers.PAGE["Content-Security-Policy"]),
    "/v": headers.VERIFIER["Content-Security-Policy"],
    "/v/recognition": headers.EXPLORER["Content-Security-Policy"],
}
ASKED: Final = "/v/recognition#from=44&to=35&occupation=6-31-01-03&level=3"


@pytest.fixture
def tab(site: Site, context: BrowserContext) -> Tab:
    return Tab.opened(site, context)


def test_every_page_keeps_to_its_policy_and_to_its_origin(tab: Tab, site: Site) -> None:
    for path, policy in POLICIES.items():
        answer = tab.page.goto(f"{site.url}{path}")
        assert answer is not None
        assert answer.header_value("content-security-policy") == policy, path
        assert tab.violations() == [], path
        for script in (
            "document.body.innerHTML = '<b>x</b>'",
            "const made = document.createElement('script'); made.text = 'window.hacked = true'",
        ):
            with pytest.raises(Error, match="TypeError"):
                tab.page.evaluate(f"() => {{ {script} }}")
    assert {re.match(r"\w+://[^/]*", url)[0] for url in tab.requested} == {site.url}  # type: ignore[index]
    assert [each for each in tab.complaints if "Failed to load" not in each and "Trusted" not in each] == []


def test_an_injected_script_does_not_run(tab: Tab, site: Site) -> None:
    site.change = lambda _, body: body.replace(b"</body>", b"<script>window.hacked = true</script></body>")
    for path in ("/", "/status", "/console/sign-in", "/v/recognition"):
        tab.page.goto(f"{site.url}{path}")
        assert tab.page.evaluate("window.hacked === undefined"), path
        tab.violates("script-src-elem inline")


UPDATE: Final = """async () => {
  const registration = await navigator.serviceWorker.getRegistration("/v");
  await registration.update().catch(() => undefined);
  return true;
}"""
SETTLED: Final = "navigator.serviceWorker.getRegistration('/v').then((each) => !each.installing && !each.waiting)"


def look_again(tab: Tab) -> None:
    """Asks once for a newer worker, and waits until it has taken over or is given up; the page may load again."""
    tab.until(UPDATE)
    tab.until(SETTLED)


def another_version(path: str, body: bytes) -> bytes:
    return body.replace(b'"version": "', b'"version": "1') if path == "/worker.js" else body


@pytest.mark.parametrize(
    "broken",
    [
        {"/static/site.css": Answer(b"body { display: none }", kind="text/css")},
        {"/static/seal.svg": Answer(b"<svg", kind="image/svg+xml", announced=900)},
        {"/worker.js": Answer(b"<html>log in</html>", kind="text/html")},
    ],
    ids=["another-content", "truncated", "portal"],
)
def test_a_broken_deploy_leaves_the_version_before(tab: Tab, site: Site, broken: dict[str, Answer]) -> None:
    tab.open()
    tab.ready()
    before = tab.page.evaluate("caches.keys()")
    site.change = another_version
    site.instead.update(broken)
    look_again(tab)
    assert tab.page.evaluate("caches.match('/v').then((each) => each.ok)")
    assert set(before) <= set(tab.page.evaluate("caches.keys()"))
    site.stop()
    try:
        tab.open()
        assert tab.page.locator("h1").is_visible()
    finally:
        site.instead.clear()
        site.start()
    look_again(tab)
    tab.until(f"caches.keys().then((names) => names.length === 1 && !{before}.includes(names[0]))")


def test_two_servers_with_two_versions_do_not_keep_the_page_loading(tab: Tab, site: Site) -> None:
    turns: list[int] = []

    def change(path: str, body: bytes) -> bytes:
        if path != "/worker.js":
            return body
        turns.append(1)
        return body.replace(b'"version": "', b'"version": "%d' % (len(turns) % 2 + 1))

    site.change = change
    tab.open()
    tab.ready()
    loads: list[str] = []
    tab.page.on("load", lambda page: loads.append(page.url))
    for _ in range(4):
        look_again(tab)
    assert len(turns) >= 4
    assert len(loads) <= 1


def test_the_explorer_answers_offline_after_one_visit(tab: Tab, site: Site) -> None:
    tab.page.set_viewport_size({"width": 360, "height": 740})
    tab.page.goto(f"{site.url}{ASKED}")
    tab.page.wait_for_selector("#answer .verdict.rejected")
    assert "没有与该地区的互认协议" in tab.text()
    assert "广东 44" in tab.text("#verdict")
    tab.ready()
    tab.rests()
    site.stop()
    try:
        tab.page.goto("about:blank")
        tab.page.goto(f"{site.url}{ASKED.replace('from=44', 'from=35')}")
        tab.page.wait_for_selector("#answer .verdict.accepted")
        assert "就是本地区的证书" in tab.text()
        assert accessibility.violations(tab.page) == []
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= 360
        pictures.take(tab.page, "recognition-phone")
    finally:
        site.start()
    assert not [asked for asked in site.asked if "6-31-01-03" in asked]
