"""Makes files of pages over all cores: written, rendered, read back, and only then put in their place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from signer import files, parallel
from signer.batches import qr
from signer.errors import SignerError, refused
from signer.parallel import Size
from signer.printing import photos, reading
from signer.printing.facts import Facts
from signer.printing.fonts import Font, Fonts
from signer.printing.item import House, Item
from signer.printing.layout import Layout, filled
from signer.printing.pdf import Bitmap, Page, Portrait, Printed, Writer, places
from signer.printing.photos import PhotoError

LEAST_MODULE: Final = 0.4
"""Millimetres: smaller ones are lost in printing and on a phone's camera."""
_EDITION: Final = b"2"
"""Changes when the same facts and layout are set differently."""
ALONE: Final = 48
"""Up to so many certificates, starting processes takes longer than making their pages."""
_CHUNK: Final = 8
_MAX_PICTURE: Final = 1 << 20
_MARK: Final = b"% yinxin "


@dataclass(frozen=True, slots=True)
class Job:
    """One file to make of these certificates, `a_sheet` on each sheet of paper."""

    file: Path
    items: tuple[Item, ...] = field(repr=False)


def characters(fonts: Fonts, layout: Layout, all_facts: Iterable[Facts]) -> dict[str, set[str]]:
    """Which characters the pages take from which font."""
    used: dict[str, set[str]] = {}
    for facts in all_facts:
        add_characters(used, fonts, layout, facts)
    return used


def add_characters(used: dict[str, set[str]], fonts: Fonts, layout: Layout, facts: Facts) -> None:
    """The same, one page after another."""
    for text in layout.texts_for(facts.kind):
        for each in set(filled(text, facts)):
            used.setdefault(fonts.font_of(text.font, each) or text.font, set()).add(each)


@dataclass(frozen=True, slots=True)
class Press:
    """What every process that makes pages is given: the layout, and the run's fonts cut to its characters."""

    layout: Layout
    fonts: tuple[Font, ...]
    house: House


def make(press: Press, jobs: Iterable[Job], files_wanted: int, certificates: int) -> Iterator[int]:
    """Make those files that are not there yet; yields how many certificates are in each, in order.

    SignerError names the row that stops it.
    """
    alone = ALONE if certificates <= ALONE else 1
    chunk = _CHUNK if files_wanted > 8 * _CHUNK else 1
    return parallel.run(_make, jobs, Size(files_wanted, alone, chunk), _prepare, (press,))


class _Worker:
    """One process's press, kept between its jobs."""

    press: Press
    writer: Writer


def _prepare(press: Press) -> None:
    _Worker.press = press
    _Worker.writer = Writer(press.layout, Fonts(press.fonts))


def _make(job: Job) -> int:
    label = _label(job)
    recipe = _recipe(_Worker.press, job)
    if job.file.exists():
        of, made_from = _standing(job.file)
        if of != label:
            raise _taken(job.file)
        if made_from == recipe:
            return len(job.items)
    pages = _pages(_Worker.press, job)
    data = _Worker.writer.write(pages)
    bad = reading.unread(data, _Worker.press.layout, pages)
    if bad:
        page, place = bad[0]
        raise _not_read_back(job.file, pages[page][place])
    with files.told(job.file):
        files.write_atomic(job.file, _marked(data, label, recipe), files.PRIVATE_FILE, durable=False)
    return len(job.items)


def _label(job: Job) -> bytes:
    """Which certificates a file is of."""
    return f"{job.items[0].number}:{job.items[-1].number}:{len(job.items)}".encode()


def _recipe(press: Press, job: Job) -> bytes:
    """A SHA-256 over everything that the file is made from."""
    parts = [_EDITION, press.layout.digest, press.house.host.encode(), repr(press.house.issuer.names).encode()]
    parts += [font.digest for font in press.fonts]
    for item in job.items:
        photo = _photo_bytes(item)
        parts += [item.data, (item.document or "").encode(), item.serial.encode(), photo]
    return sha256(b"".join(sha256(part).digest() for part in parts)).digest()


def _photo_bytes(item: Item) -> bytes:
    try:
        return b"" if item.photo is None else item.photo.read()
    except PhotoError as error:
        raise photos.unusable(item.row, item.number, error) from None


def _marked(data: bytes, label: bytes, recipe: bytes) -> bytes:
    """The file with a last comment: of whom, from what, and the SHA-256 of the rest.

    It stands in the file because it could be turned back into a document's number, which the file itself shows.
    """
    return b"%s%s%s %s %s\n" % (data, _MARK, label, recipe.hex().encode(), sha256(data).hexdigest().encode())


def _standing(file: Path) -> tuple[bytes, bytes]:
    """Label and recipe of the file that is there; empty if it is none of ours, the recipe if it was changed since."""
    try:
        head, _, tail = file.read_bytes().rpartition(_MARK)
        label, recipe, digest = tail.decode("ascii").split()
        return label.encode(), bytes.fromhex(recipe) if sha256(head).hexdigest() == digest else b""
    except ValueError:
        return b"", b""
    except OSError as error:
        raise files.not_written(file, error) from None


def _pages(press: Press, job: Job) -> list[Page]:
    spots = places(press.layout)
    step = len(spots)
    return [
        [_printed(press, item, *spot) for item, spot in zip(job.items[first : first + step], spots, strict=False)]
        for first in range(0, len(job.items), step)
    ]


def _printed(press: Press, item: Item, x: float, y: float) -> Printed:
    facts = press.house.facts(item)
    code = _code(item, facts.text)
    module = press.layout.code.size / (code.side // qr.PIXELS_A_MODULE)
    if module < LEAST_MODULE:
        raise _too_small(item, press.layout.code.size, code.side // qr.PIXELS_A_MODULE)
    return Printed(facts, code, _portrait(press, item), x, y)


def _code(item: Item, text: str) -> Bitmap:
    """The code as it was drawn before, or drawn now; that it is the right one is read from the page."""
    found = drawn(item.picture)
    if found is not None:
        return found
    with Image.open(BytesIO(qr.picture(text)), formats=("PNG",)) as image:
        return Bitmap(image.tobytes(), image.width)


def drawn(picture: Path) -> Bitmap | None:
    """The code in a picture that was drawn before; None if there is none."""
    try:
        with picture.open("rb") as file:
            data = file.read(_MAX_PICTURE)
        with Image.open(BytesIO(data), formats=("PNG",)) as image:
            fits = image.mode == "1" and image.width == image.height <= 185 * qr.PIXELS_A_MODULE
            return Bitmap(image.tobytes(), image.width) if fits else None
    except (OSError, SyntaxError, ValueError):
        return None


def _portrait(press: Press, item: Item) -> Portrait | None:
    if item.photo is None or press.layout.photo is None:
        return None
    try:
        return photos.portrait(item.photo, press.layout.photo)
    except PhotoError as error:
        raise photos.unusable(item.row, item.number, error) from None


def _where(row: int | None, number: str) -> tuple[str, str]:
    return (
        (f"第 {row} 行，编号 {number}", f"row {row}, number {number}")
        if row
        else (f"编号 {number}", f"number {number}")
    )


def _not_read_back(file: Path, printed: Printed) -> SignerError:
    zh, en = _where(printed.facts.row, printed.facts.number)
    return refused(
        "page-not-read-back",
        f"{zh}：页面上的二维码读不回原文，{file.name} 没有写出。请检查版式：二维码上不要压其他内容，底图不要太深。",
        f"{en}: the code does not read back from the page, and {file.name} was not written. Look at the layout:"
        " nothing may lie over the code, and the background must be light.",
    )


def _too_small(item: Item, size: float, modules: int) -> SignerError:
    zh, en = _where(item.row, item.number)
    need = modules * LEAST_MODULE
    return refused(
        "code-too-small",
        f"{zh}：二维码有 {modules} 格（含留白），{size:g} 毫米太小。请在版式中把 [qr] size 改为至少 {need:.1f}。",
        f"{en}: its code has {modules} modules with the margin, too many for {size:g} mm. In the layout make [qr] size"
        f" {need:.1f} or more.",
    )


def _taken(file: Path) -> SignerError:
    return refused(
        "print-file-taken",
        f"{file} 已存在，不是同一份证书的打印件，不会覆盖。请换 --out，或在 --file-name 中加上 {{number}}。",
        f"{file} exists and is no print of the same certificate: it is not overwritten. Choose another --out, or add"
        " {number} to --file-name.",
    )
