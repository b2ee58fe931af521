"""The tables of what is published: each object, each publication as a whole, the bytes, a day's statistics."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from registry.store.models import Base


class StatisticsRow(Base):
    """The statistics of a day, as they are published: `content` is JSON with small cells left out already."""

    __tablename__ = "statistics"

    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
    made_at: Mapped[int]


class PublicationRow(Base):
    """One object that was published; (type, list, epoch, seq) is given out once. `act` is when it first was."""

    __tablename__ = "publications"

    type: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    list: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[bytes] = mapped_column(index=True)
    issued: Mapped[int]
    expires: Mapped[int | None]
    act: Mapped[int | None]


class PublishedRow(Base):
    """A publication as a whole: the newest, and the last of each epoch before it.

    `manifest` is its bundle with the SHA-256 of each object in the object's place; `note` is the head of the log.
    """

    __tablename__ = "published"

    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    manifest: Mapped[bytes]
    note: Mapped[bytes]


class ObjectRow(Base):
    """The bytes of an object that a manifest names."""

    __tablename__ = "objects"

    sha256: Mapped[bytes] = mapped_column(primary_key=True)
    data: Mapped[bytes]
