"""The public query: by a certificate's number and name, or by the holder's document and name, what is printed on it.

Whoever asks by document is told less: which certificates there are, not their whole numbers. A wrong name and an
unknown document are answered alike, and after the same time.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from credential import documents, numbers, text
from credential.model import (
    Certificate,
    LevelCertificate,
    PostAppointment,
    RegionalHonour,
    Seconds,
    SpecialAbility,
    Status,
    date_from_day,
    rfc3339,
)
from credential.trust import RegionTrust, Trust
from credential.verify import verify_bytes
from registry.problems import Problem, Refused
from registry.register.certificates import read
from registry.store.models import REGISTERED, OnRecordRow, RegisteredRow

MAX_TEXT: Final = 96
MAX_TYPED: Final = 64
"""Characters of a document's number as typed, with spaces and the like."""
MAX_FOUND: Final = 100
MISS_SECONDS: Final = 0.1
"""How long a miss by document takes from its beginning: far longer than a search."""
_ISSUER_DIGITS: Final = 13
_NEWEST: Final = (
    select(REGISTERED.c.data, REGISTERED.c.status, REGISTERED.c.registered_at)
    .where(REGISTERED.c.number == bindparam("number"))
    .order_by(REGISTERED.c.registered_at.desc(), REGISTERED.c.list.desc(), REGISTERED.c.index.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Question:
    """Number and name, both as printed."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class ByDocument:
    """The whole number of the holder's document, in the one way of writing it, and the name as printed."""

    document: str = field(repr=False)
    name: str


class Registered(NamedTuple):
    """What the register has of a certificate."""

    data: bytes
    status: int
    registered_at: int


def parse(value: object) -> Question | ByDocument:
    """The question in a JSON body. Refused MALFORMED."""
    match value:
        case {"number": str() as number, "name": str() as name, **more} if not more:
            question = Question(number.strip(), name.strip())
            if _is_printed(question.number) and _is_printed(question.name):
                return question
        case {"document": str() as document, "name": str() as name, **more} if not more:
            found = parse_document(document)
            if found is not None and _is_printed(name.strip()):
                return ByDocument(found, name.strip())
    raise Refused(
        Problem.MALFORMED,
        '须为 {"number": 证书编号, "name": 姓名} 或 {"document": 证件号码, "name": 姓名} / '
        "the certificate's number or the document's number, and the name, as printed",
    )


def parse_document(typed: str) -> str | None:
    """A document's number as somebody typed it; None if it can be none."""
    if len(typed) > MAX_TYPED:
        return None
    number = documents.normalised(typed)
    return number if documents.is_number(number) else None


def _is_printed(asked: str) -> bool:
    """Whether it can stand on a certificate; what cannot, no database need be asked about."""
    return 0 < len(asked) <= MAX_TEXT and text.refused_character(asked) is None


def find(session: Session, question: Question, trust: RegionTrust, now: Seconds) -> dict[str, Any]:
    """The answer. A wrong number and a wrong name answer alike; the newest certificate of the number speaks.

    `status` is the register's entry; `verdict` and `reason` are what any verifier says of the certificate `now`.
    """
    found = session.execute(_NEWEST, {"number": question.number}).first()
    if found is not None:
        registered = Registered(*found)
        certificate = read(registered.data)
        if certificate.person.name == question.name:
            return _facts(certificate, registered, trust, now)
    old = session.get(OnRecordRow, question.number)
    if old is not None and old.name == question.name:
        return _on_record(old)
    return {"found": False}


def find_by_document(
    session: Session, tags: Sequence[bytes], name: str, trust: RegionTrust, now: Seconds
) -> dict[str, Any]:
    """The answer: the newest certificate of each number, newest first, with masked numbers.

    `tags` are those that the document can have. A certificate whose issuer did not name the document is not found.
    """
    found = [
        _facts(certificate, Registered(row.data, row.status, row.registered_at), trust, now)
        | {"number": masked_number(certificate.number)}
        for row, certificate in held_by(session, tags, name)
    ]
    return {"found": True, "certificates": found} if found else {"found": False}


def held_by(session: Session, tags: Sequence[bytes], name: str) -> list[tuple[RegisteredRow, Certificate]]:
    """The newest certificate of each number that a person has: by the tags of the document, and the name."""
    rows = session.scalars(
        select(RegisteredRow)
        .where(RegisteredRow.holder.in_(tags))
        .order_by(RegisteredRow.registered_at.desc(), RegisteredRow.list.desc(), RegisteredRow.index.desc())
        .limit(MAX_FOUND)
    )
    newest: dict[str, tuple[RegisteredRow, Certificate]] = {}
    for row in rows:
        newest.setdefault(row.number, (row, read(row.data)))
    return [(row, certificate) for row, certificate in newest.values() if certificate.person.name == name]


def wait_out(began: float) -> None:
    """Let a miss take as long as any other: until MISS_SECONDS after the monotonic time `began`."""
    time.sleep(max(0.0, began + MISS_SECONDS - time.monotonic()))


def masked_number(number: str) -> str:
    """A certificate's number of which only who issued it shows: the rest is what its holder proves to have it by."""
    shown = _ISSUER_DIGITS if numbers.parse_number(number) else min(4, len(number) // 2)
    return number[:shown] + "*" * (len(number) - shown)


def _facts(certificate: Certificate, registered: Registered, trust: RegionTrust, now: Seconds) -> dict[str, Any]:
    home = trust.root.head.region
    reason = verify_bytes(registered.data, Trust(home, {home: trust}), now).reason
    issuer = trust.issuers.get(certificate.issuer)
    occupation = certificate.occupation
    return {
        "found": True,
        "status": Status(registered.status).name.lower(),
        "verdict": reason.outcome.value,
        "reason": reason.value,
        "number": certificate.number,
        "name": text.masked(certificate.person.name),
        "kind": certificate.kind.name.lower(),
        "occupation_title": occupation.title if occupation else _honour(certificate),
        "occupation_code": occupation.code if occupation else None,
        "level": _level(certificate),
        "issued_on": date_from_day(certificate.issued_on).isoformat(),
        "issuer": issuer.name_on(certificate.issued_on) if issuer else certificate.issuer,
        "registered_at": rfc3339(Seconds(registered.registered_at)),
    }


def _on_record(row: OnRecordRow) -> dict[str, Any]:
    return {
        "found": True,
        "status": "on-record",
        "verdict": None,
        "reason": None,
        "number": row.number,
        "name": text.masked(row.name),
        "kind": "level",
        "occupation_title": row.occupation,
        "occupation_code": None,
        "level": row.level,
        "issued_on": row.issued_on,
        "issuer": row.issuer,
        "registered_at": None,
    }


def _level(certificate: Certificate) -> str | None:
    match certificate.subject:
        case LevelCertificate(level=level):
            return numbers.LEVEL_NAMES[level]
        case SpecialAbility() | PostAppointment() | RegionalHonour():
            return None


def _honour(certificate: Certificate) -> str | None:
    match certificate.subject:
        case RegionalHonour(honour):
            return honour
        case LevelCertificate() | SpecialAbility() | PostAppointment():
            return None
