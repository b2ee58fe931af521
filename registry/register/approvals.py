"""A second person at the issuer: more than a few standing certificates a day are changed by two people's word.

What counts is what a request takes from certificates that stand: their status, or their place by a correction. New
certificates do not count.
"""

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from credential import approval, cose, request
from credential.errors import CredentialError
from credential.model import Seconds
from credential.request import Request
from registry.issuer_keys import approvers
from registry.problems import Problem, Refused
from registry.store.approvers import RequestChangeRow

ALONE: Final = 10
"""The most standing certificates that an issuer changes in a day without a second person's approval."""
DAY: Final = 86_400


def require(session: Session, asked: Request, given: bytes | None, count: int, now: Seconds) -> str | None:
    """Count what `asked` changes, and return the kid of who approved it, if `given` is an approval. Refused without.

    An approval that came along is looked at also where none is needed: a wrong one is never passed over.
    """
    if count == 0 and given is None:
        return None
    approver = None if given is None else _approver(session, asked, given, now)
    if approver is None and _changed_alone(session, asked, now) + count > ALONE:
        raise _refusal(
            f"24 小时内改变超过 {ALONE} 张须另一人复核 / more than {ALONE} certificates in 24 hours take an approval"
        )
    row = RequestChangeRow(
        issuer=asked.issuer, request=asked.id, at=int(now), count=count, approver=approver, approval=given
    )
    session.add(row)
    return None if approver is None else cose.kid(approver).hex()


def detail(approver: str | None) -> dict[str, str]:
    """Who approved, for the record of acts."""
    return {} if approver is None else {"approver": approver}


def _changed_alone(session: Session, asked: Request, now: Seconds) -> int:
    """Many small requests in a day are one large one."""
    query = select(func.coalesce(func.sum(RequestChangeRow.count), 0)).where(
        RequestChangeRow.issuer == asked.issuer, RequestChangeRow.at > now - DAY, RequestChangeRow.approver.is_(None)
    )
    return int(session.scalar(query) or 0)


def _approver(session: Session, asked: Request, given: bytes, now: Seconds) -> bytes:
    """The key that signed the approval of this very request."""
    try:
        said, message = approval.decode(given)
        if (said.issuer, said.id, said.content) != (asked.issuer, asked.id, asked.content_hash):
            raise _refusal("复核的是另一份请求 / the approval is of another request")
        if not now - approval.MAX_AGE <= said.time <= now + request.MAX_AGE:
            raise _refusal("复核已过七天，或时间在将来 / the approval is over seven days old, or dated ahead")
        return approval.verify(message, approvers.keys_of(session, asked.issuer, now))
    except CredentialError as error:
        raise _refusal(f"复核不成立 / the approval does not hold: {error}") from None


def _refusal(detail: str) -> Refused:
    return Refused(Problem.SECOND_APPROVER, detail)
