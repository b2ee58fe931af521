"""Registered certificates as CSV: what is printed, and their status."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential.model import Certificate, LevelCertificate, Seconds, Status, date_from_day, rfc3339
from credential.verify import scope_reference
from registry.files import PRIVATE
from registry.register.certificates import read
from registry.sheets.sheet_rows import safe_cell
from registry.store.models import RegisteredRow

if TYPE_CHECKING:
    from _csv import Writer

EXPORTED: Final = (
    "number",
    "status",
    "name",
    "occupation_edition",
    "occupation_code",
    "occupation_title",
    "level",
    "issued_on",
    "issuer",
    "registered_at",
)


def export(session: Session, out: Path) -> int:
    """Write every registered certificate as CSV: what is printed, and its status. Returns how many."""
    out.touch(PRIVATE)
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        return _export(session, csv.writer(file))


def _export(session: Session, writer: "Writer") -> int:
    writer.writerow(EXPORTED)
    exported = 0
    query = select(RegisteredRow).order_by(RegisteredRow.list, RegisteredRow.index)
    for row in session.scalars(query.execution_options(yield_per=1000)):
        certificate = read(row.data)
        writer.writerow([safe_cell(value) for value in _exported(certificate, row)])
        exported += 1
    return exported


def _exported(certificate: Certificate, row: RegisteredRow) -> list[object]:
    occupation = certificate.occupation
    reference = scope_reference(certificate)
    level = certificate.subject.level if isinstance(certificate.subject, LevelCertificate) else ""
    return [
        certificate.number,
        Status(row.status).name.lower(),
        certificate.person.name,
        reference.edition,
        reference.code,
        occupation.title if occupation else "",
        level,
        date_from_day(certificate.issued_on).isoformat(),
        certificate.issuer,
        rfc3339(Seconds(row.registered_at)),
    ]
