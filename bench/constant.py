"""The smallest application that can be asked amiss: what a server makes of its clients is all that differs."""

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MAX_BODY: Final = 1 << 20
_REFUSED: Final = "HTTP_YINXIN_REFUSED"
"""How our server hands on what it did not read."""
_HEADS: Final = [("Content-Type", "text/plain"), ("Content-Length", "3"), ("Cache-Control", "no-store")]


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
    """`ok`, or the status that a body deserves; it reads what the server says there is."""
    start_response(_status(environ), _HEADS)
    return [b"ok\n"]


def _status(environ: "WSGIEnvironment") -> str:
    if _REFUSED in environ:
        return f"{environ[_REFUSED]} Refused"
    if environ["REQUEST_METHOD"] != "POST":
        return "200 OK"
    stated = environ.get("CONTENT_LENGTH")
    if not stated:
        return "411 Length Required"
    if int(stated) > MAX_BODY:
        return "413 Content Too Large"
    whole = len(environ["wsgi.input"].read(int(stated))) == int(stated)
    return "200 OK" if whole else "400 Bad Request"


if __name__ == "__main__":
    from registry import server

    server.make(application, "127.0.0.1", int(sys.argv[1]), threads=16).run()
