"""Waitress as we run it, gunicorn and granian, by the same clients in the same minutes: `python -m bench.servers`.

One process each, sixteen threads, the same small application. Rates take turns; then a thousand slow clients, and too
much of a body. What it prints is what docs/adr/0028 tells.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Final

from bench import clients, peers
from tools.environment import ROOT

ROUNDS: Final = 5
SECONDS: Final = 2.0
SLOW: Final = (500, 1_000)
MOST: Final = 10.0
"""Seconds after which an answer does not come any more."""
LINGER: Final = 45.0
"""Seconds for which the most slow clients go on, a byte now and then."""
THREADS: Final = "16"
_HEADERS: Final = b"GET / HTTP/1.1\r\nHost: x\r\nX: "
_BODY: Final = clients.POST + b"Content-Length: 100000\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Server:
    """One of those compared: what is run, less the port."""

    name: str
    command: tuple[str, ...]


def servers() -> Sequence[Server]:
    """As we run waitress, and the two others with what they offer against slow clients."""
    tools = peers.python().parent
    app = "bench.constant:application"
    return (
        Server("waitress", (sys.executable, "-m", "bench.constant")),
        Server(
            "gunicorn",
            (str(tools / "gunicorn"), "-k", "gthread", "--threads", THREADS, "--log-level", "error", app, "-b"),
        ),
        Server(
            "granian",
            (str(tools / "granian"), "--interface", "wsgi", "--blocking-threads", THREADS, "--no-log", app, "--port"),
        ),
    )


@contextmanager
def running(server: Server) -> Iterator[int]:
    """The port on which it serves, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    where = f"127.0.0.1:{port}" if server.name == "gunicorn" else str(port)
    process = subprocess.Popen([*server.command, where], cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        for _ in range(200):
            if clients.wait(port, 1) < 1:
                break
            time.sleep(0.1)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def rates(compared: Sequence[Server]) -> dict[str, list[float]]:
    """Answers a second, each server once a round."""
    found: dict[str, list[float]] = {server.name: [] for server in compared}
    for _ in range(ROUNDS):
        for server in compared:
            with running(server) as port:
                found[server.name].append(clients.rate(port, SECONDS))
    return found


def slow(server: Server, beginning: bytes, count: int, linger: float) -> str:
    """The longest of ten waits beside so many slow clients, and how many are left after they lingered."""
    with running(server) as port, clients.slow(port, count, beginning) as begun:
        waits = [clients.wait(port, MOST) for _ in range(3)]
        if max(waits) < MOST:
            waits += [clients.wait(port, MOST) for _ in range(7)]
        alive = len(begun)
        end = time.monotonic() + linger
        while time.monotonic() < end:
            time.sleep(5)
            alive = clients.trickle(begun)
        return f"{max(waits) * 1000:,.0f} ms of {len(begun)} connected, {alive} left"


def too_much(server: Server) -> str:
    """What comes of 64 MB: with a length, in chunks; and of a small body in chunks."""
    stated = clients.POST + b"Content-Length: %d\r\n\r\n" % (64 << 20)
    chunked = clients.POST + b"Transfer-Encoding: chunked\r\n\r\n"
    with running(server) as port:
        big = clients.send_too_much(port, stated, is_chunked=False, megabytes=64)
        many = clients.send_too_much(port, chunked, is_chunked=True, megabytes=64)
        few = clients.send_too_much(port, chunked, is_chunked=True, megabytes=0)
    told = (("stated", big), ("chunked", many), ("small chunked", few))
    return "; ".join(f"{name} {each.status} after {each.megabytes:.1f} MB" for name, each in told)


def main() -> None:
    """Measure and print."""
    compared = servers()
    for name, rounds in rates(compared).items():
        print(f"{name}: {median(rounds):,.0f}/s ({min(rounds):,.0f} to {max(rounds):,.0f})", flush=True)
    for server in compared:
        print(f"{server.name}: {too_much(server)}", flush=True)
        for count in SLOW:
            linger = LINGER if count == SLOW[-1] else 0
            print(f"{server.name}: {count} slow headers: {slow(server, _HEADERS, count, linger)}", flush=True)
            print(f"{server.name}: {count} slow bodies: {slow(server, _BODY, count, linger)}", flush=True)


if __name__ == "__main__":
    main()
