"""One case of `tests/vectors/`: what is shown to which verifier, when, and the one answer."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from credential import entitlement
from credential.model import Effect, Region, Seconds, rfc3339
from credential.reason import Reason, Recognition
from credential.recognition import RecognisedAs
from credential.trust import Trust, load
from credential.verify import Accepted, Verdict, verify
from tests.world import NOW, World

_EFFECT: Final = {Effect.EQUIVALENT: "equivalent", Effect.ELIGIBILITY: "eligibility", Effect.TREATMENT: "treatment"}


@dataclass(frozen=True)
class Vector:
    """One case. `expected` is its reason; for accepted ones `recognition` says what the home region makes of it."""

    text: str
    bundle: bytes
    pin: bytes
    now: Seconds
    region: Region | None
    """The home, None if none is given."""
    expected: str
    about: str
    recognition: Recognition | None = None
    asks: bool = False
    """Whether it is also about what the certificate entitles to in `division`."""
    division: str | None = None

    @property
    def trust(self) -> Trust:
        """What the verifier believes."""
        return load(self.bundle, frozenset({self.pin}), self.region)

    def verdict(self) -> Verdict:
        """What this project's verifier says."""
        return verify(self.text, self.trust, self.now)

    def json(self) -> dict[str, Any]:
        """The content of case.json."""
        reason = Reason(self.expected)
        found = self.verdict()
        as_what = found.recognised_as if isinstance(found, Accepted) else None
        return {
            "text": self.text,
            "bundle": f"../bundles/{bundle_name(self.bundle)}",
            "pin": self.pin.hex(),
            "now": rfc3339(self.now),
            "region": self.region,
            "verdict": reason.outcome.value,
            "reason": reason.value,
            "recognition": self.recognition,
            "recognised_as": None if as_what is None else _recognised(as_what),
            **(self._benefits(found) if self.asks else {}),
        }

    def _benefits(self, found: Verdict) -> dict[str, Any]:
        from verifier_cli.words.benefits import report

        answer = report(entitlement.ask(found, self.trust, self.division), self.division)
        return {"division": self.division, "benefits": answer}


def shown_in(
    text: str,
    world: World,
    expected: str,
    about: str,
    now: Seconds = NOW,
    others: tuple[World, ...] = (),
) -> Vector:
    """A case whose verifier is at home in `world`."""
    recognition = Recognition.HOME if expected == Reason.ACCEPTED else None
    return Vector(text, world.bundle(*others), world.pin(), now, world.region, expected, about, recognition)


def _recognised(found: RecognisedAs) -> dict[str, Any]:
    from verifier_cli.words.machine import iso

    return {
        "region": found.region,
        "occupation": found.occupation.code if found.occupation else None,
        "level": found.level,
        "effect": _EFFECT[found.effect],
        "rule": found.rule,
        "document": found.document,
        "date": None if found.date is None else iso(found.date),
    }


def bundle_name(bundle: bytes) -> str:
    """The file of a bundle."""
    return f"{sha256(bundle).hexdigest()[:16]}.cbor"
