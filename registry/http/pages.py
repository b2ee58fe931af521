"""The public site: pages that show what is signed, rendered from web/templates; none but /v has a script."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.resources import files
from typing import Any, Final

from flask import Blueprint, Response, make_response, render_template, request, url_for
from sqlalchemy.exc import DBAPIError

from credential import freshness, freshness_wording, text
from credential.freshness import Freshness, Listed
from credential.issuer import CertificateKey
from credential.model import CHINA, Day, IssuerState, KeyState, Seconds, date_from_day, day_of, rfc3339
from registry import current, words
from registry.holders import lookup
from registry.http import asking, headers, journal
from registry.http.next_steps import NEXT
from registry.http.views import service
from registry.issuers.filing import KINDS
from registry.office import directory
from registry.office.searching import STATES
from registry.problems import Problem, Refused
from registry.settings import Settings
from registry.supervision import terms
from registry.words import Words

NAVIGATION: Final = (
    ("pages.home", "首页", "Home"),
    ("issuers.page", "评价机构", "Issuers"),
    ("pages.query", "查询", "Query"),
    ("holders.holder", "持证人", "Holders"),
    ("verifier.page", "核验", "Verify"),
    ("statistics.page", "统计", "Statistics"),
    ("statistics.occupations", "职业", "Occupations"),
    ("complaint.page", "投诉", "Complaints"),
)
MAX_FORM_BYTES: Final = 4_096
API_PATHS: Final = ("/v1/", "/s/", "/status.json")
"""What begins so is for programs: its refusals are problem+json, whoever asks."""
RESERVED_NAMES: Final = (".example", ".test", ".invalid", ".localhost")
"""Endings of host names that no real site can have (RFC 2606)."""
_HOST_URL: Final = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/", re.ASCII)
_PAGE_NUMBER: Final = re.compile("[1-9][0-9]{0,5}", re.ASCII)

_FRESHNESS_MARKS: Final = {Freshness.CURRENT: "good", Freshness.LATE: "late", Freshness.EXPIRED: "bad"}
_ADVICE: Final = {
    Freshness.CURRENT: Words("各份清单都按时更新。", "Every list is on time."),
    Freshness.LATE: Words(
        "有清单没有按约定更新，但还没有过期：核验照常；刚撤销的证书可能还没有列出。登记机构应查看发布是否在运行。",
        "A list is later than announced, but none has expired: verification goes on; what was revoked just now "
        "may not be listed yet. The registry should look whether publishing runs.",
    ),
    Freshness.EXPIRED: Words(
        "有清单已过期：核验会答“无法判断”，这不等于证书无效。请稍后再试，或向登记机构询问。",
        'A list has expired: verifiers answer "cannot be decided", which does not mean invalid. Try later, or ask '
        "the registry.",
    ),
}
_STATE_MARKS: Final = {
    IssuerState.FILED: "good",
    IssuerState.SUSPENDED: "late",
    IssuerState.WITHDRAWN: "late",
    IssuerState.VOID: "bad",
}
_KEY_MARKS: Final = {
    KeyState.PENDING: "late",
    KeyState.ACTIVE: "good",
    KeyState.RETIRED: "late",
    KeyState.COMPROMISED: "bad",
}

pages: Final = Blueprint(
    "pages",
    __name__,
    template_folder=str(files("web") / "templates"),
    static_folder=str(files("web") / "static"),
    static_url_path="/static",
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page shows around its own content. `now` is one moment for the whole page."""

    now: Seconds
    settings: Settings | None

    @property
    def demonstration(self) -> bool:
        """Whether this can only be a demonstration: its host's name can never be a real site's."""
        return self.settings is not None and self.settings.qr_host.endswith(RESERVED_NAMES)

    @property
    def address(self) -> str:
        """The site's address, for commands: its own name, but in a demonstration the one that was asked."""
        asked = request.host_url
        if self.settings is None or (self.demonstration and _HOST_URL.fullmatch(asked)):
            return asked.rstrip("/")
        return f"https://{self.settings.qr_host}"


@pages.get("/")
def home() -> str:
    """What this register is, how old its lists are, its pin, how to verify offline."""
    frame = frame_now()
    return show(
        "home.html",
        frame,
        lists=tuple(freshness.listed(service().trust)),
        freshness=partial(_freshness_words, frame.now),
        object_words=words.OBJECT,
        pin=current.read_pin(service().places).hex(),
    )


@pages.get("/status")
def status() -> str:
    """Whether every list is on time, how old each one is, and what to do."""
    frame = frame_now()
    lists = tuple(freshness.listed(service().trust))
    overall = freshness.worst(lists, frame.now)
    return show(
        "status.html",
        frame,
        lists=lists,
        overall=overall,
        overall_words=_said(overall),
        advice=_ADVICE[overall],
        freshness=partial(_freshness_words, frame.now),
        object_words=words.OBJECT,
    )


@pages.get("/query")
def query() -> str:
    """The form that asks for a certificate's number and name."""
    return show("query.html", frame_now(), answer=None, complaint=None)


@pages.post("/query")
def answer_query() -> Response:
    """What POST /v1/query answers, as a page."""
    frame = frame_now()
    asking.limits().admit(request.remote_addr, frame.now)
    request.max_content_length = MAX_FORM_BYTES
    by = "document" if request.form.get("document") else "number"
    try:
        question = lookup.parse({name: request.form.get(name, "") for name in (by, "name")})
    except Refused:
        return private(show("query.html", frame, answer=None, complaint=by), Problem.MALFORMED.value.status)
    found = asking.answer(service(), question)
    return private(show("query.html", frame, answer=found, complaint=None), 200)


@pages.after_request
def add_headers(answer: Response) -> Response:
    """No scripts but where a view says so; kept for half a minute on the way."""
    for name, value in headers.PAGE.items():
        answer.headers.setdefault(name, value)
    answer.headers.setdefault("Cache-Control", "public, max-age=30")
    return answer


def problem_page(refused: Refused) -> Response | None:
    """The refusal as a page, if a browser asks for one; None for programs, which get problem+json."""
    kinds = ("application/problem+json", "text/html")
    if request.path.startswith(API_PATHS) or request.accept_mimetypes.best_match(kinds) != "text/html":
        return None
    sort = refused.problem.value
    page = show(
        "problem.html",
        _frame_or_none(),
        sort=sort,
        detail=refused.detail,
        next=NEXT[refused.problem],
        reference=journal.reference(),
    )
    answer = private(page, sort.status)
    answer.headers.update(headers.PAGE)
    answer.vary.add("Accept")
    return answer


@pages.app_template_filter("day")
def _day(value: Day) -> str:
    return date_from_day(value).isoformat()


@pages.app_template_filter("local")
def _local(value: Seconds) -> tuple[str, str]:
    moment = datetime.fromtimestamp(value, CHINA)
    return f"{moment:%Y-%m-%d}", f"{moment:%H:%M}"


@pages.app_template_filter("fours")
def _fours(value: str) -> list[str]:
    return [value[start : start + 4] for start in range(0, len(value), 4)]


@pages.app_template_filter("kid")
def _kid(key: CertificateKey) -> str:
    return " ".join(_fours(key.kid.hex()))


pages.add_app_template_filter(words.why)
pages.add_app_template_filter(day_of)
pages.add_app_template_filter(rfc3339)
pages.add_app_template_filter(words.age)
pages.add_app_template_filter(words.highest_level, "level")
pages.add_app_template_filter(text.escaped, "visible")


@pages.app_template_global("static")
def _static(filename: str) -> str:
    return url_for("pages.static", filename=filename)


def frame_now() -> Frame:
    """The frame of a page that is shown now."""
    return Frame(service().now(), service().settings)


def _frame_or_none() -> Frame:
    try:
        return frame_now()
    except (Refused, DBAPIError, OSError):
        return Frame(service().now(), None)


def show(template: str, frame: Frame, **values: Any) -> str:
    """A page of the site."""
    today = day_of(frame.now)
    return render_template(
        template,
        frame=frame,
        now=frame.now,
        today=today,
        navigation=NAVIGATION,
        kind_words=words.ISSUER_KIND,
        search_kinds=KINDS,
        search_states=STATES,
        answer_words=words.ANSWER,
        certificate_words=words.CERTIFICATE_KIND,
        grade_words=terms.GRADE,
        levels_en=words.LEVEL_IN_ENGLISH,
        standing=partial(directory.standing, today=today),
        key_standing=partial(directory.key_standing, now=frame.now),
        state_words=state_words,
        key_words=key_words,
        **values,
    )


def private(body: str, status: int) -> Response:
    """A page that nobody on the way keeps."""
    answer = make_response(body, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def page_number() -> int:
    """Which page of several is asked for. Refused NOT_FOUND unless it is a number from 1 on."""
    given = request.args.get("page", "1")
    if not _PAGE_NUMBER.fullmatch(given):
        raise Refused(Problem.NOT_FOUND)
    return int(given)


def _freshness_words(now: Seconds, listed: Listed) -> tuple[str, Words]:
    return _said(listed.freshness(now))


def _said(found: Freshness) -> tuple[str, Words]:
    return _FRESHNESS_MARKS[found], Words(*freshness_wording.FRESHNESS[found])


def state_words(state: IssuerState | None) -> tuple[str, Words]:
    """How an issuer's state is marked, and its words."""
    return ("late", words.NOT_IN_FORCE) if state is None else (_STATE_MARKS[state], words.ISSUER_STATE[state])


def key_words(state: KeyState) -> tuple[str, Words]:
    """How a key's state is marked, and its words."""
    return _KEY_MARKS[state], words.KEY_STATE[state]
