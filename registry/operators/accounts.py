"""Accounts: added on the registry's own machine, then set up by their holders, who alone know password and app."""

import re
import secrets
from collections.abc import Collection
from hmac import compare_digest
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from credential import text
from credential.model import Seconds
from registry import settings
from registry.operators import sign_ins, totp
from registry.operators.codes import hashed, random_code
from registry.problems import Problem, Refused
from registry.record import acts, rights
from registry.record.acts import Act
from registry.record.rights import OperatorRole
from registry.store.operators import OperatorRow, RecoveryCodeRow

SETUP_HOURS: Final = 24
RECOVERY_CODES: Final = 10
MAX_DISPLAY: Final = 64
_NAME: Final = re.compile("[a-z][a-z0-9.-]{1,31}", re.ASCII)
_RESERVED: Final = frozenset({"init", "publish", "scan"})
"""What the record calls the registry's own programs."""


def add(
    session: Session, name: str, display: str, roles: Collection[OperatorRole], who: str, why: str, now: Seconds
) -> str:
    """A new account; the setup code is for its holder, once. The first account must be able to add others."""
    settings.lock(session)
    _require_name(name, display)
    if session.get(OperatorRow, name) is not None:
        raise Refused(Problem.CONFLICT, f"{name}: 已有这个账号 / there is such an account")
    chosen = sorted(each.value for each in set(roles))
    acts.record(session, Act(who, "operator.add", name, why, {"roles": chosen}), now)
    row = OperatorRow(name=name, display=display, roles=chosen, added_at=now, totp=b"")
    session.add(row)
    code = _prepare(row, now)
    session.flush()
    _require_keeper(session)
    return code


def reset(session: Session, name: str, who: str, why: str, now: Seconds) -> str:
    """Forget password, app and recovery codes, and end what is signed in; the new setup code is for the holder."""
    settings.lock(session)
    row = _find(session, name)
    acts.record(session, Act(who, "operator.reset", name, why), now)
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.operator == name))
    sign_ins.end_all(session, name)
    return _prepare(row, now)


def disable(session: Session, name: str, who: str, why: str, now: Seconds) -> None:
    """Nobody signs in with it or acts under it any more, at once and for good."""
    settings.lock(session)
    row = _find(session, name)
    acts.record(session, Act(who, "operator.disable", name, why), now)
    row.disabled_at, row.password, row.setup = now, None, None
    sign_ins.end_all(session, name)
    session.flush()
    _require_keeper(session)


def set_roles(session: Session, name: str, roles: Collection[OperatorRole], who: str, why: str, now: Seconds) -> None:
    """Other roles, from the next request on."""
    settings.lock(session)
    row = _find(session, name)
    chosen = sorted(each.value for each in set(roles))
    acts.record(session, Act(who, "operator.roles", name, why, {"roles": chosen}), now)
    row.roles = chosen
    session.flush()
    _require_keeper(session)


def is_name(name: str) -> bool:
    """Whether an account could have this name."""
    return _NAME.fullmatch(name) is not None and name not in _RESERVED


def every(session: Session) -> list[OperatorRow]:
    """All accounts, also disabled ones, by name."""
    return list(session.scalars(select(OperatorRow).order_by(OperatorRow.name)))


def being_set_up(session: Session, name: str, code: str, now: Seconds) -> OperatorRow:
    """The account that this setup code opens. Refused, with one answer for whatever is wrong."""
    row = session.get(OperatorRow, name)
    kept = row.setup if row is not None else None
    right = compare_digest(kept or bytes(32), hashed(code))
    if row is None or kept is None or not right or row.disabled_at is not None or now >= (row.setup_expires or 0):
        raise Refused(
            Problem.REFUSED,
            "账号或开通码不对，或开通码已用过、已过期；请管理员 operator reset / wrong name or setup code, or it was "
            "used or is too old: have the administrator run `operator reset`",
        )
    return row


def set_up(session: Session, name: str, code: str, password_hash: str, app_code: str, now: Seconds) -> list[str]:
    """Keep the holder's password and app, and use up the setup code; recovery codes are the answer, shown once."""
    settings.lock(session)
    row = being_set_up(session, name, code, now)
    step = totp.matching_step(row.totp, app_code, now)
    if step is None:
        raise Refused(Problem.REFUSED, "动态码不对，请核对手机时间 / not the app's code: check the phone's clock")
    row.password, row.totp_step, row.setup, row.setup_expires = password_hash, step, None, None
    row.failures, row.locked_until = 0, 0
    codes = [random_code(10) for _ in range(RECOVERY_CODES)]
    session.add_all([RecoveryCodeRow(operator=name, hash=hashed(each)) for each in codes])
    acts.record(session, Act(name, "operator.activate", name), now)
    return codes


def change_password(session: Session, name: str, password_hash: str, now: Seconds) -> None:
    """Keep another password of somebody who has just shown the present one; ends whatever is signed in."""
    settings.lock(session)
    row = _find(session, name)
    acts.record(session, Act(name, "operator.password", name), now)
    row.password = password_hash
    sign_ins.end_all(session, name)


def _prepare(row: OperatorRow, now: Seconds) -> str:
    code = random_code(15)
    row.setup, row.setup_expires = hashed(code), now + SETUP_HOURS * 3_600
    row.password, row.totp, row.totp_step = None, secrets.token_bytes(totp.SECRET_BYTES), 0
    row.failures, row.locked_until = 0, 0
    return code


def _find(session: Session, name: str) -> OperatorRow:
    row = session.get(OperatorRow, name)
    if row is None or row.disabled_at is not None:
        raise Refused(Problem.NOT_FOUND, f"{name}: 没有这样在用的账号 / no active account has this name")
    return row


def _require_name(name: str, display: str) -> None:
    if not is_name(name):
        raise Refused(
            Problem.REFUSED,
            "账号名须为小写字母开头的 2 至 32 个小写字母、数字、点或连字符 / an account's name is 2 to 32 small "
            "letters, digits, dots or hyphens, a letter first",
        )
    if not 0 < len(display) <= MAX_DISPLAY or text.refused_character(display) is not None:
        raise Refused(Problem.REFUSED, "姓名须为 1 至 64 个可见字符 / a display name has 1 to 64 visible characters")


def _require_keeper(session: Session) -> None:
    """Somebody must be able to add and to reset accounts."""
    if not any(OperatorRole.KEYS in rights.roles_of(row) for row in every(session)):
        raise Refused(
            Problem.REFUSED, "至少要有一个在用的账号有 keys 角色 / one active account must have the role keys"
        )
