"""A key's paper backup: one A4 page with the sealed key file as a QR code and as lines to type, and what to do."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import qrcode
from qrcode.constants import ERROR_CORRECT_Q

from credential import cose
from credential.keyfile import KeyFile, Purpose
from signer.custody import paper_text
from signer.errors import refused
from signer.printing import fonts, pdf, reading
from signer.printing.fonts import Fonts
from signer.printing.layout import Align, Code, Layout, Line, Text
from signer.printing.pdf import Bitmap

_WIDTH, _HEIGHT = 210.0, 297.0
_LEFT: Final = 20.0
_INNER: Final = _WIDTH - 2 * _LEFT
_CODE: Final = Code(_LEFT - 3.5, 73.0, 70.0)
_BESIDE: Final = 94.0
_GREY: Final = (0.35, 0.35, 0.35)
_QUIET_ZONE: Final = 4
_NAMES: Final = {
    Purpose.CERTIFICATE: ("证书密钥", "certificate key"),
    Purpose.REQUEST: ("请求密钥", "request key"),
    Purpose.APPROVAL: ("复核密钥", "approver's key"),
}

_BESIDE_THE_CODE: Final = (
    "这是密封的密钥文件：没有口令，谁也打不开；有口令，谁都能以本机构的名义签名。",
    "口令不在这张纸上，请另外写下，另处封存，两样不放在一起。口令丢了，这张纸也没有用，只能换密钥。",
    "装进信封封好，骑缝签名，放保险柜；证书密钥、请求密钥、复核密钥由不同的人保管。",
    "This is the key file, sealed: of no use to anyone without the passphrase; with it, anyone signs in your name.",
    (
        "The passphrase is not on this page. Write it down apart, keep it sealed in another place. Without it this"
        " page is of no use either: then only new keys help."
    ),
    "Put it into an envelope, sign across the flap, lock it away; each key in the hands of another person.",
)
_BELOW: Final = (
    (
        "恢复：在装好 yinxin-signer 的机器上，把扫描件或手机照片给它：yinxin-signer key restore 照片.jpg。"
        "照片读不出来，就照上面各行键入一个文本文件，同样给它；大小写、空格不要紧，哪一行打错会说。然后输入口"
        "令；公钥与上面的指纹相符，才写出密钥文件。"
    ),
    (
        "这张纸丢了或被人看过：换密钥（key rotate；复核人另做一把，approver），并请登记机构停用旧密钥；口令可能也"
        "泄露了，按被盗处理（key stolen）。换了密钥之后，销毁这张纸。"
    ),
    (
        "To restore: on a machine with yinxin-signer give it a scan or a photo: yinxin-signer key restore PHOTO.jpg."
        " If that does not read, type the lines above into a text file and give it that; case and spaces do not"
        " matter, and it says which line is mistyped. Then type the passphrase: the key file is written only if its"
        " public key has the fingerprint above."
    ),
    (
        "Page lost, or seen by others: make new keys (key rotate; an approver: approver, in a new home) and have the"
        " registry retire the old ones; if the"
        " passphrase may be known too, treat it as stolen (key stolen). After new keys are in use, destroy this page."
    ),
)


def page(file: KeyFile, made_on: date) -> bytes:
    """The page as PDF, whose code was read back. SignerError if it does not read as what was drawn."""
    texts = tuple(_texts(file, made_on))
    layout = Layout(b"", _WIDTH, _HEIGHT, texts, (), tuple(_rules()), (), _CODE)
    whole = Fonts([fonts.built_in(fonts.SERIF), fonts.built_in(fonts.SANS)])
    small = Fonts(whole.subset(_characters(whole, texts)))
    title = f"{_NAMES[file.purpose][0]}纸备份 {file.owner}"
    data = pdf.plain(small, layout, _drawn(paper_text.code(file)), title)
    if reading.codes(data) != [paper_text.code(file)]:
        raise refused(
            "not-read-back",
            "画出的二维码读不回原文，没有写出。请报告此问题。",
            "the code does not read back as what was drawn; nothing was written. Please report this.",
        )
    return data


def _characters(whole: Fonts, texts: Sequence[Text]) -> dict[str, set[str]]:
    used: dict[str, set[str]] = {}
    for text in texts:
        for each in text.text:
            used.setdefault(whole.font_of(text.font, each) or text.font, set()).add(each)
    return used


def _drawn(text: str) -> Bitmap:
    code = qrcode.QRCode(version=None, error_correction=ERROR_CORRECT_Q, border=_QUIET_ZONE)
    code.add_data(text)
    code.make(fit=True)
    modules = code.get_matrix()
    rows = ("".join("0" if dark else "1" for dark in row) for row in modules)
    packed = b"".join(int(row.ljust(-(-len(row) // 8) * 8, "0"), 2).to_bytes(-(-len(row) // 8), "big") for row in rows)
    return Bitmap(packed, len(modules))


def _rules() -> Iterator[Line]:
    yield Line(_LEFT, 33.0, _INNER, 0.3)
    yield Line(_LEFT, 146.0, _INNER, 0.2, _GREY)
    yield Line(_LEFT, 225.0, _INNER, 0.2, _GREY)


def _texts(file: KeyFile, made_on: date) -> Iterator[Text]:
    zh, en = _NAMES[file.purpose]
    yield Text(f"{zh}纸备份", _LEFT, 17.0, _INNER, 20.0, bold=True)
    yield Text(f"Paper backup of a {en}", _LEFT, 26.0, _INNER, 11.0, color=_GREY)
    yield Text("印信 Yinxin", _LEFT, 26.0, _INNER, 11.0, align=Align.RIGHT, color=_GREY)
    yield from _facts(file, made_on)
    yield from _paragraphs(_BESIDE_THE_CODE, _BESIDE, 76.0, _WIDTH - _LEFT - _BESIDE, 9.0)
    yield Text(
        "打字恢复用：每行末尾的一组是校验 / to be typed: the last group of a line checks it",
        _LEFT, 149.0, _INNER, 8.5, "sans", color=_GREY,
    )  # fmt: skip
    yield from _typed(paper_text.lines(file))
    yield from _paragraphs(_BELOW, _LEFT, 229.0, _INNER, 9.0)


def _facts(file: KeyFile, made_on: date) -> Iterator[Text]:
    groups = cose.fingerprint(file.public).split(" ")
    facts = (
        ("机构代码 issuer code", file.owner),
        ("指纹 fingerprint", " ".join(groups[:8])),
        ("", " ".join(groups[8:])),
        ("制作日期 made on", made_on.isoformat()),
    )
    for place, (label, value) in enumerate(facts):
        y = 38.0 + place * 7.5
        if label:
            yield Text(label, _LEFT, y, 48.0, 10.0, color=_GREY)
        yield Text(value, _LEFT + 50.0, y, _INNER - 50.0, 12.0, "sans")


def _typed(lines: Sequence[str]) -> Iterator[Text]:
    """Each group in its own column, so that lines can be compared."""
    for place, line in enumerate(lines):
        y = 156.5 + place * 7.2
        number, *groups = line.split(" ")
        yield Text(number, _LEFT, y, 8.0, 10.0, "sans", color=_GREY)
        for column, group in enumerate(groups[:-1]):
            yield Text(group, _LEFT + 11.0 + column * 17.0, y, 16.0, 12.5, "sans")
        yield Text(groups[-1], _LEFT + 11.0 + 8 * 17.0 + 4.0, y, 18.0, 12.5, "sans", bold=True)


def _paragraphs(paragraphs: Sequence[str], x: float, y: float, width: float, size: float) -> Iterator[Text]:
    """One below the other, each as high as its words need by a rough measure of their width."""
    for words in paragraphs:
        yield Text(words, x, y, width, size, lines=9, leading=1.35, align=Align.JUSTIFY, least=size)
        em = size / 72 * 25.4
        wide = sum(1.0 if ord(each) > 0x2E80 else 0.52 for each in words) * em
        y += (int(wide / width) + 1) * 1.35 * em + 1.6
