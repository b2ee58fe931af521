"""What a registry says that it serves, at /v1/region: where each region's part begins. Nobody vouches for it."""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from credential import numbers, root
from credential.bundle import Part
from credential.model import Region
from credential.trust import MAX_ROOTS

MAX_BYTES: Final = 1 << 20
SMALL_BUNDLE: Final = 64 << 10
"""Bytes up to which the whole bundle, in one request, is better than its objects one by one."""
_MAX_REGIONS: Final = 100
_HASH_BYTES: Final = 32


class Start(NamedTuple):
    """Where a region's part begins: the SHA-256s of its roots, in order of version, and of its checkpoint."""

    roots: tuple[bytes, ...]
    checkpoint: bytes


class Directory(NamedTuple):
    """The size of the bundle, and the regions that are in it."""

    bundle_bytes: int
    starts: Mapping[Region, Start]


def of(parts: Mapping[Region, Part], bundle_bytes: int) -> Directory:
    """The directory of a bundle of `parts`."""
    starts = {
        region: Start(tuple(map(root.pin_of, part.roots)), root.pin_of(part.checkpoint))
        for region, part in sorted(parts.items())
    }
    return Directory(bundle_bytes, starts)


def encode(directory: Directory) -> dict[str, Any]:
    """The members of the document at /v1/region that `read` takes."""
    parts = [
        {"region": region, "roots": [each.hex() for each in start.roots], "checkpoint": start.checkpoint.hex()}
        for region, start in directory.starts.items()
    ]
    return {"bundle_bytes": directory.bundle_bytes, "parts": parts}


def read(data: bytes) -> Directory | None:
    """The directory in the document `data`; None if it has none that can be used."""
    if len(data) > MAX_BYTES:
        return None
    try:
        found = json.loads(data)
        size, parts = found["bundle_bytes"], found["parts"]
        starts = {_region(each["region"]): _start(each) for each in parts[: _MAX_REGIONS + 1]}
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return Directory(size, starts) if isinstance(size, int) and len(starts) <= _MAX_REGIONS else None


def _region(text: str) -> Region:
    region = numbers.parse_region(text)
    if region is None:
        raise ValueError(text)
    return region


def _start(entry: Mapping[str, Any]) -> Start:
    roots = entry["roots"]
    if not isinstance(roots, list) or len(roots) > MAX_ROOTS:
        raise ValueError("roots")
    return Start(tuple(_sha256(each) for each in roots), _sha256(entry["checkpoint"]))


def _sha256(text: str) -> bytes:
    digest = bytes.fromhex(text)
    if len(digest) != _HASH_BYTES:
        raise ValueError("not a SHA-256")
    return digest
