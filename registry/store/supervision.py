"""The tables of supervision 质量督导: inspections, satisfaction, complaints, flags, grades."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.models import Base

OF_PERIODS = text("request IS NULL")


class InspectionRow(Base):
    """What inspectors found at an issuer on a day. `findings` are pairs of a severity and a sentence."""

    __tablename__ = "inspections"
    __table_args__ = (
        ForeignKeyConstraint(["issuer", "request"], ["requests.issuer", "requests.id"]),
        CheckConstraint("(closed_by IS NULL) = (closed_at IS NULL)", name="closed"),
        CheckConstraint("(outcome = 'to-mend') = (mend_by IS NOT NULL)", name="mend_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"), index=True)
    day: Mapped[int]
    kind: Mapped[str]
    request: Mapped[bytes | None]
    inspectors: Mapped[list[str]] = mapped_column(JSON)
    findings: Mapped[list[list[str]]] = mapped_column(JSON)
    outcome: Mapped[str]
    mend_by: Mapped[int | None]
    recorded_by: Mapped[str]
    recorded_at: Mapped[int]
    closing: Mapped[str | None]
    closed_by: Mapped[str | None]
    closed_at: Mapped[int | None]


class EvaluatedRow(Base):
    """How many people were evaluated for a batch: those who failed have no certificate that could be counted."""

    __tablename__ = "evaluated"
    __table_args__ = (
        ForeignKeyConstraint(["issuer", "request"], ["requests.issuer", "requests.id"]),
        CheckConstraint("people > 0", name="people"),
    )

    issuer: Mapped[str] = mapped_column(primary_key=True)
    request: Mapped[bytes] = mapped_column(primary_key=True)
    people: Mapped[int]
    recorded_by: Mapped[str]
    recorded_at: Mapped[int]


class SatisfactionRow(Base):
    """What those asked said of a batch, or of the days from `first` to `last`: how many gave each mark, 1 to 5."""

    __tablename__ = "satisfaction"
    __table_args__ = (
        ForeignKeyConstraint(["issuer", "request"], ["requests.issuer", "requests.id"]),
        UniqueConstraint("issuer", "request"),
        Index(
            "uq_satisfaction_period",
            *("issuer", "first", "last"),
            unique=True,
            sqlite_where=OF_PERIODS,
            postgresql_where=OF_PERIODS,
        ),
        CheckConstraint("first <= last", name="days"),
        CheckConstraint("mark1 + mark2 + mark3 + mark4 + mark5 <= asked", name="asked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"))
    request: Mapped[bytes | None]
    first: Mapped[int]
    last: Mapped[int]
    asked: Mapped[int]
    mark1: Mapped[int]
    mark2: Mapped[int]
    mark3: Mapped[int]
    mark4: Mapped[int]
    mark5: Mapped[int]
    recorded_by: Mapped[str]
    recorded_at: Mapped[int]


class ComplaintRow(Base):
    """A complaint from the public. `whom` is as it was written, `issuer` whom it is about as far as that is known."""

    __tablename__ = "complaints"
    __table_args__ = (
        CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name="closed"),
        CheckConstraint("closed_at IS NULL OR taken_at IS NOT NULL", name="taken"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[str] = mapped_column(unique=True)
    about: Mapped[str]
    whom: Mapped[str]
    issuer: Mapped[str | None] = mapped_column(ForeignKey("issuers.code"), index=True)
    said: Mapped[str]
    asked_at: Mapped[int]
    taken_by: Mapped[str | None]
    taken_at: Mapped[int | None]
    outcome: Mapped[str | None]
    answer: Mapped[str | None]
    closed_by: Mapped[str | None]
    closed_at: Mapped[int | None]


class ComplaintContactRow(Base):
    """How whoever complained can be reached: apart from the complaint, and deleted some time after it is closed."""

    __tablename__ = "complaint_contacts"

    complaint: Mapped[int] = mapped_column(ForeignKey("complaints.id"), primary_key=True, autoincrement=False)
    contact: Mapped[str]


class FlagRow(Base):
    """Something in the register that somebody should look at, raised once. `key` tells it from others of its sort."""

    __tablename__ = "flags"
    __table_args__ = (
        UniqueConstraint("sort", "key"),
        CheckConstraint("(state = 'open') = (closed_by IS NULL)", name="closed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sort: Mapped[str]
    key: Mapped[str]
    day: Mapped[int]
    facts: Mapped[dict[str, Any]]
    raised_at: Mapped[int]
    state: Mapped[str] = mapped_column(index=True)
    explanation: Mapped[str | None]
    closed_by: Mapped[str | None]
    closed_at: Mapped[int | None]


class FlagIssuerRow(Base):
    """An issuer that a flag is about."""

    __tablename__ = "flag_issuers"

    flag: Mapped[int] = mapped_column(ForeignKey("flags.id"), primary_key=True, autoincrement=False)
    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"), primary_key=True, index=True)


class GradeRow(Base):
    """A grade that an issuer was given for a year. The newest of a year counts; the others are its history."""

    __tablename__ = "grades"

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"), index=True)
    year: Mapped[int]
    grade: Mapped[str]
    document: Mapped[str]
    agreed_by: Mapped[str]
    given_at: Mapped[int]


class IssuerYearRow(Base):
    """How many certificates dated in a year an issuer had registered when they were last counted."""

    __tablename__ = "issuer_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"), primary_key=True)
    certificates: Mapped[int]


class ScanRow(Base):
    """A search for what should be flagged, and how many new flags it raised."""

    __tablename__ = "scans"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[int]
    raised: Mapped[int]
