"""Reading QR codes from pictures: needs the extra `images` (Pillow and zxing-cpp), imported only here."""

import warnings
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO, Final

from credential import qr_text
from credential.errors import CredentialError
from credential.reason import Reason
from verifier_cli.errors import UsageError
from verifier_cli.given import Unread

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS: Final = 50_000_000
MAX_FILE: Final = 64 << 20
MAX_FRAMES: Final = 20
FORMATS: Final = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")


def require_libraries(name: str) -> None:
    """UsageError that names the extra, unless pictures can be read here."""
    try:
        import_module("PIL.Image")
        import_module("zxingcpp")
    except ImportError:
        raise UsageError(
            f"{name} 是图片；读取图片需要安装：pip install 'yinxin[images]'",
            f"{name} is a picture; to read pictures: pip install 'yinxin[images]'",
        ) from None


def is_ours(text: str) -> bool:
    """Whether a code's text begins as a certificate's does, whatever comes after."""
    try:
        qr_text.decode(text)
    except CredentialError as error:
        return error.reason is not Reason.QR_PREFIX
    return True


def read(path: str) -> list[str] | Unread:
    """The texts of all QR codes in a picture, at least one, or why there is none.

    PICTURE_TOO_LARGE by the header, before anything is decoded; PICTURE_TYPE for every other kind of file, and for
    one that is broken; NOT_READ if no code is found.
    """
    from PIL import Image

    try:
        with open(path, "rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(file)
    except Image.DecompressionBombError:
        return Unread(Reason.PICTURE_TOO_LARGE)
    except Exception as error:  # noqa: BLE001 - a decoder of hostile files may raise anything
        return Unread(Reason.PICTURE_TYPE, type(error).__name__)


def _read(file: BinaryIO) -> list[str] | Unread:
    from PIL import Image

    if file.seek(0, 2) > MAX_FILE:
        return Unread(Reason.PICTURE_TOO_LARGE, f"over {MAX_FILE} bytes")
    file.seek(0)
    with Image.open(file, formats=FORMATS) as picture:
        texts: list[str] = []
        left = MAX_PIXELS
        for _ in _frames(picture):
            left -= picture.width * picture.height
            if left < 0:
                return Unread(Reason.PICTURE_TOO_LARGE, f"{picture.width} x {picture.height} pixels")
            texts += _codes(_flattened(picture))
    return texts or Unread(Reason.NOT_READ)


def _frames(picture: "Image") -> Iterator[None]:
    """Move `picture` from frame to frame."""
    for place in range(MAX_FRAMES):
        try:
            picture.seek(place)
        except EOFError:
            return
        yield


def _flattened(picture: "Image") -> "Image":
    """The picture in grey, on white where it is transparent."""
    from PIL import Image

    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        ground.alpha_composite(layer)
        return ground.convert("L")
    return picture.convert("L")


def _codes(picture: "Image") -> list[str]:
    """The texts of the QR codes; if there is none, once more at twice the size."""
    found = _decode(picture)
    if found or 4 * picture.width * picture.height > MAX_PIXELS:
        return found
    return _decode(picture.resize((2 * picture.width, 2 * picture.height)))


def _decode(picture: "Image") -> list[str]:
    import zxingcpp

    codes = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode), text_mode=zxingcpp.TextMode.Plain
    )
    return [code.text for code in codes]
