"""What a program asks to have signed, before it is a row: its values, and its own reference for it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum, unique
from typing import Final

from credential import documents, text
from credential.numbers import citizen_number_fault
from signer.roster.given import FIELDS, Values

MAX_REFERENCE: Final = 64
"""Characters of a reference."""
REFERENCE: Final = "reference"
_NAMES: Final = "、".join((REFERENCE, *FIELDS))
_WHOLE_NUMBERS: Final = frozenset({"edition", "level", "rank", "prior_level"})
_DATES: Final = frozenset({"issued_on", "term_until"})


@unique
class AskCode(StrEnum):
    """What is wrong with how something was asked; stable, for programs."""

    LINE_TOO_LONG = "LINE_TOO_LONG"
    LINE_NOT_UTF8 = "LINE_NOT_UTF8"
    LINE_NOT_JSON = "LINE_NOT_JSON"
    LINE_KEY_TWICE = "LINE_KEY_TWICE"
    FIELD_UNKNOWN = "FIELD_UNKNOWN"
    FIELD_TYPE = "FIELD_TYPE"
    REFERENCE_FORM = "REFERENCE_FORM"
    REFERENCE_IS_DOCUMENT = "REFERENCE_IS_DOCUMENT"
    REFERENCE_TWICE = "REFERENCE_TWICE"
    REFERENCE_USED = "REFERENCE_USED"
    REFERENCE_UNKNOWN = "REFERENCE_UNKNOWN"
    ASK_UNKNOWN = "ASK_UNKNOWN"
    ASK_VALUE = "ASK_VALUE"
    BATCH_UNKNOWN = "BATCH_UNKNOWN"


_TEXTS: Final = {
    AskCode.LINE_TOO_LONG: (
        "这一行太长（超过 {most} 字节），没有读。",
        "The line has more than {most} bytes and was not read.",
        "一行只写一个人。",
        "Write one person a line.",
    ),
    AskCode.LINE_NOT_UTF8: ("这一行不是 UTF-8。", "The line is not UTF-8.", "按 UTF-8 输出。", "Write UTF-8."),
    AskCode.LINE_NOT_JSON: (
        "这一行不是一个 JSON 对象。",
        "The line is not one JSON object.",
        "一行写一个对象；不能有 NaN，数值不能过大，也不能再嵌套。",
        "Write one object a line, without NaN, numbers out of range, or nesting.",
    ),
    AskCode.LINE_KEY_TWICE: ("同一个键出现了两次。", "A key comes twice.", "只留一个。", "Keep one of them."),
    AskCode.FIELD_UNKNOWN: (
        "没有这一项。",
        "There is no such field.",
        "可用的有：{allowed}。",
        "There are: {allowed}.",
    ),
    AskCode.FIELD_TYPE: (
        "类型不对。",
        "The type is wrong.",
        "写成文字；只有等级、大典版本和名次也可以是整数。",
        "Write text; only levels, edition and rank may be whole numbers, too.",
    ),
    AskCode.REFERENCE_FORM: (
        "缺少引用号，或它不是 1 至 {most} 个可见字符。",
        "The reference is missing, or has not 1 to {most} visible characters.",
        "给每个人一个您自己的、永不重复的引用号。",
        "Give each person a reference of your own that you never use again.",
    ),
    AskCode.REFERENCE_IS_DOCUMENT: (
        "引用号里有证件号码：引用号要保存，证件号码不保存。",
        "The reference holds a document number: references are kept, document numbers are not.",
        "改用工号或流水号。",
        "Use a staff number or a serial in its place.",
    ),
    AskCode.REFERENCE_TWICE: (
        "同一个引用号在这一批里出现了两次。",
        "The reference comes twice in this batch.",
        "每个人、每张证书各用一个。",
        "Use one for each person and certificate.",
    ),
    AskCode.REFERENCE_USED: (
        "这个引用号已用于内容不同的另一张证书。",
        "The reference was used for a certificate that says something else.",
        "换一个引用号；要改已签的证书请用更正。",
        "Use another reference; to change what was signed, correct it.",
    ),
    AskCode.REFERENCE_UNKNOWN: (
        "没有用这个引用号签过证书。",
        "No certificate was signed under this reference.",
        "核对引用号；要签发，请给出全部内容。",
        "Check the reference; to have one signed, give the person's values.",
    ),
    AskCode.ASK_UNKNOWN: (
        "没有这种请求。",
        "There is no such thing to ask for.",
        "可用的有：{allowed}。",
        "There are: {allowed}.",
    ),
    AskCode.ASK_VALUE: (
        "这一项缺少，或不是允许的值。",
        "This is missing, or not one of the values allowed.",
        "允许的值见 jsonl-in.json。",
        "jsonl-in.json says what it may be.",
    ),
    AskCode.BATCH_UNKNOWN: (
        "没有用这个批次引用号签过证书。",
        "Nothing was signed under this batch's reference.",
        "核对批次引用号（--batch）。",
        "Check the batch's reference (--batch).",
    ),
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing to mend in how `row` was asked; `column` names the field. It holds nothing of what was written."""

    row: int
    column: str
    shape: str
    why_zh: str
    why_en: str
    fix_zh: str
    fix_en: str
    code: AskCode


def flaw(code: AskCode, row: int, column: str = REFERENCE, **details: object) -> Flaw:
    """The flaw of this code, in words."""
    why_zh, why_en, fix_zh, fix_en = (each.format(**details) for each in _TEXTS[code])
    return Flaw(row, column, "", why_zh, why_en, fix_zh, fix_en, code)


@dataclass(frozen=True, slots=True)
class Asked:
    """One certificate that a program asks for, or asks about if there are no values."""

    row: int
    reference: str
    values: Values = field(repr=False)


def read(row: int, given: Mapping[str, object], today: date) -> tuple[Asked, list[Flaw]]:
    """What is asked, and every flaw of it. None counts as not given."""
    found = {name: value for name, value in given.items() if value is not None}
    named = found.pop(REFERENCE, None)
    flaws = [flaw(AskCode.FIELD_UNKNOWN, row, "", allowed="、".join((REFERENCE, *FIELDS)))] * bool(
        found.keys() - FIELDS
    )
    texts = {name: _text(name, found[name]) for name in FIELDS if name in found}
    flaws += [flaw(AskCode.FIELD_TYPE, row, name) for name, value in texts.items() if value is None]
    values = {name: value for name, value in texts.items() if value is not None}
    reference = named if isinstance(named, str) else ""
    code = _reference_flaw(reference, values.get("document_number", ""), today)
    if code is not None:
        flaws.append(flaw(code, row, most=MAX_REFERENCE))
    return Asked(row, reference if code is None else "", values), flaws


def _text(name: str, value: object) -> str | None:
    """A value as a cell's text; None for one of another type. A member of an enumeration stands for its name."""
    match value:
        case str():
            return value
        case Enum():
            return value.name.lower()
        case int() if name in _WHOLE_NUMBERS and not isinstance(value, bool):
            return str(value)
        case date() if name in _DATES:
            return value.isoformat()
        case _:
            return None


def _reference_flaw(reference: str, document: str, today: date) -> AskCode | None:
    if not is_reference(reference):
        return AskCode.REFERENCE_FORM
    said, number = documents.normalised(reference), documents.normalised(document)
    if (number and number in said) or citizen_number_fault(said, today) is None:
        return AskCode.REFERENCE_IS_DOCUMENT
    return None


def is_reference(reference: str) -> bool:
    """Whether this can be a reference, of a person or of a batch: visible characters in one way of writing."""
    fits = 0 < len(reference) <= MAX_REFERENCE and text.refused_character(reference) is None
    return fits and unicodedata.is_normalized("NFC", reference)
