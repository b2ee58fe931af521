"""A stolen certificate key: what stands and what falls, rehearsed or declared."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import register
from credential.model import IssuerCode, Seconds, Status, rfc3339
from registry import settings
from registry.problems import Problem, Refused
from registry.record import acts, proposals
from registry.record.acts import Act
from registry.record.proposals import Progress, Proposal
from registry.store.models import CertificateKeyRow, NameRow, RegisteredRow
from registry.store.partners import AgreementRow


class Why(Enum):
    """Why a registered certificate stands or falls."""

    STANDS = "stands"
    SIGNED_LATE = "signed-after"
    REGISTERED_LATE = "registered-after"


@dataclass(frozen=True, slots=True)
class Affected:
    """A certificate that the key signed and the registry registered."""

    number: str
    issued_at: Seconds
    registered_at: Seconds
    status: Status
    why: Why


@dataclass(frozen=True, slots=True)
class Impact:
    """What declaring a key compromised does, in order of number, and the file of digests of those that stand."""

    stand: tuple[Affected, ...]
    fall: tuple[Affected, ...]
    survivors: bytes

    @property
    def not_valid(self) -> int:
        """How many of those that stand are revoked, suspended or superseded all the same."""
        return sum(each.status is not Status.VALID for each in self.stand)


@dataclass(frozen=True, slots=True)
class Circle:
    """Who is to be told: the issuer by its present name, and the regions that we have agreements with."""

    issuer: str
    partners: tuple[str, ...]


def impact_of(session: Session, issuer: IssuerCode, kid: bytes, since: Seconds) -> Impact:
    """What would stand and fall if the key had been in other hands since then.

    What stands was signed before `since`, and registered before it by the registry's own clock.
    """
    key = _find(session, issuer, kid)
    rows = session.execute(
        select(
            RegisteredRow.number,
            RegisteredRow.issued_at,
            RegisteredRow.registered_at,
            RegisteredRow.status,
            RegisteredRow.digest,
        )
        .where(RegisteredRow.issuer == issuer, RegisteredRow.key == key.public)
        .order_by(RegisteredRow.number, RegisteredRow.registered_at)
    ).all()
    judged = [
        (
            Affected(number, Seconds(issued), Seconds(registered), Status(status), _why(issued, registered, since)),
            digest,
        )
        for number, issued, registered, status, digest in rows
    ]
    return Impact(
        stand=tuple(each for each, _ in judged if each.why is Why.STANDS),
        fall=tuple(each for each, _ in judged if each.why is not Why.STANDS),
        survivors=register.pack_digests([digest for each, digest in judged if each.why is Why.STANDS]).data,
    )


def declare(
    session: Session, issuer: IssuerCode, kid: bytes, since: Seconds, who: str, document: str, now: Seconds
) -> tuple[Progress, Impact]:
    """One operator's word that the key is compromised since then; the second one's declares it, for ever."""
    proposal = Proposal("key.compromise", f"{issuer} {kid.hex()}", document, {"since": since})
    return proposals.say(
        session, proposal, who, now, lambda session: _declare(session, issuer, kid, since, who, document, now)
    )


def _declare(
    session: Session, issuer: IssuerCode, kid: bytes, since: Seconds, who: str, document: str, now: Seconds
) -> Impact:
    """Never for later than declared before."""
    row = settings.lock(session)
    if since > now:
        raise Refused(Problem.REFUSED, "时间在将来 / that time lies ahead")
    impact = impact_of(session, issuer, kid, since)
    key = _find(session, issuer, kid)
    if key.compromised_since is not None and key.compromised_since <= since:
        raise Refused(
            Problem.CONFLICT, f"已宣告泄露 / declared already, since {rfc3339(Seconds(key.compromised_since))}"
        )
    key.compromised_since, key.survivors = since, impact.survivors
    settings.touch_filing(row)
    detail = {"kid": kid.hex(), "since": since, "stand": len(impact.stand), "fall": len(impact.fall)}
    acts.record(session, Act(who, "key.compromise", issuer, document, detail), now)
    return impact


def circle_of(session: Session, issuer: IssuerCode) -> Circle:
    """Who is to be told about a key of this issuer."""
    name = session.scalar(select(NameRow.name).where(NameRow.issuer == issuer).order_by(NameRow.day.desc()).limit(1))
    partners = session.scalars(select(AgreementRow.partner).order_by(AgreementRow.partner)).all()
    return Circle(name or issuer, tuple(partners))


def _why(issued: int, registered: int, since: Seconds) -> Why:
    if issued >= since:
        return Why.SIGNED_LATE
    return Why.REGISTERED_LATE if registered >= since else Why.STANDS


def _find(session: Session, issuer: IssuerCode, kid: bytes) -> CertificateKeyRow:
    row = session.scalar(
        select(CertificateKeyRow).where(CertificateKeyRow.issuer == issuer, CertificateKeyRow.kid == kid)
    )
    if row is None:
        raise Refused(Problem.NOT_FOUND, f"{issuer}: 没有此密钥 / no key {kid.hex()}")
    return row


EXPORTED: Final = ("number", "answer", "why", "status", "signed_at", "registered_at")


def exported(impact: Impact) -> list[tuple[str, ...]]:
    """Every certificate as a row under EXPORTED, those that fall first."""
    return [
        (
            each.number,
            "stands" if each.why is Why.STANDS else "falls",
            each.why.value,
            each.status.name.lower(),
            rfc3339(each.issued_at),
            rfc3339(each.registered_at),
        )
        for each in (*impact.fall, *impact.stand)
    ]
