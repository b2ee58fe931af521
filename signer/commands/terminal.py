"""The terminal: Chinese first, then English; progress on stderr; `--json` keeps stdout for one object."""

import getpass
import json
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Final, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text

from signer import errors
from signer.context import Step
from signer.errors import Json, SignerError, usage
from signer.keys.passphrases import needs_source

_NAMES: Final = {
    Step.READ: ("读名册", "reading"),
    Step.CHECKED: ("检查", "checking"),
    Step.SIGNING: ("签名", "signing"),
    Step.SIGNED: ("签名", "signing"),
    Step.DRAWN: ("二维码", "drawing"),
    Step.REGISTERED: ("登记", "registering"),
    Step.EXAMINED: ("核对版面", "examining pages"),
    Step.PRINTED: ("排印", "printing"),
}
PAUSE: Final = 20.0
"""Seconds between two lines about a step, where no bar can be shown."""


class Progressing(Protocol):
    """What shows how far a step has come."""

    def reached(self, zh: str, en: str, done: int, total: int) -> None:
        """`done` of `total`."""

    def pause(self) -> None:
        """Leave the terminal to what is said or asked next."""


class Terminal:
    """A voice for people."""

    def __init__(self, *, quiet: bool, progress: Progressing | None = None) -> None:
        self._quiet = quiet
        self._progress = progress

    def say(self, zh: str, en: str) -> None:
        """Print both lines, or the one that is the same in both languages, unless stdout belongs to a program."""
        if not self._quiet:
            self._pause()
            print(zh if zh == en else f"{zh}\n{en}", flush=True)

    def reached(self, step: Step, done: int, total: int) -> None:
        """Show it, if the step is one that takes long."""
        if self._progress is not None and step in _NAMES:
            self._progress.reached(*_NAMES[step], done, total)

    def confirm(self, zh: str, en: str) -> bool:
        """Ask on the terminal; without one, `--yes` is needed."""
        if self._quiet or not sys.stdin.isatty():
            raise usage(
                "needs-yes",
                "没有终端可以询问。核对无误后请加 --yes。",
                "there is no terminal to ask on. When you are sure, add --yes.",
            )
        with self._asking():
            return input(f"{zh} / {en} [y/N] ").strip().lower() in ("y", "yes", "是")

    def secret(self, prompt: str) -> str:
        """What is typed on the terminal, unseen; without one, a source of passphrases is needed."""
        with self._asking(), warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            try:
                return getpass.getpass(prompt)
            except getpass.GetPassWarning:
                raise needs_source() from None

    def _pause(self) -> None:
        if self._progress is not None:
            self._progress.pause()

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """No bar is in the way, and whoever ends the program here gets the terminal back as it was."""
        self._pause()
        with _ended_in_order():
            try:
                yield
            except KeyboardInterrupt:
                print(file=sys.stderr)
                raise


@dataclass(slots=True)
class Pace:
    """How fast a step goes, and how long it still takes."""

    began: float
    first: int
    """What was done when it began to be shown: an earlier run's."""

    def rate(self, now: float, done: int) -> float:
        """Things a second."""
        return max(done - self.first, 0) / max(now - self.began, 0.001)

    def said(self, now: float, done: int, total: int) -> tuple[str, str]:
        """Rate and time left in words; no time where nothing moves or nothing is left."""
        rate, left = self.rate(now, done), self.left(now, done, total)
        zh, en = f"每秒 {rate:,.0f}", f"{rate:,.0f}/s"
        return (f"{zh}，还需约 {left}", f"{en}, about {left} left") if left else (zh, en)

    def left(self, now: float, done: int, total: int) -> str:
        """The time left, as a clock shows it; empty where nothing moves or nothing is left."""
        rate = self.rate(now, done)
        return _duration((total - done) / rate) if rate > 0 and done < total else ""


def _duration(seconds: float) -> str:
    """As a clock shows it: 0:05, 12:40, 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


class _PaceColumn(ProgressColumn):
    """Rate and time left beside a bar."""

    def render(self, task: Task) -> Text:
        """Both; at the end the rate of the whole. Nothing before anything has moved."""
        pace, elapsed, done = Pace(0.0, int(task.fields["first"])), task.elapsed or 0.0, int(task.completed)
        if done <= pace.first:
            return Text("")
        left = pace.left(elapsed, done, int(task.total or 0))
        return Text(f"{pace.rate(elapsed, done):,.0f}/s" + (f" 还需 left {left}" if left else ""))


COLUMNS: Final = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), _PaceColumn())


class Bars:
    """A bar for each step, kept moving only from a step's first report until something is said or asked."""

    def __init__(self, display: Callable[[], Progress]) -> None:
        self._display = display
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def reached(self, zh: str, en: str, done: int, total: int) -> None:
        """Move the step's bar."""
        if self._bars is None:
            self._bars = self._display()
            self._bars.start()
        if en not in self._tasks:
            self._tasks[en] = self._bars.add_task(f"{zh} {en}", total=total, completed=done, first=done)
        self._bars.update(self._tasks[en], completed=done, total=total)

    def pause(self) -> None:
        """Leave the bars as they stand; what comes next has new ones, below."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None
            self._tasks.clear()


class _Screen(Console):
    """The terminal of the bars. Its cursor is never hidden, so that nothing can end with it hidden."""

    def show_cursor(self, show: bool = True) -> bool:
        """Show it; never hide it."""
        return show and super().show_cursor(show)


def _display() -> Progress:
    """Bars on the terminal; what is printed meanwhile goes where it was meant to go, as it is."""
    return Progress(*COLUMNS, console=_Screen(stderr=True), redirect_stdout=False, redirect_stderr=False)


@dataclass(slots=True)
class Lines:
    """A line now and then, for a log."""

    write: Callable[[str], object]
    clock: Callable[[], float] = time.monotonic
    paces: dict[str, Pace] = field(default_factory=dict)
    said: float | None = None

    def reached(self, zh: str, en: str, done: int, total: int) -> None:
        """A line if the last one is long ago; the first step's beginning says nothing."""
        now = self.clock()
        pace = self.paces.setdefault(en, Pace(now, done))
        if self.said is None:
            self.said = now
        if now - self.said < PAUSE:
            return
        self.said = now
        pace_zh, pace_en = pace.said(now, done, total)
        self.write(f"{zh} {done:,}/{total:,}，{pace_zh} / {en} {done:,} of {total:,}, {pace_en}\n")

    def pause(self) -> None:
        """Nothing: lines are in nobody's way."""


@contextmanager
def terminal(*, as_json: bool) -> Iterator[Terminal]:
    """A terminal: with bars where stderr is one, with a line now and then where it is not."""
    if as_json:
        yield Terminal(quiet=True)
        return
    if not sys.stderr.isatty():
        yield Terminal(quiet=False, progress=Lines(_to_stderr))
        return
    bars = Bars(_display)
    try:
        yield Terminal(quiet=False, progress=bars)
    finally:
        bars.pause()


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """A SIGTERM unwinds the program in place of ending it at once, so that the terminal shows again what is typed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _to_stderr(line: str) -> None:
    sys.stderr.write(line)
    sys.stderr.flush()


def print_line(said: Json) -> None:
    """One object on a line of stdout, in UTF-8 whatever the locale."""
    sys.stdout.flush()
    sys.stdout.buffer.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")
    sys.stdout.buffer.flush()


def close_output() -> None:
    """Let nothing more be written to a reader that has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_result(command: str, result: Json) -> None:
    """The one object of `--json`."""
    print_line({"command": command, "ok": True, **result})


def print_error(command: str | None, error: SignerError, findings: tuple[Json, ...] = (), *, as_json: bool) -> None:
    """A refusal: for programs one object on stdout, for people both lines on stderr."""
    if as_json:
        problems = {"problems": list(findings)} if findings else {}
        print_line({"command": command, **errors.as_json(error), **problems})
        return
    print(error.zh, file=sys.stderr)
    print(error.en, file=sys.stderr)
