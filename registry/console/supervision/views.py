"""Where supervisors begin: the view by division, and all about one issuer."""

from collections.abc import Mapping
from typing import Final

from flask import Response, request

from credential.model import Day, day_of
from registry.console import desk, guard
from registry.console.issuers import find
from registry.console.show import show
from registry.http.views import service
from registry.office.second import issuer_of
from registry.record import proposals
from registry.store.supervision import InspectionRow
from registry.supervision import batches, complaints, flagged, grades, inspections, overview, satisfaction, terms
from registry.supervision.terms import FlagState, Result, Stage
from registry.words import Words

BATCHES_SHOWN: Final = 20
_RESULT_MARKS: Final[Mapping[Result, str]] = {Result.PASSED: "good", Result.TO_MEND: "late", Result.FAILED: "bad"}
_FLAG_MARKS: Final[Mapping[FlagState, str]] = {
    FlagState.OPEN: "late",
    FlagState.EXPLAINED: "good",
    FlagState.CONFIRMED: "bad",
}


def supervision() -> Response:
    """GET /console/supervision?division=: issuers, certificates, flags, complaints, inspections by division."""
    guard.require_sight()
    division, today = request.args.get("division", "")[:8], day_of(service().now())
    with service().store.read() as session:
        found = overview.view(session, service().settings.region, division, today)
        received = complaints.counts(session)[Stage.RECEIVED]
    return show("supervision/overview.html", found=found, received=received, none=overview.NONE)


def supervised(code: str) -> Response:
    """GET /console/supervision/issuers/{code}: all that supervisors know of an issuer, and what they may do."""
    guard.require_sight()
    with service().store.read() as session:
        issuer = find(session, code)
        given = grades.history(session, [issuer.code])[issuer.code]
        return show(
            "supervision/issuer.html",
            issuer=issuer,
            grades=given,
            newest=grades.newest(given),
            waiting=[row for row in proposals.waiting(session) if row.what == grades.WHAT and issuer_of(row) == code],
            inspections=inspections.of_issuer(session, issuer.code),
            inspection_mark=inspection_mark,
            surveys=satisfaction.of_issuer(session, issuer.code),
            marks_of=satisfaction.marks_of,
            fewest=satisfaction.FEWEST,
            batches=batches.newest(session, issuer.code, BATCHES_SHOWN),
            evaluated=batches.evaluated(session, issuer.code),
            flags=flagged.of_issuer(session, issuer.code),
            flag_mark=flag_mark,
            complaints=complaints.of_issuer(session, issuer.code),
            stage_of=complaints.stage_of,
            terms=terms,
            people=desk.people(session),
            said=request.args.get("said"),
        )


def waiting() -> Response:
    """GET /console/supervision/inspections: what was found and is not mended."""
    guard.require_sight()
    with service().store.read() as session:
        found = inspections.waiting(session)
    return show("supervision/inspections.html", rows=found, inspection_mark=inspection_mark, terms=terms)


def inspection_mark(row: InspectionRow, today: Day) -> tuple[str, Words]:
    """How an inspection is marked: whether it passed, waits, is overdue or mended."""
    if inspections.is_overdue(row, today):
        return "bad", terms.OVERDUE
    if row.closed_at is not None:
        return "good", terms.MENDED
    result = Result(row.outcome)
    return _RESULT_MARKS[result], terms.RESULT[result]


def flag_mark(state: str) -> tuple[str, Words]:
    """How a flag is marked."""
    return _FLAG_MARKS[FlagState(state)], terms.FLAG_STATE[FlagState(state)]
