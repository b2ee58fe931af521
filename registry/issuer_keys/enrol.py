"""Keys of issuers: two people let an enrolment in, and a key that was declared stolen signs nothing more."""

from enum import Enum, auto
from hashlib import sha256
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import cose, ed25519, request
from credential.errors import CredentialError
from credential.model import IssuerCode, IssuerState, KeyState, Seconds, day_of
from credential.request import Enrolment
from registry import settings
from registry.issuer_keys import key_faults
from registry.issuer_keys.key_faults import KeyFault
from registry.issuers import issuer_states
from registry.problems import Problem, Refused
from registry.record import acts, rights
from registry.record.acts import Act
from registry.store.models import (
    CertificateKeyRow,
    EnrolmentRow,
    KeyRow,
    KeyStateRow,
    RequestKeyRow,
)

MAX_ENROLMENT_BYTES: Final = 4_096


class Checked(Enum):
    """How far an enrolment has come."""

    CHECKED = auto()
    APPROVED = auto()


def open_enrolment(data: bytes) -> Enrolment:
    """The enrolment in `data`, both proofs verified. Refused if it is not one."""
    if len(data) > MAX_ENROLMENT_BYTES:
        raise Refused(Problem.TOO_LARGE, "不是登记文件 / too large for an enrolment")
    try:
        claimed, _ = request.decode_enrolment(data)
        _require_fit(claimed)
        return request.open_enrolment(data)
    except CredentialError as error:
        raise Refused(Problem.REFUSED, f"登记文件不成立 / the enrolment does not hold: {error}") from None


def _require_fit(enrolment: Enrolment) -> None:
    for public in (enrolment.certificate_key, enrolment.request_key):
        if not ed25519.is_valid_key(public):
            raise key_faults.refused(KeyFault.KEY_WEAK, public)
    if enrolment.certificate_key == enrolment.request_key:
        raise key_faults.refused(KeyFault.KEY_TWICE, enrolment.request_key)


def approve(session: Session, data: bytes, who: str, now: Seconds, why: str = "") -> Checked:
    """The first operator's word records the enrolment; a second operator's makes its keys active from `now` on.

    `why` says how the fingerprints were compared.
    """
    row = settings.lock(session)
    enrolment = open_enrolment(data)
    _require_filed(session, enrolment.issuer, now)
    known = session.get(EnrolmentRow, sha256(data).digest())
    if known is None:
        _require_new(session, enrolment)
        session.add(_enrolment_row(enrolment, data, who, now))
        acts.record(session, Act(who, "key.check", enrolment.issuer, why, _fingerprints(enrolment)), now)
        return Checked.CHECKED
    if known.approved_by is not None:
        raise Refused(Problem.CONFLICT, "这份登记已经批准 / this enrolment is approved already")
    rights.require_another(session, known.checked_by, who)
    known.approved_by, known.approved_at = who, now
    _require_new(session, enrolment)
    _activate(session, enrolment, now)
    settings.touch_filing(row)
    acts.record(session, Act(who, "key.approve", enrolment.issuer, why, _fingerprints(enrolment)), now)
    return Checked.APPROVED


def discard(session: Session, sha256: bytes, who: str, why: str, now: Seconds) -> IssuerCode:
    """Take back an enrolment that waits for its second operator. Its keys may be handed in again."""
    settings.lock(session)
    row = session.get(EnrolmentRow, sha256)
    if row is None or row.approved_by is not None:
        raise Refused(Problem.NOT_FOUND, "没有这份待批准的登记 / no such enrolment waits")
    session.delete(row)
    acts.record(session, Act(who, "key.check.discard", row.issuer, why, _fingerprints(open_enrolment(row.data))), now)
    return IssuerCode(row.issuer)


def signing_keys(session: Session, issuer: IssuerCode, now: Seconds) -> frozenset[bytes]:
    """The issuer's certificate keys that may sign now, as the registry itself knows it."""
    rows = session.scalars(
        select(CertificateKeyRow).where(
            CertificateKeyRow.issuer == issuer, CertificateKeyRow.compromised_since.is_(None)
        )
    ).all()
    return frozenset(row.public for row in rows if _state_at(session, row.public, now) is KeyState.ACTIVE)


def _state_at(session: Session, public: bytes, now: Seconds) -> KeyState | None:
    state = session.scalar(
        select(KeyStateRow.state)
        .where(KeyStateRow.public == public, KeyStateRow.at <= now)
        .order_by(KeyStateRow.at.desc())
        .limit(1)
    )
    return None if state is None else KeyState(state)


def _require_filed(session: Session, issuer: IssuerCode, now: Seconds) -> None:
    if issuer_states.state_on(session, issuer, day_of(now)) is not IssuerState.FILED:
        raise Refused(Problem.ISSUER_STATE, f"{issuer}: 须先备案并审批 / file and approve it first")


def _require_new(session: Session, enrolment: Enrolment) -> None:
    for public in (enrolment.certificate_key, enrolment.request_key):
        key_faults.require_new_to_issuer(session, public, enrolment.issuer)


def _activate(session: Session, enrolment: Enrolment, now: Seconds) -> None:
    issuer = enrolment.issuer
    first, second = enrolment.certificate_key, enrolment.request_key
    session.add_all(
        [
            KeyRow(public=first, purpose="certificate", owner=issuer),
            KeyRow(public=second, purpose="request", owner=issuer),
        ]
    )
    session.flush()
    session.add(CertificateKeyRow(public=first, issuer=issuer, kid=cose.kid(first)))
    session.add(RequestKeyRow(public=second, issuer=issuer, kid=cose.kid(second), active_from=now))
    session.flush()
    session.add(KeyStateRow(public=first, at=now, state=int(KeyState.ACTIVE)))


def _enrolment_row(enrolment: Enrolment, data: bytes, who: str, now: Seconds) -> EnrolmentRow:
    return EnrolmentRow(
        sha256=sha256(data).digest(), issuer=enrolment.issuer, data=data, checked_by=who, checked_at=now
    )


def _fingerprints(enrolment: Enrolment) -> dict[str, str]:
    return {
        "certificate": cose.thumbprint(enrolment.certificate_key).hex(),
        "request": cose.thumbprint(enrolment.request_key).hex(),
    }
