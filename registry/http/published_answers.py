"""Answers about what is published, given again from memory as long as nothing else is published.

The application makes each of them once; what decides about an answer is the path and a few heads, all in its key.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from werkzeug.wrappers import Response

from registry.http.journal import OTHER, note_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_BYTES: Final = 64 << 20
LARGEST: Final = 8 << 20
"""A larger answer is made anew each time: it takes far longer to send than to make."""
_PATHS: Final = ("/s/", "/v1/region", "/v1/objects/", "/v1/bundle", "/v1/status/")
_HEADS: Final = ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_IF_RANGE")
_KEPT: Final = frozenset({200, 304})

Key = tuple[str, ...]
Mark = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, whole."""

    status: str
    heads: tuple[tuple[str, str], ...]
    body: bytes
    route: str = OTHER


@dataclass(slots=True)
class Shelf:
    """The answers of one publication that were asked for last, MOST_BYTES of them at most."""

    _mark: Mark | None = None
    _answers: OrderedDict[Key, Answer] = field(default_factory=OrderedDict)
    _bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, mark: Mark, key: Key) -> Answer | None:
        """The answer kept since the publication `mark`."""
        with self._lock:
            found = self._answers.get(key) if mark == self._mark else None
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def put(self, mark: Mark, key: Key, answer: Answer) -> None:
        """Keep an answer that was asked for after `mark` was read; what is of another publication is dropped."""
        with self._lock:
            if mark != self._mark:
                self._mark, self._bytes = mark, 0
                self._answers.clear()
            if key not in self._answers:
                self._answers[key] = answer
                self._bytes += _size(key, answer)
            while self._bytes > MOST_BYTES:
                self._bytes -= _size(*self._answers.popitem(last=False))

    @property
    def bytes(self) -> int:
        """How much is kept."""
        return self._bytes


class PublishedAnswers:
    """A WSGI application in front of another. `mark` tells one publication from the next; None: there is none."""

    def __init__(self, application: "WSGIApplication", mark: Callable[[], Mark | None]) -> None:
        self._application, self._mark, self.shelf = application, mark, Shelf()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        is_published = environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"].startswith(_PATHS)
        mark = self._mark() if is_published else None
        if mark is None:
            return self._application(environ, start_response)
        key = tuple(environ.get(name, "") for name in ("PATH_INFO", *_HEADS))
        answer = self.shelf.get(mark, key) or self._ask(environ, mark, key)
        note_of(environ).route = answer.route
        start_response(answer.status, list(answer.heads))
        return [answer.body]

    def _ask(self, environ: "WSGIEnvironment", mark: Mark, key: Key) -> Answer:
        made = Response.from_app(self._application, environ, buffered=True)
        answer = Answer(made.status, _heads(made), made.data, note_of(environ).route)
        if made.status_code in _KEPT and _size(key, answer) <= LARGEST:
            self.shelf.put(mark, key, answer)
        return answer


def _heads(made: Response) -> tuple[tuple[str, str], ...]:
    """Without the time: the server writes that of each answer."""
    return tuple((name, value) for name, value in made.headers.to_wsgi_list() if name != "Date")


def _size(key: Key, answer: Answer) -> int:
    return len(answer.body) + sum(map(len, key)) + sum(len(name) + len(value) for name, value in answer.heads)
