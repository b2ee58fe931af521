"""A layout: what stands where on a page. Lengths are in millimetres from the top left corner, sizes in points."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from credential.model import Kind
from signer.printing.facts import WORDINGS, Facts, Pair

Colour = tuple[float, float, float]
GREY: Final = (0.5, 0.5, 0.5)
MM: Final = 72 / 25.4
"""Points in a millimetre."""
_WORD: Final = 9.0
"""Points of the word in an empty photo's frame, unless it is long."""
PLACEHOLDER: Final = re.compile(r"\{([a-z_0-9]+)\}", re.ASCII)


@unique
class Align(StrEnum):
    """How lines fill their width. `justify` spares the last line, `spread` does not."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"
    JUSTIFY = "justify"
    SPREAD = "spread"


@dataclass(frozen=True, slots=True)
class Text:
    """A text with {fields}, from the top of its first line; left out if one of its fields is empty.

    What does not fit is set smaller, down to `least`, on at most `lines` lines. With `one_line` it is first made to
    fit on one, down to that part of the size. `tracking` and `indent` are in parts of the size.
    `above` is the part of a line by which several then begin higher.
    """

    text: str
    x: float
    y: float
    width: float
    size: float
    font: str = "serif"
    align: Align = Align.LEFT
    color: Colour = (0.0, 0.0, 0.0)
    lines: int = 1
    leading: float = 1.4
    tracking: float = 0.0
    indent: float = 0.0
    bold: bool = False
    least: float = 0.0
    one_line: float = 0.0
    above: float = 0.28


@dataclass(frozen=True, slots=True)
class Pairs:
    """The kind's own lines of label and value, `step` apart."""

    x: float
    y: float
    width: float
    label_width: float
    step: float
    size: float
    font: str = "serif"
    label_font: str = "serif"
    color: Colour = (0.0, 0.0, 0.0)
    label_color: Colour = (0.0, 0.0, 0.0)
    rule_color: Colour | None = None
    gap: float = 6.0
    lines: int = 2
    bilingual: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A filled bar: a rule where one side is short."""

    x: float
    y: float
    width: float
    height: float
    color: Colour = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle's outline, `line` wide."""

    x: float
    y: float
    width: float
    height: float
    line: float = 0.3
    color: Colour = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Photo:
    """Where the photo goes, cut to fill; where there is none, a `frame` with a `word` in it, for one to be glued."""

    x: float
    y: float
    width: float = 25.0
    height: float = 35.0
    frame: bool = True
    word: str = "照片"


@dataclass(frozen=True, slots=True)
class Code:
    """Where the QR code goes, its quiet zone included."""

    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """Several on one sheet of paper, in the middle of it, with cut marks."""

    width: float
    height: float
    columns: int
    rows: int
    marks: bool = True


@dataclass(frozen=True, slots=True)
class Background:
    """What lies under a page: the bytes of a one-page PDF, or a picture's deflated RGB samples of so many pixels."""

    data: bytes
    pixels: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Layout:
    """A page. `digest` changes with everything that decides what it looks like, but for the built-in fonts."""

    digest: bytes
    width: float
    height: float
    texts: tuple[Text, ...]
    pairs: tuple[Pairs, ...]
    lines: tuple[Line, ...]
    frames: tuple[Frame, ...]
    code: Code
    photo: Photo | None = None
    sheet: Sheet | None = None
    background: Background | None = None

    @property
    def a_sheet(self) -> int:
        """How many go on one sheet of paper."""
        return 1 if self.sheet is None else self.sheet.columns * self.sheet.rows

    def texts_for(self, kind: Kind, *, with_photo: bool = False) -> tuple[Text, ...]:
        """All texts of a certificate of this kind, its pairs among them, and the word in place of a photo."""
        lines = (text for pairs in self.pairs for text in _lines(pairs, kind))
        return (*self.texts, *lines, *(() if with_photo else self.in_frame))

    @property
    def in_frame(self) -> tuple[Text, ...]:
        """The word in the frame of a photo that is not there, if there is such a frame."""
        return (_in_place_of(self.photo),) if self.photo is not None and self.photo.frame else ()

    def rules_for(self, kind: Kind) -> tuple[Line, ...]:
        """All rules, those under the pairs among them."""
        return (*self.lines, *(rule for pairs in self.pairs for rule in _rules(pairs, kind)))


def filled(text: Text, facts: Facts) -> str:
    """The text with its fields; empty if one of them is."""
    names = PLACEHOLDER.findall(text.text)
    if not all(facts.fields[name] for name in names):
        return ""
    return PLACEHOLDER.sub(lambda found: facts.fields[found[1]], text.text)


def _in_place_of(photo: Photo) -> Text:
    size = min(_WORD, photo.width * MM / len(photo.word))
    y = photo.y + (photo.height - size / MM) / 2
    return Text(photo.word, photo.x, y, photo.width, size, align=Align.CENTER, color=GREY)


def _lines(pairs: Pairs, kind: Kind) -> Iterator[Text]:
    for place, pair in enumerate(WORDINGS[kind].pairs):
        y = pairs.y + place * pairs.step
        yield _label(pairs, pair, y)
        yield _value(pairs, pair, y)
        if pairs.bilingual:
            yield from _english(pairs, pair, y)


def _label(pairs: Pairs, pair: Pair, y: float) -> Text:
    return Text(pair.zh, pairs.x, y, pairs.label_width, pairs.size, pairs.label_font, Align.SPREAD, pairs.label_color)


def _value(pairs: Pairs, pair: Pair, y: float) -> Text:
    left = pairs.x + pairs.label_width + pairs.gap
    return Text(
        f"{{{pair.field}}}", left, y, pairs.x + pairs.width - left, pairs.size, pairs.font,
        color=pairs.color, lines=pairs.lines, leading=1.12, one_line=0.75,
        above=0.0 if pairs.bilingual else _ABOVE,
    )  # fmt: skip


_ABOVE: Final = 0.85
"""Two lines stand in the middle between their rules; under bilingual labels there is room below."""
_ENGLISH: Final = frozenset({"document_type", "level", "post", "term"})
_SMALL: Final = 0.62
_BELOW: Final = 0.47
"""Where the English line begins, below the top of the Chinese one: millimetres a point of size."""


def _english(pairs: Pairs, pair: Pair, y: float) -> Iterator[Text]:
    below, size = y + _BELOW * pairs.size, _SMALL * pairs.size
    yield Text(pair.en, pairs.x, below, pairs.label_width + pairs.gap, size, pairs.label_font, color=pairs.label_color)
    if pair.field in _ENGLISH:
        left = pairs.x + pairs.label_width + pairs.gap
        width = pairs.x + pairs.width - left
        yield Text(f"{{{pair.field}_en}}", left, below, width, size, pairs.font, color=pairs.label_color)


def _rules(pairs: Pairs, kind: Kind) -> Iterator[Line]:
    if pairs.rule_color is None:
        return
    left = pairs.x + pairs.label_width + pairs.gap - 1.5
    below = _BELOW * pairs.size + (_SMALL * pairs.size * 0.55 if pairs.bilingual else 0)
    for place in range(len(WORDINGS[kind].pairs)):
        yield Line(left, pairs.y + place * pairs.step + below, pairs.x + pairs.width - left, 0.12, pairs.rule_color)
