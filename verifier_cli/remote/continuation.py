"""The proof that a region's log goes on, worked out from the log's tiles: files, which a mirror serves like a registry.

They are asked of the server that the bundle came from, whatever host the region names. Nothing fetched is believed: the
proof holds between two signed heads, or it does not.
"""

import urllib.parse
from functools import partial
from typing import Final

from credential import log, tiles
from credential.log import Consistency
from credential.published import LogHead
from credential.tiles import TILE_BYTES, WIDTH, tile_path
from credential.trust import RegionTrust
from verifier_cli.errors import UnreachableError
from verifier_cli.remote import fetch

DEADLINE: Final = 20.0
"""Seconds for one tile."""
MAX_TEXT: Final = 4096


def prove(url: str, found: RegionTrust, old: LogHead, new: LogHead) -> tuple[Consistency, ...]:
    """The path from `old` to `new` by the tiles on the server of `url`; none if these are not the tiles of `new`."""
    base = found.root.status_base
    folder = fetch.beside(url, urllib.parse.urlsplit(base).path + "log/")
    try:
        if not _is_log_of(base, _fetch(f"{folder}checkpoint", MAX_TEXT)):
            return ()
        nodes = tiles.nodes_of(new.size, partial(_tile, folder))
        if log.head_from(new.size, nodes) != new:
            return ()
        return (Consistency(old.size, new.size, log.consistency_path(old.size, new.size, nodes)),)
    except UnreachableError:
        return ()


def _is_log_of(status_base: str, text: bytes) -> bool:
    """Whether the served head is of this region's log; a partner's is not on the home's server."""
    return text.partition(b"\n")[0] == log.origin_of(status_base).encode()


def _tile(folder: str, level: int, place: int, width: int) -> bytes:
    """A tile, which may have been filled since the bundle was fetched."""
    try:
        data = _fetch(folder + tile_path(level, place, width), TILE_BYTES)
    except UnreachableError:
        if width == WIDTH:
            raise
        data = _fetch(folder + tile_path(level, place, WIDTH), TILE_BYTES)
    return data[: width * log.HASH_BYTES]


def _fetch(url: str, cap: int) -> bytes:
    return fetch.fetch(url, cap, DEADLINE)
