"""A process of the crew: answers tasks one after the other, within limits of memory and time, until nobody asks."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

from credential.reason import Reason
from verifier_cli.crew import system
from verifier_cli.crew.system import Connection
from verifier_cli.given import Given, Unread
from verifier_cli.reading.pieces import Piece, UnitDone

R = TypeVar("R")
Task = list[Given] | Piece

_EVERY: Final = 0.2
_MOST: Final = 128
"""What was found is told after so many seconds or things."""


class Answer(NamedTuple, Generic[R]):
    """What was found since the last one: answers, units done, pieces to be read. `missing`: what is not installed."""

    answers: list[R]
    units: int = 0
    pieces: tuple[Piece, ...] = ()
    done: bool = False
    missing: tuple[str, str] | None = None


def serve(connection: Connection, others: Sequence[Connection], work: Callable[[Given], R]) -> None:
    """Answer every task that comes. `others` are ends that a fork left here: they are not this process's to hold."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
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


def _answers(task: Task, work: Callable[[Given], R]) -> Iterator[Answer[R]]:
    if not isinstance(task, Piece):
        yield Answer([work(each) for each in task], done=True)
        return
    from verifier_cli.reading import extras

    try:
        yield from _of_piece(task, work)
    except ImportError:
        lacking = extras.missing(task.name)
        yield Answer([], missing=(lacking.zh, lacking.en), done=True)


def _of_piece(piece: Piece, work: Callable[[Given], R]) -> Iterator[Answer[R]]:
    from verifier_cli.reading import decoded

    answers: list[R] = []
    pieces: list[Piece] = []
    told = time.monotonic()
    system.limit_processor()
    for found in decoded.read(piece):
        if isinstance(found, Given):
            answers.append(work(found))
        elif isinstance(found, Piece):
            pieces.append(found)
        if isinstance(found, UnitDone) or len(answers) >= _MOST or (answers and time.monotonic() - told > _EVERY):
            yield Answer(answers, units=int(isinstance(found, UnitDone)))
            answers, told = [], time.monotonic()
            system.limit_processor()
    yield Answer(answers, pieces=tuple(pieces), done=True)


def stopped(given: Given, detail: str) -> Given:
    """The same, but that its process ended."""
    return given._replace(content=Unread(Reason.READING_STOPPED, detail))
