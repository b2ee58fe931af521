"""How the demonstration is shown and run: numbered scenes with their time, programs, servers, and a clear end."""

import json
import os
import secrets
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PROGRAMS: Final = Path(sys.executable).parent
_READY_SECONDS: Final = 30
_LOWEST_PORT, _HIGHEST_PORT = 20_000, 32_000


class SceneError(Exception):
    """A program of the story did not do what the story says."""


@dataclass
class Stage:
    """What runs and what was shown so far."""

    personal: Path
    """Takes the place of the user's own data folder, so that a demonstration leaves no pin in it."""
    scenes: int = 0
    started: float = field(default_factory=time.monotonic)
    servers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @contextmanager
    def scene(self, zh: str, en: str) -> Iterator[None]:
        """One numbered scene; its time is shown when it ends."""
        self.scenes += 1
        began = time.monotonic()
        print(f"\n【{self.scenes}】{zh}\n    {en}", flush=True)
        yield
        print(f"    ── {time.monotonic() - began:.2f} s", flush=True)

    def say(self, line: str) -> None:
        """One line inside a scene."""
        print(f"    {line}", flush=True)

    def run(self, program: str, *arguments: object, expect: Sequence[int] = (0,), prefix: Sequence[str] = ()) -> str:
        """Run one of the project's programs, show its command line, and return what it printed."""
        words = [str(each) for each in arguments]
        shown = words if len(words) < 20 else [*words[:14], f"… (+{len(words) - 14})"]
        self.say(f"$ {program} {' '.join(_short(word) for word in shown)}")
        command = [*prefix, str(PROGRAMS / program), *words]
        environment = {**os.environ, "XDG_DATA_HOME": str(self.personal)}
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
            env=environment,
        )
        if done.returncode not in expect:
            raise SceneError(
                f"{shlex.join(command)}: exit {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
            )
        return done.stdout

    def rows(self, program: str, *arguments: object, **options: Any) -> list[dict[str, Any]]:
        """As `run`, for a program that prints JSON Lines."""
        return [json.loads(line) for line in self.run(program, *arguments, **options).splitlines() if line.strip()]

    def serve(self, url: str, log: Path, *arguments: object) -> None:
        """Start a registry's server and wait until it is ready."""
        self.say(f"$ yinxin-registry {' '.join(_short(str(each)) for each in arguments)} &")
        command = [str(PROGRAMS / "yinxin-registry"), *(str(each) for each in arguments)]
        with log.open("wb") as output:
            server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        self.servers.append(server)
        deadline = time.monotonic() + _READY_SECONDS
        while not _answers(f"{url}/readyz"):
            if server.poll() is not None or time.monotonic() > deadline:
                raise SceneError(f"server did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def stop_servers(self) -> None:
        """End every server that was started."""
        for server in self.servers:
            server.terminate()
        for server in self.servers:
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def free_port() -> int:
    """A port of this machine that nobody has bound, and that the system gives to no outgoing connection."""
    while True:
        port = _LOWEST_PORT + secrets.randbelow(_HIGHEST_PORT - _LOWEST_PORT)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def port_is_free(port: int) -> bool:
    """Whether a server could listen on `port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own server on 127.0.0.1
            return bool(answer.status == 200)
    except OSError:
        return False


def _short(word: str) -> str:
    """A path inside this checkout as a person would type it there."""
    return shlex.quote(os.path.relpath(word, ROOT)) if word.startswith(str(ROOT)) else shlex.quote(word)
