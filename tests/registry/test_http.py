"""What the service answers to anyone, and to hostile clients."""

import hashlib
import io
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from credential import status_list
from credential.model import Seconds
from registry.app import MAX_BODY, create_app
from registry.http import views
from tests.registry.office import PORT, Office, certificate, copy, embedded_only, signed
from tests.registry.serving import PATIENCE, Host, wait_until
from tests.registry.test_requests import problem


def test_region_and_its_objects(office: Office) -> None:
    region = office.client.get("/v1/region").get_json()
    assert (region["region"], region["name"], region["root_version"], region["qr_host"], region["status_base"]) == (
        "35",
        "地区35",
        1,
        "fj.example",
        "https://fj.example/s/",
    )
    assert region["pin"] == (office.data / "pin.txt").read_text("utf-8").splitlines()[-1]
    assert [each["type"] for each in region["objects"]] == [
        "checkpoint",
        "root",
        "trust_list",
        "status_list",
        "register",
    ]
    for each in region["objects"]:
        data = office.client.get(f"/v1/objects/{each['sha256']}").data
        assert hashlib.sha256(data).hexdigest() == each["sha256"]


def test_media_types_caching_and_cors(office: Office) -> None:
    kinds = {}
    for each in office.client.get("/v1/region").get_json()["objects"]:
        answer = office.client.get(f"/v1/objects/{each['sha256']}")
        kinds[each["type"]] = answer.content_type
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert kinds == {
        "checkpoint": 'application/cose; cose-type="cose-sign1"',
        "root": 'application/cose; cose-type="cose-sign"',
        "trust_list": 'application/cose; cose-type="cose-sign"',
        "status_list": "application/statuslist+cwt",
        "register": "application/cbor",
    }


@pytest.mark.parametrize("path", ["/v1/status/0", "/s/0"])
def test_a_status_list(office: Office, path: str) -> None:
    answer = office.client.get(path)
    assert (answer.status_code, answer.content_type) == (200, "application/statuslist+cwt")
    assert status_list.decode(answer.data)[0].uri == "https://fj.example/s/0"
    again = office.client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", ["/v1/status/7", "/v1/objects/00", "/v1/objects/" + "0" * 64, "/v1/nothing"])
def test_what_is_not_there(office: Office, path: str) -> None:
    answer = office.client.get(path)
    assert (answer.status_code, problem(answer)) == (404, "not-found")


def test_the_bundle_is_what_lies_on_disk(office: Office) -> None:
    answer = office.client.get("/v1/bundle")
    assert (answer.content_type, answer.data) == (
        "application/cbor",
        (office.data / "public" / "bundle.cbor").read_bytes(),
    )


def test_openapi_names_every_route(office: Office) -> None:
    document = office.client.get("/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    assert sorted(document["paths"]) == [
        "/healthz",
        "/openapi.json",
        "/readyz",
        "/s/log/checkpoint",
        "/s/log/tile/{tile}",
        "/s/{number}",
        "/status.json",
        "/v1/batches",
        "/v1/bundle",
        "/v1/complaints",
        "/v1/complaints/case",
        "/v1/correction-answers",
        "/v1/corrections",
        "/v1/holder",
        "/v1/holder/corrections",
        "/v1/indices",
        "/v1/issuers",
        "/v1/issuers/{code}",
        "/v1/issuers/{code}/supervision",
        "/v1/log/consistency/{old}/{size}",
        "/v1/log/inclusion/{size}/{digest}",
        "/v1/objects/{sha256}",
        "/v1/query",
        "/v1/region",
        "/v1/statistics",
        "/v1/statistics.csv",
        "/v1/status-changes",
        "/v1/status/{number}",
    ]


def test_query_tells_the_holder_and_nobody_else(office: Office) -> None:
    (index,) = office.indices(PORT, 1)
    what = certificate(index, 1)
    assert office.register(PORT, signed(what)).status_code == 200
    hit = office.client.post("/v1/query", json={"number": what.number, "name": "陈志强"}).get_json()
    assert (hit["found"], hit["status"], hit["name"], hit["level"]) == (True, "valid", "陈**", "三级/高级工")
    assert "123X" not in json.dumps(hit)
    misses = [
        office.client.post("/v1/query", json=question)
        for question in (
            {"number": what.number, "name": "陈志"},
            {"number": what.number[:-1] + "9", "name": "陈志强"},
            {"number": "' OR 1=1 --", "name": "%"},
        )
    ]
    assert [each.get_json() for each in misses] == [{"found": False}] * 3
    assert len({each.data for each in misses}) == 1


@pytest.mark.parametrize("text", ["\ud800", "a\0", "  ", "x\u202e", "x" * 97])
def test_a_query_for_what_no_certificate_can_say_is_refused(office: Office, text: str) -> None:
    for question in ({"number": text, "name": "陈志强"}, {"number": "1", "name": text}):
        answer = office.client.post("/v1/query", data=json.dumps(question), content_type="application/json")
        assert (answer.status_code, answer.get_json()["type"]) == (400, "urn:yinxin:problem:malformed")


def test_query_is_limited(office: Office) -> None:
    office.stopped = Seconds(1_000_000_020)
    question = {"number": "x", "name": "y"}
    codes = [office.client.post("/v1/query", json=question).status_code for _ in range(61)]
    assert codes == [200] * 60 + [429]


def test_a_body_without_length_is_refused(office: Office) -> None:
    answer = office.client.post(
        "/v1/indices",
        input_stream=io.BytesIO(b"abc"),
        content_type="application/cose",
        headers={"Transfer-Encoding": "chunked"},
    )
    assert (answer.status_code, problem(answer)) == (411, "length-required")


def test_a_body_over_the_cap_is_refused(office: Office) -> None:
    answer = office.post("/v1/batches", b"\0" * (MAX_BODY + 1))
    assert (answer.status_code, problem(answer)) == (413, "too-large")


def test_another_media_type_is_refused(office: Office) -> None:
    answer = office.client.post("/v1/indices", data=b"x", content_type="text/plain")
    assert (answer.status_code, problem(answer)) == (415, "unsupported-media-type")


def test_a_failure_inside_says_nothing_of_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("/secret/path and a word")

    monkeypatch.setattr(views, "describe", fail)
    answer = office.client.get("/openapi.json")
    assert answer.status_code == 500
    told = answer.get_json()
    assert told == {
        "type": "urn:yinxin:problem:internal",
        "title": "服务内部出错 / Something failed inside the service",
        "status": 500,
        "instance": told["instance"],
    }


def test_without_init_it_is_alive_and_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YINXIN_REGISTRY_DATA", str(tmp_path / "none"))
    app: Flask = create_app()
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    for path in ("/v1/region", "/v1/bundle", "/v1/status/0", "/readyz"):
        answer = client.get(path)
        assert (answer.status_code, problem(answer)) == (503, "not-initialised")
        assert "yinxin-registry init" in answer.get_json()["title"]
    answer = client.post("/v1/indices", data=b"x", content_type="application/cose")
    assert (answer.status_code, problem(answer)) == (503, "not-initialised")
    assert not (tmp_path / "none").exists()


def test_ready(office: Office) -> None:
    assert office.client.get("/readyz").get_json() == {
        "status": "ready",
        "seq": 2,
        "filing_waits_for_signatures": False,
    }


@embedded_only
def test_it_says_which_part_is_not_ready_and_nothing_else_of_it(office: Office) -> None:
    class Failing:
        fault = "OSError: /secret/path"

    office.service.publisher = Failing()  # type: ignore[assignment]
    answer = office.client.get("/readyz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert (problem(answer), answer.get_json()["detail"]) == ("unavailable", "发布受阻 / publishing fails")
    assert "secret" not in answer.text
    office.service.store.close()
    (office.data / "registry.db").rename(office.data / "gone.db")
    (office.data / "registry.db").mkdir()
    answer = office.client.get("/readyz")
    assert (answer.status_code, answer.get_json()["detail"]) == (503, "数据库连不上 / the database cannot be reached")
    assert office.client.get("/healthz").status_code == 200


@pytest.fixture(scope="module")
def server(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The real server, publishing by itself."""
    data = copy(built, tmp_path_factory.mktemp("served") / "data")
    host = Host(data).start()
    yield host.port, data
    host.stop()
    assert host.process is not None
    assert host.process.returncode == 0


def _talk(port: int, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(data)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def test_the_real_server_refuses_a_chunked_body(server: tuple[int, Path]) -> None:
    head = b"POST /v1/indices HTTP/1.1\r\nHost: x\r\nContent-Type: application/cose\r\nConnection: close\r\n"
    answer = _talk(server[0], head + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 411 ")
    assert b"urn:yinxin:problem:length-required" in answer


def test_the_real_server_refuses_a_body_over_the_cap(server: tuple[int, Path]) -> None:
    head = b"POST /v1/batches HTTP/1.1\r\nHost: x\r\nContent-Type: application/cose\r\nConnection: close\r\n"
    answer = _talk(server[0], head + b"Content-Length: 99999999\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_port_in_use_is_one_clear_line(server: tuple[int, Path]) -> None:
    port, data = server
    done = subprocess.run(
        [sys.executable, "-m", "registry.cli", "serve", "--data", str(data), "--port", str(port), "--demo-keys"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"127.0.0.1:{port}" in done.stderr


def test_the_real_server_publishes_by_itself(server: tuple[int, Path]) -> None:
    port, data = server
    office = Office(data)
    before = office.client.get("/v1/region").get_json()["checkpoint"]["seq"]
    office.indices(PORT, 300)
    wait_until(lambda: office.client.get("/v1/region").get_json()["checkpoint"]["seq"] != before)
    assert office.trust.status_lists[0].length == 512
    assert office.trust.trust_list.head.seq == before
    office.service.store.close()
    assert b" 200 OK" in _talk(port, b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
