"""Founding a region: its keys, root version 1, its pin, its database, its first publication."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from credential import keyfile, root, sign
from credential.keyfile import Cost
from credential.model import Region, Seconds
from credential.published import Head
from credential.root import Role, RoleKeys, Root
from credential.sign import SEED_BYTES, SigningKey
from registry.files import PRIVATE, Places, write_atomically
from registry.holders import holders
from registry.issuer_keys import key_faults
from registry.problems import ConfigurationError
from registry.record import acts
from registry.record.acts import Act
from registry.register import indices
from registry.roles import PURPOSE_OF, Opening, open_key, read_key_file
from registry.settings import Settings
from registry.store import revisions
from registry.store.engine import Store
from registry.store.models import KeyRow, RegionRow, RootRow

ROOT_LIFETIME: Final = 3 * 365 * 86_400
COUNTS: Final = {Role.ROOT: (2, 3), Role.LIST: (2, 3), Role.STATUS: (1, 1), Role.CHECKPOINT: (1, 1)}
"""Threshold and number of keys of each role."""

Keys = dict[Role, tuple[SigningKey, ...]]


@dataclass(frozen=True, slots=True)
class Founded:
    """What was made."""

    pin: bytes
    keys: Keys


def make_keys(places: Places, owner: str, passphrase: bytes, cost: Cost) -> Keys:
    """Fresh keys for every role, each sealed in a file of its own."""
    return {
        role: tuple(_make_key(places, owner, role, name, passphrase, cost) for name in _names(role)) for role in Role
    }


def copy_demo_keys(places: Places, folder: Path) -> Keys:
    """The demo keys of `folder`, copied into the data folder. ConfigurationError if one is missing."""
    return {role: tuple(_copy_key(places, folder, role, name) for name in _names(role)) for role in Role}


def first_root(settings: Settings, keys: Keys, now: Seconds) -> bytes:
    """Version 1, signed by a threshold of its own root keys."""
    first, second, third, fourth = (
        RoleKeys(1, COUNTS[role][0], tuple(key.public for key in keys[role])) for role in Role
    )
    made = Root(
        Head(settings.region, 1, 1, now, Seconds(now + ROOT_LIFETIME)),
        (first, second, third, fourth),
        settings.status_base,
    )
    data = sign.sign(made.encode(), root.TYP, keys[Role.ROOT][: COUNTS[Role.ROOT][0]])
    root.chain([data], frozenset({root.pin_of(data)}))
    return data


def found(store: Store, places: Places, settings: Settings, keys: Keys, now: Seconds) -> Founded:
    """Create the database with the root in it, then write the pin. ConfigurationError if a region is in it already."""
    data = first_root(settings, keys, now)
    revisions.upgrade(store)
    with store.read() as session:
        if session.get(RegionRow, 1) is not None:
            raise ConfigurationError("这个数据库已属于一个登记机构 / this database is a registry's already")
    store.write(lambda session: _fill(session, settings, keys, data, now))
    holders.open_ring(places, store)
    pin = root.pin_of(data)
    write_atomically(places.pin, f"{pin.hex()}\n".encode())
    return Founded(pin, keys)


def remember_role_keys(session: Session, region: str, keys: Iterable[tuple[Role, bytes]]) -> None:
    """Note that these keys are taken, so that no issuer can enrol one. Refused as `require_free` does."""
    taken = list(keys)
    require_free(session, taken)
    for role, public in taken:
        if session.get(KeyRow, public) is None:
            session.add(KeyRow(public=public, purpose=PURPOSE_OF[role].value, owner=region))
    session.flush()


def require_free(session: Session, keys: Iterable[tuple[Role, bytes]]) -> None:
    """Refuse a key for a role that an issuer has, or that was ever another role's."""
    for role, public in keys:
        key_faults.require_of_role(session, public, PURPOSE_OF[role].value)


def _fill(session: Session, settings: Settings, keys: Keys, data: bytes, now: Seconds) -> None:
    session.add(
        RegionRow(
            id=1,
            region=settings.region,
            name=settings.name,
            status_base=settings.status_base,
            qr_host=settings.qr_host,
            created_at=now,
            change=1,
            published_change=0,
            filing_change=1,
            published_filing_change=0,
        )
    )
    session.add(RootRow(version=1, data=data))
    remember_role_keys(session, settings.region, ((role, key.public) for role in Role for key in keys[role]))
    indices.open_list(session, 0, 1, now)
    acts.record(session, Act("init", "region.found", settings.region, detail={"pin": root.pin_of(data).hex()}), now)


def _names(role: Role) -> list[str]:
    count = COUNTS[role][1]
    name = PURPOSE_OF[role].value
    return [name] if count == 1 else [f"{name}-{place}" for place in range(1, count + 1)]


def _make_key(places: Places, owner: str, role: Role, name: str, passphrase: bytes, cost: Cost) -> SigningKey:
    seed = secrets.token_bytes(SEED_BYTES)
    salt, nonce = secrets.token_bytes(keyfile.SALT_BYTES), secrets.token_bytes(keyfile.NONCE_BYTES)
    data = keyfile.seal(seed, PURPOSE_OF[role], owner, passphrase, salt, nonce, cost)
    write_atomically(places.keys / f"{name}.key", data, mode=PRIVATE)
    return SigningKey(seed)


def _copy_key(places: Places, folder: Path, role: Role, name: str) -> SigningKey:
    path = folder / f"{name}.key"
    file = read_key_file(path)
    if file.purpose is not PURPOSE_OF[role]:
        raise ConfigurationError(f"{path.name}: 用途不对 / a key for {file.purpose.value}")
    key = open_key(path.name, file, Opening(None, demo=True))
    write_atomically(places.keys / path.name, path.read_bytes(), mode=PRIVATE)
    return key


def owner_of(region: Region) -> str:
    """What a role's key file names as its owner."""
    return f"region {region}"
