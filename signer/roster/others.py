"""Rows of a sheet that list nobody: sums, signatures, remarks, examples, headers again. None with a document number."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from signer.roster.header import Column, Header, Names
from signer.roster.model import NoteCode
from signer.roster.sheet import Cell, CellKind, SheetRow

_LONGEST_NAME: Final = 24
_EXAMPLE: Final = re.compile(
    r"^[(【\[]?(?:填写)?(?:示例|样例|范例|举例|例如|例)(?:[)】\]:]|\d|$)|[(【](?:填写)?(?:示例|样例|范例)[)】]"
)
_HINTS: Final = frozenset({"必填", "选填", "可不填", "文本", "文本格式", "日期格式", "required", "optional"})
_SUM: Final = re.compile(r"(?:合|总|小|共)\s*计\s*:?")
_PERSONAL: Final = 3
"""So many known columns filled in are a person's row, whatever its first cell is called."""
_FEWEST_DIGITS: Final = 4
_DIGITS: Final = re.compile(rf"[0-9]{{{_FEWEST_DIGITS}}}", re.ASCII)
_NO_PERSON: Final = re.compile(
    r"(?:合\s*计|总\s*计|小\s*计|共\s*计|以下空白|以上共|共\s*\d+\s*[人名]|总人数|总\s*数"
    r"|制\s*表|填\s*表|填\s*报|审\s*核|复\s*核|审\s*批|经\s*办|校\s*对|统计人|负责人|联系(?:人|电话)"
    r"|(?:单位|机构|主管部门|考评组|考评员)[^:]{0,8}(?:[:(]|意见|盖章|签)|盖\s*章|签\s*[字章名]"
    r"|备\s*注|说\s*明|附\s*注|注\s*(?:[:.、\d]|$)|填\s*写\s*说\s*明|日\s*期\s*[:]|(?:note|total|remark)s?\b)"
)


def not_a_person(row: SheetRow, header: Header, names: Names) -> NoteCode | None:
    """What the row is if it lists nobody; None for a person's row, however bad."""
    if has_number(row, header):
        return None
    known = {column: row.cells[place] for column, place in header.places.items() if place in row.cells}
    if len(known) > 1 and all(names.column_of(cell.text) is column for column, cell in known.items()):
        return NoteCode.HEADER_REPEATED
    texts = [_plain(cell.text) for _, cell in sorted(row.cells.items()) if cell.kind is CellKind.TEXT]
    if any(_EXAMPLE.search(text) for text in (*texts[:1], *_name(known))):
        return NoteCode.ROW_EXAMPLE
    if len(known) > 1 and all(_is_hint(cell.text) for cell in known.values()):
        return NoteCode.ROW_EXAMPLE
    if not texts or not _is_without_number(known, texts[0]):
        return None
    return NoteCode.ROW_WITHOUT_PERSON if _is_remark(row, known, texts) else None


def has_number(row: SheetRow, header: Header) -> bool:
    """Whether it has a document number and no word of an example: nearly every row, and nothing more is asked then."""
    cell = row.cells.get(header.places.get(Column.DOCUMENT_NUMBER, -1))
    if cell is None or not _DIGITS.search(cell.text):
        return False
    name = row.cells.get(header.places.get(Column.NAME, -1))
    return not any("例" in each.text for each in (row.cells[min(row.cells)], name) if each is not None)


def _is_remark(row: SheetRow, known: Mapping[Column, Cell], texts: Sequence[str]) -> bool:
    first = (texts[0], *_name(known))
    if any(map(_SUM.fullmatch, first)):
        return True
    values = (_plain(cell.text) for cell in known.values())
    if sum(":" not in value and not _NO_PERSON.match(value) for value in values) >= _PERSONAL:
        return False
    return any(map(_NO_PERSON.match, first)) or _is_sentence(row, texts)


def _is_without_number(known: Mapping[Column, Cell], first: str) -> bool:
    """Whether no document number is there; of a sum or signature, what stands in its column is none."""
    cell = known.get(Column.DOCUMENT_NUMBER)
    if cell is None:
        return True
    digits = sum(each.isdigit() for each in cell.text)
    return digits < _FEWEST_DIGITS and any(map(_NO_PERSON.match, (_plain(cell.text), first)))


def _name(known: Mapping[Column, Cell]) -> list[str]:
    cell = known.get(Column.NAME)
    return [] if cell is None or cell.kind is not CellKind.TEXT else [_plain(cell.text)]


def _is_hint(text: str) -> bool:
    return _plain(text).strip("()*[] ") in _HINTS


def _is_sentence(row: SheetRow, texts: Sequence[str]) -> bool:
    """One long text, or one with a colon or full stop, alone in its row."""
    alone = len(row.cells) == 1
    return alone and (len(texts[0]) > _LONGEST_NAME or any(mark in texts[0] for mark in ":。;"))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
