"""Many small jobs over all cores, in processes that end with their parent and continue nothing that they lost."""

import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Final, TypeVar

from signer.errors import SignerError, usage
from signer.portions import portions

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")
_AHEAD: Final = 3
"""Chunks that wait for each process: enough that none stands idle, few enough that their jobs take no memory."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many jobs there are. Up to `alone` of them are done here: starting processes would take longer.

    More are handed over `chunk` at a time.
    """

    jobs: int
    alone: int
    chunk: int


def run(
    function: Callable[[_Job], _Result],
    jobs: Iterable[_Job],
    size: Size,
    prepare: Callable[..., None] | None = None,
    given: tuple[object, ...] = (),
) -> Iterator[_Result]:
    """`function` of each job, in order; of the jobs only so many are taken as the processes are soon to do.

    `prepare(*given)` runs once in every process before its first job. SignerError, also for a process that dies.
    """
    if size.jobs <= size.alone:
        if prepare is not None:
            prepare(*given)
        yield from map(function, jobs)
        return
    workers = os.cpu_count() or 1
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(workers, _Spawning(), initializer=_begin, initargs=(prepare, given)) as pool:
        try:
            yield from _ahead(pool, function, portions(jobs, size.chunk), _AHEAD * workers)
        except BrokenProcessPool:
            # One that is only just starting while another dies is forgotten by the pool, which then waits for it.
            for process in set(multiprocessing.active_children()) - others:
                process.kill()
            raise _stopped() from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


class _Process(SpawnProcess):
    """Spawned, not forked: it holds no key. Nor does it run its parent's main program once more.

    The functions are in modules of their own, so a program that embeds the signer needs no guard, and a process that
    draws does not carry the whole command line.
    """

    def start(self) -> None:
        """Start it while there seems to be no main program."""
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            super().start()
        except BrokenPipeError:
            raise BrokenProcessPool("a process died while it was started") from None
        finally:
            sys.modules["__main__"] = main


class _Spawning(SpawnContext):
    """What the pool makes its processes with."""

    Process = _Process


def _ahead(
    pool: ProcessPoolExecutor, function: Callable[[_Job], _Result], chunks: Iterator[list[_Job]], most: int
) -> Iterator[_Result]:
    """The results in order, of which at most `most` chunks are waited for."""
    waiting: deque[Future[list[_Result]]] = deque()
    for chunk in chunks:
        waiting.append(pool.submit(_each, function, chunk))
        if len(waiting) >= most:
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


def _each(function: Callable[[_Job], _Result], jobs: Sequence[_Job]) -> list[_Result]:
    return list(map(function, jobs))


def _begin(prepare: Callable[..., None] | None, given: tuple[object, ...]) -> None:
    """A killed parent cannot tell its processes to end."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_exit, args=(parent.join,), daemon=True).start()
    if prepare is not None:
        prepare(*given)


def _wait_and_exit(wait: Callable[[], None]) -> None:
    wait()
    os._exit(1)


def _stopped() -> SignerError:
    return usage(
        "process-ended",
        "一个工作进程意外结束（可能内存不足）。已完成的都已保存；再次运行同一命令，会从中断处继续。",
        "a working process ended unexpectedly (short of memory?). What was done is kept; run the same command again:"
        " it continues.",
    )
