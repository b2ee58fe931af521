"""Opening a data folder: its database, its files, and the keys that a command needs."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select

from credential import root
from credential.model import Region
from credential.root import Root
from registry import current, settings
from registry.files import PRIVATE, Places, read_private
from registry.problems import ConfigurationError, Problem, Refused
from registry.settings import Settings
from registry.store import revisions
from registry.store.engine import Store, open_store, sqlite_url
from registry.store.models import RootRow

DATA: Final = "YINXIN_REGISTRY_DATA"
DATABASE_URL: Final = "YINXIN_REGISTRY_DATABASE"


@dataclass(frozen=True, slots=True)
class Opened:
    """An initialised data folder."""

    places: Places
    store: Store
    settings: Settings


def data_folder(given: Path | None) -> Path:
    """The data folder: as given, else from the environment, else ./yinxin-registry."""
    return (given or Path(os.environ.get(DATA) or "yinxin-registry")).absolute()


def database_url(places: Places) -> str | None:
    """The database server's URL: from the environment, else as `init` wrote it down; None for the embedded one."""
    given = os.environ.get(DATABASE_URL)
    if given or not places.database_url.is_file():
        return given or None
    return read_private(places.database_url).decode("utf-8", "replace").strip()


def store_of(places: Places) -> Store:
    """The store of a data folder. The embedded database is private to its owner."""
    url = database_url(places)
    if url is not None:
        return open_store(url)
    places.database.touch(PRIVATE)
    return open_store(sqlite_url(places.database))


def open_folder(folder: Path) -> Opened:
    """The data folder, its tables brought up to date. ConfigurationError before `init`."""
    places = Places(folder)
    if not places.pin.is_file():
        raise ConfigurationError(f"{folder.name}: 尚未初始化 / not initialised: run `yinxin-registry init`")
    store = store_of(places)
    try:
        prepare(store, places)
        with store.read() as session:
            return Opened(places, store, settings.load(session))
    except BaseException:
        store.close()
        raise


def prepare(store: Store, places: Places) -> None:
    """Bring the tables up to date. ConfigurationError if the database is newer, or another registry's."""
    revisions.upgrade(store)
    with store.read() as session:
        first = session.scalar(select(RootRow.data).order_by(RootRow.version).limit(1))
    if first is not None and root.pin_of(first) != current.read_pin(places):
        raise ConfigurationError(
            "这个数据库是另一个登记机构的（与 pin.txt 不符），什么也没有做：请检查 database.url / "
            "this database is another registry's (not that of pin.txt), and nothing was done: check database.url"
        )


def published_root(places: Places) -> Root:
    """The newest version of the root that is published. Refused UNAVAILABLE before the first publication."""
    region = Region(current.read_index(places)["region"])
    published = current.read(places, region)
    if published is None:
        raise Refused(Problem.UNAVAILABLE, "尚未发布 / nothing is published yet")
    return root.decode(published.part.roots[-1])[0]


def newest_root(store: Store) -> Root:
    """The newest version of the root that the database has."""
    with store.read() as session:
        data = session.query(RootRow.data).order_by(RootRow.version.desc()).limit(1).scalar()
    if data is None:
        raise Refused(Problem.NOT_INITIALISED)
    return root.decode(data)[0]
