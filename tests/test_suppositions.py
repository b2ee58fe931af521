"""What a certificate would count as: the cases that both languages answer, and that a real one is told the same."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from credential import trust
from credential.model import IssuerKind
from credential.reason import Recognition
from credential.recognition import candidate_of
from credential.supposition import Question, suppose
from credential.verify import Accepted, verify_bytes
from tests.supposition_cases import CASES, FOLDER, write
from tests.world import CODE, GUANGDONG, World, sign_it

KEPT: Final[dict[str, Any]] = json.loads((FOLDER / "cases.json").read_text("utf-8"))
YES, NO, DENIED = Recognition.RECOGNISED, Recognition.NOT_RECOGNISED, Recognition.DENIED
UNKNOWN, NONE = Recognition.RECOGNITION_UNKNOWN, Recognition.NO_AGREEMENT
ALL, EMPLOYER, SCHOOL = tuple(IssuerKind), (IssuerKind.EMPLOYER,), (IssuerKind.SCHOOL,)
NO_SCHOOL: Final = (IssuerKind.EMPLOYER, IssuerKind.SOCIAL)
EXPECTED: Final[dict[str, list[tuple[Any, ...]]]] = {
    "recognised": [(None, ALL, YES, "3.1")],
    "as-something-else": [(None, ALL, YES, "3.1")],
    "first-row": [(None, ALL, YES, "3.1")],
    "another-level": [(None, ALL, NO, None)],
    "dated-too-late": [(None, ALL, NO, None)],
    "another-occupation": [(None, ALL, NO, None)],
    "post": [(None, EMPLOYER, YES, "3.2"), (None, (IssuerKind.SOCIAL, IssuerKind.SCHOOL), NO, None)],
    "post-of-a-school": [(None, SCHOOL, NO, None)],
    "denied": [(None, ALL, DENIED, None)],
    "denied-by-name": [(None, ALL, YES, "3.1"), (CODE, ALL, DENIED, None)],
    "denied-by-name-asked": [(CODE, ALL, DENIED, None)],
    "by-kind": [(None, NO_SCHOOL, YES, "3.2"), (None, SCHOOL, YES, "3.1")],
    "by-kind-and-name": [(None, NO_SCHOOL, YES, "3.2"), (None, SCHOOL, YES, "3.1"), (CODE, ALL, DENIED, None)],
    "named-alike": [(None, ALL, YES, "3.1")],
    "suspended": [(None, ALL, Recognition.AGREEMENT_SUSPENDED, None)],
    "not-yet": [(None, ALL, Recognition.AGREEMENT_NOT_IN_FORCE, None)],
    "repealed": [(None, ALL, Recognition.AGREEMENT_REPEALED, None)],
    "repealed-kept": [(None, ALL, YES, "3.1")],
    "repealed-and-old": [(None, ALL, Recognition.AGREEMENT_REPEALED, None)],
    "too-old": [(None, ALL, UNKNOWN, None)],
    "from-a-time-to-come": [(None, ALL, UNKNOWN, None)],
    "no-agreement": [(None, ALL, NONE, None)],
    "no-agreements": [(None, ALL, NONE, None)],
    "home": [(None, ALL, Recognition.HOME, "HOME")],
    "other-direction": [(None, ALL, NONE, None)],
    "other-direction-unknown": [(None, ALL, UNKNOWN, None)],
    "partner-not-held": [(None, ALL, YES, "3.1")],
}


def test_written_anew_they_are_the_same(tmp_path: Path) -> None:
    write(tmp_path / "suppositions")
    new, old = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (tmp_path / "suppositions", FOLDER)
    )
    assert new == old


@pytest.mark.parametrize("name", CASES)
def test_the_answers_are_those_of_the_case(name: str) -> None:
    found = [
        (each.issuer, each.kinds, each.ruling.recognition, each.ruling.recognised_as and each.ruling.recognised_as.rule)
        for each in CASES[name].found().answers
    ]
    assert found == EXPECTED[name]
    assert KEPT[name]["about"] == CASES[name].about


def test_every_answer_has_a_case() -> None:
    found = {each.ruling.recognition for case in CASES.values() for each in case.found().answers}
    assert found == set(Recognition)


STANDS: Final = [
    *("recognised", "as-something-else", "denied", "denied-by-name", "by-kind", "suspended", "not-yet", "repealed"),
    *("no-agreement", "no-agreements"),
]
"""Cases at a time at which the world's own certificate stands."""


@pytest.mark.parametrize("name", STANDS)
def test_a_real_certificate_is_told_the_same(name: str) -> None:
    """Whoever is told something beforehand must not be told otherwise with the certificate in hand."""
    case = CASES[name]
    known = trust.load(case.bundle(), case.pins() | {World().pin()}, GUANGDONG)
    verdict = verify_bytes(sign_it(), known, case.now)
    assert isinstance(verdict, Accepted)
    real = candidate_of(verdict.certificate, IssuerKind.EMPLOYER)
    asked = Question(
        origin=real.region,
        home=GUANGDONG,
        kind=real.kind,
        occupation=real.occupation,
        rank=real.rank,
        issued_on=real.issued_on,
        issuer=real.issuer,
        issuer_kind=real.issuer_kind,
    )
    (answer,) = suppose(asked, known, case.now).answers
    assert (answer.ruling.recognition, answer.ruling.recognised_as) == (verdict.recognition, verdict.recognised_as)
