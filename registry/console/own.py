"""A person's own account: what it may do, where it is signed in, and another password."""

import logging

from flask import Response, redirect, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from registry.console import guard
from registry.console.door import MAX_FIELD, chosen_password
from registry.console.show import show
from registry.http.views import service
from registry.operators import accounts, passwords, sign_ins
from registry.operators.sign_ins import IDLE, LONGEST, Denial
from registry.problems import Problem, Refused
from registry.store.operators import RecoveryCodeRow, SignInRow

_log = logging.getLogger("yinxin.registry")


def account() -> Response:
    """GET /console/account."""
    return _show(None)


def change_password() -> Answer:
    """POST /console/account/password: signs in anew, by the present password and a code, and out everywhere else."""
    guard.admit()
    try:
        token = _change(guard.person().name)
    except Refused as refused:
        return _show(refused)
    answer = redirect(url_for("console.account", changed=1), 303)
    guard.give_cookie(answer, token)
    return answer


def _change(name: str) -> str:
    """The secret of the one browser that is signed in after it."""
    store, now = service().store, service().now()
    kept = passwords.hashed(chosen_password(), name)
    present, code = request.form.get("present", "")[: MAX_FIELD + 1], request.form.get("code", "").strip()
    entered = sign_ins.sign_in(store, name, present, code, now)
    if isinstance(entered, Denial):
        _log.warning("password not changed: %s", entered.value)
        raise Refused(
            Problem.REFUSED,
            "现在的口令或动态码不对，口令没有改 / not the present password or not the app's code: nothing changed",
        )

    def work(session: Session) -> str:
        accounts.change_password(session, name, kept, now)
        return sign_ins.begin(session, name, now)

    return store.write(work)


def _show(refused: Refused | None) -> Response:
    person = guard.person()
    with service().store.read() as session:
        browsers = session.scalars(
            select(SignInRow).where(SignInRow.operator == person.name).order_by(SignInRow.since)
        ).all()
        left = session.scalar(
            select(func.count()).select_from(RecoveryCodeRow).where(RecoveryCodeRow.operator == person.name)
        )
    return show(
        "account.html",
        200 if refused is None else refused.problem.value.status,
        browsers=browsers,
        recovery_left=left,
        idle=IDLE // 60,
        longest=LONGEST // 3_600,
        refused=refused,
        changed="changed" in request.args,
        shortest=passwords.SHORTEST,
        most=passwords.LONGEST,
    )
