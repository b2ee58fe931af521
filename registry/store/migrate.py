"""Bringing a database to the tables of this version."""

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config

from registry.store.engine import Store


def upgrade(store: Store) -> None:
    """Apply every migration that the database lacks, in one transaction."""
    with as_file(files("registry") / "migrations") as folder, store.engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
