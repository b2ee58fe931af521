"""The console's door: who is signed in, and that a form was sent from one of its own pages."""

import hmac
from typing import Final, cast
from urllib.parse import urlsplit

from flask import Response, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from registry.http import headers
from registry.http.limits import Limiter, network
from registry.http.views import service
from registry.operators import sign_ins
from registry.operators.sign_ins import SEEN_EVERY, Person
from registry.problems import Problem, Refused

COOKIE: Final = "__Host-yinxin"
LIMITER: Final = "yinxin_sign_in_limiter"
ATTEMPTS_A_MINUTE: Final = 10
MAX_FORM_BYTES: Final = 400_000
"""A list of 10,000 numbers fits."""
MAX_OPEN_FORM_BYTES: Final = 4_096
"""Of those who are not signed in."""
OPEN: Final = frozenset({"console.sign_in", "console.enter", "console.set_up", "console.set_up_step"})
"""What those who are not signed in may reach."""


def check() -> Answer | None:
    """Before every page: a form must be ours; whoever is not signed in is led to where they can be."""
    request.max_content_length = MAX_OPEN_FORM_BYTES if request.endpoint in OPEN else MAX_FORM_BYTES
    if request.method == "POST":
        _require_own_origin()
    g.person = _signed_in()
    if request.endpoint in OPEN:
        return None
    if g.person is None:
        return redirect(url_for("console.sign_in"), 303)
    if request.method == "POST":
        _require_form_token(g.person)
    return None


def person() -> Person:
    """Who asks; `check` has let nobody else through."""
    return cast(Person, g.person)


def require(what: str) -> None:
    """Refuse ROLE early, before a form is shown that the record would refuse anyway."""
    if not person().may(what):
        raise Refused(Problem.ROLE, what)


def require_sight() -> None:
    """Refuse ROLE to those who may not read what supervisors keep."""
    if not person().sees_supervision:
        raise Refused(Problem.ROLE, "须有角色 supervision 或 audit / the role supervision or audit is needed")


def admit() -> None:
    """Count an attempt to sign in or to set up an account. Refused TOO_MANY from one address."""
    limiter: Limiter = current_app.extensions[LIMITER]
    limiter.admit(network(request.remote_addr), service().now())


def give_cookie(answer: Answer, token: str) -> None:
    """Let the browser be known by `token` until it is closed: not to scripts, nor from other sites' pages."""
    answer.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="Strict", path="/")


def take_cookie(answer: Answer) -> None:
    """Let the browser forget."""
    answer.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Strict", path="/")


def forget_browser() -> None:
    """End whatever the browser's cookie stood for: a new one never goes on from an old one."""
    token = request.cookies.get(COOKIE)
    if token:
        service().store.write(lambda session: sign_ins.end(session, token))


def add_headers(answer: Response) -> Response:
    """No scripts, nothing kept, and for this origin alone."""
    for name, value in headers.CONSOLE.items():
        answer.headers[name] = value
    answer.headers.pop("Access-Control-Allow-Origin", None)
    return answer


def _signed_in() -> Person | None:
    token, now = request.cookies.get(COOKIE), service().now()
    if not token:
        return None
    with service().store.read() as session:
        found = sign_ins.find(session, token, now)
    if found is None:
        return None
    if now >= found[1] + SEEN_EVERY:
        service().store.write(lambda session: sign_ins.see(session, token, now))
    return found[0]


def _require_own_origin() -> None:
    """Refuse FORGED unless the browser says that the form is from this site."""
    origin = urlsplit(request.headers.get("Origin", ""))
    if origin.scheme not in ("http", "https") or origin.netloc != request.host:
        raise Refused(Problem.FORGED, "Origin")
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Refused(Problem.FORGED, "Sec-Fetch-Site")


def _require_form_token(who: Person) -> None:
    """Refuse FORGED unless the form has the token that this person's page for this very address was given."""
    given = request.form.get("token", "")
    if not hmac.compare_digest(given.encode(), who.form_token(request.path).encode()):
        raise Refused(Problem.FORGED, "token")
