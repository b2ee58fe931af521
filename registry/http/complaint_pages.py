"""The public's page for complaints: a form, the case number that it is answered with, and what came of a case."""

from typing import Any, Final

from flask import Blueprint, Response, request

from credential.model import SECONDS_A_DAY
from registry import cases
from registry.http import asking
from registry.http.pages import add_headers, frame_now, private, show
from registry.http.views import service
from registry.problems import Problem, Refused
from registry.supervision import complaints, terms
from registry.supervision.complaints import Complaint

complaint: Final = Blueprint("complaint", __name__)
complaint.after_request(add_headers)
_FIELDS: Final = ("about", "whom", "said", "contact")
_MOST: Final = {
    "words": complaints.MOST_WORDS,
    "whom": complaints.MOST_WHOM,
    "contact": complaints.MOST_CONTACT,
}
_CONTACT_DAYS: Final = complaints.CONTACT_KEPT // SECONDS_A_DAY
_AGAIN: Final = (Problem.MALFORMED, Problem.TOO_MANY)
"""Refusals after which the form is shown again with what was written."""


@complaint.get("/complaint")
def page() -> str:
    """The form; an issuer's page leads here with its code."""
    return _page(entered={"whom": request.args.get("issuer", "")[: complaints.MOST_WHOM]})


@complaint.post("/complaint")
def send() -> Response:
    """Keep a complaint, and show its case number."""
    _admit()
    entered = {name: request.form.get(name, "") for name in _FIELDS}
    try:
        found: Complaint = complaints.parse(entered)
        case = asking.complain(service(), found)
    except Refused as refused:
        if refused.problem not in _AGAIN:
            raise
        return private(_page(entered=entered, refused=refused), refused.problem.value.status)
    return private(_page(case=cases.spoken(case)), 200)


@complaint.post("/complaint/case")
def look_up() -> Response:
    """State and answer of a case. The number comes in the body: it stands in no address and no log."""
    _admit()
    told = asking.case(service(), request.form.get("case", ""))
    return private(_page(told=told, missed=told is None), 200)


def _admit() -> None:
    asking.limits().admit(request.remote_addr, service().now())
    request.max_content_length = complaints.MAX_BYTES


def _page(**values: Any) -> str:
    given = {"entered": {}, "refused": None, "case": None, "told": None, "missed": False, **values}
    fixed = {"most": _MOST, "contact_days": _CONTACT_DAYS, "terms": terms, "spoken": cases.spoken}
    return show("complaint.html", frame_now(), **fixed, **given)
