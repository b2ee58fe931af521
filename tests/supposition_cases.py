"""The cases of `tests/suppositions/`: what a certificate would count as that nobody has shown. Data for any language.

`python -m tests.supposition_cases` writes the folder anew.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from credential import trust
from credential.issuer import OccupationReference
from credential.model import AgreementState, Day, Effect, IssuerKind, Kind, Post, Region, Seconds, rfc3339
from credential.recognition import Agreement, Match, Row
from credential.supposition import Question, Supposition, suppose
from tests.world import CODE, DAY, FILED, FUJIAN, GUANGDONG, ISSUED_ON, NOW, World
from verifier_cli.explaining.supposition import answers

FOLDER: Final = Path(__file__).parent / "suppositions"
F, S, R = AgreementState.IN_FORCE, AgreementState.SUSPENDED, AgreementState.REPEALED
ANY: Final = Match(None, Kind.LEVEL, None, None, (), Day(0), None)
ROW: Final = Row(ANY, None, None, Effect.EQUIVALENT, "粤人社〔2026〕1号")
CARE: Final = OccupationReference(2022, "4-10-01-05")
ELECTRICIAN: Final = OccupationReference(2022, "6-31-01-03")
ASKED: Final = Question(FUJIAN, GUANGDONG, Kind.LEVEL, ELECTRICIAN, 3, ISSUED_ON)


@dataclass(frozen=True)
class Case:
    """One question to a verifier in Guangdong; `agreements` None: Guangdong publishes none."""

    about: str
    agreements: tuple[Agreement, ...] | None
    question: Question = ASKED
    now: Seconds = NOW
    is_partner_held: bool = True

    def bundle(self) -> bytes:
        """What the verifier holds."""
        return self._home().bundle(*((World(),) if self.is_partner_held else ()))

    def found(self) -> Supposition:
        """The answer."""
        return suppose(self.question, trust.load(self.bundle(), self.pins(), GUANGDONG), self.now)

    def pins(self) -> frozenset[bytes]:
        """Guangdong's alone."""
        return frozenset({self._home().pin()})

    def _home(self) -> World:
        return World(region=GUANGDONG, issuers=(), status_base="https://gd.example/s/", agreements=self.agreements)


def agreement(**changes: Any) -> Agreement:
    """Guangdong's agreement with Fujian, with one row for everything."""
    base = Agreement(3, FUJIAN, (1, World().pin()), "闽粤互认协议", FILED, ((FILED, F),), True, (), (ROW,))
    return base._replace(**changes)


def _one(about: str, question: Question = ASKED, now: Seconds = NOW, **changes: Any) -> Case:
    return Case(about, (agreement(**changes),), question, now)


OTHER_ROW: Final = Row(
    Match(None, Kind.LEVEL, 2022, "6-31-", (2, 3), FILED, ISSUED_ON),
    OccupationReference(2015, "6-31-01-01"),
    4,
    Effect.ELIGIBILITY,
    "第三条",
)
POSTS: Final = Row(
    Match(IssuerKind.EMPLOYER, Kind.POST, None, None, (int(Post.CHIEF_TECHNICIAN),), FILED, None),
    None,
    1,
    Effect.TREATMENT,
    "第四条",
)
NAMED: Final = ANY._replace(issuer=CODE)
SCHOOLS: Final = ANY._replace(issuer=IssuerKind.SCHOOL)
BY_KIND: Final = ROW._replace(match=SCHOOLS, effect=Effect.TREATMENT, basis="院校另有规定")
LATER: Final = Day(ISSUED_ON + 400)
CASES: Final[dict[str, Case]] = {
    "recognised": _one("A row for everything"),
    "as-something-else": _one("As another occupation and level, towards applying", allow=(OTHER_ROW,)),
    "first-row": _one("The first row that matches counts", allow=(OTHER_ROW, ROW)),
    "another-level": _one("No row for this level", ASKED._replace(rank=4), allow=(OTHER_ROW,)),
    "dated-too-late": _one(
        "A day after the row's last", ASKED._replace(issued_on=Day(ISSUED_ON + 1)), allow=(OTHER_ROW,)
    ),
    "another-occupation": _one(
        "No row for this occupation",
        ASKED._replace(occupation=OccupationReference(2022, "4-01-02-03")),
        allow=(OTHER_ROW,),
    ),
    "post": _one("A post, by employers only", ASKED._replace(kind=Kind.POST, rank=2), allow=(ROW, POSTS)),
    "post-of-a-school": _one(
        "Not by a school", ASKED._replace(kind=Kind.POST, rank=2, issuer_kind=IssuerKind.SCHOOL), allow=(POSTS,)
    ),
    "denied": _one("A deny wins over every allow", deny=(ANY,)),
    "denied-by-name": _one("One issuer is denied, the others are not", deny=(NAMED,)),
    "denied-by-name-asked": _one("That issuer is asked about", ASKED._replace(issuer=CODE), deny=(NAMED,)),
    "by-kind": _one("Schools are told something else", allow=(BY_KIND, ROW)),
    "by-kind-and-name": _one("Schools, and one by name", deny=(NAMED,), allow=(BY_KIND, ROW)),
    "named-alike": _one("A row that names one, to say the same", allow=(ROW, ROW._replace(match=NAMED))),
    "suspended": _one("The agreement is suspended", states=((FILED, F), (ISSUED_ON, S))),
    "not-yet": _one("It is not yet in force", states=((LATER, F),)),
    "repealed": _one("Repealed, and nothing is kept", states=((FILED, F), (ISSUED_ON, R)), keep=False),
    "repealed-kept": _one(
        "Repealed, and what was dated before is kept",
        ASKED._replace(issued_on=Day(ISSUED_ON - 1)),
        states=((FILED, F), (ISSUED_ON, R)),
    ),
    "repealed-and-old": _one(
        "A repeal is for ever: the age of the lists does not matter",
        now=Seconds(NOW + 400 * DAY),
        states=((FILED, F), (ISSUED_ON, R)),
    ),
    "too-old": _one("The agreements have expired", now=Seconds(NOW + 400 * DAY)),
    "from-a-time-to-come": _one("The clock is behind the data", now=Seconds(NOW - 90 * DAY)),
    "no-agreement": Case("None with this region", (agreement(partner=Region("31")),)),
    "no-agreements": Case("The region publishes none", None),
    "home": _one("Its own certificate", ASKED._replace(origin=GUANGDONG)),
    "other-direction": _one("What the partner says: it publishes no agreements", ASKED.turned()),
    "other-direction-unknown": Case("The partner's part is not held", (agreement(),), ASKED.turned(), NOW, False),
    "partner-not-held": Case("The partner's part is not needed", (agreement(),), is_partner_held=False),
}


def described(case: Case, put: Callable[[bytes], str]) -> dict[str, Any]:
    """The case as data; `put` keeps a bundle and names it."""
    asked = case.question
    (pin,) = case.pins()
    return {
        "about": case.about,
        "bundle": put(case.bundle()),
        "pin": pin.hex(),
        "home": GUANGDONG,
        "now": rfc3339(case.now),
        "question": {
            **asked._asdict(),
            "occupation": asked.occupation and asked.occupation._asdict(),
        },
        "found": answers(case.found()),
    }


def write(folder: Path) -> None:
    """All cases into `folder`, in place of what was there."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "bundles").mkdir(parents=True)

    def put(data: bytes) -> str:
        name = f"bundles/{sha256(data).hexdigest()[:16]}.cbor"
        (folder / name).write_bytes(data)
        return name

    content = {name: described(case, put) for name, case in CASES.items()}
    (folder / "cases.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    write(FOLDER)
