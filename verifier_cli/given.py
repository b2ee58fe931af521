"""One thing to be verified: what to call it, and its text, or why it has none."""

from typing import NamedTuple

from credential.reason import Reason


class Unread(NamedTuple):
    """Why an input has no text."""

    reason: Reason
    detail: str = ""


class Given(NamedTuple):
    """One thing to verify: what to call it, and its text."""

    name: str
    content: str | Unread
