"""Which columns the national export has, under which heads and in which form: a small TOML file, read strictly."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from credential import text
from registry.exchange.national_fields import DATE_FORMS, FIELDS, LEVEL_FORMS, STATUSES, Form
from registry.problems import ConfigurationError

MAX_BYTES: Final = 65_536
MAX_COLUMNS: Final = 64
MAX_TEXT: Final = 256
DEFAULT: Final = """\
# 全国报送对照表 / mapping for the national export
date = "YYYY-MM-DD"                  # YYYY-MM-DD, YYYYMMDD, YYYY/MM/DD, YYYY年MM月DD日
level = "三级/高级工"                  # 三级/高级工, 三级, 高级工, 3
status = ["valid", "suspended"]      # valid, suspended, revoked, superseded, fallen
on_record = false                    # true: 也导出在册未签名的旧证书 / also what is on record, not signed

[[column]]
head = "证书编号"
field = "number"

[[column]]
head = "姓名"
field = "name"

[[column]]
head = "证件类型"
field = "document_type"

[[column]]
head = "证件号码"
constant = ""                        # 由发证机构补填 / filled in by the issuer

[[column]]
head = "证书名称"
field = "kind"

[[column]]
head = "职业名称"
field = "occupation"

[[column]]
head = "工种/职业方向"
field = "specialisation"

[[column]]
head = "职业技能等级"
field = "level"

[[column]]
head = "发证日期"
field = "issued_on"

[[column]]
head = "评价机构"
field = "issuer_name"

[[column]]
head = "统一社会信用代码"
field = "credit_code"

[[column]]
head = "备案机关"
field = "authority"
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A head, and below it a field, or the same text in every row."""

    head: str
    field: str | None
    constant: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """The whole file."""

    columns: tuple[Column, ...]
    form: Form
    statuses: frozenset[str]
    on_record: bool

    @property
    def constants(self) -> list[str]:
        """The heads of the columns that are the same in every row."""
        return [column.head for column in self.columns if column.field is None]


def read(path: Path | None) -> Mapping:
    """The mapping in a file, or the default one. ConfigurationError says where it is wrong, and what it may say."""
    if path is None:
        return parse(DEFAULT, "")
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        raise ConfigurationError(f"{path.name}: 没有此文件或太大 / no such file, or too large")
    try:
        return parse(path.read_text("utf-8"), path.name)
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path.name}: 须为 UTF-8 / must be UTF-8") from None


def parse(written: str, name: str) -> Mapping:
    """The mapping in a text; `name` is the file's."""
    try:
        said = tomllib.loads(written)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigurationError(f"{name}: 不是 TOML（{error}）/ not TOML") from None
    try:
        return _mapping(said)
    except ValueError as error:
        raise ConfigurationError(f"{name}: {error}") from None


def _mapping(said: dict[str, Any]) -> Mapping:
    _only(said, "date", "level", "status", "on_record", "column")
    columns = said.get("column")
    if not isinstance(columns, list) or not 0 < len(columns) <= MAX_COLUMNS:
        raise ValueError(f"须有 1 至 {MAX_COLUMNS} 个 [[column]] / 1 to {MAX_COLUMNS} columns")
    found = tuple(_column(each, number) for number, each in enumerate(columns, start=1))
    heads = [each.head for each in found]
    if len(set(heads)) < len(heads):
        raise ValueError(f"表头重复 / a head stands twice: {next(each for each in heads if heads.count(each) > 1)}")
    on_record = said.get("on_record", False)
    if not isinstance(on_record, bool):
        raise ValueError("on_record: true / false")
    form = Form(
        _one_of("date", said.get("date", DATE_FORMS[0]), DATE_FORMS),
        _one_of("level", said.get("level", next(iter(LEVEL_FORMS))), tuple(LEVEL_FORMS)),
    )
    return Mapping(found, form, _statuses(said.get("status", ["valid", "suspended"])), on_record)


def _column(said: object, number: int) -> Column:
    where = f"第 {number} 列 / column {number}"
    if not isinstance(said, dict):
        raise ValueError(f"{where}: [[column]]")
    _only(said, "head", "field", "constant", where=where)
    head = _text(said.get("head"), f"{where}: head")
    if not head:
        raise ValueError(f"{where}: 须有 head / a head is needed")
    match said:
        case {"field": str() as field} if field in FIELDS and "constant" not in said:
            return Column(head, field)
        case {"constant": constant} if "field" not in said:
            return Column(head, None, _text(constant, f"{where}: constant"))
        case {"field": field} if "constant" not in said:
            raise ValueError(f"{where}: 没有字段 {field!r}，见 --columns / no such field, see --columns")
        case _:
            raise ValueError(f"{where}: 须有 field 或 constant 之一 / either field or constant")


def _statuses(said: object) -> frozenset[str]:
    if not isinstance(said, list) or not said:
        raise ValueError(f"status: {', '.join(STATUSES)}")
    return frozenset(_one_of("status", each, tuple(STATUSES)) for each in said)


def _only(said: dict[str, Any], *names: str, where: str = "") -> None:
    unknown = sorted(said.keys() - set(names))
    if unknown:
        raise ValueError(f"{where and f'{where}: '}不认识 / unknown: {unknown[0]!r}（{', '.join(names)}）")


def _one_of(name: str, value: object, values: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in values:
        raise ValueError(f"{name}: {value!r}，须为 / must be one of: {'、'.join(values)}")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT or text.refused_character(value) is not None:
        raise ValueError(f"{where}: 须为至多 {MAX_TEXT} 个可见字符 / at most {MAX_TEXT} visible characters")
    return value
