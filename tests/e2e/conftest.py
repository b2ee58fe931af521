"""The demonstration's story, told once for every test of this folder; what it left, as a site; and a browser."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.e2e.browser import Tab, chromium
from tests.e2e.site import Site
from tools.demo.stage import Stage
from tools.demo.story import Story


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The story, told once, its servers still running."""
    out = tmp_path_factory.mktemp("story") / "demo"
    stage = Stage(out / "work" / "personal")
    told = Story(stage, out, None)
    try:
        told.tell()
        yield told
    finally:
        stage.stop_servers()


@pytest.fixture(scope="module")
def data(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fujian's registry as the story left it, in a folder of its own."""
    folder = tmp_path_factory.mktemp("site") / "fujian"
    shutil.copytree(story.work / story.fujian.keys, folder)
    return folder


@pytest.fixture(scope="module")
def running(data: Path) -> Iterator[Site]:
    """That registry, serving."""
    with Site(data) as site:
        yield site


@pytest.fixture
def site(running: Site) -> Site:
    """The running site, nothing asked of it and nothing answered in its place."""
    running.asked.clear()
    running.instead.clear()
    running.change = lambda _, body: body
    return running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module: two of them cannot be driven at once."""
    with chromium() as found:
        yield found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A window in which nothing was kept."""
    made = browser.new_context(viewport={"width": 1100, "height": 900})
    yield made
    made.close()


@pytest.fixture
def tab(site: Site, context: BrowserContext) -> Iterator[Tab]:
    """A tab; at the end nobody has complained, nothing was asked of others, and no certificate left the browser."""
    opened = Tab.opened(site, context)
    yield opened
    assert [each for each in opened.complaints if "Failed to load resource" not in each] == []
    assert {re.match(r"\w+:[^/]*(//[^/]*)?", url)[0] for url in opened.requested} <= {site.url}  # type: ignore[index]
    assert [asked for asked in site.asked if re.search("[0-9]{40}", asked)] == []
