"""Old certificates in, on record; registered ones out."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, TextIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import text
from credential.model import Certificate, LevelCertificate, Seconds, Status, date_from_day, rfc3339
from credential.verify import scope_reference
from registry import acts, settings
from registry.acts import Act
from registry.certificates import read
from registry.problems import Problem, Refused, RowFault
from registry.store.models import OnRecordRow, RegisteredRow

ON_RECORD: Final = ("number", "name", "issuer", "occupation", "level", "issued_on")
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
MAX_ROWS: Final = 1_000_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def import_on_record(session: Session, rows: Iterable[Mapping[str, str]], who: str, now: Seconds) -> int:
    """Put old certificates on record, unsigned; all or none. Refused with every faulty row."""
    settings.lock(session)
    faults: list[RowFault] = []
    imported = 0
    for place, row in enumerate(rows):
        if place >= MAX_ROWS:
            raise Refused(Problem.TOO_LARGE, f"{MAX_ROWS}")
        fault = _on_record_fault(session, row)
        if fault is not None:
            faults.append(RowFault(place, *fault))
            continue
        session.add(OnRecordRow(**{name: row[name].strip() for name in ON_RECORD}, imported_at=now))
        session.flush()
        imported += 1
    if faults:
        raise Refused(
            Problem.ROWS, f"{len(faults)} 行不合格，全部未导入 / rows refused, nothing imported", tuple(faults)
        )
    acts.record(session, Act(who, "history.import", "on-record", detail={"count": imported}), now)
    return imported


def export(session: Session, out: TextIO) -> int:
    """Write every registered certificate as CSV: what is printed, and its status. Returns how many."""
    writer = csv.writer(out)
    writer.writerow(EXPORTED)
    exported = 0
    query = select(RegisteredRow).order_by(RegisteredRow.list, RegisteredRow.index)
    for row in session.scalars(query.execution_options(yield_per=1000)):
        certificate = read(row.data)
        writer.writerow([safe_cell(value) for value in _exported(certificate, row)])
        exported += 1
    return exported


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file with a head. Refused without the columns expected, or if it is no CSV."""
    reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    try:
        missing = [name for name in ON_RECORD if name not in (reader.fieldnames or ())]
        if missing:
            raise Refused(Problem.REFUSED, f"缺列 / missing columns: {', '.join(missing)}")
        yield from reader
    except csv.Error as error:
        line = reader.line_num + 1
        raise Refused(Problem.REFUSED, f"第 {line} 行不是 CSV / line {line} is no CSV: {error}") from None


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


def safe_cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    shown = str(value)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def _on_record_fault(session: Session, row: Mapping[str, str]) -> tuple[str, str] | None:
    for name in ON_RECORD:
        value = (row.get(name) or "").strip()
        if not 0 < len(value.encode()) <= 256 or text.refused_character(value) is not None:
            return "VALUE", f"{name}: 为空、太长或含不可见字符 / empty, too long, or with invisible characters"
    number = row["number"].strip()
    if session.get(OnRecordRow, number) is not None:
        return "TWICE", "编号已在册 / this number is on record already"
    if session.scalar(select(RegisteredRow.number).where(RegisteredRow.number == number).limit(1)) is not None:
        return "REGISTERED", "编号已有签名的证书 / a signed certificate has this number"
    return None
