"""What a soak is: it counts, and what it finds it keeps."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

PAUSE = 20.0
"""Seconds between two lines of progress."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked: the seed, how much of the full count, the folder for what is found, and what is looked at."""

    seed: int
    scale: float
    folder: Path
    commit: str

    def inside(self, name: str) -> "Order":
        """The same, in a folder of its own."""
        return replace(self, folder=self.folder / name)

    def of(self, full: int) -> int:
        """The count that `full` is at this scale."""
        return max(int(full * self.scale), 1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was counted, as rows of a name and a figure; and each fault with where its input is kept."""

    rows: tuple[tuple[str, str], ...]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Soak:
    """One long count."""

    name: str
    zh: str
    en: str
    run: Callable[[Order], Outcome]


@dataclass
class Progress:
    """Says now and then how far it has come."""

    whole: int
    began: float = field(default_factory=time.monotonic)
    said: float = field(default_factory=time.monotonic)

    def reached(self, count: int, more: str = "") -> None:
        """A line if the last one is long ago."""
        now = time.monotonic()
        if now - self.said < PAUSE:
            return
        self.said = now
        left = (self.whole - count) * (now - self.began) / max(count, 1)
        print(f"  {count:,} / {self.whole:,}，还需约 about {left / 60:.0f} min{more}", flush=True)
