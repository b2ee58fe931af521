"""The thread of the service for what is done once a day: statistics, and what supervision looks for."""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Final

from credential.model import Seconds
from registry.clock import Clock, clock
from registry.figures import figures
from registry.store.engine import Store
from registry.supervision import daily

POLL: Final = 60.0
_log = logging.getLogger("yinxin.registry")


class Statistician:
    """Counts in the background, apart from publishing, which nothing may hold up."""

    def __init__(self, store: Store, now: Clock = clock) -> None:
        self._store = store
        self._now = now
        self._daily: Mapping[str, Callable[[Store, Seconds], object]] = {
            "statistics": figures.make,
            "supervision": daily.run,
        }
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="statistician", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; a count that is under way is given up with the process."""
        self._stop.set()

    def step(self) -> None:
        """Do what was not done today. A fault is logged and tried again later, and holds nothing else up."""
        for name, work in self._daily.items():
            try:
                if work(self._store, self._now()):
                    _log.info("%s: done for today", name)
            except Exception as error:  # noqa: BLE001 - a thread that ended would let the figures grow old unsaid
                _log.error("%s: not done: %s", name, type(error).__name__)

    def _run(self) -> None:
        self.step()
        while not self._stop.wait(POLL):
            self.step()
