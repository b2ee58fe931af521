"""A registered certificate, read from its bytes."""

from typing import NamedTuple

from credential import claims, cose, layout, verify
from credential.model import Certificate, LevelCertificate, date_from_day


class Sorted(NamedTuple):
    """What certificates are counted by. `month` is the year times a hundred plus the month of the date of issue."""

    kind: int
    edition: int
    occupation: str
    level: int | None
    month: int


def read(data: bytes) -> Certificate:
    """The certificate in bytes that were registered. CredentialError if they are not a certificate's."""
    usual = layout.read(data)
    if usual is not None:
        return usual[1]
    return claims.decode_body(claims.decode_outer(cose.decode_sign1(data, typ=None).payload))


def sort(certificate: Certificate) -> Sorted:
    """Where a certificate is counted. An honour counts under its own name."""
    reference = verify.scope_reference(certificate)
    level = certificate.subject.level if isinstance(certificate.subject, LevelCertificate) else None
    issued = date_from_day(certificate.issued_on)
    return Sorted(int(certificate.kind), reference.edition, reference.code, level, issued.year * 100 + issued.month)
