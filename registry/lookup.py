"""The public query: whoever holds a certificate asks by its number and name, and learns what is printed on it."""

import threading
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import claims, cose, numbers, text
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
from registry.store.models import OnRecordRow, RegisteredRow

MAX_TEXT: Final = 96
QUERIES_A_MINUTE: Final = 60
MAX_CLIENTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Question:
    """Number and name, both as printed."""

    number: str
    name: str


def parse(value: object) -> Question:
    """The question in a JSON body. Refused MALFORMED."""
    match value:
        case {"number": str() as number, "name": str() as name, **more} if not more:
            question = Question(number.strip(), name.strip())
            if _is_printed(question.number) and _is_printed(question.name):
                return question
    raise Refused(Problem.MALFORMED, '须为 {"number": 证书编号, "name": 姓名} / number and name, as printed')


def _is_printed(asked: str) -> bool:
    """Whether it can stand on a certificate; what cannot, no database need be asked about."""
    return 0 < len(asked) <= MAX_TEXT and text.refused_character(asked) is None


def find(session: Session, question: Question, trust: RegionTrust, now: Seconds) -> dict[str, Any]:
    """The answer. A wrong number and a wrong name answer alike; the newest certificate of the number speaks.

    `status` is the register's entry; `verdict` and `reason` are what any verifier says of the certificate `now`.
    """
    row = session.scalar(
        select(RegisteredRow)
        .where(RegisteredRow.number == question.number)
        .order_by(RegisteredRow.registered_at.desc(), RegisteredRow.list.desc(), RegisteredRow.index.desc())
        .limit(1)
    )
    if row is not None:
        certificate = claims.decode_body(claims.decode_outer(cose.decode_sign1(row.data, typ=None).payload))
        if certificate.person.name == question.name:
            return _facts(certificate, row, trust, now)
    old = session.get(OnRecordRow, question.number)
    if old is not None and old.name == question.name:
        return _on_record(old)
    return {"found": False}


def masked(name: str) -> str:
    """A name of which only the first character shows."""
    return name[:1] + "*" * (len(name) - 1)


def _facts(certificate: Certificate, row: RegisteredRow, trust: RegionTrust, now: Seconds) -> dict[str, Any]:
    home = trust.root.head.region
    reason = verify_bytes(row.data, Trust(home, {home: trust}), now).reason
    issuer = trust.issuers.get(certificate.issuer)
    occupation = certificate.occupation
    return {
        "found": True,
        "status": Status(row.status).name.lower(),
        "verdict": reason.outcome.value,
        "reason": reason.value,
        "number": certificate.number,
        "name": masked(certificate.person.name),
        "kind": certificate.kind.name.lower(),
        "occupation_title": occupation.title if occupation else _honour(certificate),
        "occupation_code": occupation.code if occupation else None,
        "level": _level(certificate),
        "issued_on": date_from_day(certificate.issued_on).isoformat(),
        "issuer": issuer.name_on(certificate.issued_on) if issuer else certificate.issuer,
        "registered_at": rfc3339(Seconds(row.registered_at)),
    }


def _on_record(row: OnRecordRow) -> dict[str, Any]:
    return {
        "found": True,
        "status": "on-record",
        "verdict": None,
        "reason": None,
        "number": row.number,
        "name": masked(row.name),
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


@dataclass(slots=True)
class Limiter:
    """So many queries a minute from one address, in this process."""

    most: int = QUERIES_A_MINUTE
    _minute: int = 0
    _counts: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def admit(self, client: str, now: int) -> None:
        """Count one query. Refused TOO_MANY beyond the limit."""
        with self._lock:
            if now // 60 != self._minute or len(self._counts) > MAX_CLIENTS:
                self._minute, self._counts = now // 60, {}
            self._counts[client] = self._counts.get(client, 0) + 1
            if self._counts[client] > self.most:
                raise Refused(Problem.TOO_MANY, "请一分钟后再试 / try again in a minute")
