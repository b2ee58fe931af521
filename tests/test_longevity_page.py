"""docs/longevity.md cannot lie: every row of its first three tables is signed as it stands, and asked in 2056."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pytest

from credential import bundle, qr_text
from credential.bundle import Part
from credential.issuer import OccupationReference, Scope
from credential.model import (
    IssuerState,
    KeyState,
    Occupation,
    Post,
    PostAppointment,
    Region,
    Seconds,
    Status,
    start_of,
)
from credential.reason import Outcome, Reason
from credential.root import Role
from credential.trust import RegionTrust, load
from credential.verify import Verdict, verify
from tests.attacks.simulator import Province
from tests.test_trust_page import cells, day
from tests.world import CERTIFICATE, FUJIAN, ISSUER, YEAR, certificate_key
from verifier_cli.auditing import archive
from verifier_cli.auditing.archive import State

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "longevity.md"
LATE: Final = Seconds(start_of(day("2056-06-30")) + 12 * 3600)
LAST: Final = Seconds(start_of(day("2026-11-22")) + 12 * 3600)
_OUTCOMES: Final = {"通过": Outcome.ACCEPTED, "不通过": Outcome.REJECTED, "无法判断": Outcome.UNDECIDED}
INDEX: Final = 7


@dataclass
class Scene:
    """A province that may go on publishing until 2056, a certificate, and what is shown of it."""

    province: Province = field(default_factory=Province.founded)
    data: bytes = b""
    host: str = "fj.example"
    part: Callable[[Part], Part] = field(default_factory=lambda: lambda part: part)

    def __post_init__(self) -> None:
        self.data = self.province.certify(INDEX)

    def certify(self, **changes: Any) -> None:
        self.data = self.province.certify(INDEX, **changes)

    def issuer(self, **changes: Any) -> None:
        self.province.issuers[ISSUER.code] = self.province.issuers[ISSUER.code]._replace(**changes)

    def decide(self, state: IssuerState, on: str) -> None:
        self.province.decide(state, start_of(day(on)))

    def publish(self, at: Seconds) -> Part:
        self.province.now = at
        if self.province.root.head.expires <= at:
            self.province.ceremony()
        self.province.publish()
        return self.part(self.province.last)

    def text(self) -> str:
        return qr_text.encode(self.host, self.data)


Change = Callable[[Scene], None]


def nothing(_: Scene) -> None:
    pass


def ten_ceremonies(scene: Scene) -> None:
    for place in range(10):
        scene.province.now = Seconds(LAST + place * 3 * YEAR)
        scene.province.ceremony(*(Role if place == 5 else ()))


def lost_root(scene: Scene) -> None:
    ten_ceremonies(scene)
    scene.part = lambda part: part._replace(roots=(*part.roots[:4], *part.roots[5:]))


def withdrawn(scene: Scene) -> None:
    scene.decide(IssuerState.WITHDRAWN, "2031-01-01")


def renamed(scene: Scene) -> None:
    scene.issuer(names=(*ISSUER.names, (day("2031-01-01"), "新集团")))


def deleted(scene: Scene) -> None:
    del scene.province.issuers[ISSUER.code]


def void(scene: Scene) -> None:
    scene.decide(IssuerState.VOID, "2031-01-01")


def retired(scene: Scene) -> None:
    key = certificate_key()
    states = (*key.states, (start_of(day("2029-01-01")), KeyState.RETIRED))
    scene.issuer(keys=(key._replace(states=states),))


def stolen(scene: Scene, year: int = 2040) -> None:
    scene.province.compromise(start_of(day(f"{year}-01-01")), [scene.data])


def backdated(scene: Scene) -> None:
    stolen(scene)
    forged(scene)


def forged(scene: Scene) -> None:
    """The issuer's very key, another name, the index of a certificate that stands."""
    scene.data = scene.province.forge(INDEX, person=CERTIFICATE.person._replace(name="贾冒名"))


def forged_elsewhere(scene: Scene) -> None:
    scene.data = scene.province.forge(INDEX + 1)


def scope(code: str, highest: int = 1) -> tuple[Scope, ...]:
    return (Scope(OccupationReference(2022, code), highest, ISSUER.scopes[0].first, None),)


def new_catalogue(scene: Scene) -> None:
    ended = ISSUER.scopes[0]._replace(last=day("2035-12-31"))
    scene.issuer(scopes=(ended, Scope(OccupationReference(2035, "6-31-01-03"), 1, day("2036-01-01"), None)))


def old_scope_deleted(scene: Scene) -> None:
    scene.issuer(scopes=(Scope(OccupationReference(2035, "6-31-01-03"), 1, day("2036-01-01"), None),))


def another_host(scene: Scene) -> None:
    scene.host = "forger.example"


def another_base(scene: Scene) -> None:
    """The next root has another status base: the certificate's own does not fit it any more."""
    province = scene.province
    province.now = LAST
    newer = replace(province, status_base="https://new.example/s/")
    base = province.root._replace(status_base="https://new.example/s/")
    newer.roots = (*province.roots, _next_root(province, base))
    scene.province = newer


def _next_root(province: Province, base: Any) -> bytes:
    from credential import root, sign

    head = base.head._replace(seq=base.head.seq + 1, issued=province.now, expires=Seconds(province.now + 3 * YEAR))
    return sign.sign(base._replace(head=head).encode(), root.TYP, province.keys[Role.ROOT][:2])


def merged_away(scene: Scene) -> None:
    """Bundles of 2056 have the successor, and nothing of the old code."""
    scene.part = lambda _: Part((), b"", b"")


def post(scene: Scene, until: str) -> None:
    appointed = PostAppointment(Occupation(2022, "6-31-01-03", "电工", None), Post(2), start_of(day(until)))
    scene.certify(subject=appointed, number="聘字第7号")


def status(value: Status) -> Change:
    def change(scene: Scene) -> None:
        scene.province.statuses[INDEX] = value

    return change


def suspended_issuer(scene: Scene) -> None:
    scene.decide(IssuerState.SUSPENDED, "2026-05-01")


def narrow_scope(scene: Scene) -> None:
    scene.issuer(scopes=scope("6-31-01-03", 5))


def unknown_key(scene: Scene) -> None:
    scene.data = scene.province.forge(INDEX, "stranger")


def stolen_later(scene: Scene) -> None:
    scene.province.compromise(start_of(day("2026-10-01")), [scene.data])


def signed_with_stolen(scene: Scene) -> None:
    scene.province.compromise(start_of(day("2026-05-01")), [])


def signed_later(scene: Scene) -> None:
    on = day("2027-06-01")
    scene.data = scene.province.forge(
        INDEX + 1, issued_on=on, issued_at=Seconds(start_of(on) + 36_000), number=f"{ISSUER.code}273000001"
    )


CASES: Final[Mapping[str, Change]] = {
    "nothing has happened": nothing,
    "ten ceremonies of the root": ten_ceremonies,
    "one version of the root was not kept": lost_root,
    "the issuer was dissolved in 2031, its filing withdrawn": withdrawn,
    "it was merged into another in 2031, and renamed": renamed,
    "it was deleted from the list instead of withdrawn": deleted,
    "its filing was declared void in 2031": void,
    "its key was retired in 2029": retired,
    "its key was stolen in 2040; the certificate was registered long before": stolen,
    "the thief's certificate, dated back to 2026": backdated,
    "a new catalogue of occupations; the old scope stays in the list": new_catalogue,
    "the old scope was deleted": old_scope_deleted,
    "the host in the QR is gone, or someone else's": another_host,
    "the status base was changed to a new host's": another_base,
    "the province was merged; its successor holds the root keys and goes on publishing under the old code": nothing,
    "the province was merged, and nothing of it is published any more": merged_away,
    "an appointment whose term ended long ago": lambda scene: post(scene, "2029-06-01"),
    "registered and valid": nothing,
    "revoked": status(Status.REVOKED),
    "superseded": status(Status.SUPERSEDED),
    "suspended at the end": status(Status.SUSPENDED),
    "the issuer is void": lambda scene: scene.decide(IssuerState.VOID, "2026-10-01"),
    "signed while the issuer was suspended": suspended_issuer,
    "a level out of scope": narrow_scope,
    "a key that was never listed": unknown_key,
    "registered before its key was stolen": stolen_later,
    "signed with a stolen key": signed_with_stolen,
    "an appointment whose term had not ended": lambda scene: post(scene, "2029-06-01"),
    "signed after the last state": signed_later,
    "a genuine certificate": nothing,
    "a forged one, under the index of a genuine one": forged,
    "a forged one, under an index that nobody has": forged_elsewhere,
}
"""What each case of the page is, by its English words."""


def rows() -> Iterator[tuple[str, Mapping[str, str]]]:
    """The rows of the tables that have an answer, under their section's number and their place."""
    section, head, place = 0, None, 0
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            section, place = section + 1, 0
        if not line.startswith("|"):
            head = None
        elif head is None:
            head = cells(line)
        elif not line.startswith("|---") and "今天的答案 today" in head:
            place += 1
            yield f"{section}-{place}", dict(zip(head, cells(line), strict=True))


ROWS: Final = dict(rows())


def answer(cell: str) -> tuple[Outcome, Reason]:
    said, code = cell.split(" ")
    return _OUTCOMES[said], Reason(code)


def found(verdict: Verdict) -> tuple[Outcome, Reason]:
    return verdict.reason.outcome, verdict.reason


def asked(scene: Scene, part: Part) -> Verdict:
    """Today's answer, from a bundle with this part and the pin of 2026; without roots the region has no part."""
    successor = Province.founded(region=Region("36"), status_base="https://jx.example/s/")
    successor.now = LATE
    successor.ceremony()
    parts = {successor.region: successor.publish()} | ({FUJIAN: part} if part.roots else {})
    pins = {scene.province.pin} if part.roots else {successor.pin}
    return verify(scene.text(), load(bundle.encode(parts), frozenset(pins)), LATE)


@pytest.mark.parametrize("name", [name for name in ROWS if name.startswith("1-")])
def test_with_current_lists(name: str) -> None:
    row, scene = ROWS[name], Scene()
    CASES[row["情形 case"].split(" / ")[1]](scene)
    assert found(asked(scene, scene.publish(LATE))) == answer(row["今天的答案 today"])


@pytest.mark.parametrize("name", [name for name in ROWS if not name.startswith("1-")])
def test_with_the_archive_alone(name: str) -> None:
    row, scene = ROWS[name], Scene()
    CASES[row["情形 case"].split(" / ")[1]](scene)
    known = load(bundle.encode({FUJIAN: scene.publish(LAST)}), frozenset({scene.province.pin}))
    held = known.regions[FUJIAN]
    assert isinstance(held, RegionTrust)
    today, then = archive.judge(scene.text(), State("state.cbor", scene.province.last, held), LATE)
    assert (found(today), found(then)) == (
        answer(row["今天的答案 today"]),
        answer(row["归档当时的答案 the archive's"]),
    )
    assert then.as_of.now == LAST


def test_the_tables_are_all_there() -> None:
    assert [sum(name.startswith(f"{section}-") for name in ROWS) for section in (1, 2, 3)] == [17, 12, 3]
    assert {row["情形 case"].split(" / ")[1] for row in ROWS.values()} == set(CASES)
