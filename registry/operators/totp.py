"""One-time codes of an authenticator app (RFC 6238: HMAC-SHA-1, 30 seconds, six digits)."""

import hmac
from base64 import b32encode
from typing import Final
from urllib.parse import quote

from credential.model import Seconds

STEP: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
WINDOW: Final = (0, -1, 1)
"""Steps by which the phone's clock may be off."""


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of the step, counted from 1970."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: bytes, code: str, now: Seconds) -> int | None:
    """The step that `code` is of, if it is of one near `now`."""
    for shift in WINDOW:
        step = now // STEP + shift
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            return step
    return None


def spoken(secret: bytes) -> str:
    """The secret as an app takes it when it is typed: Base32."""
    return b32encode(secret).decode()


def address(secret: bytes, name: str, registry: str) -> str:
    """The otpauth address that an app reads from a QR code or a link."""
    issuer = quote(registry, safe="")
    return f"otpauth://totp/{issuer}:{quote(name, safe='')}?secret={spoken(secret)}&issuer={issuer}"
