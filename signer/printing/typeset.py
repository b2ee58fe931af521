"""Sets texts: breaks lines, finds the size that fits, and says in PDF operators which glyphs go where."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from signer.printing.fonts import Fonts
from signer.printing.layout import MM, Align, Text

_ASCENT: Final = 0.88
_SMALLEST: Final = 0.6
_STEP: Final = 0.94
_BROKEN: Final = 0.88
"""What could not be kept on one line is set so much smaller on several."""
_SHORT: Final = 0.15
"""A last line shorter than this part of the width looks left behind."""
_NARROWEST: Final = 0.85
_BOLD: Final = 0.028
_CLOSING: Final = "，。、；：？！）》」』”’·%,.;:?!)"
_OPENING: Final = "（《「『“‘("
_PIECES: Final = re.compile(rf" |[{re.escape(_OPENING)}]*(?:[!-~À-ɏ]+|[^ ])[{re.escape(_CLOSING)}]*")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one font, and the glyph of each."""

    font: str
    characters: str
    glyphs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A set text: PDF operators, and which glyphs of which font they need, each with its character."""

    operators: str
    runs: tuple[Run, ...]


class Measure:
    """Widths of texts in a run's fonts."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self._widths: dict[tuple[str, str], int] = {}

    def missing(self, font: str, text: str) -> str:
        """The characters that no font has, each once."""
        return "".join(dict.fromkeys(each for each in text if self._fonts.font_of(font, each) is None))

    def width(self, font: str, character: str) -> int:
        """A character's width in thousandths of the size."""
        key = (font, character)
        if key not in self._widths:
            name = self._fonts.font_of(font, character) or font
            face = self._fonts.faces[name]
            self._widths[key] = face.width(face.glyph(character))
        return self._widths[key]

    def of(self, text: Text, words: str) -> float:
        """The width of a line at size 1, its tracking included."""
        if not words:
            return 0.0
        return sum(self.width(text.font, each) for each in words) / 1000 + text.tracking * (len(words) - 1)

    def fitted(self, text: Text, words: str) -> tuple[float, list[str]] | None:
        """The largest size at which `words` fit into the text's box, and their lines; None if none does."""
        least = text.least or _SMALLEST * text.size
        if text.one_line and text.lines > 1:
            shorter = max(least, text.size * text.one_line)
            on_one = self._tried(text, words, text.size, shorter, 1)
            return on_one or self._evened(text, words, self._tried(text, words, text.size * _BROKEN, least, text.lines))
        return self._tried(text, words, text.size, least, text.lines)

    def _tried(self, text: Text, words: str, size: float, least: float, most: int) -> tuple[float, list[str]] | None:
        while size >= least - 1e-9:
            width = text.width * MM / size
            lines = self._broken(text, words, width, most)
            if lines is not None:
                return size, self._accompanied(text, words, width, lines)
            size *= _STEP
        return None

    def _accompanied(self, text: Text, words: str, width: float, lines: list[str]) -> list[str]:
        """As many lines, broken a little earlier where a word or two would stand alone on the last."""
        narrower = width
        while len(lines) > 1 and self.of(text, lines[-1]) < _SHORT * width and narrower > _NARROWEST * width:
            narrower -= 0.01 * width
            earlier = self._broken(text, words, narrower, len(lines))
            if earlier is None:
                break
            lines = earlier
        return lines

    def _evened(self, text: Text, words: str, found: tuple[float, list[str]] | None) -> tuple[float, list[str]] | None:
        """The same with lines of about one length, so that no character stands alone."""
        if found is None:
            return None
        size, lines = found
        for narrower in (each / 100 for each in range(50, 100, 5)):
            even = self._broken(text, words, text.width * MM / size * narrower, len(lines))
            if even is not None:
                return size, even
        return found

    def _broken(self, text: Text, words: str, width: float, most: int) -> list[str] | None:
        if most == 1:
            return [words] if self.of(text, words) <= width else None
        lines: list[str] = []
        line = ""
        for piece in _PIECES.findall(words):
            indent = 0.0 if lines else text.indent
            if line and self.of(text, (line + piece).rstrip()) > width - indent:
                lines.append(line.rstrip())
                line = ""
            line = (line + piece) if line else piece.lstrip()
        lines.append(line.rstrip())
        fits = len(lines) <= most and all(self.of(text, each) <= width for each in lines)
        return lines if fits else None


class Setter:
    """Sets texts in the run's subset fonts. What was set once is kept: most of a page is on all of them."""

    _KEPT: Final = 2_048

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self._measure = Measure(fonts)
        self._kept: dict[tuple[Text, str], Piece] = {}

    def set(self, text: Text, words: str, height: float) -> Piece:
        """`words` in the box of `text` on a page `height` millimetres high. ValueError if they do not fit."""
        key = (text, words)
        if key not in self._kept:
            if len(self._kept) >= self._KEPT:
                self._kept.clear()
            self._kept[key] = self._set(text, words, height)
        return self._kept[key]

    def _set(self, text: Text, words: str, height: float) -> Piece:
        fitted = self._measure.fitted(text, words)
        if fitted is None:
            raise ValueError("does not fit")
        size, lines = fitted
        runs: list[Run] = []
        colour = " ".join(f"{each:.3g}" for each in text.color)
        out = [f"q BT {colour} rg" + (f" {colour} RG {size * _BOLD:.3f} w 2 Tr" if text.bold else "")]
        top = (height - text.y) * MM - _ASCENT * text.size + _raised(text, size, len(lines))
        for place, line in enumerate(lines):
            left, spacing = self._placed(text, line, size, place, len(lines))
            own = list(self._runs(text.font, line))
            runs += own
            shown = " ".join(f"/{run.font} {size:.3f} Tf <{_hex(run.glyphs)}> Tj" for run in own)
            y = top - place * text.leading * size
            out.append(f"{spacing * size:.3f} Tc 1 0 0 1 {left:.3f} {y:.3f} Tm {shown}")
        return Piece(" ".join([*out, "ET Q\n"]), tuple(runs))

    def _placed(self, text: Text, line: str, size: float, place: int, count: int) -> tuple[float, float]:
        """Where a line begins, in points, and the space after each of its characters, in parts of the size."""
        indent = text.indent if place == 0 and count > 1 else 0.0
        width = text.width * MM / size - indent
        left, spare = text.x * MM + indent * size, width - self._measure.of(text, line)
        match text.align:
            case Align.LEFT:
                return left, text.tracking
            case Align.CENTER:
                return left + spare * size / 2, text.tracking
            case Align.RIGHT:
                return left + spare * size, text.tracking
            case Align.JUSTIFY if place == count - 1:
                return left, text.tracking
            case Align.JUSTIFY | Align.SPREAD:
                return left, text.tracking + (spare / (len(line) - 1) if len(line) > 1 else 0.0)

    def _runs(self, font: str, line: str) -> Iterator[Run]:
        for name, group in groupby(line, lambda each: self._fonts.font_of(font, each) or font):
            characters = "".join(group)
            yield Run(name, characters, tuple(self._fonts.faces[name].glyph(each) for each in characters))


def _raised(text: Text, size: float, lines: int) -> float:
    """How much higher what was made smaller stands, in points: in the middle of where it would have been."""
    if lines == 1:
        return (text.size - size) * 0.36
    above = text.leading * size * text.above if text.one_line else 0.0
    return (text.size - size) * 0.8 + above


def _hex(glyphs: Sequence[int]) -> str:
    return "".join(f"{each:04X}" for each in glyphs)
