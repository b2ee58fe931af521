"""The thread of the service that publishes soon after every change, and renews before anything expires."""

import logging
import threading
from typing import Final

from credential.errors import CredentialError
from registry import opening
from registry.clock import Clock, clock
from registry.files import Places
from registry.problems import ConfigurationError, Refused
from registry.publishing import publish
from registry.roles import OnlineKeys
from registry.store.engine import Store
from registry.store.turns import TurnTakenError

POLL: Final = 0.5
MAX_PAUSE: Final = 5.0
_TOLD: Final = (Refused, CredentialError, ConfigurationError)
"""What says in words why it was raised."""
_log = logging.getLogger("yinxin.registry")


class Publisher:
    """Publishes in the background until it is stopped. `fault` says why the last attempt failed, if it did."""

    def __init__(self, store: Store, places: Places, keys: OnlineKeys, now: Clock = clock) -> None:
        self.fault: str | None = None
        self.published = 0
        self.store = store
        self.keys = keys
        self._places = places
        self._now = now
        self._prepared = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the publication that is under way, if one is."""
        self._stop.set()
        self._thread.join()

    def step(self) -> bool:
        """Publish if something is due; whether all is well. A fault is logged, kept, and tried again later."""
        try:
            self._prepare()
            if publish.follow(self.store, self._places):
                _log.info("placed what another process published")
            if publish.is_due(self.store, self._places, self._now()):
                made = publish.publish(self.store, self._places, self.keys, None, self._now(), wait=0)
                self.published += 1
                _log.info("published seq=%d", made.checkpoint.head.seq)
        except TurnTakenError:
            pass
        except Exception as error:  # noqa: BLE001 - a thread that ended would let every list expire without a word
            fault = str(error) if isinstance(error, _TOLD) else type(error).__name__
            if fault != self.fault:
                _log.error("not published: %s", fault)
            self.fault = fault
            return False
        self.fault = None
        return True

    def _prepare(self) -> None:
        """Look at the database once it is there: it may not have been when the service started."""
        if not self._prepared:
            opening.prepare(self.store, self._places)
            self._prepared = True

    def _run(self) -> None:
        pause = 0.0
        while not self._stop.wait(pause):
            pause = POLL if self.step() else min(2 * pause, MAX_PAUSE)
