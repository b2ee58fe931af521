"""The tables of what is agreed with other regions and imported of them, and of the region's benefit policy."""

from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.models import Base


class AgreementRow(Base):
    """An agreement with a partner region; `content` is the agreement as the operator's file has it."""

    __tablename__ = "agreements"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    partner: Mapped[str] = mapped_column(unique=True)
    content: Mapped[dict[str, Any]]
    changed_at: Mapped[int]


class BenefitPolicyRow(Base):
    """The region's benefit policy as it is to be published next: its payload, under a head that no verifier sees."""

    __tablename__ = "benefit_policy"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payload: Mapped[bytes]
    changed_at: Mapped[int]


class PartnerRow(Base):
    """A partner region whose published part the operator has imported; `manifest` is as in PublishedRow."""

    __tablename__ = "partners"

    region: Mapped[str] = mapped_column(primary_key=True)
    pin: Mapped[bytes]
    epoch: Mapped[int]
    seq: Mapped[int]
    imported_at: Mapped[int]
    manifest: Mapped[bytes | None]
