"""An operator's own account at the console: another password."""

import pytest
from werkzeug.test import TestResponse

from credential.model import Seconds
from registry.record.rights import OperatorRole
from tests.registry.office import Office
from tests.registry.people import PASSWORD, Desk, Holder, acts_of, enter, hire
from tests.registry.test_pages import read

AT = Seconds(1_795_000_000)
NEW = "a quite different phrase"


@pytest.fixture
def lin(office: Office) -> Holder:
    office.stopped = AT
    return hire(office, "lin", OperatorRole.KEYS)


def ask(desk: Desk, present: str = PASSWORD, password: str = NEW, again: str = NEW) -> TestResponse:
    """A minute later, when the app shows another code than the one that signed in."""
    desk.office.stopped = Seconds(AT + 60)
    entered = {"present": present, "password": password, "again": again, "code": desk.holder.code(desk.office.stopped)}
    return desk.send(desk.open("/account"), "/account/password", **entered)


def test_the_new_password_opens_and_the_old_one_and_every_other_browser_do_not(office: Office, lin: Holder) -> None:
    here = Desk.of(office, lin)
    office.stopped = Seconds(AT + 30)
    elsewhere = Desk.of(office, lin)
    assert ask(here).headers["Location"] == "/console/account?changed=1"
    assert "The password is changed" in read(here.open("/account?changed=1")).text
    assert elsewhere.open("/", 303).headers["Location"] == "/console/sign-in"
    office.stopped = Seconds(AT + 120)
    assert enter(office, "lin", PASSWORD, lin.code(office.stopped)).status_code == 403
    assert enter(office, "lin", NEW, lin.code(office.stopped)).status_code == 303
    assert acts_of(office, "operator.password") == [("lin", "")]


@pytest.mark.parametrize(
    ("entered", "reason"),
    [
        ({"present": "not the present one"}, "not the present password or not the app's code"),
        ({"again": "something else again"}, "the two passwords are not the same"),
        ({"password": "short", "again": "short"}, "a password has 12 to 128 characters"),
        ({"password": "lin's own phrase", "again": "lin's own phrase"}, "not with the account's name in it"),
    ],
)
def test_what_is_wrong_changes_nothing(office: Office, lin: Holder, entered: dict[str, str], reason: str) -> None:
    desk = Desk.of(office, lin)
    answer = ask(desk, **entered)
    assert answer.status_code == 422
    assert reason in read(answer).text
    assert acts_of(office, "operator.password") == []
    desk.open("/")
    office.stopped = Seconds(AT + 120)
    assert enter(office, "lin", PASSWORD, lin.code(office.stopped)).status_code == 303


def test_wrong_ones_count_like_failures_to_sign_in(office: Office, lin: Holder) -> None:
    desk = Desk.of(office, lin)
    for _ in range(5):
        ask(desk, present="not the present one")
    assert "nothing changed" in read(ask(desk)).text
    assert acts_of(office, "operator.password") == []
