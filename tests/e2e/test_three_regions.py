"""Fujian at home with two partners, with the real programs and servers: what befalls one region touches no other.

A program's clock is set by starting it with another `time.time`; nothing else of it is changed. Servers keep the time,
and are stopped before forty days pass.
"""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from openpyxl import Workbook

from credential import bundle, qr_text, request
from credential.model import IssuerCode, Region, StatusReference
from credential.request import Content, RegisterBatch, ReserveIndices
from tests import ports
from tests.attacks.test_registry import files_of
from tests.registry import office
from tools.demo.stage import ROOT, Stage

pytestmark = pytest.mark.xdist_group("three-regions")

HOME: Final = "35"
REGIONS: Final = ("35", "44", "36")
DAY: Final = 86_400
CLOCK: Final = """
import importlib, sys, time
real, ahead = time.time, float(sys.argv[1])
time.time = lambda: real() + ahead
sys.exit(importlib.import_module(sys.argv[2]).main(sys.argv[3:]))
"""
AGREEMENT: Final = {
    "协议文件": "互认协议",
    "协议日期": "2025-06-01",
    "状态": "生效",
    "状态起始日": "2025-07-01",
    "规则": "采认",
    "证书类型": "职业技能等级证书",
    "职业版本": "2022",
    "职业代码": "6-31-",
    "等级或岗位": "三级/高级工",
    "证书日期起": "2025-01-01",
    "效力": "等同",
    "依据": "第三条",
}


@dataclass
class Alliance:
    """Three registries and their servers, and one verifier at home in Fujian."""

    folder: Path
    stage: Stage
    ports: Mapping[str, int] = field(default_factory=lambda: {region: ports.reserved() for region in REGIONS})
    certificates: dict[str, str] = field(default_factory=dict)

    def data(self, region: str) -> Path:
        return self.folder / f"data-{region}"

    def url(self, region: str) -> str:
        return f"http://127.0.0.1:{self.ports[region]}"

    def registry(self, region: str, *arguments: object, ahead: float = 0) -> None:
        code, said = self.run("registry.cli", "--data", self.data(region), *arguments, ahead=ahead)
        assert code == 0, said

    def run(self, module: str, *arguments: object, ahead: float = 0) -> tuple[int, str]:
        command = [sys.executable, "-c", CLOCK, str(ahead), module, *map(str, arguments)]
        environment = {"XDG_DATA_HOME": str(self.folder / "personal"), "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"}
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
        return done.returncode, done.stdout + done.stderr

    def publish(self, *regions: str, ahead: float = 0) -> None:
        """Each region anew; then the home takes its partners' parts along, and publishes itself."""
        for region in regions:
            self.registry(region, "publish", "--demo-keys", ahead=ahead)
        for partner in (each for each in regions if each != HOME):
            theirs = self.data(partner) / "public" / "bundle.cbor"
            pin = ("--pin", self.data(partner) / "pin.txt")
            self.registry(HOME, "partner", "import", theirs, *pin, "--operator", "lin", ahead=ahead)
        self.registry(HOME, "publish", "--demo-keys", ahead=ahead)

    def sync(self, url: str | None = None, ahead: float = 0) -> tuple[int, dict[str, str]]:
        """The exit code, and the reason or the result of each region."""
        held = ("--pin", self.data(HOME) / "pin.txt", "--bundle", self.folder / "held.cbor", "--json")
        code, said = self.run("verifier_cli.cli", "sync", "--from", url or self.url(HOME), *held, ahead=ahead)
        rows = [json.loads(line) for line in said.splitlines()]
        return code, {row["region"]: row["reason"] or row["result"] for row in rows}

    def check(self, ahead: float = 0) -> dict[str, str]:
        """What each region's certificate is found to be, offline."""
        held = ("--bundle", self.folder / "held.cbor", "--json")
        _, said = self.run("verifier_cli.cli", "check", *held, *self.certificates.values(), ahead=ahead)
        rows = [json.loads(line) for line in said.splitlines()]
        found = (row["recognition"] if row["reason"] == "ACCEPTED" else row["reason"] for row in rows)
        return dict(zip(self.certificates, found, strict=True))

    def parts(self) -> dict[Region, bundle.Part]:
        """What the home's server gives."""
        with urllib.request.urlopen(f"{self.url(HOME)}/v1/bundle") as answer:
            return bundle.decode(answer.read())

    def ask(self, region: str, path: str, issuer: IssuerCode, content: Content) -> Any:
        head = {"Content-Type": request.MEDIA_TYPE}
        asked = urllib.request.Request(f"{self.url(region)}{path}", office.seal(issuer, content), head)
        with urllib.request.urlopen(asked) as answer:
            return json.loads(answer.read())


def found(alliance: Alliance, region: str) -> None:
    """A registry that serves, with one issuer, which registers one certificate."""
    data, code = office.found_registry(alliance.folder, region), IssuerCode(f"Y0000{region}020001")
    office.file_issuer(data, code, "Y", "2022:6-31-01-03:1:2025-01-01")
    office.enrol(data, alliance.folder, code)
    office.run(data, "publish", "--demo-keys")
    keys = ("--demo-keys", alliance.folder / f"keys-{region}")
    serve = ("serve", "--data", data, *keys, "--port", alliance.ports[region])
    alliance.stage.serve(alliance.url(region), alliance.folder / f"log-{region}", *serve)
    (run,) = alliance.ask(region, "/v1/indices", code, ReserveIndices(1))["runs"]
    host = {"35": "fj.example", "44": "gd.example", "36": "jx.example"}[region]
    status = StatusReference(run["first"], f"https://{host}/s/0")
    data_ = office.signed(office.certificate(run["first"], 1, code, status=status))
    alliance.ask(region, "/v1/batches", code, RegisterBatch((data_,)))
    alliance.certificates[region] = qr_text.encode(host, data_)


def agree(alliance: Alliance) -> None:
    """Fujian's agreements with both, from one workbook."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(("协议编号", "对方地区", "根指纹", *AGREEMENT))
    for number, partner in enumerate(("44", "36"), 1):
        pin = (alliance.data(partner) / "pin.txt").read_text("utf-8").splitlines()[-1]
        sheet.append((str(number), partner, pin, *AGREEMENT.values()))
    book.save(alliance.folder / "agreements.xlsx")
    alliance.publish(*REGIONS)
    alliance.registry(HOME, "recognition", "import", alliance.folder / "agreements.xlsx", "--yes", "--operator", "lin")
    alliance.registry(HOME, "publish", "--demo-keys")


@pytest.fixture(scope="module")
def alliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alliance]:
    folder = tmp_path_factory.mktemp("three")
    made = Alliance(folder, Stage(folder / "personal"))
    try:
        for region in REGIONS:
            found(made, region)
        agree(made)
        yield made
    finally:
        made.stage.stop_servers()


def test_one_regions_trouble_is_its_own(alliance: Alliance, tmp_path: Path) -> None:
    good = {"35": "HOME", "44": "RECOGNISED", "36": "RECOGNISED"}
    assert alliance.sync() == (0, {"35": "updated", "36": "updated", "44": "updated"})
    assert alliance.check() == good
    first = alliance.parts()

    alliance.publish("44", "36")
    newer = alliance.parts()
    assert alliance.sync()[0] == 0
    with files_of(tmp_path / "mirror") as url:

        def offered(**parts: bundle.Part) -> tuple[int, dict[str, str]]:
            whole = {**newer, **{Region(name[1:]): part for name, part in parts.items()}}
            (tmp_path / "mirror" / "b.cbor").write_bytes(bundle.encode(whole))
            return alliance.sync(f"{url}/b.cbor")

        same = {"35": "unchanged", "36": "unchanged", "44": "unchanged"}
        noise = newer[Region("36")]._replace(status_lists=(b"noise",))
        assert offered(r36=noise) == (1, {**same, "36": "OBJECT_MALFORMED"})
        assert offered(r36=first[Region("36")]) == (0, {**same, "36": "kept"})
        assert offered(r35=first[Region("35")]) == (0, {**same, "35": "kept"})
        (tmp_path / "mirror" / "b.cbor").write_bytes(bundle.encode({Region("35"): newer[Region("35")]}))
        assert alliance.sync(f"{url}/b.cbor") == (0, {"35": "unchanged", "36": "absent", "44": "absent"})
    assert alliance.check() == good

    alliance.publish("36", ahead=3600)
    alliance.publish("44")
    assert alliance.sync() == (1, {"35": "updated", "36": "DATED_AHEAD", "44": "updated"})
    assert alliance.check() == good

    alliance.stage.stop_servers()
    later = 40 * DAY
    alliance.publish("44", ahead=later)
    with files_of(tmp_path / "later") as url:
        (tmp_path / "later" / "b.cbor").write_bytes((alliance.data(HOME) / "public" / "bundle.cbor").read_bytes())
        served = alliance.sync(f"{url}/b.cbor", ahead=later)
    assert served == (1, {"35": "updated", "36": "EXPIRED", "44": "updated"})
    assert alliance.check(ahead=later) == {**good, "36": "STATUS_EXPIRED"}
