"""A certificate's QR code as its signer draws it (docs/format.md 11): as modules, as an SVG path, as a PNG."""

from io import BytesIO
from itertools import groupby
from typing import Final

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import QRData

QUIET_ZONE: Final = 4
PIXELS_A_MODULE: Final = 8
MASK: Final = 2
_DIGITS: Final = 1
_BYTES: Final = 4


def modules(text: str) -> list[list[bool]]:
    """The code's modules with their quiet zone; True is dark. `text` ends in digits after its only `#`."""
    head, hash_sign, digits = text.partition("#")
    code = qrcode.QRCode(version=None, error_correction=ERROR_CORRECT_M, mask_pattern=MASK, border=QUIET_ZONE)
    code.add_data(QRData((head + hash_sign).encode("ascii"), _BYTES))
    code.add_data(QRData(digits.encode("ascii"), _DIGITS))
    code.make(fit=True)
    return code.get_matrix()


def path(rows: list[list[bool]]) -> str:
    """The dark modules as the data of one SVG path, a unit each."""
    return "".join(_line(y, row) for y, row in enumerate(rows))


def _line(y: int, row: list[bool]) -> str:
    drawn, x = "", 0
    for dark, run in groupby(row):
        length = len(list(run))
        drawn += f"M{x} {y}h{length}v1h-{length}z" if dark else ""
        x += length
    return drawn


def png(text: str) -> bytes:
    """The code as a PNG of one bit a pixel."""
    rows = modules(text)
    side = len(rows)
    small = Image.frombytes("L", (side, side), bytes(0 if dark else 255 for row in rows for dark in row))
    large = small.resize((side * PIXELS_A_MODULE, side * PIXELS_A_MODULE), Image.Resampling.NEAREST)
    file = BytesIO()
    large.convert("1", dither=Image.Dither.NONE).save(file, "PNG")
    return file.getvalue()
