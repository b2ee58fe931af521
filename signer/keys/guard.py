"""Keeps what is in this process's memory out of files: no core dump while a key may be open."""

import ctypes
import resource
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4


def no_core_dumps() -> None:
    """From here on a crash of this process, or of one that it starts, writes no memory to disk.

    On Linux, other processes of the same user can no longer look into its memory either.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
