"""Many things, of which only a portion is in memory at a time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Generic, Protocol, TypeVar

PORTION: Final = 500

_Item = TypeVar("_Item")
_Item_co = TypeVar("_Item_co", covariant=True)


class Many(Protocol[_Item_co]):
    """A known number of things that can be gone through as often as is needed: a list, or what reads them anew."""

    def __len__(self) -> int:
        """How many there are."""

    def __iter__(self) -> Iterator[_Item_co]:
        """Each of them, in order."""


@dataclass(frozen=True, slots=True)
class Paged(Generic[_Item]):
    """What `read(first, end)` finds at the places from 0 to `places`, read a portion at a time."""

    places: int
    read: Callable[[int, int], list[_Item]] = field(repr=False)

    def __len__(self) -> int:
        """How many there are; counted anew each time."""
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[_Item]:
        """Each of them, in order of places."""
        for first in range(0, self.places, PORTION):
            yield from self.read(first, min(first + PORTION, self.places))


def portions(items: Iterable[_Item], size: int = PORTION) -> Iterator[list[_Item]]:
    """The items in lists of `size`; the last may be shorter."""
    left = iter(items)
    while part := list(islice(left, size)):
        yield part
