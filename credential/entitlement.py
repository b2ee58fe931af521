"""What a verified certificate entitles to in the verifier's home region: the clauses of its policy, or why none.

What is not known is never told as nothing: only ENTITLED, and NO_CLAUSE and NO_POLICY as its opposites, say what the
policy says.
"""

from typing import TYPE_CHECKING, NamedTuple

from credential.errors import ObjectError
from credential.model import Effect, day_of
from credential.policy import Policy
from credential.published import ObjectType
from credential.reason import Entitlement, Recognition
from credential.recognition import RecognisedAs
from credential.trust import RegionTrust, Trust
from credential.verify import Accepted, Verdict

if TYPE_CHECKING:
    from credential.benefits import Entitled


class Entitlements(NamedTuple):
    """The answer. `clauses` are all that apply, in the policy's order; empty unless the answer is ENTITLED."""

    answer: Entitlement
    clauses: "tuple[Entitled, ...]" = ()


def ask(verdict: Verdict, trust: Trust, division: str | None = None) -> Entitlements:
    """What the certificate entitles to on the verdict's day in `division` (six digits), or anywhere in the home region.

    `trust` is what the verdict was made with. Each clause stands by itself: whether two may be had together, its
    documents say.
    """
    if not isinstance(verdict, Accepted):
        return Entitlements(Entitlement.NOT_ACCEPTED)
    if trust.home is None:
        return Entitlements(Entitlement.NO_HOME)
    own = trust.regions.get(trust.home)
    if not isinstance(own, RegionTrust):
        return Entitlements(Entitlement.POLICY_MISSING)
    if own.checkpoint.find(ObjectType.BENEFITS) is None:
        return Entitlements(Entitlement.NO_POLICY)
    counted = verdict.recognised_as
    if verdict.recognition is Recognition.RECOGNITION_UNKNOWN:
        return Entitlements(Entitlement.RECOGNITION_UNKNOWN)
    if counted is None:
        return Entitlements(Entitlement.NOT_RECOGNISED_HERE)
    if counted.effect is Effect.ELIGIBILITY:
        return Entitlements(Entitlement.ELIGIBILITY_ONLY)
    if own.benefits is None:
        return Entitlements(Entitlement.POLICY_MISSING)
    if verdict.as_of.now >= own.benefits.head.expires:
        return Entitlements(Entitlement.POLICY_EXPIRED)
    return _by_policy(own.benefits, verdict, counted, division)


def _by_policy(policy: Policy, verdict: Accepted, counted: RecognisedAs, division: str | None) -> Entitlements:
    from credential import benefits  # a cold start where no policy is published does not read it

    try:
        table = benefits.decode(policy.payload)
    except ObjectError:
        return Entitlements(Entitlement.POLICY_UNREADABLE)
    certificate = verdict.certificate
    facts = benefits.facts_of(certificate.subject, counted.occupation, counted.level, certificate.issued_on)
    clauses = tuple(table.applying(facts, division, day_of(verdict.as_of.now)))
    return Entitlements(Entitlement.ENTITLED if clauses else Entitlement.NO_CLAUSE, clauses)
