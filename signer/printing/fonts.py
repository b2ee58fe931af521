"""Fonts: which characters they have, and the small parts of them that go into a file.

One subset a run holds the characters of all its pages; the parts for single files are cut from that, which takes a
fiftieth of the time. Glyphs keep the numbers of the run's subset, so that what is set once fits every file.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import pylopdf_fonts_zh_cn
import uharfbuzz as hb

from signer import files
from signer.errors import SignerError, usage

SERIF: Final = "serif"
SANS: Final = "sans"
_MAX_FONT: Final = 64 << 20
_NO_EMBEDDING: Final = 0x0002
_FORMATS: Final = (b"OTTO", b"\x00\x01\x00\x00", b"true")
_UNNEEDED: Final = (
    "BASE",
    "DSIG",
    "GDEF",
    "GPOS",
    "GSUB",
    "OS/2",
    "VORG",
    "name",
    "post",
    "vhea",
    "vmtx",
    "kern",
    "STAT",
)
_FLAGS: Final = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.CFF_IDENTITY_CHARSET
_JOINED: Final = frozenset(
    {"R", "AL", "AN", "NSM", "RLE", "LRE", "RLO", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI", "BN"}
)


@dataclass(frozen=True, slots=True)
class Font:
    """A font file's bytes. `name` is what layouts call it; `digest` is their SHA-256."""

    name: str
    data: bytes
    digest: bytes


class Face:
    """A font opened: characters to glyphs and their widths."""

    def __init__(self, data: bytes) -> None:
        self.face = hb.Face(hb.Blob(data))
        self._font = hb.Font(self.face)
        self._upem = int(self.face.upem)

    def glyph(self, character: str) -> int:
        """The glyph of a character, or 0 if the font lacks it."""
        return int(self._font.get_nominal_glyph(ord(character)) or 0)

    def width(self, glyph: int) -> int:
        """A glyph's width in thousandths of the size."""
        return round(float(self._font.get_glyph_h_advance(glyph)) * 1000 / self._upem)

    def table(self, tag: str) -> bytes:
        """A table of the file; empty if there is none."""
        return bytes(self.face.reference_table(tag).data or b"")


@cache
def built_in(name: str) -> Font:
    """Noto Serif SC or Noto Sans SC (OFL), by its name in layouts."""
    path = {SERIF: pylopdf_fonts_zh_cn.serif_path, SANS: pylopdf_fonts_zh_cn.sans_path}[name]()
    data = path.read_bytes()
    return Font(name, data, sha256(data).digest())


def load(name: str, path: Path) -> Font:
    """A font file of the issuer's own. SignerError: not a single font, one that must not be embedded, too large."""
    data = files.read_capped(path, _MAX_FONT)
    if not data.startswith(_FORMATS):
        raise _unfit(path, "不是单个 OpenType 或 TrueType 字体（.ttc 请先拆开）", "not one OpenType or TrueType font")
    face = Face(data)
    if not (face.table("CFF ") or face.table("glyf")) or not face.table("cmap"):
        raise _unfit(path, "没有可用的轮廓", "it has no usable outlines")
    rights = face.table("OS/2")[8:10]
    if int.from_bytes(rights, "big") & 0x000F == _NO_EMBEDDING:
        raise _unfit(path, "字体厂商不允许嵌入", "its maker does not allow embedding")
    return Font(name, data, sha256(data).digest())


def _unfit(path: Path, zh: str, en: str) -> SignerError:
    return usage(
        "font", f"字体 {path} 不能用：{zh}。请换一个。", f"the font {path} cannot be used: {en}. Take another."
    )


class Fonts:
    """The fonts of a run. A character that the wanted font lacks is taken from the others, in their order."""

    def __init__(self, fonts: Iterable[Font]) -> None:
        self.fonts = {font.name: font for font in fonts}
        self.faces = {name: Face(font.data) for name, font in self.fonts.items()}
        self._found: dict[tuple[str, str], str | None] = {}

    def font_of(self, wanted: str, character: str) -> str | None:
        """The font that sets a character, or None if none can."""
        key = (wanted, character)
        if key not in self._found:
            self._found[key] = self._search(wanted, character)
        return self._found[key]

    def _search(self, wanted: str, character: str) -> str | None:
        if unicodedata.combining(character) or unicodedata.bidirectional(character) in _JOINED:
            return None
        order = sorted(self.faces, key=lambda name: name != wanted)
        return next((name for name in order if self.faces[name].glyph(character)), None)

    def subset(self, used: Mapping[str, Iterable[str]]) -> tuple[Font, ...]:
        """Each font cut down to the characters used of it; a font of which none are used is left out."""
        return tuple(
            Font(name, self._cut(name, used[name]), font.digest) for name, font in self.fonts.items() if name in used
        )

    def _cut(self, name: str, characters: Iterable[str]) -> bytes:
        wanted = hb.SubsetInput()
        wanted.sets(hb.SubsetInputSets.UNICODE).update(map(ord, characters))
        wanted.sets(hb.SubsetInputSets.DROP_TABLE_TAG).update(_tags(*_UNNEEDED))
        wanted.flags = _FLAGS
        return bytes(hb.subset(self.faces[name].face, wanted).blob.data)


def _tags(*names: str) -> list[int]:
    return [int.from_bytes(name.ljust(4).encode("ascii"), "big") for name in names]


def part(face: Face, glyphs: Iterable[int]) -> Face:
    """`face` with only these glyphs, which keep their numbers."""
    wanted = hb.SubsetInput()
    wanted.sets(hb.SubsetInputSets.GLYPH_INDEX).update(glyphs)
    wanted.sets(hb.SubsetInputSets.DROP_TABLE_TAG).update(_tags("cmap"))
    wanted.flags = _FLAGS | hb.SubsetFlags.RETAIN_GIDS
    return Face(bytes(hb.subset(face.face, wanted).blob.data))
