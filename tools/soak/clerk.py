"""A clerk at work for a soak: a registry that serves, an issuer that is enrolled, and rosters of invented people."""

import csv
import signal
import subprocess
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from openpyxl import Workbook

from tools.demo.stage import PROGRAMS, ROOT, Stage
from tools.demo.story import ELECTRICIAN, KEYS, PORT_GROUP, Story
from tools.demo_rosters import Invented, invent

HEADER: Final = ("姓名", "证件类型", "证件号码", "大典版本", "职业编码", "职业名称", "等级", "发证日期", "评价方式")
_DIVISIONS: Final = ("350203", "350205", "350206", "350211", "350212", "350213")
Process = subprocess.Popen[bytes]


class Clerk:
    """The programs, each a real process over real HTTP."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stage = Stage(folder / "personal")
        self.people = invent("soak", _DIVISIONS)

    def open(self) -> None:
        """Found the registry, file and enrol the issuer."""
        self.story = Story(self.stage, self.folder / "story", None)
        self.story.work.mkdir(parents=True)
        self.story.found_registries()
        self.story.file_issuers()

    def close(self) -> None:
        """End the servers."""
        self.stage.stop_servers()

    @property
    def home(self) -> Path:
        """The issuer's home folder."""
        return self.story.work / PORT_GROUP.keys

    @property
    def log(self) -> Path:
        """What the signer said."""
        return self.folder / "signer.log"

    def roster(self, name: str, count: int) -> Path:
        """A roster of so many people whom no other roster has: a workbook or CSV, as the name says."""
        path = self.folder / name
        rows = _rows(islice(self.people, count))
        if path.suffix == ".xlsx":
            _workbook(path, rows)
            return path
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([HEADER, *rows])
        return path

    def sign(self, roster: Path, out: Path, *options: str) -> Process:
        """The signer, beginning or going on with a roster.

        Among so many invented people two may have one name and the same last four, so it is told that this is right.
        """
        command = [str(PROGRAMS / "yinxin-signer"), "sign", "--home", str(self.home)]
        command += [
            "--demo-keys",
            str(KEYS / PORT_GROUP.keys),
            str(roster),
            "--out",
            str(out),
            "--yes",
            "--repeat",
            *options,
        ]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def jsonl(self, asked: Path, out: Path, batch: int) -> Process:
        """The signer, answering the lines of a file in batches of so many; the answers replace those in `out`."""
        command = [str(PROGRAMS / "yinxin-signer"), "jsonl", "--home", str(self.home)]
        command += ["--demo-keys", str(KEYS / PORT_GROUP.keys), "--lines", str(batch), "--repeat"]
        with self.log.open("ab") as log, asked.open("rb") as lines, out.open("wb") as answers:
            return subprocess.Popen(command, cwd=ROOT, stdin=lines, stdout=answers, stderr=log)

    def kill(self, running: Process, *, with_registry: bool) -> bool:
        """SIGKILL, to the registry as well if asked, which then serves again. False if it had ended just before."""
        running.send_signal(signal.SIGKILL)
        if running.wait() != -signal.SIGKILL:
            return False
        if with_registry:
            self.registry.send_signal(signal.SIGKILL)
            self.registry.wait()
            self.serve_again()
        return True

    def serve_again(self) -> None:
        """The registry, once more over the same folder."""
        fujian = self.story.fujian
        data = ("--data", self.story.work / fujian.keys, "--demo-keys", fujian.keys_folder(), "--port", fujian.port)
        self.stage.serve(fujian.url, self.folder / "again.log", "serve", *data)
        self.stage.servers[0] = self.stage.servers.pop()

    @property
    def registry(self) -> Process:
        """The registry's server."""
        return self.stage.servers[0]

    def publish(self) -> None:
        """What was registered so far is published."""
        fujian = self.story.fujian
        data = ("--data", self.story.work / fujian.keys, "--demo-keys", fujian.keys_folder())
        self.stage.run("yinxin-registry", "publish", *data)


def _rows(people: Iterator[Invented]) -> Iterator[tuple[str, ...]]:
    same = ("2022", ELECTRICIAN, "电工", "三级/高级工", "2026-06-01", "考试")
    return ((each.name, "居民身份证", each.number, *same) for each in people)


def _workbook(path: Path, rows: Iterator[tuple[str, ...]]) -> None:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("名册")
    sheet.append(HEADER)
    for row in rows:
        sheet.append(row)
    workbook.save(path)
