"""The vectors of `tests/vectors/`: written anew they are the same, and read from their files they answer the same."""

import json
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from credential import entitlement
from credential.model import Region, Seconds
from credential.reason import BEFORE_TEXT, Entitlement, Outcome, Reason, Recognition
from credential.trust import load
from credential.verify import Accepted, verify
from tests.vector_cases import FOLDER, write
from verifier_cli.words import benefits, lines
from verifier_cli.words.machine import report

HOSTILE = '"\\\0\ud800"'
"""What an input may be called."""
NAMES = sorted(path.parent.name for path in FOLDER.glob("*/case.json"))


def case_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / name / "case.json").read_text("utf-8"))
    return found


def _reference_zlib() -> bool:
    """Whether this Python's zlib compresses as the reference does: others are right, but their bytes differ."""
    return zlib.compress(b"\x33" * 512, 9).hex() == "78da33361e05231900003afa6601"


@pytest.mark.skipif(not _reference_zlib(), reason="vectors were compressed by the reference zlib, not this one")
def test_written_anew_they_are_the_same(tmp_path: Path) -> None:
    write(tmp_path / "vectors")
    fresh, kept = (
        {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (tmp_path / "vectors", FOLDER)
    )
    assert sorted(fresh) == sorted(kept)
    assert [name for name in fresh if fresh[name] != kept[name]] == []


@pytest.mark.parametrize("name", NAMES)
def test_vector(name: str) -> None:
    case = case_of(name)
    home = None if case["region"] is None else Region(case["region"])
    trust = load((FOLDER / name / case["bundle"]).read_bytes(), frozenset({bytes.fromhex(case["pin"])}), home)
    found = verify(case["text"], trust, Seconds(int(datetime.fromisoformat(case["now"]).timestamp())))
    assert (found.reason.outcome.value, found.reason.value) == (case["verdict"], case["reason"])
    assert (found.recognition if isinstance(found, Accepted) else None) == case["recognition"]
    assert report("", found)["recognised_as"] == case["recognised_as"]
    division = case.get("division")
    answer = entitlement.ask(found, trust, division)
    entitled = benefits.report(answer, division)
    assert entitled == case.get("benefits", entitled)
    whole = json.dumps(report(HOSTILE, found, entitled), separators=(",", ":"))
    assert lines.line(HOSTILE, found, answer, division) == whole


def test_every_reason_and_recognition_that_a_text_can_have_has_a_case() -> None:
    """NO_AGREEMENT and NO_HOME take two pins, a case has one: see test_recognition.py and test_benefits.py."""
    cases = [case_of(name) for name in NAMES]
    assert {case["reason"] for case in cases} == set(Reason) - BEFORE_TEXT
    assert {case["recognition"] for case in cases} == {None, *Recognition} - {Recognition.NO_AGREEMENT}
    answers = {case["benefits"]["answer"] for case in cases if "benefits" in case}
    assert answers == {*Entitlement} - {Entitlement.NO_HOME}


def test_most_cases_do_not_accept() -> None:
    outcomes = [Outcome(case_of(name)["verdict"]) for name in NAMES]
    assert len(outcomes) >= 120
    assert sum(outcome is not Outcome.ACCEPTED for outcome in outcomes) >= 90
