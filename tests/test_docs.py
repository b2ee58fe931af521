"""The documents keep their word: links lead somewhere, names exist, both languages give the same commands."""

import re
from pathlib import Path

import pytest

from credential.reason import Reason, Recognition
from tools import reasons_page, wording_module

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
    assert len(english) == 2


def test_the_format_names_every_reason() -> None:
    text = (ROOT / "docs" / "format.md").read_text("utf-8")
    pictures = {Reason.PICTURE_TYPE, Reason.PICTURE_TOO_LARGE, Reason.NOT_READ}
    named = [*(set(Reason) - pictures), *Recognition]
    assert [reason for reason in named if not re.search(rf"\b{reason.value}\b", text)] == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "adr"
    index = (folder / "README.md").read_text("utf-8")
    records = sorted(path.name for path in folder.glob("0*.md"))
    assert [name for name in records if f"({name})" not in index] == []


def test_the_page_of_reasons_is_what_the_code_says() -> None:
    assert reasons_page.PAGE.read_text("utf-8") == reasons_page.page()


def test_the_page_says_what_the_programs_say() -> None:
    assert wording_module.MODULE.read_text("utf-8") == wording_module.module()
