"""The tables of second persons at issuers: approvers' keys, and what each request changed of what stands."""

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.models import Base


class ApproverKeyRow(Base):
    """The key of a person at an issuer who approves what another asks for. It is never published."""

    __tablename__ = "approver_keys"
    __table_args__ = (
        CheckConstraint("purpose = 'approval'", name="purpose"),
        ForeignKeyConstraint(["public", "purpose", "issuer"], ["keys.public", "keys.purpose", "keys.owner"]),
    )

    public: Mapped[bytes] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(default="approval")
    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"), index=True)
    kid: Mapped[bytes]
    name: Mapped[str]
    active_from: Mapped[int]
    retired_at: Mapped[int | None]


class RequestChangeRow(Base):
    """How many standing certificates a request changed or replaced, and the approval that came with it, if one did."""

    __tablename__ = "request_changes"
    __table_args__ = (
        ForeignKeyConstraint(["issuer", "request"], ["requests.issuer", "requests.id"]),
        CheckConstraint("(approver IS NULL) = (approval IS NULL)", name="approved"),
        Index("ix_request_changes_issuer_at", "issuer", "at"),
    )

    issuer: Mapped[str] = mapped_column(primary_key=True)
    request: Mapped[bytes] = mapped_column(primary_key=True)
    at: Mapped[int]
    count: Mapped[int]
    approver: Mapped[bytes | None] = mapped_column(ForeignKey("approver_keys.public"))
    approval: Mapped[bytes | None]
