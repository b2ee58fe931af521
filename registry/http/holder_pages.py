"""The holder's page: the QR code again, what happened to the certificate, and asking the issuer to correct it."""

import time
from typing import Final

from flask import Blueprint, Response, make_response, request

from registry.holders import corrections, holding, passes, qr
from registry.holders.holding import Held
from registry.http import asking
from registry.http.pages import MAX_FORM_BYTES, add_headers, frame_now, private, show
from registry.http.views import service
from registry.problems import Problem, Refused

holders: Final = Blueprint("holders", __name__)
holders.after_request(add_headers)
_FIELDS: Final = ("document", "name", "number")


@holders.get("/holder")
def holder() -> str:
    """The form that asks for document, name and number."""
    return show("holder.html", frame_now(), held=None, complaint=None, missed=False)


@holders.post("/holder")
def answer_holder() -> Response:
    """The certificate, if these three belong together."""
    frame = frame_now()
    asking.limits().admit(request.remote_addr, frame.now)
    request.max_content_length = MAX_FORM_BYTES
    try:
        claim = holding.parse({name: request.form.get(name, "") for name in _FIELDS})
    except Refused:
        page = show("holder.html", frame, held=None, complaint="claim", missed=False)
        return private(page, Problem.MALFORMED.value.status)
    began = time.monotonic()
    found = asking.held(service(), claim, began)
    if found is None:
        return private(show("holder.html", frame, held=None, complaint=None, missed=True), 200)
    return _held(found, passes.seal(service().ring, found.entry, frame.now))


@holders.post("/holder/picture")
def picture() -> Response:
    """The QR code as a picture to keep."""
    asking.limits().admit(request.remote_addr, service().now())
    request.max_content_length = MAX_FORM_BYTES
    held = asking.held_by_pass(service(), request.form.get("pass", ""))
    answer = make_response(qr.png(held.text(service().settings.qr_host)))
    answer.content_type = "image/png"
    answer.headers["Content-Disposition"] = f'attachment; filename="{asking.file_name(held)}.png"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@holders.post("/holder/correction")
def ask_correction() -> Response:
    """Put a request for a correction on the issuer's list, and show it."""
    asking.limits().admit(request.remote_addr, service().now())
    request.max_content_length = MAX_FORM_BYTES
    given = request.form.get("pass", "")
    held = asking.held_by_pass(service(), given)
    try:
        what, said = corrections.parse(request.form.get("what", ""), request.form.get("said", ""))
        case = asking.ask_correction(service(), held, what, said)
    except Refused as refused:
        if refused.problem not in (Problem.MALFORMED, Problem.CONFLICT):
            raise
        return _held(held, given, complaint=refused.detail, status=refused.problem.value.status)
    return _held(held, given, case=case)


def _held(
    held: Held, given: str, *, case: str | None = None, complaint: str | None = None, status: int = 200
) -> Response:
    frame = frame_now()
    with service().store.read() as session:
        issuer = asking.issuer_name(service(), held)
        events = holding.history(session, held, issuer)
    rows = qr.modules(held.text(service().settings.qr_host))
    page = show(
        "holder.html",
        frame,
        held=held,
        facts=holding.facts(held.certificate),
        issuer=issuer,
        status=holding.status(held),
        events=events,
        side=len(rows),
        drawn=qr.path(rows),
        given=given,
        kinds=corrections.WHAT,
        case=case,
        complaint=complaint,
        missed=False,
    )
    return private(page, status)
