"""Satisfaction: how many gave each mark from 1 to 5; published as a share only where enough answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential.model import Day, IssuerCode, Seconds, date_from_day, day_of
from registry import settings
from registry.problems import Problem, Refused
from registry.record import acts
from registry.record.acts import Act
from registry.store.supervision import SatisfactionRow
from registry.supervision import batches

MARKS: Final = 5
SATISFIED: Final = 4
"""From this mark on somebody counts as satisfied."""
FEWEST: Final = 10
"""Answers to one survey below which nothing of it is published: fewer could point at a person."""
MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Survey:
    """The answers about a batch (a request id in hexadecimal), or about the days from `first` to `last`."""

    issuer: IssuerCode
    asked: int
    marks: tuple[int, ...]
    batch: str | None = None
    first: Day | None = None
    last: Day | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A year's surveys that may be published, together."""

    year: int
    asked: int
    answered: int
    satisfied: int

    @property
    def percent(self) -> int:
        """Satisfied of those who answered, rounded down: no 100 that is none."""
        return self.satisfied * 100 // self.answered


def record(session: Session, survey: Survey, who: str, now: Seconds) -> None:
    """Note the answers; said again of the same batch or days, the newer ones count. Refused: what cannot be."""
    settings.lock(session)
    batches.require_issuer(session, survey.issuer)
    _require_counts(survey)
    request, first, last = _what_about(session, survey, day_of(now))
    row = _same(session, survey.issuer, request, first, last)
    if row is None:
        row = SatisfactionRow(issuer=survey.issuer, request=request, first=first, last=last)
        session.add(row)
    row.asked, row.recorded_by, row.recorded_at = survey.asked, who, now
    row.mark1, row.mark2, row.mark3, row.mark4, row.mark5 = survey.marks
    session.flush()
    facts = {"asked": survey.asked, "marks": list(survey.marks), "batch": survey.batch, "first": first, "last": last}
    acts.record(session, Act(who, "satisfaction.record", survey.issuer, detail=facts), now)


def marks_of(row: SatisfactionRow) -> tuple[int, ...]:
    """How many gave 1, 2, 3, 4 and 5."""
    return row.mark1, row.mark2, row.mark3, row.mark4, row.mark5


def of_issuer(session: Session, issuer: IssuerCode) -> Sequence[SatisfactionRow]:
    """All surveys about an issuer, the newest first."""
    query = select(SatisfactionRow).where(SatisfactionRow.issuer == issuer)
    return session.scalars(query.order_by(SatisfactionRow.last.desc(), SatisfactionRow.id.desc())).all()


def published(rows: Sequence[SatisfactionRow]) -> list[Share]:
    """The shares by year of the last day, newest first. A survey that few answered counts nowhere."""
    years: dict[int, Share] = {}
    for row in rows:
        marks = marks_of(row)
        if sum(marks) >= FEWEST:
            year = date_from_day(Day(row.last)).year
            known = years.get(year, Share(year, 0, 0, 0))
            satisfied = known.satisfied + sum(marks[SATISFIED - 1 :])
            years[year] = Share(year, known.asked + row.asked, known.answered + sum(marks), satisfied)
    return [years[year] for year in sorted(years, reverse=True)]


def _require_counts(survey: Survey) -> None:
    fits = len(survey.marks) == MARKS and all(0 <= each <= MOST for each in (survey.asked, *survey.marks))
    if not fits or not 0 < sum(survey.marks) <= survey.asked:
        raise Refused(
            Problem.REFUSED,
            "须有 1 至 5 分各多少人，合计不多于调查人数 / how many gave each mark, not more than were asked",
        )


def _what_about(session: Session, survey: Survey, today: Day) -> tuple[bytes | None, Day, Day]:
    if survey.batch is not None and survey.first is None and survey.last is None:
        batch = batches.find(session, survey.issuer, survey.batch)
        return batch.request, batch.day, batch.day
    if survey.batch is not None or survey.first is None or survey.last is None:
        raise Refused(Problem.REFUSED, "写明批次，或写明起止两日 / either a batch, or a first and a last day")
    if not survey.first <= survey.last <= today:
        raise Refused(Problem.REFUSED, "起日不晚于止日，止日不晚于今天 / the days in order, and not in the future")
    return None, survey.first, survey.last


def _same(session: Session, issuer: IssuerCode, request: bytes | None, first: Day, last: Day) -> SatisfactionRow | None:
    query = select(SatisfactionRow).where(SatisfactionRow.issuer == issuer, SatisfactionRow.request.is_(None))
    query = query.where(SatisfactionRow.first == first, SatisfactionRow.last == last)
    if request is not None:
        query = select(SatisfactionRow).where(SatisfactionRow.issuer == issuer, SatisfactionRow.request == request)
    found: SatisfactionRow | None = session.scalar(query)
    return found
