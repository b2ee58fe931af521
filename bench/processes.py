"""What other processes took: Linux tells it under /proc."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
_TICK: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_SIZE: Final = re.compile("^(Rss|Pss): *([0-9]+) kB$", re.MULTILINE)
_PARENT, _TIMES = 1, slice(11, 15)
"""In /proc/PID/stat behind the name: the parent; processor time of its own, and of children that ended."""


def is_told() -> bool:
    """Whether this system tells."""
    return (PROC / "self" / "stat").exists()


def spent(roots: Iterable[int]) -> float:
    """Seconds of processor time that these processes and all that they started have taken."""
    return sum(sum(map(int, _stat(pid)[_TIMES])) for root in roots for pid in _family(root)) / _TICK


def resident(root: int) -> int:
    """Bytes of memory that a process holds now."""
    return int((PROC / str(root) / "statm").read_text("ascii").split()[1]) * _PAGE


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes of memory that a process holds now; `proportional` has its part only of what it shares with others."""

    resident: int
    proportional: int


def held(root: int) -> list[Held]:
    """What a process and all that it started hold, itself first; one that has just ended is left out."""
    found = []
    for pid in _family_now(root):
        try:
            rollup = (PROC / str(pid) / "smaps_rollup").read_text("ascii")
        except OSError:
            continue
        sizes = dict(_SIZE.findall(rollup))
        if sizes:
            found.append(Held(int(sizes["Rss"]) << 10, int(sizes["Pss"]) << 10))
    return found


def _family_now(root: int) -> list[int]:
    try:
        return list(_family(root))
    except OSError:
        return [root]


def parent_of(pid: int) -> int:
    """Who started a process."""
    return int(_stat(pid)[_PARENT])


def _family(root: int) -> Iterator[int]:
    yield root
    for task in (PROC / str(root) / "task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            yield from _family(int(child))


def _stat(pid: int) -> list[str]:
    return (PROC / str(pid) / "stat").read_text("ascii").rpartition(")")[2].split()
