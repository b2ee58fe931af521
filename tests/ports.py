"""Ports of this machine that are the tests' own."""

import atexit
import socket

from tools.demo.stage import free_port


def reserved() -> int:
    """A port that no other process takes while this one runs, also while the server on it is down.

    It is bound here and never listened on: whoever connects is refused until a server with SO_REUSEADDR listens.
    """
    while True:
        port, held = free_port(), socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind(("127.0.0.1", port))
        except OSError:
            held.close()
            continue
        atexit.register(held.close)
        return port
