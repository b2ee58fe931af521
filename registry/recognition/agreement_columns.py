"""The columns of a sheet of agreements: what heads them in Chinese and in English, and how each cell is read."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import IntEnum
from typing import Final, TypeVar

from credential import numbers, text
from credential.model import (
    AgreementState,
    Day,
    Effect,
    IssuerCode,
    IssuerKind,
    Kind,
    Post,
    Region,
    day_from_date,
)
from credential.numbers import LEVEL_NAMES
from registry.sheets.sheet_rows import Columns, Unreadable
from registry.words import Words

HEADERS: Final[Mapping[str, str]] = {
    "id": "协议编号",
    "partner": "对方地区",
    "pin_version": "根版本",
    "pin": "根指纹",
    "document": "协议文件",
    "document_date": "协议日期",
    "state": "状态",
    "state_from": "状态起始日",
    "keep": "废止前签发的",
    "rule": "规则",
    "issuer": "机构",
    "kind": "证书类型",
    "edition": "职业版本",
    "occupation": "职业代码",
    "levels": "等级或岗位",
    "from": "证书日期起",
    "to": "证书日期止",
    "as_edition": "认定版本",
    "as_occupation": "认定职业",
    "as_level": "认定等级",
    "effect": "效力",
    "basis": "依据",
}
"""English and Chinese name of every column, in the template's order; either heads it, or both as `中文 / english`."""
REQUIRED: Final = ("id", "partner", "document", "document_date", "state", "state_from", "rule", "from", "basis")
COLUMNS: Final = Columns(HEADERS, REQUIRED, "recognition template")
ALLOW: Final = "allow"
DENY: Final = "deny"
_DATE: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_SEPARATORS: Final = re.compile(r"[\s,，、;；]+")
_Member = TypeVar("_Member", bound=IntEnum)
MAX_TEXT_BYTES: Final = 256
MAX_CODE_BYTES: Final = 96


STATES: Final = {"生效": AgreementState.IN_FORCE, "暂停": AgreementState.SUSPENDED, "废止": AgreementState.REPEALED}
KEEP: Final = {"保留": True, "keep": True, "true": True, "yes": True, "1": True, "是": True} | {
    "不保留": False,
    "drop": False,
    "false": False,
    "no": False,
    "0": False,
    "否": False,
}
RULES: Final = {"采认": ALLOW, "allow": ALLOW, "不采认": DENY, "deny": DENY}
KINDS: Final = {
    "职业技能等级证书": Kind.LEVEL,
    "等级": Kind.LEVEL,
    "专项职业能力证书": Kind.SPECIAL_ABILITY,
    "专项": Kind.SPECIAL_ABILITY,
    "技术岗位聘任": Kind.POST,
    "岗位": Kind.POST,
    "区域人才荣誉": Kind.HONOUR,
    "荣誉": Kind.HONOUR,
}
ISSUER_KINDS: Final = {
    "用人单位": IssuerKind.EMPLOYER,
    "社会培训评价组织": IssuerKind.SOCIAL,
    "社会组织": IssuerKind.SOCIAL,
    "院校": IssuerKind.SCHOOL,
}
EFFECTS: Final = {"等同": Effect.EQUIVALENT, "申报资格": Effect.ELIGIBILITY, "待遇": Effect.TREATMENT}
POSTS: Final = {
    "学徒工": Post.APPRENTICE,
    "特级技师": Post.SPECIAL_GRADE_TECHNICIAN,
    "首席技师": Post.CHIEF_TECHNICIAN,
}
LEVELS: Final = {
    word: level
    for level, name in LEVEL_NAMES.items()
    for word in (str(level), name, *name.split("/"), f"{level}级", f"{level}级/{name.partition('/')[2]}")
}
_ANY: Final = frozenset({"", "任何", "不限", "any", "*"})


def number(value: str) -> int:
    """A whole number."""
    if not value.isascii() or not value.isdecimal() or len(value) > 15:
        raise Unreadable(Words("不是编号", "not a number"), Words("写一个整数，如 1", "a whole number, such as 1"))
    return int(value)


def region(value: str) -> Region:
    """Two digits."""
    found = numbers.parse_region(value)
    if found is None:
        raise Unreadable(
            Words("不是地区代码", "not a region"),
            Words("写两位省级代码，如 35", "the two digits of the province, such as 35"),
        )
    return found


def digest(value: str) -> bytes:
    """64 hexadecimal digits."""
    if not re.fullmatch(r"[0-9a-fA-F]{64}", value):
        raise Unreadable(
            Words("不是根指纹", "not a pin"),
            Words("抄对方 pin.txt 里的 64 个字符", "the 64 characters of the partner's pin.txt"),
        )
    return bytes.fromhex(value)


def words(value: str) -> str:
    """A text for people, of at most 256 bytes."""
    return within(value, MAX_TEXT_BYTES)


def day(value: str) -> Day:
    """A date such as 2025-01-01 or 2025年1月1日."""
    found = _DATE.fullmatch(value)
    try:
        if found is None:
            raise ValueError
        parsed = day_from_date(date(*(int(each) for each in found.groups())))
    except ValueError:
        parsed = Day(-1)
    if parsed < 0:
        raise Unreadable(
            Words("不是日期", "not a date"),
            Words("写成 2025-01-01，不早于 1970 年", "as 2025-01-01, from 1970 on"),
        )
    return parsed


def state(value: str) -> AgreementState:
    """In force, suspended or repealed."""
    return one_of(value, STATES, AgreementState)


def keep(value: str) -> bool:
    """Whether a repeal spares what was issued before it."""
    if value.lower() not in KEEP:
        raise Unreadable(Words("不明白", "not understood"), Words("写“保留”或“不保留”", "keep or drop"))
    return KEEP[value.lower()]


def rule(value: str) -> str:
    """Allow or deny."""
    if value.lower() not in RULES:
        raise Unreadable(
            Words("不明白", "not understood"),
            Words("写“采认”或“不采认”；只写状态的行留空", "allow or deny; empty in a row that only gives a state"),
        )
    return RULES[value.lower()]


def issuer(value: str) -> IssuerCode | IssuerKind | None:
    """An issuer's code, a kind of issuer, or any."""
    if value.lower() in _ANY:
        return None
    code = numbers.parse_issuer_code(value)
    if code is not None:
        return code
    return one_of(value, ISSUER_KINDS, IssuerKind, Words("或 13 位机构代码；不限则留空", "or a code; empty for any"))


def kind(value: str) -> Kind:
    """The kind of certificate; level certificates unless another is named."""
    return Kind.LEVEL if not value else one_of(value, KINDS, Kind)


def edition(value: str) -> int | None:
    """An edition of the classification, 0 for the region's own list; None for any."""
    word = value.removesuffix("版").lower()
    if word in _ANY:
        return None
    if word in ("本地", "local"):
        return 0
    if not word.isascii() or not word.isdecimal() or len(word) > 4:
        raise Unreadable(
            Words("不是职业分类大典的版本", "not an edition"),
            Words("写 2022、2015，或“本地”；不限则留空", "2022, 2015 or local; empty for any"),
        )
    return int(word)


def prefix(value: str) -> str | None:
    """A whole code, or a beginning of one that ends in a hyphen; None for any."""
    if value.lower() in _ANY:
        return None
    found = within(value, MAX_CODE_BYTES)
    if re.fullmatch(r"[0-9](-[0-9]{2}){0,2}", found):
        raise Unreadable(
            Words("只是职业代码的开头，这样写不会匹配任何职业", "the beginning of a code: so it matches none"),
            Words(f"开头须以连字符结尾：{found}-", f"a beginning ends in a hyphen: {found}-"),
        )
    return found


def code(value: str) -> str:
    """A whole occupation code."""
    found = within(value, MAX_CODE_BYTES)
    if found.endswith("-"):
        raise Unreadable(
            Words("认定为什么职业须写完整代码", "what it counts as is one whole code"),
            Words("如 6-31-01-03；按原职业认定则留空", "such as 6-31-01-03; empty for its own occupation"),
        )
    return found


def level(value: str) -> int:
    """One level, 5 to 1."""
    if value not in LEVELS:
        raise Unreadable(
            Words("不是等级", "not a level"),
            Words("写 5 至 1，或“三级”“高级工”等", "5 to 1, or 三级, 高级工 and the like"),
        )
    return LEVELS[value]


def levels(value: str) -> tuple[int, ...]:
    """A set of levels; () for all."""
    return _set(value, level)


def posts(value: str) -> tuple[int, ...]:
    """A set of posts; () for all."""
    return _set(value, lambda each: int(one_of(each, POSTS, Post)))


def effect(value: str) -> Effect:
    """What recognition gives; the same standing unless another is named."""
    return Effect.EQUIVALENT if not value else one_of(value, EFFECTS, Effect)


def name(member: IntEnum) -> str:
    """A member's name as it is written in files: small letters and hyphens."""
    return member.name.lower().replace("_", "-")


def _set(value: str, read: Callable[[str], int]) -> tuple[int, ...]:
    if value.lower() in _ANY:
        return ()
    return tuple(sorted({read(each) for each in _SEPARATORS.split(value) if each}))


def one_of(value: str, chinese: Mapping[str, _Member], members: type[_Member], more: Words | None = None) -> _Member:
    """The member that a cell names, in Chinese or by its own name."""
    english = {name(each): each for each in members}
    found = {**english, **chinese}.get(value.lower().replace("_", "-").replace(" ", "-"))
    if found is None:
        raise Unreadable(
            Words("不明白", "not understood"),
            Words(
                f"写{'、'.join(chinese)}{'，' + more.zh if more else ''}",
                f"{', '.join(english)}{'; ' + more.en if more else ''}",
            ),
        )
    return found


def within(value: str, most: int) -> str:
    """A text of at most so many bytes, without invisible characters."""
    if not value:
        raise Unreadable(Words("是空的", "is empty"), Words("请填写", "fill it in"))
    if len(value.encode()) > most or text.refused_character(value) is not None:
        raise Unreadable(
            Words("太长或含不可见字符", "too long, or with invisible characters"),
            Words(f"最多 {most} 字节，重新输入", f"type it anew, at most {most} bytes"),
        )
    return value
