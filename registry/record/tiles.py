"""The log as files: C2SP tlog-tiles. Level 0 has the leaves' hashes, each level above the roots of 256 below it."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from credential import log
from credential.log import Frontier, Leaf, Nodes
from credential.published import LogHead
from credential.tiles import LEVEL_BITS, WIDTH, nodes_of, tile_path
from registry.files import write_atomically

ENTRIES: Final = "entries"
Files = dict[str, bytes]
"""Tiles by their path below the folder."""


@dataclass(slots=True)
class Edge:
    """The right edge of the tiles: on each level the hashes of the tile that is not full yet, and the last leaves."""

    size: int = 0
    levels: list[list[bytes]] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)

    @property
    def head(self) -> LogHead:
        """Size and root of the log so far."""
        nodes: list[bytes] = []
        for level in reversed(self.levels):
            frontier = Frontier()
            for each in level:
                frontier = frontier.append(each)
            nodes += frontier.nodes
        return LogHead(self.size, Frontier(self.size, tuple(nodes)).head.root_hash)

    def append(self, leaf: bytes) -> Files:
        """Add a leaf's bytes; the tiles that it fills."""
        place, files = self.size // WIDTH, {}
        self.size += 1
        self.entries.append(leaf)
        if len(self.entries) == WIDTH:
            files[tile_path(ENTRIES, place, WIDTH)] = _bundle(self.entries)
            self.entries = []
        carried, level = log.leaf_hash(leaf), 0
        while True:
            if level == len(self.levels):
                self.levels.append([])
            hashes = self.levels[level]
            hashes.append(carried)
            if len(hashes) < WIDTH:
                return files
            files[tile_path(level, place, WIDTH)] = b"".join(hashes)
            carried, place, level = log.head_of(hashes).root_hash, place // WIDTH, level + 1
            hashes.clear()

    def partial(self) -> Files:
        """The tiles that are not full yet."""
        files = {
            tile_path(level, self.size >> LEVEL_BITS * (level + 1), len(hashes)): b"".join(hashes)
            for level, hashes in enumerate(self.levels)
            if hashes
        }
        if self.entries:
            files[tile_path(ENTRIES, self.size // WIDTH, len(self.entries))] = _bundle(self.entries)
        return files


def load(folder: Path, size: int) -> Edge | None:
    """The edge of the stored tiles of a log of `size`; None if a file is missing or not whole."""
    edge, level = Edge(size), 0
    try:
        while size >> LEVEL_BITS * level:
            place, width = divmod(size >> LEVEL_BITS * level, WIDTH)
            edge.levels.append(_hashes(folder, level, place, width) if width else [])
            level += 1
        place, width = divmod(size, WIDTH)
        if width:
            edge.entries = _unbundle((folder / tile_path(ENTRIES, place, width)).read_bytes())
    except OSError:
        return None
    return edge


def extend(
    folder: Path, published: LogHead | None, head: LogHead, leaves: Callable[[int], Iterable[Leaf]]
) -> Files | None:
    """The tiles to write so that those of `published` become those of `head`; None if `head` does not follow from it.

    `leaves` gives the leaves from a place on. Tiles that were lost or damaged are made again from the first leaf.
    """
    edge = load(folder, published.size) if published else None
    if edge is None or edge.head != published:
        edge = Edge()
    files: Files = {}
    seen = published is None or edge.head == published
    for leaf in leaves(edge.size):
        files |= edge.append(leaf.encode())
        seen = seen or (published is not None and edge.size == published.size and edge.head == published)
    return files | edge.partial() if seen and edge.head == head else None


def write(folder: Path, files: Files) -> None:
    """Store tiles; a full one takes the place of the partial ones before it."""
    for path, data in files.items():
        if not _is_there(folder / path, data):
            write_atomically(folder / path, data)
        if ".p/" not in path:
            shutil.rmtree(folder / f"{path}.p", ignore_errors=True)


def nodes(folder: Path, size: int) -> Nodes:
    """The perfect subtrees' roots of the published log of `size` leaves, read from its tiles."""
    return nodes_of(size, lambda level, place, width: b"".join(_hashes(folder, level, place, width)))


def _hashes(folder: Path, level: int, place: int, width: int) -> list[bytes]:
    """The first `width` hashes of a tile, which may have been filled since."""
    try:
        data = (folder / tile_path(level, place, width)).read_bytes()
    except FileNotFoundError:
        data = (folder / tile_path(level, place, WIDTH)).read_bytes()
    step = log.HASH_BYTES
    return [data[i : i + step] for i in range(0, width * step, step)]


def _is_there(path: Path, data: bytes) -> bool:
    return path.exists() and path.read_bytes() == data


def _bundle(entries: Iterable[bytes]) -> bytes:
    return b"".join(len(each).to_bytes(2, "big") + each for each in entries)


def _unbundle(data: bytes) -> list[bytes]:
    entries, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : end])
        at = end
    return entries
