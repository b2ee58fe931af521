"""What one operator asked for, and another has not said yet: proposals, filings, enrolments."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential.model import Seconds
from registry.record import proposals
from registry.store.models import EnrolmentRow, FilingRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """One matter. A proposal has a number; a filing is known by its subject, an enrolment by its file's digest."""

    what: str
    subject: str
    document: str
    by: str
    at: Seconds
    number: int | None = None
    digest: bytes | None = None

    @property
    def needs(self) -> str:
        """The act that the second operator does."""
        return {"issuer.file": "issuer.approve", "key.check": "key.approve"}.get(self.what, self.what)


def every(session: Session) -> list[Waiting]:
    """All that waits: proposals, then filings, then enrolments, each the oldest first."""
    filed = session.scalars(select(FilingRow).where(FilingRow.approved_at.is_(None)).order_by(FilingRow.id))
    checked = session.scalars(
        select(EnrolmentRow).where(EnrolmentRow.approved_at.is_(None)).order_by(EnrolmentRow.checked_at)
    )
    return [
        *(
            Waiting(
                row.what, row.subject, row.content["document"], row.proposed_by, Seconds(row.proposed_at), number=row.id
            )
            for row in proposals.waiting(session)
        ),
        *(Waiting("issuer.file", row.issuer, row.document, row.filed_by, Seconds(row.filed_at)) for row in filed),
        *(
            Waiting("key.check", row.issuer, "", row.checked_by, Seconds(row.checked_at), digest=row.sha256)
            for row in checked
        ),
    ]
