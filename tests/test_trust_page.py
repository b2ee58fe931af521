"""docs/trust.md cannot lie: each row of its tables is signed as it stands, and the verifier answers as the row says."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest

from credential import cose, qr_text, register, verify
from credential.issuer import CertificateKey, OccupationReference, Scope, Site, Survivors
from credential.model import (
    Day,
    IssuerCode,
    IssuerState,
    KeyState,
    LevelCertificate,
    Occupation,
    Seconds,
    day_from_date,
    start_of,
)
from credential.reason import Outcome, Reason
from credential.verify import Verdict
from tests.world import CERTIFICATE, CODE, ISSUER, World, certificate, certificate_key, sign_it

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "trust.md"
NOON: Final = 12 * 3600
_BEIJING: Final = timezone(timedelta(hours=8))
_OUTCOMES: Final = {"通过": Outcome.ACCEPTED, "不通过": Outcome.REJECTED, "无法判断": Outcome.UNDECIDED}
_STATES: Final = {
    "备案 filed": IssuerState.FILED,
    "暂停 suspended": IssuerState.SUSPENDED,
    "退出 withdrawn": IssuerState.WITHDRAWN,
    "无效 void": IssuerState.VOID,
}
_KEY_STATES: Final = {
    "待启用 pending": KeyState.PENDING,
    "启用 active": KeyState.ACTIVE,
    "停用 retired": KeyState.RETIRED,
    "泄露 compromised": KeyState.COMPROMISED,
}
_SIGNERS: Final = {"旧 old": "old", "新 new": "new"}
_LONG_AGO: Final = "2020-01-01"
Row = Mapping[str, str]


def day(text: str) -> Day:
    """`2026-03-01`."""
    return day_from_date(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=_BEIJING).date())


def instant(text: str) -> Seconds:
    """`2026-03-01 23:59`, or noon of `2026-03-01`."""
    if len(text) == 10:
        return Seconds(start_of(day(text)) + NOON)
    return Seconds(int(datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=_BEIJING).timestamp()))


def dated(cell: str) -> Iterator[tuple[Day, str]]:
    """A history: `DAY WHAT`, one a line of the cell; nothing if it says that there is none."""
    for line in () if cell == "没有 none" else cell.split("<br>"):
        first, what = line.split(" ", 1)
        yield day(first), what


def period(text: str) -> tuple[Day, Day | None]:
    """`2025-01-01 起 on`, or `2025-01-01 至 to 2026-03-01`."""
    found = re.fullmatch(r"(\S{10}) (?:起 on|至 to (\S{10}))", text)
    assert found, text
    return day(found[1]), day(found[2]) if found[2] else None


@dataclass(frozen=True)
class Scene:
    """What one row describes; each of its columns changes something."""

    changes: Mapping[str, Any] = field(default_factory=lambda: {"scopes": _every_level("6-31-01-03")})
    occupation: str = "6-31-01-03"
    level: int = 3
    prefix: str = str(CODE)
    dated: str = "2026-03-01"
    signed: str = "2026-03-01"
    signer: str = "old"
    keys: Mapping[str, str] = field(default_factory=lambda: {"old": f"{_LONG_AGO} 启用 active"})
    survivor: str = "空名单 none at all"
    listed: str | None = None
    checked: str = "2026-06-30"

    def issuer(self, **changes: Any) -> "Scene":
        """This scene with another entry in the list."""
        return replace(self, changes={**self.changes, **changes})

    def data(self) -> bytes:
        """The certificate."""
        what = certificate(
            subject=LevelCertificate(Occupation(2022, self.occupation, "电工", None), self.level),
            issued_on=day(self.dated),
            issued_at=instant(self.signed),
        )
        return sign_it(what._replace(number=self.prefix + what.number[len(CODE) :]), self.signer)

    def survivors(self) -> tuple[Survivors, tuple[bytes, ...]]:
        """What a stolen key's entry names, and the files that the verifier holds."""
        mine, others = (
            register.digest_of(cose.decode_sign1(data, None).to_be_signed)
            for data in (self.data(), sign_it(CERTIFICATE))
        )
        listed = {"有 yes": [mine], "没有 no": [others], "缺文件 not held": [mine], "空名单 none at all": []}
        file = register.pack_digests(listed[self.survivor]).data
        named = Survivors(sha256(file).digest(), len(listed[self.survivor]))
        return named, () if self.survivor == "缺文件 not held" else (file,)

    def key(self, name: str, history: str) -> CertificateKey:
        """The list's entry of a key."""
        states = [(start_of(first), _KEY_STATES[what]) for first, what in dated(history)]
        found = certificate_key(name, states)
        return found._replace(survivors=self.survivors()[0]) if states[-1][1] is KeyState.COMPROMISED else found

    def world(self) -> World:
        """The region that publishes it all."""
        now = start_of(day(self.checked))
        keys = tuple(self.key(name, history) for name, history in self.keys.items())
        return World(
            issuers=(ISSUER._replace(**{**self.changes, "keys": keys}),),
            survivors=self.survivors()[1],
            list_issued=start_of(day(self.listed)) if self.listed else now,
            status_issued=now,
            checkpoint_issued=now,
        )

    def verdict(self) -> Verdict:
        """What the verifier answers."""
        return verify.verify(qr_text.encode("fj.example", self.data()), self.world().trust(), instant(self.checked))


def _every_level(occupation: str) -> tuple[Scope, ...]:
    return (Scope(OccupationReference(2022, occupation), 1, day(_LONG_AGO), None),)


def _states(scene: Scene, cell: str) -> Scene:
    return scene.issuer(states=tuple((first, _STATES[what]) for first, what in dated(cell)))


def _scopes(scene: Scene, cell: str) -> Scene:
    scopes = []
    for line in cell.split("<br>"):
        occupation, highest, range_ = line.split("，")
        first, last = period(range_)
        scopes.append(
            Scope(OccupationReference(2022, occupation), int(highest.removeprefix("最高 highest ")), first, last)
        )
    return scene.issuer(scopes=tuple(scopes))


def _sites(scene: Scene, cell: str) -> Scene:
    lines = [] if cell == "没有 none" else [line.split("，") for line in cell.split("<br>")]
    return scene.issuer(sites=tuple(Site(IssuerCode(code), *period(range_)) for code, range_ in lines))


def _certified(scene: Scene, cell: str) -> Scene:
    occupation, level = cell.split("，")
    return replace(scene, occupation=occupation, level=int(level))


def _key(name: str) -> Callable[[Scene, str], Scene]:
    def change(scene: Scene, cell: str) -> Scene:
        return scene if cell == "没有 none" else replace(scene, keys={**scene.keys, name: cell})

    return change


COLUMNS: Final[Mapping[str, Callable[[Scene, str], Scene]]] = {
    "情形 case": lambda scene, _: scene,
    "状态 states": _states,
    "名称 names": lambda scene, cell: scene.issuer(names=tuple(dated(cell))),
    "范围 scope": _scopes,
    "考点 sites": _sites,
    "职业等级 certified": _certified,
    "编号开头 number": lambda scene, cell: replace(scene, prefix=cell),
    "旧密钥 old key": _key("old"),
    "新密钥 new key": _key("new"),
    "用哪把 signed with": lambda scene, cell: replace(scene, signer=_SIGNERS[cell]),
    "名单中 survivor": lambda scene, cell: replace(scene, survivor=cell),
    "证书日期 date": lambda scene, cell: replace(scene, dated=cell),
    "签署 signed": lambda scene, cell: replace(scene, signed=cell),
    "清单签发 list of": lambda scene, cell: replace(scene, listed=cell),
    "核验 checked": lambda scene, cell: replace(scene, checked=cell),
    "显示名称 shown": lambda scene, _: scene,
    "答案 answer": lambda scene, _: scene,
}
"""What each column of the page says about a scene; a column of another name is no column of this page."""


def cells(line: str) -> list[str]:
    """The cells of one line of a table."""
    return [cell.strip() for cell in line.strip("|").split("|")]


def rows() -> Iterator[tuple[str, Row]]:
    """Every row of every table, under its section's number and its place in it."""
    section, head, place = 0, None, 0
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            section, place = section + 1, 0
        if not line.startswith("|"):
            head = None
        elif head is None:
            head = cells(line)
        elif not line.startswith("|---"):
            place += 1
            yield f"{section}-{place}", dict(zip(head, cells(line), strict=True))


ROWS: Final = dict(rows())


@pytest.mark.parametrize("name", ROWS)
def test_row(name: str) -> None:
    row = ROWS[name]
    scene = Scene().issuer(states=((day(_LONG_AGO), IssuerState.FILED),))
    for column, cell in row.items():
        scene = COLUMNS[column](scene, cell)
    said, code = row["答案 answer"].split(" ")
    found = scene.verdict()
    assert (found.reason, found.reason.outcome) == (Reason(code), _OUTCOMES[said])
    if "显示名称 shown" in row:
        assert isinstance(found, verify.Accepted)
        assert found.issuer.name == row["显示名称 shown"]


def test_every_state_and_every_reason_of_trust_has_a_row() -> None:
    text = " ".join(" ".join(row.values()) for row in ROWS.values())
    assert [word for word in (*_STATES, *_KEY_STATES, *_OUTCOMES) if word not in text] == []
    reasons = {row["答案 answer"].split(" ")[1] for row in ROWS.values()}
    assert reasons == {
        *("ACCEPTED", "STALE", "TRUST_LIST_EXPIRED", "KEY_UNKNOWN", "NUMBER_ISSUER"),
        *("ISSUER_VOID", "KEY_COMPROMISED", "SURVIVORS_MISSING", "KEY_NOT_ACTIVE"),
        *("ISSUER_NOT_FILED", "ISSUER_SUSPENDED", "ISSUER_WITHDRAWN"),
        *("SCOPE_OCCUPATION", "SCOPE_LEVEL", "SCOPE_DATE"),
    }
    assert set(_STATES.values()) == set(IssuerState)
    assert set(_KEY_STATES.values()) == set(KeyState)


def test_the_tables_are_all_there() -> None:
    assert [sum(name.startswith(f"{section}-") for name in ROWS) for section in range(1, 8)] == [
        20,
        3,
        12,
        6,
        8,
        9,
        8,
    ]
