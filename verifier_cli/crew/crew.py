"""Work on what is given by all cores, in the order given; what takes its process down, or hangs, costs one answer.

Texts are handed out in chunks, files one by one. Only so much is taken from the inputs as the processes are soon to do,
and only so many answers are held as wait for an earlier one: memory does not grow with the inputs.
"""

import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Final, Generic, TypeVar

from verifier_cli.crew import worker
from verifier_cli.crew.system import CONTEXT, FORKS, Connection
from verifier_cli.crew.worker import Answer, Task, Work
from verifier_cli.errors import UsageError
from verifier_cli.given import Given, Unread
from verifier_cli.reading.lists import Lines
from verifier_cli.reading.pieces import Piece

R = TypeVar("R")

CHUNK: Final = 128
AHEAD: Final = 6
"""Tasks for each process that are under way, or done and wait for an earlier one."""
HELD: Final = 2_000
"""Things of one task whose answers wait for an earlier one; more are not taken from its process."""
LIMIT: Final = 60.0
"""Seconds in which a process must say something of its file."""


class _Slot(Generic[R]):
    """A task in its place among the others: the answers that nobody has taken yet, and how many units are done.

    `size` is how many things all its answers are of.
    """

    __slots__ = ("answers", "done", "size", "taken", "task", "units")

    def __init__(self, task: Task) -> None:
        self.task = task
        self.answers: deque[R] = deque()
        self.size = self.units = 0
        self.taken = self.done = False


class _Worker(Generic[R]):
    """A process, and the slot that it works on."""

    __slots__ = ("connection", "heard", "process", "slot")

    def __init__(self, process: BaseProcess, connection: Connection) -> None:
        self.process, self.connection = process, connection
        self.slot: _Slot[R] | None = None
        self.heard = 0.0


class Crew(Generic[R]):
    """Processes that answer tasks."""

    def __init__(self, size: int, work: Work[R]) -> None:
        self._size, self._work, self._limit = size, work, LIMIT
        self._workers: list[_Worker[R]] = []
        self._slots: deque[_Slot[R]] = deque()

    def run(self, tasks: Iterable[Task], advance: Callable[[int], None]) -> Iterator[R]:
        """The answers in the order of the tasks; `advance` is told the bytes of each task that is done."""
        waiting = iter(tasks)
        try:
            while self._slots or self._fill(waiting, self._size):
                self._hand_out()
                if self._fill(waiting, AHEAD * self._size):
                    self._hand_out()
                self._listen()
                self._hand_out()
                yield from self._finished(advance)
        finally:
            self.stop()

    def stop(self) -> None:
        """End every process, whatever it does."""
        for each in self._workers:
            each.process.kill()
        for each in self._workers:
            each.process.join()
            each.connection.close()
        self._workers.clear()

    def _fill(self, waiting: Iterator[Task], most: int) -> bool:
        """Take tasks until so many are under way. Whether there was any more."""
        before = len(self._slots)
        self._slots.extend(_Slot(task) for task in islice(waiting, max(0, most - before)))
        return len(self._slots) > before

    def _hand_out(self) -> None:
        for slot in self._slots:
            if slot.taken:
                continue
            free = self._free()
            if free is None:
                return
            slot.taken = True
            free.slot, free.heard = slot, time.monotonic()
            self._send(free, slot.task)

    def _send(self, free: _Worker[R], task: Task) -> None:
        try:
            free.connection.send(task)
        except (BrokenPipeError, ConnectionResetError):
            self._lost(free, "")

    def _free(self) -> _Worker[R] | None:
        """A process that has nothing to do, started if there may be one more."""
        for each in self._workers:
            if each.slot is None:
                return each
        if sum(not self._is_held(each) for each in self._workers) >= self._size:
            return None
        self._workers.append(self._start())
        return self._workers[-1]

    def _is_held(self, each: _Worker[R]) -> bool:
        """Whether it has said so much of a later task that it must wait: then another may work in its place."""
        return each.slot is not None and each.slot is not self._slots[0] and each.slot.size >= HELD

    def _start(self) -> _Worker[R]:
        ours, theirs = CONTEXT.Pipe()
        others = [ours, *(each.connection for each in self._workers)] if FORKS else []
        process = CONTEXT.Process(target=worker.serve, args=(theirs, others, self._work), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _listen(self) -> None:
        """Take what the processes have said; wait for it, unless answers can be handed on."""
        first, now = self._slots[0], time.monotonic()
        heard = {}
        for each in self._workers:
            if self._is_held(each):
                each.heard = now
            elif each.slot is not None:
                heard[each.connection] = each
        patience = 0.0 if first.done or first.answers else self._patience(heard.values(), now)
        for connection in wait(list(heard), patience):
            if isinstance(connection, Connection):
                self._hear(heard[connection])
        self._end_hung(heard.values())

    def _patience(self, heard: Iterable[_Worker[R]], now: float) -> float:
        return max(0.0, min(each.heard for each in heard) + self._limit - now)

    def _hear(self, each: _Worker[R]) -> None:
        slot = each.slot
        if slot is None:
            return
        try:
            answer: Answer[R] = each.connection.recv()
        except (EOFError, OSError):
            self._lost(each, "")
            return
        if answer.missing is not None:
            raise UsageError(*answer.missing)
        each.heard = time.monotonic()
        if answer.answer is not None:
            slot.answers.append(answer.answer)
        slot.size += answer.size
        slot.units += answer.units
        if answer.pieces:
            self._insert(slot, answer.pieces)
        if answer.done:
            slot.done, each.slot = True, None

    def _insert(self, slot: _Slot[R], pieces: Iterable[Piece]) -> None:
        """Put pieces right behind the file that they are of, whose own bytes are theirs."""
        place = self._slots.index(slot) + 1
        for offset, piece in enumerate(pieces):
            self._slots.insert(place + offset, _Slot(piece))
        if isinstance(slot.task, Piece):
            slot.task = slot.task._replace(weight=0)

    def _end_hung(self, heard: Iterable[_Worker[R]]) -> None:
        now = time.monotonic()
        for each in list(heard):
            if each.slot is not None and now - each.heard > self._limit:
                each.process.kill()
                self._lost(each, f"over {self._limit:g} s")

    def _lost(self, each: _Worker[R], why: str) -> None:
        """A process ended in the midst of a task: its unit is answered so, and the rest is another's task."""
        self._workers.remove(each)
        each.process.join()
        each.connection.close()
        slot = each.slot
        if slot is None:
            return
        slot.done = True
        detail = why or _ended(each.process.exitcode)
        if not isinstance(slot.task, Piece):
            rest = worker.given(slot.task)[slot.size :]
            slot.answers.append(self._work([worker.stopped(each, detail) for each in rest]))
        elif slot.units < len(slot.task.places):
            slot.answers.append(self._work([slot.task.failed(slot.units, detail)]))
            after = slot.task.after(slot.units + 1)
            if after is not None:
                self._slots.insert(self._slots.index(slot) + 1, _Slot(after))

    def _finished(self, advance: Callable[[int], None]) -> Iterator[R]:
        """The answers that wait for no earlier one."""
        while self._slots:
            first = self._slots[0]
            while first.answers:
                yield first.answers.popleft()
            if not first.done:
                return
            advance(weight(first.task))
            self._slots.popleft()


def weight(task: Task) -> int:
    """The bytes of a task, about."""
    if isinstance(task, Piece):
        return task.weight
    if isinstance(task, Lines):
        return len(task.data)
    return sum(len(each.content) + 1 for each in task if not isinstance(each.content, Unread))


def cores() -> int:
    """How many processes may work at once here."""
    usable = getattr(os, "sched_getaffinity", None)
    return (os.cpu_count() or 1) if usable is None else len(usable(0))


def chunks(found: Iterable[Given | Lines | Piece]) -> Iterator[Task]:
    """Texts in chunks, lines and pieces as they are, in order."""
    held: list[Given] = []
    for each in found:
        if not isinstance(each, Given):
            if held:
                yield held
                held = []
            yield each
            continue
        held.append(each)
        if len(held) == CHUNK:
            yield held
            held = []
    if held:
        yield held


def _ended(code: int | None) -> str:
    if code is not None and code < 0:
        if sys.platform != "win32" and -code == signal.SIGXCPU:
            return "too much processor time"
        return f"ended by {signal.Signals(-code).name}"
    return f"ended with {code}"
