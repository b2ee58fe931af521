"""What happens to an issuer on file: its state, its name, its scope, its sites; each by a document and from a day on.

Two operators must say the same. A suspension is the exception: it is urgent, and can be lifted (docs/adr/0016).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential.issuer import NO_LEVEL, OccupationReference, Scope, Site
from credential.model import Day, IssuerCode, IssuerState, Seconds
from registry import settings
from registry.issuers import filing, institutions, issuer_states, listing
from registry.problems import Problem, Refused
from registry.record import acts, proposals
from registry.record.acts import Act
from registry.record.proposals import Progress, Proposal
from registry.store.models import IssuerRow, NameRow, ScopeRow, SiteRow, StateRow


@dataclass(frozen=True, slots=True)
class NewState:
    """Suspended, withdrawn, void, or filed again."""

    state: IssuerState


@dataclass(frozen=True, slots=True)
class NewName:
    """Another name; certificates dated before keep the old one."""

    name: str


@dataclass(frozen=True, slots=True)
class ScopeAdded:
    """An occupation more, or a higher level of one; without `last` for good."""

    occupation: OccupationReference
    highest: int
    last: Day | None


@dataclass(frozen=True, slots=True)
class ScopeNarrowed:
    """From then on only up to `highest`; what was certified before stands."""

    occupation: OccupationReference
    highest: int


@dataclass(frozen=True, slots=True)
class ScopeEnded:
    """From then on no more; what was certified before stands."""

    occupation: OccupationReference


@dataclass(frozen=True, slots=True)
class SiteOpened:
    """A branch or site whose code numbers may begin with."""

    site: IssuerCode
    last: Day | None


@dataclass(frozen=True, slots=True)
class SiteClosed:
    """From then on no number begins with its code."""

    site: IssuerCode


@dataclass(frozen=True, slots=True)
class NewCreditCode:
    """Another unified social credit code."""

    credit_code: str


@dataclass(frozen=True, slots=True)
class NewAuthority:
    """Another filing authority."""

    authority: str


@dataclass(frozen=True, slots=True)
class NewParent:
    """From then on a branch of `parent`, or of none."""

    parent: IssuerCode | None


InDirectory = NewCreditCode | NewAuthority | NewParent
"""What only the registry's directory says: nothing waits for signatures."""
Change = NewState | NewName | ScopeAdded | ScopeNarrowed | ScopeEnded | SiteOpened | SiteClosed | InDirectory
_ALONE: Final = NewState(IssuerState.SUSPENDED)
"""The one change that a single operator makes."""


def make(
    session: Session, code: IssuerCode, change: Change, who: str, document: str, day: Day, now: Seconds
) -> Progress:
    """One operator's word for a change that takes effect on `day`. Refused, also at the first word, if it cannot be."""
    row = settings.lock(session)
    what, facts = describe(change)
    act = Act(who, what, code, document, {"day": day, **facts})

    def work(session: Session) -> None:
        if session.get(IssuerRow, code) is None:
            raise Refused(Problem.NOT_FOUND, f"{code}: 没有备案 / not on file")
        _apply(session, code, change, document, day)
        listing.require_readable(session, code)
        if not isinstance(change, InDirectory):
            settings.touch_filing(row)
        acts.record(session, act, now)

    if change == _ALONE:
        work(session)
        return Progress.DONE
    return proposals.say(session, Proposal(what, code, document, {"day": day, **facts}), who, now, work)[0]


def describe(change: Change) -> tuple[str, dict[str, Any]]:
    """The act's name, and what beside day and document it says."""
    match change:
        case NewState(state):
            return f"issuer.{state.name.lower()}", {}
        case NewName(name):
            return "issuer.rename", {"name": name}
        case ScopeAdded(occupation, highest, last):
            return "issuer.scope.add", {"occupation": list(occupation), "highest": highest, "last": last}
        case ScopeNarrowed(occupation, highest):
            return "issuer.scope.narrow", {"occupation": list(occupation), "highest": highest}
        case ScopeEnded(occupation):
            return "issuer.scope.end", {"occupation": list(occupation)}
        case SiteOpened(site, last):
            return "issuer.site.open", {"site": site, "last": last}
        case SiteClosed(site):
            return "issuer.site.close", {"site": site}
        case NewCreditCode(credit_code):
            return "issuer.credit-code", {"credit_code": credit_code}
        case NewAuthority(authority):
            return "issuer.authority", {"authority": authority}
        case NewParent(parent):
            return "issuer.parent", {"parent": parent}


def read(what: str, content: Mapping[str, Any]) -> Change:
    """The change that an act's name and facts tell of: what `make` wrote. KeyError if it is none."""
    states = {f"issuer.{state.name.lower()}": state for state in IssuerState}
    if what in states:
        return NewState(states[what])
    occupation = OccupationReference(*content["occupation"]) if "occupation" in content else None
    match what, occupation:
        case "issuer.rename", None:
            return NewName(content["name"])
        case "issuer.scope.add", OccupationReference():
            return ScopeAdded(occupation, content["highest"], content["last"])
        case "issuer.scope.narrow", OccupationReference():
            return ScopeNarrowed(occupation, content["highest"])
        case "issuer.scope.end", OccupationReference():
            return ScopeEnded(occupation)
        case "issuer.site.open", None:
            return SiteOpened(IssuerCode(content["site"]), content["last"])
        case "issuer.site.close", None:
            return SiteClosed(IssuerCode(content["site"]))
        case "issuer.credit-code", None:
            return NewCreditCode(content["credit_code"])
        case "issuer.authority", None:
            return NewAuthority(content["authority"])
        case "issuer.parent", None:
            return NewParent(content["parent"])
        case _:
            raise KeyError(what)


def _apply(session: Session, code: IssuerCode, change: Change, document: str, day: Day) -> None:
    match change:
        case NewState(state):
            _set_state(session, code, state, document, day)
        case NewName(name):
            _rename(session, code, name, day)
        case ScopeAdded(occupation, highest, last):
            _add_scope(session, code, Scope(occupation, highest, day, last))
        case ScopeNarrowed(occupation, highest):
            _narrow(session, code, occupation, highest, day)
        case ScopeEnded(occupation):
            _end_scopes(session, _scopes(session, code, occupation, day), day)
        case SiteOpened(site, last):
            _open_site(session, code, Site(site, day, last))
        case SiteClosed(site):
            _site_on(session, code, site, day).last = day - 1
        case NewCreditCode() | NewAuthority() | NewParent():
            _set_in_directory(session, code, change, day)


def _set_in_directory(session: Session, code: IssuerCode, change: InDirectory, day: Day) -> None:
    match change:
        case NewCreditCode(credit_code):
            is_news = institutions.set_credit_code(session, code, credit_code, day)
        case NewAuthority(authority):
            is_news = institutions.set_authority(session, code, authority, day)
        case NewParent(parent):
            is_news = institutions.set_parent(session, code, parent, day)
    if not is_news:
        raise Refused(Problem.REFUSED, "没有改变 / that is on file already")


def _set_state(session: Session, code: IssuerCode, state: IssuerState, document: str, day: Day) -> None:
    latest = session.scalar(select(StateRow.state).where(StateRow.issuer == code).order_by(StateRow.day.desc()))
    if latest == state:
        raise Refused(Problem.REFUSED, "状态已是如此 / it is in that state already")
    issuer_states.set_state(session, code, state, document, day)


def _rename(session: Session, code: IssuerCode, name: str, day: Day) -> None:
    filing.require_name(name)
    latest = session.scalar(select(NameRow.name).where(NameRow.issuer == code).order_by(NameRow.day.desc()))
    if latest == name:
        raise Refused(Problem.REFUSED, "名称没有变 / that is its name already")
    filing.set_name(session, code, name, day)


def _add_scope(session: Session, code: IssuerCode, scope: Scope) -> None:
    filing.require_range(scope)
    for row in _scopes(session, code, scope.occupation, scope.first, required=False):
        if row.highest == scope.highest:
            raise Refused(Problem.REFUSED, "那一天已在范围之内 / it is in scope on that day already")
    filing.add_scopes(session, code, [scope])


def _narrow(session: Session, code: IssuerCode, occupation: OccupationReference, highest: int, day: Day) -> None:
    wider = [row for row in _scopes(session, code, occupation, day) if _is_above(row.highest, highest)]
    if not wider:
        raise Refused(Problem.REFUSED, "现有范围并不更宽 / the present scope is not wider than that")
    ends = [row.last for row in wider]
    last = None if None in ends else max(Day(each) for each in ends if each is not None)
    _end_scopes(session, wider, day)
    filing.add_scopes(session, code, [Scope(occupation, highest, day, last)])


def _is_above(present: int, highest: int) -> bool:
    """Whether `present` covers levels that `highest` does not. Level 1 is the highest."""
    return present != NO_LEVEL and (highest == NO_LEVEL or present < highest)


def _end_scopes(session: Session, rows: list[ScopeRow], day: Day) -> None:
    """Let them end the day before. One that begins no earlier never took effect, and goes."""
    for row in rows:
        if row.first >= day:
            session.delete(row)
        else:
            row.last = day - 1
    session.flush()


def _scopes(
    session: Session, code: IssuerCode, occupation: OccupationReference, day: Day, *, required: bool = True
) -> list[ScopeRow]:
    """The issuer's scopes of an occupation that cover `day` or any day after it."""
    rows = session.scalars(
        select(ScopeRow).where(
            ScopeRow.issuer == code, ScopeRow.edition == occupation.edition, ScopeRow.occupation == occupation.code
        )
    )
    found = [row for row in rows if row.last is None or row.last >= day]
    if required and not found:
        raise Refused(Problem.NOT_FOUND, f"{occupation.code}: 那一天起没有这项范围 / no such scope from that day on")
    return found


def _open_site(session: Session, code: IssuerCode, site: Site) -> None:
    filing.require_range(site)
    if any(row.last is None or row.last >= site.first for row in _sites(session, code, site.code)):
        raise Refused(Problem.REFUSED, f"{site.code}: 那一天已是考点 / it is a site on that day already")
    filing.add_sites(session, code, [site])


def _site_on(session: Session, code: IssuerCode, site: IssuerCode, day: Day) -> SiteRow:
    for row in _sites(session, code, site):
        if row.first < day and (row.last is None or row.last >= day):
            return row
    raise Refused(Problem.NOT_FOUND, f"{site}: 那一天的前一日不是考点 / not a site on the day before")


def _sites(session: Session, code: IssuerCode, site: IssuerCode) -> list[SiteRow]:
    return list(session.scalars(select(SiteRow).where(SiteRow.issuer == code, SiteRow.code == site)))
