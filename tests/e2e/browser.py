"""The system's Chromium, and a page in it that keeps what went wrong."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from tests.e2e.site import Site

NAMES: Final = ("chromium", "google-chrome")
FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE: Final = 60.0
"""Seconds after which what has not come never comes: other tests may run beside these."""
WATCH: Final = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""

KEPT: Final = """async () => {
  const paths = [];
  for (const name of await caches.keys()) {
    for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname);
  }
  return paths;
}"""


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """The system's Chromium, started with more `flags`. Skips where there is none, but in CI fails."""
    program = next((found for found in map(shutil.which, NAMES) if found), None)
    if program is None:
        missing = "没有 Chromium，不测试网页：apt install chromium / no Chromium, so the page is not tested"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags])
        yield browser
        browser.close()


@dataclass
class Tab:
    """A page /v as a person uses it."""

    site: Site
    page: Page
    complaints: list[str] = field(default_factory=list)
    """What the console or the page complained of."""
    requested: list[str] = field(default_factory=list)
    """The addresses that the page, its worker and nothing else asked for."""

    @classmethod
    def opened(cls, site: Site, context: BrowserContext) -> "Tab":
        """A new tab, nothing opened in it."""
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        page.add_init_script(WATCH)
        tab = cls(site, page)
        page.on("console", lambda message: tab.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: tab.complaints.append(str(error)))
        context.on("request", lambda request: tab.requested.append(request.url))
        return tab

    def open(self, text: str | None = None) -> None:
        """Opens the page anew, behind its `#` what stands behind that of `text`."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.site.url}/v{'' if text is None else '#' + text.partition('#')[2]}")
        self.page.wait_for_selector("#verifier:not([hidden])")

    def turn(self, text: str) -> None:
        """Puts another certificate into the address of the open page."""
        self.page.evaluate("fragment => { location.hash = fragment }", text.partition("#")[2])

    def verdict(self) -> tuple[str, str]:
        """Outcome and reason code, once there are any."""
        box = self.page.wait_for_selector(".verdict")
        assert box is not None
        outcome = (box.get_attribute("class") or "").split()[-1]
        return outcome, self.code("Reason code")

    def code(self, label: str) -> str:
        """What the details for experts say under `label`."""
        found = self.page.locator(f"#data dt:has-text('{label}') + dd").first
        return found.text_content() or ""

    def until(self, condition: str) -> None:
        """Waits for a condition in the page's own words; the page may load again meanwhile.

        Playwright's own wait would evaluate it against the policy.
        """
        deadline = time.monotonic() + PATIENCE
        while not self._holds(condition):
            assert time.monotonic() < deadline, condition
            self.page.wait_for_timeout(20)

    def says(self, words: str, where: str = "#answer") -> None:
        """Waits until these words are there: what words a refusal is loaded after the refusal itself."""
        expect(self.page.locator(where).first).to_contain_text(words, timeout=PATIENCE * 1000)

    def settle(self) -> None:
        """Waits until the registry has answered."""
        self.until("!/in the background/.test(document.querySelector('#data').textContent)")

    def ready(self) -> None:
        """Waits until the page says that it needs no network any more."""
        self.page.wait_for_selector("#data :text('without a network')")

    def rests(self) -> None:
        """Waits until the service worker answers this page, and has kept all that it keeps without being asked."""
        self.until("navigator.serviceWorker.controller !== null")
        wanted = json.dumps(self.site.files("needed", "later"))
        self.until(f"({KEPT})().then((kept) => {wanted}.every((path) => kept.includes(path)))")

    def text(self, where: str = "#answer") -> str:
        """The text there, as a person reads it."""
        return self.page.inner_text(where)

    def violations(self) -> Any:
        """The violations of the page's policy so far."""
        return self.page.evaluate("window.violations")

    def violates(self, policy: str, count: int = 1) -> None:
        """Waits until the page was told so often that it broke this part of its policy: that comes after the deed."""
        self.until(f"window.violations.filter((each) => each.startsWith({json.dumps(policy)})).length >= {count}")

    def _holds(self, condition: str) -> bool:
        with suppress(Error):
            return bool(self.page.evaluate(condition))
        return False
