"""One certificate to print, small enough to be handed to another process; its facts are read from it there."""

from dataclasses import dataclass, field
from pathlib import Path

from credential import qr_text
from credential.issuer import Issuer
from credential.model import Certificate, date_from_day
from signer.certificates.drafts import read_certificate
from signer.printing.facts import Facts, fields_of
from signer.printing.photos import Source


@dataclass(frozen=True, slots=True)
class Item:
    """The certificate in `data`. `document` is the holder's whole document number if it is at hand.

    `picture` is where its QR code may lie as a PNG; `serial` is empty where none is printed.
    """

    number: str
    row: int | None
    data: bytes
    document: str | None = field(repr=False)
    serial: str
    photo: Source | None
    picture: Path


@dataclass(frozen=True, slots=True)
class House:
    """What is the same on all pages of an issuer: its entry in the trust list, and the host in the codes."""

    issuer: Issuer
    host: str

    def facts(self, item: Item) -> Facts:
        """What is printed of `item`."""
        certificate = read_certificate(item.data)
        text = qr_text.encode(self.host, item.data)
        return self.said(certificate, item.row, text, item.document, item.serial)

    def said(self, certificate: Certificate, row: int | None, text: str, document: str | None, serial: str) -> Facts:
        """What is printed of `certificate`, whose QR code says `text`."""
        name = self.issuer.name_on(certificate.issued_on)
        fields = fields_of(certificate, name, self.host, document, serial)
        day = date_from_day(certificate.issued_on)
        return Facts(certificate.number, certificate.kind, row, text, day, fields)
