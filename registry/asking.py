"""Answering the public's questions: limits first, then the search, then the time that a miss takes."""

import time
from typing import Any

from flask import current_app, request

from registry import lookup
from registry.limits import Limits
from registry.lookup import ByDocument, Question
from registry.service import Service

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
            with service.store.read() as session:
                return lookup.find(session, question, service.trust, now)
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
