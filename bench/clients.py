"""Clients of a server on this machine: quick ones that count answers, slow ones, and those that send too much."""

import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

HEALTH: Final = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LAST: Final = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
POST: Final = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
_PIECE: Final = b"x" * 65_536
_END: Final = b"ok\n"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What came of sending too much: the status, and how much the server let in before."""

    status: str
    megabytes: float


def connect(port: int, timeout: float = 5) -> socket.socket:
    """A connection to this machine's port."""
    return socket.create_connection(("127.0.0.1", port), timeout)


def rate(port: int, seconds: float, connections: int = 16) -> float:
    """Answers a second, over connections that ask again as soon as they are answered."""
    count, end = 0, time.monotonic() + seconds
    by_file: dict[int, socket.socket] = {}
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        for _ in range(connections):
            each = stack.enter_context(connect(port))
            selector.register(each, selectors.EVENT_READ)
            by_file[each.fileno()] = each
            each.sendall(HEALTH)
        began = time.monotonic()
        while time.monotonic() < end:
            for key, _ in selector.select(1):
                asking = by_file[key.fd]
                if asking.recv(4_096).endswith(_END):
                    count += 1
                    asking.sendall(HEALTH)
        return count / (time.monotonic() - began)


def wait(port: int, most: float) -> float:
    """Seconds that one question takes; `most` if it is not answered by then."""
    began = time.monotonic()
    try:
        with connect(port, most) as connection:
            connection.sendall(LAST)
            if not connection.recv(4_096):
                return most
    except OSError:
        return most
    return time.monotonic() - began


@contextmanager
def slow(port: int, count: int, beginning: bytes) -> Iterator[list[socket.socket]]:
    """So many clients that have begun a request; those that could not connect are missing."""
    with ExitStack() as stack:
        made = []
        for _ in range(count):
            try:
                each = stack.enter_context(connect(port, 1))
                each.sendall(beginning)
            except OSError:
                break
            made.append(each)
        yield made


def trickle(clients: list[socket.socket]) -> int:
    """A byte more from each; how many of them the server still listens to."""
    alive = 0
    for each in clients:
        try:
            each.send(b"x")
            alive += 1
        except OSError:
            continue
    return alive


def send_too_much(port: int, head: bytes, *, is_chunked: bool, megabytes: int) -> Refusal:
    """Send so much, and see when the server says what."""
    piece = b"10000\r\n" + _PIECE + b"\r\n" if is_chunked else _PIECE
    sent = 0
    with connect(port) as connection:
        try:
            connection.sendall(head)
            while sent < megabytes << 20 and not _has_answer(connection):
                connection.sendall(piece)
                sent += len(_PIECE)
            if is_chunked and sent >= megabytes << 20:
                connection.sendall(b"0\r\n\r\n")
            said = connection.recv(4_096)
        except OSError:
            said = b""
    return Refusal(said[9:12].decode("ascii", "replace") or "closed", sent / (1 << 20))


def _has_answer(connection: socket.socket) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return bool(selector.select(0.002))
