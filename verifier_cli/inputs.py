"""From the command's arguments to QR texts: given as such, in lists, or in pictures. Nothing given is ever lost."""

import codecs
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import BinaryIO, Final

from credential import qr_text
from credential.reason import Reason
from verifier_cli.errors import UsageError
from verifier_cli.given import Given, Unread

MAX_LINE: Final = 64 << 10
MAX_LIST: Final = 1 << 30
_MAX_NAME: Final = qr_text.MAX_CHARACTERS

_URL: Final = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*://")
_PICTURES: Final = frozenset(
    (
        *(".png", ".jpg", ".jpeg", ".jfif", ".webp", ".bmp", ".gif", ".tif", ".tiff"),
        *(".svg", ".svgz", ".eps", ".ps", ".pdf", ".heic", ".heif", ".avif", ".ico"),
    )
)
_LISTS: Final = frozenset((".txt", ".jsonl", ".json", ".csv", ".lst", ".list"))
_MAGIC: Final = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF"),
    *(b"%PDF", b"%!PS", b"\xc5\xd0\xd3\xc6", b"<svg", b"<?xml"),
)


Source = Callable[[], Iterator[Given]]


def sources(arguments: Sequence[str]) -> list[Source]:
    """What each argument stands for. UsageError names the first that is a missing file, or needs the extra `images`."""
    return [_source(argument) for argument in arguments]


def _source(argument: str) -> Source:
    if argument == "-":
        return partial(_stdin)
    if not argument.strip() or "\0" in argument or _URL.match(argument):
        return partial(_text, argument)
    try:
        mode = os.stat(argument).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return _missing(argument)
    except PermissionError as error:
        raise _unreadable(argument, error) from None
    except (OSError, ValueError):
        return partial(_text, argument)
    if stat.S_ISDIR(mode):
        raise UsageError(
            f"{argument} 是文件夹。请写成 {argument.rstrip('/')}/*",
            f"{argument} is a folder. Give the files in it: {argument.rstrip('/')}/*",
        )
    if stat.S_ISREG(mode) and _is_picture(argument):
        from verifier_cli import pictures

        pictures.require_libraries(argument)
        return partial(_picture, argument)
    return partial(_list, argument)


def _missing(argument: str) -> Source:
    if "/" in argument or _suffix(argument) in _PICTURES | _LISTS:
        raise UsageError(f"找不到文件 {argument}。请检查路径。", f"there is no file {argument}. Check the path.")
    return partial(_text, argument)


def _unreadable(argument: str, error: OSError) -> UsageError:
    return UsageError(
        f"无法读取 {argument}：{error.strerror}。请检查权限。",
        f"cannot read {argument}: {error.strerror}. Check its permissions.",
    )


def _is_picture(argument: str) -> bool:
    try:
        with open(argument, "rb") as file:
            head = file.read(16)
    except OSError as error:
        raise _unreadable(argument, error) from None
    if _suffix(argument) in _PICTURES or head.lstrip().startswith(_MAGIC):
        return True
    return head.startswith(b"BM") and head[6:10] == bytes(4)


def _suffix(argument: str) -> str:
    return os.path.splitext(argument.rstrip("/"))[1].lower()


def name_of(argument: str) -> str:
    """What to call an argument: itself, within reason, and as valid Unicode."""
    valid = argument.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return valid if len(valid) <= _MAX_NAME else valid[:80] + "…"


def _text(argument: str) -> Iterator[Given]:
    yield Given(name_of(argument), argument)


def _stdin() -> Iterator[Given]:
    yield from _lines("-", sys.stdin.buffer)


def _list(argument: str) -> Iterator[Given]:
    try:
        with open(argument, "rb") as file:
            yield from _lines(name_of(argument), file)
    except OSError as error:
        raise _unreadable(argument, error) from None


def _lines(name: str, stream: BinaryIO) -> Iterator[Given]:
    """The texts of a list, one a line; blank lines are skipped, and lines beyond the cap refused by number."""
    number, total = 0, 0
    while line := stream.readline(MAX_LINE):
        number += 1
        total += len(line)
        place = f"{name}:{number}"
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            yield Given(place, Unread(Reason.QR_TOO_LONG, f"a line of {MAX_LINE} bytes or more"))
            total += _skip_line(stream, MAX_LIST - total)
        elif line.removeprefix(codecs.BOM_UTF8).strip():
            yield Given(place, _text_of(line.removeprefix(codecs.BOM_UTF8) if number == 1 else line))
        if total >= MAX_LIST:
            raise UsageError(f"{place}：列表超过 1 GiB，请拆分。", f"{place}: the list is over 1 GiB. Split it.")


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


def _picture(argument: str) -> Iterator[Given]:
    """Every different Yinxin code of a picture; codes of others count only if there is none."""
    from verifier_cli import pictures

    name, found = name_of(argument), pictures.read(argument)
    if isinstance(found, Unread):
        yield Given(name, found)
        return
    ours = [text for text in dict.fromkeys(found) if pictures.is_ours(text)]
    if not ours:
        yield Given(name, Unread(Reason.QR_PREFIX, "the picture's code is not of a Yinxin certificate"))
    for place, text in enumerate(ours, start=1):
        yield Given(name if len(ours) == 1 else f"{name}#{place}", text)
