"""A verdict as one JSON object, for programs. Every key is always there; what does not apply is null."""

from functools import lru_cache
from typing import Final

from credential.model import (
    MAX_DAY,
    Certificate,
    Day,
    LevelCertificate,
    PostAppointment,
    RegionalHonour,
    Seconds,
    SpecialAbility,
    date_from_day,
    day_of,
    rfc3339,
)
from credential.recognition import RecognisedAs
from credential.verify import Accepted, AsOf, NamedIssuer, Rejected, Undecided, Verdict

Json = dict[str, object]

KIND: Final = ("level", "special-ability", "post", "honour")
DOCUMENT_TYPE: Final = (
    "citizen-id",
    "residence-permit-hmt",
    "foreigner-permanent-residence",
    "passport",
    "travel-permit",
    "military",
    "other",
)
BASIS: Final = (
    "examination",
    "process-assessment",
    "performance-review",
    "direct-recognition",
    "competition",
    "recognition",
)
POST: Final = ("apprentice", "special-grade-technician", "chief-technician")
ISSUER_KIND: Final = ("employer", "social", "school")
EFFECT: Final = ("equivalent", "eligibility", "treatment")
"""Each by the code of its enum in credential.model."""


def report(name: str, verdict: Verdict, benefits: Json | None = None) -> Json:
    """The object that docs/format.md describes; `benefits` is what benefits.report makes, None if nobody asks."""
    return {
        "input": name,
        "verdict": verdict.reason.outcome.value,
        "reason": verdict.reason.value,
        "claims": claims(verdict.certificate) if isinstance(verdict, Accepted) else None,
        "former": claims(verdict.former) if isinstance(verdict, Rejected) and verdict.former else None,
        "issuer": None if verdict.issuer is None else _issuer(verdict.issuer),
        **_recognition(verdict),
        "benefits": benefits,
        "as_of": _as_of(verdict.as_of),
    }


def _recognition(verdict: Verdict) -> Json:
    match verdict:
        case Accepted(recognition=answer, recognised_as=found):
            return {"recognised_as": None if found is None else recognised(found), "recognition": answer.value}
        case Rejected() | Undecided():
            return {"recognised_as": None, "recognition": None}


def recognised(found: RecognisedAs) -> Json:
    """The member `recognised_as` of a report."""
    return {
        "region": found.region,
        "occupation": None if found.occupation is None else found.occupation.code,
        "level": found.level,
        "effect": EFFECT[found.effect],
        "rule": found.rule,
        "document": found.document,
        "date": None if found.date is None else iso(found.date),
    }


def _issuer(issuer: NamedIssuer) -> Json:
    return {"id": issuer.id, "name": issuer.name, "kind": ISSUER_KIND[issuer.kind]}


def _as_of(as_of: AsOf) -> Json:
    return {
        "now": _instant(as_of.now),
        "trust_list": _instant(as_of.trust_list),
        "status_list": _instant(as_of.status_list),
        "registration": as_of.registration,
        "recognition": _instant(as_of.recognition),
    }


@lru_cache(maxsize=256)
def _instant(instant: Seconds | None) -> str | None:
    return None if instant is None else rfc3339(instant)


def claims(certificate: Certificate) -> Json:
    """What the certificate says, as signed."""
    occupation, person = certificate.occupation, certificate.person
    return {
        "kind": KIND[certificate.kind],
        "name": person.name,
        "document_type": DOCUMENT_TYPE[person.document_type],
        "document_last4": person.document_last4,
        "number": certificate.number,
        "occupation_code": occupation and occupation.code,
        "occupation_edition": occupation and occupation.edition,
        "occupation_title": occupation and occupation.title,
        "specialisation": occupation and occupation.specialisation,
        "honour": None,
        "level": None,
        "issued_on": iso(certificate.issued_on),
        "basis": BASIS[certificate.basis],
        "post": None,
        "term_until": None,
        "sub_level": certificate.extra.sub_level,
        "local_post": certificate.extra.local_post,
        **_subject(certificate),
    }


def _subject(certificate: Certificate) -> Json:
    match certificate.subject:
        case LevelCertificate(level=level):
            return {"level": level}
        case SpecialAbility():
            return {}
        case PostAppointment(post=post, ends=ends):
            return {"post": POST[post], "term_until": iso(last_day(ends))}
        case RegionalHonour(honour=honour):
            return {"honour": honour}


def last_day(ends: Seconds) -> Day:
    """The last day of a term that ends at the instant `ends`."""
    return Day(min(max(day_of(Seconds(ends - 1)), 0), MAX_DAY))


@lru_cache(maxsize=4_096)
def iso(day: Day) -> str:
    """A day as its date."""
    return date_from_day(day).isoformat()
