"""Random codes that a person types once: the setup code, and those that stand in for a lost phone."""

import secrets
from base64 import b32encode
from hashlib import sha256

from sqlalchemy.orm import Session

from registry.store.operators import RecoveryCodeRow


def random_code(size: int) -> str:
    """So many random bytes as groups of four letters and digits."""
    letters = b32encode(secrets.token_bytes(size)).decode()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def hashed(code: str) -> bytes:
    """Of a random code, as it is kept: long enough that no slow hash is needed. Spaces and dashes do not count."""
    return sha256("".join(filter(str.isalnum, code.upper())).encode()).digest()


def use_recovery_code(session: Session, name: str, code: str) -> bool:
    """Whether it is one of the account's recovery codes; it is none any more."""
    row = session.get(RecoveryCodeRow, (name, hashed(code)))
    if row is None:
        return False
    session.delete(row)
    return True
