"""docs/threat-model.md names tests that exist, and every attack of tests/attacks is named there."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parent
PAGE: Final = (TESTS.parent / "docs" / "threat-model.md").read_text("utf-8")
NAMED: Final = set(re.findall(r"`(test_\w+)`", PAGE))


def defined(paths: Iterable[Path]) -> set[str]:
    """The names of the tests in these files."""
    return {name for path in paths for name in re.findall(r"^def (test_\w+)\(", path.read_text("utf-8"), re.MULTILINE)}


def test_every_test_that_is_named_exists() -> None:
    assert NAMED - defined(TESTS.rglob("test_*.py")) == set()


def test_every_attack_is_named() -> None:
    attacks = (path for path in (TESTS / "attacks").glob("test_*.py") if path.name != "test_numbers.py")
    assert defined(attacks) - NAMED == set()


def test_every_row_names_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "shown by" not in line]
    assert [row for row in rows if "`test_" not in row] == []
    assert len(rows) > 50
