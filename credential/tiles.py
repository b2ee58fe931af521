"""Where a log's hashes lie as files: C2SP tlog-tiles. Level 0 has the leaves', each above the roots of 256 below."""

from collections.abc import Callable
from functools import cache
from typing import Final

from credential import log
from credential.log import Nodes

WIDTH: Final = 256
LEVEL_BITS: Final = 8
TILE_BYTES: Final = WIDTH * log.HASH_BYTES

Read = Callable[[int, int, int], bytes]
"""The first `width` hashes of a tile, by level, place and width; what follows them does no harm."""


def tile_path(level: int | str, place: int, width: int) -> str:
    """Where a tile lies, such as `tile/0/x001/234.p/5`; the last part is left out of a full one."""
    digits = f"{place:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    name = "/".join([*(f"x{each}" for each in groups[:-1]), groups[-1]])
    return f"tile/{level}/{name}" + ("" if width == WIDTH else f".p/{width}")


def nodes_of(size: int, read: Read) -> Nodes:
    """The perfect subtrees' roots of the log of `size` leaves; each tile is read once, and only if it is asked for."""
    tile_of = cache(read)

    def node(height: int, place: int) -> bytes:
        level, within = divmod(height, LEVEL_BITS)
        tile, offset = divmod(place << within, WIDTH)
        full, width = divmod(size >> LEVEL_BITS * level, WIDTH)
        data = tile_of(level, tile, width if tile == full else WIDTH)
        hashes = [data[i : i + log.HASH_BYTES] for i in range(0, len(data), log.HASH_BYTES)]
        return log.head_of(hashes[offset : offset + (1 << within)]).root_hash

    return node
