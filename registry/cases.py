"""Case numbers: given to the public, too many to be guessed, short enough to be written down."""

import base64
import secrets
from typing import Final

LENGTH: Final = 10
_BYTES: Final = 7
_MISREAD: Final = str.maketrans("018", "OIB")
"""Digits that no case number has, and the letters that they are misread for."""


def new() -> str:
    """Ten letters and digits, 50 bits."""
    return base64.b32encode(secrets.token_bytes(_BYTES)).decode()[:LENGTH]


def spoken(case: str) -> str:
    """With a dash in the middle, for people."""
    return f"{case[: LENGTH // 2]}-{case[LENGTH // 2 :]}"


def typed(text: str) -> str:
    """The case number that somebody typed, in the one way of writing it; whether there is such a case is not judged."""
    return "".join(each for each in text.upper() if each.isascii() and each.isalnum()).translate(_MISREAD)[:64]
