"""The table of a benefit policy 待遇政策: clauses, and lists of shortage occupations; closed, and no rule language.

A clause that applies is an answer by itself: several may apply, nothing is added up and none outranks another. Without
a clause there is no answer.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from credential import cbor, numbers
from credential.issuer import OccupationReference
from credential.model import (
    MAX_DAY,
    Benefit,
    Day,
    Kind,
    LevelCertificate,
    ListedOn,
    Period,
    Post,
    PostAppointment,
    RegionalHonour,
    SpecialAbility,
    Subject,
)
from credential.published import (
    HEAD,
    Head,
    ObjectType,
    array,
    decode_head,
    malformed,
    mapping,
    reading,
    require,
    text,
    uint,
)
from credential.recognition import covers_occupation

MAX_WORDS_BYTES: Final = 1_024
_CLAUSES: Final = 10
_LISTS: Final = 11
_MAX_CODE_BYTES: Final = 96
_STEPS: Final = {Kind.LEVEL: range(1, 6), Kind.SPECIAL_ABILITY: (), Kind.POST: tuple(Post), Kind.HONOUR: ()}


class Facts(NamedTuple):
    """A certificate as the home region counts it. `step` is the level of a level certificate, the post of a post."""

    kind: Kind
    occupation: OccupationReference | None
    step: int | None
    honour: str | None
    issued_on: Day


def facts_of(subject: Subject, occupation: OccupationReference | None, level: int | None, issued_on: Day) -> Facts:
    """What a clause sees of a certificate that counts as this occupation and level: whatever has a level is a level."""
    if level is not None:
        return Facts(Kind.LEVEL, occupation, level, None, issued_on)
    match subject:
        case PostAppointment(post=post):
            return Facts(Kind.POST, occupation, int(post), None, issued_on)
        case SpecialAbility():
            return Facts(Kind.SPECIAL_ABILITY, occupation, None, None, issued_on)
        case RegionalHonour(honour=honour):
            return Facts(Kind.HONOUR, None, None, honour, issued_on)
        case LevelCertificate(level=own):
            return Facts(Kind.LEVEL, occupation, own, None, issued_on)


class Who(NamedTuple):
    """Which certificates a clause is about. None, and empty `steps`, are all; dates are of the certificate, inclusive.

    `steps` are levels of level certificates or posts of post appointments, `honour` is the whole text of an honour.
    """

    kind: Kind
    edition: int | None
    prefix: str | None
    steps: tuple[int, ...]
    honour: str | None
    first: Day
    last: Day | None

    def covers(self, facts: Facts) -> bool:
        """Whether the clause is about such a certificate."""
        return (
            facts.kind is self.kind
            and self._covers_occupation(facts.occupation)
            and (not self.steps or facts.step in self.steps)
            and (self.honour is None or facts.honour == self.honour)
            and in_range(facts.issued_on, self.first, self.last)
        )

    def _covers_occupation(self, occupation: OccupationReference | None) -> bool:
        if occupation is None:
            return self.edition is None and self.prefix is None
        return covers_occupation(self.edition, self.prefix, occupation)


class Amount(NamedTuple):
    """Money, in whole fen, each period; at most `times` times if given."""

    fen: int
    period: Period
    times: int | None


class Shortage(NamedTuple):
    """The condition that the occupation stands on one of these lists, by id, on that day."""

    on: ListedOn
    lists: tuple[int, ...]


class Place(NamedTuple):
    """A division 行政区划 of GB/T 2260, six digits, and what it is called."""

    code: str
    name: str


class Clause(NamedTuple):
    """One clause: its document, number and words, what it gives, to whom, where and when."""

    id: int
    document: str
    document_day: Day
    number: str
    words: str
    benefit: Benefit
    amount: Amount | None
    who: tuple[Who, ...]
    shortage: Shortage | None
    divisions: tuple[Place, ...]
    first: Day
    last: Day | None


class ShortageList(NamedTuple):
    """A shortage list 紧缺目录 of one division: occupations, each an edition (None: any) and a code or a beginning."""

    id: int
    title: str
    document: str
    document_day: Day
    division: Place
    first: Day
    last: Day | None
    occupations: tuple[tuple[int | None, str], ...]

    def has(self, occupation: OccupationReference, day: Day, division: str | None) -> bool:
        """Whether the occupation stands on it on `day`, in `division` (None: wherever the list is of)."""
        return (
            in_range(day, self.first, self.last)
            and covers_division(self.division.code, division)
            and any(covers_occupation(edition, prefix, occupation) for edition, prefix in self.occupations)
        )


class Entitled(NamedTuple):
    """A clause that applies, and the shortage list that it applies by, if it asks for one."""

    clause: Clause
    listed: ShortageList | None


class BenefitPolicy(NamedTuple):
    """All clauses and shortage lists of one region, those that have ended among them."""

    head: Head
    clauses: tuple[Clause, ...]
    lists: tuple[ShortageList, ...]

    def encode(self) -> bytes:
        """The payload to be signed."""
        clauses: list[cbor.Value] = [_encode_clause(each) for each in self.clauses]
        lists: list[cbor.Value] = [_encode_list(each) for each in self.lists]
        return cbor.encode({**self.head.encode(), _CLAUSES: clauses, _LISTS: lists})

    def applying(self, facts: Facts, division: str | None, today: Day) -> Iterator[Entitled]:
        """Every clause that applies today in `division`, in order; without one, wherever a clause may apply."""
        for clause in self.clauses:
            if _is_open(clause, facts, division, today):
                listed = self._listed(clause.shortage, facts, division, today)
                if clause.shortage is None or listed is not None:
                    yield Entitled(clause, listed)

    def _listed(self, shortage: Shortage | None, facts: Facts, division: str | None, today: Day) -> ShortageList | None:
        if shortage is None or facts.occupation is None:
            return None
        day = today if shortage.on is ListedOn.TODAY else facts.issued_on
        named = (each for each in self.lists if each.id in shortage.lists)
        return next((each for each in named if each.has(facts.occupation, day, division)), None)


def _is_open(clause: Clause, facts: Facts, division: str | None, today: Day) -> bool:
    return (
        in_range(today, clause.first, clause.last)
        and any(covers_division(each.code, division) for each in clause.divisions)
        and any(each.covers(facts) for each in clause.who)
    )


def in_range(day: Day, first: Day, last: Day | None) -> bool:
    """Whether the day is in the range, both ends included; None has no end."""
    return first <= day and (last is None or day <= last)


def covers_division(division: str, asked: str | None) -> bool:
    """Whether what holds in `division` holds in `asked`: it, or a part of that city or province. None: anywhere."""
    if asked is None or asked == division:
        return True
    return any(division == asked[:digits].ljust(6, "0") for digits in (2, 4))


@lru_cache(maxsize=8)
def decode(payload: bytes) -> BenefitPolicy:
    """The table in a policy's payload. ObjectError OBJECT_MALFORMED."""
    with reading(ObjectType.BENEFITS, payload):
        claims = mapping(cbor.decode(payload), HEAD | {_CLAUSES, _LISTS})
        policy = BenefitPolicy(
            head=decode_head(claims),
            clauses=tuple(_clause(each) for each in array(claims[_CLAUSES])),
            lists=tuple(_list(each) for each in array(claims[_LISTS])),
        )
        require_whole(policy)
        return policy


def require_whole(policy: BenefitPolicy) -> None:
    """Refuse two clauses or lists of one id, a list that is not there, and a division of another region."""
    listed = [each.id for each in policy.lists]
    for numbers_ in ([each.id for each in policy.clauses], listed):
        require(len(set(numbers_)) == len(numbers_), "two of one id")
    for clause in policy.clauses:
        named = clause.shortage.lists if clause.shortage else ()
        require(set(named) <= set(listed), "a shortage list that is not in the policy")
    divisions = [each for clause in policy.clauses for each in clause.divisions]
    for division in (*divisions, *(each.division for each in policy.lists)):
        require(division.code.startswith(policy.head.region), "a division of another region")


def _clause(value: cbor.Value) -> Clause:
    number, document, day, place, words, benefit, amount, who, shortage, divisions, first, last = array(value, 12)
    clause = Clause(
        id=uint(number),
        document=text(document),
        document_day=_day(day),
        number=text(place, _MAX_CODE_BYTES),
        words=text(words, MAX_WORDS_BYTES),
        benefit=Benefit(uint(benefit, max(Benefit))),
        amount=None if amount is None else _amount(amount),
        who=tuple(_who(each) for each in array(who)),
        shortage=None if shortage is None else _shortage(shortage),
        divisions=tuple(_place(each) for each in array(divisions)),
        first=_day(first),
        last=None if last is None else _day(last),
    )
    require(bool(clause.who), "a clause about nobody")
    require(bool(clause.divisions), "a clause for nowhere")
    return clause


def _amount(value: cbor.Value) -> Amount:
    fen, period, times = array(value, 3)
    require(uint(fen) > 0 and times != 0, "an amount of nothing")
    return Amount(uint(fen), Period(uint(period, max(Period))), None if times is None else uint(times))


def _who(value: cbor.Value) -> Who:
    kind, edition, prefix, steps, honour, first, last = array(value, 7)
    who = Who(
        kind=Kind(uint(kind, max(Kind))),
        edition=None if edition is None else uint(edition, 9999),
        prefix=None if prefix is None else text(prefix, _MAX_CODE_BYTES),
        steps=tuple(uint(each) for each in array(steps)),
        honour=None if honour is None else text(honour, _MAX_CODE_BYTES),
        first=_day(first),
        last=None if last is None else _day(last),
    )
    require(all(each in _STEPS[who.kind] for each in who.steps), "not a level or post of this kind of certificate")
    is_honour = who.kind is Kind.HONOUR
    require(is_honour or who.honour is None, "an honour's text for another kind")
    require(not is_honour or (who.edition, who.prefix) == (None, None), "an occupation for an honour")
    return who


def _shortage(value: cbor.Value) -> Shortage:
    on, lists = array(value, 2)
    shortage = Shortage(ListedOn(uint(on, max(ListedOn))), tuple(uint(each) for each in array(lists)))
    require(bool(shortage.lists), "on no list")
    return shortage


def _list(value: cbor.Value) -> ShortageList:
    number, title, document, day, division, first, last, occupations = array(value, 8)
    return ShortageList(
        id=uint(number),
        title=text(title),
        document=text(document),
        document_day=_day(day),
        division=_place(division),
        first=_day(first),
        last=None if last is None else _day(last),
        occupations=tuple(_occupation(each) for each in array(occupations)),
    )


def _occupation(value: cbor.Value) -> tuple[int | None, str]:
    edition, prefix = array(value, 2)
    return None if edition is None else uint(edition, 9999), text(prefix, _MAX_CODE_BYTES)


def _place(value: cbor.Value) -> Place:
    code, name = array(value, 2)
    found = numbers.parse_division(text(code))
    if found is None:
        raise malformed("not a division")
    return Place(found, text(name, _MAX_CODE_BYTES))


def _day(value: cbor.Value) -> Day:
    return Day(uint(value, MAX_DAY))


def _encode_clause(clause: Clause) -> cbor.Value:
    amount, shortage = clause.amount, clause.shortage
    return [
        clause.id,
        clause.document,
        clause.document_day,
        clause.number,
        clause.words,
        int(clause.benefit),
        None if amount is None else [amount.fen, int(amount.period), amount.times],
        [_encode_who(each) for each in clause.who],
        None if shortage is None else [int(shortage.on), list(shortage.lists)],
        [list(each) for each in clause.divisions],
        clause.first,
        clause.last,
    ]


def _encode_who(who: Who) -> cbor.Value:
    return [int(who.kind), who.edition, who.prefix, list(who.steps), who.honour, who.first, who.last]


def _encode_list(listed: ShortageList) -> cbor.Value:
    occupations: list[cbor.Value] = [[edition, prefix] for edition, prefix in listed.occupations]
    return [
        listed.id,
        listed.title,
        listed.document,
        listed.document_day,
        list(listed.division),
        listed.first,
        listed.last,
        occupations,
    ]
