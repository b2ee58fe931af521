"""A list of corrections from end to end: signer, registry and verifier as they are, over HTTP; one of them approved.

The old codes say SUPERSEDED and ask for the new ones; the new ones are accepted under the same numbers.
"""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from credential import keyfile
from credential.keyfile import Purpose
from registry.register.approvals import ALONE
from signer import cli as signer
from tests.registry.office import PORT, Office, embedded_only, run
from tests.signer.office import level_row, write_roster
from tests.signer.test_changes import sheet
from verifier_cli import cli as verifier

Captured = pytest.CaptureFixture[str]
COUNT = ALONE + 1


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def served(office: Office) -> Iterator[str]:
    """The registry's address on this machine."""
    server = make_server("127.0.0.1", 0, office.app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def keys_in(folder: Path) -> Path:
    """The issuer's keys and its approver's, as demo files."""
    folder.mkdir()
    for purpose in (Purpose.CERTIFICATE, Purpose.REQUEST, Purpose.APPROVAL):
        seed = sha256(f"yinxin test key {PORT} {purpose.value}".encode()).digest()
        (folder / f"{purpose.value}.key").write_bytes(keyfile.demo(seed, purpose, PORT))
    return folder


class Scene:
    """A clerk and an approver of one issuer, and anybody who verifies."""

    def __init__(self, office: Office, folder: Path, url: str, captured: Captured) -> None:
        self.office, self.folder, self.url, self._captured = office, folder, url, captured
        self.keys, self.pin = keys_in(folder / "keys"), office.data / "pin.txt"

    def sign(self, who: str, command: str, *arguments: object) -> dict[str, Any]:
        """A command of the clerk's or the approver's, which succeeds."""
        self._captured.readouterr()
        words = (command, "--home", self.folder / who, "--demo-keys", self.keys, "--json", *arguments)
        assert signer.main([*map(str, words)]) == 0, self._captured.readouterr().out
        found: dict[str, Any] = json.loads(self._captured.readouterr().out)
        return found

    def verify(self, *pictures: Path) -> list[dict[str, Any]]:
        """What `yinxin-verify` says of pictures."""
        self._captured.readouterr()
        bundle = self.office.data / "public" / "bundle.cbor"
        verifier.main(["check", "--bundle", str(bundle), "--pin", str(self.pin), "--json", *map(str, pictures)])
        return [json.loads(line) for line in self._captured.readouterr().out.splitlines()]

    def prepare(self) -> list[str]:
        """Both enrolled, and a roster registered; its numbers."""
        known = ("--registry", self.url, "--pin", self.pin)
        self.sign("clerk", "keygen", "--issuer", PORT)
        self.sign("clerk", "enrol", *known)
        made = self.sign("approver", "approver", "--issuer", PORT, "--name", "周敏", *known)
        for operator in ("lin", "huang"):
            words = ("--document", "当面核对", "--operator", operator)
            run(self.office.data, "key", "approver", made["enrolment"], *words)
        roster = write_roster(self.folder / "roster.csv", [level_row(n) for n in range(COUNT)])
        self.sign("clerk", "sign", roster, "--out", self.folder / "old", "--yes")
        self.office.publish()
        return [path.stem for path in sorted((self.folder / "old" / "certificates").glob("*.png"))]


@embedded_only
def test_old_codes_ask_for_the_new_ones_which_are_accepted(office: Office, tmp_path: Path, capsys: Captured) -> None:
    with served(office) as url:
        scene = Scene(office, tmp_path, url, capsys)
        numbers = scene.prepare()
        assert len(numbers) == COUNT
        rows = (("证书编号", "姓名"), *((number, "陈志强") for number in numbers))
        wanted = sheet(tmp_path / "更正.csv", *rows)
        asked = scene.sign("clerk", "correct", "--list", wanted, "--out", tmp_path / "new", "--yes")
        assert (asked["signed"], asked["registered"]) == (COUNT, 0)
        shutil.move(asked["proposal"], tmp_path / "given")
        said = scene.sign("approver", "approve", tmp_path / "given", "--yes")
        done = scene.sign("clerk", "submit", "--approved", said["out"])
        assert done["registered"] == COUNT
        office.publish()
    old = scene.verify(*(tmp_path / "old" / "certificates" / f"{number}.png" for number in numbers))
    new = scene.verify(*(tmp_path / "new" / "certificates" / f"{number}.png" for number in numbers))
    assert {row["reason"] for row in old} == {"SUPERSEDED"}
    assert {row["reason"] for row in new} == {"ACCEPTED"}
    assert [row["claims"]["number"] for row in new] == numbers
    assert {row["claims"]["name"] for row in new} == {"陈志强"}
    told = verifier.main(
        ["check", "--bundle", str(office.data / "public" / "bundle.cbor"), "--pin", str(scene.pin),
         str(tmp_path / "old" / "certificates" / f"{numbers[0]}.png")]
    )  # fmt: skip
    assert (told, "更正" in capsys.readouterr().out) == (1, True)
