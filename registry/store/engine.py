"""The one engine factory, and transactions: each takes the write lock at once, and is retried when it cannot."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from registry.problems import ConfigurationError, Problem, Refused

ATTEMPTS: Final = 5
KEPT: Final = 16
"""Connections to a server that are not closed after use: as many as threads serve."""
BUSY_MILLISECONDS: Final = 10_000
_PAUSE: Final = 0.05
_RETRY_STATES: Final = frozenset({"40001", "40P01", "55P03"})
_READ_ONLY: Final = "25006"
"""What a server says that was put in the place of another and may not write yet."""
_READ: Final = "yinxin_read"
_USED: Final = "yinxin_used"
TRUSTED_SECONDS: Final = 1.0
"""For how long after its last use a connection is taken to be alive."""
_PRAGMAS: Final = ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL")
_T = TypeVar("_T")


class Store:
    """A database, and the ways of using it: `read` sees one moment, `write` changes all or nothing."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def is_embedded(self) -> bool:
        """Whether it is the one that no other host can share."""
        return self.engine.dialect.name == "sqlite"

    def read(self) -> AbstractContextManager[Session]:
        """A session that sees one consistent moment and changes nothing."""
        return self._reading("REPEATABLE READ")

    def glance(self) -> AbstractContextManager[Session]:
        """A session in which each statement sees its own moment: a server is spared beginning and end of each."""
        return self._reading("AUTOCOMMIT")

    @contextmanager
    def _reading(self, isolation: str) -> Iterator[Session]:
        options: dict[str, Any] = {_READ: True}
        if not self.is_embedded:
            options["isolation_level"] = isolation
        with (
            self.engine.connect().execution_options(**options) as connection,
            Session(bind=connection) as session,
        ):
            yield session

    def write(self, work: Callable[[Session], _T]) -> _T:
        """Run `work` in one transaction; again, a few times, when another one was in its way. Refused UNAVAILABLE.

        Whoever has waited for a lock for BUSY_MILLISECONDS does not begin anew: nobody waits much longer than that.
        """
        until = time.monotonic() + BUSY_MILLISECONDS / 1000
        for attempt in range(ATTEMPTS):
            try:
                with Session(self.engine, expire_on_commit=False) as session, session.begin():
                    return work(session)
            except DBAPIError as error:
                if not _is_passing(error):
                    raise
                if time.monotonic() >= until:
                    break
                time.sleep(_PAUSE * 2**attempt)
        raise Refused(Problem.UNAVAILABLE, "数据库一直被占用 / the database stayed locked")

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def sqlite_url(path: Path) -> str:
    """The URL of an embedded database."""
    return f"sqlite+pysqlite:///{path}"


def open_store(url: str) -> Store:
    """The store at an SQLAlchemy URL: SQLite or PostgreSQL. ConfigurationError if it names neither."""
    match _driver(url):
        case "sqlite+pysqlite":
            engine = create_engine(url, hide_parameters=True, max_overflow=-1)
            event.listen(engine, "connect", _set_up_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return Store(engine)
        case "postgresql+psycopg":
            return Store(_postgresql(url))
        case _:
            raise ConfigurationError(
                "数据库 URL 须以 postgresql+psycopg:// 开头 / the database's URL must begin with postgresql+psycopg://"
            )


def _driver(url: str) -> str | None:
    try:
        return make_url(url).drivername
    except ArgumentError:
        return None


def _postgresql(url: str) -> Engine:
    try:
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_size=KEPT,
            max_overflow=-1,
            connect_args={name: value for name, value in _patience().items() if name not in make_url(url).query},
        )
    except ModuleNotFoundError:
        raise ConfigurationError(
            "缺少 PostgreSQL 驱动，请在印信的源代码目录里运行：pip install '.[registry,postgresql]' / "
            "the driver is missing; run in Yinxin's source folder: pip install '.[registry,postgresql]'"
        ) from None
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", partial(_require_alive, engine))
    return engine


def _note_use(_: DBAPIConnection | None, kept: ConnectionPoolEntry) -> None:
    kept.info[_USED] = time.monotonic()


def _require_alive(engine: Engine, connection: DBAPIConnection, kept: ConnectionPoolEntry, _: object) -> None:
    """Have another connection opened if this one was lost while nobody used it; one used just now is not asked."""
    if time.monotonic() - kept.info.get(_USED, math.inf) < TRUSTED_SECONDS:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error:
        raise DisconnectionError from None


def _patience() -> dict[str, Any]:
    """For how long a database server that says nothing is waited for; the URL may say otherwise."""
    return {
        "connect_timeout": 5,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
        "options": f"-c lock_timeout={BUSY_MILLISECONDS} -c idle_in_transaction_session_timeout=60000",
    }


def is_unavailable(error: DBAPIError) -> bool:
    """Whether trying again later may help: the database is locked, full, or gone."""
    passing = isinstance(error, OperationalError) or error.connection_invalidated
    return passing or getattr(error.orig, "sqlstate", None) == _READ_ONLY


def _set_up_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={BUSY_MILLISECONDS}", *_PRAGMAS):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get(_READ, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _is_passing(error: DBAPIError) -> bool:
    if getattr(error.orig, "sqlstate", None) in _RETRY_STATES:
        return True
    code = getattr(error.orig, "sqlite_errorname", "") or ""
    return code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
