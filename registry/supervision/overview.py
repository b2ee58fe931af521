"""The view by division: province, city (the first four digits), district (six); each line the sum of its issuers."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential.model import Day, Region, date_from_day
from registry.problems import Problem, Refused
from registry.store.models import DivisionRow, IssuerRow, NameRow
from registry.store.supervision import ComplaintRow, FlagIssuerRow, FlagRow, IssuerYearRow
from registry.supervision import complaints, inspections
from registry.supervision.terms import FlagState

NONE: Final = "none"
"""The line of issuers whose division is not stated, and of complaints that are about no issuer on file."""
_WITHIN: Final = re.compile("[1-9][0-9]([0-9]{2}([0-9]{2})?)?", re.ASCII)


@dataclass(slots=True)
class Line:
    """One division, or within a district one issuer. `key` is what to ask for to see what is in it."""

    key: str
    name: str = ""
    issuers: int = 0
    certificates: int = 0
    flags: set[int] = field(default_factory=set)
    under_review: int = 0
    to_mend: int = 0
    overdue: int = 0

    @property
    def has_anything(self) -> bool:
        """Whether it says anything: the line of no issuer may not."""
        return bool(self.issuers or self.under_review)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "division": self.key,
            "name": self.name,
            "issuers": self.issuers,
            "certificates_this_year": self.certificates,
            "open_flags": len(self.flags),
            "complaints_under_review": self.under_review,
            "inspections_to_mend": self.to_mend,
            "inspections_overdue": self.overdue,
        }


@dataclass(frozen=True, slots=True)
class Overview:
    """The lines within a division, and their sum. `within` is two digits, four, six, or NONE."""

    within: str
    year: int
    lines: tuple[Line, ...]
    total: Line

    @property
    def is_of_issuers(self) -> bool:
        """Whether each line is one issuer."""
        return _is_of_issuers(self.within)

    @property
    def above(self) -> tuple[str, ...]:
        """The divisions that it lies in, the largest first."""
        return () if self.within == NONE else tuple(self.within[:size] for size in (2, 4) if size < len(self.within))

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        lines = [each.as_json() for each in self.lines]
        return {"within": self.within, "year": self.year, "lines": lines, "total": self.total.as_json()}


def view(session: Session, region: Region, within: str, today: Day) -> Overview:
    """The view of a division of the region, of all of it if `within` is empty. Refused NOT_FOUND."""
    within = within or region
    if within != NONE and (not _WITHIN.fullmatch(within) or not within.startswith(region)):
        raise Refused(Problem.NOT_FOUND, "没有这个行政区划 / no such division")
    divisions = dict(session.execute(select(IssuerRow.code, IssuerRow.division)).all())
    year = date_from_day(today).year
    every = _issuers(session, divisions, year, today)
    chosen = [line for line in every if _is_within(divisions.get(line.key), within) and line.has_anything]
    if _is_of_issuers(within):
        lines = _named(chosen, _issuer_names(session))
    else:
        folded = _folded(chosen, lambda key: _below(divisions.get(key), within))
        lines = _named(folded, _division_names(session))
    total = _named(_folded(chosen, lambda _: within) or [Line(within)], _division_names(session))[0]
    return Overview(within, year, tuple(sorted(lines, key=lambda line: (line.key == NONE, line.key))), total)


def _issuers(session: Session, divisions: dict[str, str | None], year: int, today: Day) -> list[Line]:
    """A line for each issuer, and one for complaints that are about none."""
    lines = {code: Line(code, issuers=1) for code in divisions} | {NONE: Line(NONE)}
    for issuer, certificates in session.execute(
        select(IssuerYearRow.issuer, IssuerYearRow.certificates).where(IssuerYearRow.year == year)
    ):
        lines[issuer].certificates = certificates
    open_flags = select(FlagIssuerRow.issuer, FlagRow.id).join(FlagRow, FlagRow.id == FlagIssuerRow.flag)
    for issuer, flag in session.execute(open_flags.where(FlagRow.state == FlagState.OPEN.value)):
        lines[issuer].flags.add(flag)
    for about in session.scalars(select(ComplaintRow.issuer).where(complaints.under_review())):
        lines[about or NONE].under_review += 1
    for row in inspections.waiting(session):
        lines[row.issuer].to_mend += 1
        lines[row.issuer].overdue += inspections.is_overdue(row, today)
    return list(lines.values())


def _is_of_issuers(within: str) -> bool:
    return within == NONE or len(within) == 6


def _is_within(division: str | None, within: str) -> bool:
    """Whether it shows there; whoever has no division shows in the whole province."""
    if division is None:
        return within == NONE or len(within) == 2
    return division.startswith(within)


def _below(division: str | None, within: str) -> str:
    return NONE if division is None else division[: len(within) + 2]


def _folded(lines: Iterable[Line], key_of: Callable[[str], str]) -> list[Line]:
    """The sums of the lines with the same key. A flag about two issuers of a division counts there once."""
    found: dict[str, Line] = {}
    for each in lines:
        into = found.setdefault(key_of(each.key), Line(key_of(each.key)))
        into.issuers += each.issuers
        into.certificates += each.certificates
        into.flags |= each.flags
        into.under_review += each.under_review
        into.to_mend += each.to_mend
        into.overdue += each.overdue
    return list(found.values())


def _named(lines: list[Line], names: dict[str, str]) -> list[Line]:
    for line in lines:
        line.name = names.get(line.key, "")
    return lines


def _division_names(session: Session) -> dict[str, str]:
    """By two, four or six digits: a city is in the table under its code with two zeros."""
    rows = session.execute(select(DivisionRow.code, DivisionRow.name))
    return {key: name for code, name in rows for key in (code, code.removesuffix("00"), code.removesuffix("0000"))}


def _issuer_names(session: Session) -> dict[str, str]:
    return dict(session.execute(select(NameRow.issuer, NameRow.name).order_by(NameRow.day)).all())
