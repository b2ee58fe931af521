"""A batch as supervisors name it, and how many people were evaluated for it."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from credential.model import Day, IssuerCode, Seconds, day_of
from registry import settings
from registry.problems import Problem, Refused
from registry.record import acts
from registry.record.acts import Act
from registry.store.models import IssuerRow, RegisteredRow
from registry.store.supervision import EvaluatedRow

MOST_PEOPLE: Final = 1_000_000


class Batch(NamedTuple):
    """A batch that was registered: its request, how many certificates, on which day."""

    request: bytes
    certificates: int
    day: Day


def require_issuer(session: Session, issuer: IssuerCode) -> None:
    """Refused NOT_FOUND if it is not on file."""
    if session.get(IssuerRow, issuer) is None:
        raise Refused(Problem.NOT_FOUND, f"{issuer}: 没有备案 / not on file")


def find(session: Session, issuer: IssuerCode, named: str) -> Batch:
    """The issuer's batch of this request id, in hexadecimal. Refused NOT_FOUND."""
    try:
        request = bytes.fromhex(named)
    except ValueError:
        request = b""
    row = session.execute(
        select(func.count(), func.min(RegisteredRow.registered_at)).where(
            RegisteredRow.issuer == issuer, RegisteredRow.request == request
        )
    ).one()
    if not row[0]:
        raise Refused(
            Problem.NOT_FOUND,
            f"{named[:64]}: {issuer} 没有登记过这一批（批次号为 32 个十六进制字符）/ no batch of this issuer",
        )
    return Batch(request, row[0], day_of(Seconds(row[1])))


def newest(session: Session, issuer: IssuerCode, most: int) -> list[Batch]:
    """The issuer's newest batches."""
    when = func.min(RegisteredRow.registered_at)
    rows = session.execute(
        select(RegisteredRow.request, func.count(), when)
        .where(RegisteredRow.issuer == issuer)
        .group_by(RegisteredRow.request)
        .order_by(when.desc(), RegisteredRow.request)
        .limit(most)
    )
    return [Batch(request, count, day_of(Seconds(at))) for request, count, at in rows]


def record_evaluated(session: Session, issuer: IssuerCode, named: str, people: int, who: str, now: Seconds) -> None:
    """How many people were evaluated for a batch; said again, the newer figure counts. Refused: no such batch."""
    settings.lock(session)
    batch = find(session, issuer, named)
    if not 0 < people <= MOST_PEOPLE:
        raise Refused(Problem.REFUSED, f"参评人数须为 1 至 {MOST_PEOPLE} / 1 to {MOST_PEOPLE} people")
    row = EvaluatedRow(issuer=issuer, request=batch.request, people=people, recorded_by=who, recorded_at=now)
    session.merge(row)
    facts: Mapping[str, Any] = {"batch": batch.request.hex(), "evaluated": people, "certified": batch.certificates}
    acts.record(session, Act(who, "evaluated.record", issuer, detail=facts), now)


def evaluated(session: Session, issuer: IssuerCode) -> dict[bytes, int]:
    """How many people were evaluated, by batch, as far as it is known."""
    query = select(EvaluatedRow.request, EvaluatedRow.people).where(EvaluatedRow.issuer == issuer)
    return dict(session.execute(query).all())
