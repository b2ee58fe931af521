"""Writes pages as PDF: the same pages give the same bytes, and every text can be searched and copied."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from io import BytesIO
from typing import Final
from zlib import compress

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from signer.printing.facts import Facts
from signer.printing.fonts import Face, Fonts, part
from signer.printing.layout import GREY, MM, Background, Code, Colour, Frame, Layout, Line, filled
from signer.printing.typeset import Piece, Setter

_MARK_LENGTH: Final = 5.0
_MARK_GAP: Final = 1.5
_SUBSET_NAME: Final = 6


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A QR code: rows of packed bits (1 is white), `side` pixels each way."""

    data: bytes
    side: int


@dataclass(frozen=True, slots=True)
class Portrait:
    """A photo as baseline JPEG of so many pixels, without metadata."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Printed:
    """One certificate on a page, its top left corner at (`x`, `y`) millimetres of the paper."""

    facts: Facts
    code: Bitmap = field(repr=False)
    photo: Portrait | None
    x: float = 0.0
    y: float = 0.0


Page = Sequence[Printed]


def paper(layout: Layout) -> tuple[float, float]:
    """Width and height of the paper in millimetres."""
    return (layout.width, layout.height) if layout.sheet is None else (layout.sheet.width, layout.sheet.height)


def places(layout: Layout) -> list[tuple[float, float]]:
    """Where the certificates of one sheet of paper stand, row by row."""
    if layout.sheet is None:
        return [(0.0, 0.0)]
    sheet = layout.sheet
    left = (sheet.width - sheet.columns * layout.width) / 2
    top = (sheet.height - sheet.rows * layout.height) / 2
    return [
        (left + column * layout.width, top + row * layout.height)
        for row in range(sheet.rows)
        for column in range(sheet.columns)
    ]


class Writer:
    """Writes files in one layout with a run's subset fonts."""

    def __init__(self, layout: Layout, fonts: Fonts) -> None:
        self._layout = layout
        self._setter = Setter(fonts)
        self._faces = fonts.faces

    def write(self, pages: Sequence[Page]) -> bytes:
        """One file with these pages."""
        pdf = Pdf.new()
        used: dict[str, dict[int, str]] = {}
        resources = Dictionary(Font=Dictionary(), XObject=Dictionary())
        if self._layout.background is not None:
            resources.XObject["/Under"] = _background(pdf, self._layout.background)
        resources = pdf.make_indirect(resources)
        for page in pages:
            self._add_page(pdf, page, resources, used)
        for name in sorted(used):
            resources.Font[f"/{name}"] = embedded(pdf, self._faces[name], used[name])
        _describe(pdf, [printed.facts for page in pages for printed in page])
        out = BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return out.getvalue()

    def _add_page(self, pdf: Pdf, page: Page, resources: Object, used: dict[str, dict[int, str]]) -> None:
        width, height = paper(self._layout)
        own = Dictionary(Font=resources.Font, XObject=Dictionary(dict(resources.XObject.items())))
        content = [_cut_marks(self._layout)]
        for place, printed in enumerate(page):
            content += self._certificate(pdf, printed, own.XObject, str(place), used)
        data = compress("".join(content).encode("ascii"))
        made = pdf.add_blank_page(page_size=(width * MM, height * MM))
        made.obj.Contents = Stream(pdf, data, Filter=Name.FlateDecode)
        made.obj.Resources = own

    def _certificate(
        self, pdf: Pdf, printed: Printed, images: Object, place: str, used: dict[str, dict[int, str]]
    ) -> Iterator[str]:
        layout, facts = self._layout, printed.facts
        bottom = paper(layout)[1] - printed.y - layout.height
        yield f"q 1 0 0 1 {printed.x * MM:.3f} {bottom * MM:.3f} cm\n"
        if layout.background is not None:
            yield _under(layout)
        yield from (bar(line, layout.height) for line in layout.rules_for(facts.kind))
        yield from (_outline(frame, layout.height) for frame in layout.frames)
        yield from self._texts(printed, used)
        if layout.photo is not None:
            box = layout.photo
            if printed.photo is not None:
                images[f"/Photo{place}"] = _photo(pdf, printed.photo)
                yield _image(f"Photo{place}", box.x, box.y, box.width, box.height, layout.height)
            elif box.frame:
                yield _outline(Frame(box.x, box.y, box.width, box.height, 0.15, GREY), layout.height)
        images[f"/Code{place}"] = _code(pdf, printed.code)
        code = layout.code
        yield _image(f"Code{place}", code.x, code.y, code.size, code.size, layout.height) + "Q\n"

    def _texts(self, printed: Printed, used: dict[str, dict[int, str]]) -> Iterator[str]:
        facts = printed.facts
        for text in self._layout.texts_for(facts.kind, with_photo=printed.photo is not None):
            words = filled(text, facts)
            if words:
                piece = self._setter.set(text, words, self._layout.height)
                note(piece, used)
                yield piece.operators


def plain(fonts: Fonts, layout: Layout, code: Bitmap, title: str) -> bytes:
    """One page that is no certificate's: the layout's texts as they stand, its lines, and its code."""
    setter, used = Setter(fonts), dict[str, dict[int, str]]()
    pdf = Pdf.new()
    content = [bar(line, layout.height) for line in layout.lines]
    for text in layout.texts:
        piece = setter.set(text, text.text, layout.height)
        note(piece, used)
        content.append(piece.operators)
    box = layout.code
    content.append(_image("Code", box.x, box.y, box.size, box.size, layout.height))
    made = pdf.add_blank_page(page_size=(layout.width * MM, layout.height * MM))
    made.obj.Contents = Stream(pdf, compress("".join(content).encode("ascii")), Filter=Name.FlateDecode)
    faces = {f"/{name}": embedded(pdf, fonts.faces[name], used[name]) for name in sorted(used)}
    made.obj.Resources = Dictionary(Font=Dictionary(faces), XObject=Dictionary(Code=_code(pdf, code)))
    pdf.docinfo["/Title"] = String(title)
    pdf.docinfo["/Creator"] = String("Yinxin")
    pdf.Root.Lang = String("zh-CN")
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    out = BytesIO()
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def note(piece: Piece, used: dict[str, dict[int, str]]) -> None:
    """Remember which glyphs of which font a piece needs."""
    for run in piece.runs:
        used.setdefault(run.font, {}).update(zip(run.glyphs, run.characters, strict=True))


def bar(line: Line, height: float) -> str:
    """A filled bar on a page `height` millimetres high."""
    box = _box(line.x, line.y, line.width, line.height, height)
    return f"q {_rgb(line.color)} rg {box} re f Q\n"


def _outline(frame: Frame, height: float) -> str:
    box = _box(frame.x, frame.y, frame.width, frame.height, height)
    return f"q {_rgb(frame.color)} RG {frame.line * MM:.3f} w {box} re S Q\n"


def _box(x: float, y: float, width: float, height: float, page: float) -> str:
    return f"{x * MM:.3f} {(page - y - height) * MM:.3f} {width * MM:.3f} {height * MM:.3f}"


def _rgb(colour: Colour) -> str:
    return " ".join(f"{each:.3g}" for each in colour)


def _image(name: str, x: float, y: float, width: float, height: float, page: float) -> str:
    return f"q {width * MM:.3f} 0 0 {height * MM:.3f} {x * MM:.3f} {(page - y - height) * MM:.3f} cm /{name} Do Q\n"


def _under(layout: Layout) -> str:
    return f"q {layout.width * MM:.3f} 0 0 {layout.height * MM:.3f} 0 0 cm /Under Do Q\n"


def _cut_marks(layout: Layout) -> str:
    """Short lines beside the outer certificates, where the paper is cut."""
    sheet = layout.sheet
    if sheet is None or not sheet.marks:
        return ""
    corners = places(layout)
    left, top = corners[0]
    right, bottom = left + sheet.columns * layout.width, top + sheet.rows * layout.height
    marks = []
    for x in (left + n * layout.width for n in range(sheet.columns + 1)):
        marks += [(x, top - _MARK_GAP, x, top - _MARK_GAP - _MARK_LENGTH)]
        marks += [(x, bottom + _MARK_GAP, x, bottom + _MARK_GAP + _MARK_LENGTH)]
    for y in (top + n * layout.height for n in range(sheet.rows + 1)):
        marks += [(left - _MARK_GAP, y, left - _MARK_GAP - _MARK_LENGTH, y)]
        marks += [(right + _MARK_GAP, y, right + _MARK_GAP + _MARK_LENGTH, y)]
    lines = (
        f"{x * MM:.3f} {(sheet.height - y) * MM:.3f} m {to_x * MM:.3f} {(sheet.height - to_y) * MM:.3f} l S\n"
        for x, y, to_x, to_y in marks
    )
    return f"q 0.25 w {''.join(lines)}Q\n"


def _code(pdf: Pdf, code: Bitmap) -> Object:
    return Stream(
        pdf, compress(code.data), Type=Name.XObject, Subtype=Name.Image, Width=code.side, Height=code.side,
        ColorSpace=Name.DeviceGray, BitsPerComponent=1, Filter=Name.FlateDecode,
    )  # fmt: skip


def _photo(pdf: Pdf, photo: Portrait) -> Object:
    return Stream(
        pdf, photo.jpeg, Type=Name.XObject, Subtype=Name.Image, Width=photo.width, Height=photo.height,
        ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.DCTDecode,
    )  # fmt: skip


def _background(pdf: Pdf, background: Background) -> Object:
    """What lies under the page, one unit wide and high."""
    if background.pixels is None:
        with pikepdf.open(BytesIO(background.data)) as other:
            form = pdf.copy_foreign(other.pages[0].as_form_xobject())
        left, bottom, right, top = (float(each) for each in form.BBox)
        form.Matrix = Array(
            [1 / (right - left), 0, 0, 1 / (top - bottom), -left / (right - left), -bottom / (top - bottom)]
        )
        return form
    width, height = background.pixels
    return Stream(
        pdf, background.data, Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height,
        ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.FlateDecode,
    )  # fmt: skip


def embedded(pdf: Pdf, face: Face, used: Mapping[int, str]) -> Object:
    """A font of these glyphs: the codes in the page are their numbers in the run's subset."""
    small = part(face, used)
    cff = small.table("CFF ")
    program = cff or bytes(small.face.blob.data)
    name = Name(f"/{_subset_name(program)}+Yinxin")
    file = Stream(pdf, compress(program), Filter=Name.FlateDecode)
    if cff:
        file.Subtype = Name.CIDFontType0C
    else:
        file.Length1 = len(program)
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=name, Flags=4, FontBBox=Array([-1000, -1000, 2000, 2000]), ItalicAngle=0,
        Ascent=880, Descent=-120, CapHeight=733, StemV=80,
    )  # fmt: skip
    descriptor["/FontFile3" if cff else "/FontFile2"] = file
    glyphs = sorted(used)
    descendant = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0 if cff else Name.CIDFontType2, BaseFont=name,
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor), DW=1000, W=Array(_widths(face, glyphs)),
    )  # fmt: skip
    if not cff:
        descendant.CIDToGIDMap = Name.Identity
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=Stream(pdf, compress(_to_unicode(glyphs, used)), Filter=Name.FlateDecode),
        )
    )


def _subset_name(program: bytes) -> str:
    """Six capitals that differ from subset to subset, as the format wants them."""
    return "".join(chr(65 + each % 26) for each in sha256(program).digest()[:_SUBSET_NAME])


def _widths(face: Face, glyphs: Iterable[int]) -> Iterator[int]:
    for glyph in glyphs:
        width = face.width(glyph)
        if width != 1000:
            yield from (glyph, glyph, width)


_CMAP_HEAD: Final = """\
/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
"""
_CMAP_END: Final = "endcmap CMapName currentdict /CMap defineresource pop end end\n"
_A_BLOCK: Final = 100


def _to_unicode(glyphs: Sequence[int], used: Mapping[int, str]) -> bytes:
    blocks = [glyphs[first : first + _A_BLOCK] for first in range(0, len(glyphs), _A_BLOCK)]
    lines = [_CMAP_HEAD]
    for block in blocks:
        pairs = (f"<{glyph:04X}> <{used[glyph].encode('utf-16-be').hex()}>\n" for glyph in block)
        lines += [f"{len(block)} beginbfchar\n", *pairs, "endbfchar\n"]
    return "".join([*lines, _CMAP_END]).encode("ascii")


def _describe(pdf: Pdf, facts: Sequence[Facts]) -> None:
    """Title, language and dates: the newest date of issue, never the clock."""
    first, last = facts[0], facts[-1]
    title = f"{first.fields['title']} {first.number}" + ("" if first is last else f" – {last.number}")
    when = _pdf_date(max(each.issued_on for each in facts))
    pdf.docinfo["/Title"] = String(title)
    pdf.docinfo["/Author"] = String(first.fields["issuer"])
    pdf.docinfo["/Creator"] = String("Yinxin")
    pdf.docinfo["/CreationDate"] = String(when)
    pdf.docinfo["/ModDate"] = String(when)
    pdf.Root.Lang = String("zh-CN")
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)


def _pdf_date(day: date) -> str:
    return f"D:{day:%Y%m%d}000000+08'00'"


def code_box(layout: Layout, printed: Printed) -> Code:
    """Where a certificate's code stands on the paper."""
    return Code(printed.x + layout.code.x, printed.y + layout.code.y, layout.code.size)
