"""A part of a file that is read in a process of its own, and what is read there."""

from collections.abc import Iterator
from typing import NamedTuple

from credential.reason import Reason
from verifier_cli.given import Given, Unread, at
from verifier_cli.reading.kinds import Kind


class Piece(NamedTuple):
    """Units of a file that are read one after the other: pages of a document, entries of an archive; or all of it.

    `places` are what to call the units, the first of which is number `first`; one that is not yet opened has one
    place, which is empty. `weight` is its share of the file's bytes.
    """

    path: str
    name: str
    kind: Kind
    weight: int = 0
    first: int = 0
    places: tuple[str, ...] = ("",)

    def after(self, done: int) -> "Piece | None":
        """What is left when so many units are done."""
        if done >= len(self.places):
            return None
        return self._replace(first=self.first + done, places=self.places[done:], weight=0)

    def failed(self, done: int, detail: str) -> Given:
        """What is said of the unit after so many, which could not be read to its end."""
        return at(self.name, self.places[done], Unread(Reason.READING_STOPPED, detail))


class UnitDone(NamedTuple):
    """That everything was said of one more unit."""


Found = Given | Piece | UnitDone
Reading = Iterator[Found]
"""What comes of a piece: what is given there, pieces that it falls into, and where its units end."""


def split(piece: Piece, places: list[str], size: int) -> Iterator[Piece]:
    """The pieces that a file of these units falls into."""
    for first in range(0, len(places), size):
        part = tuple(places[first : first + size])
        yield piece._replace(first=first, places=part, weight=piece.weight * len(part) // len(places))
