"""The cases of `tests/vectors/`: what is shown to which verifier, when, and the one answer. Data for any language.

`python -m tests.vector_cases` writes the folder anew; it depends on nothing but the seeds in tests/world.py.
"""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from credential import bundle, qr_text
from credential.issuer import OccupationReference
from credential.model import (
    AgreementState,
    Certificate,
    Day,
    Effect,
    Kind,
    LevelCertificate,
    Seconds,
)
from credential.reason import Reason, Recognition
from credential.recognition import Agreement, Match, Row
from tests.credential.scenario import FAULTS, Scenario
from tests.credential.test_cbor import NASTY
from tests.vector import Vector, bundle_name, shown_in
from tests.vector_benefits import benefit_vectors
from tests.vector_claims import claims_vectors
from tests.vector_edges import edge_vectors
from tests.vector_examples import example_vectors
from tests.vector_objects import object_vectors
from tests.verifier_cli.faults import CASES
from tests.world import ELECTRICIAN, FILED, FUJIAN, GUANGDONG, ISSUED_ON, NOW, World, certificate, sign_it

FOLDER: Final = Path(__file__).parent / "vectors"


def vectors() -> dict[str, Vector]:
    """Every case by the name of its folder."""
    found = [(_folder(name), vector) for name, vector in _all()]
    (_, most), *_ = Counter(name for name, _ in found).most_common(1)
    assert most == 1, "two cases of one name"
    return dict(found)


def _all() -> Iterator[tuple[str, Vector]]:
    for name, case in CASES.items():
        about = f"Fault {name.replace('-', ': ', 1).replace('-', ' ')}."
        yield f"fault-{name}", shown_in(case.text, case.world, case.reason, about, case.now, case.others)
    for name, (data, reason) in NASTY.items():
        if 0 < len(data) // 2 <= 600:
            text = qr_text.encode("fj.example", bytes.fromhex(data))
            yield f"cbor-{name}", shown_in(text, World(), reason, f"The certificate's bytes are CBOR with {name}.")
    for reason, fault in FAULTS.items():
        scene = fault(Scenario())
        if _is_data(scene):
            yield f"alone-{reason}", _scene(scene, reason, f"{reason} alone.")
    for first, second in _PAIRS:
        scene = FAULTS[first](FAULTS[second](Scenario()))
        about = f"{first} and {second} together: the earlier step wins."
        yield f"pair-{first}-{second}", _scene(scene, first, about)
    yield "region-unknown", _unknown_region()
    yield from _recognition_vectors()
    yield from _aged_recognition_vectors()
    yield from claims_vectors()
    yield from edge_vectors()
    yield from object_vectors()
    yield from example_vectors()
    yield from benefit_vectors()


_PAIRS: Final = (
    (Reason.QR_PREFIX, Reason.QR_DIGITS),
    (Reason.COSE_TAG, Reason.UNPROTECTED_NOT_EMPTY),
    (Reason.UNPROTECTED_NOT_EMPTY, Reason.ALG_REFUSED),
    (Reason.WRONG_TYPE, Reason.ALG_REFUSED),
    (Reason.ALG_REFUSED, Reason.SIGNATURE_LENGTH),
    (Reason.CLAIMS_SHAPE, Reason.SIGNATURE_INVALID),
    (Reason.ISSUER_UNKNOWN, Reason.SIGNATURE_INVALID),
    (Reason.KEY_UNKNOWN, Reason.SIGNATURE_INVALID),
    (Reason.SIGNATURE_INVALID, Reason.BODY_SHAPE),
    (Reason.SIGNATURE_INVALID, Reason.REVOKED),
    (Reason.BODY_SHAPE, Reason.NUMBER_YEAR),
    (Reason.NUMBER_ISSUER, Reason.NUMBER_YEAR),
    (Reason.NUMBER_YEAR, Reason.NUMBER_LEVEL),
    (Reason.NAME_REFUSED, Reason.NUMBER_LEVEL),
    (Reason.DATE_AFTER_SIGNING, Reason.ISSUER_VOID),
    (Reason.ISSUER_VOID, Reason.KEY_NOT_ACTIVE),
    (Reason.ISSUER_VOID, Reason.REVOKED),
    (Reason.KEY_NOT_ACTIVE, Reason.ISSUER_SUSPENDED),
    (Reason.ISSUER_WITHDRAWN, Reason.SCOPE_OCCUPATION),
    (Reason.SCOPE_OCCUPATION, Reason.REVOKED),
    (Reason.SCOPE_LEVEL, Reason.SCOPE_DATE),
    (Reason.REVOKED, Reason.STATUS_EXPIRED),
    (Reason.SUPERSEDED, Reason.ROOT_EXPIRED),
    (Reason.INDEX_MISMATCH, Reason.STATUS_EXPIRED),
    (Reason.ROOT_EXPIRED, Reason.STATUS_EXPIRED),
)


def _is_data(scene: Scenario) -> bool:
    """Whether the scene is all in its bytes, so that its bundle can be written."""
    known = scene.world.trust()
    return scene.trust(known) == known


def _scene(scene: Scenario, reason: Reason, about: str) -> Vector:
    return shown_in(scene.text(), scene.world, reason.value, about, scene.now)


def _unknown_region() -> Vector:
    text = qr_text.encode("fj.example", sign_it())
    home = _guangdong(None)
    about = "A certificate of Fujian, at home in Guangdong, which has no agreement with Fujian."
    return Vector(text, home.bundle(World()), home.pin(), NOW, GUANGDONG, "REGION_UNKNOWN", about)


def _guangdong(agreement: Agreement | None) -> World:
    agreements = None if agreement is None else (agreement,)
    return World(region=GUANGDONG, issuers=(), status_base="https://gd.example/s/", agreements=agreements)


_ANY: Final = Match(None, Kind.LEVEL, None, None, (), Day(0), None)
_ELECTRICIANS: Final = _ANY._replace(edition=2022, prefix="6-31-", levels=(3, 4))
_AS_ANOTHER: Final = Row(
    _ELECTRICIANS, OccupationReference(2015, "6-31-01-03"), 4, Effect.ELIGIBILITY, "粤人社〔2026〕1号第二条"
)
_AS_ITSELF: Final = Row(_ANY, None, None, Effect.EQUIVALENT, "粤人社〔2026〕1号第一条")
_FORCE: Final = (FILED, AgreementState.IN_FORCE)
_REPEALED: Final = (_FORCE, (Day(ISSUED_ON + 1), AgreementState.REPEALED))
_BASE: Final = Agreement(3, FUJIAN, (1, World().pin()), "闽粤互认协议", FILED, (_FORCE,), True, (), (_AS_ITSELF,))
_LATER: Final = Seconds(NOW + 2 * 86_400)


def _recognition_vectors() -> Iterator[tuple[str, Vector]]:
    level_5 = certificate(subject=LevelCertificate(ELECTRICIAN, 5))
    states: Mapping[str, tuple[Agreement, Recognition, Seconds, Certificate | None]] = {
        "as-itself": (_BASE, Recognition.RECOGNISED, NOW, None),
        "as-another-occupation-and-level": (_BASE._replace(allow=(_AS_ANOTHER,)), Recognition.RECOGNISED, NOW, None),
        "first-of-two-allows": (_BASE._replace(allow=(_AS_ANOTHER, _AS_ITSELF)), Recognition.RECOGNISED, NOW, None),
        "second-allow-matches": (
            _BASE._replace(allow=(_AS_ANOTHER, _AS_ITSELF)),
            Recognition.RECOGNISED,
            NOW,
            level_5,
        ),
        "no-row-matches": (_BASE._replace(allow=(_AS_ANOTHER,)), Recognition.NOT_RECOGNISED, NOW, level_5),
        "deny-before-allow": (_BASE._replace(deny=(_ELECTRICIANS,)), Recognition.DENIED, NOW, None),
        "not-yet-in-force": (
            _BASE._replace(states=((Day(ISSUED_ON + 9), AgreementState.IN_FORCE),)),
            Recognition.AGREEMENT_NOT_IN_FORCE,
            NOW,
            None,
        ),
        "suspended": (
            _BASE._replace(states=(_FORCE, (ISSUED_ON, AgreementState.SUSPENDED))),
            Recognition.AGREEMENT_SUSPENDED,
            NOW,
            None,
        ),
        "repealed-keep": (_BASE._replace(states=_REPEALED), Recognition.RECOGNISED, _LATER, None),
        "repealed-drop": (
            _BASE._replace(states=_REPEALED, keep=False),
            Recognition.AGREEMENT_REPEALED,
            _LATER,
            None,
        ),
    }
    for name, (agreement, recognition, now, what) in states.items():
        home, world = _guangdong(agreement), World()
        text = qr_text.encode("fj.example", sign_it(what) if what else sign_it())
        about = f"Accepted; in Guangdong, {recognition}: {name.replace('-', ' ')}."
        vector = Vector(text, home.bundle(world), home.pin(), now, GUANGDONG, "ACCEPTED", about, recognition)
        yield f"recognition-{name}", vector


def _aged_recognition_vectors() -> Iterator[tuple[str, Vector]]:
    """The home's own data is too old, or from a time to come: whether it recognises is not known."""
    unknown, repealed = Recognition.RECOGNITION_UNKNOWN, Recognition.AGREEMENT_REPEALED
    home, issued = _guangdong(_BASE), World().list_issued
    dropped = _guangdong(_BASE._replace(states=_REPEALED, keep=False))
    fresh = replace(home, list_lifetime=NOW - issued + 1)
    ahead = replace(home, checkpoint_issued=Seconds(NOW + 301))
    for name, about, of, now, answer in (
        ("list-expired", "The home's list is at its expiry", replace(home, list_lifetime=NOW - issued), NOW, unknown),
        ("list-fresh", "One second before that", fresh, NOW, Recognition.RECOGNISED),
        ("root-expired", "The home's root has expired", replace(home, root_lifetime=1), NOW, unknown),
        ("ahead", "The home's checkpoint is 301 s ahead", ahead, NOW, unknown),
        ("repeal-expired", "A repeal is for ever", replace(dropped, list_lifetime=1), _LATER, repealed),
    ):
        text, data = qr_text.encode("fj.example", sign_it()), of.bundle(World())
        yield f"recognition-{name}", Vector(text, data, of.pin(), now, GUANGDONG, "ACCEPTED", f"{about}.", answer)
    parts = {each.region: each.part() for each in (home, World())}
    parts[GUANGDONG] = parts[GUANGDONG]._replace(recognition=None)
    text, about = qr_text.encode("fj.example", sign_it()), "The home's list, which has the partner's pin, is not held."
    withheld = Vector(text, bundle.encode(parts), home.pin(), NOW, GUANGDONG, "REGION_UNKNOWN", about)
    yield "recognition-list-withheld", withheld


def _folder(name: str) -> str:
    """A name that every file system takes."""
    return re.sub("[^a-z0-9]+", "-", name.lower().replace("_", "-")).strip("-")


def write(folder: Path) -> None:
    """All vectors into `folder`, in place of what was there."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "bundles").mkdir(parents=True)
    for name, vector in vectors().items():
        place = folder / name
        place.mkdir()
        (folder / "bundles" / bundle_name(vector.bundle)).write_bytes(vector.bundle)
        content = json.dumps(vector.json(), ensure_ascii=False, indent=2)
        (place / "case.json").write_text(content + "\n", "utf-8")
        outcome = Reason(vector.expected).outcome.value
        (place / "README.md").write_text(f"{vector.about}\n\nExpected: {outcome}, {vector.expected}.\n", "utf-8")


if __name__ == "__main__":
    write(FOLDER)
