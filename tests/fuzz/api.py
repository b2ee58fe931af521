"""Requests of every kind to every operation that the service describes: no failure inside, answers as described.

Schemathesis makes them from the description; signed requests are real ones, some of them damaged.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from itertools import product
from random import Random
from typing import Any, Final

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from credential import approval, documents, request
from credential.approval import Approval, Approved
from credential.documents import Documents
from credential.model import Entry, Status
from credential.request import (
    AnswerCorrection,
    ChangeReason,
    ChangeStatus,
    Content,
    ListCorrections,
    Outcome,
    RegisterBatch,
    ReserveIndices,
    StatusChange,
)
from registry.http.asking import LIMITS
from registry.http.limits import Limiter, Limits
from registry.http.routes import JSON, ROUTES
from tests.fuzz.damage import damaged
from tests.registry.office import PORT, SKILLS, seal
from tests.world import key

CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    allow_header_conformance,
    negative_data_rejection,
]

SORTS: Final = tuple(
    (route, mode)
    for route, mode in product(ROUTES, GenerationMode)
    if mode is GenerationMode.POSITIVE or JSON in route.body or "<" in route.path
)
"""What is asked: as described, and not, where there is something to get wrong."""
_CONFIG: Final = {
    "checks": {"negative_data_rejection": {"expected-statuses": ["400", "404", "409", "413", "429", "503"]}}
}
"""A body that is wrong and too large may be refused for either."""
_PLAIN: Final = {"Accept-Encoding": "identity"}


@dataclass
class Found:
    """How many requests were sent, and what was wrong with an answer."""

    sent: int = 0
    faults: list[str] = field(default_factory=list)


def look(app: Flask, number: int, examples: int, tell: Callable[[int], None] = lambda _: None) -> Found:
    """Send so many requests of each mode to each operation, the same ones for the same number."""
    app.extensions[LIMITS] = _unlimited()
    found = Found()
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app, config=schemathesis.Config.from_dict(_CONFIG))
    for route, mode in SORTS:
        try:
            _try(schema.find_operation_by_id(route.name).as_strategy(generation_mode=mode), number, examples, found)
        except FailureGroup as fault:
            found.faults.append(f"{route.method} {route.path} {mode.value}: {fault}")
        tell(found.sent)
    return found


def _try(cases: st.SearchStrategy[Any], number: int, examples: int, found: Found) -> None:
    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def send(case: Any) -> None:
        found.sent += 1
        case.call_and_validate(checks=CHECKS, headers=_PLAIN)

    send()


def _unlimited() -> Limits:
    return Limits(**{each.name: Limiter(each.name, 10**9, 60) for each in fields(Limits)})


def _content(random: Random) -> Content:
    def changes() -> tuple[StatusChange, ...]:
        status = random.choice((Status.VALID, Status.REVOKED, Status.SUSPENDED))
        entries = (Entry(random.randrange(3), random.randrange(600)) for _ in range(random.randint(1, 3)))
        return tuple(StatusChange(each, status, ChangeReason.FRAUD) for each in entries)

    match random.randrange(5):
        case 0:
            return ReserveIndices(random.randint(1, 300))
        case 1:
            return RegisterBatch((random.randbytes(random.randint(1, 40)),))
        case 2:
            return ChangeStatus(changes())
        case 3:
            return ListCorrections()
        case _:
            return AnswerCorrection("ABCDEFGHIJ", Outcome.DECLINED, "好")


def _sealed(number: int) -> bytes:
    """A signed request, one in four of them damaged."""
    random = Random(number)
    made = seal(random.choice((PORT, SKILLS)), _content(random), id_=random.randbytes(16), nonce=random.randbytes(16))
    return made if random.randrange(4) else damaged(made, random)


def _documented(number: int) -> bytes:
    """A batch with documents beside it, one in four of them damaged."""
    random = Random(number)
    beside = Documents(random.randbytes(documents.SALT_BYTES), ("35020318600101123X",))
    content = RegisterBatch((random.randbytes(30),), beside.commitment)
    made = documents.beside(seal(PORT, content, id_=random.randbytes(16), nonce=random.randbytes(16)), beside)
    return made if random.randrange(4) else damaged(made, random)


def _approved(number: int) -> bytes:
    """A change of statuses with somebody's approval beside it, one in four of them damaged."""
    random = Random(number)
    sealed = seal(PORT, _content(random), id_=random.randbytes(16), nonce=random.randbytes(16))
    asked, _ = request.decode(sealed)
    said = Approval(PORT, asked.id, asked.time, asked.content_hash)
    made = Approved(sealed, approval.seal(said, key("stranger"))).encode()
    return made if random.randrange(4) else damaged(made, random)


_NUMBERS: Final = st.integers(0, 2**32)
schemathesis.openapi.media_type(request.MEDIA_TYPE, _NUMBERS.map(_sealed))
schemathesis.openapi.media_type(documents.MEDIA_TYPE, _NUMBERS.map(_documented))
schemathesis.openapi.media_type(approval.MEDIA_TYPE, _NUMBERS.map(_approved))
