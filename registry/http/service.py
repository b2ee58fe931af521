"""What the HTTP service needs at hand: the data folder if there is one, its store, and what is published."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

from credential.root import Role
from credential.sign import SigningKey
from credential.trust import RegionTrust
from registry import current, opening, settings
from registry.clock import Clock, clock
from registry.current import Believed
from registry.files import Places
from registry.holders import holders
from registry.holders.holders import Ring
from registry.problems import ConfigurationError, Problem, Refused
from registry.publishing.publisher import Publisher
from registry.settings import Settings
from registry.store.engine import Store


@dataclass(slots=True)
class Service:
    """One data folder, opened when it is first needed: `init` may come after the service started."""

    places: Places
    now: Clock = clock
    publisher: Publisher | None = None
    _store: Store | None = None
    _ring: Ring | None = None
    _settings: Settings | None = None
    _opening: threading.Lock = field(default_factory=threading.Lock)
    _believed: Believed = field(init=False)

    def __post_init__(self) -> None:
        self._believed = Believed(self.places)

    @property
    def store(self) -> Store:
        """The database. Refused NOT_INITIALISED before `init`."""
        with self._opening:
            if self._store is None:
                try:
                    self._store = opening.open_folder(self.places.data).store
                except ConfigurationError as error:
                    if not self.places.initialised:
                        raise Refused(Problem.NOT_INITIALISED) from None
                    raise Refused(Problem.UNAVAILABLE, str(error)) from None
            return self._store

    @property
    def ring(self) -> Ring:
        """The keys of holders' tags. Refused UNAVAILABLE while they are not those of the database."""
        if self._ring is None:
            self._ring = holders.open_ring(self.places, self.store)
        return self._ring

    @property
    def settings(self) -> Settings:
        """The region's settings, which `init` fixed; what is published says them too, while the database is away."""
        if self._settings is None:
            self._settings = current.published_settings(self.places) or self._stored_settings()
        return self._settings

    def _stored_settings(self) -> Settings:
        with self.store.read() as session:
            return settings.load(session)

    @property
    def trust(self) -> RegionTrust:
        """What a verifier with our pin believes of us at this moment. Refused UNAVAILABLE before it is published.

        It takes no database, so that what is published can be looked at while there is none.
        """
        return self._believed.get(self.settings.region)

    @property
    def receipt_key(self) -> SigningKey | None:
        """The checkpoint key, which signs receipts; None where this process holds none, or one that was replaced."""
        if self.publisher is None:
            return None
        key = self.publisher.keys.checkpoint
        return key if key.public in self.trust.root.role(Role.CHECKPOINT).keys else None


def service_of(folder: Path | None, now: Clock = clock) -> Service:
    """The service of a data folder, not opened yet."""
    return Service(Places(opening.data_folder(folder)), now)
