"""A registry's server killed forty times in the midst of batches of 10,000; slow clients; a full disk; three hosts.

`make soak ONLY=faults`. Real server processes over HTTP, on both databases. What the tests look at in samples
(tests/registry/README.md) is counted here.
"""

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests import databases
from tests.databases import Databases
from tests.disks import NoDiskError, small_disk
from tests.registry.faults import Batches, full_disk, health, hosts_publish, slow_clients
from tests.registry.office import build, copy, on
from tests.registry.office import run as command
from tests.registry.serving import Host, join
from tools.soak.soak import Order, Outcome, Progress, Soak

KILLS: Final = 20
"""On each of the two databases."""
ROWS: Final = 10_000
SLOW: Final = 1_000
CHANGES: Final = 20
_LEFT: Final = (0, 50_000, 200_000, 500_000, 1_000_000, 2_000_000)
"""Bytes that are left on the disk."""
Rows = list[tuple[str, str]]


def run(order: Order) -> Outcome:
    """All of it, one after the other; each part gives its rows, and what it found."""
    shutil.rmtree(order.folder, ignore_errors=True)
    order.folder.mkdir(parents=True)
    rows, faults = _parts("SQLite", databases.Embedded(), (kills, slow, full), order)
    more, found = _parts("PostgreSQL", databases.on_disk(), (kills, several), order)
    faults += found
    rows += [*more, ("半截、丢失或不符 half, lost or not the same", str(len(faults)))]
    return Outcome(tuple(rows), tuple(faults))


Part = Callable[[Path, Order], tuple[str, str, list[str]]]


def _parts(name: str, kind: Databases, parts: tuple[Part, ...], order: Order) -> tuple[Rows, list[str]]:
    rows: Rows = []
    faults: list[str] = []
    with on(kind):
        built = build(order.folder / name)
        for part in parts:
            what, figure, found = part(copy(built, order.folder / f"{name}-{part.__name__}"), order)
            print(f"  {name}：{what}: {figure}", flush=True)
            rows.append((f"{name}：{what}", figure))
            faults += [f"{name}: {each}" for each in found]
    return rows, faults


def kills(data: Path, order: Order) -> tuple[str, str, list[str]]:
    """Kill the server during batches: each is all there or not at all, and what was acknowledged is there."""
    times, rows = order.of(KILLS), order.of(ROWS)
    batches, progress = Batches(Host(data).start(), rows, order.seed), Progress(times)
    try:
        batches.in_peace()
        for place in range(1, times + 1):
            batches.kill_once()
            progress.reached(place)
        faults = batches.whole()
    finally:
        batches.host.stop()
    command(data, "check-record")
    return f"杀死服务进程 server killed, {rows:,} 张一批 a batch", _said(batches.counted), faults


def slow(data: Path, order: Order) -> tuple[str, str, list[str]]:
    """Health while a thousand clients send a byte now and then."""
    host, count = Host(data).start(), order.of(SLOW)
    try:
        with slow_clients(host.port, count):
            slowest = max(health(host, 50))
    finally:
        host.stop()
    said = f"/healthz {slowest:.3f} s"
    return f"{count:,} 个慢客户端 slow clients", said, [said] if slowest > 1 else []


def full(data: Path, order: Order) -> tuple[str, str, list[str]]:
    """A batch each with so much room left on a small disk."""
    what = "磁盘满 disk full"
    try:
        with small_disk(order.folder / "disk", 24) as disk:
            host = Host(Path(shutil.copytree(data, disk / "data"))).start()
            batches = Batches(host, 1_000, order.seed)
            try:
                faults = full_disk(batches, disk / "ballast", _LEFT) + batches.whole()
            finally:
                host.stop()
            command(host.data, "check-record")
    except NoDiskError as error:
        return what, f"没有试：这里不能挂载 not tried: {error}", []
    return what, _said(batches.counted), faults


def several(data: Path, order: Order) -> tuple[str, str, list[str]]:
    """Three hosts that publish from one database, of which one is killed now and then."""
    changes = order.of(CHANGES)
    hosts = [Host(data), *(Host(join(data, order.folder / name)) for name in ("second", "third"))]
    try:
        faults = hosts_publish([host.start() for host in hosts], changes, order.seed)
        published = hosts[0].seq()
    finally:
        for host in hosts:
            host.stop()
    command(data, "check-record")
    return "三台主机 three hosts", f"{changes} 次改变 changes, 至第 {published} 号 up to no. {published}", faults


def _said(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counted.items()))


SOAK: Final = Soak("faults", "服务进程的故障", "Faults of a server process", run)
