"""Real server processes: each serves a data folder of its own, and can be killed."""

import http.client
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from credential import request
from tests import ports

PATIENCE: Final = 60.0
"""Seconds after which what has not come never comes, on a machine that does much else."""
COMMAND: Final = (sys.executable, "-m", "registry.cli")
KEPT: Final = ("pin.txt", "database.url")


def join(data: Path, folder: Path) -> Path:
    """The data folder of another host: the pin, the database's URL and the keys, as docs/operations.md says."""
    folder.mkdir()
    for name in KEPT:
        shutil.copy2(data / name, folder / name)
    shutil.copytree(data / "keys", folder / "keys")
    return folder


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer."""

    status: int
    headers: dict[str, str]
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def problem(self) -> str:
        """The slug, or the empty text for what is no problem."""
        if self.headers.get("content-type") != "application/problem+json":
            return ""
        said: str = self.json["type"]
        return said.removeprefix("urn:yinxin:problem:")


@dataclass
class Host:
    """A server process on a port of its own; `start` again after `kill`, as a service manager does."""

    data: Path
    environment: dict[str, str] | None = None
    options: tuple[str, ...] = ()
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.port = ports.reserved()

    @property
    def log(self) -> Path:
        return self.data / "serve.log"

    def start(self) -> "Host":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "--data", str(self.data), "serve", "--port", str(self.port), "--demo-keys", *self.options],
                stdout=log,
                stderr=log,
                env=self.environment,
            )
        wait_until(self._answers)
        return self

    def kill(self) -> None:
        """SIGKILL: nothing is put in order."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)

    def get(self, path: str) -> Heard:
        return self.ask("GET", path)

    def post(self, path: str, body: bytes, kind: str = request.MEDIA_TYPE) -> Heard:
        return self.ask("POST", path, body, kind)

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str | None = None) -> Heard:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {"Content-Type": kind} if kind else {})
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Heard(answer.status, headers, answer.read())
        finally:
            connection.close()

    def seq(self) -> int:
        """What this host has published."""
        found: int = self.get("/v1/region").json["checkpoint"]["seq"]
        return found

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text("utf-8")
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False


def wait_until(true: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Ask again and again until it is so."""
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
