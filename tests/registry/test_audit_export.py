"""The exported record, held against the signed log with no network: an act that was changed or left out shows."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry.record.rights import OperatorRole
from tests.registry.office import PORT, Office, run, tamper
from tests.registry.people import hire
from verifier_cli import cli

Captured = pytest.CaptureFixture[str]
Line = dict[str, Any]


@pytest.fixture
def exported(office: Office, tmp_path: Path) -> Path:
    """A record whose last act came after the last publication."""
    hire(office, "lin", OperatorRole.KEYS, OperatorRole.FILING)
    run(office.data, "publish", "--demo-keys")
    suspend = ("issuer", "suspend", "--code", PORT, "--date", "2026-03-01", "--document", "闽人社备9号")
    run(office.data, *suspend, "--operator", "lin")
    run(office.data, "audit", "export", tmp_path / "audit")
    return tmp_path / "audit"


def audit(folder: Path, capsys: Captured) -> tuple[int, Any]:
    """The exit code, and what is said of the record."""
    capsys.readouterr()
    words = ("--bundle", folder / "bundle.cbor", "--pin", folder / "pin.txt", "--record", folder / "record.jsonl")
    code = cli.main(["audit", *map(str, words), "--json"])
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return code, next((each["record"] for each in found if "record" in each), None)


def rewrite(folder: Path, change: Callable[[list[Line]], object]) -> None:
    path = folder / "record.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    change(lines)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")


def test_an_honest_record_is_exactly_what_the_log_signs(exported: Path, capsys: Captured) -> None:
    code, found = audit(exported, capsys)
    acts = len((exported / "record.jsonl").read_text("utf-8").splitlines())
    assert (code, found) == (0, {"region": "35", "acts": acts, "signed": acts - 1, "fault": None})
    words = ("--bundle", exported / "bundle.cbor", "--pin", exported / "pin.txt")
    assert cli.main(["audit", *map(str, words), "--record", str(exported / "record.jsonl")]) == 0
    assert "The 1 after them came after that publication" in capsys.readouterr().out


def rename(lines: list[Line]) -> None:
    lines[2]["said"] = lines[2]["said"].replace("huang", "zhang").replace("lin", "zhang")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (rename, "another root / 根不同"),
        (lambda lines: lines[1].update(salt="00" * 16), "another root / 根不同"),
        (lambda lines: lines.pop(3), "act 4 is missing / 缺第 4 项"),
        (lambda lines: lines.insert(2, lines[1]), "act 3 is missing / 缺第 3 项"),
    ],
)
def test_a_changed_record_is_found_out(
    exported: Path, capsys: Captured, change: Callable[[list[Line]], object], fault: str
) -> None:
    rewrite(exported, change)
    code, found = audit(exported, capsys)
    assert (code, found["signed"], found["fault"]) == (1, 0, fault)


def test_a_record_that_ends_too_soon_is_found_out(exported: Path, capsys: Captured) -> None:
    rewrite(exported, lambda lines: lines.__delitem__(slice(5, None)))
    code, found = audit(exported, capsys)
    assert (code, found["fault"].startswith("5 acts of ")) == (1, True)


def test_another_regions_record_has_no_log_here(exported: Path, capsys: Captured) -> None:
    rewrite(exported, lambda lines: lines[0].update(said=lines[0]["said"].replace('"35"', '"44"')))
    code, found = audit(exported, capsys)
    assert (code, found["fault"]) == (1, "no signed log of its region / 离线包里没有该地区已签名的日志")


@pytest.mark.parametrize("text", ["", "x\n", "{}\n", "[]\n", '{"said": "[1]", "salt": "", "things": null}\n'])
def test_what_is_no_record_is_a_fault_of_the_command(exported: Path, capsys: Captured, text: str) -> None:
    (exported / "record.jsonl").write_text(text, "utf-8")
    assert audit(exported, capsys)[0] == 2


def test_an_export_is_private_and_tells_no_secret(exported: Path, office: Office) -> None:
    assert {path.stat().st_mode & 0o777 for path in exported.iterdir()} == {0o600}
    accounts = json.loads((exported / "accounts.json").read_text("utf-8"))
    assert [(each["name"], each["roles"], each["disabled"]) for each in accounts] == [("lin", ["filing", "keys"], None)]
    assert {key for each in accounts for key in each} == {"name", "display", "roles", "added", "disabled"}
    run(office.data, "audit", "export", exported, expect=2)


def test_an_altered_record_is_not_exported(office: Office, tmp_path: Path) -> None:
    tamper(office, "UPDATE acts SET who = 'zhang' WHERE id = 3")
    run(office.data, "audit", "export", tmp_path / "audit", expect=1)
    assert not (tmp_path / "audit").exists()
