"""What is written about requests: a line each, with a reference, and nothing of who asked or what was asked about."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from credential import freshness
from registry.http import journal, logs, views
from registry.http.logs import Format
from tests.registry.office import PORT, Office, certificate, embedded_only, signed
from tests.registry.people import ORIGIN

NUMBER = "35020318600101123X"
NAME = "陈志强"
INJECTED = 'x\r\n{"level":"info","event":"forged"}\x1b[31m'
SECRETS = (NUMBER, NAME, "123X", "forged", "203.0.113.9", "secret", "%E9%99%88", "\x1b")


class Lines(io.StringIO):
    """A log as its reader has it."""

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """What the service writes to standard error, as JSON, from the least important line on."""
    lines = Lines()
    monkeypatch.setattr("sys.stderr", lines)
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    logs.set_up(Format.JSON)
    root.setLevel(logging.DEBUG)
    yield lines
    root.handlers[:], root.level = before, level


def everywhere(client: FlaskClient) -> Iterator[TestResponse]:
    """Names, numbers and forged lines at every place that a client can write to."""
    sent = {"name": NAME, "document": NUMBER, "number": INJECTED, "token": "secret"}
    environ = {"REMOTE_ADDR": "203.0.113.9"}
    headers = {
        "User-Agent": INJECTED.replace("\r\n", " "),
        "X-Forwarded-For": "203.0.113.9",
        "Cookie": "__Host-yinxin=secret",
    }
    for path in (f"/issuers/{NAME}", f"/v1/objects/{NUMBER}", f"/{NAME}{NUMBER}", "/issuers", "/v1/region", "/query"):
        yield client.get(path, query_string=sent, headers=headers, environ_base=environ)
    for path in ("/query", "/holder", "/console/sign-in", "/console/setup", "/nothing"):
        yield client.post(
            path, data=sent, headers={**headers, **ORIGIN}, base_url=ORIGIN["Origin"], environ_base=environ
        )
    for path in ("/v1/query", "/v1/holder", "/v1/holder/corrections"):
        yield client.post(path, json=sent, headers=headers, environ_base=environ)
        yield client.post(path, json={"document": NUMBER, "name": NAME}, headers=headers, environ_base=environ)
    yield client.open("/query", method="FORGED", headers=headers, environ_base=environ)
    yield client.post("/v1/batches", data=NUMBER, content_type=f"text/{NUMBER}", environ_base=environ)


@embedded_only
def test_nothing_personal_and_nothing_forged_is_written(office: Office, written: Lines) -> None:
    (index,) = office.indices(PORT, 1)
    office.register_documented(PORT, [signed(certificate(index, 1))], [NUMBER])
    written.truncate(0)
    written.seek(0)
    answers = [each.status_code for each in everywhere(office.client)]
    requests = [line for line in written.all() if line["event"] == "request"]
    assert [line["status"] for line in requests] == answers
    assert [each for each in SECRETS if each in written.getvalue()] == []
    assert {line["method"] for line in requests} == {"GET", "POST", "other"}


@embedded_only
def test_a_line_says_route_status_duration_and_size(office: Office, written: Lines) -> None:
    answer = office.client.get("/v1/objects/00?name=x")
    (line,) = written.all()
    assert sorted(line) == sorted(("time", "level", "event", "method", "route", "status", "ms", "bytes", "request"))
    assert (line["level"], line["event"], line["method"], line["route"]) == ("info", "request", "GET", "object")
    assert (line["status"], line["bytes"]) == (404, len(answer.data))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert answer.get_json()["instance"] == f"urn:uuid:{line['request']}"


@embedded_only
def test_a_failure_is_found_by_the_reference_in_the_answer(
    office: Office, written: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(f"of {NAME}")

    monkeypatch.setattr(views, "describe", fail)
    monkeypatch.setattr(freshness, "listed", fail)
    told = office.client.get("/openapi.json").get_json()["instance"].removeprefix("urn:uuid:")
    page = office.client.get("/", headers={"Accept": "text/html"}).text
    first, _, second, _ = written.all()
    assert (first["request"], first["event"], first["problem"]) == (told, "request failed", "internal")
    assert (first["level"], first["route"], first["error"]) == ("error", "openapi", "RuntimeError")
    assert first["where"].startswith("registry/test_journal.py:")
    assert second["request"] in page
    assert NAME not in written.getvalue()


def test_others_lines_are_their_place_alone(written: Lines) -> None:
    try:
        raise ValueError(NAME)
    except ValueError:
        logging.getLogger("waitress").exception(f"Exception while serving /{NAME}")  # noqa: G004
    (line,) = written.all()
    assert (line["error"], line["level"]) == ("ValueError", "error")
    assert re.fullmatch(r"waitress: test_journal\.test_others_lines_are_their_place_alone:\d+", line["event"])
    assert NAME not in written.getvalue()


def test_as_text_a_line_is_one_line(monkeypatch: pytest.MonkeyPatch, written: Lines) -> None:
    monkeypatch.setattr("sys.stderr", written)
    logs.set_up(Format.TEXT)
    logging.getLogger("yinxin.registry").info("a\nb", extra=logs.fields(route="x\ny", status=200))
    assert re.fullmatch(r'\S+Z INFO a\\nb route="x\\ny" status=200\n', written.getvalue())


def test_on_a_terminal_it_is_text_and_elsewhere_json(written: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", written)
    logs.set_up(None)
    logging.getLogger("yinxin.registry").info("elsewhere")
    monkeypatch.setattr(written, "isatty", lambda: True)
    logs.set_up(None)
    logging.getLogger("yinxin.registry").info("terminal")
    elsewhere, terminal = written.getvalue().splitlines()
    assert json.loads(elsewhere)["event"] == "elsewhere"
    assert terminal.endswith("Z INFO terminal")


@embedded_only
def test_the_reference_is_of_one_request(office: Office) -> None:
    told = {office.client.get("/v1/objects/00").get_json()["instance"] for _ in range(3)}
    assert len(told) == 3
    with office.app.test_request_context("/"):
        assert journal.reference() == journal.reference()
