"""One picture for one seed: what befell it, how badly, and what it says."""

from collections.abc import Callable, Mapping
from enum import StrEnum, unique
from random import Random
from types import MappingProxyType
from typing import Final, NamedTuple

from PIL import Image

from tools.corpus import camera, wear
from tools.corpus.sheets import Sheet, around_code, text_of, whole_page

TUNING: Final = range(1_000_000)
HELD_OUT: Final = range(1_000_000, 2_000_000)
"""Seeds that nobody looks at while the ladder is changed: the soak alone counts them."""

_USUAL: Final = (2.6, 4.8)
"""Pixels a module, as in usual photographs of a certificate."""

Damage = Callable[[Sheet, float, Random], Sheet]


@unique
class Kind(StrEnum):
    """What befell a code."""

    BLUR = "blur"
    MOTION = "motion"
    TILT = "tilt"
    FOLD = "fold"
    STAMP = "stamp"
    STAIN = "stain"
    TONER = "toner"
    COPY = "copy"
    JPEG = "jpeg"
    SCREEN = "screen"
    SMALL = "small"
    CURVE = "curve"
    SCRIBBLE = "scribble"
    HIDDEN = "hidden"
    FAINT = "faint"
    PAGE = "page"
    MIXED = "mixed"


KINDS: Final = tuple(Kind)


class Specimen(NamedTuple):
    """A picture in red, green and blue; `much` is from 0 to 1."""

    kind: Kind
    much: float
    seed: int
    text: str
    picture: Image.Image


def specimen(seed: int) -> Specimen:
    """The picture of this seed; its kind is by turns."""
    random = Random(seed)
    kind, much, text = KINDS[seed % len(KINDS)], random.random(), text_of(random)
    return Specimen(kind, much, seed, text, _WAYS[kind](text, much, random))


_ON_PAPER: Final[Mapping[Kind, Damage]] = MappingProxyType(
    {
        Kind.FOLD: wear.folded,
        Kind.STAMP: wear.stamped,
        Kind.STAIN: wear.stained,
        Kind.TONER: wear.low_toner,
        Kind.COPY: wear.copied,
        Kind.SCRIBBLE: wear.scribbled,
        Kind.HIDDEN: wear.hidden,
        Kind.FAINT: wear.faint,
        Kind.CURVE: camera.curved,
    }
)


def _worn(damage: Damage) -> Callable[[str, float, Random], Image.Image]:
    """Worn on paper, then photographed in a usual way."""
    return lambda text, much, random: _photograph(damage(around_code(text), much, random), random)


def _held(sheet: Sheet, pixels: tuple[float, float], random: Random) -> Sheet:
    """In front of a camera, nearly straight, with so many pixels a module."""
    near = camera.reduced(sheet, random.uniform(*pixels))
    return camera.placed(near, random.gauss(0, 4), 0.02, random)


def _photograph(sheet: Sheet, random: Random) -> Image.Image:
    held = _held(sheet, _USUAL, random)
    sharp = camera.unfocused(held, 0, random) if random.random() < 0.5 else held
    return camera.taken(sharp, random.uniform(2, 6), random.randint(70, 92), random)


def _blur(text: str, much: float, random: Random) -> Image.Image:
    blurred = camera.unfocused(_held(around_code(text), _USUAL, random), much, random)
    return camera.taken(blurred, random.uniform(1, 3), random.randint(75, 92), random)


def _motion(text: str, much: float, random: Random) -> Image.Image:
    moved = camera.shaken(_held(around_code(text), _USUAL, random), much, random)
    return camera.taken(moved, random.uniform(1, 3), random.randint(75, 92), random)


def _tilt(text: str, much: float, random: Random) -> Image.Image:
    near = camera.reduced(around_code(text), random.uniform(3.2, 5.2))
    askew = camera.placed(near, random.uniform(0, 360), 0.04 + 0.24 * much, random)
    return camera.taken(askew, random.uniform(2, 6), random.randint(70, 92), random)


def _jpeg(text: str, much: float, random: Random) -> Image.Image:
    held = _held(around_code(text), (2.2, 3.6), random)
    return camera.taken(held, random.uniform(2, 6), round(20 - 17 * much), random)


def _screen(text: str, much: float, random: Random) -> Image.Image:
    shown = camera.rephotographed(around_code(text), much, random)
    return camera.taken(shown, random.uniform(2, 5), random.randint(60, 90), random)


def _small(text: str, much: float, random: Random) -> Image.Image:
    far = camera.reduced(around_code(text), 2.3 - 1.1 * much)
    askew = camera.placed(far, random.gauss(0, 4), 0.01, random)
    return camera.taken(askew, random.uniform(1, 3), random.randint(80, 95), random)


def _page(text: str, much: float, random: Random) -> Image.Image:
    page = camera.reduced(whole_page(text, 3), 3.4 - 1.7 * much)
    askew = camera.placed(page, random.gauss(0, 3), 0.03, random)
    blurred = camera.unfocused(askew, much * random.uniform(0, 0.5), random)
    return camera.taken(blurred, random.uniform(2, 6), random.randint(60, 92), random)


def _mixed(text: str, much: float, random: Random) -> Image.Image:
    sheet = around_code(text)
    for kind in random.sample(tuple(_ON_PAPER), 3):
        sheet = _ON_PAPER[kind](sheet, 0.5 * much, random)
    return _photograph(sheet, random)


_WAYS: Final[Mapping[Kind, Callable[[str, float, Random], Image.Image]]] = MappingProxyType(
    {
        **{kind: _worn(damage) for kind, damage in _ON_PAPER.items()},
        Kind.BLUR: _blur,
        Kind.MOTION: _motion,
        Kind.TILT: _tilt,
        Kind.JPEG: _jpeg,
        Kind.SCREEN: _screen,
        Kind.SMALL: _small,
        Kind.PAGE: _page,
        Kind.MIXED: _mixed,
    }
)
