"""Signing in and out, and setting an account up with the code that the administrator handed over."""

import logging
from typing import Final

from flask import Response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from registry.console import guard
from registry.console.show import show
from registry.http.views import service
from registry.operators import accounts, passwords, sign_ins, totp
from registry.operators.sign_ins import Denial
from registry.problems import Problem, Refused
from registry.store.operators import OperatorRow

MAX_FIELD: Final = 128
_log = logging.getLogger("yinxin.registry")


def sign_in() -> Response:
    """GET /console/sign-in."""
    return show("sign_in.html", complaint=False)


def enter() -> Answer:
    """POST /console/sign-in: one answer for whatever is wrong; the log says what, but not who."""
    guard.admit()
    name, password, code = (request.form.get(each, "")[: MAX_FIELD + 1] for each in ("name", "password", "code"))
    if accounts.is_name(name):
        entered = sign_ins.sign_in(service().store, name, password, code.strip(), service().now())
    else:
        entered = Denial.UNKNOWN
    if isinstance(entered, Denial):
        _log.warning("sign-in refused: %s", entered.value)
        return show("sign_in.html", 403, complaint=True)
    guard.forget_browser()
    answer = redirect(url_for("console.home"), 303)
    guard.give_cookie(answer, entered)
    return answer


def leave() -> Answer:
    """POST /console/sign-out: from this browser, or from all."""
    store, person = service().store, guard.person()
    if request.form.get("everywhere"):
        store.write(lambda session: sign_ins.end_all(session, person.name))
    else:
        store.write(lambda session: sign_ins.end(session, person.token))
    answer = redirect(url_for("console.sign_in"), 303)
    guard.take_cookie(answer)
    return answer


def set_up() -> Response:
    """GET /console/setup."""
    return show("setup.html", complaint=None)


def set_up_step() -> Response:
    """POST /console/setup: name and code, then password and app; then the recovery codes, signed in."""
    guard.admit()
    name, code = request.form.get("name", "").strip(), request.form.get("setup", "")[:MAX_FIELD]
    try:
        row = _being_set_up(name, code)
    except Refused as refused:
        _log.warning("setup refused: %s", refused.problem.value.slug)
        return show("setup.html", 403, complaint=refused.detail)
    if "password" not in request.form:
        return _choose(row, code, None)
    try:
        recovery, token = _finish(name, code)
    except Refused as refused:
        return _choose(row, code, refused.detail)
    guard.forget_browser()
    answer = show("recovery.html", codes=recovery)
    guard.give_cookie(answer, token)
    return answer


def chosen_password() -> str:
    """The new password of a form, entered twice. Refused if the two differ."""
    password = request.form.get("password", "")
    if password != request.form.get("again"):
        raise Refused(Problem.REFUSED, "两次输入的口令不同 / the two passwords are not the same")
    return password


def _being_set_up(name: str, code: str) -> OperatorRow:
    with service().store.read() as session:
        return accounts.being_set_up(session, name if accounts.is_name(name) else "", code, service().now())


def _choose(row: OperatorRow, code: str, complaint: str | None) -> Response:
    return show(
        "setup_choose.html",
        403 if complaint else 200,
        complaint=complaint,
        row=row,
        setup=code,
        secret=totp.spoken(row.totp),
        address=totp.address(row.totp, row.name, service().settings.name),
        shortest=passwords.SHORTEST,
        longest=passwords.LONGEST,
    )


def _finish(name: str, code: str) -> tuple[list[str], str]:
    """The recovery codes, and a cookie: the holder has just shown both password and app."""
    now, app_code = service().now(), request.form.get("code", "").strip()
    kept = passwords.hashed(chosen_password(), name)

    def work(session: Session) -> tuple[list[str], str]:
        recovery = accounts.set_up(session, name, code, kept, app_code, now)
        return recovery, sign_ins.begin(session, name, now)

    return service().store.write(work)
