"""Answering the public's questions: limits first, then the search, then the time that a miss takes."""

import time
from typing import Any

from flask import current_app, request

from registry.holders import corrections, holding, lookup, passes
from registry.holders.holding import Claim, Held
from registry.holders.lookup import ByDocument, Question
from registry.http.limits import Limits
from registry.http.service import Service
from registry.problems import Problem, Refused
from registry.supervision import complaints
from registry.supervision.complaints import Complaint, Told

LIMITS = "yinxin_limits"


def limits() -> Limits:
    """The running application's limits."""
    found: Limits = current_app.extensions[LIMITS]
    return found


def answer(service: Service, question: Question | ByDocument) -> dict[str, Any]:
    """What is known; the asker's address is counted already. Refused TOO_MANY."""
    now = service.now()
    match question:
        case Question():
            trust = service.trust
            with service.store.glance() as session:
                return lookup.find(session, question, trust, now)
        case ByDocument(document, name):
            began = time.monotonic()
            limits().admit_document(request.remote_addr, document, name, now)
            with service.store.read() as session:
                tags = service.ring.any_tags(document)
                found = lookup.find_by_document(session, tags, name, service.trust, now)
            if not found["found"]:
                limits().miss(document, name, now)
                lookup.wait_out(began)
            return found


def held(service: Service, claim: Claim, began: float) -> Held | None:
    """The certificate that somebody holds; a miss takes its time from `began` on. Refused TOO_MANY."""
    now = service.now()
    limits().admit_document(request.remote_addr, claim.document, claim.name, now)
    with service.store.read() as session:
        found = holding.find(session, claim, service.ring.any_tags(claim.document))
    if found is None:
        limits().miss(claim.document, claim.name, now)
        lookup.wait_out(began)
    return found


def held_by_pass(service: Service, given: str) -> Held:
    """The certificate that a pass is for. Refused NOT_FOUND if it is none of ours, or has ended."""
    entry = passes.opened(service.ring, given, service.now())
    with service.store.read() as session:
        found = holding.at(session, entry) if entry else None
    if found is None:
        raise Refused(Problem.NOT_FOUND, "已过 15 分钟，请重新查询 / fifteen minutes have passed: please ask again")
    return found


def ask_correction(service: Service, held: Held, what: str, said: str) -> str:
    """Put a request on the issuer's list; its case number."""
    now = service.now()
    return service.store.write(lambda session: corrections.ask(session, held.entry, what, said, now))


def complain(service: Service, complaint: Complaint) -> str:
    """Keep a complaint from the public; its case number. Refused TOO_MANY."""
    now = service.now()
    limits().admit_complaint(request.remote_addr, now)
    return service.store.write(lambda session: complaints.receive(session, complaint, now))


def case(service: Service, number: str) -> Told | None:
    """State and answer of the case of this number. Refused TOO_MANY."""
    limits().admit_case(request.remote_addr, service.now())
    with service.store.read() as session:
        return complaints.look_up(session, number)


def issuer_name(service: Service, held: Held) -> str:
    """The issuer's name as it was on the certificate's date."""
    issuer = service.trust.issuers.get(held.certificate.issuer)
    return held.certificate.issuer if issuer is None else issuer.name_on(held.certificate.issued_on)


def file_name(held: Held) -> str:
    """What a picture of the certificate is called: its number, as far as it is letters and digits."""
    return "".join(each for each in held.row.number if each.isascii() and each.isalnum()) or "certificate"
