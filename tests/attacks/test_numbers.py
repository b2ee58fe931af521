"""Every number of the list of faults that is about trust has an attack here, or the test that is named here."""

import json
import re
from pathlib import Path
from typing import Final

from tests.attacks.test_dishonest_issuer import BEYOND

HERE: Final = Path(__file__).parent
NUMBERS: Final = {31, 32, 36, *range(39, 64), 82, 83, 84, *range(94, 104)}
ELSEWHERE: Final = {95, 97, 103}
"""At the registry's door, and in the verifier's own library: tests/verifier_cli/test_faults.py."""


def _numbers(path: Path) -> set[int]:
    return {int(found) for found in re.findall(r"^def test_(\d+)_", path.read_text("utf-8"), re.MULTILINE)}


def test_every_number_has_its_attack() -> None:
    here = {number for path in HERE.glob("test_*.py") for number in _numbers(path)}
    here |= {int(name.partition("-")[0]) for name in BEYOND}
    assert here == NUMBERS - ELSEWHERE
    assert _numbers(HERE.parent / "verifier_cli" / "test_faults.py") >= ELSEWHERE


def test_the_table_has_every_number_and_names_data_that_exists() -> None:
    rows = re.findall(r"^\| (\d+) \|(.*)\|$", (HERE / "README.md").read_text("utf-8"), re.MULTILINE)
    assert [int(number) for number, _ in rows] == sorted(NUMBERS)
    updates = json.loads((HERE.parent / "updates" / "cases.json").read_text("utf-8"))
    named = {name for _, row in rows for name in re.findall("`([^`]+)`", row.rpartition("|")[2])}
    missing = {name for name in named if name not in updates and not any((HERE.parent / "vectors").glob(name))}
    assert missing == set()
