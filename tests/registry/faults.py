"""A registry's server process killed in the midst of batches; a disk that is full; clients that are slow.

Samples of it are tests (test_faults.py); `make soak ONLY=faults` counts the same for long.
"""

import http.client
import resource
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from credential.published import ObjectType
from credential.request import RegisterBatch, ReserveIndices
from registry import current
from registry.files import Places
from registry.opening import store_of
from registry.store.models import RegionRow, RegisteredRow, RequestRow
from registry.store.publications import PublicationRow
from tests.disks import fill
from tests.registry.office import PORT, certificate, seal, signed
from tests.registry.serving import Host, wait_until

FAILED = (OSError, http.client.HTTPException)
"""What a client sees of a server that is gone."""


@dataclass
class Batches:
    """Batches of so many rows, each sent once while the server is killed, and again until it is acknowledged."""

    host: Host
    rows: int
    seed: int
    longest: float = 0.0
    """Seconds that a whole batch took in peace."""
    sent: int = 0
    counted: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def in_peace(self) -> None:
        """One batch, to see how long it takes."""
        sealed, _ = self.next()
        began = time.monotonic()
        assert self.host.post("/v1/batches", sealed).status == 200
        self.longest = time.monotonic() - began

    def kill_once(self) -> None:
        """One batch, during which the server is killed; it starts again, and the same request is sent again."""
        sealed, id_ = self.next()
        heard: list[int] = []
        sending = threading.Thread(target=self._send, args=(sealed, heard))
        sending.start()
        time.sleep(self.random.uniform(0, self.longest * 1.1))
        self.host.kill()
        sending.join()
        there = self.stored(id_)
        self.counted["acknowledged" if heard else "all there, not acknowledged" if there else "nothing there"] += 1
        if there not in (0, self.rows) or (heard and there != self.rows):
            self.faults.append(f"batch {self.sent}: {there} of {self.rows} rows, answered {heard}")
        self.host.start()
        again = self.host.post("/v1/batches", sealed)
        if again.status != 200 or self.stored(id_) != self.rows:
            self.faults.append(f"batch {self.sent} again: {again.status} {again.problem}, {self.stored(id_)} rows")

    def whole(self) -> list[str]:
        """What is not as if nothing had been killed."""
        wait_until(lambda: _is_published(self.host), 120)
        with closing(store_of(Places(self.host.data))) as store, store.read() as session:
            total = session.scalar(select(func.count()).select_from(RegisteredRow)) or 0
        if total != self.sent * self.rows:
            self.faults.append(f"{total} certificates, not {self.sent * self.rows}")
        return self.faults

    def stored(self, id_: bytes) -> int:
        """How many rows of a request there are; a request without rows is a fault of its own."""
        with closing(store_of(Places(self.host.data))) as store, store.read() as session:
            rows = session.scalar(select(func.count()).where(RegisteredRow.request == id_)) or 0
            kept = session.scalar(select(func.count()).where(RequestRow.id == id_)) or 0
        return rows if bool(rows) == bool(kept) else -1

    def next(self) -> tuple[bytes, bytes]:
        """The next batch, signed; and the id of its request."""
        (run,) = self.host.post("/v1/indices", seal(PORT, ReserveIndices(self.rows))).json["runs"]
        first, self.sent = self.sent * self.rows + 1, self.sent + 1
        made = tuple(signed(certificate(run["first"] + place, first + place)) for place in range(self.rows))
        id_ = self.random.randbytes(16)
        return seal(PORT, RegisterBatch(made), id_=id_), id_

    def _send(self, sealed: bytes, heard: list[int]) -> None:
        try:
            heard.append(self.host.post("/v1/batches", sealed).status)
        except FAILED:
            return


def full_disk(batches: Batches, ballast: Path, left: Sequence[int]) -> list[str]:
    """A batch each with so many bytes left: it is stored or refused, and sent again when there is room, stored."""
    faults = []
    for leave in left:
        sealed, id_ = batches.next()
        fill(ballast, leave)
        heard = batches.host.post("/v1/batches", sealed)
        there = batches.stored(id_)
        batches.counted[f"{heard.status} {heard.problem}".strip()] += 1
        if (heard.status, heard.problem, there) not in ((200, "", batches.rows), (503, "unavailable", 0)):
            faults.append(f"{leave} bytes left: {heard.status} {heard.problem}, {there} rows")
        silent = [path for path in ("/healthz", "/v1/region", "/v1/bundle") if batches.host.get(path).status != 200]
        if silent:
            faults.append(f"{leave} bytes left: {silent}")
        ballast.unlink()
        if batches.host.post("/v1/batches", sealed).status != 200:
            faults.append(f"{leave} bytes left: not stored when there was room again")
    return faults


@contextmanager
def slow_clients(port: int, count: int) -> Iterator[None]:
    """So many connections that send a byte now and then: half of them heads without an end, half of them bodies."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    head = b"GET /v1/region HTTP/1.1\r\nHost: x\r\nX-Slow: "
    body = b"POST /v1/batches HTTP/1.1\r\nHost: x\r\nContent-Type: application/cose\r\nContent-Length: 900000\r\n\r\n"
    clients = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(count)]
    stop = threading.Event()

    def trickle() -> None:
        for place, client in enumerate(clients):
            _say(client, head if place % 2 else body)
        while not stop.wait(1):
            for client in clients:
                _say(client, b"x")

    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        for client in clients:
            client.close()


def _say(client: socket.socket, data: bytes) -> None:
    try:
        client.send(data)
    except OSError:
        return  # the server has lost its patience


def health(host: Host, times: int) -> list[float]:
    """Seconds that /healthz takes, one after the other."""
    found = []
    for _ in range(times):
        began = time.monotonic()
        assert host.get("/healthz").status == 200
        found.append(time.monotonic() - began)
        time.sleep(0.2)
    return found


def hosts_publish(hosts: Sequence[Host], changes: int, seed: int) -> list[str]:
    """So many changes at hosts of one database, of which one is killed now and then; what is not as it should be."""
    random, faults = Random(seed), []
    wait_until(lambda: all(host.get("/v1/region").status == 200 for host in hosts))
    for place in range(changes):
        asked = random.choice(hosts)
        if asked.post("/v1/indices", seal(PORT, ReserveIndices(random.randint(1, 300)))).status != 200:
            faults.append(f"change {place} was refused")
        time.sleep(random.uniform(0, 1.5))
        if place % 3 == 2:
            asked.kill()
            time.sleep(random.uniform(0, 1))
            asked.start()
    wait_until(lambda: _is_published(hosts[0]) and _shown(hosts) == {_given_out(hosts[0])[-1][1]}, 120)
    seqs = [seq for seq, _ in _given_out(hosts[0])]
    if seqs != [*range(1, len(seqs) + 1)]:
        faults.append(f"sequences are missing or doubled: {seqs}")
    if len({host.get("/v1/bundle").data for host in hosts}) > 1:
        faults.append("the hosts show different bundles")
    return faults


def _shown(hosts: Sequence[Host]) -> set[bytes]:
    """The checkpoints that the hosts have in their folders."""
    return {current.checkpoint_sha256(Places(host.data)) for host in hosts}


def _given_out(host: Host) -> list[tuple[int, bytes]]:
    """Every sequence that was given out, in order, with the checkpoint's SHA-256."""
    given = select(PublicationRow).where(PublicationRow.type == int(ObjectType.CHECKPOINT))
    with closing(store_of(Places(host.data))) as store, store.read() as session:
        return sorted((row.seq, row.sha256) for row in session.scalars(given))


def _is_published(host: Host) -> bool:
    with closing(store_of(Places(host.data))) as store, store.read() as session:
        row = session.scalars(select(RegionRow)).one()
    return row.change == row.published_change
