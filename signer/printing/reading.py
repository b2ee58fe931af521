"""Reads a page's codes back: rendered as a printer would at 150 dots an inch, then decoded by another library."""

from collections.abc import Sequence
from typing import Final

import pypdfium2
import zxingcpp

from signer.printing.layout import MM, Layout
from signer.printing.pdf import Page, code_box, paper

DOTS_AN_INCH: Final = 150
_MARGIN: Final = 2.0
"""Millimetres around the code that are rendered with it."""


def unread(data: bytes, layout: Layout, pages: Sequence[Page]) -> list[tuple[int, int]]:
    """(page, place) of every certificate whose code does not read as its own text; empty if all do."""
    width, height = paper(layout)
    found = []
    document = pypdfium2.PdfDocument(data)
    try:
        for number, page in enumerate(pages):
            sheet = document[number]
            for place, printed in enumerate(page):
                box = code_box(layout, printed)
                crop = (
                    max(0.0, box.x - _MARGIN),
                    max(0.0, height - box.y - box.size - _MARGIN),
                    max(0.0, width - box.x - box.size - _MARGIN),
                    max(0.0, box.y - _MARGIN),
                )
                if _texts(sheet, crop) != [printed.facts.text]:
                    found.append((number, place))
            sheet.close()
    finally:
        document.close()
    return found


def codes(data: bytes) -> list[str]:
    """The texts of all codes on the first page of a PDF. pypdfium2's PdfiumError: not a PDF."""
    document = pypdfium2.PdfDocument(data)
    try:
        return _texts(document[0], (0.0, 0.0, 0.0, 0.0))
    finally:
        document.close()


def _texts(page: pypdfium2.PdfPage, crop: tuple[float, float, float, float]) -> list[str]:
    left, bottom, right, top = (each * MM for each in crop)
    bitmap = page.render(scale=DOTS_AN_INCH / 72, crop=(left, bottom, right, top), grayscale=True)
    picture = bitmap.to_pil()
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    found = [each.text for each in zxingcpp.read_barcodes(picture, formats=formats)]
    bitmap.close()
    return found
