"""What agreements do to a partner's certificates, before anything is signed: pure, over the partner's published part.

A part names issuers and what they may certify, and counts certificates, but holds none. So the unit of an effect is an
item: an issuer, a kind, an occupation, a level or post. Every item that a verifier could accept is asked as a verifier
asks, with the agreement of today and with the new one, on every range of dates on which the answer is the same.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, NamedTuple

from credential.issuer import Issuer, OccupationReference, Scope
from credential.model import (
    MAX_DAY,
    AgreementState,
    Certificate,
    Day,
    IssuerCode,
    IssuerKind,
    IssuerState,
    Kind,
    Post,
    Region,
    Seconds,
    Status,
    region_of,
)
from credential.published import Head
from credential.reason import Recognition
from credential.recognition import (
    Agreement,
    Candidate,
    Match,
    RecognisedAs,
    RecognitionList,
    candidate_of,
    decide,
    recognise,
)
from credential.trust import RegionTrust, Trust
from credential.verify import Accepted, verify

EXAMPLES: Final = 5
"""The most examples that are kept of one change."""
_LEVELS: Final = (5, 4, 3, 2, 1)
_LOCAL: Final = 0


class Change(Enum):
    """What becomes of a certificate's recognition."""

    NEWLY = "newly"
    NO_LONGER = "no_longer"
    OTHERWISE = "otherwise"


class Item(NamedTuple):
    """What one issuer may certify; `rank` is a level, a post, or None."""

    issuer: IssuerCode
    kind: Kind
    occupation: OccupationReference
    rank: int | None


class Answer(NamedTuple):
    """A verifier's second answer."""

    recognition: Recognition
    recognised_as: RecognisedAs | None

    def as_what(self) -> tuple[object, ...] | None:
        """What it counts as, without the clause that says so."""
        found = self.recognised_as
        return None if found is None else (found.occupation, found.level, found.effect)


class Example(NamedTuple):
    """An item whose recognition changes, for certificates dated from `first` to `last`."""

    item: Item
    first: Day
    last: Day | None
    before: Answer
    after: Answer

    def joined(self, later: "Example") -> "Example | None":
        """Both as one, if `later` says the same of the days right after."""
        if self._replace(first=later.first, last=later.last) != later or self.last != later.first - 1:
            return None
        return later._replace(first=self.first)


@dataclass(slots=True)
class Tally:
    """Items, and the first of them as examples."""

    items: set[Item] = field(default_factory=set)
    examples: list[Example] = field(default_factory=list)

    def add(self, example: Example) -> None:
        """Count one; the same item on another range of dates is counted once."""
        if self.examples and (joined := self.examples[-1].joined(example)):
            self.examples[-1] = joined
        elif example.item not in self.items and len(self.examples) < EXAMPLES:
            self.examples.append(example)
        self.items.add(example.item)

    @property
    def issuers(self) -> list[IssuerCode]:
        """Their issuers, in order of code."""
        return sorted({each.issuer for each in self.items})

    @property
    def occupations(self) -> list[OccupationReference]:
        """Their occupations, in order."""
        return sorted({each.occupation for each in self.items})

    def ranks(self, kind: Kind) -> list[int]:
        """The levels of level certificates, or the posts, lowest level first."""
        found = {each.rank for each in self.items if each.kind is kind and each.rank is not None}
        return sorted(found, reverse=kind is Kind.LEVEL)


@dataclass(frozen=True, slots=True)
class Moment:
    """The effect on one day: today, or a later day on which a state begins."""

    day: Day
    before: AgreementState | None
    after: AgreementState | None
    recognised: Tally
    changes: dict[Change, Tally]
    certificates: dict[Change, list[str]]
    """Numbers of the certificates handed in that change."""


@dataclass(frozen=True, slots=True)
class Held:
    """The partner's part that the effect was worked out over, and its certificates as the status lists count them."""

    issued: Seconds
    issuers: int
    standing: int
    suspended: int


@dataclass(frozen=True, slots=True)
class Effects:
    """What one agreement does. `held` is None, and nothing else known, without the partner's part."""

    held: Held | None
    rules: dict[str, Tally]
    """By rule, `allow 1` or `deny 1`: what it decides while the agreement is in force."""
    moments: tuple[Moment, ...]
    examined: int
    """How many of the certificates handed in are authentic."""


class Examined(NamedTuple):
    """An authentic certificate that was handed in."""

    certificate: Certificate
    kind: IssuerKind


def examine(texts: Iterable[str], partner: Region, believed: RegionTrust, now: Seconds) -> list[Examined]:
    """The certificates among QR texts that a verifier accepts as the partner's."""
    found = []
    for text in texts:
        verdict = verify(text, Trust(None, {partner: believed}), now)
        if isinstance(verdict, Accepted):
            issuer = believed.issuers.get(verdict.certificate.issuer)
            found += [Examined(verdict.certificate, issuer.kind)] if issuer else []
    return found


def effects(
    before: Agreement | None,
    after: Agreement,
    home: Region,
    believed: RegionTrust | None,
    today: Day,
    examined: Sequence[Examined] = (),
) -> Effects:
    """What replacing `before` by `after` does today and on every later day on which a state begins."""
    if believed is None:
        return Effects(None, {}, (), 0)
    ranges = list(_ranges(believed.issuers, _boundaries(before, after)))
    asked = [_Asked(before, home), _Asked(after, home)]
    moments = tuple(_moment(day, asked, ranges, examined) for day in _days(before, after, today))
    return Effects(_held(believed), _rules(after, home, ranges), moments, len(examined))


class _Range(NamedTuple):
    """An item on a range of dates on which every row says the same of it."""

    item: Item
    issuer_kind: IssuerKind
    first: Day
    last: Day | None


class _Asked:
    """One side's agreement, asked as a verifier asks; answers are kept by everything that they can depend on."""

    def __init__(self, agreement: Agreement | None, home: Region) -> None:
        self.agreement = agreement
        self.home = home
        self._list = _list_of(agreement, home)
        self._named = {each.issuer for each in _matches(agreement) if isinstance(each.issuer, str)}
        self._known: dict[object, Answer] = {}

    def ask(self, where: _Range, today: Day) -> Answer:
        item = where.item
        who = item.issuer if item.issuer in self._named else where.issuer_kind
        key = (who, item.kind, item.occupation, item.rank, where.first, today)
        found = self._known.get(key)
        if found is None:
            found = self.ask_candidate(_candidate(where), today)
            self._known[key] = found
        return found

    def ask_certificate(self, one: Examined, today: Day) -> Answer:
        return self.ask_candidate(candidate_of(one.certificate, one.kind), today)

    def ask_candidate(self, one: Candidate, today: Day) -> Answer:
        return Answer(*recognise(one, self.home, self._list, today))

    def state_on(self, day: Day) -> AgreementState | None:
        return None if self.agreement is None else self.agreement.state_on(day)


def _moment(day: Day, asked: Sequence[_Asked], ranges: Sequence[_Range], examined: Sequence[Examined]) -> Moment:
    old, new = asked
    recognised, changes = Tally(), {each: Tally() for each in Change}
    for where in ranges:
        before, after = old.ask(where, day), new.ask(where, day)
        example = Example(where.item, where.first, where.last, before, after)
        if after.recognised_as is not None:
            recognised.add(example)
        change = _change(before, after)
        if change is not None:
            changes[change].add(example)
    numbers: dict[Change, list[str]] = {each: [] for each in Change}
    for one in examined:
        change = _change(old.ask_certificate(one, day), new.ask_certificate(one, day))
        if change is not None:
            numbers[change].append(one.certificate.number)
    return Moment(day, old.state_on(day), new.state_on(day), recognised, changes, numbers)


def _change(before: Answer, after: Answer) -> Change | None:
    match before.as_what(), after.as_what():
        case None, None:
            return None
        case None, _:
            return Change.NEWLY
        case _, None:
            return Change.NO_LONGER
        case old, new:
            return None if old == new else Change.OTHERWISE


def _rules(after: Agreement, home: Region, ranges: Iterable[_Range]) -> dict[str, Tally]:
    """What each row decides while the agreement is in force; a row that decides nothing has an empty tally."""
    in_force = after._replace(states=((Day(0), AgreementState.IN_FORCE),))
    asked = _Asked(in_force, home)
    names = [f"deny {place}" for place in range(1, len(after.deny) + 1)]
    names += [f"allow {place}" for place in range(1, len(after.allow) + 1)]
    found = {name: Tally() for name in names}
    for where in ranges:
        decision = decide(_candidate(where), in_force, Day(0))
        if decision.place is not None:
            answer = asked.ask(where, Day(0))
            name = f"{_LISTS[decision.recognition]} {decision.place + 1}"
            found[name].add(Example(where.item, where.first, where.last, answer, answer))
    return found


_LISTS: Final = {Recognition.RECOGNISED: "allow", Recognition.DENIED: "deny"}


def _candidate(where: _Range) -> Candidate:
    """What recognition looks at, on the first day of the range."""
    item = where.item
    occupation = None if item.kind is Kind.HONOUR else item.occupation
    region = region_of(item.issuer)
    return Candidate(region, item.issuer, where.issuer_kind, item.kind, occupation, item.rank, where.first)


def _days(before: Agreement | None, after: Agreement, today: Day) -> list[Day]:
    states = after.states + (before.states if before is not None else ())
    return sorted({today, *(day for day, _ in states if day > today)})


def _boundaries(before: Agreement | None, after: Agreement) -> list[Day]:
    """The days on which the answer about a certificate of that date may begin to be another."""
    found = {day for agreement in (before, after) for day in _begins(agreement)}
    return sorted(found)


def _begins(agreement: Agreement | None) -> Iterator[Day]:
    if agreement is None:
        return
    yield agreement.states[-1][0]
    for each in _matches(agreement):
        yield each.first
        if each.last is not None:
            yield Day(each.last + 1)


def _matches(agreement: Agreement | None) -> Iterator[Match]:
    if agreement is not None:
        yield from agreement.deny
        yield from (each.match for each in agreement.allow)


def _ranges(issuers: Iterable[Issuer], boundaries: Sequence[Day]) -> Iterator[_Range]:
    for issuer in issuers:
        filed = [] if issuer.is_void else list(_filed(issuer))
        for scope in issuer.scopes:
            spans = [span for days in filed for span in _split(_common(scope, days), boundaries)]
            for item in _items(issuer.code, scope) if spans else ():
                yield from (_Range(item, issuer.kind, first, last) for first, last in spans)


def _filed(issuer: Issuer) -> Iterator[tuple[Day, Day]]:
    """The ranges of days on which the issuer is filed, ends included."""
    ends = [Day(day - 1) for day, _ in issuer.states[1:]] + [MAX_DAY]
    for (first, state), last in zip(issuer.states, ends, strict=True):
        if state is IssuerState.FILED:
            yield first, last


def _common(scope: Scope, days: tuple[Day, Day]) -> tuple[Day, Day]:
    return max(scope.first, days[0]), min(MAX_DAY if scope.last is None else scope.last, days[1])


def _split(span: tuple[Day, Day], boundaries: Sequence[Day]) -> Iterator[tuple[Day, Day | None]]:
    """The span, cut where the answer may change; empty if it ends before it begins."""
    first, last = span
    for day in boundaries:
        if first < day <= last:
            yield first, Day(day - 1)
            first = day
    if first <= last:
        yield first, None if last == MAX_DAY else last


def _items(issuer: IssuerCode, scope: Scope) -> Iterator[Item]:
    """Everything that a verifier accepts under the scope: it asks for the level of level certificates only."""
    occupation = scope.occupation
    for level in _LEVELS:
        if scope.covers_level(level):
            yield Item(issuer, Kind.LEVEL, occupation, level)
    yield Item(issuer, Kind.SPECIAL_ABILITY, occupation, None)
    yield from (Item(issuer, Kind.POST, occupation, int(post)) for post in Post)
    if occupation.edition == _LOCAL:
        yield Item(issuer, Kind.HONOUR, occupation, None)


def _list_of(agreement: Agreement | None, home: Region) -> RecognitionList:
    head = Head(home, 0, 0, Seconds(0), Seconds(0))
    return RecognitionList(head, () if agreement is None else (agreement,))


def _held(believed: RegionTrust) -> Held:
    nibbles: Counter[int] = Counter()
    for listed in believed.status_lists.values():
        for value, count in Counter(listed.entries).items():
            nibbles[value & 15] += count
            nibbles[value >> 4] += count
    issuers = sum(1 for _ in believed.issuers)
    return Held(believed.trust_list.head.issued, issuers, nibbles[Status.VALID], nibbles[Status.SUSPENDED])
