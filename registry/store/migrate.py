"""Bringing a database to the tables of this version."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from registry.problems import ConfigurationError
from registry.store.engine import Store

MIGRATING: Final = 0x59494E4D
"""The number of the advisory lock: YINM."""


def upgrade(store: Store) -> None:
    """Apply every migration that the database lacks, in one transaction; hosts that start at once take turns.

    ConfigurationError if the database is of a newer version.
    """
    with store.read() as session:
        if revision_of(session.connection()) == newest():
            return
    with store.engine.begin() as connection:
        if not store.is_embedded:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": MIGRATING})
        _require_known(revision_of(connection))
        bring_to(connection, "head")


def newest() -> str:
    """The revision of this version's tables."""
    return revisions()[0]


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables that are there; None if there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def is_known(revision: str) -> bool:
    """Whether this version of the program knows the revision."""
    return revision in revisions()


def bring_to(connection: Connection, revision: str) -> None:
    """Make the tables those of `revision`, which is later than what is there."""
    with _configured() as config:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def take_back(connection: Connection, revision: str) -> None:
    """Make the tables those of `revision`, which is earlier than what is there."""
    with _configured() as config:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def _require_known(present: str | None) -> None:
    if present is not None and not is_known(present):
        raise ConfigurationError(
            f"数据库的结构（{present}）比本程序新，未作改变：请升级 yinxin-registry / the database ({present}) is of "
            "a newer version than this program, and nothing was changed: upgrade yinxin-registry"
        )


@cache
def revisions() -> tuple[str, ...]:
    """All revisions, the newest first."""
    with _configured() as config:
        return tuple(each.revision for each in ScriptDirectory.from_config(config).walk_revisions())


@contextmanager
def _configured() -> Iterator[Config]:
    with as_file(files("registry") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        yield config
