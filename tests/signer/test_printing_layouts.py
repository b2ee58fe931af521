"""Layout files, fonts, texts and names: what is made of them, and what is refused for which reason."""

import re
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageFont

from credential import qr_text
from credential.model import (
    Certificate,
    Kind,
    Occupation,
    Post,
    PostAppointment,
    RegionalHonour,
    Seconds,
    SpecialAbility,
)
from signer.batches import qr
from signer.errors import SignerError
from signer.printing import fonts, layout_file, making, naming, reading
from signer.printing.facts import Facts
from signer.printing.fonts import Face, Fonts
from signer.printing.item import House
from signer.printing.layout import Align, Layout, Photo, Text
from signer.printing.layout_file import LayoutError
from signer.printing.pdf import Bitmap, Portrait, Printed, Writer, places
from signer.printing.typeset import Measure, Setter
from tests.world import ISSUER, certificate, sign_it

DOCS = Path(__file__).resolve().parents[2] / "docs" / "printing.md"
NAME = ISSUER.names[0][1]
SMALL = """
format = 1
[page]
width = 100
height = 60
[[text]]
text = "{name}"
x = 5
y = 5
width = 60
size = 12
[qr]
x = 62
y = 10
size = 36
"""


@pytest.fixture(scope="module")
def built_in() -> Fonts:
    return Fonts(map(fonts.built_in, (fonts.SERIF, fonts.SANS)))


@pytest.fixture(scope="module")
def code() -> tuple[str, Bitmap]:
    text = qr_text.encode("fj.example", sign_it(certificate()))
    with Image.open(BytesIO(qr.picture(text))) as image:
        return text, Bitmap(image.tobytes(), image.width)


def facts(text: str, said: Certificate | None = None, document: str | None = "350203186001010018") -> Facts:
    return House(ISSUER, "fj.example").said(said or certificate(), 2, text, document, "")


def written(layout: Layout, whole: Fonts, all_facts: Sequence[Facts], bitmap: Bitmap) -> bytes:
    writer = Writer(layout, Fonts(whole.subset(making.characters(whole, layout, all_facts))))
    pages = [[Printed(each, bitmap, None, *spot) for each, spot in zip(all_facts, places(layout), strict=False)]]
    data = writer.write(pages)
    assert reading.unread(data, layout, pages) == []
    return data


def test_every_kind_in_every_layout(built_in: Fonts, code: tuple[str, Bitmap]) -> None:
    local = Occupation(0, "350200-017", "沙茶面制作", None)
    level = certificate()
    kinds = {
        "职业技能等级证书": level,
        "专项职业能力证书": level._replace(subject=SpecialAbility(local)),
        "技能岗位聘任证书": level._replace(
            subject=PostAppointment(local, Post.CHIEF_TECHNICIAN, Seconds(4_102_416_000))
        ),
        "人才荣誉证书": level._replace(subject=RegionalHonour("集美工匠")),
    }
    for name in layout_file.BUILT_IN:
        layout = layout_file.read(name).layout
        for title, said in kinds.items():
            data = written(layout, built_in, [facts(code[0], said)], code[1])
            text = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_bounded()
            assert title in text
            assert said.number in text
            assert NAME in text.replace("\r\n", "")


def test_the_same_page_is_the_same_bytes_and_says_what_it_is(built_in: Fonts, code: tuple[str, Bitmap]) -> None:
    layout = layout_file.read("a4").layout
    said = facts(code[0])
    data = written(layout, built_in, [said], code[1])
    assert written(layout, built_in, [said], code[1]) == data
    with pikepdf.open(BytesIO(data)) as pdf:
        assert {key: str(value) for key, value in pdf.docinfo.items()} == {
            "/Title": f"职业技能等级证书 {said.number}",
            "/Author": NAME,
            "/Creator": "Yinxin",
            "/CreationDate": f"D:{said.issued_on:%Y%m%d}000000+08'00'",
            "/ModDate": f"D:{said.issued_on:%Y%m%d}000000+08'00'",
        }
        assert str(pdf.Root.Lang) == "zh-CN"
        assert [str(font.Subtype) for font in pdf.pages[0].Resources.Font.values()] == ["/Type0", "/Type0"]
        box = pdf.pages[0].mediabox
        assert [round(float(each) / 72 * 25.4, 2) for each in box] == [0, 0, 210, 297]
    assert len(data) < 60_000


def test_an_empty_photo_frame_says_what_belongs_there(built_in: Fonts, code: tuple[str, Bitmap]) -> None:
    layout = layout_file.read("a4-bilingual").layout
    picture = BytesIO()
    Image.new("RGB", (25, 35)).save(picture, "JPEG")
    said = facts(code[0])
    writer = Writer(layout, Fonts(built_in.subset(making.characters(built_in, layout, [said]))))
    for photo, times in ((None, 1), (Portrait(picture.getvalue(), 25, 35), 0)):
        data = writer.write([[Printed(said, code[1], photo)]])
        assert pypdfium2.PdfDocument(data)[0].get_textpage().get_text_bounded().count("照片 Photo") == times
    assert replace(layout, photo=Photo(0, 0, frame=False)).in_frame == ()


@pytest.mark.parametrize("name", ["a4", "a4-bilingual"])
def test_the_lines_of_every_kind_end_above_the_code(name: str) -> None:
    layout = layout_file.read(name).layout
    assert all(max(rule.y for rule in layout.rules_for(kind)) < layout.code.y for kind in Kind)


def test_the_layout_of_the_manual_prints(built_in: Fonts, code: tuple[str, Bitmap], tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    Image.new("RGB", (20, 30), "#f4efe2").save(tmp_path / "paper.png")
    layout = layout_file.parse(example.encode(), tmp_path).layout
    data = written(layout, built_in, [facts(code[0])], code[1])
    page = pypdfium2.PdfDocument(data)[0]
    assert page.render(scale=1).to_pil().getpixel((3, 3)) == (0xF4, 0xEF, 0xE2)
    assert "兹证明" in page.get_textpage().get_text_bounded()


def test_a_pdf_under_the_page(built_in: Fonts, code: tuple[str, Bitmap], tmp_path: Path) -> None:
    with pikepdf.Pdf.new() as under:
        under.add_blank_page(page_size=(200, 100))
        under.pages[0].Contents = under.make_stream(b"1 0 0 rg 0 0 10 10 re f")
        under.save(tmp_path / "paper.pdf")
    layout = layout_file.parse(SMALL.replace("height = 60", 'height = 60\nbackground = "paper.pdf"').encode(), tmp_path)
    data = written(layout.layout, built_in, [facts(code[0])], code[1])
    picture = pypdfium2.PdfDocument(data)[0].render(scale=1).to_pil()
    assert picture.getpixel((5, picture.height - 5)) == (255, 0, 0)
    assert picture.getpixel((50, 50)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("format = 1", "format = 2", "format"),
        ("format = 1", "", "format"),
        ("width = 100", "", "[page] width"),
        ("width = 100", "width = nan", "[page] width"),
        ("width = 100", "width = true", "[page] width"),
        ("size = 12", "size = 12\nsise = 3", "[text] 1 sise"),
        ('"{name}"', '"{nmae}"', "[text] 1 text"),
        ('"{name}"', '"{name"', "[text] 1 text"),
        ("size = 12", 'size = 12\nfont = "kai"', "[text] 1 font"),
        ("size = 12", 'size = 12\ncolor = "red"', "[text] 1 color"),
        ("size = 12", 'size = 12\nalign = "middle"', "[text] 1 align"),
        ("size = 36", "size = 20", "[qr] size"),
        ("x = 62", "x = 70", "[qr]"),
        ("width = 60", "width = 96", "[text] 1"),
        ("height = 60", 'height = 60\nbackground = "../x.pdf"', "[page] background"),
        ("height = 60", 'height = 60\nbackground = "text.png"', "[page] background"),
        ("[qr]", "[sheet]\nwidth = 150\nheight = 297\ncolumns = 2\nrows = 1\n[qr]", "[sheet]"),
        ("[qr]", "[qt]\n[qr]", "qt"),
        ("[qr]", "[[qr]]", "[qr]"),
        ("[page]", "[page", "TOML"),
    ],
)
def test_a_wrong_layout_is_told_where(old: str, new: str, where: str, tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    assert old in SMALL
    with pytest.raises(LayoutError) as caught:
        layout_file.parse(SMALL.replace(old, new, 1).encode(), tmp_path)
    assert caught.value.where == where


def test_a_font_of_ones_own(tmp_path: Path, built_in: Fonts, code: tuple[str, Bitmap]) -> None:
    (tmp_path / "own.otf").write_bytes(built_in.fonts[fonts.SANS].data)
    layout = SMALL.replace("[page]", '[fonts]\nhouse = "own.otf"\n[page]').replace(
        "size = 12", 'size = 12\nfont = "house"'
    )
    read = layout_file.parse(layout.encode(), tmp_path)
    data = written(read.layout, Fonts([*built_in.fonts.values(), *read.fonts]), [facts(code[0])], code[1])
    with pikepdf.open(BytesIO(data)) as pdf:
        assert list(pdf.pages[0].Resources.Font.keys()) == ["/house"]
    (tmp_path / "own.otf").write_bytes(b"OTTO" + bytes(200))
    with pytest.raises(SignerError) as caught:
        fonts.load("house", tmp_path / "own.otf")
    assert caught.value.slug == "font"


def test_a_truetype_font_of_ones_own(tmp_path: Path, built_in: Fonts, code: tuple[str, Bitmap]) -> None:
    font = ImageFont.load_default(10)
    assert isinstance(font, ImageFont.FreeTypeFont)
    assert isinstance(font.path, BytesIO)
    (tmp_path / "own.ttf").write_bytes(font.path.getvalue())
    said = SMALL.replace("[page]", '[fonts]\nhouse = "own.ttf"\n[page]').replace('"{name}"', '"Xiamen 2026"')
    read = layout_file.parse(said.replace("size = 12", 'size = 12\nfont = "house"').encode(), tmp_path)
    data = written(read.layout, Fonts([*built_in.fonts.values(), *read.fonts]), [facts(code[0])], code[1])
    with pikepdf.open(BytesIO(data)) as pdf:
        assert str(pdf.pages[0].Resources.Font.house.DescendantFonts[0].Subtype) == "/CIDFontType2"
    page = pypdfium2.PdfDocument(data)[0]
    assert page.get_textpage().get_text_bounded() == "Xiamen 2026"
    inked = page.render(scale=2, grayscale=True).to_pil().crop((20, 20, 200, 70)).getextrema()
    assert inked == (0, 255)


def test_a_character_comes_from_the_font_that_has_it(built_in: Fonts) -> None:
    cut = {
        name: Fonts([font]).subset({name: "一" if name == "serif" else "二三"}) for name, font in built_in.fonts.items()
    }
    small = Fonts([*cut["serif"], *cut["sans"]])
    assert [small.font_of("serif", each) for each in "一二"] == ["serif", "sans"]
    assert built_in.font_of("serif", "𠮷") is None
    assert Measure(built_in).missing("serif", "吉𠮷吉𠮷") == "𠮷"


def test_letters_that_join_are_refused_whatever_a_font_has(monkeypatch: pytest.MonkeyPatch, built_in: Fonts) -> None:
    monkeypatch.setattr(Face, "glyph", lambda *_: 1)
    fresh = Fonts([built_in.fonts[fonts.SERIF]])
    assert [fresh.font_of("serif", each) for each in ("𠮷", "\u0301", "م", "א", "\u202e", "·")] == [
        *("serif", None, None, None, None, "serif")
    ]


def test_texts_are_broken_and_made_smaller_until_they_fit(built_in: Fonts) -> None:
    measure = Measure(built_in)
    box = Text("", 0, 0, 25.4, 12)  # 72 points: six characters
    assert measure.fitted(box, "六个字符正好") == (12, ["六个字符正好"])
    size, lines = measure.fitted(box, "七个字符就小些") or (0, [])
    assert (lines, round(size, 1)) == (["七个字符就小些"], 10)
    assert measure.fitted(box, "十一个字符怎么也放不进") is None
    two = Text("", 0, 0, 25.4, 12, lines=2)
    assert measure.fitted(two, "十一个字符了，也放") == (12, ["十一个字符", "了，也放"])
    even = Text("", 0, 0, 25.4, 12, lines=2, one_line=0.8)
    size, lines = measure.fitted(even, "一二三四五六七八九") or (0, [])
    assert (round(size, 2), lines) == (10.56, ["一二三四五", "六七八九"])
    three = Text("", 0, 0, 101.6, 12, lines=3)  # 288 points: 24 characters
    alone = "具备该职业相应技能等级水平，" * 3 + "经考核评定合格。"
    assert measure.fitted(three, alone) == (12, [alone[:23], alone[23:46], alone[46:]])
    spread = Setter(built_in).set(Text("", 0, 0, 25.4, 12, align=Align.SPREAD), "姓名", 100).operators
    assert " 48.000 Tc " in spread


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("陈志强", "陈志强.pdf"),
        ("a/b\\c:d", "a_b_c_d.pdf"),
        ("..", "N.pdf"),
        ("", "N.pdf"),
        ("con", "_con.pdf"),
        ("COM1.x", "_COM1.x.pdf"),
        ("a\u202eb\x00c\u200b", "abc.pdf"),
        (" .x. ", "x.pdf"),
        ("字" * 100, "字" * 60 + ".pdf"),
    ],
)
def test_file_names_are_safe(text: str, name: str) -> None:
    assert naming.safe(text, "N") == name


@pytest.mark.parametrize("pattern", ["{document_number}", "{nobody}", "x", "{name", "{name}}"])
def test_patterns_that_are_refused(pattern: str) -> None:
    with pytest.raises(SignerError) as caught:
        naming.require_pattern(pattern)
    assert caught.value.slug == "file-name"
