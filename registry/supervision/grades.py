"""The grade of a year: given by one operator, agreed to by a second; earlier ones of a year stay on record."""

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential.model import IssuerCode, Seconds
from registry import settings
from registry.problems import Problem, Refused
from registry.record import acts, proposals
from registry.record.acts import Act
from registry.record.proposals import Progress, Proposal
from registry.store.supervision import GradeRow
from registry.supervision import batches, counting
from registry.supervision.terms import GRADE, Grade
from registry.words import Words

WHAT: Final = "issuer.grade"
FIRST_YEAR: Final = 2019
"""The first year of the national system of level certificates."""


def give(
    session: Session, issuer: IssuerCode, year: int, grade: Grade, who: str, document: str, now: Seconds
) -> Progress:
    """One operator's word for a grade. Refused: not on file, a year that is not over or begun, the same grade again."""
    settings.lock(session)
    facts = {"year": year, "grade": grade.value}

    def work(session: Session) -> None:
        _require(session, issuer, year, grade, now)
        row = GradeRow(issuer=issuer, year=year, grade=grade.value, document=document, agreed_by=who, given_at=now)
        session.add(row)
        session.flush()
        acts.record(session, Act(who, WHAT, issuer, document, facts), now)

    return proposals.say(session, Proposal(WHAT, f"{issuer} {year}", document, facts), who, now, work)[0]


def history(session: Session, issuers: Collection[IssuerCode]) -> dict[IssuerCode, list[GradeRow]]:
    """Every grade of these issuers: the newest year first, in it the one that counts first."""
    found: dict[IssuerCode, list[GradeRow]] = {code: [] for code in issuers}
    query = select(GradeRow).where(GradeRow.issuer.in_(found)).order_by(GradeRow.year.desc(), GradeRow.id.desc())
    for row in session.scalars(query):
        found[IssuerCode(row.issuer)].append(row)
    return found


def newest(rows: Sequence[GradeRow]) -> GradeRow | None:
    """The grade that counts now, of an issuer's history."""
    return rows[0] if rows else None


def in_words(name: str, code: IssuerCode, year: int, grade: Grade) -> Words:
    """What giving it does, in one sentence."""
    zh, en = GRADE[grade]
    return Words(
        f"评定{name}（{code}）{year} 年度质量等级为 {grade}（{zh}），在名录上公布，保留历年等级；"
        "证书与备案不因此改变。",
        f"{name} ({code}) is graded {grade} ({en}) for {year}. The directory shows it beside earlier years; "
        "certificates and the filing do not change by it.",
    )


def _require(session: Session, issuer: IssuerCode, year: int, grade: Grade, now: Seconds) -> None:
    batches.require_issuer(session, issuer)
    latest = counting.year_of(now)
    if not FIRST_YEAR <= year <= latest:
        raise Refused(Problem.REFUSED, f"年度须为 {FIRST_YEAR} 至 {latest} / a year from {FIRST_YEAR} to {latest}")
    same = select(GradeRow.grade).where(GradeRow.issuer == issuer, GradeRow.year == year).order_by(GradeRow.id.desc())
    if session.scalar(same.limit(1)) == grade:
        raise Refused(Problem.REFUSED, f"{year} 年度已是 {grade} / that is its grade of the year already")
