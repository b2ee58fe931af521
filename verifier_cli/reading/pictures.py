"""Reading QR codes from pictures: needs the extra `images` (Pillow and zxing-cpp), imported where they are used."""

import warnings
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO, Final

from credential import qr_text
from credential.errors import CredentialError
from credential.reason import Reason
from verifier_cli.given import Unread

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS: Final = 50_000_000
MAX_FILE: Final = 64 << 20
MAX_FRAMES: Final = 20
"""Of an animation, which is one picture."""
MAX_PAGES: Final = 500
"""Of a scan, each of which is a picture of its own."""
FORMATS: Final = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")


Content = tuple[str, str | Unread]
"""Where in the picture or document, and the text there, or why there is none."""
_GREY: Final = frozenset(("1", "L", "I", "F"))
_SUBFILE_TYPE: Final = 254
_REDUCED: Final = 1


def is_ours(text: str) -> bool:
    """Whether a code's text begins as a certificate's does, whatever comes after."""
    try:
        qr_text.decode(text)
    except CredentialError as error:
        return error.reason is not Reason.QR_PREFIX
    return True


def contents(texts: list[str]) -> list[Content]:
    """Every different Yinxin code of one picture; codes of others count only if there is none."""
    if not texts:
        return [("", Unread(Reason.NOT_READ))]
    ours = [text for text in dict.fromkeys(texts) if is_ours(text)]
    if not ours:
        return [("", Unread(Reason.QR_PREFIX, "the picture's code is not of a Yinxin certificate"))]
    return [("" if len(ours) == 1 else f"#{place}", text) for place, text in enumerate(ours, start=1)]


def read(file: BinaryIO) -> Iterator[Content]:
    """What the QR codes of a picture say, at least one thing; of a scan of several pages, of every page `#pN`.

    PICTURE_TOO_LARGE by the header, before anything is decoded; PICTURE_TYPE for every other kind of file, and for
    one that is broken; NOT_READ if no code is found.
    """
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield from _read(file)
    except Image.DecompressionBombError:
        yield "", Unread(Reason.PICTURE_TOO_LARGE)
    except MemoryError:
        yield "", Unread(Reason.READING_STOPPED, "out of memory")
    except Exception as error:  # noqa: BLE001 - a decoder of hostile files may raise anything
        yield "", Unread(Reason.PICTURE_TYPE, type(error).__name__)


def _read(file: BinaryIO) -> Iterator[Content]:
    from PIL import Image

    from verifier_cli.reading import ladder

    if file.seek(0, 2) > MAX_FILE:
        yield "", Unread(Reason.PICTURE_TOO_LARGE, f"over {MAX_FILE} bytes")
        return
    file.seek(0)
    with Image.open(file, formats=FORMATS) as picture:
        if picture.format == "TIFF" and getattr(picture, "n_frames", 1) > 1:
            yield from _pages(picture)
            return
        texts: list[str] = []
        left = MAX_PIXELS
        for _ in _frames(picture, MAX_FRAMES):
            left -= picture.width * picture.height
            if left < 0:
                yield "", _too_large(picture)
                return
            texts += ladder.read(_upright(picture))
    yield from contents(texts)


def _pages(picture: "Image") -> Iterator[Content]:
    """Each page by itself; small copies of the pages before them, which scanners add, are none."""
    from verifier_cli.reading import ladder

    count = 0
    for _ in _frames(picture, MAX_PAGES):
        if count and _tags(picture).get(_SUBFILE_TYPE, 0) & _REDUCED:
            continue
        count += 1
        if picture.width * picture.height > MAX_PIXELS:
            yield f"#p{count}", _too_large(picture)
            continue
        for place, content in contents(ladder.read(_upright(picture))):
            yield f"#p{count}{place}", content
    total = getattr(picture, "n_frames", 1)
    if total > MAX_PAGES:
        yield "", Unread(Reason.FILE_TOO_LARGE, f"{total} pages, {MAX_PAGES} were read")


def _tags(picture: "Image") -> Mapping[int, int]:
    found: Mapping[int, int] = getattr(picture, "tag_v2", {})
    return found


def _too_large(picture: "Image") -> Unread:
    return Unread(Reason.PICTURE_TOO_LARGE, f"{picture.width} x {picture.height} pixels")


def _frames(picture: "Image", most: int) -> Iterator[None]:
    """Move `picture` from frame to frame."""
    for place in range(most):
        try:
            picture.seek(place)
        except EOFError:
            return
        yield


def _upright(picture: "Image") -> "Image":
    """The picture in grey or in colours, turned as the camera that took it says: codes count as people see them."""
    from PIL import ImageOps

    flat = _flattened(picture)
    ImageOps.exif_transpose(flat, in_place=True)
    return flat


def _flattened(picture: "Image") -> "Image":
    """The picture in grey or in colours, on white where it is transparent."""
    from PIL import Image

    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        ground.alpha_composite(layer)
        return ground.convert("RGB")
    if picture.mode == "I;16":
        return picture.point(lambda value: value * (1 / 256)).convert("L")
    return picture.convert("L" if picture.mode in _GREY else "RGB")
