"""One thing to be verified: what to call it, and its text, or why it has none."""

from typing import NamedTuple

from credential.reason import Reason


class Unread(NamedTuple):
    """Why an input has no text."""

    reason: Reason
    detail: str = ""


class Given(NamedTuple):
    """One thing to verify: what to call it, and its text.

    `place` is the end of the name that says where in the file it stands, such as `:17` or `#p2`; empty for the file.
    """

    name: str
    content: str | Unread
    place: str = ""

    @property
    def file(self) -> str:
        """The name without the place."""
        return self.name.removesuffix(self.place)


def at(file: str, place: str, content: str | Unread) -> Given:
    """What stands at `place` of `file`."""
    return Given(file + place, content, place)
