"""What takes two people: one operator asks for it, and it is done when another says the very same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential.model import Seconds
from registry import settings
from registry.problems import Problem, Refused
from registry.record import acts, rights
from registry.record.acts import Act
from registry.record.sealed import sealed
from registry.store.models import ProposalRow

KEPT: Final = "numbers"
"""The one thing that proposals keep and the record has a digest of: the certificates' numbers."""
_T = TypeVar("_T")


class Progress(Enum):
    """Whether it waits for another operator, or is done."""

    PROPOSED = auto()
    DONE = auto()


@dataclass(frozen=True, slots=True)
class Proposal:
    """An act, whom it is about, the document behind it, and all else that it depends on.

    `kept` is what the second operator needs too, and of which the subject is the digest: too much for the record.
    """

    what: str
    subject: str
    document: str
    content: Mapping[str, Any]
    kept: Mapping[str, Any] = field(default_factory=dict)


def say(
    session: Session, proposal: Proposal, who: str, now: Seconds, work: Callable[[Session], _T]
) -> tuple[Progress, _T]:
    """The first operator's word tries `work` and takes it back; a second one's, the same in everything, does it.

    Refused: whatever `work` refuses; CONFLICT if something else waits; SECOND_PERSON if the same operator asks again.
    """
    settings.lock(session)
    waiting = session.scalar(_waiting(proposal.what, proposal.subject))
    if waiting is None:
        tried = attempt(session, work)
        session.add(_row(proposal, who, now))
        _record(session, f"{proposal.what}.propose", proposal, who, now)
        return Progress.PROPOSED, tried
    if waiting.content != _content(proposal):
        raise Refused(
            Problem.CONFLICT,
            f"{waiting.proposed_by} 已提出内容不同的办理，请先 pending discard {waiting.id} / "
            f"another one waits that says something else: first `pending discard {waiting.id}`",
        )
    rights.require_another(session, waiting.proposed_by, who)
    waiting.approved_by, waiting.approved_at = who, now
    return Progress.DONE, work(session)


def attempt(session: Session, work: Callable[[Session], _T]) -> _T:
    """What `work` answers or refuses, without leaving a trace of it."""
    trial = session.begin_nested()
    try:
        return work(session)
    finally:
        trial.rollback()


def waiting(session: Session) -> list[ProposalRow]:
    """What waits for a second operator, the oldest first."""
    return list(session.scalars(select(ProposalRow).where(ProposalRow.approved_at.is_(None)).order_by(ProposalRow.id)))


def waits(session: Session, what: str, subject: str) -> bool:
    """Whether such an act waits for a second operator."""
    return session.scalar(_waiting(what, subject)) is not None


def find(session: Session, number: int) -> ProposalRow:
    """What waits under this number. Refused NOT_FOUND."""
    row = session.get(ProposalRow, number)
    if row is None or row.approved_at is not None:
        raise Refused(Problem.NOT_FOUND, f"{number}: 没有这样待办的 / nothing waits under this number")
    return row


def seal(row: ProposalRow) -> str:
    """Tells what was shown to a person from whatever else may come to wait under the same number."""
    return sealed(row.id, row.what, row.subject, row.content, row.proposed_by, row.proposed_at)


def discard(session: Session, number: int, who: str, now: Seconds, why: str | None = None) -> Proposal:
    """Take back what waits under this number; whoever asked for it may, and any other with the role. `why` is kept."""
    settings.lock(session)
    row = find(session, number)
    content = dict(row.content)
    document = content.pop("document")
    content.pop(KEPT, None)
    proposal = Proposal(row.what, row.subject, document if why is None else why, content)
    session.delete(row)
    _record(session, f"{row.what}.discard", proposal, who, now)
    return proposal


def _waiting(what: str, subject: str) -> Any:
    return select(ProposalRow).where(
        ProposalRow.what == what, ProposalRow.subject == subject, ProposalRow.approved_at.is_(None)
    )


def _row(proposal: Proposal, who: str, now: Seconds) -> ProposalRow:
    return ProposalRow(
        what=proposal.what, subject=proposal.subject, content=_content(proposal), proposed_by=who, proposed_at=now
    )


def _content(proposal: Proposal) -> dict[str, Any]:
    return {**proposal.content, **proposal.kept, "document": proposal.document}


def _record(session: Session, what: str, proposal: Proposal, who: str, now: Seconds) -> None:
    acts.record(session, Act(who, what, proposal.subject, proposal.document, proposal.content), now)
