"""What in the register should be looked at: a pure function over what was counted, and the table of its thresholds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median
from typing import Any, Final

from credential.model import Day, IssuerCode
from registry.supervision.terms import Sort


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on something is flagged; docs/supervision.md says why from there."""

    look_back: int = 180
    """Days before a day that say what is usual for an issuer."""
    usual_days: int = 5
    """So many of them must have certificates, or nothing is usual yet."""
    burst_times: int = 5
    """A day is a burst above so many times the usual day (the median of the days with certificates)..."""
    burst_floor: int = 200
    """... and from so many certificates on."""
    newcomer_floor: int = 1_000
    """A day is a burst from so many on where nothing is usual yet."""
    pass_percent: int = 98
    """A pass rate is flagged from so many per cent on..."""
    pass_floor: int = 30
    """... if so many people were evaluated. More certified than evaluated is flagged always."""


THRESHOLDS: Final = Thresholds()


@dataclass(frozen=True, slots=True)
class IssuerDay:
    """How many certificates an issuer registered on a day. `is_new`: since what was judged before."""

    issuer: IssuerCode
    day: Day
    certificates: int
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class BatchCount:
    """How many people were evaluated for a batch, and how many certified."""

    issuer: IssuerCode
    request: bytes
    day: Day
    evaluated: int
    certified: int


@dataclass(frozen=True, slots=True)
class Obtained:
    """A certificate that a person was given on a day. `person` tells people apart and names nobody."""

    person: str
    day: Day
    issuer: IssuerCode
    site: str
    number: str
    occupation: str
    level: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """All that flags are judged by."""

    days: Sequence[IssuerDay] = ()
    batches: Sequence[BatchCount] = ()
    obtained: Sequence[Obtained] = ()


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag. `key` is the same whenever the same thing is judged again."""

    sort: Sort
    key: str
    day: Day
    issuers: tuple[IssuerCode, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)


def judge(counted: Counted, limits: Thresholds = THRESHOLDS) -> list[Raised]:
    """Every flag that what was counted gives reason for."""
    return [
        *_bursts(counted.days, limits),
        *_pass_rates(counted.batches, limits),
        *_of_people(counted.obtained),
    ]


def _bursts(days: Iterable[IssuerDay], limits: Thresholds) -> Iterator[Raised]:
    ordered = sorted(days, key=lambda each: (each.issuer, each.day))
    for issuer, found in groupby(ordered, key=lambda each: each.issuer):
        of_issuer = list(found)
        for place, each in enumerate(of_issuer):
            before = [old.certificates for old in of_issuer[:place] if old.day >= each.day - limits.look_back]
            usual = median(before) if len(before) >= limits.usual_days else None
            if each.is_new and _is_burst(each.certificates, usual, limits):
                facts = {"certificates": each.certificates, "usual": usual, "days": len(before)}
                yield Raised(Sort.BURST, f"{issuer} {each.day}", each.day, (issuer,), facts)


def _is_burst(certificates: int, usual: float | None, limits: Thresholds) -> bool:
    if usual is None:
        return certificates >= limits.newcomer_floor
    return certificates >= limits.burst_floor and certificates > limits.burst_times * usual


def _pass_rates(batches: Iterable[BatchCount], limits: Thresholds) -> Iterator[Raised]:
    for each in batches:
        is_high = each.certified * 100 >= each.evaluated * limits.pass_percent and each.evaluated >= limits.pass_floor
        if is_high or each.certified > each.evaluated:
            batch = each.request.hex()
            facts = {"batch": batch, "evaluated": each.evaluated, "certified": each.certified}
            yield Raised(Sort.RATE, f"{each.issuer} {batch}", each.day, (each.issuer,), facts)


def _of_people(obtained: Iterable[Obtained]) -> Iterator[Raised]:
    ordered = sorted(obtained, key=lambda each: (each.person, each.day, each.number))
    for (person, day), found in groupby(ordered, key=lambda each: (each.person, each.day)):
        together = list(found)
        if len({each.site for each in together}) > 1:
            yield _about_person(Sort.TWO_PLACES, f"{person} {day}", together)
        by_occupation = sorted(together, key=lambda each: each.occupation)
        for occupation, same in groupby(by_occupation, key=lambda each: each.occupation):
            of_one = list(same)
            if len({each.level for each in of_one}) > 1:
                yield _about_person(Sort.TWO_LEVELS, f"{person} {day} {occupation}", of_one)


def _about_person(sort: Sort, key: str, together: Sequence[Obtained]) -> Raised:
    facts = {
        "certificates": [
            {"number": each.number, "site": each.site, "occupation": each.occupation, "level": each.level}
            for each in together
        ]
    }
    return Raised(sort, key, together[0].day, tuple(sorted({each.issuer for each in together})), facts)
