"""A real registry's server, and a wire before it that keeps what was asked and can answer in its place."""

import http.client
import json
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

from registry.http.assets import integrity
from registry.http.packing import packed
from tests import ports
from tools.demo.stage import PROGRAMS
from tools.demo.story import KEYS

HOP: frozenset[str] = frozenset({"connection", "date", "server", "transfer-encoding"})


@dataclass(frozen=True)
class Answer:
    """What the wire says in place of the server. `announced` is another length than the body has."""

    body: bytes
    status: int = 200
    kind: str = "application/cbor"
    announced: int | None = None
    packed: bool = False
    """Whether it goes out with gzip, if that saves something."""


@dataclass
class Site:
    """What a browser sees as one site. `port` stays the same when the server is stopped and started."""

    data: Path
    port: int = field(default_factory=ports.reserved)
    asked: list[str] = field(default_factory=list)
    """Each request as it came, line and headers; no other method than GET is answered."""
    instead: dict[str, Answer] = field(default_factory=dict)
    """What is answered in the server's place, by path."""
    change: Callable[[str, bytes], bytes] = lambda _, body: body
    """What becomes of the server's answer to a path."""
    _behind: int = field(default_factory=ports.reserved)
    _server: subprocess.Popen[bytes] | None = None
    _wire: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """The site's address, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Site":
        self.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()

    def start(self, *options: str) -> None:
        """Serve, and wait until it is ready."""
        command = [str(PROGRAMS / "yinxin-registry"), "serve", "--data", str(self.data), "--port", str(self._behind)]
        command += ["--demo-keys", str(KEYS / "fujian"), *options]
        said = self.data / "serve.log"
        with said.open("wb") as log:
            self._server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        while b"Serving" not in said.read_bytes():
            assert self._server.poll() is None, said.read_text("utf-8")
            time.sleep(0.05)
        self._wire = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        threading.Thread(target=self._wire.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        """No process answers any more."""
        if self._wire is not None:
            self._wire.shutdown()
            self._wire.server_close()
            self._wire = None
        if self._server is not None:
            self._server.terminate()
            self._server.wait(timeout=10)
            self._server = None

    def fetch(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, list[tuple[str, str]], bytes]:
        """The server's own answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self._behind, timeout=10)
        try:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def changed(self, path: str, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]], bytes]:
        """The server's answer as `change` makes it; the worker's then tells the hashes of the pages so changed."""
        status, found, body = self.fetch(path, headers)
        if path == "/worker.js" and body.startswith(b"const yinxin="):
            body = self._agreeing(body, headers)
        return status, found, self.change(path, body)

    def _agreeing(self, worker: bytes, headers: dict[str, str]) -> bytes:
        first, _, rest = worker.partition(b"\n")
        kept = json.loads(first.removeprefix(b"const yinxin=").removesuffix(b";"))
        for group in (kept["needed"], kept["later"]):
            for path in {"/v"} & group.keys():
                group[path] = integrity(self.changed(path, headers)[2])
        return f"const yinxin={json.dumps(kept)};\n".encode() + rest

    def files(self, *kinds: str) -> list[str]:
        """The paths that the service worker keeps: those `needed`, those for `later`, those kept when `asked` for."""
        first = self.fetch("/worker.js")[2].partition(b"\n")[0]
        kept = json.loads(first.removeprefix(b"const yinxin=").removesuffix(b";"))
        return [path for kind in kinds for path in kept[kind]]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(f"{self.requestline}\n{self.headers}")
                answer = site.instead.get(self.path)
                with suppress(BrokenPipeError, ConnectionResetError):
                    self._relay() if answer is None else self._say(answer)

            def _relay(self) -> None:
                status, headers, body = site.changed(self.path, {**dict(self.headers), "Accept-Encoding": "identity"})
                self.send_response_only(status)
                for name, value in headers:
                    if name.lower() not in HOP | {"content-length"}:
                        self.send_header(name, value)
                self._end(body, len(body))

            def _say(self, answer: Answer) -> None:
                self.send_response_only(answer.status)
                self.send_header("Content-Type", answer.kind)
                smaller = packed(answer.body) if answer.packed else None
                if smaller is not None:
                    self.send_header("Content-Encoding", "gzip")
                body = answer.body if smaller is None else smaller
                self._end(body, len(body) if answer.announced is None else answer.announced)

            def _end(self, body: bytes, length: int) -> None:
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
