"""Ways to run a program that cannot reach any network: the kernel's, else Python's own audit hook."""

import os
import runpy
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

_NETWORK_EVENTS: Final = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"})


@dataclass(frozen=True, slots=True)
class Isolation:
    """The words to put before a command, and what they do, for a person."""

    prefix: tuple[str, ...]
    zh: str
    en: str


def best() -> Isolation:
    """The strongest isolation that this machine allows."""
    for words in (("unshare", "-n", "--"), ("unshare", "-r", "-n", "--")):
        try:
            allowed = subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0
        except OSError:
            allowed = False
        if allowed:
            return Isolation(words, f"内核隔离网络（{' '.join(words[:-1])}）", "the kernel gives it no network")
    return Isolation(
        (sys.executable, "-m", "tools.demo.offline"),
        "审计钩子：一旦联网立即终止进程",
        "an audit hook ends the process on any connect",
    )


def _end_on_network(event: str, _arguments: tuple[object, ...]) -> None:
    if event in _NETWORK_EVENTS:
        os.write(2, f"offline: {event} refused\n".encode())
        os._exit(70)


if __name__ == "__main__":
    sys.addaudithook(_end_on_network)
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")
