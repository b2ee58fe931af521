"""From the command's arguments to QR texts, and to files that are read elsewhere. Nothing given is ever lost."""

import errno
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BufferedReader
from typing import TYPE_CHECKING, Final

from credential import qr_text
from credential.reason import Reason
from verifier_cli.errors import UsageError
from verifier_cli.given import Given, Unread, at

if TYPE_CHECKING:
    from verifier_cli.reading.kinds import Kind
    from verifier_cli.reading.lists import Content, Lines
    from verifier_cli.reading.pieces import Piece

    Found = Given | Piece | Lines
    Source = Callable[[], Iterator[Found]]

_MAX_NAME: Final = qr_text.MAX_CHARACTERS
_NO_NAMES: Final = (errno.ENAMETOOLONG, errno.EINVAL)
"""What systems say of a text that could not be any file's name."""
_URL: Final = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*://")


def sources(arguments: Sequence[str]) -> "list[Source]":
    """What each argument stands for. UsageError names the first that is a missing file, or needs an extra."""
    return [_source(argument, alone=len(arguments) == 1) for argument in arguments]


def _source(argument: str, *, alone: bool) -> "Source":
    if argument == "-":
        return partial(_readable, argument, partial(_stdin, alone=alone))
    if is_text(argument):
        return partial(_text, argument)
    try:
        mode = os.stat(argument).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return _missing(argument)
    except ValueError:
        return partial(_text, argument)
    except OSError as error:
        if error.errno in _NO_NAMES:
            return partial(_text, argument)
        raise _unreadable(argument, error) from None
    if stat.S_ISDIR(mode):
        return partial(_folder, argument)
    read = _file(argument, alone=alone) if stat.S_ISREG(mode) else partial(_pipe, argument)
    return partial(_readable, argument, read)


def _readable(path: str, read: "Source") -> "Iterator[Found]":
    """What is read of a file; where it vanished, or breaks off, since it was looked at, a row says so."""
    try:
        yield from read()
    except OSError as error:
        yield Given(name_of(path), Unread(Reason.FILE_UNREADABLE, error.strerror or "cannot be read"))


def is_text(argument: str) -> bool:
    """Whether an argument is no file's name but a QR's text itself."""
    return not argument.strip() or "\0" in argument or _URL.match(argument) is not None


def _missing(argument: str) -> "Source":
    from verifier_cli.reading import kinds

    if "/" in argument or kinds.suffix(argument) in kinds.KNOWN or os.path.lexists(argument):
        raise UsageError(f"找不到文件 {argument}。请检查路径。", f"there is no file {argument}. Check the path.")
    return partial(_text, argument)


def _unreadable(argument: str, error: OSError) -> UsageError:
    return UsageError(
        f"无法读取 {argument}：{error.strerror}。请检查权限。",
        f"cannot read {argument}: {error.strerror}. Check its permissions.",
    )


def name_of(argument: str) -> str:
    """What to call an argument: itself, within reason, and as valid Unicode."""
    valid = argument.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return valid if len(valid) <= _MAX_NAME else valid[:80] + "…"


def _text(argument: str) -> Iterator[Given]:
    yield Given(name_of(argument), argument)


def _stdin(*, alone: bool) -> Iterator[Given]:
    from verifier_cli.reading import kinds, lists

    stream = sys.stdin.buffer
    head = stream.peek(1) if isinstance(stream, BufferedReader) else b""
    kind = kinds.kind_of(head, "-.txt")
    named = lists.named(kind, stream, head) if head else lists.lines(stream)
    return _listed("-", named, alone=alone)


def _pipe(argument: str) -> Iterator[Given]:
    from verifier_cli.reading import lists

    with open(argument, "rb") as file:
        yield from _listed(name_of(argument), lists.lines(file), alone=False)


def _file(argument: str, *, alone: bool) -> "Source":
    """A file that somebody named."""
    try:
        kind, head = _look(argument)
    except OSError as error:
        raise _unreadable(argument, error) from None
    if _is_text(kind):
        return partial(_list, argument, kind, head, alone=alone)
    from verifier_cli.reading import extras

    extras.require(kind, argument)
    return partial(_piece, argument, kind)


def _look(path: str) -> "tuple[Kind, bytes]":
    from verifier_cli.reading import kinds

    with open(path, "rb") as file:
        head = file.read(kinds.HEAD)
    return kinds.kind_of(head, path), head


def _is_text(kind: "Kind") -> bool:
    """Whether this very process reads it: nothing in it needs a decoder."""
    from verifier_cli.reading.kinds import Kind

    return kind not in (Kind.PICTURE, Kind.PDF, Kind.ZIP)


def _piece(path: str, kind: "Kind") -> "Iterator[Piece]":
    from verifier_cli.reading.pieces import Piece

    yield Piece(path, name_of(path), kind, os.path.getsize(path))


def _list(argument: str, kind: "Kind", head: bytes, *, alone: bool) -> "Iterator[Given | Lines]":
    from verifier_cli.reading import kinds, lists

    name = name_of(argument)
    with open(argument, "rb") as file:
        if len(head) == kinds.HEAD and lists.is_lines(kind, head):
            yield from _blocks(name, lists.blocks(name, file), alone=alone)
        else:
            yield from _listed(name, lists.named(kind, file, head), alone=alone)


def _listed(name: str, contents: "Iterator[Content]", *, alone: bool) -> Iterator[Given]:
    """What a list gives; of an empty one a row says so, unless there is nothing else."""
    empty = True
    for place, content in contents:
        if alone and isinstance(content, Unread) and content.reason is Reason.FILE_EMPTY:
            return
        empty = False
        yield at(name, place, content)
    if empty and not alone:
        yield Given(name, Unread(Reason.FILE_EMPTY))


def _blocks(name: str, blocks: "Iterator[Given | Lines]", *, alone: bool) -> "Iterator[Given | Lines]":
    """What a long list gives. It may be blank all the same, and then is told of like an empty one."""
    empty = True
    for each in blocks:
        empty = empty and not isinstance(each, Given) and next(each.given(), None) is None
        yield each
    if empty and not alone:
        yield Given(name, Unread(Reason.FILE_EMPTY))


def _folder(argument: str) -> "Iterator[Found]":
    """The files of a folder, each of which gives at least one thing."""
    from verifier_cli.reading import folders

    for path, why in folders.walk(argument):
        if why is not None:
            yield Given(name_of(path), why)
            continue
        yield from _readable(path, partial(_member, path))


def _member(path: str) -> "Iterator[Found]":
    kind, head = _look(path)
    if not head:
        yield Given(name_of(path), Unread(Reason.FILE_EMPTY))
    elif _is_text(kind):
        from verifier_cli.reading import lists

        with open(path, "rb") as file:
            name = name_of(path)
            yield from (at(name, place, content) for place, content in lists.found(kind, file, head))
    else:
        from verifier_cli.reading import extras

        extras.require(kind, path)
        yield from _piece(path, kind)


def bytes_of(arguments: Sequence[str]) -> int | None:
    """How many bytes there are to read, for a bar; None if nobody knows."""
    total = 0
    for argument in arguments:
        if argument == "-":
            return None
        if os.path.isdir(argument):
            from verifier_cli.reading import folders

            total += sum(_size(path) for path, why in folders.walk(argument) if why is None)
        else:
            total += _size(argument)
    return total


def _size(path: str) -> int:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return len(path)
    return found.st_size if stat.S_ISREG(found.st_mode) else 0
