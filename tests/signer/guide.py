"""Runs the commands that docs/signing.md shows, as a clerk types them, and says what it should show.

`python -m tests.signer.guide` writes what the programs print today into the page. The blocks marked `console` are run
in order, in one folder with the two rosters that the page speaks of, at a registry in memory.
"""

import io
import re
import shlex
from collections.abc import Iterator
from contextlib import AbstractContextManager, chdir, contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from unittest.mock import patch

from openpyxl import Workbook

from signer import cli
from signer.remote.client import RegistryClient
from tests.signer.double import Fault, Registry, served
from tests.signer.office import demo_keys, person

PAGE: Final = Path(__file__).resolve().parent.parent.parent / "docs" / "signing.md"
SHOWN_URL: Final = "https://registry.fj.example"
_BLOCK: Final = re.compile(r"(```console(?P<away> away)?\n)(?P<body>.*?)(?=```\n)", re.DOTALL)
_HEAD: Final = ("姓名", "证件号码", "职业编码", "职业名称", "等级", "发证日期", "评价方式")


class _Typist:
    """A clerk at a terminal who says yes, and is seen to."""

    def isatty(self) -> bool:
        """It is one."""
        return True

    def readline(self) -> str:
        """The answer."""
        print("y")
        return "y\n"


def page() -> str:
    """The page with what the programs print now."""
    with TemporaryDirectory() as folder, _office(Path(folder)) as office:
        return _BLOCK.sub(office.block, PAGE.read_text("utf-8"))


def rosters(folder: Path) -> None:
    """The roster as the clerk first has it, and mended."""
    first, second, third = ((name, number) for name, _, number in map(person, (1, 2, 3)))
    job = ("6-31-01-03", "电工")
    right: list[tuple[object, ...]] = [
        (*first, *job, "三级", "2026-06-01", "考试"),
        (*second, *job, "四级", "2026-06-01", "考试"),
        (*third, *job, "三级/高级工", "2026-06-01", "业绩评审"),
    ]
    wrong: list[tuple[object, ...]] = [
        (first[0], int(first[1][:15]) * 1000, *right[0][2:]),
        (second[0], second[1][:-1] + ("1" if second[1][-1] != "1" else "2"), *right[1][2:]),
        (*third, *job, "一级技师", "06/01/2026", "业绩评审"),
    ]
    for name, rows in ("名册.xlsx", wrong), ("名册改好.xlsx", right):
        workbook = Workbook()
        for row in (_HEAD, *rows):
            workbook.worksheets[0].append(list(row))
        workbook.save(folder / name)


class _Office:
    def __init__(self, folder: Path, registry: Registry, url: str) -> None:
        self.folder, self.registry, self.url = folder, registry, url

    def block(self, found: re.Match[str]) -> str:
        """A block with its commands and what they print now."""
        if found["away"]:
            self.registry.faults.append(Fault("/v1/batches", 4, after=False))
        commands = [line for line in found["body"].splitlines() if line.startswith("$ ")]
        return found[1] + "".join(f"{command}\n{self.run(command)}" for command in commands)

    def run(self, command: str) -> str:
        """What a command prints."""
        program, *words = shlex.split(command.removeprefix("$ "))
        assert program == "yinxin-signer", command
        words = [word.replace(SHOWN_URL, self.url) for word in words]
        common = ["--home", str(self.folder / "home"), "--demo-keys", str(self.folder / "keys")]
        printed = io.StringIO()
        with redirect_stdout(printed), redirect_stderr(printed), patch("sys.stdin", _Typist()), _hurried():
            cli.main([words[0], *common, *words[1:]])
        return printed.getvalue().replace(str(self.folder / "home"), "~/.yinxin-signer").replace(self.url, SHOWN_URL)


def _hurried() -> AbstractContextManager[object]:
    """Signers that do not pause before they ask again."""
    return patch("signer.opening.RegistryClient", partial(RegistryClient, pauses=(0, 0, 0)))


@contextmanager
def _office(folder: Path) -> Iterator[_Office]:
    registry = Registry()
    demo_keys(folder / "keys")
    (folder / "pin.txt").write_text(f"# 福建 Fujian\n{registry.world.pin().hex()}\n")
    rosters(folder)
    with served(registry) as url, chdir(folder):
        yield _Office(folder, registry, url)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
