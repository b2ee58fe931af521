"""Certificates on paper, as good as new: invented people, really signed, drawn as the signer draws them."""

from functools import cache
from random import Random
from typing import Final, NamedTuple

from PIL import Image

from bench.workload import HOST
from credential import qr_text
from credential.model import DocumentType, LevelCertificate, Occupation, Person, SpecialAbility
from signer.batches import qr
from tests.world import certificate, sign_it
from tools.environment import ROOT

TEMPLATE: Final = ROOT / "docs" / "images" / "certificate-page.png"
"""A printed page at 90 dots an inch; its code is replaced by one of its own."""
CODE: Final = (113.75, 765.5, 120.5)
"""Left, top and side of the code on the template."""
_AROUND: Final = 40
"""How much of the page is seen around a code alone."""
_INK: Final = (24, 22, 26)
PAPER: Final = (247, 246, 242)
_NAMES: Final = ("王芳", "李建国", "欧阳娜娜", "陈志强", "阿卜杜拉·买买提", "赵敏", "司马相如", "林晓梅")
_TRADES: Final = (
    ("6-31-01-03", "电工", None),
    ("6-29-03-08", "电梯安装维修工", None),
    ("4-02-02-04", "理货员", "集装箱"),
    ("6-30-05-01", "起重装卸机械操作工", "岸边集装箱起重机"),
)


class Sheet(NamedTuple):
    """A piece of paper in red, green and blue. `code` is the code's square: left, top, side; `modules` wide."""

    picture: Image.Image
    text: str
    code: tuple[float, float, float]
    modules: int

    @property
    def module(self) -> float:
        """Pixels a module."""
        return self.code[2] / self.modules


def text_of(random: Random) -> str:
    """The text of some certificate."""
    title = Occupation(2022, *random.choice(_TRADES))
    subject = LevelCertificate(title, random.randint(1, 5)) if random.random() < 0.8 else SpecialAbility(title)
    person = Person(random.choice(_NAMES), DocumentType.CITIZEN_ID, f"{random.randrange(10_000):04d}")
    drawn = certificate(
        subject=subject, serial=random.randint(1, 999_999), index=random.randrange(1 << 20), person=person
    )
    return qr_text.encode(HOST, sign_it(drawn))


def around_code(text: str, scale: float = 3.0) -> Sheet:
    """The part of the page that a close photograph shows: `scale` pixels for one of the template."""
    left, top, side = CODE
    return _sheet(text, (left - _AROUND, top - _AROUND, left + side + _AROUND, top + side + _AROUND), scale)


def whole_page(text: str, scale: float = 2.0) -> Sheet:
    """The page."""
    return _sheet(text, (0, 0, *_template().size), scale)


def _sheet(text: str, part: tuple[float, float, float, float], scale: float) -> Sheet:
    size = round((part[2] - part[0]) * scale), round((part[3] - part[1]) * scale)
    left, top, side = (CODE[0] - part[0]) * scale, (CODE[1] - part[1]) * scale, round(CODE[2] * scale)
    picture = _template().resize(size, Image.Resampling.BICUBIC, part)
    inked = qr.matrix(text)
    modules = len(inked) - 2 * qr.QUIET_ZONE
    rows = [row[qr.QUIET_ZONE : -qr.QUIET_ZONE] for row in inked[qr.QUIET_ZONE : -qr.QUIET_ZONE]]
    mask = Image.frombytes("L", (modules, modules), bytes(255 * dark for row in rows for dark in row))
    mask = mask.resize((8 * modules,) * 2, Image.Resampling.NEAREST).resize((side, side), Image.Resampling.BOX)
    place = round(left), round(top)
    quiet = round(4 * side / modules)
    picture.paste(PAPER, (place[0] - quiet, place[1] - quiet, place[0] + side + quiet, place[1] + side + quiet // 2))
    picture.paste(_INK, place, mask)
    return Sheet(picture, text, (*place, side), modules)


@cache
def _template() -> Image.Image:
    with Image.open(TEMPLATE) as drawn:
        return drawn.convert("RGB").point([round(v * PAPER[at] / 255) for at in range(3) for v in range(256)])
