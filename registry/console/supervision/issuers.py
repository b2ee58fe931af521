"""The forms about one issuer: inspections and their closing, the number evaluated, satisfaction, the year's grade."""

from functools import partial
from typing import Final

from flask import Response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from credential.issuer import Issuer
from credential.model import date_from_day
from registry.console import desk, given, guard
from registry.console.confirming import Confirmation
from registry.console.issuers import find, name_of
from registry.console.show import show
from registry.console.supervision.forms import Asked, Work, choice, count, settle, status_of
from registry.console.supervision.views import BATCHES_SHOWN, inspection_mark
from registry.http.views import service
from registry.office import act_words
from registry.problems import Problem, Refused
from registry.store.supervision import InspectionRow
from registry.supervision import batches, grades, inspections, satisfaction, terms
from registry.supervision.inspections import Inspection
from registry.supervision.satisfaction import MARKS, Survey
from registry.supervision.terms import Grade, Result, Severity, Visit
from registry.words import Words

MAX_FINDINGS: Final = inspections.MOST_FINDINGS
_SEVERITIES: Final = {words.zh: each for each, words in terms.SEVERITY.items()}
FORMS: Final = {
    "inspect": "inspection.record",
    "satisfaction": "satisfaction.record",
    "evaluated": "evaluated.record",
    "grade": grades.WHAT,
}
"""By their place in the address: the act whose role is needed."""


def form(code: str, slug: str) -> Response:
    """GET /console/supervision/issuers/{code}/{slug}."""
    return _form(_open(code, slug), slug, None)


def do_form(code: str, slug: str) -> Answer:
    """POST the same: what it does, in words; and once confirmed, done."""
    issuer = _open(code, slug)
    read = {"inspect": _inspect, "satisfaction": _satisfaction, "evaluated": _evaluated, "grade": _grade}[slug]
    back = url_for("console.supervised", code=issuer.code, said="done")
    return settle(partial(read, issuer), partial(_form, issuer, slug), back)


def inspection(number: int) -> Response:
    """GET /console/supervision/inspections/{number}."""
    guard.require_sight()
    return _inspection(number, None)


def close_inspection(number: int) -> Answer:
    """POST the same: what was found is mended."""
    guard.require("inspection.close")
    with service().store.read() as session:
        row = inspections.find(session, number)
    return settle(
        partial(_close, row),
        partial(_inspection, number),
        url_for("console.supervised", code=row.issuer, said="done"),
    )


def _form(issuer: Issuer, slug: str, complaint: Refused | None) -> Response:
    with service().store.read() as session:
        newest = batches.newest(session, issuer.code, BATCHES_SHOWN)
    return show(
        f"supervision/{slug}.html",
        status_of(complaint),
        issuer=issuer,
        slug=slug,
        complaint=complaint,
        batches=newest,
        terms=terms,
        me=guard.person().name,
    )


def _inspection(number: int, complaint: Refused | None) -> Response:
    with service().store.read() as session:
        row = inspections.find(session, number)
        issuer, people = find(session, row.issuer), desk.people(session)
    return show(
        "supervision/inspection.html",
        status_of(complaint),
        row=row,
        issuer=issuer,
        is_open=inspections.is_open(row),
        inspection_mark=inspection_mark,
        complaint=complaint,
        people=people,
        terms=terms,
    )


def _open(code: str, slug: str) -> Issuer:
    what = FORMS.get(slug)
    if what is None:
        raise Refused(Problem.NOT_FOUND)
    guard.require(what)
    with service().store.read() as session:
        return find(session, code)


def _inspect(issuer: Issuer) -> Asked:
    made = Inspection(
        issuer=issuer.code,
        day=given.day("date", "督导日期 / Day"),
        kind=choice(Visit, "kind", "督导方式 / How"),
        inspectors=tuple(request.form.get("inspectors", "").replace("、", " ").replace(",", " ").split()),
        findings=tuple(_finding(line) for line in given.lines("findings", "问题 / Findings", MAX_FINDINGS)),
        result=choice(Result, "outcome", "结果 / Outcome"),
        batch=request.form.get("batch") or None,
        mend_by=given.last_day("mend_by", "整改期限 / To be mended by"),
    )
    result, visit, day = terms.RESULT[made.result], terms.VISIT[made.kind], date_from_day(made.day)
    said = Words(
        f"记录 {day} 对{name_of(issuer)}（{issuer.code}）的{visit.zh}：{result.zh}，问题 {len(made.findings)} 项。",
        f"An inspection of {name_of(issuer)} on {day} ({visit.en}) is recorded: {result.en}, "
        f"{len(made.findings)} findings.",
    )
    return _asked("inspection.record", "inspect", issuer, [said], partial(_record, made))


def _record(made: Inspection, session: Session) -> int:
    return inspections.record(session, made, guard.person().name, service().now())


def _satisfaction(issuer: Issuer) -> Asked:
    survey = Survey(
        issuer=issuer.code,
        asked=count("asked", "调查人数 / Asked"),
        marks=tuple(count(f"mark{mark}", f"{mark} 分 / Mark {mark}") for mark in range(1, MARKS + 1)),
        batch=request.form.get("batch") or None,
        first=given.last_day("first", "起日 / First day"),
        last=given.last_day("last", "止日 / Last day"),
    )
    answered = sum(survey.marks)
    shown = answered >= satisfaction.FEWEST
    said = Words(
        f"记录对{name_of(issuer)}（{issuer.code}）的满意度：{survey.asked} 人受访，{answered} 人回答；"
        f"{'计入公布的满意度' if shown else f'不足 {satisfaction.FEWEST} 人回答，不公布'}。",
        f"{answered} of {survey.asked} answered; "
        f"{'it is part of the published share' if shown else 'too few for it to be published'}.",
    )
    return _asked("satisfaction.record", "satisfaction", issuer, [said], partial(_survey, survey))


def _survey(survey: Survey, session: Session) -> None:
    satisfaction.record(session, survey, guard.person().name, service().now())


def _evaluated(issuer: Issuer) -> Asked:
    batch, people = request.form.get("batch", ""), count("people", "参评人数 / People")
    who, now = guard.person().name, service().now()
    said = Words(
        f"记录{name_of(issuer)}（{issuer.code}）的一批：参评 {people} 人；下次扫描与发证数比较。",
        f"{people} people were evaluated for the batch; the next scan compares it with the certificates.",
    )
    return _asked(
        "evaluated.record",
        "evaluated",
        issuer,
        [said],
        lambda session: batches.record_evaluated(session, issuer.code, batch, people, who, now),
    )


def _grade(issuer: Issuer) -> Asked:
    year, grade = count("year", "年度 / Year"), choice(Grade, "grade", "等级 / Grade")
    why, who, now = given.why(), guard.person().name, service().now()
    told = Confirmation(
        act_words.act(grades.WHAT),
        [grades.in_words(name_of(issuer), issuer.code, year, grade)],
        why,
        url_for("console.supervision_form", code=issuer.code, slug="grade"),
    )
    return Asked(lambda session: grades.give(session, issuer.code, year, grade, who, why, now), told)


def _close(row: InspectionRow) -> Asked:
    closing, who, now = request.form.get("closing", ""), guard.person().name, service().now()
    said = Words(f"督导 {row.id} 的问题已整改。", f"What inspection {row.id} found is mended.")
    told = Confirmation(
        act_words.act("inspection.close"),
        [said],
        "",
        url_for("console.inspection", number=row.id),
        alone=True,
    )
    return Asked(lambda session: inspections.close(session, row.id, closing, who, now), told)


def _asked(what: str, slug: str, issuer: Issuer, lines: list[Words], work: Work) -> Asked:
    back = url_for("console.supervision_form", code=issuer.code, slug=slug)
    return Asked(work, Confirmation(act_words.act(what), lines, "", back, alone=True))


def _finding(line: str) -> tuple[Severity, str]:
    level, _, said = line.replace("：", ":").partition(":")
    severity = _SEVERITIES.get(level.strip())
    if severity is None:
        raise given.refused(
            "问题 / Findings", "每行须如“严重：三号考场无录像” / each line: 轻微, 一般 or 严重, a colon, a sentence"
        )
    return severity, said.strip()
