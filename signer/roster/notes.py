"""Notes in words, gathered so that a thousand hidden rows are one line."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from signer.roster.groups import ranges
from signer.roster.model import Note, NoteCode

_TEXTS: Final = {
    NoteCode.COLUMN_IGNORED: ("这些列没有用到：{about}。", "These columns are not used: {about}."),
    NoteCode.SHEET_IGNORED: ("只读了一个工作表，没有读：{about}。", "One sheet was read; these were not: {about}."),
    NoteCode.ENCODING: ("按 {about} 编码读取。", "Read as {about}."),
    NoteCode.ROW_HIDDEN: (
        "这些行是隐藏的，照样读取：第 {rows} 行。",
        "These rows are hidden, and read all the same: {rows}.",
    ),
    NoteCode.FORMULA_VALUE_USED: (
        "这些行有公式，用的是上次保存的结果：第 {rows} 行。",
        "These rows have formulas; the results saved last are used: {rows}.",
    ),
    NoteCode.NAME_SPACE_REMOVED: (
        "两个字的姓名中间对齐用的空格已去掉：第 {rows} 行。",
        "Spaces that align names of two characters were taken out: row {rows}.",
    ),
    NoteCode.NAME_DOT_CHANGED: (
        "姓名中间的点已统一为“·”，请与证件核对：第 {rows} 行。",
        'The dot inside these names is written "·", as identity cards have it; check row {rows}.',
    ),
    NoteCode.ROW_WITHOUT_PERSON: (
        "这些行是合计、落款或说明，不是人员，没有读：第 {rows} 行。",
        "These rows are sums, signatures or remarks and no people; they were not read: {rows}.",
    ),
    NoteCode.ROW_EXAMPLE: (
        "这些行是填写示例，没有读：第 {rows} 行。",
        "These rows are examples of how to fill it in; they were not read: {rows}.",
    ),
    NoteCode.HEADER_REPEATED: (
        "这些行又是表头，没有读：第 {rows} 行。",
        "These rows repeat the header; they were not read: {rows}.",
    ),
    NoteCode.VALUE_FIXED: (
        "名册没有这些列，每一行都用列对应文件里的固定值：{about}。",
        "The roster lacks these columns; every row has the mapping file's value: {about}.",
    ),
    NoteCode.MAPPING_UNMET: (
        "列对应文件里的这些列，名册里没有：{about}。",
        "The mapping file names these columns, and the roster has none such: {about}.",
    ),
    NoteCode.DIVISION_UNKNOWN: (
        "证件号码开头不是现有的省级代码，请核对：第 {rows} 行。",
        "The document number begins with no province's code; check row {rows}.",
    ),
    NoteCode.OCCUPATION_NOT_IN_CATALOGUE: (
        "目录里没有 {about}，照名册填写：第 {rows} 行。",
        "{about} is not in the catalogue; taken as given: row {rows}.",
    ),
    NoteCode.OCCUPATION_UNCONFIRMED: (
        "目录里的 {about} 未经核实，请核对：第 {rows} 行。",
        "{about} is unconfirmed in the catalogue; check row {rows}.",
    ),
}


class Notes:
    """Gathers notes: about the file at once, about rows by what they say."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._rows: dict[tuple[NoteCode, str], list[int]] = defaultdict(list)
        self._about_file: list[Note] = []

    def add(self, code: NoteCode, about: str) -> None:
        """A note about the file."""
        self._about_file.append(self._note(code, None, about=about))

    def add_row(self, code: NoteCode, about: str, row: int) -> None:
        """A note about a row; rows come in ascending order."""
        self._rows[code, about].append(row)

    def all(self) -> Iterator[Note]:
        """Every note, each with the first row that it is about."""
        yield from self._about_file
        for (code, about), rows in self._rows.items():
            yield self._note(code, rows[0], about=about, rows=ranges(rows))

    def _note(self, code: NoteCode, row: int | None, **details: str) -> Note:
        zh, en = _TEXTS[code]
        return Note(self._file, row, zh.format(**details), en.format(**details), code)
