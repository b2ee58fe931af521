"""Writes worn certificates to look at: `python -m tools.corpus FOLDER 34`, or the sheet of examples in docs/images.

Only seeds of tuning are shown.
"""

import sys
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageOps

from tools.corpus.specimens import KINDS, TUNING, Specimen, specimen
from tools.environment import ROOT

SHEET: Final = ROOT / "docs" / "images" / "corpus.jpg"
_COLUMNS: Final = 6
_CELL: Final = 150
_SHOWN: Final = 0.65
"""How badly worn the examples are, about."""


def write(folder: Path, count: int) -> None:
    """The pictures of the first seeds; their names say the seed, what befell them and how badly."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in map(specimen, TUNING[:count]):
        each.picture.save(folder / f"{each.seed}-{each.kind}-{each.much:.2f}.png")


def sheet() -> Image.Image:
    """One example of every kind."""
    rows = -(-len(KINDS) // _COLUMNS)
    drawn = Image.new("RGB", (_COLUMNS * _CELL, rows * _CELL), "white")
    for place, each in enumerate(map(_example, range(len(KINDS)))):
        corner = place % _COLUMNS * _CELL, place // _COLUMNS * _CELL
        drawn.paste(ImageOps.fit(each.picture, (_CELL - 4, _CELL - 4), Image.Resampling.LANCZOS), corner)
        ImageDraw.Draw(drawn).text(
            (corner[0] + 4, corner[1] + 2), each.kind, "black", stroke_width=2, stroke_fill="white"
        )
    return drawn


def _example(turn: int) -> Specimen:
    tried = map(specimen, TUNING[turn : 12 * len(KINDS) : len(KINDS)])
    return min(tried, key=lambda each: abs(each.much - _SHOWN))


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            sheet().save(SHEET, quality=82)
        case [folder, count]:
            write(Path(folder), int(count))
        case _:
            sys.exit(__doc__)
