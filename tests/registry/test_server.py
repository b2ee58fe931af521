"""The server's bounds, on real sockets: what is slow, too much or not HTTP is refused, and does not hold others up."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from registry import server
from registry.app import MAX_BODY, create_app
from registry.server import MAX_HEADERS, MAX_OPEN_BODY, Patience
from tests.registry.serving import PATIENCE, wait_until

HURRY = Patience(seconds=0.8, bytes_a_second=100, look_every=0.1)
LEISURE = Patience(seconds=3_600)
END = b"Connection: close\r\n\r\n"


@contextmanager
def serving(folder: Path, patience: Patience) -> Iterator[int]:
    """A server over a folder without a registry: two threads, so that one that waits shows."""
    app: Flask = create_app(folder)
    made = server.make(app, "127.0.0.1", 0, threads=2, patience=patience)
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    yield int(made.getsockname()[1])
    made.close()


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """One with little patience."""
    with serving(tmp_path_factory.mktemp("none"), HURRY) as found:
        yield found


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), PATIENCE)


def rest(connection: socket.socket) -> bytes:
    """What comes until the server closes."""
    received = b""
    try:
        while chunk := connection.recv(65_536):
            received += chunk
    except ConnectionResetError:
        pass  # it closes without reading what it refused
    return received


def talk(port: int, data: bytes) -> tuple[bytes, str]:
    """The first line of the answer, and the sort of problem that it is."""
    with connect(port) as connection:
        connection.sendall(data)
        head, _, body = rest(connection).partition(b"\r\n\r\n")
    return head.partition(b"\r\n")[0].split(b" ")[1], str(json.loads(body).get("type", "")).rpartition(":")[2]


def health(port: int) -> bool:
    """Whether /healthz is answered."""
    with connect(port) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + END)
        return b" 200 " in rest(connection)


def slow_clients(port: int) -> list[socket.socket]:
    """Two hundred that end neither their headers nor their bodies."""
    slow = [connect(port) for _ in range(200)]
    for each in slow[::2]:
        each.sendall(b"GET / HTTP/1.1\r\nX: ")
    for each in slow[1::2]:
        each.sendall(POST + b"Content-Length: 100\r\n\r\nx")
    return slow


POST = b"POST /v1/batches HTTP/1.1\r\nHost: x\r\nContent-Type: application/cose\r\n"
OPEN = b"POST /v1/query HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (POST + b"Content-Length: %d\r\n\r\n" % (MAX_BODY + 1), (b"413", "too-large")),
        (POST + b"Content-Length: 99999999999999\r\n\r\n", (b"413", "too-large")),
        (OPEN + b"Content-Length: %d\r\n\r\n" % (MAX_OPEN_BODY + 1), (b"413", "too-large")),
        (OPEN + b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % MAX_BODY, (b"413", "too-large")),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n", (b"411", "length-required")),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nffffffff\r\n", (b"411", "length-required")),
        (POST + b"Transfer-Encoding: gzip\r\n\r\n", (b"400", "malformed")),
        (POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx", (b"400", "malformed")),
        (POST + b"Content-Length: -1\r\n\r\n", (b"400", "malformed")),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * (MAX_HEADERS // 6 + 1), (b"431", "headers-too-large")),
        (b"GET /" + b"a" * MAX_HEADERS + b" HTTP/1.1\r\n\r\n", (b"431", "headers-too-large")),
        (b"GET / HTTP/1.1\r\nbad header\r\n\r\n", (b"400", "malformed")),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", (b"400", "malformed")),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_what_is_too_much_or_not_http_is_refused_unread(port: int, sent: bytes, expected: tuple[bytes, str]) -> None:
    assert talk(port, sent) == expected


def test_what_the_server_says_to_itself_nobody_else_can_say(port: int) -> None:
    said = b"GET /healthz HTTP/1.1\r\nHost: x\r\nYinxin-Refused: 413\r\n" + END
    with connect(port) as connection:
        connection.sendall(said)
        assert rest(connection).startswith(b"HTTP/1.1 200 ")


def test_slow_headers_end_however_they_trickle(port: int) -> None:
    with connect(port) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\n")
        _trickle(connection, b"X", 0.2)


def test_a_slow_body_ends_and_a_steady_one_does_not(tmp_path: Path) -> None:
    """What a body has sent is time that it has, as long as it goes on."""
    patience = replace(HURRY, seconds=2.5)
    with serving(tmp_path, patience) as port, connect(port) as slow, connect(port) as steady:
        for each in slow, steady:
            each.sendall(POST + b"Content-Length: 20000\r\n" + END)
        steady.sendall(b"x" * 10_000)
        beside = _trickle(slow, b"x", 0.1, steady)
        steady.sendall(b"x" * (10_000 - beside))
        assert rest(steady).startswith(b"HTTP/1.1 503 ")


def test_two_hundred_slow_clients_do_not_hold_up_the_others(tmp_path: Path) -> None:
    with serving(tmp_path, LEISURE) as port:
        slow = slow_clients(port)
        assert [health(port) for _ in range(5)] == [True] * 5
        assert sum(map(_is_open, slow)) == 200
        for each in slow:
            each.close()


def test_two_hundred_slow_clients_are_sent_away(port: int) -> None:
    slow = slow_clients(port)
    wait_until(lambda: not any(map(_is_open, slow)))
    for each in slow:
        each.close()


def test_pipelined_requests_are_answered_in_order(port: int) -> None:
    ask = b"GET /%s HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n"
    with connect(port) as connection:
        connection.sendall(
            b"".join(ask % name + b"\r\n" for name in (b"healthz", b"v1/region") * 20) + ask % b"x" + END
        )
        answered = rest(connection)
    statuses = [line.split(b" ")[1] for line in answered.split(b"HTTP/1.1")[1:] for line in [b"HTTP" + line]]
    assert statuses == [b"200", b"503"] * 20 + [b"404"]


def test_what_follows_a_refused_request_is_not_served(port: int) -> None:
    hidden = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with connect(port) as connection:
        connection.sendall(POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + hidden)
        answered = rest(connection)
    assert answered.count(b"HTTP/1.") == 1
    assert answered.startswith(b"HTTP/1.1 411 ")


def _trickle(connection: socket.socket, byte: bytes, pause: float, *others: socket.socket) -> int:
    """Send a byte now and then until the server has had enough; how often the others were sent one meanwhile."""
    for sent in range(50):
        if not _is_open(connection):
            return sent
        for each in (connection, *others):
            with suppress(ConnectionError):
                each.send(byte)
        time.sleep(pause)
    raise AssertionError("it is still open")


def _is_open(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionResetError:
        return False
    finally:
        connection.setblocking(True)
