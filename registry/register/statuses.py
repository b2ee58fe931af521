"""Changing statuses: revoke, suspend, restore; all of a request, or none of it."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy.orm import Session

from credential.model import Seconds, Status, rfc3339
from credential.request import ChangeReason, ChangeStatus, Request, StatusChange
from registry.problems import Problem, Refused, RowFault
from registry.record import acts
from registry.record.acts import Act
from registry.register import approvals
from registry.register.intake import Answer
from registry.settings import touch
from registry.store.models import RegionRow, RegisteredRow, StatusHistoryRow, StatusListRow

ALLOWED: Final = {
    Status.VALID: frozenset({Status.REVOKED, Status.SUSPENDED, Status.SUPERSEDED}),
    Status.SUSPENDED: frozenset({Status.VALID, Status.REVOKED, Status.SUPERSEDED}),
    Status.NOT_REGISTERED: frozenset({Status.VALID, Status.REVOKED, Status.SUSPENDED, Status.SUPERSEDED}),
    Status.REVOKED: frozenset[Status](),
    Status.SUPERSEDED: frozenset[Status](),
}
"""What a status may become; nothing comes back from revoked or superseded."""


def change(
    session: Session, row: RegionRow, asked: Request, content: ChangeStatus, approval: bytes | None, now: Seconds
) -> Answer:
    """The answer to a request for changes. Refused with every faulty row if any is, or for want of an approval."""
    approver = approvals.require(session, asked, approval, len(content.changes), now)
    faults: list[RowFault] = []
    lists: set[int] = set()
    for place, each in enumerate(content.changes):
        fault = _change_one(session, asked, place, each, now)
        if fault is not None:
            faults.append(fault)
        lists.add(each.entry.list)
    if faults:
        raise refusal(faults)
    count_change(session, row, lists)
    detail = {"count": len(content.changes), "content": asked.content_hash.hex(), **approvals.detail(approver)}
    acts.record(session, Act(asked.issuer, "status.change", asked.id.hex(), detail=detail), now)
    return {"changed": len(content.changes), "at": rfc3339(now)}


def _change_one(session: Session, asked: Request, place: int, wanted: StatusChange, now: Seconds) -> RowFault | None:
    row = session.get(RegisteredRow, (wanted.entry.list, wanted.entry.idx))
    if row is None:
        return RowFault(place, "NOT_REGISTERED", "这里没有登记过证书 / nothing is registered there")
    if row.issuer != asked.issuer:
        return RowFault(place, "WRONG_ISSUER", "不是本机构的证书 / not this issuer's certificate")
    return turn(session, place, row, wanted.status, wanted.reason, asked.id, now)


def turn(
    session: Session, place: int, row: RegisteredRow, after: Status, reason: ChangeReason, request: bytes, now: Seconds
) -> RowFault | None:
    """Give one certificate another status, with its history; why not, if it cannot have it."""
    before = Status(row.status)
    if after not in ALLOWED[before]:
        return RowFault(place, "TRANSITION", f"{before.name} -> {after.name}: 不允许 / not allowed")
    session.add(
        StatusHistoryRow(
            list=row.list,
            index=row.index,
            before=int(before),
            after=int(after),
            reason=int(reason),
            at=now,
            request=request,
        )
    )
    row.status = int(after)
    return None


def count_change(session: Session, row: RegionRow, lists: Iterable[int]) -> None:
    """Note that these status lists are to be published anew."""
    count = touch(row)
    for number in lists:
        session.get_one(StatusListRow, number).change = count


def refusal(faults: Sequence[RowFault]) -> Refused:
    """Nothing was changed: the gravest of the faults names the problem."""
    forbidden = any(fault.reason == "WRONG_ISSUER" for fault in faults)
    conflict = any(fault.reason == "TRANSITION" for fault in faults)
    problem = Problem.WRONG_ISSUER if forbidden else Problem.CONFLICT if conflict else Problem.ROWS
    return Refused(
        problem, f"{len(faults)} 项不合格，全部未改 / {len(faults)} refused, nothing was changed", tuple(faults)
    )
