"""What damage is mixed from: noise, spots, uneven fields. All of it follows from the `Random` that is handed in."""

from collections.abc import Sequence
from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
_SPREAD: Final = 36.95
"""The standard deviation of the mean of four bytes."""


def noise(size: tuple[int, int], sigma: float, random: Random) -> Image.Image:
    """Grey noise around 128, nearly normal."""
    drawn = [Image.frombytes("L", size, random.randbytes(size[0] * size[1])) for _ in range(4)]
    pairs = [ImageChops.add(drawn[at], drawn[at + 1], 2) for at in (0, 2)]
    return ImageChops.add(pairs[0], pairs[1], 2).point([round(128 + (v - 128) * sigma / _SPREAD) for v in range(256)])


def with_noise(image: Image.Image, sigma: float, random: Random) -> Image.Image:
    """The picture with the same noise in all its colours."""
    grain = noise(image.size, sigma, random)
    return ImageChops.add(image, Image.merge("RGB", (grain,) * 3), 1, -128)


def field(size: tuple[int, int], cells: int, random: Random) -> Image.Image:
    """Grey that changes slowly: `cells` by `cells` random values, and what lies between them."""
    return Image.frombytes("L", (cells, cells), random.randbytes(cells**2)).resize(size, Image.Resampling.BICUBIC)


def speckles(size: tuple[int, int], part: float, grains: float, random: Random) -> Image.Image:
    """A mask of soft spots that cover about this part, each about `grains` pixels wide."""
    small = (max(1, round(size[0] / grains)), max(1, round(size[1] / grains)))
    drawn = Image.frombytes("L", small, random.randbytes(small[0] * small[1]))
    spots = drawn.point([255 if v < 256 * part else 0 for v in range(256)])
    return spots.resize(size, Image.Resampling.BICUBIC)


def shaded(image: Image.Image, light: Image.Image) -> Image.Image:
    """The picture under this light, 255 being full."""
    return ImageChops.multiply(image, Image.merge("RGB", (light,) * 3))


def over(image: Image.Image, mask: Image.Image, colour: Colour) -> Image.Image:
    """The picture with a colour laid over it where the mask is white."""
    return Image.composite(Image.new("RGB", image.size, colour), image, mask)


def inked(image: Image.Image, mask: Image.Image, colour: Colour) -> Image.Image:
    """The picture with transparent ink where the mask is white: what is dark stays dark."""
    return ImageChops.multiply(image, over(Image.new("RGB", image.size, "white"), mask, colour))


def wandering(length: int, wide: float, random: Random) -> list[float]:
    """So many steps of a walk that stays within `wide`."""
    at, found = 0.0, []
    for _ in range(length):
        at = max(-wide, min(wide, at + random.gauss(0, wide / 3)))
        found.append(at)
    return found


def strokes(
    size: tuple[int, int], lines: Sequence[Sequence[tuple[float, float]]], width: float, soft: float
) -> Image.Image:
    """A mask of lines."""
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    for line in lines:
        draw.line(line, fill=255, width=max(1, round(width)), joint="curve")
    return mask.filter(ImageFilter.GaussianBlur(soft))
