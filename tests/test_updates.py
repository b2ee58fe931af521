"""The cases of `tests/updates/`: written anew they are the same, each has its one answer, and every reason has one."""

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from credential.reason import SyncReason
from tests.update_case import Case
from tests.update_cases import FOLDER, cases, outcome, write

CASES: Final[Mapping[str, Case]] = cases()
KEPT: Final[dict[str, Any]] = json.loads((FOLDER / "cases.json").read_text("utf-8"))


def _reference_zlib() -> bool:
    """Whether this Python's zlib compresses as the reference does: others are right, but their bytes differ."""
    return zlib.compress(b"\x33" * 512, 9).hex() == "78da33361e05231900003afa6601"


@pytest.mark.skipif(not _reference_zlib(), reason="bundles were compressed by the reference zlib, not this one")
def test_written_anew_they_are_the_same(tmp_path: Path) -> None:
    write(tmp_path / "updates")
    fresh, kept = (
        {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (tmp_path / "updates", FOLDER)
    )
    assert sorted(fresh) == sorted(kept)
    assert [name for name in fresh if fresh[name] != kept[name]] == []


@pytest.mark.parametrize("name", CASES)
def test_the_home_region_fares_as_the_case_says(name: str) -> None:
    found = outcome(CASES[name])
    answer = found["answers"].get("35", {"reason": found["refused"], "result": None})
    assert (answer["reason"] or answer["result"]) == CASES[name].expected


def test_every_reason_has_a_case() -> None:
    met = {answer["reason"] for case in KEPT.values() for answer in case["answers"].values()}
    met |= {case["refused"] for case in KEPT.values()}
    assert met - {None} == set(SyncReason)
