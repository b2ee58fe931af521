"""From a roster's rows to signed certificates: what this issuer may sign, checked before anything is numbered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from credential import claims, cose
from credential.model import (
    Basis,
    Certificate,
    Day,
    Extra,
    IssuerCode,
    Person,
    Seconds,
    StatusReference,
    Subject,
    day_from_date,
)
from signer.ledger.model import Reference
from signer.roster.model import Row
from signer.roster.packed import Parts, packed

_TRIAL_URI: Final = "https://a.example/s/0"


@dataclass(frozen=True, slots=True)
class Draft:
    """A certificate before it has an index. `number` is set where a certificate is replaced, by ledger id.

    `document` is the whole number of the person's document if it is known: for the registry, never in the certificate.
    """

    row: int | None
    person: Person
    subject: Subject
    issued_on: Day
    basis: Basis
    extra: Extra
    number: str | None = None
    replaces: int | None = None
    document: str | None = field(default=None, repr=False)
    reference: Reference | None = None

    @property
    def facts(self) -> bytes:
        """A SHA-256 over what it says of whom, the same for two certificates that differ in number only."""
        said = certificate_of(self, IssuerCode("Y000000000000"), "1", StatusReference(0, _TRIAL_URI), Seconds(0))
        if said.extra.replaces is not None:
            said = said._replace(extra=said.extra._replace(replaces=None))
        return sha256(claims.encode(said)).digest()


def draft_of_row(row: Row) -> Draft:
    """The draft of a roster's row."""
    return Draft(
        row.row_number,
        row.person,
        row.subject,
        day_from_date(row.issued_on),
        row.basis,
        row.extra,
        document=row.document_number,
    )


@dataclass(frozen=True, slots=True)
class RowDrafts:
    """The drafts of a roster's rows but those of the numbers `left_out`, each made when it is asked for."""

    rows: Sequence[Row] = field(repr=False)
    left_out: frozenset[int] = frozenset()

    def __len__(self) -> int:
        """How many drafts there are."""
        return sum(row.row_number not in self.left_out for row in self.rows) if self.left_out else len(self.rows)

    def __iter__(self) -> Iterator[Draft]:
        """Each draft, in the roster's order."""
        like: dict[int, Draft] = {}
        for parts in packed(self.rows).parts():
            if parts.row_number not in self.left_out:
                common = like.get(id(parts.like)) or like.setdefault(id(parts.like), draft_of_row(parts.like))
                yield _draft_like(common, parts)


def _draft_like(common: Draft, parts: Parts) -> Draft:
    """The draft of a row that has the rest in common with another."""
    person = Person(parts.name, common.person.document_type, parts.document_last4)
    return Draft(
        parts.row_number,
        person,
        common.subject,
        common.issued_on,
        common.basis,
        common.extra,
        document=parts.document_number,
    )


def draft_of_certificate(certificate: Certificate) -> Draft:
    """The draft that says what `certificate` says, under its number."""
    return Draft(
        None,
        certificate.person,
        certificate.subject,
        certificate.issued_on,
        certificate.basis,
        certificate.extra._replace(replaces=None),
        certificate.number,
    )


def sample(draft: Draft, issuer: IssuerCode) -> Certificate:
    """The certificate that a draft will become, under a number and an index that are nobody's."""
    return certificate_of(draft, issuer, "1", StatusReference(0, _TRIAL_URI), Seconds(0))


def read_certificate(data: bytes) -> Certificate:
    """The certificate in bytes that this signer made."""
    return claims.decode_body(claims.decode_outer(cose.decode_sign1(data, None).payload))


def certificate_of(draft: Draft, issuer: IssuerCode, number: str, status: StatusReference, now: Seconds) -> Certificate:
    """The certificate that a draft becomes under this number."""
    return Certificate(
        issuer=issuer,
        issued_at=now,
        person=draft.person,
        number=number,
        subject=draft.subject,
        issued_on=draft.issued_on,
        basis=draft.basis,
        status=status,
        extra=draft.extra,
    )
