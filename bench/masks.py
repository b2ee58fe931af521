"""Whether one mask for all codes reads as well as the best of eight: `python -m bench.masks` (docs/adr/0009).

Both codes of every certificate are spoilt alike, in grades around the one where reading begins to fail.
"""

import random
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from typing import Final

import zxingcpp
from PIL import Image, ImageChops, ImageFilter

from bench.workload import HOST
from credential import qr_text
from signer.batches import qr
from tests.world import certificate, sign_it

Spoil = Callable[[Image.Image, int], Image.Image]
CODES: Final = 300
_PIXELS: Final = 4
"""Pixels a module, as in a photograph of a whole page."""
_PAPER: Final = 235
_INK: Final = 30
_MARGIN: Final = 40
_FORMATS: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def photograph(text: str, mask: int | None) -> Image.Image:
    """The code on grey paper, in ink that is not black."""
    modules = qr.matrix(text, mask)
    side = len(modules)
    pixels = bytes(_INK if dark else _PAPER for row in modules for dark in row)
    code = Image.frombytes("L", (side, side), pixels).resize((side * _PIXELS,) * 2, Image.Resampling.NEAREST)
    page = Image.new("L", (code.width + 2 * _MARGIN,) * 2, _PAPER)
    page.paste(code, (_MARGIN, _MARGIN))
    return page


def blurred(radius: float) -> Spoil:
    """Out of focus."""
    return lambda image, _: image.filter(ImageFilter.GaussianBlur(radius))


def tilted(much: float) -> Spoil:
    """Seen from the side: every corner is somewhere else, by up to this part of the width."""

    def spoil(image: Image.Image, _: int) -> Image.Image:
        side, off = image.width, image.width * much
        corners = (-off, -off * 0.6, off * 0.3, side + off, side + off, side - off * 0.4, side - off * 0.2, off)
        return image.transform(image.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=_PAPER)

    return spoil


def noisy(sigma: float) -> Spoil:
    """In poor light."""
    return lambda image, number: ImageChops.add(image, _noise(image.width, sigma, number % 5), 1, -128)


@cache
def _noise(side: int, sigma: float, seed: int) -> Image.Image:
    draw = random.Random(seed)
    return Image.frombytes(
        "L", (side, side), bytes(min(255, max(0, int(draw.gauss(128, sigma)))) for _ in range(side**2))
    )


def far(scale: float) -> Spoil:
    """From too far away, and turned a little."""

    def spoil(image: Image.Image, number: int) -> Image.Image:
        turned = image.rotate(3 + number % 17, Image.Resampling.BICUBIC, fillcolor=_PAPER)
        return turned.resize((int(image.width * scale),) * 2, Image.Resampling.BILINEAR)

    return spoil


def stained(part: float) -> Spoil:
    """Four square stains, dark or bright, of this part of the width."""

    def spoil(image: Image.Image, number: int) -> Image.Image:
        draw, size, stains = random.Random(number), int(image.width * part), image.copy()
        for _ in range(4):
            x, y = (draw.randrange(_MARGIN, image.width - _MARGIN - size) for _ in "xy")
            stains.paste(draw.choice((_INK, _PAPER)), (x, y, x + size, y + size))
        return stains

    return spoil


def compressed(quality: int) -> Spoil:
    """Sent through a chat program."""

    def spoil(image: Image.Image, _: int) -> Image.Image:
        file = BytesIO()
        image.save(file, "JPEG", quality=quality)
        return Image.open(file).convert("L")

    return spoil


def after(*spoils: Spoil) -> Spoil:
    """One after another."""

    def spoil(image: Image.Image, number: int) -> Image.Image:
        for each in spoils:
            image = each(image, number)
        return image

    return spoil


SPOILS: Final[Mapping[str, Spoil]] = {
    **{f"blur {radius}": blurred(radius) for radius in (1.85, 1.9, 1.95)},
    **{f"tilt {much}": tilted(much) for much in (0.082, 0.085, 0.088)},
    **{f"noise {sigma}": noisy(sigma) for sigma in (46, 47, 48)},
    **{f"far {scale}": far(scale) for scale in (0.38, 0.35, 0.32)},
    **{f"stains {part}": stained(part) for part in (0.07, 0.09, 0.12)},
    **{f"JPEG {quality}, far": after(far(0.5), compressed(quality)) for quality in (12, 10, 8)},
    **{
        f"blur, tilt, noise {sigma}, JPEG": after(blurred(1), tilted(0.05), noisy(sigma), compressed(20))
        for sigma in (42, 46, 50)
    },
}


def reads(image: Image.Image, text: str) -> bool:
    """Whether the picture reads as `text`."""
    return [code.text for code in zxingcpp.read_barcodes(image, formats=_FORMATS)] == [text]


def compare(codes: int) -> Mapping[str, tuple[int, int, int, int]]:
    """For every way to spoil: read under our mask, under the best; under ours alone, under the best alone."""
    outcomes: dict[str, list[tuple[bool, bool]]] = {name: [] for name in SPOILS}
    for number in range(codes):
        text = qr_text.encode(HOST, sign_it(certificate(serial=number + 1, index=977 * number)))
        ours, best = photograph(text, qr.MASK), photograph(text, None)
        for name, spoil in SPOILS.items():
            outcomes[name].append((reads(spoil(ours, number), text), reads(spoil(best, number), text)))
    return {name: _counted(pairs) for name, pairs in outcomes.items()}


def _counted(pairs: list[tuple[bool, bool]]) -> tuple[int, int, int, int]:
    ours, best = (sum(column) for column in zip(*pairs, strict=True))
    return ours, best, pairs.count((True, False)), pairs.count((False, True))


def main() -> None:
    """Print a line for every way to spoil, and the sum."""
    found = compare(CODES)
    print("ours, best of eight, ours alone, best alone")
    for name, counts in found.items():
        print(f"{name:32}", *(f"{count:5}" for count in counts))
    print(
        f"{'of ' + str(CODES * len(found)):32}", *(f"{sum(column):5}" for column in zip(*found.values(), strict=True))
    )


if __name__ == "__main__":
    main()
