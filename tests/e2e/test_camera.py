"""A phone's browser whose camera is held over a printed certificate, with the network off."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize

from tests.e2e import feed, pictures
from tests.e2e.browser import Tab, chromium
from tests.e2e.site import Site
from tools.demo.story import PORT_GROUP, Story

pytestmark = pytest.mark.xdist_group("story")
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
SCAN: Final = "button:has-text('用相机扫描')"


@pytest.fixture(scope="module")
def printed(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page that the signer prints for a certificate that stands."""
    out = tmp_path_factory.mktemp("printed")
    home, number = story.work / PORT_GROUP.keys, story.credentials()[10]["number"]
    story.stage.run("yinxin-signer", "print", number, "--home", home, "--out", out)
    (page,) = (out / "print").glob("*.pdf")
    return page


@pytest.fixture(scope="module")
def browser(printed: Path) -> Iterator[Browser]:
    """A browser whose camera sees the printed page."""
    film = feed.film(printed, printed.with_suffix(".mjpeg"))
    with chromium(
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ) as found:
        yield found


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True, permissions=["camera"])
    yield made
    made.close()


def test_from_the_printed_page_to_the_verdict_with_the_network_off(
    site: Site, phone: BrowserContext, story: Story
) -> None:
    tab = Tab.opened(site, phone)
    tab.open()
    tab.ready()
    tab.rests()
    pictures.take(tab.page, "verify-phone-start")
    site.stop()
    try:
        tab.open()
        tab.page.click(SCAN)
        assert tab.verdict() == ("accepted", "ACCEPTED")
        assert story.credentials()[10]["number"] in tab.text()
        pictures.take(tab.page, "verify-phone-answer")
    finally:
        site.start()
    assert tab.violations() == []
    assert {url.partition("//")[2].partition("/")[0] for url in tab.requested} == {site.url.removeprefix("http://")}
