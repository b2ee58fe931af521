"""The issuers: filing one, reviewing what was filed, and what is done with one on file."""

from typing import Final

from flask import Response, redirect, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from credential import numbers
from credential.issuer import Issuer
from credential.model import Day, IssuerCode, day_of
from registry.console import desk, given, guard
from registry.console.confirming import Confirmation, carry_out, confirm, done, is_confirmed
from registry.console.matters import MATTERS, Matter
from registry.console.show import show
from registry.http.views import service
from registry.issuers import changes, filing, institution_words, institutions, listing
from registry.issuers.changes import Change
from registry.issuers.filing import KINDS, Filing
from registry.office import act_words, directory, searching
from registry.problems import Problem, Refused
from registry.record.proposals import Progress
from registry.store.models import ActRow, FilingRow, RegisteredRow, RequestKeyRow
from registry.words import Words

HISTORY: Final = 200
"""Acts that an issuer's page shows; the record has them all."""


def issuers() -> Response:
    """GET /console/issuers."""
    wanted, today = searching.parse(request.args), day_of(service().now())
    with service().store.read() as session:
        page = directory.page_of(searching.codes(session, wanted, today), desk.page_number())
        if page is None:
            raise Refused(Problem.NOT_FOUND)
        found = listing.issuers(session, page.items)
        filed = session.scalars(select(FilingRow).where(FilingRow.approved_at.is_(None)).order_by(FilingRow.id)).all()
        known, divisions = institutions.of(session, page.items), searching.divisions(session)
    return show(
        "issuers.html",
        page=page,
        issuers=found,
        institutions=known,
        wanted=wanted,
        asked=searching.asked(request.args),
        divisions=divisions,
        filed=[filing.read(row) for row in filed],
    )


def issuer(code: str) -> Response:
    """GET /console/issuers/{code}: all that is known of it, its whole history, and what may be done."""
    with service().store.read() as session:
        found = find(session, code)
        request_keys = session.scalars(
            select(RequestKeyRow).where(RequestKeyRow.issuer == found.code).order_by(RequestKeyRow.active_from)
        ).all()
        history, names = _history(session, found.code), desk.people(session)
        certificates = count_certificates(session, found.code)
        known = institutions.of(session, [found.code])[found.code]
        branches = institutions.branches(session, found.code, day_of(service().now()))
    return show(
        "issuer.html",
        issuer=found,
        institution=known,
        branches=branches,
        history=history,
        people=names,
        certificates=certificates,
        request_keys=request_keys,
        matters={slug: each for slug, each in MATTERS.items() if guard.person().may(each.what)},
        said=request.args.get("said"),
    )


def matter(code: str, slug: str) -> Response:
    """GET /console/issuers/{code}/{slug}: the form."""
    found, chosen = _open(code, slug)
    return show("matter.html", issuer=found, matter=chosen, slug=slug, complaint=None)


def do_matter(code: str, slug: str) -> Answer:
    """POST /console/issuers/{code}/{slug}: what would change, in words; and once confirmed, done."""
    found, chosen = _open(code, slug)
    try:
        change, day, why = chosen.read(), given.day("date", "生效日 / Effective date"), given.why()
        word = (guard.person().name, why, day, service().now())
        progress = carry_out(lambda session: changes.make(session, found.code, change, *word))
    except Refused as refused:
        status = refused.problem.value.status
        return show("matter.html", status, issuer=found, matter=chosen, slug=slug, complaint=refused)
    if is_confirmed():
        return done(found.code, progress)
    with service().store.read() as session:
        told = in_words(session, found, change, day)
    back = url_for("console.matter", code=found.code, slug=slug)
    return confirm(Confirmation(chosen.title, told, why, back, chosen.alone, chosen.grave))


def file() -> Response:
    """GET /console/file: the form of a filing."""
    guard.require("issuer.file")
    return show("file.html", kinds=KINDS, complaint=None)


def do_file() -> Answer:
    """POST /console/file."""
    guard.require("issuer.file")
    try:
        filed, day, why = _read_filing(), given.day("date", "生效日 / Effective date"), given.why()
        who, now = guard.person().name, service().now()
        carry_out(lambda session: filing.file(session, filed, who, why, day, now))
    except Refused as refused:
        return show("file.html", refused.problem.value.status, kinds=KINDS, complaint=refused)
    if is_confirmed():
        return redirect(url_for("console.filing", code=filed.code), 303)
    lines = act_words.filed(filed, day)
    return confirm(Confirmation(act_words.act("issuer.file"), lines, why, url_for("console.file")))


def review(code: str) -> Response:
    """GET /console/filings/{code}: what was filed, for whoever approves it."""
    with service().store.read() as session:
        row = _waiting(session, code)
        known = listing.issuers(session, [IssuerCode(row.issuer)])
        names = desk.people(session)
    lines = act_words.filed(filing.read(row), Day(row.day))
    return show("review.html", row=row, seal=filing.seal(row), lines=lines, known=known, people=names)


def approve(code: str) -> Answer:
    """POST /console/filings/{code}: the second operator approves what was shown."""
    guard.require("issuer.approve")
    who, now = guard.person().name, service().now()

    def work(session: Session) -> IssuerCode:
        row = _waiting(session, code)
        if filing.seal(row) != request.form.get("shown"):
            raise Refused(
                Problem.CONFLICT, "备案已不是您看到的那一份，请重新阅读 / it is not what you read: read it again"
            )
        return filing.approve(session, IssuerCode(row.issuer), who, None, None, now).code

    return done(service().store.write(work), Progress.DONE)


def send_back(code: str) -> Answer:
    """POST /console/filings/{code}/discard."""
    guard.require("issuer.file.discard")
    why, who, now = given.words("reason", "事由 / Reason"), guard.person().name, service().now()
    service().store.write(lambda session: filing.discard(session, _code(code), who, why, now))
    return redirect(url_for("console.home"), 303)


def find(session: Session, code: str) -> Issuer:
    """The issuer on file. Refused NOT_FOUND."""
    for each in listing.issuers(session, [_code(code)]):
        return each
    raise Refused(Problem.NOT_FOUND, "没有备案 / not on file")


def name_of(found: Issuer) -> str:
    """Its newest name."""
    return found.names[-1][1]


def in_words(session: Session, found: Issuer, change: Change, day: Day) -> list[Words]:
    """What a change does, a line each, with the branches that it does not touch."""
    name = name_of(found)
    told = act_words.change(change, name, found.code, day, count_certificates(session, found.code))
    return [told, *institution_words.branches(change, name, institutions.branches(session, found.code, day))]


def count_certificates(session: Session, code: str) -> int:
    """How many certificates it has registered."""
    return session.scalar(select(func.count()).select_from(RegisteredRow).where(RegisteredRow.issuer == code)) or 0


def _history(session: Session, code: str) -> list[ActRow]:
    """What was done about it or its keys; not its own requests, of which there may be millions."""
    about = (ActRow.subject == code) | ActRow.subject.startswith(f"{code} ", autoescape=True)
    return list(session.scalars(select(ActRow).where(about).order_by(ActRow.id.desc()).limit(HISTORY)))


def _open(code: str, slug: str) -> tuple[Issuer, Matter]:
    chosen = MATTERS.get(slug)
    if chosen is None:
        raise Refused(Problem.NOT_FOUND)
    guard.require(chosen.what)
    with service().store.read() as session:
        return find(session, code), chosen


def _read_filing() -> Filing:
    kind = KINDS.get(request.form.get("kind", ""))
    if kind is None:
        raise given.refused("机构性质 / Kind", "请选一种 / choose one")
    return Filing(
        code=given.issuer_code("code", "机构代码 / Code"),
        name=given.words("name", "备案名称 / Name"),
        kind=kind,
        scopes=given.scopes("scopes"),
        sites=given.sites("sites"),
        credit_code=given.credit_code(),
        authority=given.authority(),
        parent=given.parent(),
    )


def _waiting(session: Session, code: str) -> FilingRow:
    row = filing.waiting(session, _code(code))
    if row is None:
        raise Refused(Problem.NOT_FOUND, "没有待审批的备案 / no filing waits for approval")
    return row


def _code(code: str) -> IssuerCode:
    found = numbers.parse_issuer_code(code)
    if found is None:
        raise Refused(Problem.NOT_FOUND)
    return found
