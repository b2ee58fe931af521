"""What axe-core says of a page."""

from typing import Any, Final

from playwright.sync_api import Page

from tools.demo.stage import ROOT

AXE: Final = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page) -> list[str]:
    """What it objects to, and where."""
    page.evaluate(f"() => {{ {AXE.read_text('utf-8')} }}")
    found: dict[str, Any] = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [f"{each['id']}: {node['html']}" for each in found["violations"] for node in each["nodes"]]
