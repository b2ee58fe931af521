"""The statistics: certificates and people by division, occupation, level, kind of issuer and month; once a day.

What stands (valid or suspended) is counted. A person is a tag of a document and counts once in each line and once in
the total, so that lines add up to more people than there are. Small cells are left out before anything is stored.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, func, select
from sqlalchemy.orm import Session

from credential.model import Day, IssuerKind, Kind, Seconds, Status, date_from_day, day_of, rfc3339
from credential.numbers import LEVEL_NAMES, LEVEL_NAMES_EN
from credential.status_list import INDICES
from registry import settings
from registry.figures.suppression import Cell, K, hidden, may_be_shown
from registry.register.certificates import read
from registry.sheets.sheet_rows import safe_cell
from registry.store.engine import Store
from registry.store.models import DivisionRow, IssuerRow, OnRecordRow, RegisteredRow
from registry.store.publications import StatisticsRow
from registry.words import ANSWER, CERTIFICATE_KIND, ISSUER_KIND, Words

BY: Final = ("division", "occupation", "level", "issuer_kind", "month")
BY_WORDS: Final = {
    "division": Words("行政区划", "division"),
    "occupation": Words("职业（工种）", "occupation"),
    "level": Words("等级", "level"),
    "issuer_kind": Words("评价机构类型", "kind of issuer"),
    "month": Words("发证月份", "month of issue"),
}
CSV_HEAD: Final = ("day", "by", "key", "zh", "en", "certificates", "people")
_COUNTED: Final = (int(Status.VALID), int(Status.SUSPENDED))
_COLUMNS: Final[Mapping[str, tuple[ColumnElement[Any], ...]]] = {
    "division": (IssuerRow.division.expression,),
    "occupation": (RegisteredRow.edition.expression, RegisteredRow.occupation.expression),
    "level": (RegisteredRow.kind.expression, RegisteredRow.level.expression),
    "issuer_kind": (IssuerRow.kind.expression,),
    "month": (RegisteredRow.month.expression,),
}
_NONE: Final = "none"


def make(store: Store, now: Seconds) -> bool:
    """Count, unless it was counted today; whether it was done. Reading takes long, and holds nobody up."""
    today = day_of(now)
    with store.read() as session:
        if session.get(StatisticsRow, today) is not None:
            return False
        content = count(session, today)

    def keep(session: Session) -> bool:
        settings.lock(session)
        if session.get(StatisticsRow, today) is not None:
            return False
        session.add(StatisticsRow(day=today, content=content, made_at=now))
        return True

    return store.write(keep)


def newest(session: Session) -> StatisticsRow | None:
    """The statistics of the last day that has some."""
    found: StatisticsRow | None = session.scalar(select(StatisticsRow).order_by(StatisticsRow.day.desc()).limit(1))
    return found


def count(session: Session, today: Day) -> dict[str, Any]:
    """The statistics as they are published."""
    tables = {by: _cells(session, by) for by in BY}
    words = {by: _labels(session, by, [cell.key for cell in cells]) for by, cells in tables.items()}
    shown = all(may_be_shown(cells) for cells in tables.values())
    return {
        "day": date_from_day(today).isoformat(),
        "smallest": K,
        "totals": _totals(session) if shown else None,
        "tables": {by: _table(tables[by], words[by]) if shown else [] for by in BY},
        "titles": _titles(session),
    }


def as_csv(content: Mapping[str, Any]) -> str:
    """The same as CSV; what is left out is empty."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(CSV_HEAD)
    totals = content["totals"] or {}
    if totals:
        writer.writerow([content["day"], "total", "", "合计", "total", totals["certificates"], totals["people"]])
        on_record = ANSWER["on-record"]
        writer.writerow([content["day"], "on_record", "", on_record.zh, on_record.en, totals["on_record"], ""])
    for by in BY:
        for line in content["tables"][by]:
            values = (content["day"], by, line["key"], line["zh"], line["en"], line["certificates"], line["people"])
            writer.writerow(["" if value is None else safe_cell(value) for value in values])
    return file.getvalue()


def _totals(session: Session) -> dict[str, int]:
    row = session.execute(select(*_figures()).where(RegisteredRow.status.in_(_COUNTED))).one()
    everything = _cell(tuple(row))
    on_record = session.scalar(select(func.count()).select_from(OnRecordRow)) or 0
    return {
        "certificates": everything.certificates,
        "people": everything.people,
        "unknown_holders": everything.unknown,
        "on_record": on_record,
    }


def _figures() -> tuple[ColumnElement[int], ...]:
    everything, known = func.count(), func.count(RegisteredRow.holder)
    people = func.count(RegisteredRow.holder.distinct())
    return everything.label("certificates"), people.label("people"), (everything - known).cast(Integer).label("unknown")


def _cells(session: Session, by: str) -> list[Cell]:
    columns = _COLUMNS[by]
    rows = session.execute(
        select(*columns, *_figures())
        .select_from(RegisteredRow)
        .join(IssuerRow, IssuerRow.code == RegisteredRow.issuer)
        .where(RegisteredRow.status.in_(_COUNTED))
        .group_by(*columns)
    )
    return [_cell(tuple(row)) for row in rows]


def _cell(row: tuple[Any, ...]) -> Cell:
    *key, certificates, people, unknown = row
    return Cell(_key(key), certificates, people, unknown)


def _key(values: Sequence[object]) -> str:
    return ":".join(_NONE if value is None else str(value) for value in values)


def _table(cells: Sequence[Cell], words: Mapping[str, Words]) -> list[dict[str, Any]]:
    left_out = hidden(cells)
    return [
        {
            "key": cell.key,
            **words[cell.key]._asdict(),
            "certificates": None if cell.key in left_out else cell.certificates,
            "people": None if cell.key in left_out else cell.people,
        }
        for cell in sorted(cells, key=lambda cell: cell.key)
    ]


def _labels(session: Session, by: str, keys: Iterable[str]) -> dict[str, Words]:
    match by:
        case "division":
            names = {row.code: Words(row.name, row.name) for row in session.scalars(select(DivisionRow))}
            return {key: names.get(key, Words("未注明", "not stated")) for key in keys}
        case "occupation":
            titles = _titles(session)
            return {key: _occupation(key, titles) for key in keys}
        case "level":
            return {key: _level(key) for key in keys}
        case "issuer_kind":
            return {key: ISSUER_KIND[IssuerKind(int(key))] for key in keys}
        case _:
            return {key: Words(f"{key[:4]}-{key[4:]}", f"{key[:4]}-{key[4:]}") for key in keys}


def _level(key: str) -> Words:
    kind, level = key.split(":")
    if level == _NONE:
        return CERTIFICATE_KIND[Kind(int(kind)).name.lower()]
    return Words(LEVEL_NAMES[int(level)], LEVEL_NAMES_EN[int(level)])


def _occupation(key: str, titles: Mapping[str, str]) -> Words:
    edition, code = key.split(":", 1)
    title = titles.get(key, code)
    where = (f"{edition} 年版", f"edition {edition}") if edition != "0" else ("本地区", "local")
    return Words(f"{title}（{code}，{where[0]}）", f"{code}, {where[1]}") if title != code else Words(code, where[1])


def _titles(session: Session) -> dict[str, str]:
    """What one registered certificate of each occupation calls it."""
    place = func.max(RegisteredRow.list * INDICES + RegisteredRow.index)
    places = session.scalars(select(place).group_by(RegisteredRow.edition, RegisteredRow.occupation)).all()
    found = {}
    for each in places:
        occupation = read(session.get_one(RegisteredRow, divmod(each, INDICES)).data).occupation
        if occupation is not None:
            found[f"{occupation.edition}:{occupation.code}"] = occupation.title
    return found


def made_at(row: StatisticsRow) -> str:
    """When these were counted."""
    return rfc3339(Seconds(row.made_at))
