"""Complaints and flags: the lists, each of them, and what a supervisor makes of it."""

from functools import partial
from typing import Final

from flask import Response, request, url_for
from werkzeug.wrappers import Response as Answer

from registry.console import desk, given, guard
from registry.console.confirming import Confirmation
from registry.console.show import show
from registry.console.supervision.forms import Asked, Work, choice, settle, status_of
from registry.console.supervision.views import flag_mark
from registry.http.views import service
from registry.office import act_words
from registry.problems import Refused
from registry.supervision import complaints, flagged, terms
from registry.supervision.terms import Finding, FlagState, Stage
from registry.words import Words

MOST: Final = 200
"""Cases or flags that a list shows; what waits longest, or was raised last, comes first."""


def complaint_list() -> Response:
    """GET /console/supervision/complaints?state=."""
    guard.require_sight()
    asked = request.args.get("state", "")
    stage = Stage(asked) if asked in set(Stage) else Stage.RECEIVED
    with service().store.read() as session:
        rows, counts = complaints.listed(session, stage, MOST), complaints.counts(session)
    return show("supervision/complaints.html", rows=rows, stage=stage, counts=counts, terms=terms)


def complaint(number: int) -> Response:
    """GET /console/supervision/complaints/{number}."""
    guard.require_sight()
    return _complaint(number, None)


def take_complaint(number: int) -> Answer:
    """POST /console/supervision/complaints/{number}/take."""
    guard.require("complaint.take")
    return settle(partial(_take, number), partial(_complaint, number), url_for("console.complaint", number=number))


def close_complaint(number: int) -> Answer:
    """POST /console/supervision/complaints/{number}/close."""
    guard.require("complaint.close")
    return settle(partial(_answer, number), partial(_complaint, number), url_for("console.complaint", number=number))


def flag_list() -> Response:
    """GET /console/supervision/flags?state=."""
    guard.require_sight()
    asked = request.args.get("state", "")
    state = FlagState(asked) if asked in set(FlagState) else FlagState.OPEN
    with service().store.read() as session:
        rows = flagged.listed(session, state, MOST)
        issuers = flagged.issuers_of(session, rows)
    return show("supervision/flags.html", rows=rows, issuers=issuers, state=state, terms=terms)


def flag(number: int) -> Response:
    """GET /console/supervision/flags/{number}."""
    guard.require_sight()
    return _flag(number, None)


def close_flag(number: int) -> Answer:
    """POST the same: explained, or confirmed."""
    guard.require("flag.explain")
    return settle(partial(_explain, number), partial(_flag, number), url_for("console.flag", number=number))


def _complaint(number: int, refused: Refused | None) -> Response:
    sees_contact = guard.person().may("complaint.take")
    with service().store.read() as session:
        row, people = complaints.find(session, number), desk.people(session)
        contact = complaints.contact_of(session, row) if sees_contact else None
    return show(
        "supervision/complaint.html",
        status_of(refused),
        row=row,
        stage=complaints.stage_of(row),
        contact=contact,
        sees_contact=sees_contact,
        complaint=refused,
        people=people,
        terms=terms,
    )


def _flag(number: int, refused: Refused | None) -> Response:
    with service().store.read() as session:
        row, people = flagged.find(session, number), desk.people(session)
        issuers = flagged.issuers_of(session, [row])[row.id]
    return show(
        "supervision/flag.html",
        status_of(refused),
        row=row,
        issuers=issuers,
        lines=flagged.lines(row),
        flag_mark=flag_mark,
        complaint=refused,
        people=people,
        terms=terms,
    )


def _take(number: int) -> Asked:
    issuer = given.issuer_code("issuer", "评价机构 / Issuer") if request.form.get("issuer", "").strip() else None
    who, now = guard.person().name, service().now()
    counted = (
        Words("不计在任何机构名下。", "It counts with no issuer.")
        if issuer is None
        else Words(f"名录中 {issuer} 显示一件核查中。", f"The directory counts it as under review at {issuer}.")
    )
    said = Words(f"受理投诉 {number}：{counted.zh}", f"Complaint {number} is taken up. {counted.en}")
    return _asked(
        "complaint.take", said, "complaint", number, lambda session: complaints.take(session, number, issuer, who, now)
    )


def _answer(number: int) -> Asked:
    finding, answer = choice(Finding, "finding", "结论 / Outcome"), request.form.get("answer", "")
    who, now = guard.person().name, service().now()
    words = terms.FINDING[finding]
    said = Words(
        f"办结投诉 {number}：{words.zh}。凭受理号可看到您的答复；办结后不能再改。",
        f"Complaint {number} is closed: {words.en}. Whoever has the case number sees your answer; it stays closed.",
    )
    return _asked(
        "complaint.close",
        said,
        "complaint",
        number,
        lambda session: complaints.close(session, number, finding, answer, who, now),
    )


def _explain(number: int) -> Asked:
    state, explanation = choice(FlagState, "state", "处理 / What it is"), request.form.get("explanation", "")
    who, now = guard.person().name, service().now()
    words = terms.FLAG_STATE[state]
    what = "flag.confirm" if state is FlagState.CONFIRMED else "flag.explain"
    said = Words(f"标记 {number}：{words.zh}。", f"Flag {number}: {words.en}.")
    return _asked(
        what, said, "flag", number, lambda session: flagged.close(session, number, state, explanation, who, now)
    )


def _asked(what: str, said: Words, endpoint: str, number: int, work: Work) -> Asked:
    back = url_for(f"console.{endpoint}", number=number)
    return Asked(work, Confirmation(act_words.act(what), [said], "", back, alone=True))
