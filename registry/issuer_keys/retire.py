"""Retiring a key of an issuer's: from an instant on it signs nothing more, and what it signed before stands."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from credential.model import IssuerCode, KeyState, Seconds
from registry import settings
from registry.issuers import listing
from registry.problems import Problem, Refused
from registry.record import acts, proposals
from registry.record.acts import Act
from registry.record.proposals import Progress, Proposal
from registry.store.approvers import ApproverKeyRow
from registry.store.models import CertificateKeyRow, KeyStateRow, RegisteredRow, RequestKeyRow

OtherKey = RequestKeyRow | ApproverKeyRow
"""A key that signs no certificate."""


def retire(
    session: Session, issuer: IssuerCode, kid: bytes, at: Seconds, who: str, document: str, now: Seconds
) -> Progress:
    """One operator's word that the issuer's key `kid`, of whichever purpose, is retired from `at` on."""
    proposal = Proposal("key.retire", f"{issuer} {kid.hex()}", document, {"at": at})

    def work(session: Session) -> None:
        row = settings.lock(session)
        key, other = _find(session, issuer, kid)
        if key is not None:
            _retire_certificate_key(session, key, at)
        if other is not None:
            _retire_other_key(other, at)
        listing.require_readable(session, issuer)
        settings.touch_filing(row)
        acts.record(session, Act(who, "key.retire", issuer, document, {"kid": kid.hex(), "at": at}), now)

    return proposals.say(session, proposal, who, now, work)[0]


def _find(session: Session, issuer: IssuerCode, kid: bytes) -> tuple[CertificateKeyRow | None, OtherKey | None]:
    key = session.scalar(
        select(CertificateKeyRow).where(CertificateKeyRow.issuer == issuer, CertificateKeyRow.kid == kid)
    )
    other: OtherKey | None = session.scalar(
        select(RequestKeyRow).where(RequestKeyRow.issuer == issuer, RequestKeyRow.kid == kid)
    ) or session.scalar(select(ApproverKeyRow).where(ApproverKeyRow.issuer == issuer, ApproverKeyRow.kid == kid))
    if key is None and other is None:
        raise Refused(Problem.NOT_FOUND, f"{issuer}: 没有此密钥 / no key {kid.hex()}")
    return key, other


def _retire_certificate_key(session: Session, key: CertificateKeyRow, at: Seconds) -> None:
    if key.compromised_since is not None:
        raise Refused(Problem.REFUSED, "已宣告泄露，无须停用 / it was declared compromised already")
    states = session.scalars(select(KeyStateRow).where(KeyStateRow.public == key.public).order_by(KeyStateRow.at)).all()
    if states[-1].state == KeyState.RETIRED:
        raise Refused(Problem.REFUSED, "已停用 / it is retired already")
    if states[-1].at >= at:
        raise Refused(Problem.REFUSED, "须晚于启用的时刻 / it must be later than when it became active")
    _require_nothing_falls(session, key, at)
    session.add(KeyStateRow(public=key.public, at=at, state=int(KeyState.RETIRED)))


def _require_nothing_falls(session: Session, key: CertificateKeyRow, at: Seconds) -> None:
    later = session.scalar(
        select(func.count())
        .select_from(RegisteredRow)
        .where(RegisteredRow.issuer == key.issuer, RegisteredRow.key == key.public, RegisteredRow.issued_at >= at)
    )
    if later:
        raise Refused(
            Problem.CONFLICT,
            f"已登记的证书有 {later} 张在该时刻或之后签署，会因此不成立；请改用更晚的时刻，失窃则用 key compromise / "
            f"{later} registered certificates were signed then or later, and would fall: choose a later time, or if it "
            "was stolen `key compromise`",
        )


def _retire_other_key(key: OtherKey, at: Seconds) -> None:
    if key.retired_at is not None:
        raise Refused(Problem.REFUSED, "已停用 / it is retired already")
    if key.active_from >= at:
        raise Refused(Problem.REFUSED, "须晚于启用的时刻 / it must be later than when it became active")
    key.retired_at = at
