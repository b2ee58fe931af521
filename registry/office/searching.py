"""Looking for issuers: in the signed trust list for the public, in the database for operators."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from credential import text
from credential.issuer import Issuer
from credential.model import Day, IssuerCode, IssuerKind, IssuerState
from credential.numbers import parse_division
from registry.issuers.filing import KINDS
from registry.office import directory
from registry.problems import Problem, Refused
from registry.store.institutions import IssuerCreditCodeRow
from registry.store.models import DivisionRow, IssuerRow, NameRow, ScopeRow, StateRow

MAX_WORDS: Final = 64
STATES: Final = {state.name.lower(): state for state in IssuerState}
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; what is None does not matter.

    Each of `words` is part of a name or of the code, or the code of an occupation in scope. A division 350200 has
    those of 350211 in it.
    """

    words: str = ""
    kind: IssuerKind | None = None
    state: IssuerState | None = None
    division: str | None = None


def parse(asked: Mapping[str, str]) -> Wanted:
    """What a query string asks for: q, kind, state, division; empty ones do not matter. Refused MALFORMED."""
    words = asked.get("q", "").strip()[:MAX_WORDS]
    if text.refused_character(words) is not None:
        raise Refused(Problem.MALFORMED, "q")
    return Wanted(
        words=words,
        kind=_one("kind", asked, KINDS.get),
        state=_one("state", asked, STATES.get),
        division=_one("division", asked, parse_division),
    )


def asked(given: Mapping[str, str]) -> dict[str, str]:
    """What a link to another page of the same search says again."""
    return {name: given[name] for name in ("q", "kind", "state", "division") if given.get(name)}


def matching(issuers: Iterable[Issuer], wanted: Wanted, today: Day, in_division: frozenset[str]) -> list[Issuer]:
    """Those of `issuers` that are wanted; `in_division` are the codes of those in the division, if one is asked for."""
    words = wanted.words.casefold().split()
    return [
        issuer
        for issuer in issuers
        if (wanted.kind is None or issuer.kind is wanted.kind)
        and (wanted.division is None or issuer.code in in_division)
        and (wanted.state is None or directory.standing(issuer, today).state is wanted.state)
        and all(_speaks_of(issuer, word) for word in words)
    ]


def in_division(session: Session, division: str | None) -> frozenset[str]:
    """The codes of the issuers that are in a division, or in a part of it; none without a division."""
    if division is None:
        return frozenset()
    return frozenset(session.scalars(select(IssuerRow.code).where(_within(division))))


def divisions(session: Session) -> list[tuple[str, str]]:
    """The divisions in which there are issuers, with their names."""
    used = exists().where(IssuerRow.division == DivisionRow.code)
    rows = session.execute(select(DivisionRow.code, DivisionRow.name).where(used).order_by(DivisionRow.code))
    return [(code, name) for code, name in rows]


def codes(session: Session, wanted: Wanted, today: Day) -> list[IssuerCode]:
    """The codes of the issuers on file that are wanted, signed already or not; whole credit codes are found too."""
    query = select(IssuerRow.code).order_by(IssuerRow.code).where(*map(_speaks, wanted.words.casefold().split()))
    if wanted.kind is not None:
        query = query.where(IssuerRow.kind == int(wanted.kind))
    if wanted.division is not None:
        query = query.where(_within(wanted.division))
    if wanted.state is not None:
        query = query.where(_state_on(today) == int(wanted.state))
    return [IssuerCode(code) for code in session.scalars(query)]


def _one(name: str, asked: Mapping[str, str], parse: Callable[[str], _Value | None]) -> _Value | None:
    given = asked.get(name, "")
    found = parse(given) if given else None
    if given and found is None:
        raise Refused(Problem.MALFORMED, f"{name}")
    return found


def _speaks_of(issuer: Issuer, word: str) -> bool:
    return (
        word in issuer.code.casefold()
        or any(word in name.casefold() for _, name in issuer.names)
        or any(word == scope.occupation.code.casefold() for scope in issuer.scopes)
    )


def _speaks(word: str) -> ColumnElement[bool]:
    named = select(NameRow.issuer).where(func.lower(NameRow.name).contains(word, autoescape=True))
    may = select(ScopeRow.issuer).where(func.lower(ScopeRow.occupation) == word)
    credit = select(IssuerCreditCodeRow.issuer).where(IssuerCreditCodeRow.value == word.upper())
    return or_(
        func.lower(IssuerRow.code).contains(word, autoescape=True),
        IssuerRow.code.in_(named),
        IssuerRow.code.in_(may),
        IssuerRow.code.in_(credit),
    )


def _within(division: str) -> ColumnElement[bool]:
    """In the division itself, or in one of its parts: a province's code ends in 0000, a city's in 00."""
    part = division[:2] if division.endswith("0000") else division[:4] if division.endswith("00") else division
    return and_(IssuerRow.division >= part.ljust(6, "0"), IssuerRow.division <= part.ljust(6, "9"))


def _state_on(today: Day) -> ColumnElement[Any]:
    """The issuer's state on a day; void is void on every day."""
    of_issuer = StateRow.issuer == IssuerRow.code
    void = exists().where(of_issuer, StateRow.state == int(IssuerState.VOID))
    past = select(StateRow.state).where(of_issuer, StateRow.day <= today).order_by(StateRow.day.desc()).limit(1)
    return case((void, int(IssuerState.VOID)), else_=past.scalar_subquery())
