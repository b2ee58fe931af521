"""Many small jobs over all cores, in processes that end with their parent and continue nothing that they lost."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from signer.errors import SignerError, usage

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")


def run(
    function: Callable[[_Job], _Result],
    jobs: Sequence[_Job],
    *,
    alone: int,
    chunk: int,
    prepare: Callable[..., None] | None = None,
    given: tuple[object, ...] = (),
) -> Iterator[_Result]:
    """`function` of each job, in order; up to `alone` jobs are done here, since starting processes would take longer.

    `prepare(*given)` runs once in every process before its first job. SignerError, also for a process that dies.
    """
    if len(jobs) <= alone:
        if prepare is not None:
            prepare(*given)
        yield from map(function, jobs)
        return
    # Spawned, not forked: these processes hold no key.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count() or 1, context, initializer=_begin, initargs=(prepare, given)) as pool:
        try:
            yield from pool.map(function, jobs, chunksize=chunk)
        except BrokenProcessPool:
            raise _stopped() from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


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
        "drawing-stopped",
        "画图进程意外结束（可能内存不足）。再次运行同一命令，会从中断处继续。",
        "a drawing process ended unexpectedly (short of memory?). Run the same command again: it continues.",
    )
