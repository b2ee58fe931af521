"""Granting indices of status lists, and serials beside them: each of them once, ever, to one issuer."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from credential.model import IssuerCode, Seconds
from credential.request import Request, ReserveIndices
from credential.status_list import INDICES
from registry import settings
from registry.record import acts
from registry.record.acts import Act
from registry.register import serials
from registry.register.intake import Answer
from registry.settings import touch
from registry.store.models import RegionRow, RunRow, StatusListRow


@dataclass(frozen=True, slots=True)
class Run:
    """Indices `first` to `first + count - 1` of one list."""

    list: int
    first: int
    count: int


def runs_of(count: int, number: int, granted: int) -> Iterator[Run]:
    """The runs that `count` indices take, when list `number` has `granted` of its indices given out."""
    while count:
        taken = min(count, INDICES - granted)
        if taken:
            yield Run(number, granted, taken)
        count -= taken
        number, granted = number + 1, 0


def open_list(session: Session, number: int, change: int, now: Seconds) -> None:
    """A new status list, with nothing granted."""
    session.add(StatusListRow(number=number, change=change))
    session.flush()
    session.add(RunRow(list=number, end=0, granted_at=now))
    session.flush()


def grant(session: Session, row: RegionRow, issuer: IssuerCode, asked: bytes, count: int, now: Seconds) -> list[Run]:
    """Grant the next `count` indices to `issuer`."""
    number = session.scalar(select(func.max(StatusListRow.number))) or 0
    granted = session.scalar(select(func.max(RunRow.end)).where(RunRow.list == number)) or 0
    change = touch(row)
    runs = list(runs_of(count, number, granted))
    for run in runs:
        listed = session.get(StatusListRow, run.list)
        if listed is None:
            open_list(session, run.list, change, now)
        else:
            listed.change = change
        session.add(
            RunRow(
                list=run.list,
                end=run.first + run.count,
                first=run.first,
                issuer=issuer,
                request=asked,
                granted_at=now,
            )
        )
        session.flush()
    return runs


def reserve(session: Session, row: RegionRow, asked: Request, content: ReserveIndices, now: Seconds) -> Answer:
    """The answer to a request for indices, and for serials if it asks for any: an older signer asks for none."""
    runs = grant(session, row, asked.issuer, asked.id, content.indices, now) if content.indices else []
    granted = serials.grant(session, asked, content.serials, now)
    detail = {"count": content.indices}
    if granted:
        detail["serials"] = sum(each.size for each in content.serials)
    acts.record(session, Act(asked.issuer, "indices.grant", asked.id.hex(), detail=detail), now)
    answer: Answer = {
        "runs": [{"list": run.list, "first": run.first, "count": run.count} for run in runs],
        "uri_base": settings.load(session).status_base,
    }
    return answer | {"serials": granted} if granted else answer
