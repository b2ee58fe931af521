"""The tables of the region, its issuers, their keys and certificates, and the record.

What must be unique is unique in the database; instants are seconds, days are days in UTC+8.
"""

from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from credential.model import Status
from credential.status_list import INDICES

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
STANDING = text(f"status IN ({Status.VALID:d}, {Status.SUSPENDED:d})")

NOT_VALID = text(f"status <> {Status.VALID:d}")


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it off the class
        int: BigInteger().with_variant(Integer, "sqlite"),
        bytes: LargeBinary,
        dict[str, Any]: JSON,
    }


class RegionRow(Base):
    """The one row of the region's settings. Every writer locks it, and counts its change in it.

    `log_size` and `log_frontier` are the log's (credential.log.Frontier), its hashes one after the other. `seen_epoch`
    and `seen_seq` are what a host found published beyond the database, which is then an old one that was put back.
    """

    __tablename__ = "region"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    region: Mapped[str]
    name: Mapped[str]
    status_base: Mapped[str]
    qr_host: Mapped[str]
    created_at: Mapped[int]
    change: Mapped[int] = mapped_column(default=0)
    published_change: Mapped[int] = mapped_column(default=0)
    filing_change: Mapped[int] = mapped_column(default=0)
    published_filing_change: Mapped[int] = mapped_column(default=0)
    log_size: Mapped[int] = mapped_column(default=0)
    log_frontier: Mapped[bytes] = mapped_column(default=b"")
    holder_check: Mapped[bytes | None]
    seen_epoch: Mapped[int] = mapped_column(default=0)
    seen_seq: Mapped[int] = mapped_column(default=0)


class RootRow(Base):
    """Every version of the region's root."""

    __tablename__ = "roots"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes]


class DivisionRow(Base):
    """A division 行政区划 of GB/T 2260, six digits, that issuers belong to, and its name."""

    __tablename__ = "divisions"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class IssuerRow(Base):
    """An institution that was filed and approved."""

    __tablename__ = "issuers"

    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[int]
    approved_at: Mapped[int]
    division: Mapped[str | None] = mapped_column(index=True)


class FilingRow(Base):
    """What one operator filed, and whether another approved it. `content` is the filing as it was entered."""

    __tablename__ = "filings"
    __table_args__ = (
        CheckConstraint("approved_by IS NULL OR approved_by <> filed_by", name="two_people"),
        Index(
            "uq_filings_pending",
            "issuer",
            unique=True,
            sqlite_where=text("approved_at IS NULL"),
            postgresql_where=text("approved_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str]
    content: Mapped[dict[str, Any]]
    document: Mapped[str]
    day: Mapped[int]
    filed_by: Mapped[str]
    filed_at: Mapped[int]
    approved_by: Mapped[str | None]
    approved_at: Mapped[int | None]


class ProposalRow(Base):
    """What one operator asked for, and who said the same after; `content` is all that the act depends on."""

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="two_people"),
        Index(
            "uq_proposals_pending",
            "what",
            "subject",
            unique=True,
            sqlite_where=text("approved_at IS NULL"),
            postgresql_where=text("approved_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    subject: Mapped[str]
    content: Mapped[dict[str, Any]]
    proposed_by: Mapped[str]
    proposed_at: Mapped[int]
    approved_by: Mapped[str | None]
    approved_at: Mapped[int | None]


class NameRow(Base):
    """An issuer's name from a day on."""

    __tablename__ = "issuer_names"

    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"), primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]


class StateRow(Base):
    """An issuer's state from a day on, and the document that says so."""

    __tablename__ = "issuer_states"

    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"), primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[int]
    document: Mapped[str]


class ScopeRow(Base):
    """An occupation that an issuer may certify up to a level, on these days."""

    __tablename__ = "scopes"
    __table_args__ = (UniqueConstraint("issuer", "edition", "occupation", "highest", "first"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"))
    edition: Mapped[int]
    occupation: Mapped[str]
    highest: Mapped[int]
    first: Mapped[int]
    last: Mapped[int | None]


class SiteRow(Base):
    """A site whose code an issuer's numbers may begin with, on these days; one that opens again has a second row."""

    __tablename__ = "sites"

    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    first: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int | None]


class KeyRow(Base):
    """Every public key that was ever used for anything: one key, one purpose, one owner."""

    __tablename__ = "keys"
    __table_args__ = (UniqueConstraint("public", "purpose", "owner"),)

    public: Mapped[bytes] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    owner: Mapped[str]


class CertificateKeyRow(Base):
    """A key that signs certificates, and since when it was in other hands, if it was."""

    __tablename__ = "certificate_keys"
    __table_args__ = (
        CheckConstraint("purpose = 'certificate'", name="purpose"),
        CheckConstraint("(compromised_since IS NULL) = (survivors IS NULL)", name="survivors"),
        ForeignKeyConstraint(["public", "purpose", "issuer"], ["keys.public", "keys.purpose", "keys.owner"]),
    )

    public: Mapped[bytes] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(default="certificate")
    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"), index=True)
    kid: Mapped[bytes]
    compromised_since: Mapped[int | None]
    survivors: Mapped[bytes | None]


class KeyStateRow(Base):
    """A certificate key's state from an instant on."""

    __tablename__ = "key_states"

    public: Mapped[bytes] = mapped_column(ForeignKey("certificate_keys.public"), primary_key=True)
    at: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[int]


class RequestKeyRow(Base):
    """A key that signs requests. It is never published."""

    __tablename__ = "request_keys"
    __table_args__ = (
        CheckConstraint("purpose = 'request'", name="purpose"),
        ForeignKeyConstraint(["public", "purpose", "issuer"], ["keys.public", "keys.purpose", "keys.owner"]),
    )

    public: Mapped[bytes] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(default="request")
    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"), index=True)
    kid: Mapped[bytes] = mapped_column(index=True)
    active_from: Mapped[int]
    retired_at: Mapped[int | None]


class EnrolmentRow(Base):
    """An enrolment as it was handed in, and the two people who let it in."""

    __tablename__ = "enrolments"
    __table_args__ = (CheckConstraint("approved_by IS NULL OR approved_by <> checked_by", name="two_people"),)

    sha256: Mapped[bytes] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"))
    data: Mapped[bytes]
    checked_by: Mapped[str]
    checked_at: Mapped[int]
    approved_by: Mapped[str | None]
    approved_at: Mapped[int | None]


class StatusListRow(Base):
    """A status list; `change` is the region's count at the last change of anything in it."""

    __tablename__ = "status_lists"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    change: Mapped[int]


class RequestRow(Base):
    """A request that was granted: the evidence, and the answer to give again."""

    __tablename__ = "requests"
    __table_args__ = (UniqueConstraint("issuer", "nonce"),)

    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"), primary_key=True)
    id: Mapped[bytes] = mapped_column(primary_key=True)
    nonce: Mapped[bytes]
    content_sha256: Mapped[bytes]
    data: Mapped[bytes]
    received_at: Mapped[int]
    answer: Mapped[dict[str, Any]]


class RunRow(Base):
    """A run of indices [first, end), granted once and for ever.

    Every run begins where exactly one other ends, so no two overlap; each list starts from a run without a first.
    """

    __tablename__ = "index_runs"
    __table_args__ = (
        ForeignKeyConstraint(["list", "first"], ["index_runs.list", "index_runs.end"]),
        ForeignKeyConstraint(["issuer", "request"], ["requests.issuer", "requests.id"]),
        UniqueConstraint("list", "first"),
        UniqueConstraint("list", "end", "issuer"),
        CheckConstraint(f'(first IS NULL AND "end" = 0) OR ("end" > first AND "end" <= {INDICES})', name="range"),
    )

    list: Mapped[int] = mapped_column(ForeignKey("status_lists.number"), primary_key=True, autoincrement=False)
    end: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first: Mapped[int | None]
    issuer: Mapped[str | None] = mapped_column(index=True)
    request: Mapped[bytes | None]
    granted_at: Mapped[int]


class RegisteredRow(Base):
    """A registered certificate. A number has one that stands, at most.

    `holder` is the keyed tag of the holder's document (registry.holders.holders), None where the issuer did not name
    it; `kind` to `month` are what it is counted by (registry.register.certificates).
    """

    __tablename__ = "registered"
    __table_args__ = (
        ForeignKeyConstraint(["list", "run_end", "issuer"], ["index_runs.list", "index_runs.end", "index_runs.issuer"]),
        ForeignKeyConstraint(["issuer", "request"], ["requests.issuer", "requests.id"]),
        CheckConstraint('"index" >= 0 AND "index" < run_end', name="in_run"),
        Index("uq_registered_standing", "number", unique=True, sqlite_where=STANDING, postgresql_where=STANDING),
        Index("ix_registered_issuer_key", "issuer", "key"),
        Index("ix_registered_issuer_request", "issuer", "request"),
        Index("ix_registered_not_valid", "list", "index", "status", sqlite_where=NOT_VALID, postgresql_where=NOT_VALID),
    )

    list: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_end: Mapped[int]
    issuer: Mapped[str]
    request: Mapped[bytes]
    number: Mapped[str] = mapped_column(index=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    key: Mapped[bytes] = mapped_column(ForeignKey("certificate_keys.public"))
    issued_at: Mapped[int]
    data: Mapped[bytes]
    registered_at: Mapped[int]
    status: Mapped[int]
    kind: Mapped[int | None]
    edition: Mapped[int | None]
    occupation: Mapped[str | None]
    level: Mapped[int | None]
    month: Mapped[int | None]
    holder: Mapped[bytes | None] = mapped_column(index=True)


REGISTERED: Final = Base.metadata.tables[RegisteredRow.__tablename__]
"""The same as a plain table: for what is done so often that building objects and statements would be most of it."""


class StatusHistoryRow(Base):
    """One change of one certificate's status."""

    __tablename__ = "status_history"
    __table_args__ = (
        ForeignKeyConstraint(["list", "index"], ["registered.list", "registered.index"]),
        Index("ix_status_history_entry", "list", "index"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list: Mapped[int]
    index: Mapped[int]
    before: Mapped[int]
    after: Mapped[int]
    reason: Mapped[int]
    at: Mapped[int]
    request: Mapped[bytes]


class CorrectionRow(Base):
    """What a holder asks to have corrected, by a word of registry.holders.corrections, and what the issuer answered."""

    __tablename__ = "corrections"
    __table_args__ = (
        ForeignKeyConstraint(["list", "index"], ["registered.list", "registered.index"]),
        CheckConstraint("(outcome IS NULL) = (answered_at IS NULL)", name="answered"),
        Index("ix_corrections_entry", "list", "index"),
        Index("ix_corrections_issuer_outcome", "issuer", "outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[str] = mapped_column(unique=True)
    list: Mapped[int]
    index: Mapped[int]
    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"))
    what: Mapped[str]
    said: Mapped[str]
    asked_at: Mapped[int]
    outcome: Mapped[int | None]
    answer: Mapped[str | None]
    answered_at: Mapped[int | None]


class OnRecordRow(Base):
    """An old certificate: on record, not signed."""

    __tablename__ = "on_record"

    number: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    issuer: Mapped[str]
    occupation: Mapped[str]
    level: Mapped[str]
    issued_on: Mapped[str]
    imported_at: Mapped[int]


class CountRow(Base):
    """How often somebody asked in a period that ends; `key` is a keyed hash that names nobody."""

    __tablename__ = "counts"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    ends: Mapped[int]
    count: Mapped[int]


class ActRow(Base):
    """One act of one person or program: leaf id - 1 of the log, whose hash is `hash`. Append-only.

    `salt` keeps the leaf from telling what the row says; `things_*` is the tree of what the act was about.
    """

    __tablename__ = "acts"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[int]
    who: Mapped[str]
    what: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    why: Mapped[str]
    detail: Mapped[dict[str, Any]]
    salt: Mapped[bytes]
    things_size: Mapped[int | None]
    things_root: Mapped[bytes | None]
    hash: Mapped[bytes]
