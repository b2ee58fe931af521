"""One case of `tests/updates/`: what is held, what is fetched, and what must become of the home region."""

from collections.abc import Mapping
from dataclasses import dataclass

from credential import bundle, update
from credential.bundle import Part
from credential.model import Region, Seconds
from tests.world import NOW, World

Parts = Mapping[Region, Part]


@dataclass(frozen=True)
class Case:
    """One update. `expected` is the one reason of region 35, or `updated` or `unchanged`."""

    about: str
    held: Parts
    fetched: Parts | bytes
    expected: str
    pins: frozenset[bytes] = frozenset({World().pin()})
    now: Seconds = NOW
    home: Region | None = None
    whole: bool = True
    """Whether the fetched parts must hold every bin."""

    def run(self) -> update.Update:
        """What this project's code makes of it. Raises ObjectError if the whole bundle is refused."""
        fetched = bundle.decode(self.fetched) if isinstance(self.fetched, bytes) else self.fetched
        return update.update(dict(self.held), fetched, self.pins, self.now, self.home, whole=self.whole)
