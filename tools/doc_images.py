"""Draws pictures in docs/images from what the signer makes now: `python -m tools.doc_images` (Chromium, extra `print`).

roster-marked.png is the workbook that `check` writes for the roster of docs/signing.md, as a spreadsheet shows it;
key-backup.png the page of `key backup` for an invented key.
"""

from contextlib import redirect_stdout
from datetime import date
from hashlib import sha256
from html import escape
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pypdfium2
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

from credential import keyfile
from credential.keyfile import Cost, Purpose
from signer import cli
from signer.custody import backup_page
from tests.e2e.browser import chromium
from tests.signer import guide

IMAGES: Final = Path(__file__).resolve().parent.parent / "docs" / "images"
_WIDTH: Final = 1400
_COLOURS: Final = 16
_DOTS: Final = 80
_MADE_ON: Final = date(2026, 6, 1)
_STYLE: Final = """
body { margin: 0; width: 1400px; font: 13.5px/19px "Noto Sans CJK SC", "Noto Sans SC", sans-serif; background: #eee }
table { border-collapse: collapse; table-layout: fixed; background: white }
td, th { border: 1px solid #ccc; padding: 3px 6px; vertical-align: top; text-align: left; position: relative;
         font-weight: normal; overflow-wrap: break-word; white-space: pre-wrap }
th { background: #eee; color: #444; text-align: center }
.noted::after { content: ""; position: absolute; right: 0; top: 0; border: 5px solid;
                border-color: #633 #633 #0000 #0000 }
nav { padding: 5px 30px } nav span { padding: 5px 14px; display: inline-block }
nav span:first-child { background: white; border-bottom: 2px solid #444 }
"""


def roster_marked() -> None:
    """Check the guide's roster, and draw the workbook that comes of it."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        guide.rosters(place)
        with redirect_stdout(StringIO()):
            cli.main(["check", str(place / "名册.xlsx"), "--home", folder, "--out", str(place / "marked.xlsx")])
        book = load_workbook(place / "marked.xlsx")
    _drawn(_page(book), IMAGES / "roster-marked.png")


def _page(book: Workbook) -> str:
    sheet = book.worksheets[0]
    widths = [sheet.column_dimensions[get_column_letter(each)].width for each in range(1, sheet.max_column + 1)]
    scale = (_WIDTH - 30) / sum(widths)
    columns = "".join(f'<col style="width: {width * scale:.0f}px">' for width in widths)
    letters = "".join(f"<th>{get_column_letter(each)}</th>" for each in range(1, sheet.max_column + 1))
    rows = "".join(_row(sheet, number) for number in range(1, sheet.max_row + 1))
    tabs = "".join(f"<span>{escape(each.title)}</span>" for each in book.worksheets)
    return (
        f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style>'
        f'<table><col style="width: 28px">{columns}<tr><th></th>{letters}</tr>{rows}</table><nav>{tabs}</nav>'
    )


def _row(sheet: Worksheet, number: int) -> str:
    cells = "".join(_cell(each) for each in sheet[number] if isinstance(each, Cell))
    return f"<tr><th>{number}</th>{cells}</tr>"


def _cell(cell: Cell) -> str:
    colour = cell.fill.fgColor.rgb if cell.fill.fill_type == "solid" else None
    style = f' style="background: #{colour[2:]}"' if isinstance(colour, str) else ""
    noted = ' class="noted"' if cell.comment is not None else ""
    return f"<td{noted}{style}>{escape('' if cell.value is None else str(cell.value))}</td>"


def _drawn(html: str, path: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": _WIDTH, "height": 100})
        page.set_content(html)
        page.screenshot(path=path, full_page=True)
    _small(Image.open(path), path)


def key_backup() -> None:
    """Draw the page of an invented key, sealed under an invented passphrase."""
    seed, salt, nonce = (sha256(b"invented " + each).digest() for each in (b"seed", b"salt", b"nonce"))
    sealed = keyfile.seal(
        seed, Purpose.CERTIFICATE, "Y000035020001", b"invented", salt[:16], nonce[:24], Cost(1, 8 << 20)
    )
    document = pypdfium2.PdfDocument(backup_page.page(keyfile.parse(sealed), _MADE_ON))
    _small(document[0].render(scale=_DOTS / 72).to_pil(), IMAGES / "key-backup.png")
    document.close()


def _small(picture: Image.Image, path: Path) -> None:
    picture.convert("RGB").quantize(_COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    roster_marked()
    key_backup()
