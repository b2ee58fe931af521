"""The application factory: routes, one translation of every error into problem+json, headers, limits."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, request
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from credential import documents, ed25519
from credential import request as requests
from credential.verify import MAX_CERTIFICATE_BYTES
from registry import current
from registry.clock import Clock, clock
from registry.console import routes as console
from registry.files import Places
from registry.http import (
    assets,
    complaint_pages,
    figure_pages,
    headers,
    holder_pages,
    issuer_pages,
    journal,
    pages,
    verifier_pages,
)
from registry.http.asking import LIMITS
from registry.http.journal import Journal
from registry.http.limits import limits_of
from registry.http.published_answers import PublishedAnswers
from registry.http.routes import PROBLEM, ROUTES
from registry.http.service import service_of
from registry.http.verifier_pages import Verifier
from registry.http.views import EXTENSION, VIEWS
from registry.problems import Problem, Refused
from registry.store.engine import is_unavailable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MAX_BODY: Final = requests.MAX_BATCH * (MAX_CERTIFICATE_BYTES + 3 + documents.MAX_NUMBER_BYTES) + 4_096
"""The most bytes of one request: a full batch of the largest certificates, and of documents."""
_BY_STATUS: Final = {
    404: Problem.NOT_FOUND,
    405: Problem.METHOD,
    411: Problem.LENGTH,
    413: Problem.TOO_LARGE,
    415: Problem.MEDIA_TYPE,
    429: Problem.TOO_MANY,
    431: Problem.HEADERS_TOO_LARGE,
    503: Problem.UNAVAILABLE,
}
REFUSED_BY_SERVER: Final = "YINXIN_REFUSED"
"""The header, as the server names it, by which it hands on what it would not read: the status to refuse it with."""
_RETRY_AFTER: Final = {429: "60", 503: "2"}
"""Seconds."""


class Application(Flask):
    """Flask, but what is published is answered from memory, and every request is noted."""

    def __init__(self, places: Places) -> None:
        super().__init__(__name__, static_folder=None, template_folder=None)
        self.published = PublishedAnswers(super().wsgi_app, current.watching(places))
        self.journal = Journal(self.published)

    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        return self.journal(environ, start_response)


def create_app(
    data: Path | None = None, *, verifier: Verifier | None = None, now: Clock = clock, with_console: bool = True
) -> Application:
    """The application on a data folder (else $YINXIN_REGISTRY_DATA, else ./yinxin-registry), initialised or not.

    `verifier` is the page /v, by default as it was built; `now` tells the time; the operators' console may be left out.

    Raises UnfitLibraryError rather than serving with a libsodium that accepts what it must not.
    """
    ed25519.require_fit_library()
    service = service_of(data, now)
    app = Application(service.places)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions[EXTENSION] = service
    app.extensions[LIMITS] = limits_of(service)
    journal.register(app)
    app.before_request(_refuse_unread)
    views = {**VIEWS, **issuer_pages.VIEWS}
    for route in ROUTES:
        app.add_url_rule(route.path, route.name, views[route.name], methods=[route.method])
    app.register_error_handler(Exception, translate)
    app.after_request(_add_headers)
    app.register_blueprint(pages.pages)
    verifier_pages.register(app, verifier or Verifier(assets.read()))
    issuer_pages.register(app)
    app.register_blueprint(holder_pages.holders)
    app.register_blueprint(figure_pages.statistics)
    app.register_blueprint(complaint_pages.complaint)
    if with_console:
        console.register(app)
    return app


def translate(error: Exception) -> Response:
    """Every error as problem+json, or as a page for a browser: what we refuse in our words, else without a word."""
    refused = _refusal(error)
    sort = refused.problem.value
    if sort.status >= 500:
        journal.note_failure(sort.slug, error)
    answer = pages.problem_page(refused) or Response(
        json.dumps(refused.document(journal.reference()), ensure_ascii=False), status=sort.status, content_type=PROBLEM
    )
    if sort.status in _RETRY_AFTER:
        answer.headers["Retry-After"] = _RETRY_AFTER[sort.status]
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _refuse_unread() -> None:
    """Refuse what the server did not read to its end."""
    status = request.environ.get(f"HTTP_{REFUSED_BY_SERVER}")
    if status is not None:
        raise Refused(_BY_STATUS.get(int(status), Problem.MALFORMED))


def _refusal(error: Exception) -> Refused:
    match error:
        case Refused():
            return error
        case HTTPException(code=int() as code) if code < 500 or code in _BY_STATUS:
            return Refused(_BY_STATUS.get(code, Problem.MALFORMED))
        case DBAPIError() if is_unavailable(error):
            return Refused(Problem.UNAVAILABLE)
        case OSError():
            return Refused(Problem.UNAVAILABLE)
        case _:
            return Refused(Problem.INTERNAL)


def _add_headers(answer: Response) -> Response:
    if request.method == "OPTIONS":
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Access-Control-Allow-Headers"] = "Content-Type"
    for name, value in headers.ALWAYS.items():
        answer.headers.setdefault(name, value)
    return answer
