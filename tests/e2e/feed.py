"""What a camera sees of a printed page: a film that Chromium takes for its camera."""

import random
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image, ImageFilter

SIZE: Final = (1280, 720)
FRAMES: Final = 30
_DESK: Final = (112, 96, 78)
_DOTS_AN_INCH: Final = 200
_POINTS_AN_INCH: Final = 72
_FAR, _NEAR = 0.15, 1.0


def film(pdf: Path, into: Path) -> Path:
    """A Motion JPEG film of the PDF's first page: a hand brings it nearer, tilted, and never quite still."""
    page = page_image(pdf)
    with into.open("wb") as out:
        for frame in frames(page, random.Random(7)):
            picture = BytesIO()
            frame.save(picture, "JPEG", quality=80)
            out.write(picture.getvalue())
    return into


def page_image(pdf: Path) -> Image.Image:
    """The PDF's first page as it comes out of the printer."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        drawn: Image.Image = document[0].render(scale=_DOTS_AN_INCH / _POINTS_AN_INCH).to_pil()
        return drawn.convert("RGB")
    finally:
        document.close()


def frames(page: Image.Image, chance: random.Random) -> Iterator[Image.Image]:
    """The page's lower half, where the code is, from far to near."""
    lower = page.crop((0, page.height // 2, page.width, page.height))
    for step in range(FRAMES):
        scale = _FAR + (_NEAR - _FAR) * step / (FRAMES - 1)
        seen = lower.resize((int(lower.width * scale), int(lower.height * scale)), Image.Resampling.BICUBIC)
        seen = seen.rotate(chance.uniform(4, 8), Image.Resampling.BICUBIC, expand=True, fillcolor=_DESK)
        frame = Image.new("RGB", SIZE, _DESK)
        frame.paste(seen, ((SIZE[0] - seen.width) // 2, (SIZE[1] - seen.height) // 2))
        yield frame.filter(ImageFilter.GaussianBlur(0.7))
