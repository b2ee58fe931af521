"""Reading QR codes from PDFs, page by page, with PDFium, the engine of Chromium."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from credential.reason import Reason
from verifier_cli.given import Unread
from verifier_cli.reading import pictures
from verifier_cli.reading.pictures import Content

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PAGES: Final = 1_000
MAX_PIXELS: Final = 36_000_000
"""Of one page as it is drawn."""
MAX_IMAGES: Final = 20
"""Of one page that are looked at by themselves."""
RESOLUTIONS: Final = (200, 400)
"""Dots an inch: a printed certificate is read at the first; the second is for codes drawn small."""
_POINTS: Final = 72
_PASSWORD: Final = 4
"""FPDF_ERR_PASSWORD"""


class Document:
    """An open PDF, which its reader closes."""

    def __init__(self, source: str | bytes) -> None:
        """Open a file or what was one. UnreadableError if it cannot be read."""
        import pypdfium2

        try:
            self._file = pypdfium2.PdfDocument(source)
            self.pages = len(self._file)
        except pypdfium2.PdfiumError as error:
            locked = getattr(error, "err_code", None) == _PASSWORD
            reason = Reason.PDF_ENCRYPTED if locked else Reason.PDF_BROKEN
            raise UnreadableError(Unread(reason, "" if locked else str(error))) from None
        if self.pages == 0:
            raise UnreadableError(Unread(Reason.PDF_BROKEN, "no page"))

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def read(self, number: int) -> list[Content]:
        """What the codes of a page say, counted from 0, at least one thing."""
        import pypdfium2

        try:
            page = self._file[number]
            try:
                return pictures.contents(_texts(page))
            finally:
                page.close()
        except pypdfium2.PdfiumError as error:
            return [("", Unread(Reason.PDF_BROKEN, str(error)))]


class UnreadableError(Exception):
    """That a document cannot be read, and why."""

    def __init__(self, why: Unread) -> None:
        super().__init__(why.detail)
        self.why = why


def places(count: int) -> list[str]:
    """What to call the pages that are read: `#pN`, a single one nothing."""
    return [""] if count == 1 else [f"#p{number}" for number in range(1, min(count, MAX_PAGES) + 1)]


def beyond(count: int) -> Unread | None:
    """What is said of the pages that are too many."""
    return Unread(Reason.FILE_TOO_LARGE, f"{count} pages, {MAX_PAGES} were read") if count > MAX_PAGES else None


def _texts(page: Any) -> list[str]:
    """The codes' texts: of the page as drawn, then larger, of the pictures in it, until one is ours; then mended."""
    from verifier_cli.reading import ladder

    found: list[str] = []
    for picture in _views(page):
        found += ladder.glance(picture)
        if any(map(pictures.is_ours, found)):
            return found
    return found + [text for scale in _scales(page)[:1] for text in ladder.read(_drawn(page, scale, in_colours=True))]


def _views(page: Any) -> Iterator["Image"]:
    for scale in _scales(page):
        yield _drawn(page, scale)
    yield from _images(page)


def _drawn(page: Any, scale: float, *, in_colours: bool = False) -> "Image":
    drawn: Image = page.render(scale=scale, grayscale=not in_colours, may_draw_forms=False).to_pil()
    return drawn.convert("RGB" if in_colours else "L")


def _scales(page: Any) -> list[float]:
    """Pixels a point: one for each resolution, as far as a page so large may be drawn."""
    width, height = page.get_size()
    most = (MAX_PIXELS / max(width * height, 1)) ** 0.5
    scales = dict.fromkeys(min(resolution / _POINTS, most) for resolution in RESOLUTIONS)
    return [scale for scale in scales if min(width, height) * scale >= 1]


def _images(page: Any) -> Iterator["Image"]:
    """The pictures in the page, with all the pixels that they have."""
    import pypdfium2
    from pypdfium2 import raw

    for place, each in enumerate(page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=4)):
        if place >= MAX_IMAGES:
            return
        try:
            width, height = each.get_px_size()
            if 0 < width * height <= pictures.MAX_PIXELS:
                yield each.get_bitmap().to_pil().convert("L")
        except pypdfium2.PdfiumError:
            continue
