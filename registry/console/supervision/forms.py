"""What the supervisors' forms share: reading a choice or a number, and two steps from a form to the act."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from flask import Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from registry.console import given
from registry.console.confirming import Confirmation, carry_out, confirm, is_confirmed
from registry.problems import Refused

Work = Callable[[Session], object]
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks for: the act, and what it does in words."""

    work: Work
    told: Confirmation


def settle(read: Callable[[], Asked], again: Callable[[Refused], Response], where: str) -> Answer:
    """Say what the form would do, and once that is confirmed do it and go to `where`; a fault shows the form again."""
    try:
        asked = read()
        carry_out(asked.work)
    except Refused as refused:
        return again(refused)
    return redirect(where, 303) if is_confirmed() else confirm(asked.told)


def choice(kind: type[_Choice], name: str, label: str) -> _Choice:
    """One of a closed list."""
    try:
        return kind(request.form.get(name, ""))
    except ValueError:
        raise given.refused(label, "请选一项 / choose one") from None


def count(name: str, label: str) -> int:
    """A whole number, not negative."""
    value = request.form.get(name, "").strip()
    if not value.isascii() or not value.isdecimal() or len(value) > 9:
        raise given.refused(label, "须为整数 / a whole number")
    return int(value)


def status_of(refused: Refused | None) -> int:
    """The status of a form that is shown, for the first time or again."""
    return 200 if refused is None else refused.problem.value.status
