"""The tables of operators: accounts, recovery codes, browsers that are signed in."""

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.models import Base


class OperatorRow(Base):
    """A person's account. `setup` is the hash of the code that lets its holder choose password and app, once."""

    __tablename__ = "operators"

    name: Mapped[str] = mapped_column(primary_key=True)
    display: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(JSON)
    added_at: Mapped[int]
    disabled_at: Mapped[int | None]
    setup: Mapped[bytes | None]
    setup_expires: Mapped[int | None]
    password: Mapped[str | None]
    totp: Mapped[bytes]
    totp_step: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[int] = mapped_column(default=0)


class RecoveryCodeRow(Base):
    """A code that stands in once for the app's; gone when it was used."""

    __tablename__ = "recovery_codes"

    operator: Mapped[str] = mapped_column(ForeignKey("operators.name"), primary_key=True)
    hash: Mapped[bytes] = mapped_column(primary_key=True)


class SignInRow(Base):
    """A browser that is signed in, by the hash of what its cookie holds."""

    __tablename__ = "sign_ins"

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    operator: Mapped[str] = mapped_column(ForeignKey("operators.name"), index=True)
    since: Mapped[int]
    seen_at: Mapped[int]
