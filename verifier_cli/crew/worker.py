"""A process of the crew: answers tasks one after the other, within limits of memory and time, until nobody asks."""

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

from credential.reason import Reason
from verifier_cli.crew import system
from verifier_cli.crew.system import Connection
from verifier_cli.given import Given, Unread
from verifier_cli.reading.lists import Lines
from verifier_cli.reading.pieces import Piece, UnitDone

R = TypeVar("R")
Work = Callable[[Iterable[Given]], R]
"""Answers things given, all at once. It can be pickled."""
Task = list[Given] | Lines | Piece

_STDERR: Final = 2
_EVERY: Final = 0.2
_MOST: Final = 128
"""What was found is told after so many seconds or things."""


class Answer(NamedTuple, Generic[R]):
    """What was found since the last one: the answer to `size` things, units done, pieces to be read.

    `missing` is what is not installed.
    """

    answer: R | None = None
    size: int = 0
    units: int = 0
    pieces: tuple[Piece, ...] = ()
    done: bool = False
    missing: tuple[str, str] | None = None


def serve(connection: Connection, others: Sequence[Connection], work: Work[R]) -> None:
    """Answer every task that comes. `others` are ends that a fork left here: they are not this process's to hold."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _be_silent()
    for each in others:
        each.close()
    system.limit_memory()
    while True:
        try:
            task = connection.recv()
            for answer in _answers(task, work):
                connection.send(answer)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


def _be_silent() -> None:
    """Let nothing that a decoder complains of reach the terminal: it may repeat what a hostile file says."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STDERR)
    os.close(nowhere)


def given(task: list[Given] | Lines) -> list[Given]:
    """The texts of a task."""
    return list(task.given()) if isinstance(task, Lines) else task


def _answers(task: Task, work: Work[R]) -> Iterator[Answer[R]]:
    if not isinstance(task, Piece):
        yield from _of_texts(given(task), work)
        return
    from verifier_cli.reading import extras

    try:
        yield from _of_piece(task, work)
    except ImportError:
        lacking = extras.missing(task.name)
        yield Answer(missing=(lacking.zh, lacking.en), done=True)


def _answer(texts: list[Given], work: Work[R]) -> Answer[R]:
    return Answer(work(texts), len(texts)) if texts else Answer()


def _of_texts(texts: list[Given], work: Work[R]) -> Iterator[Answer[R]]:
    for start in range(0, max(1, len(texts)), _MOST):
        end = start + _MOST
        yield _answer(texts[start:end], work)._replace(done=end >= len(texts))


def _of_piece(piece: Piece, work: Work[R]) -> Iterator[Answer[R]]:
    from verifier_cli.reading import decoded

    texts: list[Given] = []
    pieces: list[Piece] = []
    told = time.monotonic()
    system.limit_processor()
    for found in decoded.read(piece):
        if isinstance(found, Given):
            texts.append(found)
        elif isinstance(found, Piece):
            pieces.append(found)
        if isinstance(found, UnitDone) or len(texts) >= _MOST or (texts and time.monotonic() - told > _EVERY):
            yield _answer(texts, work)._replace(units=int(isinstance(found, UnitDone)))
            texts, told = [], time.monotonic()
            system.limit_processor()
    yield _answer(texts, work)._replace(pieces=tuple(pieces), done=True)


def stopped(given: Given, detail: str) -> Given:
    """The same, but that its process ended."""
    return given._replace(content=Unread(Reason.READING_STOPPED, detail))
