"""Agreements with partner regions: the operator's file of rows, and what it changes in words."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import date, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import numbers
from credential.model import AgreementState, Day, Effect, IssuerCode, IssuerKind, Kind, Seconds, date_from_day
from credential.recognition import Agreement, Match, Row
from credential.trust_list import OccupationReference
from registry import acts, settings
from registry.acts import Act
from registry.filing import parse_day
from registry.problems import ConfigurationError, Problem, Refused
from registry.store.models import AgreementRow

MAX_FILE_BYTES: Final = 4 << 20
COLUMNS: Final = (
    "id",
    "partner",
    "pin_version",
    "pin",
    "document",
    "document_date",
    "state",
    "state_from",
    "keep",
    "rule",
    "issuer",
    "kind",
    "edition",
    "occupation",
    "levels",
    "from",
    "to",
    "as_edition",
    "as_occupation",
    "as_level",
    "effect",
    "basis",
)
"""The columns of a CSV or XLSX file: one rule a row, `rule` is allow or deny; the agreement's own columns repeat."""


def read_file(path: Path) -> list[Agreement]:
    """The agreements in a JSON, CSV or XLSX file. ConfigurationError names the row that is wrong."""
    if not path.is_file() or path.stat().st_size > MAX_FILE_BYTES:
        raise ConfigurationError(f"{path.name}: 没有此文件或太大 / no such file, or too large")
    try:
        if path.suffix.lower() == ".json":
            return [from_json(each) for each in json.loads(path.read_bytes())["agreements"]]
        return _from_rows(_rows(path))
    except (ValueError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path.name}: {_explain(error)}") from None


def from_json(value: Mapping[str, Any]) -> Agreement:
    """One agreement of the JSON form. ValueError, KeyError or TypeError if it is not one."""
    partner = numbers.parse_region(value["partner"])
    if partner is None:
        raise ValueError("partner: two digits")
    states = tuple((parse_day(each["date"]), _member(AgreementState, each["state"])) for each in value["states"])
    if not states or [d for d, _ in states] != sorted({d for d, _ in states}):
        raise ValueError("states: at least one, in order of date")
    pin = value.get("pin")
    return Agreement(
        id=int(value["id"]),
        partner=partner,
        pin=None if not pin else (int(pin["version"]), _digest(pin["sha256"])),
        document=_text(value["document"]),
        document_day=parse_day(value["document_date"]),
        states=states,
        keep=bool(value.get("keep", True)),
        deny=tuple(_match(each) for each in value.get("deny", [])),
        allow=tuple(_row(each) for each in value.get("allow", [])),
    )


def all_agreements(session: Session) -> tuple[Agreement, ...]:
    """Every agreement, in order of id."""
    rows = session.scalars(select(AgreementRow).order_by(AgreementRow.id))
    return tuple(from_json(row.content) for row in rows)


def words(before: Agreement | None, after: Agreement) -> list[str]:
    """What the import changes about one agreement, in sentences for the operator."""
    head = f"与 {after.partner} 的协议 {after.id}（{after.document}）/ agreement {after.id} with region {after.partner}"
    if before == after:
        return [f"{head}: 无变化 / no change"]
    verb = "新增 / new" if before is None else "变更 / changed"
    lines = [f"{head}: {verb}"]
    lines += [f"  {_day(day)} 起 / from: {state.name}" for day, state in after.states]
    if after.pin is not None:
        lines.append(f"  信任其根 / trusts its root {after.pin[0]}: {after.pin[1].hex()}")
    for each in after.allow:
        lines.append(f"  + {_say_match(each.match)} → {_say_as(each)} {each.effect.name}（{each.basis}）")
    lines += [f"  - 不采认 / deny: {_say_match(each)}" for each in after.deny]
    removed = [] if before is None else [each for each in before.allow if each not in after.allow]
    return lines + [f"  × 取消 / no longer: {_say_match(each.match)}" for each in removed]


def import_all(session: Session, agreements: Iterable[Agreement], who: str, now: Seconds) -> None:
    """Put the agreements in the database. They are published with the next signatures of the list role."""
    row = settings.lock(session)
    for agreement in agreements:
        if agreement.partner == row.region:
            raise Refused(Problem.REFUSED, "不能与自己订协议 / a region has no agreement with itself")
        known = session.scalar(select(AgreementRow).where(AgreementRow.partner == agreement.partner))
        if known is None:
            known = AgreementRow(id=agreement.id, partner=agreement.partner)
            session.add(known)
        elif known.id != agreement.id:
            raise Refused(Problem.CONFLICT, f"与 {agreement.partner} 已有协议 / there is agreement {known.id} already")
        known.content, known.changed_at = to_json(agreement), now
        acts.record(session, Act(who, "recognition.import", agreement.partner, agreement.document, known.content), now)
    settings.touch_filing(row)


def to_json(agreement: Agreement) -> dict[str, Any]:
    """The JSON form."""
    return {
        "id": agreement.id,
        "partner": agreement.partner,
        "pin": {"version": agreement.pin[0], "sha256": agreement.pin[1].hex()} if agreement.pin else None,
        "document": agreement.document,
        "document_date": _day(agreement.document_day),
        "states": [{"date": _day(day), "state": _name(state)} for day, state in agreement.states],
        "keep": agreement.keep,
        "deny": [_match_to_json(each) for each in agreement.deny],
        "allow": [_row_to_json(each) for each in agreement.allow],
    }


def _match(value: Mapping[str, Any]) -> Match:
    prefix = value.get("prefix") or None
    edition = value.get("edition")
    last = value.get("to")
    levels = tuple(int(each) for each in value.get("levels") or [])
    if any(not 0 <= level <= 5 for level in levels):
        raise ValueError("levels: 1 to 5")
    return Match(
        issuer=_issuer(value.get("issuer")),
        kind=_member(Kind, value.get("kind") or "level"),
        edition=None if edition in (None, "") else int(edition),
        prefix=None if prefix is None else _text(prefix),
        levels=levels,
        first=parse_day(value["from"]),
        last=parse_day(last) if last else None,
    )


def _row(value: Mapping[str, Any]) -> Row:
    occupation = value.get("occupation")
    level = value.get("level")
    if level is not None and int(level) not in range(1, 6):
        raise ValueError("level: 1 to 5")
    return Row(
        match=_match(value),
        occupation=OccupationReference(int(occupation["edition"]), _text(occupation["code"])) if occupation else None,
        level=None if level is None else int(level),
        effect=_member(Effect, value.get("effect") or "equivalent"),
        basis=_text(value["basis"]),
    )


def _issuer(value: Any) -> IssuerCode | IssuerKind | None:
    if value in (None, ""):
        return None
    code = numbers.parse_issuer_code(str(value))
    return _member(IssuerKind, value) if code is None else code


def _match_to_json(match: Match) -> dict[str, Any]:
    issuer = _name(match.issuer) if isinstance(match.issuer, IssuerKind) else match.issuer
    return {
        "issuer": issuer,
        "kind": _name(match.kind),
        "edition": match.edition,
        "prefix": match.prefix,
        "levels": list(match.levels),
        "from": _day(match.first),
        "to": None if match.last is None else _day(match.last),
    }


def _row_to_json(row: Row) -> dict[str, Any]:
    occupation = row.occupation
    return {
        **_match_to_json(row.match),
        "occupation": None if occupation is None else {"edition": occupation.edition, "code": occupation.code},
        "level": row.level,
        "effect": _name(row.effect),
        "basis": row.basis,
    }


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.suffix.lower() == ".xlsx":
        return _xlsx_rows(path)
    return iter(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def _xlsx_rows(path: Path) -> Iterator[dict[str, str]]:
    from openpyxl import load_workbook

    with closing(load_workbook(path, read_only=True, data_only=True)) as book:
        rows = book.worksheets[0].iter_rows(values_only=True)
        head = [_cell(each) for each in next(rows, ())]
        for row in rows:
            if any(each is not None for each in row):
                yield dict(zip(head, (_cell(each) for each in row), strict=False))


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value).strip()


def _from_rows(rows: Iterable[Mapping[str, str]]) -> list[Agreement]:
    found: dict[str, dict[str, Any]] = {}
    states: dict[str, list[dict[str, str]]] = defaultdict(list)
    for place, row in enumerate(rows, start=2):
        try:
            agreement = found.setdefault(row["id"], _agreement_of(row))
            state = {"date": row["state_from"], "state": row["state"]}
            if state not in states[row["id"]]:
                states[row["id"]].append(state)
            rule = _rule_of(row)
            agreement[{"allow": "allow", "deny": "deny"}[row["rule"]]].append(rule)
        except (KeyError, AttributeError) as error:
            raise ValueError(f"第 {place} 行 / row {place}: {_explain(error)}") from None
    return [from_json({**each, "states": states[key]}) for key, each in found.items()]


def _rule_of(row: Mapping[str, str]) -> dict[str, Any]:
    levels = row["levels"].replace("，", ",")
    code = row["as_occupation"]
    return {
        **row,
        "prefix": row["occupation"],
        "levels": levels.split(",") if levels else [],
        "occupation": {"edition": row["as_edition"] or row["edition"], "code": code} if code else None,
        "level": row["as_level"] or None,
    }


def _agreement_of(row: Mapping[str, str]) -> dict[str, Any]:
    head: dict[str, Any] = {name: row[name] for name in ("id", "partner", "document", "document_date")}
    head["pin"] = {"version": row["pin_version"] or 1, "sha256": row["pin"]} if row["pin"] else None
    return {**head, "keep": row["keep"].lower() not in ("false", "no", "0"), "allow": [], "deny": []}


_Member = TypeVar("_Member", bound=IntEnum)


def _member(members: type[_Member], value: object) -> _Member:
    """The member of this name, in small letters with hyphens. ValueError lists the names."""
    found = {_name(each): each for each in members}.get(str(value).lower().replace("_", "-"))
    if found is None:
        raise ValueError(f"{value!r}: " + ", ".join(_name(each) for each in members))
    return found


def _name(member: IntEnum) -> str:
    return member.name.lower().replace("_", "-")


def _digest(value: str) -> bytes:
    found = bytes.fromhex(value)
    if len(found) != 32:
        raise ValueError("pin: 64 hexadecimal digits")
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value.encode()) <= 256:
        raise ValueError("a text of 1 to 256 bytes")
    return value


def _explain(error: Exception) -> str:
    return f"缺 / missing: {error}" if isinstance(error, KeyError) else str(error)


def _say_match(match: Match) -> str:
    issuer = "" if match.issuer is None else f" {match.issuer!s}"
    levels = "各等级 / all levels" if not match.levels else "等级 / level " + ",".join(map(str, match.levels))
    return f"{match.kind.name}{issuer} {match.edition or ''} {match.prefix or '*'} {levels}"


def _say_as(row: Row) -> str:
    occupation = "" if row.occupation is None else f"{row.occupation.edition} {row.occupation.code} "
    return occupation + ("" if row.level is None else f"等级 / level {row.level}")


def _day(day: Day) -> str:
    return date_from_day(day).isoformat()
