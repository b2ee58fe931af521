"""A registry as its users meet it: a `yinxin-registry serve` process, and connections that are kept open."""

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Final

from bench import processes
from tests.databases import Databases
from tests.registry.office import Office, build, on
from tools.demo.stage import PROGRAMS, free_port
from tools.environment import fail

HOST: Final = "127.0.0.1"
_PATIENCE: Final = 60


@dataclass(frozen=True, slots=True)
class Service:
    """The process, where it listens, and the registry that it serves."""

    process: "subprocess.Popen[bytes]"
    port: int
    office: Office
    others: tuple[int, ...]
    """Processes that work for it: the database server, if there is one."""

    @property
    def spent(self) -> float:
        """Seconds of processor time that it and its database took so far."""
        return processes.spent((self.process.pid, *self.others))


@contextmanager
def founded(folder: Path, databases: Databases) -> Iterator[Office]:
    """A registry with two issuers, everything published."""
    with on(databases), redirect_stdout(StringIO()):
        data = build(folder)
    with on(databases):
        office = Office(data)
        yield office
        office.close()


@contextmanager
def serving(office: Office) -> Iterator[Service]:
    """The registry, served as long as the block lasts."""
    port = free_port()
    command = [str(PROGRAMS / "yinxin-registry"), "serve", "--data", str(office.data), "--demo-keys"]
    with running([*command, "--port", str(port)], port, office.data.parent / "serve.log") as process:
        yield Service(process, port, office, tuple(_database(office)))


@contextmanager
def running(command: Sequence[str], port: int, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that listens, until the end of the block."""
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        _wait(process, port, log)
        yield process
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    fail(f"服务没有启动：{log}", f"the server did not start: {log}")


def _database(office: Office) -> Iterator[int]:
    engine = office.service.store.engine
    if not office.service.store.is_embedded:
        with engine.connect() as connection:
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        yield processes.parent_of(pid)


class Visitor:
    """Some connections that stay open, over which one thing is asked for again and again."""

    def __init__(self, port: int, path: str, connections: int = 4) -> None:
        self._request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode("ascii")
        self._sockets = [socket.create_connection((HOST, port), _PATIENCE) for _ in range(connections)]
        for each in self._sockets:
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.body = b""
        self._length = self._first()

    def ask(self, count: int) -> None:
        """Ask so often, over all connections at a time; every answer is as long as the first."""
        for start in range(0, count, len(self._sockets)):
            asked = self._sockets[: count - start]
            for each in asked:
                each.sendall(self._request)
            for each in asked:
                self._receive(each, self._length)

    def close(self) -> None:
        """Close the connections."""
        for each in self._sockets:
            each.close()

    def _first(self) -> int:
        """How long the answer is, with its head."""
        connection = self._sockets[0]
        connection.sendall(self._request)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self._receive(connection, 1)
        if not head.startswith(b"HTTP/1.1 200 "):
            fail(f"意外的答复 / an answer that was not expected: {head!r}", "")
        (length,) = (line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        self.body = self._receive(connection, int(length))
        return len(head) + len(self.body)

    def _receive(self, connection: socket.socket, size: int) -> bytes:
        received = bytearray()
        while len(received) < size:
            piece = connection.recv(size - len(received))
            if not piece:
                fail("连接被关闭", "the connection was closed")
            received += piece
        return bytes(received)
