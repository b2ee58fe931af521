"""A verdict as one line of JSON: the object of `machine.report`. What many lines have in common is written once."""

from functools import lru_cache
from json import JSONEncoder
from json.encoder import encode_basestring_ascii as quoted
from typing import Final

from credential.entitlement import Entitlements
from credential.model import (
    Basis,
    Certificate,
    Day,
    DocumentType,
    Extra,
    IssuerCode,
    Person,
    RegionalHonour,
    Seconds,
    StatusReference,
    Subject,
)
from credential.reason import Recognition
from credential.recognition import RecognisedAs
from credential.verify import Accepted, AsOf, NamedIssuer, Verdict
from verifier_cli.words import benefits, machine

_MARK: Final = "\ud800"
"""Stands where lines differ. Nothing that was read is this text: UTF-8 has no surrogates."""
_ANY: Final = Certificate(
    IssuerCode(_MARK),
    Seconds(0),
    Person(_MARK, DocumentType.OTHER, _MARK),
    _MARK,
    RegionalHonour(_MARK),
    Day(0),
    Basis.EXAMINATION,
    StatusReference(0, _MARK),
)
_FRAMES: Final = 1_024
"""Frames of either kind that are kept, a kilobyte each."""
_encode: Final = JSONEncoder(separators=(",", ":")).encode


def line(name: str, verdict: Verdict, found: Entitlements, division: str | None) -> str:
    """The object on one line, in ASCII. `found` is what the certificate entitles to in `division`."""
    if not isinstance(verdict, Accepted):
        return _encode(machine.report(name, verdict, benefits.report(found, division)))
    certificate, issuer, recognition, recognised_as, as_of, _ = verdict
    first, then, last = _around_claims(issuer, recognition, recognised_as, as_of, found, division)
    return f"{first}{quoted(name)}{then}{_claims(certificate)}{last}"


def _claims(certificate: Certificate) -> str:
    """The object of `machine.claims`."""
    _, _, (name, document_type, last4), number, subject, day, basis, _, extra = certificate
    first, second, third, fourth, last = _around_facts(document_type, subject, basis, extra)
    return f'{first}{quoted(name)}{second}{quoted(last4)}{third}{quoted(number)}{fourth}"{machine.iso(day)}"{last}'


@lru_cache(_FRAMES)
def _around_claims(
    issuer: NamedIssuer,
    recognition: Recognition,
    recognised_as: RecognisedAs | None,
    as_of: AsOf,
    found: Entitlements,
    division: str | None,
) -> list[str]:
    """What stands before the input's name, between it and the claims, and after them."""
    accepted = Accepted(_ANY, issuer, recognition, recognised_as, as_of)
    return _cut({**machine.report(_MARK, accepted, benefits.report(found, division)), "claims": _MARK})


@lru_cache(_FRAMES, typed=True)
def _around_facts(document_type: DocumentType, subject: Subject, basis: Basis, extra: Extra) -> list[str]:
    """What stands around name, last four characters, number and date. Subjects are told apart by their class."""
    person = _ANY.person._replace(document_type=document_type)
    certificate = _ANY._replace(person=person, subject=subject, basis=basis, extra=extra)
    return _cut({**machine.claims(certificate), "issued_on": _MARK})


def _cut(data: machine.Json) -> list[str]:
    """The object as JSON, cut at the marks."""
    return _encode(data).split(_encode(_MARK))
