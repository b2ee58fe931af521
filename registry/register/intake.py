"""Taking in an issuer's request: who signed it, is it fresh, was it answered before; then the work."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import request
from credential.cose import Sign1
from credential.errors import CredentialError
from credential.model import IssuerState, Seconds, day_of
from credential.reason import Reason
from credential.request import Request
from registry import settings
from registry.issuers import issuer_states
from registry.problems import Problem, Refused
from registry.store.engine import Store
from registry.store.models import CertificateKeyRow, RegionRow, RequestKeyRow, RequestRow

Answer = dict[str, Any]
Work = Callable[[Session, RegionRow, Request], Answer]


def parse(data: bytes) -> tuple[Request, Sign1]:
    """The request in `data`, signature not verified yet. Refused MALFORMED."""
    try:
        return request.decode(data)
    except CredentialError as error:
        raise Refused(Problem.MALFORMED, str(error)) from None


def authenticate(session: Session, asked: Request, message: Sign1, now: Seconds) -> Answer | None:
    """The stored answer if this was answered before; None if it is new and may proceed. Refused otherwise."""
    _require_signer(session, asked, message, now)
    stored = session.get(RequestRow, (asked.issuer, asked.id))
    if stored is not None:
        if stored.content_sha256 != asked.content_hash:
            raise Refused(Problem.ID_REUSED)
        return stored.answer
    if abs(now - asked.time) > request.MAX_AGE:
        raise Refused(Problem.STALE, f"请校准时钟 / more than {request.MAX_AGE} s apart: check the clock")
    _require_fresh_nonce(session, asked)
    state = issuer_states.state_on(session, asked.issuer, day_of(now))
    if state is not IssuerState.FILED:
        raise Refused(Problem.ISSUER_STATE, "未备案" if state is None else state.name)
    return None


def answer(store: Store, asked: Request, message: Sign1, data: bytes, now: Seconds, work: Work) -> Answer:
    """Authenticate, do `work` and remember its answer, all in one transaction; or give the answer of the first time."""

    def transaction(session: Session) -> Answer:
        row = settings.lock(session)
        stored = authenticate(session, asked, message, now)
        if stored is not None:
            return stored
        kept = _keep(session, asked, data, now)
        kept.answer = work(session, row, asked)
        return kept.answer

    return store.write(transaction)


def look(store: Store, asked: Request, message: Sign1, data: bytes, now: Seconds, work: Work) -> Answer:
    """Authenticate and answer what changes nothing. The answer is not kept, so a request serves once. Refused NONCE."""

    def transaction(session: Session) -> Answer:
        row = settings.lock(session)
        if authenticate(session, asked, message, now) is not None:
            raise Refused(Problem.NONCE)
        _keep(session, asked, data, now)
        return work(session, row, asked)

    return store.write(transaction)


def _keep(session: Session, asked: Request, data: bytes, now: Seconds) -> RequestRow:
    row = RequestRow(
        issuer=asked.issuer,
        id=asked.id,
        nonce=asked.nonce,
        content_sha256=asked.content_hash,
        data=data,
        received_at=now,
        answer={},
    )
    session.add(row)
    session.flush()
    return row


def _require_signer(session: Session, asked: Request, message: Sign1, now: Seconds) -> None:
    rows = session.scalars(select(RequestKeyRow).where(RequestKeyRow.kid == message.kid)).all()
    own = tuple(row.public for row in rows if row.issuer == asked.issuer and _is_active(row, now))
    try:
        request.verify(message, own)
    except CredentialError as error:
        if error.reason is not Reason.KEY_UNKNOWN:
            raise Refused(Problem.SIGNATURE) from None
        raise Refused(_why_unknown(session, asked, message, bool(rows))) from None


def _why_unknown(session: Session, asked: Request, message: Sign1, is_request_key: bool) -> Problem:
    certificate_key = session.scalar(
        select(CertificateKeyRow.public).where(CertificateKeyRow.kid == message.kid).limit(1)
    )
    if certificate_key is not None:
        return Problem.CERTIFICATE_KEY
    others = session.scalars(
        select(RequestKeyRow.public).where(RequestKeyRow.kid == message.kid, RequestKeyRow.issuer != asked.issuer)
    ).all()
    return Problem.WRONG_ISSUER if is_request_key and others else Problem.UNKNOWN_SIGNER


def _is_active(row: RequestKeyRow, now: Seconds) -> bool:
    return row.active_from <= now and (row.retired_at is None or now < row.retired_at)


def _require_fresh_nonce(session: Session, asked: Request) -> None:
    seen = session.scalar(
        select(RequestRow.id).where(RequestRow.issuer == asked.issuer, RequestRow.nonce == asked.nonce)
    )
    if seen is not None:
        raise Refused(Problem.NONCE)
