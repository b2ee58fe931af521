"""What stands before the rows of a report: totals, as of when, by which lists and pins."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from credential import freshness
from credential.freshness import Listed
from credential.freshness_wording import OBJECTS
from credential.model import IssuerCode, Region, Seconds, region_of, rfc3339
from credential.published import ObjectType, name_of
from credential.reason import Outcome, Reason
from credential.trust import RegionTrust, Trust
from verifier_cli.held import store
from verifier_cli.output import shown
from verifier_cli.reading import inputs
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


class Summary(NamedTuple):
    """All of it. `total` is the number of rows, and the sum of `outcomes` as of `reasons`."""

    now: Seconds
    inputs: tuple[str, ...]
    home: Region | None
    pins: tuple[str, ...]
    lists: tuple[tuple[Region, Listed], ...]
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
        for region, each in self.lists:
            yield Line(*OBJECTS[each.type], self._said(region, each))

    def _said(self, region: Region, each: Listed) -> str:
        days = (self.now - each.issued) / _DAY
        issued, expires = rfc3339(each.issued), rfc3339(each.expires)
        return f"{region}: {_version(each)}, {issued} ({days:.1f} 天 days), 有效至 until {expires}"

    def data(self) -> Json:
        """For programs."""
        return {
            "now": rfc3339(self.now),
            "inputs": list(self.inputs),
            "home": self.home,
            "pins": list(self.pins),
            "lists": [
                {
                    "region": region,
                    "type": name_of(each.type),
                    "version": _version(each),
                    "issued": rfc3339(each.issued),
                    "expires": rfc3339(each.expires),
                }
                for region, each in self.lists
            ],
            "total": self.total,
            "verdicts": {outcome.value: many for outcome, many in self.outcomes.items()},
            "reasons": {reason.value: many for reason, many in self.reasons},
            "repeated": self.repeated,
        }


NOTE = (
    "通过只说明证书真实有效；持证人是否本人，请核对照片和身份证件。",
    '"Accepted" says that a certificate is authentic and stands; who the bearer is, the photo and the ID show.',
    "本表含个人信息，请妥善保管，用完删除。",
    "This report holds personal data: keep it safe, and delete it when it is no longer needed.",
)


def of(spool: Spool, asked: "Asked", known: Trust) -> Summary:
    """The summary of all rows."""
    regions = {region_of(IssuerCode(code)) for code in spool.issuers()} | ({known.home} if known.home else set())
    return Summary(
        now=asked.now,
        inputs=tuple(shown(inputs.name_of(each)) for each in asked.inputs),
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


def _lists(region: Region, known: Trust) -> Iterator[tuple[Region, Listed]]:
    """What answers about the region's certificates rely on."""
    found = known.regions.get(region)
    if isinstance(found, RegionTrust):
        yield from ((region, each) for each in freshness.listed(found) if each.type is not ObjectType.CHECKPOINT)


def _version(each: Listed) -> str:
    order = f"{each.epoch}.{each.seq}"
    return order if each.number is None else f"#{each.number} {order}"
