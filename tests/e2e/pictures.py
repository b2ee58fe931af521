"""Pictures of pages for the documentation: `make pictures` has the tests take them; nothing else writes them."""

import os
from pathlib import Path

from playwright.sync_api import Page

FOLDER = "YINXIN_PICTURES"


def take(page: Page, name: str) -> None:
    """Keeps what the window shows as `name`.png, if pictures are asked for."""
    folder = os.environ.get(FOLDER)
    if folder is not None:
        page.screenshot(path=Path(folder) / f"{name}.png")
