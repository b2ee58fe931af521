"""Writing to a terminal that may be of any encoding, and must never be sent a control character."""

import io
import os
import sys
from typing import Final, Literal, TextIO

from credential.text import escaped

_TICKS: Final = "✔✘"
_CHINESE: Final = "印信"


def prepare() -> None:
    """Let no text whatever fail to be written, nor a line end in a way that splits records.

    A stream that whoever started the program has closed is there, and empty.
    """
    sys.stdin = sys.stdin or _nothing("r")
    sys.stdout = sys.stdout or _nothing("w")
    sys.stderr = sys.stderr or _nothing("w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _nothing(mode: Literal["r", "w"]) -> TextIO:
    return open(os.devnull, mode, encoding="utf-8")


def can_write(text: str, stream: TextIO) -> bool:
    """Whether the encoding of `stream` has every character of `text`."""
    try:
        text.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class Style:
    """How to write for a person on one stream: with tick marks or ASCII, with Chinese or in English alone."""

    def __init__(self, stream: TextIO) -> None:
        self.ticks = can_write(_TICKS, stream)
        self.chinese = can_write(_CHINESE, stream)

    def both(self, zh: str, en: str, between: str = " ") -> str:
        """Chinese, then English."""
        return f"{zh}{between}{en}" if self.chinese else en

    def mark(self, tick: str, ascii_mark: str) -> str:
        """`tick`, or what stands for it."""
        return tick if self.ticks else ascii_mark


def say(text: str) -> None:
    """One line on standard output. Foreign text in it must have gone through `shown`."""
    sys.stdout.write(text + "\n")


def complain(zh: str, en: str) -> None:
    """An error for the person, on standard error."""
    style = Style(sys.stderr)
    lines = ([shown(zh)] if style.chinese else []) + [shown(en)]
    sys.stderr.write("yinxin-verify: " + "\n  ".join(lines) + "\n")


def shown(text: str) -> str:
    """Foreign text as it may be shown: whatever is invisible, reorders or controls is written as its code point."""
    return escaped(text)
