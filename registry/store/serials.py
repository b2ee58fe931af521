"""The tables of serials: how far each year and level of a prefix is used, and which were granted to whom."""

from typing import Final

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.models import Base

MAX_SERIAL: Final = 999_999


class SerialRow(Base):
    """The last serial of a prefix, year and level digit that was granted, or registered without a grant."""

    __tablename__ = "serials"
    __table_args__ = (CheckConstraint(f"last >= 0 AND last <= {MAX_SERIAL}", name="range"),)

    prefix: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digit: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class SerialRunRow(Base):
    """Serials `first` to `last`, granted once and for ever."""

    __tablename__ = "serial_runs"
    __table_args__ = (
        ForeignKeyConstraint(["prefix", "year", "digit"], ["serials.prefix", "serials.year", "serials.digit"]),
        ForeignKeyConstraint(["issuer", "request"], ["requests.issuer", "requests.id"]),
        UniqueConstraint("prefix", "year", "digit", "last"),
        CheckConstraint("first > 0 AND last >= first", name="range"),
    )

    prefix: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digit: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
    issuer: Mapped[str]
    request: Mapped[bytes]
    granted_at: Mapped[int]
