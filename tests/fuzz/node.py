"""The verifier in TypeScript as a process that answers frames."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from tests.fuzz.frames import Frame
from tools import web

PROGRAM: Final = web.BUILD / "test" / "differential.js"


class Node:
    """The process. It is asked a batch, and works on it while this process works on the same."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin, self._stdout = process.stdin, process.stdout

    def ask(self, frames: Sequence[Frame]) -> None:
        """Send the frames; `answers` must fetch as many lines."""
        self._stdin.write(b"".join(frame.encode() for frame in frames))
        self._stdin.flush()

    def answers(self, count: int) -> list[str]:
        """The next answers. RuntimeError if the process has ended."""
        lines = [self._stdout.readline() for _ in range(count)]
        if not all(lines):
            raise RuntimeError("the verifier in TypeScript ended (see above)")
        return [line.decode().rstrip("\n") for line in lines]


@contextmanager
def running() -> Iterator[Node]:
    """A process of the verifier as `make web` has compiled it."""
    environment = web._environment()
    command = ["node", str(PROGRAM)]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield Node(process)
        finally:
            process.kill()


def version() -> str:
    """The version of Node."""
    return web._node_version(web._environment()).strip()
