"""Operators with accounts: their passwords, their apps, and signing them in."""

import html
import re
from dataclasses import dataclass
from typing import Final

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from credential.model import Seconds
from registry.operators import accounts, passwords, totp
from registry.record.rights import OperatorRole
from registry.store.models import ActRow
from registry.store.operators import OperatorRow
from tests.registry.office import Office, now, run

PASSWORD: Final = "三坊七巷 lychee 0591"
WHY: Final = ("--document", "闽人社岗1号")


@dataclass(frozen=True)
class Holder:
    """The holder of an account: the app on the phone, and the codes on paper."""

    name: str
    secret: bytes
    recovery: tuple[str, ...]

    def code(self, at: Seconds) -> str:
        return totp.code_at(self.secret, at // totp.STEP)


def hire(office: Office, name: str, *roles: OperatorRole, at: Seconds | None = None) -> Holder:
    """A new account, set up by its holder a while ago, so that the app's present code is a fresh one."""
    moment = at or Seconds((office.stopped or now()) - 600)
    store = office.service.store
    with store.read() as session:
        by = next((row.name for row in accounts.every(session) if "keys" in row.roles), name)
    code = store.write(lambda session: accounts.add(session, name, f"{name}同志", roles, by, "岗1号", moment))
    with store.read() as session:
        secret = session.get_one(OperatorRow, name).totp
    app = totp.code_at(secret, moment // totp.STEP)
    kept = passwords.hashed(PASSWORD, name)
    recovery = store.write(lambda session: accounts.set_up(session, name, code, kept, app, moment))
    return Holder(name, secret, tuple(recovery))


def setup_code(office: Office, capsys: pytest.CaptureFixture[str], *words: object, by: str) -> str:
    """What `operator add` or `operator reset` says once."""
    capsys.readouterr()
    run(office.data, "operator", *words, *WHY, "--operator", by)
    found = re.search(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){5}", capsys.readouterr().out)
    assert found is not None
    return found[0]


BASE: Final = "https://localhost"
ORIGIN: Final = {"Origin": BASE}


def sign_in(client: FlaskClient, holder: Holder, at: Seconds) -> None:
    """Through the page, as a browser does."""
    answer = client.post(
        "/console/sign-in",
        data={"name": holder.name, "password": PASSWORD, "code": holder.code(at)},
        headers=ORIGIN,
        base_url=BASE,
    )
    assert (answer.status_code, answer.headers.get("Location")) == (303, "/console/"), answer.text


@dataclass
class Desk:
    """An operator's browser at the console: it sends a form as the page has it, hidden fields and all."""

    office: Office
    holder: Holder
    at: Seconds
    client: FlaskClient

    @classmethod
    def of(cls, office: Office, holder: Holder) -> "Desk":
        """Signed in."""
        at = office.stopped or now()
        made = cls(office, holder, at, office.app.test_client())
        sign_in(made.client, holder, at)
        return made

    def open(self, path: str, status: int = 200) -> TestResponse:
        """A page of the console."""
        answer = self.client.get(f"/console{path}", base_url=BASE)
        assert answer.status_code == status, answer.text
        return answer

    def send(self, page: TestResponse, path: str, **entered: object) -> TestResponse:
        """The page's form that posts to `path`, with what a person enters."""
        fields = {**hidden(page.text, f"/console{path}"), **entered}
        return self.client.post(f"/console{path}", data=fields, headers=ORIGIN, base_url=BASE)

    def do(self, path: str, **entered: object) -> TestResponse:
        """Fill the form in, read what changes, and confirm it."""
        asked = self.send(self.open(path), path, **entered)
        assert asked.status_code == 200, asked.text
        return self.send(asked, path)


def hidden(text: str, path: str) -> dict[str, str]:
    """The hidden fields of the form that posts to `path`."""
    for form in re.findall(r"<form.*?</form>", text, re.DOTALL):
        if f'action="{path}"' in form:
            fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
            return {name: html.unescape(value) for name, value in fields}
    raise AssertionError(f"no form posts to {path}: {text}")


def enter(office: Office, name: str, password: str, code: str, headers: dict[str, str] = ORIGIN) -> TestResponse:
    """Trying to sign in, from a browser that nobody used before."""
    fields = {"name": name, "password": password, "code": code}
    return office.app.test_client().post("/console/sign-in", data=fields, headers=headers, base_url=BASE)


def acts_of(office: Office, what: str) -> list[tuple[str, str]]:
    """Who did this, and why, in order."""
    with office.service.store.read() as session:
        rows = session.query(ActRow).filter(ActRow.what == what).order_by(ActRow.id).all()
    return [(row.who, row.why) for row in rows]
