"""Granting serials of certificate numbers: each once, to one issuer, after all that were granted or registered."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential.model import Seconds
from credential.numbers import parse_number
from credential.request import Request, Serials
from registry.problems import Problem, Refused
from registry.store.models import SiteRow
from registry.store.serials import MAX_SERIAL, SerialRow, SerialRunRow

Place = tuple[str, int, int]
"""Prefix, year of two digits, level digit."""


def grant(session: Session, asked: Request, wanted: Iterable[Serials], now: Seconds) -> list[dict[str, Any]]:
    """The next serials of each prefix, year and digit. Refused WRONG_ISSUER, or CONFLICT when there are not so many."""
    return [_grant(session, asked, each, now) for each in wanted]


def _grant(session: Session, asked: Request, wanted: Serials, now: Seconds) -> dict[str, Any]:
    _require_own(session, asked, wanted.prefix)
    row = _row(session, (wanted.prefix, wanted.year, wanted.digit))
    first, last = row.last + 1, row.last + wanted.size
    if last > MAX_SERIAL:
        raise Refused(
            Problem.CONFLICT,
            f"SERIALS_USED_UP: {wanted.prefix} {wanted.year:02d} 年等级位 {wanted.digit} 只剩 {MAX_SERIAL - row.last}"
            " 个流水号，请申请站点代码 / so few serials are left: ask for a site code",
        )
    row.last = last
    place = {"prefix": wanted.prefix, "year": wanted.year, "digit": wanted.digit}
    session.add(SerialRunRow(**place, first=first, last=last, issuer=asked.issuer, request=asked.id, granted_at=now))
    session.flush()
    return {**place, "first": first, "count": wanted.size}


def note(session: Session, numbers: Iterable[str]) -> None:
    """Let nothing be granted that these registered numbers have: an older signer counts by itself."""
    highest: dict[Place, int] = {}
    for number in numbers:
        found = parse_number(number)
        if found is not None:
            place: Place = (found.prefix, found.year, found.level)
            highest[place] = max(found.serial, highest.get(place, 0))
    for place, serial in sorted(highest.items()):
        row = _row(session, place)
        row.last = max(row.last, serial)
    session.flush()


def _row(session: Session, place: Place) -> SerialRow:
    row = session.get(SerialRow, place)
    if row is None:
        prefix, year, digit = place
        row = SerialRow(prefix=prefix, year=year, digit=digit, last=0)
        session.add(row)
        session.flush()
    return row


def _require_own(session: Session, asked: Request, prefix: str) -> None:
    """A number begins with the issuer's code or a site's; whether the site is open that day, registration judges."""
    if prefix == asked.issuer:
        return
    site = select(SiteRow.code).where(SiteRow.issuer == asked.issuer, SiteRow.code == prefix).limit(1)
    if session.scalar(site) is None:
        raise Refused(Problem.WRONG_ISSUER, f"{prefix}: 不是本机构或其考点的代码 / neither this issuer nor its site")
