"""The thread of the service that counts the statistics once a day."""

import logging
import threading
from typing import Final

from registry import figures
from registry.clock import Clock, clock
from registry.store.engine import Store

POLL: Final = 60.0
_log = logging.getLogger("yinxin.registry")


class Statistician:
    """Counts in the background, apart from publishing, which nothing may hold up."""

    def __init__(self, store: Store, now: Clock = clock) -> None:
        self._store = store
        self._now = now
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="statistician", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; a count that is under way is given up with the process."""
        self._stop.set()

    def step(self) -> None:
        """Count if today was not counted. A fault is logged and tried again later."""
        try:
            if figures.make(self._store, self._now()):
                _log.info("statistics counted")
        except Exception as error:  # noqa: BLE001 - a thread that ended would let the figures grow old without a word
            _log.error("statistics not counted: %s", type(error).__name__)

    def _run(self) -> None:
        self.step()
        while not self._stop.wait(POLL):
            self.step()
