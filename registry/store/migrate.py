"""Bringing a database to the tables of this version."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from registry.store.engine import Store


def upgrade(store: Store) -> None:
    """Apply every migration that the database lacks, in one transaction."""
    with store.read() as session:
        if MigrationContext.configure(session.connection()).get_current_revision() == newest():
            return
    with store.engine.begin() as connection, _config() as config:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@cache
def newest() -> str | None:
    """The revision of this version's tables."""
    with _config() as config:
        return ScriptDirectory.from_config(config).get_current_head()


@contextmanager
def _config() -> Iterator[Config]:
    with as_file(files("registry") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        yield config
