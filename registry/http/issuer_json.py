"""An issuer for programs: as the public directory answers, and as `issuer show --json` does."""

from collections.abc import Sequence
from typing import Any, Final

from credential.issuer import Issuer, Scope
from credential.model import Day, IssuerCode, Seconds, date_from_day, day_of, rfc3339
from registry.issuers.filing import KINDS
from registry.issuers.institutions import Institution
from registry.office import directory
from registry.office.directory import Named

_KIND: Final = {kind: word for word, kind in KINDS.items()}


def summary(issuer: Issuer, institution: Institution, today: Day) -> dict[str, Any]:
    """Who it is and how it stands today. What was filed before there was such a field is null."""
    standing, division = directory.standing(issuer, today), institution.division
    return {
        "code": issuer.code,
        "name": issuer.name_on(today),
        "kind": _KIND[issuer.kind],
        "state": standing.state.name.lower() if standing.state is not None else None,
        "since": _day(standing.since),
        "credit_code": institution.credit_code(today),
        "authority": institution.authority(today),
        "division": None if division is None else {"code": division.code, "name": division.name},
        "parent": institution.parent(today),
    }


def whole(
    issuer: Issuer, institution: Institution, branches: Sequence[tuple[IssuerCode, str]], titles: Named, now: Seconds
) -> dict[str, Any]:
    """The same with scope, sites, keys, branches, and every history, the oldest first."""
    return {
        **summary(issuer, institution, day_of(now)),
        "branches": [{"code": code, "name": name} for code, name in branches],
        "scopes": [_scope(each, titles) for each in issuer.scopes],
        "sites": [{"code": each.code, **_days(each.first, each.last)} for each in issuer.sites],
        "keys": [
            {"kid": key.kid.hex(), "state": its.state.name.lower(), "since": rfc3339(its.since)}
            for key in issuer.keys
            for its in (directory.key_standing(key, now),)
        ],
        "history": {
            "names": _history(issuer.names),
            "states": _history([(day, state.name.lower()) for day, state in issuer.states]),
            "credit_codes": _history(institution.credit_codes),
            "authorities": _history(institution.authorities),
            "parents": _history(institution.parents),
        },
    }


def _scope(scope: Scope, titles: Named) -> dict[str, Any]:
    edition, code = scope.occupation
    title = titles.get(scope.occupation)
    return {"edition": edition, "occupation": code, "title": title, "highest": scope.highest} | _days(
        scope.first, scope.last
    )


def _history(history: Sequence[tuple[Day, str | None]]) -> list[dict[str, Any]]:
    return [{"from": _day(day), "value": value} for day, value in history]


def _days(first: Day, last: Day | None) -> dict[str, str | None]:
    return {"from": _day(first), "to": None if last is None else _day(last)}


def _day(day: Day) -> str:
    return date_from_day(day).isoformat()
