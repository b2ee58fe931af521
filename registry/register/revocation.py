"""Certificates that the registry itself revokes: a few by one operator's word, many by two."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential.model import Seconds, Status
from credential.request import ChangeReason
from registry import settings
from registry.problems import Problem, Refused, RowFault
from registry.record import acts, proposals
from registry.record.acts import Act
from registry.record.proposals import KEPT, Progress, Proposal
from registry.register import statuses
from registry.store.models import STANDING, ActRow, RegisteredRow

WHAT: Final = "certificates.revoke"
ALONE: Final = 10
"""The most certificates that one operator revokes in a day without a second one's word."""
MOST: Final = 10_000
DAY: Final = 86_400


def revoke(
    session: Session, numbers: Iterable[str], reason: ChangeReason, who: str, document: str, now: Seconds
) -> Progress:
    """One operator's word that the certificates of these numbers are revoked, all or none. It is never taken back."""
    row = settings.lock(session)
    chosen = sorted(set(numbers))
    if not 0 < len(chosen) <= MOST:
        raise Refused(Problem.REFUSED, f"须有 1 至 {MOST} 个编号 / 1 to {MOST} numbers")
    subject = sha256("\n".join(chosen).encode()).digest()[:16]
    alone = _is_enough(session, subject, len(chosen), who, now)
    facts = {"count": len(chosen), "reason": int(reason), "alone": alone}

    def work(session: Session) -> None:
        found = [_standing(session, number) for number in chosen]
        faults = [_turn(session, place, each, reason, subject, now) for place, each in enumerate(found)]
        if any(faults):
            raise statuses.refusal([fault for fault in faults if fault is not None])
        statuses.count_change(session, row, {each.list for each in found if each is not None})
        acts.record(session, Act(who, WHAT, subject.hex(), document, facts), now)

    if alone:
        work(session)
        return Progress.DONE
    proposal = Proposal(WHAT, subject.hex(), document, facts, {KEPT: chosen})
    return proposals.say(session, proposal, who, now, work)[0]


def _is_enough(session: Session, subject: bytes, count: int, who: str, now: Seconds) -> bool:
    """Whether one operator's word is: many small lists in a day are one large one, and what waits goes on waiting."""
    if proposals.waits(session, WHAT, subject.hex()):
        return False
    query = select(ActRow.detail).where(ActRow.what == WHAT, ActRow.who == who, ActRow.at > now - DAY)
    before: int = sum(detail["count"] for detail in session.scalars(query) if detail["alone"])
    return before + count <= ALONE


def _standing(session: Session, number: str) -> RegisteredRow | None:
    """The certificate of this number that stands; there is one at most."""
    row: RegisteredRow | None = session.scalar(select(RegisteredRow).where(RegisteredRow.number == number, STANDING))
    return row


def _turn(
    session: Session, place: int, row: RegisteredRow | None, reason: ChangeReason, request: bytes, now: Seconds
) -> RowFault | None:
    if row is None:
        return RowFault(place, "NOT_STANDING", "没有这个编号的有效证书 / no certificate of this number stands")
    return statuses.turn(session, place, row, Status.REVOKED, reason, request, now)
