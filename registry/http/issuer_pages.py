"""The public directory of issuers, as pages and for programs.

Name, state, scope and keys are the signed trust list's; credit code, filing authority, division and parent are this
register's own, unsigned.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app, request

from credential.issuer import Issuer
from credential.model import IssuerCode, Seconds, day_of
from credential.trust import RegionTrust
from registry.http import issuer_json
from registry.http.pages import add_headers, frame_now, page_number, show
from registry.http.views import SOON, public, service
from registry.issuers import institutions
from registry.issuers.institutions import Institution
from registry.office import directory, searching
from registry.office.directory import Named, Page, Roll, Titles
from registry.office.searching import Wanted
from registry.problems import Problem, Refused
from registry.supervision import published

SCOPES_SHOWN: Final = 5
"""Scopes of one issuer that the directory shows; the issuer's own page shows all."""
_TITLES: Final = "yinxin_titles"
_ROLL: Final = "yinxin_roll"

issuers: Final = Blueprint("issuers", __name__)
issuers.after_request(add_headers)


def register(app: Flask) -> None:
    """Add the pages to `app`."""
    app.extensions[_TITLES] = Titles()
    app.extensions[_ROLL] = Roll()
    app.register_blueprint(issuers)


@issuers.get("/issuers")
def page() -> str:
    """The directory: the issuers of the trust list, or those that are looked for, some a page."""
    frame, trust = frame_now(), service().trust
    wanted = searching.parse(request.args)
    found = _page(trust, wanted, frame.now)
    codes = [each.code for each in found.items]
    with service().store.read() as session:
        known, divisions = institutions.of(session, codes), searching.divisions(session)
        supervised = published.of(session, codes)
    return show(
        "issuers.html",
        frame,
        page=found,
        wanted=wanted,
        asked=searching.asked(request.args),
        divisions=divisions,
        institutions=known,
        supervised=supervised,
        titles={code: _titles(trust, code) for code in codes},
        head=trust.trust_list.head,
        scopes_shown=SCOPES_SHOWN,
    )


@issuers.get("/issuers/<code>")
def issuer(code: str) -> str:
    """One issuer, with its histories."""
    frame, trust = frame_now(), service().trust
    found, known, branches = _find(trust, code, frame.now)
    with service().store.read() as session:
        supervised = published.of(session, [found.code])[found.code]
    return show(
        "issuer.html",
        frame,
        issuer=found,
        institution=known,
        branches=branches,
        supervised=supervised,
        titles=_titles(trust, found.code),
        head=trust.trust_list.head,
    )


def directory_json() -> Response:
    """GET /v1/issuers."""
    trust, now = service().trust, service().now()
    found = _page(trust, searching.parse(request.args), now)
    with service().store.read() as session:
        known = institutions.of(session, [each.code for each in found.items])
    facts = [issuer_json.summary(each, known[each.code], day_of(now)) for each in found.items]
    counts = {"total": found.total, "page": found.number, "pages": found.count, "trust_list": trust.trust_list.head.seq}
    return _answer({**counts, "issuers": facts})


def issuer_as_json(code: str) -> Response:
    """GET /v1/issuers/{code}."""
    trust, now = service().trust, service().now()
    found, known, branches = _find(trust, code, now)
    facts = issuer_json.whole(found, known, branches, _titles(trust, found.code), now)
    return _answer({**facts, "trust_list": trust.trust_list.head.seq})


VIEWS: Final[dict[str, Callable[..., Response]]] = {"issuers_json": directory_json, "issuer_json": issuer_as_json}
"""By the names of `registry.http.routes`."""


def _page(trust: RegionTrust, wanted: Wanted, now: Seconds) -> Page[Issuer]:
    held: Roll = current_app.extensions[_ROLL]
    with service().store.read() as session:
        inside = searching.in_division(session, wanted.division)
    matching = searching.matching(held.of(trust), wanted, day_of(now), inside)
    found = directory.page_of(matching, page_number())
    if found is None:
        raise Refused(Problem.NOT_FOUND)
    return found


def _find(trust: RegionTrust, code: str, now: Seconds) -> tuple[Issuer, Institution, list[tuple[IssuerCode, str]]]:
    found = directory.find_issuer(trust, code)
    if found is None:
        raise Refused(Problem.NOT_FOUND, "信任清单中没有这个机构代码 / the trust list has no issuer of this code")
    with service().store.read() as session:
        known = institutions.of(session, [found.code])[found.code]
        branches = institutions.branches(session, found.code, day_of(now))
    return found, known, [each for each in branches if directory.find_issuer(trust, each[0]) is not None]


def _titles(trust: RegionTrust, code: IssuerCode) -> Named:
    held: Titles = current_app.extensions[_TITLES]
    with service().store.read() as session:
        return held.of(session, trust, code)


def _answer(value: dict[str, Any]) -> Response:
    return public(json.dumps(value, ensure_ascii=False).encode(), "application/json", SOON)
