"""Certificates that the registry itself revokes."""

from typing import Final

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from credential.request import ChangeReason
from registry.console import given, guard
from registry.console.confirming import Confirmation, carry_out, confirm, is_confirmed
from registry.console.show import show
from registry.http.views import service
from registry.office import act_words
from registry.problems import Refused
from registry.record.proposals import Progress
from registry.register import revocation

REASONS: Final = {
    str(int(each)): each for each in (ChangeReason.FRAUD, ChangeReason.ISSUED_IN_ERROR, ChangeReason.UNSPECIFIED)
}


def revoke() -> Response:
    """GET /console/revoke: the form."""
    guard.require(revocation.WHAT)
    return show("revoke.html", alone=revocation.ALONE, reasons=act_words.REASON, complaint=None)


def do_revoke() -> Answer:
    """POST the same: how many, and by whom; and once confirmed, done."""
    guard.require(revocation.WHAT)
    try:
        numbers, why = sorted(set(request.form.get("numbers", "").split())), given.why()
        reason = REASONS.get(request.form.get("kind", ""))
        if reason is None:
            raise given.refused("撤销的缘由 / Why they are revoked", "请选一种 / choose one")
        word = (guard.person().name, why, service().now())
        progress = carry_out(lambda session: revocation.revoke(session, numbers, reason, *word))
    except Refused as refused:
        status = refused.problem.value.status
        return show("revoke.html", status, alone=revocation.ALONE, reasons=act_words.REASON, complaint=refused)
    if is_confirmed():
        return redirect(url_for("console.home"), 303)
    told = act_words.revoked(numbers, reason)
    alone, back = progress is Progress.DONE, url_for("console.revoke")
    return confirm(Confirmation(act_words.act(revocation.WHAT), [told], why, back, alone, grave=True))
