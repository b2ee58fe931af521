"""The page behind a QR's address, in a real browser: how soon it answers, and how much has to be loaded for that."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from bench.race import Effort
from bench.site import Site, served, weight
from registry.http import assets
from tests.e2e.browser import FLAGS, NAMES

SLOWED: Final = 4
"""So many times slower than this machine: a cheap phone."""
_ACCEPTED: Final = "section.verdict.accepted"
_WATCH: Final = f"""
new MutationObserver((_, observer) => {{
  if (document.querySelector("{_ACCEPTED}") === null) return;
  observer.disconnect();
  requestAnimationFrame(() => {{ window.answered = performance.now(); }});
}}).observe(document, {{ childList: true, subtree: true }});
"""
"""Runs before the page's own script: notes when the verdict is about to be painted."""
_TAKEN: Final = """async () => {
  const [script] = performance.getEntriesByType("resource").filter(({ initiatorType }) => initiatorType === "script");
  while (window.answered === undefined) await new Promise(requestAnimationFrame);
  return window.answered - script.responseEnd;
}"""


@dataclass(frozen=True, slots=True)
class Missing:
    """Why nothing was measured, for a person."""

    zh: str
    en: str


MOST_MILLISECONDS: Final = 150
MOST_BYTES: Final = 60_000


@dataclass(frozen=True, slots=True)
class Visits:
    """Milliseconds from when the script was there until the verdict was painted, one figure a visit."""

    later: Sequence[float]
    """With the bundle kept by an earlier visit."""
    slowed: Sequence[float]
    """The same with the processor slowed."""
    first: Sequence[float]
    """With the bundle fetched and its signatures looked at."""


@dataclass(frozen=True, slots=True)
class Web:
    """The page's figures. `weight` is in bytes, with gzip, without the bundle."""

    weight: int
    visits: Visits | Missing


def measure(effort: Effort) -> Web | Missing:
    """The page's figures, or why there are none."""
    if assets.read() is None:
        return Missing("核验网页没有建好，请运行 make web", "the page is not built: run make web")
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as site:
        return Web(weight(site), _visits(site, effort))


def _visits(site: Site, effort: Effort) -> Visits | Missing:
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        return Missing("这台机器没有 Chromium", "there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            first = [_first_visit(browser, site) for _ in range(effort.rounds)]
            later = list(_later_visits(browser, site, effort.rounds, 1))
            return Visits(later, list(_later_visits(browser, site, effort.rounds, SLOWED)), first)
        finally:
            browser.close()


def _first_visit(browser: Browser, site: Site) -> float:
    with browser.new_context() as context:
        context.add_init_script(_WATCH)
        return _visit(context.new_page(), site)


def _later_visits(browser: Browser, site: Site, count: int, slowed: int) -> Iterator[float]:
    """Visits by a browser that keeps the page and the bundle."""
    with browser.new_context() as context:
        context.add_init_script(_WATCH)
        page = context.new_page()
        _visit(page, site)
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
        for _ in range(count):
            yield _visit(page, site)


def _visit(page: Page, site: Site) -> float:
    page.goto("about:blank")
    page.goto(site.page)
    taken: float = page.evaluate(_TAKEN)
    return taken
