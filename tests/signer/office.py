"""An issuer's office for tests: a home, demo keys, rosters, and the command line as a clerk runs it."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from credential import keyfile
from credential.keyfile import Purpose
from credential.numbers import citizen_check_character
from signer import cli
from tests.signer.double import Registry
from tests.world import CODE

HEADER = (
    "姓名", "证件类型", "证件号码", "证书类型", "大典版本", "职业编码", "职业名称", "等级",
    "发证日期", "评价方式", "岗位", "聘期至", "荣誉称号", "企业内部等级", "企业岗位",
)  # fmt: skip
SURNAMES = "陈林黄张李王吴刘蔡杨许郑谢郭洪苏曾叶周徐"


def person(n: int) -> tuple[str, str, str]:
    """Name, document type and number of somebody who never was, born in the nineteenth century."""
    born = date(1860, 1, 1) + timedelta(days=n)
    first17 = f"350203{born:%Y%m%d}{n % 1000:03d}"
    name = SURNAMES[n % 20] + SURNAMES[n // 20 % 20] + SURNAMES[n // 400 % 20]
    return name, "居民身份证", first17 + citizen_check_character(first17)


def level_row(n: int, level: int = 3, code: str = "6-31-01-03", title: str = "电工") -> tuple[str, ...]:
    """A row for a level certificate."""
    names = {5: "五级/初级工", 4: "四级/中级工", 3: "三级/高级工", 2: "二级/技师", 1: "一级/高级技师"}
    row = (*person(n), "职业技能等级证书", "2022", code, title, names[level], "2026-06-01", "考试")
    return (*row, "", "", "", "", "")


def post_row(n: int, until: str = "2099-12-31") -> tuple[str, ...]:
    """A row for an apprentice: no term is unusual for one."""
    row = (*person(n), "岗位聘任", "2022", "6-31-01-03", "电工", "", "2026-06-01", "业绩评审")
    return (*row, "学徒工", until, "", "", "")


def write_roster(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """A CSV roster."""
    text = StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    path.write_text(text.getvalue(), encoding="utf-8-sig")
    return path


def demo_keys(folder: Path, owner: str = CODE) -> Path:
    """The world's keys as demo files."""
    folder.mkdir()
    for purpose in (Purpose.CERTIFICATE, Purpose.REQUEST, Purpose.APPROVAL):
        seed = sha256(b"yinxin test key " + purpose.value.encode()).digest()
        (folder / f"{purpose.value}.key").write_bytes(keyfile.demo(seed, purpose, owner))
    return folder


@dataclass
class Office:
    """One issuer with its folder, at one registry."""

    folder: Path
    registry: Registry
    url: str
    capture: pytest.CaptureFixture[str]

    @property
    def home(self) -> Path:
        """The home folder."""
        return self.folder / "home"

    @property
    def common(self) -> list[str]:
        """What every command is given."""
        return ["--home", str(self.home), "--demo-keys", str(self.folder / "keys")]

    def run(self, command: str, *arguments: object) -> int:
        """The exit code of a command."""
        return cli.main([command, *self.common, *map(str, arguments)])

    def json(self, command: str, *arguments: object) -> tuple[int, dict[str, Any]]:
        """Exit code and object of a command with `--json`."""
        self.capture.readouterr()
        code = self.run(command, "--json", *arguments)
        return code, json.loads(self.capture.readouterr().out)

    def open(self) -> None:
        """Keys, home, enrolment."""
        demo_keys(self.folder / "keys")
        (self.folder / "pin.txt").write_text(f"# Fujian\n{self.registry.world.pin().hex()}\n")
        assert self.run("keygen", "--issuer", CODE) == 0
        assert self.run("enrol", "--registry", self.url, "--pin", self.folder / "pin.txt") == 0

    def roster(self, *rows: Sequence[str], name: str = "roster.csv") -> Path:
        """A roster of these rows."""
        return write_roster(self.folder / name, rows)

    def credentials(self, out: Path) -> list[dict[str, str]]:
        """The lines of an output folder's list."""
        return [json.loads(line) for line in (out / "credentials.jsonl").read_text().splitlines()]
