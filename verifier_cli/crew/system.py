"""What systems differ in: how a process is started and spoken to, and what it may take of the machine.

Windows knows no such limits: there the clock alone ends a process. Other systems than Linux cannot fork safely.
"""

import multiprocessing
import sys
from typing import Final

if sys.platform == "win32":
    from multiprocessing.connection import PipeConnection as Connection
else:
    from multiprocessing.connection import Connection

if sys.platform == "linux":
    CONTEXT: Final = multiprocessing.get_context("fork")
else:
    CONTEXT: Final = multiprocessing.get_context("spawn")

__all__ = ["CONTEXT", "FORKS", "Connection", "limit_memory", "limit_processor"]

FORKS: Final = sys.platform == "linux"
"""Whether a process has what this one has; else it loads what it needs anew."""
MEMORY: Final = 3 << 30
"""Bytes of address space: more than any picture within the caps takes."""
PROCESSOR: Final = 300
"""Seconds of processor time for a unit, should nobody be there any more to end the process."""


def limit_memory() -> None:
    """For as long as this process lives; it leaves no core file either, which would hold what was given."""
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    allowed = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (allowed, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return  # a system that knows no such limit


def limit_processor() -> None:
    """From now on, for the next unit."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + PROCESSOR, most))
