"""QR texts in a column of a table: which column it is, and what each row gives. CSV is read here."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import BinaryIO, Final

from credential.reason import Reason
from verifier_cli.given import Unread

MAX_LINE: Final = 1 << 20
MAX_COLUMNS: Final = 16_384
"""As many as a spreadsheet has."""
MAX_BYTES: Final = 1 << 34
"""As much as ten million lines take, and then some."""
Row = tuple[int, Sequence[str]]
"""A row's number, and its cells."""
Content = tuple[str, str | Unread]

_AHEAD: Final = 100
"""Filled rows in which the column shows itself."""
_HEADINGS: Final = frozenset(
    ("text", "qr", "qrtext", "qrcode", "qrcodetext", "二维码", "二维码文字", "二维码内容", "二维码文本", "核验二维码")
)
_CODE: Final = re.compile(r"\s*https?://[^\s#]{1,300}#[0-9]", re.IGNORECASE)
_SEPARATORS: Final = "\t;,"


def texts(rows: Iterable[Row]) -> Iterator[Content]:
    """The text of every row of a table, and where it stands; LIST_WITHOUT_TEXTS for a row, or a table, without one."""
    following = (row for row in rows if _is_filled(row[1]))
    lead = list(islice(following, _AHEAD))
    if not lead:
        yield "", Unread(Reason.FILE_EMPTY, "a table without rows")
        return
    found = _column(lead)
    if found is None:
        yield "", Unread(Reason.LIST_WITHOUT_TEXTS)
        return
    begin, column = found
    empty = True
    for number, cells in chain(lead[begin:], following):
        text = cells[column] if column < len(cells) else ""
        yield f":{number}", text if text.strip() else Unread(Reason.LIST_WITHOUT_TEXTS, "no text in this row")
        empty = False
    if empty:
        yield "", Unread(Reason.FILE_EMPTY, "a table without rows")


def _column(lead: Sequence[Row]) -> tuple[int, int] | None:
    """Where the rows begin, and the column: by its heading, else by what stands in it, with one row for headings."""
    for place, (_, cells) in enumerate(lead):
        for column, cell in enumerate(cells):
            if re.sub(r"[\s_-]", "", cell.lower()) in _HEADINGS:
                return place + 1, column
    for _, cells in lead:
        for column, cell in enumerate(cells):
            if _CODE.match(cell):
                return _begin(lead, column), column
    return None


def _begin(lead: Sequence[Row], column: int) -> int:
    """The first row, or that after it if it is a heading over the column."""
    _, cells = lead[0]
    return 0 if column < len(cells) and _CODE.match(cells[column]) else 1


def _is_filled(cells: Sequence[str]) -> bool:
    return any(cell.strip() for cell in cells)


def is_table(head: bytes) -> bool:
    """Whether a text file's first filled line is one of a table that holds texts: several cells, and one tells."""
    lines = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").lstrip().splitlines()
    if not lines:
        return False
    cells = lines[0].split(_separator(lines[0]))
    known = any(re.sub(r"[\s_\"-]", "", cell.lower()) in _HEADINGS or _CODE.match(cell.strip('"')) for cell in cells)
    return len(cells) > 1 and known


def read_csv(file: BinaryIO, head: bytes) -> Iterator[Content]:
    """The texts of a CSV in UTF-8 or GB18030, which begins with `head`. LIST_BROKEN from where it is none any more."""
    encoding = "utf-8-sig" if _is_utf8(head) else "gb18030"
    decoded = io.TextIOWrapper(file, encoding, "replace", newline="")
    lines = _lines(decoded)
    try:
        first = next(lines, "")
        yield from texts(_rows(chain([first], lines), _separator(first)))
    except (csv.Error, UnicodeError, _TooLongError) as error:
        yield "", Unread(Reason.LIST_BROKEN, str(error))
    finally:
        decoded.detach()


class _TooLongError(Exception):
    """That a line is no line of a table."""


def _lines(file: io.TextIOWrapper) -> Iterator[str]:
    total = 0
    while line := file.readline(MAX_LINE):
        total += len(line)
        if len(line) >= MAX_LINE or total > MAX_BYTES:
            raise _TooLongError(f"a line of {MAX_LINE} characters or more")
        yield line


def _rows(lines: Iterable[str], separator: str) -> Iterator[Row]:
    reader, number = csv.reader(lines, delimiter=separator, strict=True), 1
    for cells in reader:
        if len(cells) > MAX_COLUMNS:
            raise _TooLongError(f"a row of more than {MAX_COLUMNS} columns")
        yield number, cells
        number = reader.line_num + 1


def _separator(line: str) -> str:
    return max(_SEPARATORS, key=line.count)


def _is_utf8(head: bytes) -> bool:
    """Whether it is UTF-8; its last character may be cut."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return len(head) - error.start < 4
    return True
