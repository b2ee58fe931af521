import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from credential import qr_text
from credential.model import rfc3339
from tests.world import NOW, World, certificate, sign_it
from verifier_cli.cli import main

AT = rfc3339(NOW)


@dataclass(frozen=True)
class Answer:
    """What one run of the command said."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def reasons(self) -> list[str]:
        return [row["reason"] for row in self.rows]

    @property
    def names(self) -> list[str]:
        return [row["input"] for row in self.rows]


@dataclass(frozen=True)
class Desk:
    """A folder with a bundle and a pin, and the command run on them."""

    folder: Path
    call: Callable[[Sequence[str]], Answer]

    def lay(self, world: World, *others: World) -> None:
        """Put this world's bundle and pin on the desk."""
        (self.folder / "bundle.cbor").write_bytes(world.bundle(*others))
        (self.folder / "pin.txt").write_text(f"# a pin\n\n{world.pin().hex()}\n")

    def file(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    @property
    def held(self) -> list[str]:
        return ["--bundle", str(self.folder / "bundle.cbor"), "--pin", str(self.folder / "pin.txt")]

    def check(self, *arguments: str, at: str = AT) -> Answer:
        return self.call(["check", *self.held, "--at", at, "--json", *arguments])

    def check_in_words(self, *arguments: str) -> Answer:
        return self.call(["check", *self.held, "--at", AT, *arguments])


@pytest.fixture
def call(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[Sequence[str]], Answer]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def run(arguments: Sequence[str]) -> Answer:
        capsys.readouterr()
        code = main(arguments)
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return run


@pytest.fixture
def desk(tmp_path: Path, call: Callable[[Sequence[str]], Answer]) -> Desk:
    laid = Desk(tmp_path, call)
    laid.lay(World())
    return laid


def text(data: bytes, host: str = "fj.example") -> str:
    return qr_text.encode(host, data)


GOOD = text(sign_it())
REVOKED = text(sign_it(certificate(index=8, serial=2)))
"""Revoked in worlds that say so of index 8; elsewhere not yet registered."""
