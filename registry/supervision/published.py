"""What the public directory says of supervision: grades with years and documents, cases under review, satisfaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from credential.model import IssuerCode, Seconds, date_from_day, day_of
from registry.store.supervision import ComplaintRow, GradeRow, SatisfactionRow
from registry.supervision import complaints, grades, satisfaction
from registry.supervision.satisfaction import Share
from registry.supervision.terms import GRADE, Grade


@dataclass(frozen=True, slots=True)
class Published:
    """Of one issuer. `grades` are all that were ever given, the newest year first; of a year the first counts."""

    grades: Sequence[GradeRow]
    under_review: int
    satisfaction: Sequence[Share]

    @property
    def newest(self) -> GradeRow | None:
        """The grade that counts now."""
        return grades.newest(self.grades)

    def counts(self, row: GradeRow) -> bool:
        """Whether it is the grade of its year, and not one that was given before it."""
        return next(each for each in self.grades if each.year == row.year) is row


def of(session: Session, issuers: Collection[IssuerCode]) -> dict[IssuerCode, Published]:
    """What is published of each of these issuers."""
    given, review, shares = grades.history(session, issuers), _review(session, issuers), _shares(session, issuers)
    return {code: Published(given[code], review.get(code, 0), shares.get(code, [])) for code in issuers}


def as_json(code: IssuerCode, found: Published) -> dict[str, Any]:
    """For programs."""
    return {
        "issuer": code,
        "grades": [
            {
                "year": row.year,
                "grade": row.grade,
                **GRADE[Grade(row.grade)]._asdict(),
                "document": row.document,
                "given_on": date_from_day(day_of(Seconds(row.given_at))).isoformat(),
                "counts": found.counts(row),
            }
            for row in found.grades
        ],
        "cases_under_review": found.under_review,
        "satisfaction": [
            {"year": each.year, "asked": each.asked, "answered": each.answered, "satisfied_percent": each.percent}
            for each in found.satisfaction
        ],
    }


def _review(session: Session, issuers: Collection[IssuerCode]) -> dict[str | None, int]:
    query = select(ComplaintRow.issuer, func.count()).where(ComplaintRow.issuer.in_(issuers), complaints.under_review())
    return dict(session.execute(query.group_by(ComplaintRow.issuer)).all())


def _shares(session: Session, issuers: Collection[IssuerCode]) -> dict[str, list[Share]]:
    by_issuer: dict[str, list[SatisfactionRow]] = {}
    for row in session.scalars(select(SatisfactionRow).where(SatisfactionRow.issuer.in_(issuers))):
        by_issuer.setdefault(row.issuer, []).append(row)
    return {issuer: satisfaction.published(rows) for issuer, rows in by_issuer.items()}
