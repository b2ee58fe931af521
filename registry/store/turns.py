"""Whose turn it is to publish, of all processes and hosts that work on one database (docs/adr/0027)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, text

from registry.problems import Problem, Refused
from registry.store.engine import Store

PUBLISHING: Final = 0x59494E58
"""The number of the advisory lock: YINX."""
_POLL: Final = 0.2
_WATCH: Final = (
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
    "SET idle_session_timeout = '10min'",
)
"""How soon the server notices that the host which publishes is gone, when nothing says so."""


class TurnTakenError(Refused):
    """Another host publishes, or has just published."""

    def __init__(self) -> None:
        super().__init__(
            Problem.UNAVAILABLE, "另一台主机正在发布，请稍后再试 / another host is publishing: try again soon"
        )


@contextmanager
def turn(store: Store, wait: float) -> Iterator[None]:
    """Hold the turn on a connection of its own: whoever is killed gives it back with the connection.

    TurnTakenError if another host has it for `wait` seconds. On the embedded database there are no other hosts,
    and the publish.lock of the data folder is enough.
    """
    if store.is_embedded:
        yield
        return
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()
        for each in _WATCH:
            connection.execute(text(each))
        _take(connection, time.monotonic() + wait)
        yield


def _take(connection: Connection, until: float) -> None:
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": PUBLISHING}):
        if time.monotonic() >= until:
            raise TurnTakenError
        time.sleep(_POLL)
