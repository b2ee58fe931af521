"""What is published at this moment, read back from the public folder as anyone would read it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from credential import bundle, checkpoint, register, status_list, trust
from credential.bundle import Part
from credential.checkpoint import Checkpoint
from credential.errors import CredentialError, ObjectError
from credential.model import Region
from credential.published import ObjectType, name_of
from credential.status_list import StatusList
from credential.trust import RegionTrust
from registry.files import Places
from registry.problems import Problem, Refused
from registry.settings import Settings


@dataclass(frozen=True, slots=True)
class Current:
    """One publication: the home region's part with its checkpoint, and the bundle's hash."""

    part: Part
    checkpoint: Checkpoint
    bundle_sha256: bytes


def read_pin(places: Places) -> bytes:
    """The pin in pin.txt. Refused NOT_INITIALISED without one."""
    try:
        lines = places.pin.read_text(encoding="utf-8").splitlines()
        (pin,) = (bytes.fromhex(line) for line in lines if line.strip() and not line.startswith("#"))
    except (OSError, ValueError):
        raise Refused(Problem.NOT_INITIALISED) from None
    return pin


def read(places: Places, region: Region) -> Current | None:
    """The present publication; None before the first. ObjectError if the bundle cannot be read."""
    try:
        data = places.bundle.read_bytes()
    except FileNotFoundError:
        return None
    part = bundle.decode(data)[region]
    seen, _ = checkpoint.decode(part.checkpoint)
    return Current(part, seen, sha256(data).digest())


def status_lists(previous: Current | None) -> dict[int, tuple[bytes, StatusList]]:
    """The published status lists by number: their bytes, and what they say."""
    found: dict[int, tuple[bytes, StatusList]] = {}
    for data in previous.part.status_lists if previous else ():
        listed, _ = status_list.decode(data)
        found[int(listed.uri.rpartition("/")[2])] = (data, listed)
    return found


def shards(previous: Current | None) -> dict[int, list[bytes]]:
    """The published shards of the register by list, in order, as the register's indexes name them."""
    if previous is None:
        return {}
    by_hash = {sha256(data).digest(): data for data in previous.part.shards}
    indexes = map(register.decode_index, previous.part.registers)
    return {each.list: [by_hash[digest] for digest in each.hashes] for each in indexes}


def read_index(places: Places) -> dict[str, Any]:
    """region.json as a value. Refused UNAVAILABLE before the first publication."""
    try:
        found: dict[str, Any] = json.loads(places.region.read_bytes())
    except (OSError, ValueError):
        raise Refused(Problem.UNAVAILABLE, "尚未发布 / nothing is published yet") from None
    return found


def watching(places: Places) -> Callable[[], tuple[int, ...] | None]:
    """Tells what tells one publication from the next: the files that are replaced last. None before the first."""
    index, note = places.region, places.log / "checkpoint"

    def mark() -> tuple[int, ...] | None:
        found = _mark_of(index)
        return None if found is None else (*found, *(_mark_of(note) or ()))

    return mark


def _mark_of(path: Path) -> tuple[int, ...] | None:
    """What tells a file from the one that takes its place; None if there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def published_settings(places: Places) -> Settings | None:
    """The region's settings as they are published; None before the first publication, or before `init` ended."""
    if not places.initialised or not places.region.exists():
        return None
    index = read_index(places)
    return Settings(Region(index["region"]), index["name"], index["status_base"], index["qr_host"])


def order(places: Places) -> tuple[int, int]:
    """The place in the order of what the folder has; (0, 0) before the first publication."""
    if not places.region.exists():
        return 0, 0
    head = read_index(places)["checkpoint"]
    return head["epoch"], head["seq"]


def checkpoint_sha256(places: Places) -> bytes:
    """The SHA-256 of the checkpoint that the folder has. Refused UNAVAILABLE before the first publication."""
    (named,) = (each for each in read_index(places)["objects"] if each["type"] == name_of(ObjectType.CHECKPOINT))
    return bytes.fromhex(named["sha256"])


class Believed:
    """The region's trust as a verifier with its pin has it, loaded again whenever the bundle is replaced."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._held: tuple[tuple[int, ...], RegionTrust] | None = None

    def get(self, region: Region) -> RegionTrust:
        """The trust. Refused UNAVAILABLE if nothing that holds is published."""
        mark = _mark_of(self._places.bundle)
        if mark is None:
            raise Refused(Problem.UNAVAILABLE, "尚未发布 / nothing is published yet")
        held = self._held
        if held is None or held[0] != mark:
            held = self._held = (mark, self._load(region))
        return held[1]

    def _load(self, region: Region) -> RegionTrust:
        try:
            current = read(self._places, region)
            if current is None:
                raise Refused(Problem.UNAVAILABLE, "尚未发布 / nothing is published yet")
            return trust.establish(region, current.part, frozenset({read_pin(self._places)}))
        except (ObjectError, CredentialError, KeyError) as error:
            raise Refused(
                Problem.UNAVAILABLE, f"已发布的内容不成立 / what is published does not hold: {error}"
            ) from None
