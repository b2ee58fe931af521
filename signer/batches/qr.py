"""A certificate's QR code: drawn, rasterised, and read back by another library before anyone sees it.

Error correction M, one byte segment (the address) and one numeric segment (the certificate), the smallest version.
"""

from io import BytesIO
from typing import Final

import qrcode
import zxingcpp
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import QRData

from credential import qr_text

PIXELS_A_MODULE: Final = 8
QUIET_ZONE: Final = 4
"""Modules of white around the code (ISO/IEC 18004)."""
# Mode indicators of ISO/IEC 18004
_DIGITS: Final = 1
_BYTES: Final = 4
MASK: Final = 2
"""One mask for all: it reads as well as the best of eight, and to look for that takes four times as long
(docs/adr/0009)."""


class NotReadBackError(Exception):
    """The picture does not read as the text that was drawn."""


def matrix(text: str, mask: int | None = MASK) -> list[list[bool]]:
    """The code's modules with their quiet zone; True is dark. `text` ends in digits after its only `#`.

    `mask` is one of the eight of ISO/IEC 18004; None looks for the one with the lowest penalty.
    """
    head, hash_sign, digits = text.partition("#")
    code = qrcode.QRCode(version=None, error_correction=ERROR_CORRECT_M, mask_pattern=mask, border=QUIET_ZONE)
    byte_segment = (head + hash_sign).encode("ascii")
    code.add_data(QRData(byte_segment, _BYTES))
    code.add_data(QRData(digits.encode("ascii"), _DIGITS))
    code.make(fit=True)
    return code.get_matrix()


def version(text: str) -> int:
    """The version (1 to 40) of the code for `text`."""
    return (len(matrix(text)) - 2 * QUIET_ZONE - 17) // 4


def picture(text: str) -> bytes:
    """The code for `text` as a PNG of one bit a pixel, read back and found equal. NotReadBackError if it is not."""
    modules = matrix(text)
    side = len(modules)
    pixels = bytes(0 if dark else 255 for row in modules for dark in row)
    small = Image.frombytes("L", (side, side), pixels).convert("1", dither=Image.Dither.NONE)
    large = small.resize((side * PIXELS_A_MODULE, side * PIXELS_A_MODULE), Image.Resampling.NEAREST)
    file = BytesIO()
    large.save(file, "PNG")
    data = file.getvalue()
    require_reads_as(data, text)
    return data


def read(data: bytes) -> list[str]:
    """The texts of the QR codes in a PNG."""
    with Image.open(BytesIO(data), formats=("PNG",)) as image:
        found = zxingcpp.read_barcodes(
            image.convert("L"), formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
        )
    return [each.text for each in found]


def require_says(text: str, certificate: bytes) -> None:
    """Raise NotReadBackError unless `text`, as a verifier takes it apart, holds the certificate's very bytes."""
    if qr_text.decode(text) != certificate:
        raise NotReadBackError


def require_reads_as(data: bytes, text: str) -> None:
    """Raise NotReadBackError unless the PNG holds one QR code, and it says `text`."""
    if read(data) != [text]:
        raise NotReadBackError
