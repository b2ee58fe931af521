"""A program on a terminal of its own: what it shows, and a clerk who types."""

import os
import pty
import select
import signal
import sys
import termios
from time import monotonic
from typing import Final

_PATIENCE: Final = 30.0


class Screen:
    """`python -m MODULE WORDS…` on a new terminal of eighty columns."""

    def __init__(self, module: str, *words: object) -> None:
        command = [sys.executable, "-m", module, *map(str, words)]
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.execve(command[0], command, {**os.environ, "COLUMNS": "80", "TERM": "xterm"})
        self.shown = ""
        self._seen = 0

    def until(self, text: str) -> None:
        """Wait until it shows `text`, after what was waited for before."""
        end = monotonic() + _PATIENCE
        while text not in self.shown[self._seen :]:
            assert monotonic() < end, f"{text!r} is not in {self.shown!r}"
            assert self._read(), f"it ended without {text!r}: {self.shown!r}"
        self._seen = self.shown.index(text, self._seen) + len(text)

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self._terminal, f"{text}\n".encode())

    def interrupt(self) -> None:
        """Type Ctrl-C."""
        os.write(self._terminal, b"\x03")

    def terminate(self) -> None:
        """Send SIGTERM."""
        os.kill(self.pid, signal.SIGTERM)

    @property
    def echoes(self) -> bool:
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self._terminal)[3] & termios.ECHO)

    def end(self) -> int:
        """Read to the end; the exit code."""
        while self._read():
            pass
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self._terminal)
        return code

    def _read(self) -> bool:
        """Whether there was anything more."""
        ready, _, _ = select.select([self._terminal], [], [], _PATIENCE)
        assert ready, f"nothing more after {self.shown!r}"
        try:
            data = os.read(self._terminal, 1 << 16)
        except OSError:
            return False
        self.shown += data.decode()
        return bool(data)
