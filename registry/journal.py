"""What is noted of each request: a line in the log, a count, and a reference by which an answer and its line are found.

Noted are the route's name, not the path; the method, status, duration and size. Not the address, the query, a name.
"""

import logging
import time
from typing import Final, cast
from uuid import uuid4

from flask import Flask, Response, current_app, g, request

from registry import logs
from registry.meters import Meters

METERS: Final = "yinxin_meters"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
OTHER: Final = "other"
"""A method or a route that is none of ours: what is sent in their place is not repeated."""
_log = logging.getLogger("yinxin.registry")


def register(app: Flask) -> None:
    """Note every request of `app`. What is registered first runs last on the way out, so this comes first."""
    app.extensions[METERS] = Meters()
    app.before_request(_begin)
    app.after_request(_note)


def reference() -> str:
    """The present request's: a random number, which says nothing of who asked."""
    if "reference" not in g:
        g.reference = str(uuid4())
    return cast(str, g.reference)


def note_failure(slug: str, error: Exception) -> None:
    """Log that this request failed in us: what was refused, the exception's type, and where; not its words."""
    _log.error(
        "request failed",
        extra=logs.fields(
            request=reference(),
            route=_route(),
            problem=slug,
            error=type(error).__name__,
            where=logs.where(error),
        ),
    )


def meters() -> Meters:
    """The running application's meters."""
    return cast(Meters, current_app.extensions[METERS])


def _begin() -> None:
    g.began = time.monotonic()


def _note(answer: Response) -> Response:
    seconds = time.monotonic() - g.get("began", time.monotonic())
    method = request.method if request.method in METHODS else OTHER
    meters().count(_route(), method, answer.status_code, seconds)
    _log.info(
        "request",
        extra=logs.fields(
            method=method,
            route=_route(),
            status=answer.status_code,
            ms=round(seconds * 1000, 1),
            bytes=answer.calculate_content_length(),
            request=reference(),
        ),
    )
    return answer


def _route() -> str:
    return request.endpoint or OTHER
