"""How a value is spoken of without being shown."""

import unicodedata
from typing import Final

from credential.text import escaped
from signer.roster.sheet import Cell, CellKind

MAX_SHAPE: Final = 32
MAX_QUOTED: Final = 40
MAX_DIGITS: Final = 4
_BLANK: Final = "空 blank"


def shape(text: str) -> str:
    """The form of `text`: "18位: 999999999999999A", or its length alone when it is long."""
    if not text.strip():
        return _BLANK
    if len(text) > MAX_SHAPE:
        return f"文本 {len(text)} 字"
    return f"{len(text)}位: {''.join(map(_shape_of, text))}"


def cell_shape(cell: Cell | None) -> str:
    """The form of a cell."""
    if cell is None:
        return _BLANK
    match cell.kind:
        case CellKind.NUMBER:
            return f"数字 number, {shape(cell.text)}"
        case CellKind.BOOLEAN:
            return "TRUE/FALSE"
        case CellKind.ERROR:
            return "错误值 error value"
        case CellKind.NO_VALUE:
            return "公式 formula"
        case CellKind.TEXT:
            return shape(cell.text)


def quoted(text: str) -> str:
    """`text` as it may be shown in a message: short, nothing invisible, and only its form if it has many digits."""
    if sum(unicodedata.category(character)[0] == "N" for character in text) > MAX_DIGITS:
        return shape(text)
    shown = escaped(" ".join(text.split()))
    return shown if len(shown) <= MAX_QUOTED else f"{shown[:MAX_QUOTED]}…"


def without_marks(text: str) -> str:
    """`text` without characters that only steer its direction or joining, as copying from other programs leaves them.

    For numbers, dates and words of a list; a name that has them is refused.
    """
    return text if text.isascii() else "".join(each for each in text if unicodedata.category(each) != "Cf")


def _shape_of(character: str) -> str:
    if character.isascii() and not character.isalnum():
        return character if character.isprintable() else "?"
    match unicodedata.category(character):
        case category if category[0] == "N":
            return "9"
        case "Lo":
            return "汉"
        case category if category[0] == "L":
            return "A"
        case category if category[0] == "P":
            return character
    return "?"
