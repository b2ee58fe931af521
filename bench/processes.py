"""What other processes took: Linux tells it under /proc."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
_TICK: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
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
