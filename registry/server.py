"""The HTTP server under the application: waitress, with the bounds in size and time that it lacks.

A request that is too much is not read: it is handed on as what the server said of it, so that the application refuses,
logs and counts it like any other (docs/operations.md has the table of limits, ADR 0028 why this server).
"""

import resource
import time
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server

from registry.app import MAX_BODY, REFUSED_BY_SERVER
from registry.http.routes import JSON, ROUTES

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CONNECTIONS: Final = 2_000
MAX_HEADERS: Final = 32_768
MAX_OPEN_BODY: Final = 524_288
"""Bytes that anyone may send: forms, questions. Issuers' signed requests may have MAX_BODY."""
_SIGNED: Final = frozenset(route.path for route in ROUTES if route.body and JSON not in route.body)
_SPARE_FILES: Final = 200
"""Files that the process has open beside its connections."""
_AT_ONCE: Final = 50
_NOWHERE: Final = b"GET /- HTTP/1.0\r\n"
"""Stands in for a request that could not be read."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a client is waited for, in seconds, and how many bytes of a body it must send in each."""

    seconds: float = 30
    bytes_a_second: int = 8_192
    look_every: float = 5


class Parser(HTTPRequestParser):
    """Reads a request no further than it may go."""

    path: str

    def received(self, data: bytes) -> int:
        """Take in what came; how much of it was this request's."""
        consumed = super().received(data)
        if self.error is not None:
            self._hand_on(self.error.code, is_readable=self.error.code == 413)
        elif self.headers_finished and not self.empty and self.chunked:
            self._hand_on(411)
        elif self.headers_finished and self.content_length > _most_body(self.path):
            self._hand_on(413)
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the headers; nobody sends the one that is ours."""
        super().parse_header(header_plus)
        self._named.pop(REFUSED_BY_SERVER, None)

    @property
    def _named(self) -> dict[str, str]:
        return cast(dict[str, str], self.headers)

    def _hand_on(self, status: int, *, is_readable: bool = True) -> None:
        """Complete the request without its body, and close the connection after the answer."""
        self.error = None
        if not is_readable:
            self.headers = {}
            self.parse_header(_NOWHERE)
        self._named.pop("CONTENT_LENGTH", None)
        self._named.update({REFUSED_BY_SERVER: str(status), "CONNECTION": "close"})
        self.expect_continue = False
        self.completed = True


class Channel(HTTPChannel):
    """One connection, on which trickling is not activity."""

    parser_class = Parser
    patience = Patience()
    _began = 0.0

    def handle_read(self) -> None:
        """Read; while a request is unfinished, the time counts from its beginning and from what came of its body."""
        before = self.request
        super().handle_read()
        unfinished = self.request
        if unfinished is None:
            return
        if unfinished is not before:
            self._began = time.time()
        granted = unfinished.body_bytes_received / self.patience.bytes_a_second
        self.last_activity = min(self.last_activity, self._began + granted)


def _most_body(path: str) -> int:
    """The most bytes of a request's body at this path."""
    return MAX_BODY if path in _SIGNED else MAX_OPEN_BODY


def make(
    app: "WSGIApplication",
    host: str,
    port: int,
    *,
    threads: int,
    trusted_proxy: str | None = None,
    patience: Patience = Patience(),
) -> BaseWSGIServer:
    """A server for `app`, listening; `run` serves. Raises OSError, OverflowError or ValueError for a wrong address."""
    made = create_server(
        app,
        host=host,
        port=port,
        threads=threads,
        connection_limit=_connections(),
        max_request_body_size=MAX_BODY + 1,
        max_request_header_size=MAX_HEADERS,
        asyncore_use_poll=True,
        ident="yinxin",
        clear_untrusted_proxy_headers=True,
        **_proxy(trusted_proxy),
    )
    vars(made.adj).update(channel_timeout=patience.seconds, cleanup_interval=patience.look_every)
    channel = type("PatientChannel", (Channel,), {"patience": patience})
    for each in _listeners(made):
        vars(each).update(channel_class=channel, handle_accept=_several(each))
    return cast(BaseWSGIServer, made)


def _listeners(made: BaseWSGIServer | MultiSocketServer) -> list[BaseWSGIServer]:
    """One for each address that the host's name stands for."""
    if isinstance(made, BaseWSGIServer):
        return [made]
    return [each for each in cast(dict[int, object], made.map).values() if isinstance(each, BaseWSGIServer)]


def _several(listener: BaseWSGIServer) -> Callable[[], None]:
    """Accept several connections in one turn of the loop: a turn takes the longer the more of them there are."""
    accept, channels = listener.handle_accept, cast(Sized, listener.active_channels)

    def accept_several() -> None:
        for _ in range(_AT_ONCE):
            before = len(channels)
            accept()
            if len(channels) == before:
                return

    return accept_several


def _connections() -> int:
    """As many as we want, or as the system lets us have files open for."""
    wanted = CONNECTIONS + _SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft == resource.RLIM_INFINITY else max(soft // 2, min(CONNECTIONS, soft - _SPARE_FILES))


def _proxy(address: str | None) -> Mapping[str, Any]:
    if address is None:
        return {}
    return {"trusted_proxy": address, "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"}}
