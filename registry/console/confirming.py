"""Two steps for every act: first what would change, in words, after trying it; then, confirmed, the act itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import Response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from credential.model import IssuerCode
from registry.console import guard
from registry.console.show import show
from registry.http.views import service
from registry.record import proposals
from registry.record.proposals import Progress
from registry.words import Words

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a person is asked to confirm. `grave`: certificates fall by it that cannot be raised again."""

    title: Words
    lines: Sequence[Words]
    why: str
    back: str
    alone: bool = False
    grave: bool = False


def is_confirmed() -> bool:
    """Whether this form comes from the page that says what changes."""
    return request.form.get("confirmed") == "yes"


def carry_out(work: Callable[[Session], _T]) -> _T:
    """Do it if the person has confirmed it; else only see whether it could be done."""
    if is_confirmed():
        return service().store.write(work)
    return service().store.write(lambda session: proposals.attempt(session, work))


def confirm(told: Confirmation, extra: Sequence[tuple[str, str]] = ()) -> Response:
    """The page that says what changes, with all that was entered, and `extra`, to be sent again."""
    entered = [(name, value) for name, value in request.form.items() if name not in ("token", "confirmed")]
    token = guard.person().form_token(request.path)
    return show("confirm.html", told=told, fields=[*entered, *extra], path=request.path, token=token)


def done(code: IssuerCode, progress: Progress) -> Answer:
    """Back to the issuer, whose page says what has come of it."""
    return redirect(url_for("console.issuer", code=code, said=progress.name.lower()), 303)
