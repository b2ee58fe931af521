"""Which tables a database has, and which this version works with.

Each migration is a file whose name begins with its revision; alembic, which makes tables, is loaded for that only.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Final

from sqlalchemy import Connection, inspect, text

from registry.problems import ConfigurationError
from registry.store.engine import Store

MIGRATING: Final = 0x59494E4D
"""The number of the advisory lock: YINM."""
_FILE: Final = re.compile(r"(\d{4})_\w+\.py", re.ASCII)


def upgrade(store: Store) -> None:
    """Apply every migration that the database lacks, in one transaction; hosts that start at once take turns.

    ConfigurationError if the database is of a newer version.
    """
    with store.read() as session:
        if revision_of(session.connection()) == newest():
            return
    from registry.store import migrate

    with store.engine.begin() as connection:
        if not store.is_embedded:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": MIGRATING})
        _require_known(revision_of(connection))
        migrate.bring_to(connection, "head")


def newest() -> str:
    """The revision of this version's tables."""
    return revisions()[0]


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables that are there; None if there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


def is_known(revision: str) -> bool:
    """Whether this version of the program knows the revision."""
    return revision in revisions()


@cache
def revisions() -> tuple[str, ...]:
    """All revisions, the newest first."""
    names = (each.name for each in (files("registry") / "migrations" / "versions").iterdir())
    found = (_FILE.fullmatch(name) for name in names)
    return tuple(sorted((each[1] for each in found if each is not None), reverse=True))


def _require_known(present: str | None) -> None:
    if present is not None and not is_known(present):
        raise ConfigurationError(
            f"数据库的结构（{present}）比本程序新，未作改变：请升级 yinxin-registry / the database ({present}) is of "
            "a newer version than this program, and nothing was changed: upgrade yinxin-registry"
        )
