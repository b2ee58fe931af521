"""Passwords, hashed with Argon2id (RFC 9106); each hash names its own cost."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from nacl.exceptions import InvalidkeyError
from nacl.pwhash import argon2id

from registry.problems import Problem, Refused

SHORTEST: Final = 12
LONGEST: Final = 128
OPERATIONS: Final = 3
MEMORY: Final = 64 << 20
_AT_ONCE: Final = threading.BoundedSemaphore(4)
"""Hashes that are worked out at the same time: each takes 64 MiB, and anyone may ask for one."""
PATIENCE: Final = 3.0
"""Seconds that one more waits for its turn; whoever floods the sign-in must not hold every thread of the service."""


def hashed(password: str, name: str) -> str:
    """The hash to keep, worked out before anything is locked. Refused if the password is not fit for this account."""
    _require_fit(password, name)
    with _turn():
        return argon2id.str(password.encode(), OPERATIONS, MEMORY).decode("ascii")


def matches(kept: str | None, password: str) -> bool:
    """Whether it is the password. Without a hash it takes as long, and is not."""
    with _turn():
        try:
            return argon2id.verify((kept or _NOBODY).encode("ascii"), password.encode()) and kept is not None
        except InvalidkeyError:
            return False


def _require_fit(password: str, name: str) -> None:
    """Refuse what is too short, too long for us, or the account's name over again."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused(
            Problem.REFUSED,
            f"口令须有 {SHORTEST} 至 {LONGEST} 个字符 / a password has {SHORTEST} to {LONGEST} characters",
        )
    if name in password.casefold() or len(set(password)) < 5:
        raise Refused(
            Problem.REFUSED,
            "口令不得含账号名，且至少有 5 种字符 / not with the account's name in it, and of five different characters",
        )


@contextmanager
def _turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=PATIENCE):
        raise Refused(Problem.UNAVAILABLE)
    try:
        yield
    finally:
        _AT_ONCE.release()


_NOBODY: Final = "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""Compared when nobody has the name, so that the time does not tell."""
