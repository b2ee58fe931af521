"""Bringing a database's tables to another revision."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def bring_to(connection: Connection, revision: str) -> None:
    """Make the tables those of `revision`, which is later than what is there."""
    with _configured(connection) as config:
        command.upgrade(config, revision)


def take_back(connection: Connection, revision: str) -> None:
    """Make the tables those of `revision`, which is earlier than what is there."""
    with _configured(connection) as config:
        command.downgrade(config, revision)


@contextmanager
def _configured(connection: Connection) -> Iterator[Config]:
    with as_file(files("registry") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        yield config
