"""Reads worn paper: a picture as it is, and if that fails, the same picture mended in one way after another.

The steps and their order are those of web/src/reader/ladder.ts (docs/adr/0040).
"""

from collections.abc import Callable, Iterator, Sequence
from math import ceil, isqrt, sqrt
from typing import Final, NamedTuple

import zxingcpp
from PIL import Image

from verifier_cli.reading.mending import brightest, darkest, divided, enlarged, reduced, sharpened, smoothed

Point = tuple[int, int]

_MOST_OF_ALL: Final = 4_000_000
"""Pixels that a step works on, of a whole picture."""
_MOST_OF_PART: Final = 1_000_000
_MOST_PARTS: Final = 4
_MARGIN: Final = 5
"""A code that was seen is cut out with this part of its size around it: a fifth."""
_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


class Seen(NamedTuple):
    """A QR code that the decoder saw: its text, or None if it was seen and could not be read; and its four corners."""

    text: str | None
    corners: Sequence[Point]


Decode = Callable[[Image.Image], Sequence[Seen]]


def scan(grey: Image.Image) -> list[Seen]:
    """All QR codes that ZXing sees, those with errors too."""
    codes = zxingcpp.read_barcodes(grey, formats=_QR, text_mode=zxingcpp.TextMode.Plain, return_errors=True)
    return [Seen(code.text if code.valid else None, _corners(code.position)) for code in codes]


def glance(picture: Image.Image) -> list[str]:
    """The texts of the QR codes of a picture, as it is."""
    return _texts(scan(picture.convert("L")))


def read(picture: Image.Image, decode: Decode = scan) -> list[str]:
    """The texts of the QR codes of a picture (mode L or RGB), each once, in the order in which they were found.

    A code that was seen and not read is looked at again by itself; the whole picture only if nothing was read in it.
    """
    first = decode(picture.convert("L"))
    found = _texts(first)
    damaged = [seen for seen in first if seen.text is None][:_MOST_PARTS]
    if found and not damaged:
        return list(dict.fromkeys(found))
    bright = brightest(picture)
    for seen in damaged:
        found += _climb(_around(bright, seen.corners), _MOST_OF_PART, decode)
    if not found:
        found = _climb(bright, _MOST_OF_ALL, decode)
    return list(dict.fromkeys(found))


def _climb(grey: Image.Image, most: int, decode: Decode) -> list[str]:
    """What the first step reads that reads anything."""
    tried = (_texts(decode(candidate)) for candidate in candidates(grey, most))
    return next((found for found in tried if found), [])


def candidates(grey: Image.Image, most: int) -> Iterator[Image.Image]:
    """The picture mended in one way after another, those first that help most for what they cost."""
    yield grey
    fitting = _reduced_to(grey, most)
    large = _enlarged_to(fitting, 2, most)
    yield sharpened(large, 4, 2)
    yield divided(smoothed(smoothed(large, 2), 1), 8)
    yield darkest(fitting)
    dark = darkest(large)
    yield dark
    yield divided(dark, 8)
    yield divided(large, 8)
    yield sharpened(large, 6, 8)
    yield divided(smoothed(smoothed(_enlarged_to(fitting, 3, most), 2), 2), 20)


def _texts(seen: Sequence[Seen]) -> list[str]:
    return [each.text for each in seen if each.text is not None]


def _corners(position: zxingcpp.Position) -> list[Point]:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return [(corner.x, corner.y) for corner in corners]


def _reduced_to(grey: Image.Image, most: int) -> Image.Image:
    by = ceil(sqrt(grey.width * grey.height / most))
    return reduced(grey, by) if by > 1 else grey


def _enlarged_to(grey: Image.Image, by: int, most: int) -> Image.Image:
    """Enlarged `by` times, or by less if there would be too many pixels."""
    times = min(by, isqrt(most // (grey.width * grey.height)))
    return enlarged(grey, times) if times > 1 else grey


def _around(grey: Image.Image, corners: Sequence[Point]) -> Image.Image:
    """The part of a picture around these corners."""
    across, down = zip(*corners, strict=True)
    margin = max(max(across) - min(across), max(down) - min(down)) // _MARGIN
    left, right = _within(min(across) - margin, max(across) + margin, grey.width)
    top, bottom = _within(min(down) - margin, max(down) + margin, grey.height)
    return grey.crop((left, top, right, bottom))


def _within(first: int, last: int, size: int) -> tuple[int, int]:
    """The part of 0 to `size` from `first` to `last`: its begin and its end, one pixel at least."""
    begin = min(max(first, 0), size - 1)
    return begin, min(max(last, begin), size - 1) + 1
