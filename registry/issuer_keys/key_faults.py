"""Why a key cannot be enrolled or take a role: one key, one purpose, one owner (docs/adr/0005), and no weak one."""

from enum import Enum, unique

from sqlalchemy.orm import Session

from credential import cose
from registry.problems import Problem, Refused
from registry.store.models import KeyRow


@unique
class KeyFault(Enum):
    """The reasons, each with its words."""

    KEY_WEAK = "不是合格的公钥：非规范编码，或不是素数阶的点 / not a canonical point of prime order"
    KEY_TWICE = "两把须是不同的密钥 / one key in both places"
    KEY_OF_ROLE = "是登记机构的角色密钥 / a key of a registry's role"
    KEY_OF_CERTIFICATES = "本机构已用它签证书 / the issuer's certificate key already"
    KEY_OF_REQUESTS = "本机构已用它签请求 / the issuer's request key already"
    KEY_OF_APPROVALS = "本机构已用它复核 / the issuer's approver has it already"
    KEY_OF_ANOTHER_ISSUER = "是另一机构的密钥 / another issuer's key"
    KEY_OF_AN_ISSUER = "是机构的密钥 / an issuer's key"
    KEY_OF_ANOTHER_ROLE = "是另一角色的密钥 / a key of another role"


def refused(fault: KeyFault, public: bytes) -> Refused:
    """The refusal; the problem is CONFLICT where the key is in use."""
    problem = Problem.REFUSED if fault in (KeyFault.KEY_WEAK, KeyFault.KEY_TWICE) else Problem.CONFLICT
    return Refused(problem, f"{fault.name}: {cose.kid(public).hex()} {fault.value}")


def require_new_to_issuer(session: Session, public: bytes, issuer: str) -> None:
    """Refuse a key that was ever used for anything."""
    known = session.get(KeyRow, public)
    if known is None:
        return
    own = {
        "certificate": KeyFault.KEY_OF_CERTIFICATES,
        "request": KeyFault.KEY_OF_REQUESTS,
        "approval": KeyFault.KEY_OF_APPROVALS,
    }
    if known.purpose not in own:
        raise refused(KeyFault.KEY_OF_ROLE, public)
    raise refused(own[known.purpose] if known.owner == issuer else KeyFault.KEY_OF_ANOTHER_ISSUER, public)


def require_of_role(session: Session, public: bytes, purpose: str) -> None:
    """Refuse a key for a role that an issuer has, or that was ever another role's."""
    known = session.get(KeyRow, public)
    if known is None or known.purpose == purpose:
        return
    is_issuers = known.purpose in ("certificate", "request", "approval")
    raise refused(KeyFault.KEY_OF_AN_ISSUER if is_issuers else KeyFault.KEY_OF_ANOTHER_ROLE, public)
