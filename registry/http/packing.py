"""What is published goes out with gzip where that saves something."""

import gzip
from functools import lru_cache
from typing import Final

from flask import Response, request

_UP_TO: Final = 4 << 20
"""Bytes. What is larger is so by its registers, which do not get smaller, and packing it would take seconds."""


@lru_cache(maxsize=16)
def packed(data: bytes) -> bytes | None:
    """`data` with gzip; None if that saves little: hashes and status lists are as dense as can be."""
    if len(data) > _UP_TO:
        return None
    smaller = gzip.compress(data, 9, mtime=0)
    return smaller if 10 * len(smaller) < 9 * len(data) else None


def answer(data: bytes, kind: str) -> Response:
    """An answer to the present request with `data`, packed if the client takes that."""
    smaller = packed(data) if request.accept_encodings["gzip"] > 0 else None
    made = Response(data if smaller is None else smaller, content_type=kind)
    made.vary.add("Accept-Encoding")
    if smaller is not None:
        made.headers["Content-Encoding"] = "gzip"
    return made
