"""Who may do what: the one table of operators' acts by role, and the rule of two people.

Every act is recorded, and the record asks here; so neither the console nor a command does anything without the right.
"""

from collections.abc import Mapping
from enum import StrEnum, unique
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.problems import Problem, Refused
from registry.store.operators import OperatorRow


@unique
class OperatorRole(StrEnum):
    """What a person is trusted with. AUDIT reads, and does nothing."""

    FILING = "filing"
    KEYS = "keys"
    SUPERVISION = "supervision"
    AUDIT = "audit"


_FILING: Final = frozenset({OperatorRole.FILING})
_KEYS: Final = frozenset({OperatorRole.KEYS})
_SUPERVISION: Final = frozenset({OperatorRole.SUPERVISION})
SEES_SUPERVISION: Final = frozenset({OperatorRole.SUPERVISION, OperatorRole.AUDIT})
"""Who may read what supervisors keep: complaints are people's words. Contacts are for supervision alone."""
MAY: Final[Mapping[str, frozenset[OperatorRole]]] = {
    "issuer.file": _FILING,
    "issuer.approve": _FILING,
    "issuer.file.discard": _FILING,
    "issuer.filed": _FILING,
    "issuer.suspended": _FILING | {OperatorRole.SUPERVISION},
    "issuer.withdrawn": _FILING,
    "issuer.void": _FILING,
    "issuer.rename": _FILING,
    "issuer.credit-code": _FILING,
    "issuer.authority": _FILING,
    "issuer.parent": _FILING,
    "issuer.division": _FILING,
    "issuer.scope.add": _FILING,
    "issuer.scope.narrow": _FILING,
    "issuer.scope.end": _FILING,
    "issuer.site.open": _FILING,
    "issuer.site.close": _FILING,
    "recognition.import": _FILING,
    "benefits.import": _FILING,
    "benefits.end": _FILING,
    "history.import": _FILING,
    "certificates.export": _FILING,
    "certificates.revoke": _SUPERVISION,
    "inspection.record": _SUPERVISION,
    "inspection.close": _SUPERVISION,
    "evaluated.record": _SUPERVISION,
    "satisfaction.record": _SUPERVISION,
    "complaint.take": _SUPERVISION,
    "complaint.close": _SUPERVISION,
    "flag.explain": _SUPERVISION,
    "flag.confirm": _SUPERVISION,
    "issuer.grade": _SUPERVISION,
    "key.check": _KEYS,
    "key.approve": _KEYS,
    "key.check.discard": _KEYS,
    "key.approver": _KEYS,
    "key.retire": _KEYS,
    "key.compromise": _KEYS,
    "root.install": _KEYS,
    "partner.import": _KEYS,
    "holders.rotate-key": _KEYS,
    "operator.add": _KEYS,
    "operator.roles": _KEYS,
    "operator.reset": _KEYS,
    "operator.disable": _KEYS,
}
"""Any one of the roles will do. What asks for a second person's word, and what takes that back, is the same act."""
NOT_OPERATORS: Final = frozenset(
    {"region.found", "publish.full", "publish.online", "batch.register", "status.change", "indices.grant"}
    | {"operator.activate", "operator.password", "flags.raise", "complaints.forget", "corrections.forget"}
)
"""Acts of programs, of issuers' signed requests, of the public, and of people about their own accounts."""
_STEPS: Final = (".propose", ".discard")


def roles_for(what: str) -> frozenset[OperatorRole] | None:
    """The roles of which one is needed for the act, or for its first word; None if it is no operator's act."""
    for step in _STEPS:
        if what not in MAY and what.endswith(step):
            what = what.removesuffix(step)
    return MAY.get(what)


def roles_of(row: OperatorRow) -> frozenset[OperatorRole]:
    """What an account may be used for; nothing, once it is disabled."""
    return frozenset() if row.disabled_at is not None else frozenset(map(OperatorRole, row.roles))


def allows(roles: frozenset[OperatorRole], what: str) -> bool:
    """Whether one of `roles` is enough for the act."""
    return not roles.isdisjoint(roles_for(what) or ())


def require(session: Session, who: str, what: str) -> None:
    """Refuse ROLE unless `who` is an active account whose roles allow the act. Without any account all names pass."""
    if roles_for(what) is None or session.scalar(select(OperatorRow.name).limit(1)) is None:
        return
    account = session.get(OperatorRow, who)
    if account is None or account.disabled_at is not None:
        raise Refused(Problem.ROLE, f"{who}: 没有这样在用的账号 / no active account has this name")
    if not allows(roles_of(account), what):
        needed = ", ".join(sorted(roles_for(what) or ()))
        raise Refused(Problem.ROLE, f"{who}: {what} 须有角色 {needed} / needs the role {needed}")


def require_another(session: Session, first: str, who: str) -> None:
    """Refuse SECOND_PERSON if whoever said it first says it again; the tables have the same rule.

    Refuse CONFLICT if the first one's account was disabled since: what it asked for may be why.
    """
    if first == who:
        raise Refused(
            Problem.SECOND_PERSON,
            "两步须由两人办理，请另一位操作员来办 / two people are needed: another operator must do this",
        )
    account = session.get(OperatorRow, first)
    if account is not None and account.disabled_at is not None:
        raise Refused(
            Problem.CONFLICT,
            f"{first} 的账号已停用，其提出的不能照办，请取消后重新提出 / whoever asked for it has a disabled account: "
            "take it back, and begin anew",
        )
