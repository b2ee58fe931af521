"""What every command says to programs: one object, with the fields that docs/signing.md promises."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from signer import cli
from signer.commands import arguments, jsonl
from signer.commands import keys as key_commands
from signer.errors import Exit
from tests.signer import guide
from tests.signer.office import Office, level_row, post_row
from tests.world import CODE

FAILED = {"command", "ok", "error", "exit", "message_zh", "message_en", "problems"}
PROMISED = {
    found[1]: set(re.findall(r"`(\w+)`", found[2]))
    for found in re.finditer(r"^\| `([a-z]+)` \| (.*) \|$", guide.PAGE.read_text("utf-8"), re.MULTILINE)
}
LEVEL, POST = f"{CODE}263000001", f"{CODE}260000001"


def story(office: Office) -> list[tuple[object, ...]]:
    """Each command once, so that it succeeds."""
    out, roster = office.folder / "out", office.roster(level_row(1), post_row(2))
    office.registry.corrections = [
        {"case": "ABCDEFGH27", "number": LEVEL, "what": "name", "said": "x", "asked_at": "2026-06-01T00:00:00Z"}
    ]
    introduction, pin = ("--issuer", CODE, "--name", "周敏"), office.folder / "pin.txt"
    return [
        ("keygen", "--issuer", CODE),
        ("enrol", "--registry", office.url, "--pin", office.folder / "pin.txt"),
        ("template", "--out", office.folder / "template.xlsx"),
        ("map", roster),
        ("check", roster),
        ("evidence", office.folder / "keys"),
        ("sign", roster, "--out", out, "--yes", "--no-submit"),
        ("submit",),
        ("receipt",),
        ("report", "--out", out),
        ("reserve", "3=1"),
        ("print", LEVEL, "--out", out),
        ("suspend", LEVEL, "--reason", "under-review", "--yes"),
        ("restore", LEVEL, "--reason", "review-closed", "--yes"),
        ("correct", LEVEL, "--name", "陈志强", "--out", out, "--yes"),
        ("renew", POST, "--until", "2100-12-31", "--out", out, "--yes"),
        ("reissue", LEVEL, "--out", out),
        ("revoke", LEVEL, "--reason", "fraud", "--yes"),
        ("queue",),
        ("approver", *introduction, "--registry", office.url, "--pin", pin, "--home", office.folder / "approver"),
        ("corrections",),
        ("answer", "ABCDEFGH27", "--accept", "--text", "已更正"),
    ]


def approved(office: Office) -> Mapping[str, Any]:
    """What an approver's word for one change of a clerk who may change none alone comes to."""
    path, limit = office.folder / "proposal", office.home / "issuer.json"
    limit.write_text(limit.read_text().replace('"alone": 10', '"alone": 0'))
    assert office.json("suspend", POST, "--reason", "under-review", "--yes", "--proposal", path)[1]["waiting"] == 1
    code, said = office.json("approve", path, "--yes", "--home", office.folder / "approver")
    assert (code, said["ok"]) == (0, True)
    return said


def test_every_command_has_its_fields(office: Office) -> None:
    told: dict[str, Mapping[str, Any]] = {}
    for command, *given in story(office):
        code, told[str(command)] = office.json(str(command), *given)
        assert (code, told[str(command)]["ok"]) == (0, True)
    told["approve"] = approved(office)
    assert {name: set(said) - {"command", "ok"} for name, said in told.items()} == PROMISED
    assert told.keys() | {jsonl.JSONL} | key_commands.COMMANDS.keys() == arguments.COMMANDS.keys()


def test_every_refusal_has_the_same_fields(office: Office, tmp_path: Path) -> None:
    for given in (["check", office.roster()], ["revoke", LEVEL, "--reason", "fraud", "--yes"], ["submit"]):
        code, said = office.json(*given, "--home", tmp_path / "nowhere")
        assert said.keys() == FAILED
        assert (said["ok"], said["exit"], said["command"]) == (False, code, given[0])
    code, said = office.json("check", office.roster(level_row(1, code="6-31-01-99")))
    assert said.keys() == FAILED | {"roster", "roster_sha256", "rows", "notes", "marked", "to_confirm"} | {
        "scope_checked",
        "print_checked",
    }


@pytest.mark.parametrize("words", [["sign", "--json"], ["--json", "fly"], ["jsonl", "--lines", "0"]])
def test_wrong_arguments_are_an_object_too(office: Office, words: list[str]) -> None:
    office.capture.readouterr()
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    (line,) = office.capture.readouterr().out.splitlines()
    assert ended.value.code == 2
    assert f'"error": "arguments", "exit": {int(Exit.USAGE)}' in line


def test_the_exit_codes_are_told_alike(capsys: pytest.CaptureFixture[str]) -> None:
    table = guide.PAGE.read_text("utf-8").partition("退出码 exit |")[2].partition("## ")[0]
    assert [int(found) for found in re.findall(r"^\| (\d) \|", table, re.MULTILINE)] == sorted(Exit)
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"yinxin-signer {version('yinxin')}\n")


def test_the_guide_shows_what_the_programs_print() -> None:
    assert guide.PAGE.read_text("utf-8") == guide.page()


def test_a_reader_that_has_gone_is_no_trace(office: Office) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "signer.cli", "check", "--json", *office.common, str(office.roster())]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (2, b"")
