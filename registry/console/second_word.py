"""What another operator asked for: read in words, and confirmed, or taken back."""

from flask import Response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from credential.model import Day, Seconds
from credential.request import ChangeReason
from registry.console import desk, given, guard
from registry.console.issuers import find, in_words, name_of
from registry.console.show import show
from registry.http.views import service
from registry.issuer_keys import approvers, compromise
from registry.issuers import changes
from registry.office import act_words, second
from registry.problems import Problem, Refused
from registry.record import proposals, rights
from registry.register import revocation
from registry.store.models import ProposalRow
from registry.supervision import grades
from registry.supervision.terms import Grade
from registry.words import Words


def proposal(number: int) -> Response:
    """GET /console/proposals/{number}."""
    with service().store.read() as session:
        row = proposals.find(session, number)
        told, names = _in_words(session, row), desk.people(session)
    return show("proposal.html", row=row, told=told, seal=proposals.seal(row), people=names)


def confirm_proposal(number: int) -> Answer:
    """POST /console/proposals/{number}: the second operator's word for what was shown."""
    who, now, seal = guard.person().name, service().now(), request.form.get("shown", "")

    def work(session: Session) -> str:
        row = proposals.find(session, number)
        guard.require(row.what)
        where = _where(row)
        second.confirm(session, number, seal, who, now)
        return where

    return redirect(service().store.write(work), 303)


def discard_proposal(number: int) -> Answer:
    """POST /console/proposals/{number}/discard."""
    why, who, now = given.words("reason", "事由 / Reason"), guard.person().name, service().now()
    service().store.write(lambda session: proposals.discard(session, number, who, now, why))
    return redirect(url_for("console.home"), 303)


def _where(row: ProposalRow) -> str:
    """The page that says what has come of it."""
    match row.what:
        case revocation.WHAT:
            return url_for("console.home")
        case grades.WHAT:
            return url_for("console.supervised", code=second.issuer_of(row), said="done")
        case _:
            return url_for("console.issuer", code=second.issuer_of(row), said="done")


def _in_words(session: Session, row: ProposalRow) -> list[Words]:
    if rights.roles_for(row.what) is None:
        raise Refused(Problem.NOT_FOUND)
    if row.what == revocation.WHAT:
        return [act_words.revoked(row.content["numbers"], ChangeReason(row.content["reason"]))]
    found = find(session, second.issuer_of(row))
    name = name_of(found)
    match row.what:
        case approvers.WHAT:
            return [act_words.approver(name, *second.key_of(row), row.content["name"])]
        case "key.retire":
            return [act_words.retirement(name, *second.key_of(row), Seconds(row.content["at"]))]
        case "key.compromise":
            code, kid = second.key_of(row)
            since = Seconds(row.content["since"])
            impact = compromise.impact_of(session, code, kid, since)
            return [act_words.compromised(name, code, kid, since, len(impact.stand), len(impact.fall))]
        case grades.WHAT:
            return [grades.in_words(name, found.code, row.content["year"], Grade(row.content["grade"]))]
        case _:
            return in_words(session, found, changes.read(row.what, row.content), Day(row.content["day"]))
