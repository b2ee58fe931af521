"""A million published objects from a real server process, whose memory must stay flat: `make soak ONLY=serve`."""

import shutil
import time
from contextlib import ExitStack, closing
from typing import Final

from bench import processes
from bench.published import publish
from bench.service import Visitor, founded, serving
from tests.databases import Embedded
from tools.soak.soak import Order, Outcome, Progress, Soak

REQUESTS: Final = 1_000_000
CERTIFICATES: Final = 2_000
MOST_GROWTH: Final = 8 << 20
"""Bytes by which the process may have grown since the first hundredth of the requests."""
_STEP: Final = 100
"""Requests between two looks: few enough that no connection is idle for long, which the server would close."""


def run(order: Order) -> Outcome:
    """Ask, and look at the memory now and then."""
    shutil.rmtree(order.folder, ignore_errors=True)
    order.folder.mkdir(parents=True)
    requests, held = order.of(REQUESTS), list[int]()
    progress, began = Progress(requests), time.monotonic()
    with founded(order.folder, Embedded()) as office, ExitStack() as stack:
        paths = publish(office, CERTIFICATES).values()
        service = stack.enter_context(serving(office))
        visitors = [stack.enter_context(closing(Visitor(service.port, path))) for path in paths]
        for count in range(0, requests, _STEP):
            visitors[count // _STEP % len(visitors)].ask(_STEP)
            held.append(processes.resident(service.process.pid))
            progress.reached(count)
    seconds = time.monotonic() - began
    shutil.rmtree(order.folder)
    settled, last = held[len(held) // 100], held[-1]
    faults = [f"grown by {last - settled:,} bytes"] if last - settled > MOST_GROWTH else []
    rows = (
        ("请求 requests", f"{requests:,}"),
        ("每秒 a second", f"{requests / seconds:,.0f}"),
        ("内存，百分之一之后 memory after a hundredth", f"{settled:,} B"),
        ("内存，最多 memory, the most", f"{max(held):,} B"),
        ("内存，最后 memory at the end", f"{last:,} B"),
    )
    return Outcome(rows, tuple(faults))


SOAK: Final = Soak("serve", "一百万次取已发布的对象", "Published objects a million times", run)
