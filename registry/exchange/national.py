"""The export for the national query system: certificates as a mapping says, into CSV or XLSX, row by row."""

import csv
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from credential.model import Day, IssuerCode, Status, start_of
from credential.register import Digests
from registry.exchange.national_fields import FALLEN, Known, Values, of_old, of_registered
from registry.exchange.national_mapping import Mapping
from registry.issuers import institutions, listing
from registry.problems import ConfigurationError
from registry.register.certificates import read
from registry.sheets.sheet_rows import safe_cell
from registry.store.models import CertificateKeyRow, OnRecordRow, RegisteredRow

A_LOT: Final = 1_000
MAX_SHEET_ROWS: Final = 1_048_575
"""Below the head of a sheet of XLSX."""
Write = Callable[[list[str]], object]


def export(
    session: Session,
    mapping: Mapping,
    out: Path,
    since: Day | None,
    until: Day | None,
    told: Callable[[int], None],
) -> int:
    """Write what was registered, or imported, from `since` to `until`, both inclusive. Returns how many rows.

    The file is there once it is whole. ConfigurationError if XLSX cannot hold so many rows.
    """
    count = 0
    with _writing(out) as write:
        write([column.head for column in mapping.columns])
        for values in _rows(session, mapping, since, until):
            write([column.constant if column.field is None else values[column.field] for column in mapping.columns])
            count += 1
            told(count)
    return count


def _rows(session: Session, mapping: Mapping, since: Day | None, until: Day | None) -> Iterator[Values]:
    yield from _registered(session, mapping, since, until)
    if mapping.on_record:
        when = OnRecordRow.imported_at.expression
        query = select(OnRecordRow).where(*_between(when, since, until)).order_by(OnRecordRow.number)
        for row in session.scalars(query.execution_options(yield_per=A_LOT)):
            yield of_old(row, mapping.form)


def _registered(session: Session, mapping: Mapping, since: Day | None, until: Day | None) -> Iterator[Values]:
    known, stolen = _known(session), _stolen(session)
    when = RegisteredRow.registered_at.expression
    query = select(RegisteredRow).where(*_between(when, since, until)).order_by(RegisteredRow.list, RegisteredRow.index)
    for row in session.scalars(query.execution_options(yield_per=A_LOT)):
        issuer = known[IssuerCode(row.issuer)]
        falls = issuer.issuer.is_void or (row.key in stolen and row.digest not in stolen[row.key])
        status = _status(Status(row.status), falls)
        if status in mapping.statuses:
            yield of_registered(read(row.data), status, row.registered_at, issuer, mapping.form)


def _status(status: Status, falls: bool) -> str:
    return FALLEN if falls and status in (Status.VALID, Status.SUSPENDED) else status.name.lower()


def _known(session: Session) -> dict[IssuerCode, Known]:
    issuers = listing.issuers(session)
    of_each = institutions.of(session, [each.code for each in issuers])
    return {each.code: Known(each, of_each[each.code]) for each in issuers}


def _stolen(session: Session) -> dict[bytes, Digests]:
    """The keys that were declared stolen, each with what stands under it."""
    rows = session.scalars(select(CertificateKeyRow).where(CertificateKeyRow.survivors.is_not(None)))
    return {row.public: Digests(row.survivors or b"") for row in rows}


def _between(when: ColumnElement[int], since: Day | None, until: Day | None) -> list[ColumnElement[bool]]:
    found = [] if since is None else [when >= start_of(since)]
    return found if until is None else [*found, when < start_of(Day(until + 1))]


@contextmanager
def _writing(out: Path) -> Iterator[Write]:
    """Writes rows into a file beside `out` that takes its place in the end; only its owner reads it."""
    handle, name = tempfile.mkstemp(dir=out.absolute().parent, prefix=f".{out.name}.")
    os.close(handle)
    beside = Path(name)
    try:
        with _xlsx(beside) if out.suffix.lower() == ".xlsx" else _csv(beside) as write:
            yield write
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _csv(path: Path) -> Iterator[Write]:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        yield lambda row: writer.writerow([safe_cell(value) for value in row])


@contextmanager
def _xlsx(path: Path) -> Iterator[Write]:
    """Every cell is text, whatever it begins with: no formula can come of it."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet, rows = book.create_sheet(), 0

    def cell(value: str) -> Any:
        made = WriteOnlyCell(sheet, value)
        made.data_type = "s"
        return made

    def write(row: list[str]) -> None:
        nonlocal rows
        if rows > MAX_SHEET_ROWS:
            raise ConfigurationError(
                f"XLSX 至多 {MAX_SHEET_ROWS} 行，请用 CSV，或用 --since、--until 分几次导出 / "
                "too many rows for XLSX: use CSV, or --since and --until"
            )
        sheet.append([cell(value) for value in row])
        rows += 1

    yield write
    book.save(path)
