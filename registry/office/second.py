"""The second operator's word for what waits, given after reading it instead of typing it again."""

from sqlalchemy.orm import Session

from credential.model import Day, IssuerCode, Seconds
from credential.request import ChangeReason
from registry.issuer_keys import approvers, compromise, retire
from registry.issuers import changes
from registry.problems import Problem, Refused
from registry.record import proposals
from registry.record.proposals import Progress
from registry.register import revocation
from registry.store.models import ProposalRow
from registry.supervision import grades
from registry.supervision.terms import Grade


def confirm(session: Session, number: int, seal: str, who: str, now: Seconds) -> Progress:
    """Say the very same as what waits under `number`, if it is still what `seal` was made of. Refused otherwise."""
    row = proposals.find(session, number)
    if proposals.seal(row) != seal:
        raise Refused(Problem.CONFLICT, "待办已不是您看到的那一项，请重新阅读 / it is not what you read: read it again")
    return _say(session, row, who, now)


def _say(session: Session, row: ProposalRow, who: str, now: Seconds) -> Progress:
    document = row.content["document"]
    match row.what:
        case approvers.WHAT:
            public, name = bytes.fromhex(row.content["public"]), row.content["name"]
            return approvers.admit(session, issuer_of(row), public, name, who, document, now)
        case "key.retire":
            issuer, kid = key_of(row)
            return retire.retire(session, issuer, kid, Seconds(row.content["at"]), who, document, now)
        case "key.compromise":
            issuer, kid = key_of(row)
            return compromise.declare(session, issuer, kid, Seconds(row.content["since"]), who, document, now)[0]
        case "certificates.revoke":
            reason = ChangeReason(row.content["reason"])
            return revocation.revoke(session, row.content["numbers"], reason, who, document, now)
        case grades.WHAT:
            issuer, year = issuer_of(row), row.content["year"]
            return grades.give(session, issuer, year, Grade(row.content["grade"]), who, document, now)
        case _:
            change = changes.read(row.what, row.content)
            code, day = IssuerCode(row.subject), Day(row.content["day"])
            return changes.make(session, code, change, who, document, day, now)


def issuer_of(row: ProposalRow) -> IssuerCode:
    """The issuer that a proposal is about."""
    return IssuerCode(row.subject.partition(" ")[0])


def key_of(row: ProposalRow) -> tuple[IssuerCode, bytes]:
    """The issuer and the key that a proposal about a key names."""
    issuer, _, kid = row.subject.partition(" ")
    return IssuerCode(issuer), bytes.fromhex(kid)
