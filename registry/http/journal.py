"""What is noted of each request: a line in the log, a count, and a reference by which an answer and its line are found.

Noted are the route's name, not the path; the method, status, duration and size. Not the address, the query, a name.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import uuid4

from flask import Flask, request

from registry.http import logs
from registry.http.meters import Meters

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
OTHER: Final = "other"
"""A method or a route that is none of ours: what is sent in their place is not repeated."""
_NOTE: Final = "yinxin.note"
_log = logging.getLogger("yinxin.registry")


@dataclass(slots=True)
class Note:
    """What becomes known of a request while it is answered."""

    route: str = OTHER
    reference: str | None = None
    """Given when an answer or a line is to name it."""


class Journal:
    """A WSGI application in front of another, that notes what it answers."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application, self.meters = application, Meters()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        began, note = time.monotonic(), note_of(environ)

        def start(status: str, heads: list[tuple[str, str]], *error: Any) -> Any:
            self._write(note, environ["REQUEST_METHOD"], int(status[:3]), heads, time.monotonic() - began)
            return start_response(status, heads, *error)

        return self._application(environ, cast("StartResponse", start))

    def _write(self, note: Note, asked: str, status: int, heads: Iterable[tuple[str, str]], seconds: float) -> None:
        method = asked if asked in METHODS else OTHER
        size = next((int(value) for name, value in heads if name.lower() == "content-length"), None)
        self.meters.count(note.route, method, status, seconds)
        _log.info(
            "request",
            extra=logs.fields(
                method=method,
                route=note.route,
                status=status,
                ms=round(seconds * 1000, 1),
                bytes=size,
                **({} if note.reference is None else {"request": note.reference}),
            ),
        )


def register(app: Flask) -> None:
    """Let the journal know the routes of `app`: before anything else, for anything else may refuse."""
    app.before_request(_name_route)


def reference() -> str:
    """The present request's: a random number, which says nothing of who asked."""
    note = note_of(request.environ)
    if note.reference is None:
        note.reference = str(uuid4())
    return note.reference


def note_failure(slug: str, error: Exception) -> None:
    """Log that this request failed in us: what was refused, the exception's type, and where; not its words."""
    _log.error(
        "request failed",
        extra=logs.fields(
            request=reference(),
            route=note_of(request.environ).route,
            problem=slug,
            error=type(error).__name__,
            where=logs.where(error),
        ),
    )


def note_of(environ: "WSGIEnvironment") -> Note:
    """The note of the request in this environment, which its copies share."""
    found = environ.get(_NOTE)
    if found is None:
        found = environ[_NOTE] = Note()
    return cast(Note, found)


def _name_route() -> None:
    note_of(request.environ).route = request.endpoint or OTHER
