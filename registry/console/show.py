"""Rendering the console's pages, around what the public pages are made of."""

from functools import partial
from typing import Any, Final

from flask import Response, g, make_response, render_template, url_for

from credential.model import Seconds, day_of
from registry import words
from registry.http.pages import Frame, key_words, state_words
from registry.http.views import service
from registry.issuers.filing import KINDS
from registry.office import act_words, directory
from registry.office.searching import STATES
from registry.operators.sign_ins import Person
from registry.supervision import terms

NAVIGATION: Final[tuple[tuple[str, str, str], ...]] = (
    ("console.home", "待办", "Waiting"),
    ("console.issuers", "机构", "Issuers"),
    ("console.supervision", "督导", "Supervision"),
    ("console.record", "办理记录", "Record"),
    ("console.account", "我的账号", "Account"),
)


def show(template: str, status: int = 200, **values: Any) -> Response:
    """The page, whole."""
    return make_response(render(template, **values), status)


def render(template: str, **values: Any) -> str:
    """The page as text."""
    now: Seconds = service().now()
    person: Person | None = g.get("person")
    return render_template(
        f"console/{template}",
        frame=Frame(now, service().settings),
        now=now,
        today=day_of(now),
        person=person,
        navigation=_navigation(person),
        form_token=_form_token,
        act=act_words.act,
        act_facts=act_words.facts,
        kind_words=words.ISSUER_KIND,
        search_kinds=KINDS,
        search_states=STATES,
        standing=partial(directory.standing, today=day_of(now)),
        key_standing=partial(directory.key_standing, now=now),
        grade_words=terms.GRADE,
        state_words=state_words,
        key_words=key_words,
        **values,
    )


def _navigation(person: Person | None) -> list[tuple[str, str, str]]:
    """What leads to pages that this person may read."""
    if person is None:
        return []
    return [each for each in NAVIGATION if person.sees_supervision or each[0] != "console.supervision"]


def _form_token(endpoint: str, **values: Any) -> str:
    """For a form that posts to this page of the console."""
    person: Person = g.person
    return person.form_token(url_for(f"console.{endpoint}", **values))
