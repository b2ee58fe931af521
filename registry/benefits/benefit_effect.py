"""How many certificates that stand each clause of a benefit policy is about: by what the database counts them by.

What a clause may ask for and no column has, a post and the very day, is read from the certificates themselves, and of
those only where it makes a difference.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from credential.benefits import BenefitPolicy, Clause, Facts, facts_of
from credential.issuer import OccupationReference
from credential.model import Day, Kind, day_from_date
from registry.register import certificates
from registry.store.models import STANDING, RegisteredRow

_COUNTED: Final[tuple[Any, ...]] = (
    RegisteredRow.kind,
    RegisteredRow.edition,
    RegisteredRow.occupation,
    RegisteredRow.level,
    RegisteredRow.month,
)
_BATCH: Final = 1_000


class Touched(NamedTuple):
    """The certificates that a clause is about: by kind and level or post, and by occupation."""

    steps: Counter[tuple[Kind, int | None]]
    occupations: Counter[OccupationReference | None]

    @property
    def total(self) -> int:
        """All of them."""
        return self.steps.total()


def standing(session: Session, policy: BenefitPolicy) -> Counter[Facts]:
    """Every certificate of the region that stands or is suspended, counted by what the policy's clauses can ask."""
    found: Counter[Facts] = Counter()
    days = frozenset(_boundaries(policy))
    has_posts = any(each.steps for clause in policy.clauses for each in clause.who if each.kind is Kind.POST)
    query = select(*_COUNTED, func.count()).where(STANDING, RegisteredRow.kind.is_not(None)).group_by(*_COUNTED)
    for *values, count in session.execute(query):
        group = certificates.Sorted(*values)
        if (group.kind == Kind.POST and has_posts) or _divides(days, group.month):
            found.update(_read(session, group))
        else:
            found[_facts(group)] += count
    return found


def touched(policy: BenefitPolicy, clause: Clause, counted: Counter[Facts], today: Day) -> Touched:
    """What the clause is about today, or on its first day if that is to come; anywhere in the region."""
    alone, day = policy._replace(clauses=(clause,)), max(today, clause.first)
    found = Touched(Counter(), Counter())
    for facts, count in counted.items():
        if any(True for _ in alone.applying(facts, None, day)):
            found.steps[facts.kind, facts.step] += count
            found.occupations[facts.occupation] += count
    return found


def _boundaries(policy: BenefitPolicy) -> Iterator[Day]:
    """The days from which on a certificate's date may be answered otherwise."""
    ranges = [(each.first, each.last) for clause in policy.clauses for each in clause.who]
    for first, last in (*ranges, *((each.first, each.last) for each in policy.lists)):
        yield first
        if last is not None:
            yield Day(last + 1)


def _divides(days: frozenset[Day], month: int) -> bool:
    """Whether any of the days is in the month and not its first."""
    first = _first_day(month)
    return any(first < day < first + 31 and day < _first_day(_next(month)) for day in days)


def _next(month: int) -> int:
    return month + 1 if month % 100 < 12 else month + 89


def _first_day(month: int) -> Day:
    return day_from_date(date(month // 100, month % 100, 1))


def _facts(group: certificates.Sorted) -> Facts:
    kind, issued_on = Kind(group.kind), _first_day(group.month)
    if kind is Kind.HONOUR:
        return Facts(kind, None, None, group.occupation, issued_on)
    return Facts(kind, OccupationReference(group.edition, group.occupation), group.level, None, issued_on)


def _read(session: Session, group: certificates.Sorted) -> Iterator[Facts]:
    """The certificates of one group, each read from its bytes."""
    same: list[ColumnElement[Any]] = [
        column == value for column, value in zip(_COUNTED, group, strict=True) if value is not None
    ]
    query = select(RegisteredRow.data).where(STANDING, and_(*same)).execution_options(yield_per=_BATCH)
    for data in session.scalars(query):
        found = certificates.read(data)
        own = found.occupation
        reference = None if own is None else OccupationReference(own.edition, own.code)
        yield facts_of(found.subject, reference, None, found.issued_on)
