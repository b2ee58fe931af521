"""Lists of QR texts, one a line, and what else is found in a file that is none of the others."""

import codecs
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, Final, NamedTuple

from credential.reason import Reason
from verifier_cli.given import Given, Unread, at
from verifier_cli.reading import kinds
from verifier_cli.reading.kinds import Kind

MAX_LINE: Final = 64 << 10
MAX_LIST: Final = 1 << 34
"""As much as ten million lines take, and then some."""
BLOCK: Final = 64 << 10
"""Bytes of a long list that are read at a time: some hundred lines."""
BLOCK_LINES: Final = 512
"""Lines that are handed on at a time, at most: many times as many would answer more than waits in one place."""
Content = tuple[str, str | Unread]
"""Where in the file, and the text there, or why there is none."""


def found(kind: Kind, file: BinaryIO, head: bytes) -> Iterator[Content]:
    """What is in a file of a folder or an archive that is no picture, document or archive; at least one thing."""
    if not head.strip():
        yield "", Unread(Reason.FILE_EMPTY if len(head) < kinds.HEAD else Reason.LIST_WITHOUT_TEXTS)
    elif kind in (Kind.TABLE, Kind.LIST) and not head.startswith(kinds.UTF16):
        yield from _texts(kind, file, head)
    else:
        yield "", _refused(kind)


def named(kind: Kind, file: BinaryIO, head: bytes) -> Iterator[Content]:
    """The same of a file that somebody named: then every line is a text, whatever it looks like."""
    if is_lines(kind, head):
        yield from lines(file)
    else:
        yield from found(kind, file, head)


def _texts(kind: Kind, file: BinaryIO, head: bytes) -> Iterator[Content]:
    if kind is Kind.TABLE or _is_table(head):
        from verifier_cli.reading import tables

        yield from tables.read_csv(file, head)
    elif kinds.may_hold_texts(head):
        yield from lines(file)
    else:
        yield "", Unread(Reason.LIST_WITHOUT_TEXTS)


def _is_table(head: bytes) -> bool:
    """Whether it may be one: only then is the reader of tables loaded."""
    first = head.lstrip().split(b"\n", 1)[0]
    if not any(mark in first for mark in (b",", b";", b"\t")):
        return False
    from verifier_cli.reading import tables

    return tables.is_table(head)


def _refused(kind: Kind) -> Unread:
    match kind:
        case Kind.OLD_OFFICE:
            return Unread(Reason.LIST_BROKEN, "an XLS, or a workbook with a password")
        case Kind.TABLE | Kind.LIST:
            return Unread(Reason.LIST_BROKEN, "UTF-16")
        case _:
            return Unread(Reason.FILE_TYPE)


def is_lines(kind: Kind, head: bytes) -> bool:
    """Whether every line of a file that somebody named is a text."""
    return kind is Kind.LIST and not head.startswith(kinds.UTF16) and not _is_table(head)


def lines(stream: BinaryIO, first: int = 1) -> Iterator[Content]:
    """The texts of a list from line `first` on; blank lines are skipped, and lines beyond the cap refused by number."""
    number, total = first - 1, 0
    while line := stream.readline(MAX_LINE):
        number += 1
        total += len(line)
        place = f":{number}"
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            yield place, Unread(Reason.QR_TOO_LONG, f"a line of {MAX_LINE} bytes or more")
            total += _skip_line(stream, MAX_LIST - total)
        elif line.removeprefix(codecs.BOM_UTF8).strip():
            yield place, _text_of(line.removeprefix(codecs.BOM_UTF8) if number == 1 else line)
        if total >= MAX_LIST:
            yield place, _beyond()
            return


class Lines(NamedTuple):
    """Whole lines of a list as they stand there, the first of which is number `first`."""

    name: str
    first: int
    data: bytes

    def given(self) -> Iterator[Given]:
        """The text of each."""
        return (at(self.name, place, content) for place, content in lines(BytesIO(self.data), self.first))


def blocks(name: str, stream: BinaryIO) -> Iterator[Lines | Given]:
    """What `lines` reads, many lines at a time, to be taken apart by whoever judges them."""
    number, total = 1, 0
    while total < MAX_LIST and (data := stream.read(min(BLOCK, MAX_LIST - total))):
        total += len(data)
        if not data.endswith(b"\n"):
            rest = stream.readline(MAX_LINE)
            total += len(rest)
            if len(rest) == MAX_LINE and not rest.endswith(b"\n"):
                total += _skip_line(stream, MAX_LIST - total)
            data += rest.removesuffix(b"\n") + b"\n"
        for part in _parts(data):
            yield Lines(name, number, part)
            number += part.count(b"\n")
    if total >= MAX_LIST:
        yield at(name, f":{number - 1}", _beyond())


def _parts(data: bytes) -> Iterator[bytes]:
    """So many whole lines at a time; there is a line end behind the last."""
    if data.count(b"\n") <= BLOCK_LINES:
        yield data
        return
    found = data.split(b"\n")[:-1]
    for start in range(0, len(found), BLOCK_LINES):
        yield b"\n".join(found[start : start + BLOCK_LINES]) + b"\n"


def _beyond() -> Unread:
    return Unread(Reason.FILE_TOO_LARGE, f"over {MAX_LIST} bytes")


def _skip_line(stream: BinaryIO, at_most: int) -> int:
    """Read to the end of the line, and say how many bytes that was."""
    skipped = 0
    while skipped < at_most and (rest := stream.readline(MAX_LINE)):
        skipped += len(rest)
        if rest.endswith(b"\n"):
            break
    return skipped


def _text_of(line: bytes) -> str | Unread:
    """The text of a line: the member "text" of a JSON object, else the line itself."""
    try:
        text = line.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        return Unread(Reason.QR_PREFIX, "not UTF-8")
    if not text.lstrip().startswith("{"):
        return text
    import json

    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return Unread(Reason.QR_PREFIX, "not a JSON object")
    content = found.get("text")
    return content if isinstance(content, str) else Unread(Reason.QR_PREFIX, 'no member "text"')
