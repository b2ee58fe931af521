"""The columns of a sheet of benefits: what heads them in Chinese and in English, and how each cell is read."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from credential import numbers
from credential.benefits import MAX_WORDS_BYTES, Place
from credential.model import Benefit, ListedOn, Period, Region
from registry.recognition import agreement_columns
from registry.recognition.agreement_columns import MAX_CODE_BYTES, one_of, within
from registry.sheets.sheet_rows import Columns, Unreadable
from registry.words import Words

COLUMNS: Final = Columns(
    {
        "what": "类别",
        "id": "编号",
        "document": "文件",
        "document_date": "文件日期",
        "divisions": "适用地区",
        "from": "生效日",
        "to": "终止日",
        "clause": "条款号",
        "words": "条文",
        "benefit": "待遇",
        "yuan": "金额",
        "period": "周期",
        "times": "最多次数",
        "kind": "证书类型",
        "edition": "职业版本",
        "occupation": "职业代码",
        "levels": "等级或岗位",
        "honour": "荣誉名称",
        "issued_from": "证书日期起",
        "issued_to": "证书日期止",
        "listed_on": "按哪天在目录",
        "lists": "紧缺目录",
        "title": "目录名称",
    },
    ("what", "id", "document", "document_date", "divisions", "from", "clause", "words", "benefit"),
    "benefits template",
)
TAKES: Final[Mapping[str, Words]] = {
    "what": Words("条款，或目录（紧缺目录）", "clause, or list (a shortage list)"),
    "id": Words("整数，条款、目录各自编号，永不另作他用", "a whole number, for ever this clause's or list's"),
    "document": Words("文件名称与文号", "name and number of the document"),
    "document_date": Words("文件日期", "its date"),
    "divisions": Words(
        "六位代码和名称，如“350211 集美区”；条款可有几个，用顿号隔开", "such as 350211 Jimei; a clause may have several"
    ),
    "from": Words("自哪天起可以享受", "the day from which it can be had"),
    "to": Words("到哪天为止；空为没有终止日", "the last day; empty: none"),
    "clause": Words("第几条第几项", "its number in the document"),
    "words": Words("原文，最多 1,024 字节", "what it says, at most 1,024 bytes"),
    "benefit": Words("津贴、奖励、补贴、其他待遇", "allowance, award, subsidy, service"),
    "yuan": Words("元，如 800 或 1,500.50；没有金额则留空", "yuan, such as 800 or 1,500.50; empty: no money"),
    "period": Words("一次性、每月、每年", "once, month, year"),
    "times": Words("最多付几次；空为不限", "how often at most; empty: no limit"),
    "kind": Words("等级（默认）、专项、岗位、荣誉", "level (default), special-ability, post, honour"),
    "edition": Words("2022、2015、本地；空为不限", "2022, 2015, local; empty: any"),
    "occupation": Words("完整代码，或以连字符结尾的开头，如 6-31-；空为不限", "a code, or a beginning like 6-31-"),
    "levels": Words("如“三级、二级”或 3,2；岗位写名称；空为全部", "such as 3,2, or posts; empty: all"),
    "honour": Words("荣誉的全名；空为任何荣誉", "the whole text of the honour; empty: any"),
    "issued_from": Words("证书日期自；空为不限", "certificates dated from; empty: any date"),
    "issued_to": Words("证书日期至；可空", "to; may be empty"),
    "listed_on": Words("当日、发证日；与紧缺目录同时填写", "today, issue; together with lists"),
    "lists": Words("条款所依据的紧缺目录编号，如 1、2", "the numbers of the shortage lists, such as 1,2"),
    "title": Words("紧缺目录的名称", "what the shortage list is called"),
}
CLAUSE: Final = "clause"
LIST: Final = "list"
_WHAT: Final = {"条款": CLAUSE, "clause": CLAUSE, "目录": LIST, "紧缺目录": LIST, "list": LIST}
_BENEFITS: Final = {
    "津贴": Benefit.ALLOWANCE,
    "奖励": Benefit.AWARD,
    "补贴": Benefit.SUBSIDY,
    "其他待遇": Benefit.SERVICE,
    "其他": Benefit.SERVICE,
}
_PERIODS: Final = {"一次性": Period.ONCE, "每月": Period.MONTH, "每年": Period.YEAR}
_LISTED_ON: Final = {"当日": ListedOn.TODAY, "发证日": ListedOn.ISSUE}
_YUAN: Final = re.compile(r"([0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,12})(?:\.([0-9]{1,2}))?")
_PLACE: Final = re.compile(r"([0-9]{6})[\s:：]*(.+)")
_BETWEEN_PLACES: Final = re.compile(r"[,，、;；\n]+")
_BETWEEN_NUMBERS: Final = re.compile(r"[\s,，、;；]+")


def what(value: str) -> str:
    """A clause or a list."""
    if value.lower() not in _WHAT:
        raise Unreadable(Words("不明白", "not understood"), Words("写“条款”或“目录”", "clause or list"))
    return _WHAT[value.lower()]


def clause_words(value: str) -> str:
    """What a clause says, of at most 1,024 bytes."""
    return within(value, MAX_WORDS_BYTES)


def short(value: str) -> str:
    """A text of at most 96 bytes."""
    return within(value, MAX_CODE_BYTES)


def benefit(value: str) -> Benefit:
    """What a clause gives."""
    return one_of(value, _BENEFITS, Benefit)


def fen(value: str) -> int:
    """Yuan as whole fen."""
    found = _YUAN.fullmatch(value)
    made = 0 if found is None else int(found[1].replace(",", "")) * 100 + int((found[2] or "0").ljust(2, "0"))
    if made == 0:
        raise Unreadable(
            Words("不是金额", "not an amount"),
            Words("写元数，如 800 或 1,500.50；没有金额则留空", "yuan, such as 800; empty if there is no money"),
        )
    return made


def period(value: str) -> Period:
    """How often it is paid."""
    return one_of(value, _PERIODS, Period)


def times(value: str) -> int:
    """How often at most; never 0."""
    found = agreement_columns.number(value)
    if found == 0:
        raise Unreadable(Words("0 次等于没有", "0 times is nothing"), Words("不限则留空", "empty for no limit"))
    return found


def listed_on(value: str) -> ListedOn:
    """On which day the occupation has to be on a list."""
    return one_of(value, _LISTED_ON, ListedOn)


def lists(value: str) -> tuple[int, ...]:
    """Numbers of shortage lists."""
    return tuple(sorted({agreement_columns.number(each) for each in _BETWEEN_NUMBERS.split(value) if each}))


def divisions(region: Region) -> Callable[[str], tuple[Place, ...]]:
    """Reads divisions of this region, each a code and a name."""

    def read(value: str) -> tuple[Place, ...]:
        return tuple(_place(each.strip(), region) for each in _BETWEEN_PLACES.split(value) if each.strip())

    return read


def _place(value: str, region: Region) -> Place:
    found = _PLACE.fullmatch(value)
    code = None if found is None else numbers.parse_division(found[1])
    if found is None or code is None:
        raise Unreadable(
            Words("不是地区", "not a division"), Words("写六位代码和名称，如 350211 集美区", "such as 350211 Jimei")
        )
    if not code.startswith(region):
        raise Unreadable(
            Words("不是本地区的", "of another region"),
            Words(f"本地区的代码以 {region} 开头", f"a code that begins with {region}"),
        )
    return Place(code, short(found[2]))
