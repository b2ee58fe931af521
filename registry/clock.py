"""The registry's clock: the one place where it asks what time it is. Whoever judges by time is given it."""

import time
from collections.abc import Callable

from credential.model import Seconds

Clock = Callable[[], Seconds]


def clock() -> Seconds:
    """Now, in whole seconds."""
    return Seconds(int(time.time()))
