"""Issuers' keys: letting enrolments in, retiring a key, declaring one compromised."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from flask import Response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from credential import cose
from credential.issuer import Issuer
from credential.model import Seconds
from credential.request import Enrolment
from registry.console import desk, given, guard
from registry.console.confirming import Confirmation, carry_out, confirm, done, is_confirmed
from registry.console.issuers import find, name_of
from registry.console.show import show
from registry.http.views import service
from registry.issuer_keys import compromise, enrol, retire
from registry.issuer_keys.enrol import MAX_ENROLMENT_BYTES
from registry.office import act_words
from registry.problems import Problem, Refused
from registry.record.proposals import Progress
from registry.store.models import EnrolmentRow
from registry.words import Words


@dataclass(frozen=True, slots=True)
class KeyMatter:
    """What can be done with a key: the act whose role it needs, and what it is called."""

    what: str
    title: Words
    since: Words
    grave: bool


KEY_MATTERS: Final[Mapping[str, KeyMatter]] = {
    "retire": KeyMatter(
        "key.retire", Words("停用密钥", "Retire the key"), Words("自何时起停用", "Retired from"), grave=False
    ),
    "compromise": KeyMatter(
        "key.compromise",
        Words("宣告密钥泄露", "Declare the key compromised"),
        Words("自何时起可能在他人手中", "In other hands since"),
        grave=True,
    ),
}


def key_matter(code: str, kid: str, slug: str) -> Response:
    """GET /console/issuers/{code}/keys/{kid}/{retire|compromise}: the form."""
    found, chosen, key = _open(code, kid, slug)
    return show("key.html", issuer=found, matter=chosen, kid=key.hex(), slug=slug, complaint=None)


def do_key_matter(code: str, kid: str, slug: str) -> Answer:
    """POST the same: what would change, in words; and once confirmed, done."""
    found, chosen, key = _open(code, kid, slug)
    try:
        at, why = given.instant("at", "时刻 / Time"), given.why()
        progress, told = _say(found, key, slug, at, why)
    except Refused as refused:
        status = refused.problem.value.status
        return show("key.html", status, issuer=found, matter=chosen, kid=key.hex(), slug=slug, complaint=refused)
    if is_confirmed():
        return done(found.code, progress)
    back = url_for("console.key_matter", code=found.code, kid=key.hex(), slug=slug)
    return confirm(Confirmation(chosen.title, [told], why, back, grave=chosen.grave))


def hand_in() -> Response:
    """GET /console/enrolments: the form that takes the issuer's file."""
    guard.require("key.check")
    return show("hand_in.html", complaint=None)


def check() -> Answer:
    """POST /console/enrolments: its fingerprints, to be compared; and then the first operator's word."""
    guard.require("key.check")
    try:
        data = _handed_in()
        enrolment = enrol.open_enrolment(data)
        if not is_confirmed():
            carry_out(lambda session: enrol.approve(session, data, guard.person().name, service().now()))
            return _compare(data, enrolment)
        why = given.words("reason", "核对方式 / How they were compared")
        service().store.write(lambda session: enrol.approve(session, data, guard.person().name, service().now(), why))
    except Refused as refused:
        return show("hand_in.html", refused.problem.value.status, complaint=refused)
    return redirect(url_for("console.enrolment", digest=sha256(data).hexdigest()), 303)


def enrolment(digest: str) -> Response:
    """GET /console/enrolments/{sha256}: what the first operator checked, for the second one to compare."""
    with service().store.read() as session:
        row, opened = _waiting(session, digest)
        found, names = find(session, row.issuer), desk.people(session)
    return show(
        "enrolment.html", row=row, issuer=found, fingerprints=_fingerprints(opened), people=names, digest=digest
    )


def approve(digest: str) -> Answer:
    """POST /console/enrolments/{sha256}: the second operator's word; the keys are active from then on."""
    guard.require("key.approve")
    why, who, now = given.words("reason", "核对方式 / How they were compared"), guard.person().name, service().now()

    def work(session: Session) -> Enrolment:
        row, opened = _waiting(session, digest)
        enrol.approve(session, row.data, who, now, why)
        return opened

    return done(service().store.write(work).issuer, Progress.DONE)


def send_back(digest: str) -> Answer:
    """POST /console/enrolments/{sha256}/discard."""
    guard.require("key.check.discard")
    why, who, now = given.words("reason", "事由 / Reason"), guard.person().name, service().now()
    service().store.write(lambda session: enrol.discard(session, _hex(digest, 32), who, why, now))
    return redirect(url_for("console.home"), 303)


def _say(found: Issuer, key: bytes, slug: str, at: Seconds, why: str) -> tuple[Progress, Words]:
    who, now, name = guard.person().name, service().now(), name_of(found)
    if slug == "retire":
        progress = carry_out(lambda session: retire.retire(session, found.code, key, at, who, why, now))
        return progress, act_words.retirement(name, found.code, key, at)
    progress, impact = carry_out(lambda session: compromise.declare(session, found.code, key, at, who, why, now))
    return progress, act_words.compromised(name, found.code, key, at, len(impact.stand), len(impact.fall))


def _open(code: str, kid: str, slug: str) -> tuple[Issuer, KeyMatter, bytes]:
    chosen = KEY_MATTERS.get(slug)
    if chosen is None:
        raise Refused(Problem.NOT_FOUND)
    guard.require(chosen.what)
    with service().store.read() as session:
        return find(session, code), chosen, _hex(kid, cose.KID_BYTES)


def _handed_in() -> bytes:
    """The enrolment's bytes: from the file, or from the page that showed it."""
    file = request.files.get("enrolment")
    if file is not None:
        return file.stream.read(MAX_ENROLMENT_BYTES + 1)
    try:
        return bytes.fromhex(request.form.get("enrolment", ""))
    except ValueError:
        raise Refused(Problem.MALFORMED) from None


def _compare(data: bytes, opened: Enrolment) -> Response:
    with service().store.read() as session:
        found = find(session, opened.issuer)
    return show("compare.html", issuer=found, data=data.hex(), fingerprints=_fingerprints(opened))


def _fingerprints(opened: Enrolment) -> list[tuple[Words, str]]:
    return [
        (Words("证书密钥", "Certificate key"), cose.fingerprint(opened.certificate_key)),
        (Words("请求密钥", "Request key"), cose.fingerprint(opened.request_key)),
    ]


def _waiting(session: Session, digest: str) -> tuple[EnrolmentRow, Enrolment]:
    row = session.get(EnrolmentRow, _hex(digest, 32))
    if row is None or row.approved_by is not None:
        raise Refused(Problem.NOT_FOUND, "没有这份待批准的登记 / no such enrolment waits")
    return row, enrol.open_enrolment(row.data)


def _hex(value: str, size: int) -> bytes:
    try:
        found = bytes.fromhex(value)
    except ValueError:
        found = b""
    if len(found) != size:
        raise Refused(Problem.NOT_FOUND)
    return found
