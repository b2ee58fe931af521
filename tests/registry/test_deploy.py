"""The examples of docs/deploy: the proxy really in front of a real server, and the names that they use."""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jsonschema_rs
import pytest
from werkzeug.test import Client

from registry import cli, metrics
from registry.app import MAX_BODY
from registry.problems import Problem
from registry.server import MAX_OPEN_BODY
from tests import ports
from tests.registry.contract import DOCUMENT
from tests.registry.office import Office, copy, embedded_only
from tests.registry.serving import PATIENCE, Host, wait_until
from tests.registry.test_metrics import scraped

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "docs" / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def test_the_proxy_lets_through_what_the_server_takes() -> None:
    sizes = re.findall(r"client_max_body_size (\d+)([km]);", (DEPLOY / "nginx.conf").read_text("utf-8"))
    stated = [int(number) << {"k": 10, "m": 20}[unit] for number, unit in sizes]
    assert (stated[0], len(stated)) == (MAX_OPEN_BODY, 2)
    assert stated[1] >= MAX_BODY


def test_what_is_refused_by_the_proxy_is_said_as_the_registry_says_it() -> None:
    told = [json.loads(each) for each in re.findall(r"return \d+ '(.*)';", (DEPLOY / "nginx.conf").read_text("utf-8"))]
    sorts = {each.value.type: each.value for each in Problem}
    assert len(told) == 3
    shape = jsonschema_rs.Draft202012Validator(DOCUMENT["components"]["schemas"]["Problem"])
    assert [each for each in told if not shape.is_valid(each)] == []
    for each in told:
        sort = sorts[each["type"]]
        assert (each["title"], each["status"]) == (sort.title, sort.status)


@embedded_only
def test_every_metric_of_the_alarms_exists(office: Office) -> None:
    office.client.get("/healthz")
    exist = {name[0] for name in scraped(Client(metrics.wsgi(office.app)))}
    used = set(re.findall(r"\byinxin_\w+", (DEPLOY / "prometheus-rules.yaml").read_text("utf-8")))
    assert sorted(used - exist) == []
    assert len(used) > 10


def test_the_flags_of_serve_exist() -> None:
    examples = [*DEPLOY.rglob("*.service"), DEPLOY / "Containerfile", DEPLOY / "compose.yaml"]
    text = "".join(each.read_text("utf-8") for each in examples)
    used = set(re.findall(r"--(?:host|port|log-format|trusted-proxy|metrics-\w+|passphrase-file)", text))
    assert len(used) == 6
    command = [sys.executable, "-m", "registry.cli", "serve", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert sorted(each for each in used if each not in shown) == []


@dataclass(frozen=True)
class Site:
    """A proxy, and the server behind it."""

    base: str
    server: Host

    def get(self, path: str, data: bytes | Iterator[bytes] | None = None, **heads: str) -> tuple[int, str, bytes]:
        """Status, media type and body."""
        asked = urllib.request.Request(
            self.base + path, data, {name.replace("_", "-"): text for name, text in heads.items()}
        )
        try:
            with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers["Content-Type"], error.read()


def configured(folder: Path, data: Path, port: int, behind: int) -> Path:
    """The example with this machine's ports and folders, and without TLS."""
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    text = re.sub(r"    server \{\n        listen 80;.*?\n    \}\n", "", text, count=1, flags=re.DOTALL)
    text = re.sub(r"        ssl_.*\n", "", text).replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{behind}").replace("/var/lib/yinxin", str(data))
    for place in ("/run/nginx.pid", "/var/log/nginx", "/var/lib/nginx/body", "/var/cache/nginx"):
        text = text.replace(place, f"{folder}{place}")
        (folder / place.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
    for made in ("var/log/nginx", "var/lib/nginx", "var/cache/nginx"):
        (folder / made).mkdir(parents=True, exist_ok=True)
    path = folder / "nginx.conf"
    text = re.sub(r"^user .*\n", "user root;\n" if os.geteuid() == 0 else "", text, flags=re.MULTILINE)
    path.write_text(f"daemon off;\n{text}", "utf-8")
    return path


@pytest.fixture(scope="module")
def site(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("proxied")
    data = copy(built, folder / "data")
    folder.chmod(0o755)
    host, port = Host(data, options=("--trusted-proxy", "127.0.0.1")).start(), ports.reserved()
    path = configured(folder, data, port, host.port)
    proxy = subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(path), "-e", str(folder / "error.log")])
    try:
        yield _when_ready(Site(f"http://127.0.0.1:{port}", host))
    finally:
        proxy.terminate()
        proxy.wait(10)
        host.stop()


def _when_ready(site: Site) -> Site:
    def serves() -> bool:
        try:
            return site.get("/healthz")[0] == 200
        except urllib.error.URLError:
            return False

    wait_until(serves)
    return site


@pytest.mark.skipif(NGINX is None and "CI" not in os.environ, reason="本机没有 nginx / no nginx on this machine")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_published_goes_on_when_the_registry_is_down(site: Site) -> None:
    paths = ("/v1/bundle", "/v1/region", "/s/0", "/s/log/checkpoint")
    before = {path: site.get(path) for path in paths}
    assert [answer[0] for answer in before.values()] == [200] * 4
    assert site.get("/v1/query", b"x" * (MAX_OPEN_BODY + 1))[:2] == (413, "application/problem+json")
    assert site.get("/v1/query", b"{}", Content_Type="application/json")[0] == 400
    assert site.get("/v1/query", iter([b"{", b"}"]), Content_Type="application/json")[0] == 400  # in chunks
    assert site.get("/metrics")[0] == 404
    assert site.get("/console/")[0] == 200
    site.server.stop()
    assert {path: site.get(path) for path in paths} == before
    digest = json.loads(before["/v1/region"][2])["objects"][1]["sha256"]
    assert site.get(f"/v1/objects/{digest}")[0] == 200
    status, kind, body = site.get("/v1/query", b"{}", Content_Type="application/json")
    assert (status, kind) == (503, "application/problem+json")
    assert json.loads(body)["type"] == "urn:yinxin:problem:unavailable"


def test_every_command_of_the_manual_can_be_typed() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text("utf-8")
    lines = [line for fence in re.findall(r"```sh\n(.*?)```", manual, re.DOTALL) for line in fence.splitlines()]
    commands = [shlex.split(line)[1:] for line in lines if line.startswith("yinxin-registry ")]
    assert len(commands) >= 5
    for each in commands:
        assert callable(cli.parser().parse_args(each).run)
    named = re.findall(r"`(?:yinxin-registry )?((?:ceremony|key|issuer|holders|audit|operator) [a-z-]+)", manual)
    exist = {f"{group} {name}" for group, names in _groups().items() for name in names}
    assert sorted(set(named) - exist) == []


def _groups() -> dict[str, set[str]]:
    """The commands under each group of commands."""
    found = {}
    for name, made in _under(cli.parser()).items():
        found[name] = set(_under(made))
    return found


def _under(made: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    actions = [each for each in made._actions if isinstance(each, argparse._SubParsersAction)]
    return dict(actions[0].choices) if actions else {}
