"""Certificates from before there was this registry: on record, not signed. All rows of a sheet, or none."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from credential.model import Day, Seconds, date_from_day, day_of
from registry import settings
from registry.recognition import agreement_columns
from registry.record import acts, rights
from registry.record.acts import Act
from registry.sheets import spreadsheet
from registry.sheets.sheet_rows import Cells, Columns, Fault, Faults, Unreadable, read_head, read_rows
from registry.store.models import OnRecordRow, RegisteredRow
from registry.words import Words

WHAT: Final = "history.import"
HEADERS: Final = {
    "number": "证书编号",
    "name": "姓名",
    "issuer": "评价机构",
    "occupation": "职业",
    "level": "等级",
    "issued_on": "发证日期",
}
COLUMNS: Final = Columns(HEADERS, tuple(HEADERS), "yinxin-registry import-history --template")
MAX_ROWS: Final = 1_000_000
MAX_FAULTS: Final = 1_000
"""Faults that are told at once; the sheet is read no further then."""
A_LOT: Final = 1_000
"""Rows that are looked up, and put in, together."""
_TWICE: Final = Words("编号已在册，或在表中出现过", "on record already, or earlier in this sheet")
_SIGNED: Final = Words("已登记的签名证书用这个编号", "a signed certificate is registered with this number")
_DELETE: Final = Words("删去这一行，或改正编号", "delete the row, or mend its number")
_LATER: Final = Words("晚于今天", "later than today")
_MEND: Final = Words("改正日期", "mend the date")
Row = dict[str, str]
Told = Callable[[int], None]
"""Is told now and then how many rows were read."""
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows are good. With faults nothing is kept; `whole` is False if there were too many to read on."""

    count: int
    faults: tuple[Fault, ...] = ()
    whole: bool = True


def load(
    session: Session, path: Path, who: str, document: str, now: Seconds, told: Told, *, keep: bool = True
) -> Imported:
    """Put a sheet's certificates on record, unless any row is faulty or it is only tried. Refused ROLE.

    The region's row is locked only in the end: whoever registers meanwhile waits for no million rows.
    """
    if keep:
        rights.require(session, who, WHAT)
    trial = session.begin_nested()
    done = _put(session, path, now, told)
    if done.faults or not keep:
        trial.rollback()
        return done
    trial.commit()
    settings.lock(session)
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    acts.record(session, Act(who, WHAT, "on-record", document, {"count": done.count, "sha256": digest}), now)
    return done


def _put(session: Session, path: Path, now: Seconds, told: Told) -> Imported:
    faults, read, count = Faults(COLUMNS), 0, 0
    lines = spreadsheet.stream(path, MAX_ROWS)
    head = read_head(list(islice(lines, 1)), faults)
    if faults.found:
        return Imported(0, faults.in_order())
    for some in _lots(read_rows(lines, head, faults)):
        count += _put_some(session, some, now)
        read += len(some)
        told(read)
        if len(faults) >= MAX_FAULTS:
            return Imported(count, faults.in_order()[:MAX_FAULTS], whole=False)
    return Imported(count, faults.in_order())


def _put_some(session: Session, some: Sequence[Cells], now: Seconds) -> int:
    today = day_of(now)
    rows = [(cells, row) for cells in some for row in [_read(cells, today)] if row is not None]
    numbers = [row["number"] for _, row in rows]
    known = set(session.scalars(select(OnRecordRow.number).where(OnRecordRow.number.in_(numbers))))
    signed = set(session.scalars(select(RegisteredRow.number).where(RegisteredRow.number.in_(numbers))))
    good = []
    for cells, row in rows:
        if row["number"] in known:
            cells.fault("number", _TWICE, _DELETE)
        elif row["number"] in signed:
            cells.fault("number", _SIGNED, _DELETE)
        else:
            known.add(row["number"])
            good.append({**row, "imported_at": now})
    if good:
        session.execute(insert(OnRecordRow), good)
    return len(good)


def _read(cells: Cells, today: Day) -> Row | None:
    """What a row says; None if a cell says nothing, each of which is a fault."""
    if cells.has_formula():
        return None
    texts = {name: cells.need(name, agreement_columns.words) for name in HEADERS if name != "issued_on"}
    issued_on = cells.need("issued_on", lambda value: _issued_on(value, today))
    found = {name: value for name, value in {**texts, "issued_on": issued_on}.items() if value is not None}
    return found if len(found) == len(HEADERS) else None


def _issued_on(value: str, today: Day) -> str:
    day = agreement_columns.day(value)
    if day > today:
        raise Unreadable(_LATER, _MEND)
    return date_from_day(day).isoformat()


def _lots(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while some := list(islice(rest, A_LOT)):
        yield some
