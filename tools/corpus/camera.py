"""How worn paper becomes a picture: lens, hand, screen, compression. `much` goes from 0 to 1."""

from collections.abc import Sequence
from io import BytesIO
from math import asin, cos, pi, sin
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from tools.corpus.grain import shaded, with_noise
from tools.corpus.sheets import PAPER, Sheet

_DESK = (92, 84, 78)


def reduced(sheet: Sheet, pixels: float) -> Sheet:
    """The sheet with so many pixels a module."""
    by = pixels / sheet.module
    size = round(sheet.picture.width * by), round(sheet.picture.height * by)
    left, top, side = (each * by for each in sheet.code)
    return sheet._replace(picture=sheet.picture.resize(size, Image.Resampling.BOX), code=(left, top, side))


def placed(sheet: Sheet, turn: float, tilt: float, random: Random) -> Sheet:
    """Seen askew: turned by `turn` degrees, each corner off by up to `tilt` of the width."""
    picture = sheet.picture.rotate(turn, Image.Resampling.BICUBIC, expand=abs(turn) > 20, fillcolor=_DESK)
    wide, high = picture.size
    off = [random.uniform(-tilt, tilt) * wide for _ in range(8)]
    corners = (off[0], off[1], off[2], high + off[3], wide + off[4], high + off[5], wide + off[6], off[7])
    seen = picture.transform(
        picture.size,
        Image.Transform.PERSPECTIVE,
        _perspective(picture.size, corners),
        Image.Resampling.BICUBIC,
        fillcolor=_DESK,
    )
    return sheet._replace(picture=seen)


def _perspective(size: tuple[int, int], corners: Sequence[float]) -> list[float]:
    """Coefficients that take the picture's corners to these: upper left, lower left, lower right, upper right."""
    wide, high = size
    x0, y0, x3, y3, x2, y2, x1, y1 = corners
    dx1, dx2, dy1, dy2 = x1 - x2, x3 - x2, y1 - y2, y3 - y2
    sx, sy = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    det = dx1 * dy2 - dx2 * dy1
    g, h = (sx * dy2 - dx2 * sy) / det, (dx1 * sy - sx * dy1) / det
    return [
        *((x1 - x0 + g * x1) / wide, (x3 - x0 + h * x3) / high, x0),
        *((y1 - y0 + g * y1) / wide, (y3 - y0 + h * y3) / high, y0),
        *(g / wide, h / high),
    ]


def unfocused(sheet: Sheet, much: float, random: Random) -> Sheet:
    """Out of focus."""
    radius = sheet.module * (0.25 + 0.55 * much) * random.uniform(0.9, 1.1)
    return sheet._replace(picture=sheet.picture.filter(ImageFilter.GaussianBlur(radius)))


def shaken(sheet: Sheet, much: float, random: Random) -> Sheet:
    """Moved while it was taken."""
    far, angle = sheet.module * (0.6 + 1.5 * much), random.uniform(0, pi)
    picture, steps = sheet.picture, 8
    total = None
    for step in range(steps):
        by = far * (step / (steps - 1) - 0.5)
        moved = picture.transform(
            picture.size,
            Image.Transform.AFFINE,
            (1, 0, by * cos(angle), 0, 1, by * sin(angle)),
            Image.Resampling.BILINEAR,
            fillcolor=PAPER,
        )
        total = moved if total is None else Image.blend(total, moved, 1 / (step + 1))
    return sheet._replace(picture=total or picture)


def curved(sheet: Sheet, much: float, random: Random) -> Sheet:
    """Rolled around an upright or lying cylinder, as paper that will not lie flat."""
    turned = random.random() < 0.5
    picture = sheet.picture.transpose(Image.Transpose.ROTATE_90) if turned else sheet.picture
    wide, high = picture.size
    reach, strips = 0.35 + 0.95 * much, 32
    sag = random.uniform(0.05, 0.22) * much * high

    def source(x: float) -> tuple[float, float]:
        across = asin(max(-1, min(1, (2 * x / wide - 1) * sin(reach)))) / reach
        return (across + 1) / 2 * wide, -sag * (1 - across**2)

    mesh = []
    for place in range(strips):
        left, right = round(wide * place / strips), round(wide * (place + 1) / strips)
        (a, up), (b, down) = source(left), source(right)
        mesh.append(((left, 0, right, high), (a, up, a, high + up, b, high + down, b, down)))
    bent = picture.transform(picture.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC, fillcolor=PAPER)
    light = Image.new("L", (wide, 1))
    for x in range(wide):
        light.putpixel((x, 0), round(255 - 120 * much * (0.5 + 0.5 * (2 * x / wide - 1)) ** 2))
    bent = shaded(bent, light.resize(picture.size))
    return sheet._replace(picture=bent.transpose(Image.Transpose.ROTATE_270) if turned else bent)


def rephotographed(sheet: Sheet, much: float, random: Random) -> Sheet:
    """Taken from a screen: its grid, the pattern that two grids make, and a lamp in the glass."""
    shown = reduced(sheet, random.uniform(2.6, 4.2))
    wide, high = shown.picture.size
    dots = shown.picture.resize((3 * wide, 3 * high), Image.Resampling.NEAREST)
    low = round(255 - 235 * (0.3 + 0.7 * much))
    cell = Image.new("RGB", (3, 3), (low, low, low))
    for at, colour in enumerate(((255, low, low), (low, 255, low), (low, low, 255))):
        for row in range(2):
            cell.putpixel((at, row), colour)
    grid = Image.new("RGB", dots.size)
    for x in range(0, dots.width, 3):
        grid.paste(cell, (x, 0))
    for y in range(3, dots.height, 3):
        grid.paste(grid.crop((0, 0, dots.width, 3)), (0, y))
    lit = ImageChops.multiply(dots, grid)
    by = random.uniform(0.28, 0.45) + 0.2 * (1 - much)
    taken = lit.rotate(random.uniform(-6, 6), Image.Resampling.BILINEAR, fillcolor=(20, 20, 24))
    taken = taken.filter(ImageFilter.GaussianBlur(0.5 + 0.4 * random.random()))
    taken = taken.resize((round(dots.width * by), round(dots.height * by)), Image.Resampling.NEAREST)
    return shown._replace(picture=_glare(ImageOps.autocontrast(taken, preserve_tone=True), much, random))


def _glare(picture: Image.Image, much: float, random: Random) -> Image.Image:
    wide, high = picture.size
    glow = Image.new("L", picture.size)
    x, y = random.uniform(0.25, 0.75) * wide, random.uniform(0.25, 0.75) * high
    a, b = random.uniform(0.05, 0.2) * wide, random.uniform(0.05, 0.15) * high
    ImageDraw.Draw(glow).ellipse((x - a, y - b, x + a, y + b), fill=round(215 * much))
    glow = glow.filter(ImageFilter.GaussianBlur(wide * 0.03))
    return ImageChops.add(picture, Image.merge("RGB", (glow,) * 3))


def compressed(picture: Image.Image, quality: int) -> Image.Image:
    """Sent through a chat program."""
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    with Image.open(file) as sent:
        return sent.convert("RGB")


def taken(sheet: Sheet, sigma: float, quality: int, random: Random) -> Image.Image:
    """What the sensor and the file make of it."""
    tint = tuple(random.uniform(0.9, 1) for _ in range(3))
    warm = sheet.picture.point([round(v * part) for part in tint for v in range(256)])
    return compressed(with_noise(warm, sigma, random), quality)
