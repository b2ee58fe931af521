"""What stands before the rows of a report: totals, as of when, by which lists and pins."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from credential.model import IssuerCode, Region, Seconds, region_of, rfc3339
from credential.published import Head
from credential.reason import Outcome, Reason
from credential.trust import RegionTrust, Trust
from verifier_cli.held import store
from verifier_cli.output import shown
from verifier_cli.reading.inputs import name_of
from verifier_cli.reports.spool import Spool
from verifier_cli.words import human
from verifier_cli.words.machine import Json

if TYPE_CHECKING:
    from verifier_cli.asked import Asked

_DAY = 86_400


class Line(NamedTuple):
    """One fact: what it is in both languages, and its value."""

    zh: str
    en: str
    value: str


class Listed(NamedTuple):
    """A published list that the answers rely on."""

    region: Region
    kind: str
    version: str
    issued: Seconds
    expires: Seconds


class Summary(NamedTuple):
    """All of it. `total` is the number of rows, and the sum of `outcomes` as of `reasons`."""

    now: Seconds
    inputs: tuple[str, ...]
    home: Region | None
    pins: tuple[str, ...]
    lists: tuple[Listed, ...]
    total: int
    outcomes: dict[Outcome, int]
    reasons: tuple[tuple[Reason, int], ...]
    repeated: int

    def lines(self) -> Iterator[Line]:
        """For a person."""
        yield Line("判断时间", "As of", rfc3339(self.now))
        yield Line("输入", "Inputs", ", ".join(self.inputs))
        yield Line("共", "Rows", f"{self.total}")
        for outcome, many in self.outcomes.items():
            yield Line(*human.outcome(outcome), f"{many}")
        yield Line("其中重复的证书", "Of them repeated certificates", f"{self.repeated}")
        yield Line("本地区", "Home region", self.home or "-")
        for pin in self.pins:
            yield Line("根指纹", "Pin", pin)
        for each in self.lists:
            yield Line(*_KINDS[each.kind], self._said(each))

    def _said(self, each: Listed) -> str:
        days = (self.now - each.issued) / _DAY
        issued, expires = rfc3339(each.issued), rfc3339(each.expires)
        return f"{each.region}: {each.version}, {issued} ({days:.1f} 天 days), 有效至 until {expires}"

    def data(self) -> Json:
        """For programs."""
        return {
            "now": rfc3339(self.now),
            "inputs": list(self.inputs),
            "home": self.home,
            "pins": list(self.pins),
            "lists": [
                {
                    "region": each.region,
                    "type": each.kind,
                    "version": each.version,
                    "issued": rfc3339(each.issued),
                    "expires": rfc3339(each.expires),
                }
                for each in self.lists
            ],
            "total": self.total,
            "verdicts": {outcome.value: many for outcome, many in self.outcomes.items()},
            "reasons": {reason.value: many for reason, many in self.reasons},
            "repeated": self.repeated,
        }


_KINDS = {
    "root": ("根", "Root"),
    "trust_list": ("信任清单", "Trust list"),
    "status_list": ("状态列表", "Status list"),
    "recognition": ("采认名单", "Agreements"),
}
NOTE = (
    "通过只说明证书真实有效；持证人是否本人，请核对照片和身份证件。",
    '"Passed" says that a certificate is authentic and stands; that the bearer is this person, the photo and ID show.',
    "本表含个人信息，请妥善保管，用完删除。",
    "This report holds personal data: keep it safe, and delete it when it is no longer needed.",
)


def of(spool: Spool, asked: "Asked", known: Trust) -> Summary:
    """The summary of all rows."""
    regions = {region_of(IssuerCode(code)) for code in spool.issuers()} | ({known.home} if known.home else set())
    return Summary(
        now=asked.now,
        inputs=tuple(shown(name_of(each)) for each in asked.inputs),
        home=known.home,
        pins=_pins(asked),
        lists=tuple(each for region in sorted(regions) for each in _lists(region, known)),
        total=spool.size,
        outcomes=spool.outcomes(),
        reasons=tuple(spool.reasons()),
        repeated=spool.repeated(),
    )


def _pins(asked: "Asked") -> tuple[str, ...]:
    pins = store.choose_stored(asked.region)[1] if asked.pin is None else store.read_pins(asked.pin)
    return tuple(sorted(pin.hex() for pin in pins))


def _lists(region: Region, known: Trust) -> Iterator[Listed]:
    found = known.regions.get(region)
    if not isinstance(found, RegionTrust):
        return
    yield _listed("root", found.root.head)
    yield _listed("trust_list", found.trust_list.head)
    for number, each in sorted(found.status_lists.items()):
        version = f"#{number} {each.epoch}.{each.seq}"
        yield Listed(region, "status_list", version, each.issued, each.expires)
    if found.recognition is not None:
        yield _listed("recognition", found.recognition.head)


def _listed(kind: str, head: Head) -> Listed:
    return Listed(head.region, kind, f"{head.epoch}.{head.seq}", head.issued, head.expires)
