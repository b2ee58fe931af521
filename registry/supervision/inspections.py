"""Inspections: what was looked at, what was found, and whether it is mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential.model import Day, IssuerCode, Seconds, day_of
from registry import settings
from registry.operators import accounts
from registry.problems import Problem, Refused
from registry.record import acts
from registry.record.acts import Act
from registry.store.supervision import InspectionRow
from registry.supervision import batches, sentences
from registry.supervision.terms import Result, Severity, Visit

MOST_INSPECTORS: Final = 10
MOST_FINDINGS: Final = 50
MOST_WORDS: Final = 300


@dataclass(frozen=True, slots=True)
class Inspection:
    """One inspection. `batch` is a request id in hexadecimal; `mend_by` goes with TO_MEND, and only with it."""

    issuer: IssuerCode
    day: Day
    kind: Visit
    inspectors: tuple[str, ...]
    findings: tuple[tuple[Severity, str], ...]
    result: Result
    batch: str | None = None
    mend_by: Day | None = None


def record(session: Session, made: Inspection, who: str, now: Seconds) -> int:
    """Note an inspection; its number. One that passed needs no closing. Refused with the field that is wrong."""
    settings.lock(session)
    batches.require_issuer(session, made.issuer)
    _require_days(made, day_of(now))
    _require_inspectors(session, made.inspectors)
    if len(made.findings) > MOST_FINDINGS:
        raise Refused(Problem.REFUSED, f"至多 {MOST_FINDINGS} 项问题 / at most {MOST_FINDINGS} findings")
    findings = [[level.value, sentences.read(said, "问题 / Finding", MOST_WORDS)] for level, said in made.findings]
    if made.result is not Result.PASSED and not findings:
        raise Refused(Problem.REFUSED, "没有通过的，须写明问题 / say what was found")
    row = InspectionRow(
        issuer=made.issuer,
        day=made.day,
        kind=made.kind.value,
        request=None if made.batch is None else batches.find(session, made.issuer, made.batch).request,
        inspectors=list(made.inspectors),
        findings=findings,
        outcome=made.result.value,
        mend_by=made.mend_by,
        recorded_by=who,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    acts.record(session, Act(who, "inspection.record", subject_of(row), detail=_facts(row)), now)
    return row.id


def close(session: Session, number: int, closing: str, who: str, now: Seconds) -> IssuerCode:
    """Note that what was found is mended; whose it was. Refused: no such inspection, closed already, passed."""
    settings.lock(session)
    row = find(session, number)
    if not is_open(row):
        raise Refused(Problem.CONFLICT, f"{number}: 没有待整改的问题 / nothing of it waits to be mended")
    row.closing = sentences.read(closing, "整改情况 / How it was mended", MOST_WORDS)
    row.closed_by, row.closed_at = who, now
    acts.record(session, Act(who, "inspection.close", subject_of(row)), now)
    return IssuerCode(row.issuer)


def find(session: Session, number: int) -> InspectionRow:
    """The inspection of this number. Refused NOT_FOUND."""
    row = session.get(InspectionRow, number)
    if row is None:
        raise Refused(Problem.NOT_FOUND, f"{number}: 没有这次督导 / no such inspection")
    return row


def of_issuer(session: Session, issuer: IssuerCode) -> Sequence[InspectionRow]:
    """All inspections of an issuer, the newest first."""
    query = select(InspectionRow).where(InspectionRow.issuer == issuer)
    return session.scalars(query.order_by(InspectionRow.day.desc(), InspectionRow.id.desc())).all()


def waiting(session: Session) -> Sequence[InspectionRow]:
    """What was found and is not mended, the most pressing first: without a day last."""
    query = select(InspectionRow).where(InspectionRow.outcome != Result.PASSED.value, InspectionRow.closed_at.is_(None))
    return sorted(session.scalars(query), key=lambda row: (row.mend_by is None, row.mend_by or 0, row.id))


def is_open(row: InspectionRow) -> bool:
    """Whether something of it waits to be mended."""
    return row.outcome != Result.PASSED and row.closed_at is None


def is_overdue(row: InspectionRow, today: Day) -> bool:
    """Whether it should have been mended before today."""
    return is_open(row) and row.mend_by is not None and row.mend_by < today


def subject_of(row: InspectionRow) -> str:
    """What the record calls it: with the issuer first, so that it is part of the issuer's history."""
    return f"{row.issuer} inspection {row.id}"


def _require_days(made: Inspection, today: Day) -> None:
    if made.day > today:
        raise Refused(Problem.REFUSED, "督导日期不能晚于今天 / an inspection is not in the future")
    if (made.result is Result.TO_MEND) != (made.mend_by is not None):
        raise Refused(
            Problem.REFUSED,
            "限期整改须有期限，其他结果没有 / a day to mend it by goes with “to be mended”, only with it",
        )
    if made.mend_by is not None and made.mend_by < made.day:
        raise Refused(Problem.REFUSED, "整改期限不能早于督导日期 / it cannot be mended before it was found")


def _require_inspectors(session: Session, names: Sequence[str]) -> None:
    """Once there are accounts, inspectors are named by theirs: no other people's names are kept."""
    if not 0 < len(names) <= MOST_INSPECTORS or len(set(names)) != len(names):
        raise Refused(
            Problem.REFUSED, f"须有 1 至 {MOST_INSPECTORS} 名不同的督导员 / 1 to {MOST_INSPECTORS} inspectors"
        )
    known = {row.name for row in accounts.every(session)}
    unknown = [name for name in names if (known and name not in known) or not name.isprintable() or len(name) > 64]
    if unknown:
        raise Refused(Problem.REFUSED, f"{unknown[0][:64]}: 没有这个账号 / an inspector is named by an account")


def _facts(row: InspectionRow) -> dict[str, object]:
    counted = {each.value: sum(level == each for level, _ in row.findings) for each in Severity}
    return {"day": row.day, "kind": row.kind, "outcome": row.outcome, "mend_by": row.mend_by, "findings": counted}
