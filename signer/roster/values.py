"""One cell to one value, each function for one kind of column. They raise CellError and never show what they read."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import lru_cache
from typing import Final, TypeVar

from credential.claims import MAX_TEXT_BYTES
from credential.model import Basis, DocumentType, Kind, Post
from credential.numbers import LEVEL_NAMES
from credential.text import refused_character
from signer.roster.catalogue import LOCAL_EDITION
from signer.roster.dates import NUMBER
from signer.roster.messages import CellError
from signer.roster.model import ProblemCode
from signer.roster.shape import without_marks
from signer.roster.sheet import Cell, CellKind

KIND_NAMES: Final[Mapping[Kind, str]] = {
    Kind.LEVEL: "职业技能等级证书",
    Kind.SPECIAL_ABILITY: "专项职业能力证书",
    Kind.POST: "技能岗位聘任",
    Kind.HONOUR: "区级人才荣誉",
}
DOCUMENT_NAMES: Final[Mapping[DocumentType, str]] = {
    DocumentType.CITIZEN_ID: "居民身份证",
    DocumentType.RESIDENCE_PERMIT_HMT: "港澳台居民居住证",
    DocumentType.FOREIGNER_PERMANENT_RESIDENCE: "外国人永久居留身份证",
    DocumentType.PASSPORT: "护照",
    DocumentType.TRAVEL_PERMIT: "通行证",
    DocumentType.MILITARY: "军官证",
    DocumentType.OTHER: "其他",
}
BASIS_NAMES: Final[Mapping[Basis, str]] = {
    Basis.EXAMINATION: "考试",
    Basis.PROCESS_ASSESSMENT: "过程考核",
    Basis.PERFORMANCE_REVIEW: "业绩评审",
    Basis.DIRECT_RECOGNITION: "直接认定",
    Basis.COMPETITION: "竞赛",
    Basis.RECOGNITION: "采认",
}
POST_NAMES: Final[Mapping[Post, str]] = {
    Post.APPRENTICE: "学徒工",
    Post.SPECIAL_GRADE_TECHNICIAN: "特级技师",
    Post.CHIEF_TECHNICIAN: "首席技师",
}

_MORE_KINDS: Final = {
    Kind.LEVEL: "等级证书 技能等级证书 职业技能等级 level levelcertificate",
    Kind.SPECIAL_ABILITY: "专项 专项能力 专项职业能力 专项能力证书 specialability specialabilitycertificate",
    Kind.POST: "聘任 岗位聘任 post postappointment",
    Kind.HONOUR: "荣誉 人才荣誉 honour honor",
}
_MORE_DOCUMENTS: Final = {
    DocumentType.CITIZEN_ID: "身份证 中国居民身份证 二代身份证 citizenid idcard 1",
    DocumentType.RESIDENCE_PERMIT_HMT: "港澳台居住证 港澳居民居住证 台湾居民居住证 居住证 residencepermit "
    "residencepermithmt",
    DocumentType.FOREIGNER_PERMANENT_RESIDENCE: "外国人永久居留证 永久居留证 永居证 五星卡 foreignerpermanentresidence",
    DocumentType.PASSPORT: "中国护照 外国护照 passport",
    DocumentType.TRAVEL_PERMIT: "港澳居民来往内地通行证 台湾居民来往大陆通行证 回乡证 台胞证 travelpermit",
    DocumentType.MILITARY: "军人证 士兵证 军人身份证 武警证 警官证 military",
    DocumentType.OTHER: "其他证件 其它 其它证件 other",
}
_MORE_BASES: Final = {
    Basis.EXAMINATION: "理论和技能考试 理论知识和技能考核 理论+实操 统考 统一考试 examination exam",
    Basis.PROCESS_ASSESSMENT: "过程评价 过程化考核 模块考核 模块化考核 processassessment",
    Basis.PERFORMANCE_REVIEW: "业绩评价 业绩考核 评审 综合评审 performancereview",
    Basis.DIRECT_RECOGNITION: "认定 直接认定为相应等级 directrecognition",
    Basis.COMPETITION: "技能竞赛 职业技能竞赛 竞赛选拔 以赛代评 competition",
    Basis.RECOGNITION: "互认 认可 比照认定 recognition",
}
_MORE_POSTS: Final = {
    Post.APPRENTICE: "学徒 apprentice",
    Post.SPECIAL_GRADE_TECHNICIAN: "specialgradetechnician",
    Post.CHIEF_TECHNICIAN: "chieftechnician",
}

_Code = TypeVar("_Code", bound=IntEnum)


def words(names: Mapping[_Code, str], more: Mapping[_Code, str]) -> dict[str, _Code]:
    """What stands for each member of a closed set: its name, and `more` words separated by blanks."""
    return {word: code for code in names for word in (names[code], *more[code].split())}


_KINDS: Final = words(KIND_NAMES, _MORE_KINDS)
_DOCUMENTS: Final = words(DOCUMENT_NAMES, _MORE_DOCUMENTS)
_BASES: Final = words(BASIS_NAMES, _MORE_BASES)
_POSTS: Final = words(POST_NAMES, _MORE_POSTS)
_EXAMINATION_OR_PROCESS: Final = frozenset({"考核", "技能考核"})
_BLANKS: Final = re.compile(r"[ \t\u00a0\u2000-\u200a\u3000]+")
_SEPARATORS: Final = re.compile(r"[\s\-_·.]+")
MAX_EXACT: Final = 10**15
"""Excel keeps 15 digits of a number."""


def whole(cell: Cell) -> int | None:
    """The whole number in a number cell or a text of digits; None for anything else, or more than 15 digits."""
    text = unicodedata.normalize("NFKC", cell.text).strip()
    if cell.kind not in {CellKind.NUMBER, CellKind.TEXT} or not NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    if not -MAX_EXACT < number < MAX_EXACT or number != int(number):
        return None
    return int(number)


def text(cell: Cell, limit: int = MAX_TEXT_BYTES) -> str:
    """A text to be shown: NFC, no spaces at the ends, single ones inside. At most `limit` bytes of UTF-8."""
    if cell.kind is not CellKind.TEXT:
        raise CellError(ProblemCode.NOT_TEXT)
    clean = _BLANKS.sub(" ", unicodedata.normalize("NFC", cell.text)).strip()
    refused = refused_character(clean)
    if refused is not None:
        raise CellError(ProblemCode.REFUSED_CHARACTER, codepoint=f"U+{refused:04X}")
    size = len(clean.encode())
    if size > limit:
        raise CellError(ProblemCode.TOO_LONG, bytes=size, limit=limit)
    return clean


# Names

_HAN: Final = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3007\U00020000-\U000323af]"
_PADDED: Final = re.compile(rf"({_HAN}) ({_HAN})")
_HAN_SPACE: Final = re.compile(rf"{_HAN} +(?={_HAN})")
_DOT: Final = re.compile(rf"(?<={_HAN}) *[·•‧・･．.∙⋅●] *(?={_HAN})")
_NAME_MARKS: Final = frozenset(" ·•‧・．.-'’")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it will be signed, and whether the padding inside a name of two characters was taken out."""

    text: str
    padding_removed: bool = False
    dot_changed: bool = False


def name(cell: Cell) -> Name:
    """A person's name.

    Clerks align names of two characters with those of three ("张　伟"): that space goes, with a note. Any other space
    between Chinese characters may be two people in one cell, so it is a fault. The dot between Chinese characters is
    U+00B7, as identity cards have it, whichever of its lookalikes was typed.
    """
    given = text(cell)
    clean = _DOT.sub("·", given)
    padded = _PADDED.fullmatch(clean)
    if padded:
        return Name(padded[1] + padded[2], padding_removed=True)
    if _HAN_SPACE.search(clean):
        raise CellError(ProblemCode.NAME_SPACE)
    _refuse_no_name(clean)
    return Name(clean, dot_changed=clean != given)


def _refuse_no_name(clean: str) -> None:
    letters = 0
    for character in clean:
        category = unicodedata.category(character)
        letter = category[0] == "L" or category == "Nl"
        if not letter and category[0] != "M" and character not in _NAME_MARKS:
            raise CellError(ProblemCode.NAME_NOT_A_NAME, codepoint=_shown_character(character))
        letters += letter
    if letters == 0:
        raise CellError(ProblemCode.NAME_NOT_A_NAME, codepoint=_shown_character(clean[0]))


def _shown_character(character: str) -> str:
    """The code point, and before it the character itself if it is a sign that shows."""
    code = f"U+{ord(character):04X}"
    return f"“{character}” {code}" if unicodedata.category(character)[0] in {"P", "S"} else code


# Words of a closed set


def _word(cell: Cell) -> str:
    return _SEPARATORS.sub("", without_marks(unicodedata.normalize("NFKC", cell.text)).strip("'’").casefold())


def one_of(cell: Cell, known: Mapping[str, _Code], names: Mapping[_Code, str], code: ProblemCode) -> _Code:
    """The member of a closed set that a cell names. CellError `code`, with the names that are allowed."""
    found = known.get(_word(cell))
    if found is None:
        raise CellError(code, allowed="、".join(names.values()))
    return found


@lru_cache(256)
def kind(cell: Cell) -> Kind:
    """The kind of certificate."""
    return one_of(cell, _KINDS, KIND_NAMES, ProblemCode.KIND)


@lru_cache(256)
def document_type(cell: Cell) -> DocumentType:
    """The type of the identity document."""
    return one_of(cell, _DOCUMENTS, DOCUMENT_NAMES, ProblemCode.DOCUMENT_TYPE)


@lru_cache(256)
def basis(cell: Cell) -> Basis:
    """How the person was evaluated. CellError BASIS_AMBIGUOUS for a word that may be an examination or a process."""
    if _word(cell) in _EXAMINATION_OR_PROCESS:
        raise CellError(ProblemCode.BASIS_AMBIGUOUS)
    return one_of(cell, _BASES, BASIS_NAMES, ProblemCode.BASIS)


@lru_cache(256)
def post(cell: Cell) -> Post:
    """A technical post."""
    return one_of(cell, _POSTS, POST_NAMES, ProblemCode.POST)


# Levels

_LEVELS: Final[Mapping[str, int]] = {
    word: level
    for level, (printed, digit) in {level: (LEVEL_NAMES[level], "〇一二三四五"[level]) for level in LEVEL_NAMES}.items()
    for word in (
        *printed.split("/"),
        str(level),
        f"{level}级",
        f"{level}级工",
        f"{digit}级工",
        digit,
        f"国家职业资格{digit}级",
        f"level{level}",
        f"l{level}",
    )
} | {"初级": 5, "中级": 4}
_LEVEL_PARTS: Final = re.compile(r"[/、,()\[\]|]|(?<=[一二三四五1-5]级)(?=[初中高]级)")


@lru_cache(256)
def level(cell: Cell) -> int:
    """A level, 5 to 1 (the highest): 3, 三级, 高级工, 三级/高级工, 三级（高级工）. Its parts must agree.

    一级技师 and 二级技师 are an enterprise's own division of 技师, not levels, so they are faults here.
    """
    number = whole(cell)
    if number is not None:
        if number in LEVEL_NAMES:
            return number
        raise CellError(ProblemCode.LEVEL)
    if cell.kind is not CellKind.TEXT:
        raise CellError(ProblemCode.LEVEL)
    if _word(cell) == "高级":
        raise CellError(ProblemCode.LEVEL_AMBIGUOUS)
    found = {_LEVELS.get(part) for part in _LEVEL_PARTS.split(_word(cell)) if part}
    if len(found) != 1 or None in found:
        raise CellError(ProblemCode.LEVEL)
    return next(level for level in found if level is not None)


# Occupations

_CODE: Final = re.compile(r"[1-8]-[0-9]{2}-[0-9]{2}-[0-9]{2}", re.ASCII)
_LOCAL_CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]{0,15}", re.ASCII)
_DASHES: Final = re.compile(r"\s*[\-‐‑‒–—―−－]\s*")
_EDITION: Final = re.compile(r"(19[0-9]{2}|20[0-9]{2})(?:年版|年|版)?")
_LOCAL: Final = frozenset({"0", "地方", "本地", "地方编码", "local"})
_NO_SPECIALISATION: Final = frozenset({"-", "--", "---", "—", "——", "/", "无", "n/a"})


@lru_cache(1024)
def edition(cell: Cell) -> int:
    """The edition of the classification; 0 for a region's own codes."""
    number = whole(cell)
    normal = str(number) if number is not None else unicodedata.normalize("NFKC", cell.text).strip().casefold()
    if normal in _LOCAL:
        return LOCAL_EDITION
    found = _EDITION.fullmatch(normal)
    if found is None:
        raise CellError(ProblemCode.OCCUPATION_EDITION)
    return int(found[1])


def is_local_code(code: str) -> bool:
    """Whether `code` has the form of a region's own code."""
    return _LOCAL_CODE.fullmatch(code) is not None


@lru_cache(1024)
def occupation_code(cell: Cell, edition: int | None) -> str:
    """An occupation's code; outside a region's own list it has the national form."""
    clean = _DASHES.sub("-", unicodedata.normalize("NFKC", cell.text).strip())
    form = _LOCAL_CODE if edition == LOCAL_EDITION else _CODE
    if cell.kind is not CellKind.TEXT or not form.fullmatch(clean):
        raise CellError(ProblemCode.OCCUPATION_CODE)
    return clean


@lru_cache(1024)
def occupation_text(cell: Cell) -> str:
    """A title."""
    return text(cell)


@lru_cache(1024)
def specialisation(cell: Cell) -> str | None:
    """A specialisation; None where the cell says in words that there is none."""
    return None if cell.text.strip().casefold() in _NO_SPECIALISATION else text(cell)
