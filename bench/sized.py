"""The registry's own HTTP server and journal, but each answer is ready, of as many bytes as the path says.

`python -m bench.sized PORT`
"""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from registry import server
from registry.http import logs
from registry.http.headers import ALWAYS
from registry.http.journal import Journal

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_HEADS: Final = [
    ("Content-Type", "application/cbor"),
    ("Vary", "Accept-Encoding"),
    ("Cache-Control", "public, max-age=30"),
    ("Access-Control-Allow-Origin", "*"),
    ("ETag", f'"{"0" * 64}"'),
    *ALWAYS.items(),
]


def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """So many bytes."""
    body = bytes(int(environ["PATH_INFO"].strip("/") or 0))
    start_response("200 OK", [("Content-Length", str(len(body))), *_HEADS])
    return [body]


if __name__ == "__main__":
    logs.set_up(None)
    server.make(Journal(answer), "127.0.0.1", int(sys.argv[1]), threads=16).run()
