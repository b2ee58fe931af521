"""Reads a layout file: TOML, strictly. docs/printing.md says what every line means."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files as package_files
from io import BytesIO
from pathlib import Path
from typing import Any, Final, TypeVar
from zlib import compress

import pikepdf
from PIL import Image, UnidentifiedImageError

from signer import files
from signer.errors import SignerError, usage
from signer.printing import fonts
from signer.printing.facts import FIELDS
from signer.printing.fonts import Font
from signer.printing.layout import (
    PLACEHOLDER,
    Align,
    Background,
    Code,
    Colour,
    Frame,
    Layout,
    Line,
    Pairs,
    Photo,
    Sheet,
    Text,
)

BUILT_IN: Final = ("a4", "a4-bilingual", "card")
FORMAT: Final = 1
MIN_CODE: Final = 26.0
"""Millimetres: a smaller code could not keep modules of 0.4 mm."""
_MAX_FILE: Final = 256 << 10
_MAX_BACKGROUND: Final = 32 << 20
_MAX_PIXELS: Final = 40_000_000
_MAX_SIDE: Final = 2_000.0
_MAX_ITEMS: Final = 200
_COLOUR: Final = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})", re.ASCII)
_FONT_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,30}", re.ASCII)
_Value = TypeVar("_Value")
_Item = TypeVar("_Item")


class LayoutError(Exception):
    """Where a layout file is wrong, and why, in both languages."""

    def __init__(self, where: str, zh: str, en: str) -> None:
        super().__init__(f"{where}: {en}")
        self.where, self.zh, self.en = where, zh, en


@dataclass(frozen=True, slots=True)
class Read:
    """A layout and the fonts that it brings along."""

    layout: Layout
    fonts: tuple[Font, ...]


def read(name: str) -> Read:
    """The layout called `name`, one of BUILT_IN, or else the file of that path. SignerError if it is not right."""
    if name in BUILT_IN:
        data = (package_files("signer") / "printing" / "layouts" / f"{name}.toml").read_bytes()
        return parse(data, Path())
    path = Path(name)
    try:
        return parse(files.read_capped(path, _MAX_FILE), path.parent)
    except LayoutError as error:
        raise _wrong(path, error) from None


def _wrong(path: Path, error: LayoutError) -> SignerError:
    return usage(
        "layout",
        f"版式文件 {path} 的 {error.where}：{error.zh}。写法见 docs/printing.md。",
        f"the layout {path}, {error.where}: {error.en}. docs/printing.md says how to write one.",
    )


def parse(data: bytes, folder: Path) -> Read:
    """The layout in `data`, whose other files are in `folder`. LayoutError."""
    try:
        found = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise LayoutError("TOML", f"不是 TOML（{error}）", f"it is no TOML ({error})") from None
    top = _Table("", found)
    top.take("format", _format)
    page = top.take("page", lambda value: _Table("[page]", value))
    width, height = page.take("width", _side), page.take("height", _side)
    background = page.take("background", lambda value: _background(folder, value), None)
    page.end()
    none: tuple[Font, ...] = ()
    brought = top.take("fonts", lambda value: _fonts(folder, value), none)
    names = frozenset({fonts.SERIF, fonts.SANS, *(font.name for font in brought)})
    layout = Layout(
        digest=sha256(data + (background.data if background else b"")).digest(),
        width=width,
        height=height,
        texts=top.items("text", lambda table: _text(table, names)),
        pairs=top.items("pairs", lambda table: _pairs(table, names)),
        lines=top.items("line", lambda table: Line(*table.box(), color=table.take("color", _colour, (0.0, 0.0, 0.0)))),
        frames=top.items("frame", _frame),
        code=top.take("qr", lambda value: _code(_Table("[qr]", value))),
        photo=top.take("photo", lambda value: _photo(_Table("[photo]", value)), None),
        sheet=top.take("sheet", lambda value: _sheet(_Table("[sheet]", value), width, height), None),
        background=background,
    )
    top.end()
    _require_on_page(layout)
    return Read(layout, brought)


class _Table:
    """A table whose keys are taken one by one; what is left at the end is a mistake."""

    def __init__(self, where: str, value: object) -> None:
        if not isinstance(value, dict):
            raise LayoutError(where, "应是一张表", "it has to be a table")
        self.where = where
        self._left: dict[str, Any] = dict(value)

    def take(self, key: str, convert: Callable[[Any], _Value], *default: _Value) -> _Value:
        """The value of `key`, converted; `default` if there is none."""
        where = f"{self.where} {key}".strip()
        if key not in self._left:
            if default:
                return default[0]
            raise LayoutError(where, "缺少这一项", "it is missing")
        try:
            return convert(self._left.pop(key))
        except ValueError as error:
            zh, en = error.args
            raise LayoutError(where, zh, en) from None

    def items(self, key: str, convert: "Callable[[_Table], _Item]") -> tuple[_Item, ...]:
        """The tables under `key`, one or several, each converted and used up."""
        given = self._left.pop(key, [])
        listed = given if isinstance(given, list) else [given]
        if len(listed) > _MAX_ITEMS:
            raise LayoutError(key, f"最多 {_MAX_ITEMS} 项", f"there may be {_MAX_ITEMS} at most")
        made = []
        for place, value in enumerate(listed, 1):
            table = _Table(f"[{key}] {place}", value)
            made.append(convert(table))
            table.end()
        return tuple(made)

    def box(self) -> tuple[float, float, float, float]:
        """x, y, width, height."""
        return self.take("x", _place), self.take("y", _place), self.take("width", _side), self.take("height", _side)

    def end(self) -> None:
        """LayoutError if a key is left that nobody knows."""
        if self._left:
            key = min(self._left)
            raise LayoutError(f"{self.where} {key}".strip(), "没有这一项", "there is no such entry")


def _format(value: object) -> int:
    if value != FORMAT or isinstance(value, bool):
        raise ValueError(f"应为 {FORMAT}", f"it has to be {FORMAT}")
    return FORMAT


def _number(least: float, most: float) -> Callable[[object], float]:
    def convert(value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"应是 {least:g} 到 {most:g} 的数", f"it has to be a number from {least:g} to {most:g}")
        return float(value)

    return convert


_place: Final = _number(0, _MAX_SIDE)
_side: Final = _number(0.05, _MAX_SIDE)
_size: Final = _number(4, 200)
_count: Final = _number(1, 50)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("应是 true 或 false", "it has to be true or false")
    return value


def _colour(value: object) -> Colour:
    found = _COLOUR.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("应是 #rrggbb 形式的颜色", "it has to be a colour like #8a1c1c")
    red, green, blue = (round(int(each, 16) / 255, 4) for each in found.groups())
    return red, green, blue


def _words(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 1_000 or "\n" in value:
        raise ValueError("应是一行文字，最多 1000 字", "it has to be one line of text, of 1000 characters at most")
    unknown = sorted(set(PLACEHOLDER.findall(value)) - FIELDS)
    if unknown or re.search(r"[{}]", PLACEHOLDER.sub("", value)):
        named = unknown[0] if unknown else "{ }"
        known = "、".join(sorted(FIELDS))
        raise ValueError(f"没有字段 {named}；可用：{known}", f"there is no field {named}; there are {known}")
    return value


def _align(value: object) -> Align:
    if value not in frozenset(Align):
        raise ValueError("应是 left、center、right、justify 或 spread", "it is left, center, right, justify or spread")
    return Align(str(value))


def _font(names: frozenset[str]) -> Callable[[object], str]:
    def convert(value: object) -> str:
        if value not in names:
            listed = "、".join(sorted(names))
            raise ValueError(f"没有这个字体；有：{listed}", f"there is no such font; there are {listed}")
        return str(value)

    return convert


def _text(table: _Table, names: frozenset[str]) -> Text:
    black: Colour = (0.0, 0.0, 0.0)
    return Text(
        text=table.take("text", _words),
        x=table.take("x", _place),
        y=table.take("y", _place),
        width=table.take("width", _side),
        size=table.take("size", _size),
        font=table.take("font", _font(names), fonts.SERIF),
        align=table.take("align", _align, Align.LEFT),
        color=table.take("color", _colour, black),
        lines=int(table.take("lines", _count, 1.0)),
        leading=table.take("leading", _number(0.8, 4), 1.4),
        tracking=table.take("tracking", _number(0, 2), 0.0),
        indent=table.take("indent", _number(0, 10), 0.0),
        bold=table.take("bold", _flag, False),
        least=table.take("least", _size, 0.0),
        one_line=table.take("one_line", _number(0.3, 1), 0.0),
    )


def _pairs(table: _Table, names: frozenset[str]) -> Pairs:
    black: Colour = (0.0, 0.0, 0.0)
    none: Colour | None = None
    return Pairs(
        x=table.take("x", _place),
        y=table.take("y", _place),
        width=table.take("width", _side),
        label_width=table.take("label_width", _side),
        step=table.take("step", _side),
        size=table.take("size", _size),
        font=table.take("font", _font(names), fonts.SERIF),
        label_font=table.take("label_font", _font(names), fonts.SERIF),
        color=table.take("color", _colour, black),
        label_color=table.take("label_color", _colour, black),
        rule_color=table.take("rule_color", _colour, none),
        gap=table.take("gap", _place, 6.0),
        lines=int(table.take("lines", _count, 2.0)),
        bilingual=table.take("bilingual", _flag, False),
    )


def _frame(table: _Table) -> Frame:
    return Frame(
        *table.box(), table.take("line", _number(0.05, 20), 0.3), table.take("color", _colour, (0.0, 0.0, 0.0))
    )


def _photo(table: _Table) -> Photo:
    photo = Photo(
        table.take("x", _place),
        table.take("y", _place),
        table.take("width", _side, 25.0),
        table.take("height", _side, 35.0),
        table.take("frame", _flag, True),
        table.take("word", _words, "照片"),
    )
    table.end()
    return photo


def _code(table: _Table) -> Code:
    code = Code(table.take("x", _place), table.take("y", _place), table.take("size", _number(MIN_CODE, _MAX_SIDE)))
    table.end()
    return code


def _sheet(table: _Table, width: float, height: float) -> Sheet:
    sheet = Sheet(
        table.take("width", _side),
        table.take("height", _side),
        int(table.take("columns", _count)),
        int(table.take("rows", _count)),
        table.take("marks", _flag, True),
    )
    table.end()
    if sheet.columns * width > sheet.width or sheet.rows * height > sheet.height:
        raise LayoutError("[sheet]", "这么多放不进一张纸", "so many do not fit on the sheet")
    return sheet


def _fonts(folder: Path, value: object) -> tuple[Font, ...]:
    if not isinstance(value, dict) or len(value) > 16:
        raise ValueError("应是一张表，最多 16 个字体", "it has to be a table of 16 fonts at most")
    for name, file in value.items():
        if not _FONT_NAME.fullmatch(name) or not isinstance(file, str):
            raise ValueError(f"“{name}”应是 名称 = 文件", f'"{name}" has to be name = "file"')
    return tuple(fonts.load(name, _beside(folder, file)) for name, file in value.items())


def _beside(folder: Path, name: str) -> Path:
    """A file in the layout's folder or below it; others are not read because a layout says so."""
    path = folder / name
    if Path(name).is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError("文件须放在版式文件旁边", "the file has to be beside the layout file")
    return path


def _background(folder: Path, value: object) -> Background:
    if not isinstance(value, str):
        raise ValueError("应是文件名", "it has to be a file's name")
    data = files.read_capped(_beside(folder, value), _MAX_BACKGROUND)
    return _pdf_background(data) if data.startswith(b"%PDF-") else _png_background(data)


def _pdf_background(data: bytes) -> Background:
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            left, bottom, right, top = (float(each) for each in pdf.pages[0].mediabox)
            upright = pdf.pages[0].rotation == 0
            if len(pdf.pages) == 1 and upright and right > left and top > bottom:
                return Background(data, None)
    except (pikepdf.PdfError, LookupError, TypeError, ValueError):
        pass
    raise ValueError(
        "应是没有口令、只有一页、没有旋转的 PDF", "it has to be a PDF of one page, not rotated, without a password"
    )


def _png_background(data: bytes) -> Background:
    try:
        with Image.open(BytesIO(data), formats=("PNG",)) as image:
            if image.width * image.height <= _MAX_PIXELS:
                return Background(compress(image.convert("RGB").tobytes()), image.size)
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        pass
    raise ValueError(
        "应是 PDF 或 PNG，PNG 最多 4000 万像素", "it has to be a PDF, or a PNG of 40 million pixels at most"
    )


def _require_on_page(layout: Layout) -> None:
    """LayoutError if a box reaches beyond the page: it would be cut off in print."""
    boxes: Mapping[str, tuple[float, float]] = {
        "[qr]": (layout.code.x + layout.code.size, layout.code.y + layout.code.size),
        **{f"[text] {n}": (each.x + each.width, each.y) for n, each in enumerate(layout.texts, 1)},
        **{f"[pairs] {n}": (each.x + each.width, each.y) for n, each in enumerate(layout.pairs, 1)},
        **(
            {"[photo]": (layout.photo.x + layout.photo.width, layout.photo.y + layout.photo.height)}
            if layout.photo
            else {}
        ),
    }
    for where, (right, bottom) in boxes.items():
        if right > layout.width + 0.01 or bottom > layout.height + 0.01:
            raise LayoutError(where, "超出页面", "it reaches beyond the page")
