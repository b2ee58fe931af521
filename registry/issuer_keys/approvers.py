"""Approvers at issuers: two operators let a person's key in, having found out whose it is."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import approval, cose, ed25519
from credential.approval import Approver
from credential.errors import CredentialError
from credential.model import IssuerCode, IssuerState, Seconds, day_of
from registry import settings
from registry.issuer_keys import key_faults
from registry.issuer_keys.key_faults import KeyFault
from registry.issuers import issuer_states
from registry.problems import Problem, Refused
from registry.record import acts, proposals
from registry.record.acts import Act
from registry.record.proposals import Progress, Proposal
from registry.store.approvers import ApproverKeyRow
from registry.store.models import KeyRow

WHAT: Final = "key.approver"
MAX_BYTES: Final = 4_096


def open_file(data: bytes) -> Approver:
    """The approver in the file that `yinxin-signer approver` wrote, its key proved. Refused if it is not one."""
    if len(data) > MAX_BYTES:
        raise Refused(Problem.TOO_LARGE, "不是复核人登记文件 / too large for an approver's enrolment")
    try:
        claimed, _ = approval.decode_approver(data)
        if not ed25519.is_valid_key(claimed.key):
            raise key_faults.refused(KeyFault.KEY_WEAK, claimed.key)
        return approval.open_approver(data)
    except CredentialError as error:
        raise Refused(Problem.REFUSED, f"复核人登记文件不成立 / the enrolment does not hold: {error}") from None


def admit(
    session: Session, issuer: IssuerCode, public: bytes, name: str, who: str, document: str, now: Seconds
) -> Progress:
    """One operator's word that `public` is the key of the person `name`, who approves for `issuer`.

    `document` says how the person and the key's fingerprint were checked.
    """
    facts = {"kid": cose.kid(public).hex(), "name": name}
    proposal = Proposal(WHAT, f"{issuer} {cose.kid(public).hex()}", document, {"name": name, "public": public.hex()})

    def work(session: Session) -> None:
        settings.lock(session)
        if issuer_states.state_on(session, issuer, day_of(now)) is not IssuerState.FILED:
            raise Refused(Problem.ISSUER_STATE, f"{issuer}: 须先备案并审批 / file and approve it first")
        key_faults.require_new_to_issuer(session, public, issuer)
        session.add(KeyRow(public=public, purpose="approval", owner=issuer))
        session.flush()
        session.add(ApproverKeyRow(public=public, issuer=issuer, kid=cose.kid(public), name=name, active_from=int(now)))
        acts.record(session, Act(who, WHAT, issuer, document, facts), now)

    return proposals.say(session, proposal, who, now, work)[0]


@dataclass(frozen=True, slots=True)
class OnFile:
    """An approver on file: whose key it is, and since when it counts, until when if it was retired."""

    name: str
    public: bytes
    active_from: Seconds
    retired_at: Seconds | None


def on_file(session: Session, issuer: IssuerCode) -> tuple[OnFile, ...]:
    """All approvers that were ever let in for the issuer, in that order. Operators see them; nobody else does."""
    rows = session.scalars(
        select(ApproverKeyRow)
        .where(ApproverKeyRow.issuer == issuer)
        .order_by(ApproverKeyRow.active_from, ApproverKeyRow.public)
    )
    return tuple(
        OnFile(
            row.name, row.public, Seconds(row.active_from), None if row.retired_at is None else Seconds(row.retired_at)
        )
        for row in rows
    )


def keys_of(session: Session, issuer: IssuerCode, now: Seconds) -> tuple[bytes, ...]:
    """The keys that approve for the issuer now."""
    rows = session.scalars(select(ApproverKeyRow).where(ApproverKeyRow.issuer == issuer))
    return tuple(
        row.public for row in rows if row.active_from <= now and (row.retired_at is None or now < row.retired_at)
    )
