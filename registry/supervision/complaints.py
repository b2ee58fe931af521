"""Complaints from the public: received with a case number, taken up, answered and closed.

The record of acts says that a case was taken up and what came of it, and nothing of what was written. A contact is
kept apart and deleted some time after the case is closed; later what was written goes too (docs/privacy.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from credential.model import SECONDS_A_DAY, IssuerCode, Seconds, rfc3339
from credential.numbers import parse_issuer_code
from registry import cases, settings
from registry.problems import Problem, Refused
from registry.record import acts
from registry.record.acts import Act
from registry.store.models import IssuerRow, NameRow
from registry.store.supervision import ComplaintContactRow, ComplaintRow
from registry.supervision import batches, sentences
from registry.supervision.terms import About, Finding, Stage

MOST_WORDS: Final = 1_000
MOST_WHOM: Final = 100
MOST_CONTACT: Final = 100
MAX_BYTES: Final = 16_384
"""Of a whole form or body: a thousand characters take up to nine bytes each on their way."""
CONTACT_KEPT: Final = 30 * SECONDS_A_DAY
"""After closing, so that an answer can still be explained."""
WORDS_KEPT: Final = 3 * 365 * SECONDS_A_DAY
"""After closing; then only what it was about, whom, and what came of it stay."""
_FIELDS: Final = frozenset({"about", "said", "whom", "contact"})


@dataclass(frozen=True, slots=True)
class Complaint:
    """What somebody complains of. `whom` is a name or code as typed; it and `contact` may be empty."""

    about: About
    said: str
    whom: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What whoever has the case number is told, and nothing else."""

    case: str
    stage: Stage
    asked_at: Seconds
    finding: Finding | None
    answer: str | None
    closed_at: Seconds | None


def parse(given: object) -> Complaint:
    """The complaint in a form or a JSON body. Refused MALFORMED with the field that is wrong, and why."""
    values = _strings(given)
    try:
        about = About(values["about"])
    except ValueError:
        raise Refused(Problem.MALFORMED, "事项 / About：请选一项 / choose one") from None
    said = sentences.read(values["said"], "情况说明 / What happened", MOST_WORDS, Problem.MALFORMED)
    sentences.require_no_mobile(said, "情况说明 / What happened")
    return Complaint(
        about,
        said,
        _optional(values["whom"], "评价机构 / Issuer", MOST_WHOM),
        _optional(values["contact"], "联系方式 / Contact", MOST_CONTACT),
    )


def receive(session: Session, complaint: Complaint, now: Seconds) -> str:
    """Keep a complaint; its case number."""
    row = ComplaintRow(
        case=cases.new(),
        about=complaint.about.value,
        whom=complaint.whom,
        issuer=_meant(session, complaint.whom),
        said=complaint.said,
        asked_at=now,
    )
    session.add(row)
    session.flush()
    if complaint.contact:
        session.add(ComplaintContactRow(complaint=row.id, contact=complaint.contact))
    return row.case


def look_up(session: Session, case: str) -> Told | None:
    """State and answer of the case of this number, as somebody typed it; None if there is none."""
    row = session.scalar(select(ComplaintRow).where(ComplaintRow.case == cases.typed(case)))
    if row is None:
        return None
    finding = None if row.outcome is None else Finding(row.outcome)
    closed = None if row.closed_at is None else Seconds(row.closed_at)
    return Told(row.case, stage_of(row), Seconds(row.asked_at), finding, row.answer, closed)


def as_json(told: Told) -> dict[str, Any]:
    """For programs."""
    return {
        "found": True,
        "case": told.case,
        "state": told.stage.value,
        "asked_at": rfc3339(told.asked_at),
        "outcome": None if told.finding is None else told.finding.value,
        "answer": told.answer,
        "closed_at": None if told.closed_at is None else rfc3339(told.closed_at),
    }


def take(session: Session, number: int, issuer: IssuerCode | None, who: str, now: Seconds) -> None:
    """Take a case up. With `issuer`, the directory counts it as under review there. Refused CONFLICT if taken up."""
    settings.lock(session)
    row = find(session, number)
    if row.taken_at is not None:
        raise Refused(Problem.CONFLICT, f"{row.taken_by} 已受理 / it was taken up already")
    if issuer is not None:
        batches.require_issuer(session, issuer)
    row.issuer, row.taken_by, row.taken_at = issuer, who, now
    session.flush()
    acts.record(session, Act(who, "complaint.take", subject_of(row), detail={"about": row.about}), now)


def close(session: Session, number: int, finding: Finding, answer: str, who: str, now: Seconds) -> None:
    """Answer a case that was taken up, and close it. Refused CONFLICT unless it is under review."""
    settings.lock(session)
    row = find(session, number)
    if stage_of(row) is not Stage.UNDER_REVIEW:
        raise Refused(Problem.CONFLICT, "须先受理，办结后不能再改 / take it up first; what is closed stays closed")
    row.answer = sentences.read(answer, "答复 / Answer", MOST_WORDS)
    row.outcome, row.closed_by, row.closed_at = finding.value, who, now
    session.flush()
    acts.record(session, Act(who, "complaint.close", subject_of(row), detail={"outcome": finding.value}), now)


def find(session: Session, number: int) -> ComplaintRow:
    """The complaint of this number. Refused NOT_FOUND."""
    row = session.get(ComplaintRow, number)
    if row is None:
        raise Refused(Problem.NOT_FOUND, f"{number}: 没有这件投诉 / no such complaint")
    return row


def contact_of(session: Session, row: ComplaintRow) -> str | None:
    """How whoever complained can be reached; None if that was not said, or is deleted."""
    found = session.get(ComplaintContactRow, row.id)
    return None if found is None else found.contact


def listed(session: Session, stage: Stage, most: int) -> Sequence[ComplaintRow]:
    """The complaints at a stage: what waits, the oldest first; what is closed, the newest first."""
    order = ComplaintRow.id.desc() if stage is Stage.CLOSED else ComplaintRow.id.asc()
    return session.scalars(select(ComplaintRow).where(_at(stage)).order_by(order).limit(most)).all()


def counts(session: Session) -> dict[Stage, int]:
    """How many there are at each stage."""
    return {
        stage: session.scalar(select(func.count()).select_from(ComplaintRow).where(_at(stage))) or 0 for stage in Stage
    }


def of_issuer(session: Session, issuer: IssuerCode) -> Sequence[ComplaintRow]:
    """All complaints about an issuer, the newest first."""
    query = select(ComplaintRow).where(ComplaintRow.issuer == issuer)
    return session.scalars(query.order_by(ComplaintRow.id.desc())).all()


def stage_of(row: ComplaintRow) -> Stage:
    """How far a case has come."""
    if row.closed_at is not None:
        return Stage.CLOSED
    return Stage.RECEIVED if row.taken_at is None else Stage.UNDER_REVIEW


def under_review() -> Any:
    """That a row of complaints is under review, for a query."""
    return _at(Stage.UNDER_REVIEW)


def subject_of(row: ComplaintRow) -> str:
    """What the record calls it: by its place, not by the case number, which opens the answer."""
    named = f"complaint {row.id}"
    return named if row.issuer is None else f"{row.issuer} {named}"


def forget(session: Session, now: Seconds) -> dict[str, int]:
    """Delete contacts and words of cases that were closed long enough ago; how many of each, if any."""
    old = select(ComplaintRow.id).where(ComplaintRow.closed_at < now - CONTACT_KEPT)
    gone = session.scalars(
        delete(ComplaintContactRow)
        .where(ComplaintContactRow.complaint.in_(old))
        .returning(ComplaintContactRow.complaint)
        .execution_options(synchronize_session=False)
    ).all()
    emptied = session.scalars(
        update(ComplaintRow)
        .where(ComplaintRow.closed_at < now - WORDS_KEPT, ComplaintRow.said != "")
        .values(said="", whom="")
        .returning(ComplaintRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    return {name: count for name, count in (("contacts", len(gone)), ("words", len(emptied))) if count}


def _at(stage: Stage) -> Any:
    match stage:
        case Stage.RECEIVED:
            return ComplaintRow.taken_at.is_(None)
        case Stage.UNDER_REVIEW:
            return ComplaintRow.taken_at.is_not(None) & ComplaintRow.closed_at.is_(None)
        case Stage.CLOSED:
            return ComplaintRow.closed_at.is_not(None)


def _strings(given: object) -> dict[str, str]:
    match given:
        case dict() if given.keys() <= _FIELDS and all(isinstance(each, str) for each in given.values()):
            return {name: given.get(name, "") for name in _FIELDS}
    raise Refused(
        Problem.MALFORMED,
        '须为 {"about", "said"}，可有 "whom"、"contact" / about and said, perhaps whom and contact',
    )


def _optional(typed: str, label: str, most: int) -> str:
    return sentences.read(typed, label, most, Problem.MALFORMED) if typed.strip() else ""


def _meant(session: Session, whom: str) -> str | None:
    """The issuer on file that `whom` is the code or the one name of."""
    code = parse_issuer_code(whom.upper())
    if code is not None and session.get(IssuerRow, code) is not None:
        return code
    named = session.scalars(select(NameRow.issuer).where(NameRow.name == whom).distinct()).all() if whom else []
    return named[0] if len(named) == 1 else None
