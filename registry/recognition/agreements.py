"""Agreements with partner regions: the JSON form, the database, and what an operator's file says."""

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import numbers, text
from credential.issuer import OccupationReference
from credential.model import AgreementState, Day, Effect, IssuerCode, IssuerKind, Kind, Seconds, date_from_day
from credential.recognition import Agreement, Match, Row
from registry import settings
from registry.issuers.filing import parse_day
from registry.problems import ConfigurationError, Problem, Refused
from registry.recognition.agreement_columns import name
from registry.record import acts
from registry.record.acts import Act
from registry.store.partners import AgreementRow

MAX_FILE_BYTES: Final = 4 << 20


def read_json(path: Path) -> list[Agreement]:
    """The agreements in a JSON file. ConfigurationError says what is wrong with it."""
    if not path.is_file() or path.stat().st_size > MAX_FILE_BYTES:
        raise ConfigurationError(f"{path.name}: 没有此文件或太大 / no such file, or too large")
    try:
        return [from_json(each) for each in json.loads(path.read_bytes())["agreements"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ConfigurationError(f"{path.name}: {_explain(error)}") from None


def from_json(value: Mapping[str, Any]) -> Agreement:
    """One agreement of the JSON form. ValueError, KeyError or TypeError if it is not one."""
    partner = numbers.parse_region(value["partner"])
    if partner is None:
        raise ValueError("partner: two digits")
    states = tuple((parse_day(each["date"]), _member(AgreementState, each["state"])) for each in value["states"])
    if not states or [d for d, _ in states] != sorted({d for d, _ in states}):
        raise ValueError("states: at least one, in order of date")
    if AgreementState.REPEALED in [state for _, state in states[:-1]]:
        raise ValueError("states: none may follow the repeal")
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


def require_fit(session: Session, agreements: Iterable[Agreement]) -> None:
    """Refuse agreements with oneself, and a second agreement with one partner or under one id."""
    own = settings.load(session).region
    partners = {row.id: row.partner for row in session.scalars(select(AgreementRow))}
    for each in agreements:
        if each.partner == own:
            raise Refused(Problem.REFUSED, "不能与自己订协议 / a region has no agreement with itself")
        if partners.get(each.id, each.partner) != each.partner:
            raise Refused(Problem.CONFLICT, f"协议 {each.id} 是与 {partners[each.id]} 的 / that id is another region's")
        known = next((number for number, partner in partners.items() if partner == each.partner), each.id)
        if known != each.id:
            raise Refused(Problem.CONFLICT, f"与 {each.partner} 已有协议 {known} / there is agreement {known} already")
        partners[each.id] = each.partner


def import_all(session: Session, agreements: Sequence[Agreement], who: str, now: Seconds) -> None:
    """Put the agreements in the database. They are published with the next signatures of the list role."""
    row = settings.lock(session)
    require_fit(session, agreements)
    for agreement in agreements:
        known = session.get(AgreementRow, agreement.id)
        if known is None:
            known = AgreementRow(id=agreement.id, partner=agreement.partner)
            session.add(known)
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
        "states": [{"date": _day(day), "state": name(state)} for day, state in agreement.states],
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
    issuer = name(match.issuer) if isinstance(match.issuer, IssuerKind) else match.issuer
    return {
        "issuer": issuer,
        "kind": name(match.kind),
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
        "effect": name(row.effect),
        "basis": row.basis,
    }


_Member = TypeVar("_Member", bound=IntEnum)


def _member(members: type[_Member], value: object) -> _Member:
    """The member of this name, in small letters with hyphens. ValueError lists the names."""
    found = {name(each): each for each in members}.get(str(value).lower().replace("_", "-"))
    if found is None:
        raise ValueError(f"{value!r}: " + ", ".join(name(each) for each in members))
    return found


def _digest(value: str) -> bytes:
    found = bytes.fromhex(value)
    if len(found) != 32:
        raise ValueError("pin: 64 hexadecimal digits")
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value.encode()) <= 256:
        raise ValueError("a text of 1 to 256 bytes")
    if text.refused_character(value) is not None:
        raise ValueError(f"invisible characters: {text.escaped(value)}")
    return value


def _explain(error: Exception) -> str:
    return f"缺 / missing: {error}" if isinstance(error, KeyError) else str(error)


def _day(day: Day) -> str:
    return date_from_day(day).isoformat()
