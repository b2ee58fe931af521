"""The tables of what the registry's directory says of an issuer beside the trust list: never published as signed."""

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.models import Base


class CreditCodeRow(Base):
    """A unified social credit code that was ever on file: one code, one institution."""

    __tablename__ = "credit_codes"
    __table_args__ = (UniqueConstraint("code", "issuer"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"))


class IssuerCreditCodeRow(Base):
    """An issuer's credit code from a day on."""

    __tablename__ = "issuer_credit_codes"
    __table_args__ = (ForeignKeyConstraint(["value", "issuer"], ["credit_codes.code", "credit_codes.issuer"]),)

    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"), primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str]


class AuthorityRow(Base):
    """The name of the authority that an issuer is filed with, from a day on."""

    __tablename__ = "issuer_authorities"

    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"), primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str]


class ParentRow(Base):
    """The institution that an issuer is a branch of from a day on; without a value it is none from then on."""

    __tablename__ = "issuer_parents"

    issuer: Mapped[str] = mapped_column(ForeignKey("issuers.code"), primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str | None] = mapped_column(ForeignKey("issuers.code"), index=True)
