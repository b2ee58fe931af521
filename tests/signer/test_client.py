"""The HTTP client: what it waits for, what it gives up on, and what it never sends or follows."""

import json
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from itertools import chain, repeat

import pytest

from signer.errors import SignerError
from signer.ledger.pool import Run, Wanted
from signer.remote.client import Granted, RegistryClient, RegistryRefusedError, checked_url
from tests.listening import listening
from tests.world import CODE


@contextmanager
def answering(*answers: tuple[int, dict[str, str], bytes]) -> Iterator[tuple[RegistryClient, list[str]]]:
    """A client of a server that gives these answers in turn, the last one for ever; and the paths asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append(self.path)
            status, headers, body = answers[min(len(asked), len(answers)) - 1]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name is http.server's

        def log_message(self, *_: object) -> None:
            return

    with listening(Handler) as url:
        yield RegistryClient(url, timeout=5, pauses=(0, 0, 0)), asked


def ok(body: object) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()


TWO = Wanted(2, {})
GRANTED = {"runs": [{"list": 0, "first": 5, "count": 2}], "uri_base": "https://fj.example/s/"}


def test_it_tries_four_times_and_no_more() -> None:
    with answering((503, {}, b""), (502, {}, b""), (429, {}, b""), ok(GRANTED)) as (client, asked):
        assert client.reserve(lambda: b"x", TWO, CODE) == Granted((Run(0, 5, 2),), (), "https://fj.example/s/")
        assert len(asked) == 4
    with answering((503, {}, b"")) as (client, asked):
        with pytest.raises(SignerError) as away:
            client.reserve(lambda: b"x", TWO, CODE)
        assert (away.value.slug, int(away.value.exit), len(asked)) == ("registry-unreachable", 3, 4)
        assert "HTTP 503" in away.value.zh


def test_every_attempt_is_sealed_anew() -> None:
    made: list[bytes] = []

    def body() -> bytes:
        made.append(b"x" * len(made))
        return made[-1]

    with answering((503, {}, b""), ok(GRANTED)) as (client, _):
        client.reserve(body, TWO, CODE)
    assert len(made) == 2


def test_a_refusal_is_told_once_and_never_repeated() -> None:
    problem = {
        "type": "urn:yinxin:problem:number-taken",
        "title": "Number taken",
        "detail": "already \x1b[31m registered",
        "errors": [{"row": 1, "reason": "NUMBER_TAKEN", "detail": "x"}, {"row": "no"}, 7],
    }
    with answering((409, {}, json.dumps(problem).encode())) as (client, asked):
        with pytest.raises(RegistryRefusedError) as refused:
            client.register(lambda: b"x", 2)
        assert len(asked) == 1
    error = refused.value
    assert (error.slug, int(error.exit), error.rows) == ("number-taken", 1, ((1, "NUMBER_TAKEN", "x"),))
    assert "\x1b" not in error.en
    assert "number-taken" in error.zh


def test_a_refusal_without_a_problem_is_told_too() -> None:
    with answering((401, {}, b"<html>")) as (client, _), pytest.raises(RegistryRefusedError) as refused:
        client.change_status(lambda: b"x")
    assert refused.value.slug == "http-401"
    assert "时间" in refused.value.zh


def test_redirects_are_not_followed() -> None:
    with answering((302, {"Location": "http://127.0.0.1:9/elsewhere"}, b"")) as (client, asked):
        with pytest.raises(RegistryRefusedError) as refused:
            client.bundle()
        assert (refused.value.slug, len(asked)) == ("http-302", 1)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        b'{"runs": [], "uri_base": "x"}',
        b'{"runs": [{"list": 0, "first": -1, "count": 2}], "uri_base": "x"}',
        b'{"runs": [{"list": 0, "first": true, "count": 2}], "uri_base": "x"}',
        b'{"runs": [{"list": 0, "first": 5, "count": 3}], "uri_base": "x"}',
    ],
)
def test_an_answer_that_is_none_is_exit_3(body: bytes) -> None:
    with answering((200, {}, body)) as (client, _), pytest.raises(SignerError) as wrong:
        client.reserve(lambda: b"x", TWO, CODE)
    assert (wrong.value.slug, int(wrong.value.exit)) == ("answer-malformed", 3)


def test_an_answer_stops_at_its_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signer.remote.client.MAX_ANSWER", 100)
    with answering((200, {}, b"x" * 101)) as (client, _), pytest.raises(SignerError) as wrong:
        client.region()
    assert wrong.value.slug == "answer-too-large"


def test_nobody_there_is_exit_3() -> None:
    with answering(ok({})) as (client, _):
        pass
    with pytest.raises(SignerError) as away:
        client.region()
    assert (away.value.slug, int(away.value.exit)) == ("registry-unreachable", 3)


def test_an_answer_cut_short_is_asked_for_again() -> None:
    with answering((200, {"Content-Length": "10"}, b"{}"), ok(GRANTED)) as (client, asked):
        assert client.reserve(lambda: b"x", TWO, CODE).runs == (Run(0, 5, 2),)
        assert len(asked) == 2


@contextmanager
def saying(pieces: Iterable[bytes]) -> Iterator[str]:
    """The address of a server that sends these bytes, piece by piece, to whoever asks, and hangs up."""
    ended = threading.Event()

    def answer(listener: socket.socket) -> None:
        while True:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                if ended.is_set():
                    return
                connection.recv(65_536)
                for piece in pieces:
                    connection.sendall(piece)
                    if ended.wait(0.02):
                        return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=answer, args=(listener,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            ended.set()
            socket.create_connection(("127.0.0.1", port)).close()
            thread.join()


def test_a_refusal_that_breaks_off_is_exit_3() -> None:
    with saying([b"HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"]) as url:
        client = RegistryClient(url, timeout=5, pauses=(0,))
        with pytest.raises(SignerError) as away:
            client.region()
    assert (away.value.slug, int(away.value.exit)) == ("registry-unreachable", 3)
    assert "IncompleteRead" in away.value.en


def test_an_answer_that_drips_is_given_up() -> None:
    with saying(chain([b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"], repeat(b"x"))) as url:
        client = RegistryClient(url, timeout=5, patience=0.1, pauses=())
        with pytest.raises(SignerError) as away:
            client.region()
    assert (away.value.slug, int(away.value.exit)) == ("registry-unreachable", 3)
    assert "too slow" in away.value.en


def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = RegistryClient(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.05, pauses=(0,))
        with pytest.raises(SignerError) as away:
            client.region()
    assert (away.value.slug, int(away.value.exit)) == ("registry-unreachable", 3)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://fj.example/", "https://fj.example"),
        ("https://fj.example:8443/registry", "https://fj.example:8443/registry"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_addresses_that_are_taken(text: str, url: str) -> None:
    assert checked_url(text) == url


@pytest.mark.parametrize(
    "text",
    ["", "fj.example", "http://fj.example", "file:///etc/passwd", "https://u:p@fj.example", "https://fj.example/?a=b",
     "https://", "https://fj.example:x", "http://[", "ftp://127.0.0.1"],
)  # fmt: skip
def test_addresses_that_are_refused(text: str) -> None:
    with pytest.raises(SignerError) as refused:
        checked_url(text)
    assert (refused.value.slug, int(refused.value.exit)) == ("registry-url", 2)
