"""What `sync` fetches: the whole bundle, or only the objects of it that are not held, each by its SHA-256."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Final, NamedTuple

from credential import bundle, directory, wanted
from credential.bundle import Part
from credential.directory import Directory, Start
from credential.errors import ObjectError
from credential.model import Region
from credential.published import SIZE_CAP, ObjectType
from credential.reason import SyncReason
from verifier_cli.errors import UnreachableError

Fetch = Callable[[str, int], bytes]
"""The bytes at an address of the registry, at most the cap and one more. Raises UnreachableError."""

MOST_OBJECTS: Final = 256
"""Of one sync. Whoever lacks more is served better by the whole bundle."""


class Fetched(NamedTuple):
    """The regions' parts as they came; and of the others, why what came of them cannot be used."""

    parts: Mapping[Region, Part]
    faults: Mapping[Region, ObjectError]
    whole: bytes | None = None
    """The bundle as it came, if it was fetched whole."""

    @property
    def evidence(self) -> bytes:
        """What came, as a bundle."""
        return bundle.encode(self.parts) if self.whole is None else self.whole


def read_directory(fetch: Fetch, address: str) -> Directory | None:
    """What the registry says that it serves; None if it says nothing of the kind."""
    try:
        return directory.read(fetch(address, directory.MAX_BYTES))
    except UnreachableError:
        return None


def collect(fetch: Fetch, address: str, found: Directory, held: Mapping[Region, Part]) -> Fetched | None:
    """Every region's part, of which only those objects are fetched that are not in `held`; None if they are too many.

    Raises UnreachableError.
    """
    parts: dict[Region, Part] = {}
    faults: dict[Region, ObjectError] = {}
    left = MOST_OBJECTS
    for region, start in found.starts.items():
        pool = _pool(held.get(region))
        before = len(pool)
        try:
            part = _part(fetch, address, start, pool, left)
        except ObjectError as error:
            faults[region] = error
        else:
            if part is None:
                return None
            parts[region] = part
        left -= len(pool) - before
    return Fetched(parts, faults)


def _pool(part: Part | None) -> dict[bytes, bytes]:
    return {} if part is None else {sha256(data).digest(): data for data in bundle.objects_in(part)}


def _part(fetch: Fetch, address: str, start: Start, pool: dict[bytes, bytes], left: int) -> Part | None:
    """The part that begins at `start`; None if it lacks more than `left` objects. `pool` takes up what comes."""
    while True:
        found = wanted.plan(start, pool)
        if found.part is not None:
            return found.part
        left -= len(found.missing)
        if left < 0:
            return None
        for digest, kind in found.missing.items():
            pool[digest] = _object(fetch, address, digest, kind)


def _object(fetch: Fetch, address: str, digest: bytes, kind: ObjectType) -> bytes:
    data = fetch(f"{address}/{digest.hex()}", SIZE_CAP[kind])
    if len(data) > SIZE_CAP[kind]:
        raise ObjectError(SyncReason.OBJECT_TOO_LARGE, f"{kind.name.lower()}: more than {SIZE_CAP[kind]} bytes")
    if sha256(data).digest() != digest:
        raise ObjectError(SyncReason.MIX_AND_MATCH, f"{kind.name.lower()}: not what was asked for by its SHA-256")
    return data
