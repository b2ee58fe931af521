"""One-inch photos: found by certificate or document number, decoded under caps, written anew without metadata."""

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from credential import documents
from signer.errors import SignerError, refused, usage
from signer.printing.layout import Photo
from signer.printing.pdf import Portrait

MAX_BYTES: Final = 8 << 20
MAX_PIXELS: Final = 50_000_000
MAX_PHOTOS: Final = 200_000
_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png"})
_FORMATS: Final = ("JPEG", "PNG")
_DOTS_A_MM: Final = 300 / 25.4
_QUALITY: Final = 88


class PhotoError(Exception):
    """A photo that cannot be used; in both languages, without its name, which may be a document's number."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Source:
    """Where one photo is: a file, or the entry `entry` of a ZIP."""

    path: Path = field(repr=False)
    entry: str | None = field(repr=False)

    def read(self) -> bytes:
        """Its bytes. PhotoError: too large, or unreadable."""
        try:
            if self.entry is None:
                with self.path.open("rb") as file:
                    data = file.read(MAX_BYTES + 1)
            else:
                with _archive(self.path).open(self.entry) as file:
                    data = file.read(MAX_BYTES + 1)
        except (OSError, zipfile.BadZipFile, RuntimeError, EOFError, ValueError, KeyError, zlib.error):
            raise PhotoError("读不了", "it cannot be read") from None
        if len(data) > MAX_BYTES:
            raise PhotoError(f"超过 {MAX_BYTES >> 20} MB", f"it is larger than {MAX_BYTES >> 20} MB")
        return data


@lru_cache(maxsize=1)
def _archive(path: Path) -> zipfile.ZipFile:
    """The ZIP, opened once a process: its list of names may be long."""
    return zipfile.ZipFile(path)


Album = Mapping[str, Source]
"""Photos by the number in their names."""


def album(place: Path) -> Album:
    """The photos of a folder or ZIP. SignerError: neither of them, too many, two of one number."""
    found: dict[str, Source] = {}
    for name, source in _sources(place):
        path = Path(name.replace("\\", "/"))
        if path.suffix.lower() not in _SUFFIXES or path.name.startswith("."):
            continue
        key = _key(path.stem)
        if key in found:
            raise refused(
                "photo-twice",
                "照片里有两张同号的。请各留一张。",
                "there are two photos of one number. Keep one of each.",
            )
        found[key] = source
        if len(found) > MAX_PHOTOS:
            raise refused("photos-many", f"照片超过 {MAX_PHOTOS} 张。", f"there are more than {MAX_PHOTOS} photos.")
    return found


def _sources(place: Path) -> Iterator[tuple[str, Source]]:
    if place.is_dir():
        yield from ((path.name, Source(path, None)) for path in sorted(place.iterdir()) if path.is_file())
        return
    try:
        _archive.cache_clear()
        with zipfile.ZipFile(place) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
    except (OSError, zipfile.BadZipFile, RuntimeError, ValueError):
        raise usage(
            "photos", f"{place} 不是文件夹，也不是 ZIP。", f"{place} is neither a folder nor a ZIP file."
        ) from None
    yield from ((name, Source(place, name)) for name in names)


def _key(number: str) -> str:
    return documents.normalised(number).upper()


def of(found: Album, number: str | None, document: str | None) -> Source | None:
    """The photo of a certificate, by its number or its holder's document's."""
    keys = (_key(each) for each in (number, document) if each)
    return next((found[key] for key in keys if key in found), None)


def require_fit(source: Source) -> None:
    """PhotoError unless the photo looks like one: format and size, as its head says."""
    with _opened(source.read()):
        pass


def portrait(source: Source, box: Photo) -> Portrait:
    """The photo cut to the box, at 300 dots an inch, turned as its camera says. PhotoError."""
    size = (round(box.width * _DOTS_A_MM), round(box.height * _DOTS_A_MM))
    try:
        with _opened(source.read()) as image:
            image.draft("RGB", (size[0] * 2, size[1] * 2))
            upright = ImageOps.exif_transpose(image)
            cut = ImageOps.fit(_opaque(upright), size, Image.Resampling.LANCZOS, centering=(0.5, 0.4))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise _no_picture() from None
    out = BytesIO()
    cut.save(out, "JPEG", quality=_QUALITY, subsampling=0)
    return Portrait(out.getvalue(), *size)


def _opened(data: bytes) -> Image.Image:
    try:
        image = Image.open(BytesIO(data), formats=_FORMATS)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise _no_picture() from None
    if image.width * image.height > MAX_PIXELS:
        image.close()
        raise PhotoError("像素太多", "it has too many pixels")
    return image


def _opaque(image: Image.Image) -> Image.Image:
    """In RGB, on white where it is transparent."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layered = image.convert("RGBA")
        white = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(white, layered).convert("RGB")
    return image.convert("RGB")


def _no_picture() -> PhotoError:
    return PhotoError("不是完好的 JPEG 或 PNG", "it is no sound JPEG or PNG")


def unusable(row: int | None, number: str, error: PhotoError) -> SignerError:
    """The error for a certificate whose photo turns out bad when it is printed."""
    where_zh, where_en = (f"第 {row} 行，编号 {number}", f"row {row}, number {number}") if row else (number, number)
    return refused(
        "photo",
        f"{where_zh} 的照片用不了：{error.zh}。这一页没有写出；换好照片后再次运行会继续。",
        f"the photo of {where_en} cannot be used: {error.en}. Its page was not written; mend the photo and run again.",
    )
