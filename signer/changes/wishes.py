"""What is wished of a certificate: a correction or a new term, as a change of what it says."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TypeVar

from credential.model import (
    Certificate,
    DocumentType,
    LevelCertificate,
    Occupation,
    PostAppointment,
    RegionalHonour,
    Seconds,
    SpecialAbility,
    Subject,
    day_from_date,
    start_of,
)
from signer.errors import usage
from signer.roster.document import Document

Change = Callable[[Certificate], Certificate]
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Corrections:
    """What `correct` changes; None leaves it. An empty specialisation removes it.

    `document` is the whole number of the document, for the registry; `document_last4` is then its last four.
    """

    name: str | None = None
    document_type: DocumentType | None = None
    document_last4: str | None = None
    title: str | None = None
    specialisation: str | None = None
    document: str | None = field(default=None, repr=False)


def with_document(corrections: Corrections, document: Document) -> Corrections:
    """The corrections, and this document."""
    return replace(corrections, document=document.number, document_type=document.type, document_last4=document.last4)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to become of the certificate of a number. `row` is where a list says so; None for a number by itself."""

    number: str
    change: Change
    document: str | None = field(default=None, repr=False)
    row: int | None = None


def corrected(corrections: Corrections) -> Change:
    """The certificate as it should have been."""

    def change(old: Certificate) -> Certificate:
        person = old.person._replace(
            name=_or(corrections.name, old.person.name),
            document_type=_or(corrections.document_type, old.person.document_type),
            document_last4=_or(corrections.document_last4, old.person.document_last4),
        )
        return old._replace(person=person, subject=_corrected_subject(old.subject, corrections))

    return change


def renewed(until: date) -> Change:
    """A post's certificate with a term whose last day is `until`."""
    ends = start_of(day_from_date(until + timedelta(days=1)))
    return lambda old: _renewed(old, ends)


def _or(new: _Value | None, old: _Value) -> _Value:
    return old if new is None else new


def _corrected_subject(subject: Subject, corrections: Corrections) -> Subject:
    match subject:
        case LevelCertificate() | SpecialAbility() | PostAppointment():
            return subject._replace(occupation=_corrected_occupation(subject.occupation, corrections))
        case RegionalHonour():
            if corrections.title is not None or corrections.specialisation is not None:
                raise usage(
                    "no-occupation",
                    "荣誉证书没有职业名称和职业方向。",
                    "an honour has neither an occupation title nor a specialisation.",
                )
            return subject


def _corrected_occupation(occupation: Occupation, corrections: Corrections) -> Occupation:
    specialisation = _or(corrections.specialisation, occupation.specialisation) or None
    return occupation._replace(title=_or(corrections.title, occupation.title), specialisation=specialisation)


def _renewed(old: Certificate, ends: Seconds) -> Certificate:
    match old.subject:
        case PostAppointment():
            return old._replace(subject=old.subject._replace(ends=ends))
        case LevelCertificate() | SpecialAbility() | RegionalHonour():
            raise usage(
                "not-a-post",
                "只有聘任证书有聘期，可以续聘。",
                "only a post's certificate has a term that can be renewed.",
            )
