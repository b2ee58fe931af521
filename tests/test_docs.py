"""The documents keep their word: links lead somewhere, names exist, both languages give the same commands."""

import re
from pathlib import Path

import pytest

from credential.reason import Entitlement, Reason, Recognition, SyncReason
from tools import problems_page, reasons_page, wording_module

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "keys.example").rglob("*.md")])
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)|src=\"([^\"]+)\"")
_FENCE = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    targets = [first or second for first, second in _LINK.findall(page.read_text("utf-8"))]
    missing = [each for each in targets if "://" not in each and not (page.parent / each).exists()]
    assert missing == []


def test_both_readmes_give_the_same_commands() -> None:
    english, chinese = (_FENCE.findall((ROOT / name).read_text("utf-8")) for name in ("README.md", "README.zh-CN.md"))
    assert english == chinese
    assert len(english) == 5


def _format() -> str:
    return (ROOT / "docs" / "format.md").read_text("utf-8")


def test_the_format_names_every_reason_and_no_other() -> None:
    words = set(re.findall(r"\b[A-Z]+(?:_[A-Z0-9]+)+\b|\b[A-Z]{5,}\b", _format()))
    reasons = {*Reason, *Recognition, *Entitlement, *SyncReason}
    assert sorted(reason for reason in reasons if not re.search(rf"\b{reason.value}\b", _format())) == []
    assert sorted(words - reasons) == sorted(NO_REASONS)


NO_REASONS = {"ASCII", "DEFLATE", "INPUT", "README"}
"""What else stands in capitals in the format."""


def _anchor(title: str) -> str:
    """The fragment that a heading is found under."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_fragments_lead_to_headings(page: Path) -> None:
    text = page.read_text("utf-8")
    headings = {_anchor(title) for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
    assert sorted(set(re.findall(r"\]\(#([^)]+)\)", text)) - headings) == []


def test_the_format_lists_all_its_sections() -> None:
    titles = re.findall(r"^## (.*)$", _format(), re.MULTILINE)
    assert re.findall(r"^(?:\d+\. )?\[.*\]\(#(.*)\)$", _format(), re.MULTILINE) == [_anchor(each) for each in titles]


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "adr"
    index = (folder / "README.md").read_text("utf-8")
    records = sorted(path.name for path in folder.glob("0*.md"))
    assert [name for name in records if f"({name})" not in index] == []


def test_the_page_of_reasons_is_what_the_code_says() -> None:
    assert reasons_page.PAGE.read_text("utf-8") == reasons_page.page()


def test_the_page_of_problems_is_what_the_code_says() -> None:
    assert problems_page.PAGE.read_text("utf-8") == problems_page.page()


def test_the_page_says_what_the_programs_say() -> None:
    assert wording_module.MODULE.read_text("utf-8") == wording_module.module()
