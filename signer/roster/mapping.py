"""The mapping file: which unusual header means which column, said once and known from then on (TOML).

    ["列对应"]
    "领证时间" = "发证日期"
    "工号" = "不用"

    ["固定值"]
    "评价方式" = "考试"

The tables may be called `columns` and `fixed`. A header with an empty value is not settled yet.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from signer.roster.header import COMMON, ENGLISH, Column, Names, guess, normal
from signer.roster.shape import quoted
from signer.roster.sheet import MAX_CELL_CHARACTERS, MAX_COLUMNS

MAX_BYTES: Final = 64 << 10
NOT_USED: Final = "不用"
_NOT_USED: Final = frozenset({NOT_USED, "忽略", "ignore", "unused", "-"})
_TABLES: Final = {"列对应": "columns", "columns": "columns", "固定值": "fixed", "fixed": "fixed"}
_NEVER_FIXED: Final = frozenset({Column.NAME, Column.DOCUMENT_NUMBER})


class MappingError(Exception):
    """A mapping that says something impossible; in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


@dataclass(frozen=True, slots=True)
class Said:
    """What a mapping says: of headers as they are written (None: not used), and of columns that rosters lack."""

    columns: Mapping[str, Column | None] = field(default_factory=dict)
    fixed: Mapping[Column, str] = field(default_factory=dict)

    @property
    def names(self) -> Names:
        """What headers mean with it."""
        return Names({normal(header): column for header, column in self.columns.items()}, self.fixed)

    def also(self, more: "Said") -> "Said":
        """Both; where they differ, `more`."""
        kept = {header: column for header, column in self.columns.items() if normal(header) not in more.names.own}
        return Said({**kept, **more.columns}, {**self.fixed, **more.fixed})


NOTHING: Final = Said()


def parse(data: bytes) -> Said:
    """What a mapping file says. MappingError: no TOML, an unknown column, one header twice."""
    try:
        content = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        raise MappingError("不是 UTF-8 的 TOML 文件。", "It is not a TOML file in UTF-8.") from None
    found: dict[str, dict[str, str]] = {"columns": {}, "fixed": {}}
    for table, entries in content.items():
        if table not in _TABLES or not isinstance(entries, dict):
            raise MappingError(
                f"不认识“{quoted(table)}”；只有“列对应”和“固定值”两个表。",
                f"{quoted(table)} is unknown; there are two tables, columns and fixed.",
            )
        found[_TABLES[table]] |= _texts(entries)
    return said(found["columns"].items(), found["fixed"].items())


def said(columns: Iterable[tuple[str, str]], fixed: Iterable[tuple[str, str]] = ()) -> Said:
    """What pairs of header and column, and of column and value, say. MappingError."""
    settled = {header: _meant(column) for header, column in columns if column.strip()}
    if len({normal(header) for header in settled}) < len(settled):
        raise MappingError("同一个列名写了两次。", "One header is there twice.")
    constants = {_column(column): value.strip() for column, value in fixed if value.strip()}
    for column in constants.keys() & _NEVER_FIXED:
        raise MappingError(
            f"“{column.value}”每人不同，不能是固定值。",
            f"{ENGLISH[column]} differs from person to person: no fixed value.",
        )
    return Said(settled, constants)


def written(known: Said, unsettled: Iterable[str]) -> str:
    """The mapping as a file, headers that nobody knows yet with an empty value and what they may be."""
    return "\n".join([*_HEAD, "", '["列对应"]', *_columns(known, unsettled), "", '["固定值"]', *_fixed(known), ""])


_HEAD: Final = (
    "# 名册的列对应：列名 = 模板里的列名；不用的列写“不用”，空着的还没有定。",
    "# Which header of our rosters is which column of the template; 不用: not used; empty: not settled yet.",
    f"# {'、'.join(column.value for column in Column)}",
    '# 固定值：名册没有这一列时，每一行都用的值，如 "评价方式" = "考试"。',
    "# Fixed values: what every row has where the roster lacks that column.",
)


def _columns(known: Said, unsettled: Iterable[str]) -> Iterator[str]:
    for header, column in known.columns.items():
        yield f"{_quoted(header)} = {_quoted(NOT_USED if column is None else column.value)}"
    for header in unsettled:
        near = guess(header)
        yield f'{_quoted(header)} = ""' + (f"  # {near.value}？" if near is not None else "")


def _fixed(known: Said) -> Iterator[str]:
    for column, value in known.fixed.items():
        yield f"{_quoted(column.value)} = {_quoted(value)}"


def _texts(entries: Mapping[object, object]) -> dict[str, str]:
    texts = {key: value for key, value in entries.items() if isinstance(key, str) and isinstance(value, str)}
    longest = max((len(text) for pair in texts.items() for text in pair), default=0)
    if len(texts) < len(entries) or len(texts) > MAX_COLUMNS or longest > MAX_CELL_CHARACTERS:
        raise MappingError(
            '每一项都应是 "列名" = "文字"，至多 200 项。', 'Every entry is "header" = "text", 200 at most.'
        )
    return texts


def _meant(text: str) -> Column | None:
    return None if normal(text) in _NOT_USED else _column(text)


def _column(text: str) -> Column:
    column = COMMON.column_of(text)
    if column is None:
        allowed = "、".join(each.value for each in Column)
        raise MappingError(
            f"没有“{quoted(text)}”这一列。可用：{allowed}；不用的列写“{NOT_USED}”。",
            f"there is no column {quoted(text)}. There are: {allowed}; {NOT_USED} for one that is not used.",
        )
    return column


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are among TOML's, but for DEL, which TOML wants escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
