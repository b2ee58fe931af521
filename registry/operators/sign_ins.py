"""Signing in: password and app's code together, a wait that grows with every failure, and who is signed in."""

import hmac
import secrets
from dataclasses import dataclass
from enum import Enum, unique
from hashlib import sha256
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from credential.model import Seconds
from registry.operators import codes, passwords, totp
from registry.record import rights
from registry.record.rights import OperatorRole
from registry.store.engine import Store
from registry.store.operators import OperatorRow, SignInRow

IDLE: Final = 30 * 60
LONGEST: Final = 10 * 3_600
"""A working day: whoever is signed in longer signs in again."""
SEEN_EVERY: Final = 60
FREE_FAILURES: Final = 5
FIRST_WAIT: Final = 30
LONGEST_WAIT: Final = 3_600
TOKEN_BYTES: Final = 32


@unique
class Denial(Enum):
    """Why nobody was signed in. The browser is told none of them; the log is, without a name."""

    UNKNOWN = "unknown account"
    DISABLED = "disabled account"
    NOT_SET_UP = "account not set up"
    LOCKED = "locked"
    PASSWORD = "wrong password"  # noqa: S105 - words, no password
    CODE = "wrong code"
    CODE_USED = "code used before"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, and the secret of the cookie that says so."""

    name: str
    display: str
    roles: frozenset[OperatorRole]
    token: str

    def may(self, what: str) -> bool:
        """Whether one of the roles allows the act."""
        return rights.allows(self.roles, what)

    @property
    def sees_supervision(self) -> bool:
        """Whether one of the roles may read what supervisors keep."""
        return not self.roles.isdisjoint(rights.SEES_SUPERVISION)

    def form_token(self, path: str) -> str:
        """What a form that posts to `path` carries: only a page of ours, shown to this person, can have it."""
        return hmac.digest(self.token.encode(), path.encode(), "sha256").hex()


def sign_in(store: Store, name: str, password: str, code: str, now: Seconds) -> str | Denial:
    """The new cookie's secret, or why not. The slow hash is worked out before anything is locked."""
    with store.read() as session:
        row = session.get(OperatorRow, name)
        kept = None if row is None else row.password
        obstacle = _obstacle(row, now)
    right = passwords.matches(kept, password)
    if obstacle is not None:
        return obstacle
    return store.write(lambda session: _decide(session, name, kept if right else None, code, now))


def begin(session: Session, name: str, now: Seconds) -> str:
    """A browser of this person's is signed in from now on; the secret for its cookie."""
    session.execute(delete(SignInRow).where((SignInRow.seen_at <= now - IDLE) | (SignInRow.since <= now - LONGEST)))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(SignInRow(hash=_hash(token), operator=name, since=now, seen_at=now))
    return token


def find(session: Session, token: str, now: Seconds) -> tuple[Person, Seconds] | None:
    """Who has this cookie, and when last seen; None if it is nobody's, or has expired."""
    row = session.get(SignInRow, _hash(token))
    if row is None or now >= row.seen_at + IDLE or now >= row.since + LONGEST:
        return None
    account = session.get_one(OperatorRow, row.operator)
    if account.disabled_at is not None:
        return None
    return Person(account.name, account.display, rights.roles_of(account), token), Seconds(row.seen_at)


def see(session: Session, token: str, now: Seconds) -> None:
    """Note that the browser is still in use."""
    row = session.get(SignInRow, _hash(token))
    if row is not None:
        row.seen_at = now


def end(session: Session, token: str) -> None:
    """Sign this browser out."""
    session.execute(delete(SignInRow).where(SignInRow.hash == _hash(token)))


def end_all(session: Session, name: str) -> None:
    """Sign the person out everywhere."""
    session.execute(delete(SignInRow).where(SignInRow.operator == name))


def _decide(session: Session, name: str, matched: str | None, code: str, now: Seconds) -> str | Denial:
    """`matched` is the password's hash that was compared and fitted. Read again: another may have come before."""
    row = session.get(OperatorRow, name, with_for_update=True)
    obstacle = _obstacle(row, now)
    if row is None or obstacle is not None:
        return obstacle or Denial.UNKNOWN
    denied = Denial.PASSWORD if matched is None or matched != row.password else _use_code(session, row, code, now)
    if denied is not None:
        row.failures += 1
        row.locked_until = now + _wait(row.failures)
        return denied
    row.failures, row.locked_until = 0, 0
    return begin(session, name, now)


def _obstacle(row: OperatorRow | None, now: Seconds) -> Denial | None:
    if row is None:
        return Denial.UNKNOWN
    if row.disabled_at is not None:
        return Denial.DISABLED
    if row.password is None:
        return Denial.NOT_SET_UP
    return Denial.LOCKED if now < row.locked_until else None


def _use_code(session: Session, row: OperatorRow, code: str, now: Seconds) -> Denial | None:
    if codes.use_recovery_code(session, row.name, code):
        return None
    step = totp.matching_step(row.totp, code, now)
    if step is None:
        return Denial.CODE
    if step <= row.totp_step:
        return Denial.CODE_USED
    row.totp_step = step
    return None


def _wait(failures: int) -> int:
    """Seconds: none for the first few failures, then twice as long every time."""
    beyond = failures - FREE_FAILURES
    return 0 if beyond < 0 else min(LONGEST_WAIT, FIRST_WAIT << min(beyond, 12))


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
