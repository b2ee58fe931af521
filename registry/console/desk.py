"""What waits, how publishing stands, the record of acts, and one's own account."""

from dataclasses import dataclass
from typing import Any, Final

from flask import Response, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from credential.model import Seconds
from registry import opening
from registry.console.show import show
from registry.http.views import service
from registry.office import waiting
from registry.operators import accounts
from registry.problems import Problem, Refused
from registry.publishing.snapshot import last_order
from registry.record import rights
from registry.store.models import ActRow, RegionRow

PAGE: Final = 50
MAX_WORD: Final = 64
ROOT_SOON: Final = 90 * 86_400
"""Before the root expires by so long, the console asks for a ceremony."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """How publishing stands. `filings` counts changes that wait for the list role's holders to sign."""

    seq: int
    filings: int
    statuses: int
    fault: str | None
    root_expires: Seconds

    def ceremony_due(self, now: Seconds) -> bool:
        """Whether the root's next version should be signed."""
        return now >= self.root_expires - ROOT_SOON


def home() -> Response:
    """GET /console/."""
    with service().store.read() as session:
        found = waiting.every(session)
        names = people(session)
        publishing = _publishing(session)
    return show("home.html", waiting=found, people=names, publishing=publishing)


def people(session: Session) -> dict[str, str]:
    """What the accounts' holders are called."""
    return {row.name: row.display for row in accounts.every(session)}


def record() -> Response:
    """GET /console/record: the newest acts first, or those that match."""
    asked = {name: request.args.get(name, "").strip()[:MAX_WORD] for name in ("who", "what", "subject")}
    number = page_number()
    with service().store.read() as session:
        rows, total = _matching(session, asked, number)
        names = people(session)
    count = max(1, -(-total // PAGE))
    if number > count:
        raise Refused(Problem.NOT_FOUND)
    return show(
        "record.html",
        rows=rows,
        total=total,
        number=number,
        count=count,
        asked=asked,
        people=names,
        acts=sorted(rights.MAY),
    )


def _publishing(session: Session) -> Publishing:
    row = session.scalars(select(RegionRow)).one()
    publisher = service().publisher
    return Publishing(
        seq=last_order(session)[1],
        filings=row.filing_change - row.published_filing_change,
        statuses=row.change - row.published_change,
        fault=publisher.fault if publisher else None,
        root_expires=opening.newest_root(service().store).head.expires,
    )


def _matching(session: Session, asked: dict[str, str], number: int) -> tuple[list[ActRow], int]:
    query: Any = select(ActRow)
    if asked["who"]:
        query = query.where(ActRow.who == asked["who"])
    if asked["subject"]:
        query = query.where(ActRow.subject == asked["subject"])
    if asked["what"]:
        steps = [asked["what"] + step for step in ("", ".propose", ".discard")]
        query = query.where(ActRow.what.in_(steps))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = query.order_by(ActRow.id.desc()).offset((number - 1) * PAGE).limit(PAGE)
    return list(session.scalars(page)), total


def page_number() -> int:
    """Which page is asked for. Refused NOT_FOUND if it is no number."""
    given = request.args.get("page", "1")
    if not given.isascii() or not given.isdecimal() or not 0 < int(given[:7]) < 1_000_000:
        raise Refused(Problem.NOT_FOUND)
    return int(given)
