"""The cases of `tests/mending/`, data for both languages: small pictures, and what the ladder's means make of them.

`python -m tests.mending_cases` writes the file anew.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any, Final

from PIL import Image

from verifier_cli.reading.mending import brightest, darkest, divided, enlarged, reduced, sharpened, smoothed

FILE: Final = Path(__file__).parent / "mending" / "cases.json"
_SIZES: Final = ((29, 23), (70, 3), (2, 5), (1, 1))
_WAYS: Final[Mapping[str, Callable[..., Image.Image]]] = MappingProxyType(
    {
        "enlarged": enlarged,
        "reduced": reduced,
        "smoothed": smoothed,
        "darkest": darkest,
        "sharpened": sharpened,
        "divided": divided,
    }
)
_ASKED: Final = (
    *(("enlarged", 2), ("enlarged", 3), ("reduced", 2), ("reduced", 3), ("reduced", 4)),
    *(("smoothed", 1), ("smoothed", 2), ("smoothed", 12), ("darkest",)),
    *(("sharpened", 4, 2), ("sharpened", 6, 8), ("divided", 8), ("divided", 20)),
)


def drawn(size: tuple[int, int], seed: int) -> Image.Image:
    """A picture with every sort of neighbours: noise, and flat black and white."""
    wide, high = size
    picture = Image.frombytes("RGB", size, Random(seed).randbytes(3 * wide * high))
    picture.paste((255, 255, 255), (wide // 3, 0, wide // 2, high))
    picture.paste((0, 0, 0), (0, high // 2, wide // 3, high))
    return picture


def cases() -> list[dict[str, Any]]:
    """Each picture, its two sorts of grey, and what becomes of the brightest."""
    return [_case(drawn(size, seed)) for seed, size in enumerate(_SIZES)]


def _case(picture: Image.Image) -> dict[str, Any]:
    bright = brightest(picture)
    steps = [{"asked": list(asked), **_pixels(_WAYS[str(asked[0])](bright, *asked[1:]))} for asked in _ASKED]
    return {
        "picture": _pixels(picture),
        "grey": _pixels(picture.convert("L")),
        "bright": _pixels(bright),
        "steps": steps,
    }


def _pixels(picture: Image.Image) -> dict[str, Any]:
    return {"width": picture.width, "height": picture.height, "data": b64encode(picture.tobytes()).decode("ascii")}


def write(path: Path) -> None:
    """Write all cases as JSON."""
    path.write_text(json.dumps(cases(), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    write(FILE)
