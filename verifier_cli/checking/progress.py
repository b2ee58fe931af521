"""A bar for whoever waits at a terminal: how much is done, how fast, and how long it takes still."""

import time
from typing import Final, TextIO

from verifier_cli.output import Style

_PATIENCE: Final = 1.0
"""Seconds until it shows at all."""
_EVERY: Final = 0.1
_WIDTH: Final = 24


class Bar:
    """One line on `stream`, which is a terminal. `total` are the bytes to read, None if nobody knows."""

    def __init__(self, stream: TextIO, total: int | None) -> None:
        self._stream, self._total, self._style = stream, total, Style(stream)
        self._began = self._drawn = time.monotonic()
        self._bytes = self._rows = 0
        self._shown = False

    def advance(self, done: int) -> None:
        """So many more bytes were read."""
        self._bytes += done

    def count(self, rows: int) -> None:
        """So many more answers are there."""
        self._rows += rows
        now = time.monotonic()
        if now - self._began >= _PATIENCE and now - self._drawn >= _EVERY:
            self._draw(now)

    def hide(self) -> None:
        """Make room for what is printed."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False

    def _draw(self, now: float) -> None:
        self._drawn, self._shown = now, True
        self._stream.write("\r\x1b[K" + self._line(now - self._began))
        self._stream.flush()

    def _line(self, seconds: float) -> str:
        rate = self._rows / seconds
        said = f"{self._rows:,} {self._style.both('份', 'read', '/')}, {rate:,.{0 if rate >= 10 else 1}f}/s"
        if not self._total:
            return said
        share = min(1.0, self._bytes / self._total)
        full = round(share * _WIDTH)
        bar = f"[{'#' * full}{'-' * (_WIDTH - full)}] {share:4.0%}  {said}"
        if share == 0:
            return bar
        left = seconds * (1 - share) / share
        return f"{bar}, {self._style.both('还需', 'left', ' ')} {_time(left)}"


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
