"""A killed command continues: numbers, indices and bytes are the same as if nothing had happened."""

import secrets
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from credential import qr_text
from signer import clock, signing
from signer.checking import reading
from signer.context import Context, Step
from signer.home import Home
from signer.keys.own import Keyring
from signer.ledger.journal import opened
from signer.remote.client import RegistryClient
from signer.signing import SignOptions
from tests.signer import held
from tests.signer.double import Fault
from tests.signer.office import Office, level_row
from tests.world import CODE


class KilledError(Exception):
    """The process ends here."""


class Killer:
    """A voice that ends the process at one step."""

    def __init__(self, step: Step | None) -> None:
        self.step = step

    def say(self, zh: str, en: str) -> None:
        """Nothing."""

    def reached(self, step: Step, done: int, total: int) -> None:  # noqa: ARG002
        """Die at the step."""
        if step is self.step:
            raise KilledError

    def confirm(self, zh: str, en: str) -> bool:  # noqa: ARG002
        """Yes."""
        return True

    def secret(self, prompt: str) -> str:
        """Anything: the keys need no passphrase."""
        return prompt


@contextmanager
def context(office: Office, step: Step | None) -> Iterator[Context]:
    home = Home(office.home)
    client = RegistryClient(office.url, pauses=(0, 0, 0))
    keyring = Keyring(home, lambda _: b"", office.folder / "keys")
    with home.locked(), opened(home.ledger_file) as ledger:
        yield Context(home, home.load(), ledger, keyring, client, clock.now, secrets.token_bytes, Killer(step))


def sign(office: Office, roster: Path, step: Step | None, *, skip_bad: bool = False) -> None:
    options = SignOptions(office.folder / "out", yes=True, skip_bad=skip_bad)
    with context(office, step) as found:
        signing.sign_roster(found, reading.read(roster, clock.today()), options)


def recorded(office: Office) -> list[tuple[object, ...]]:
    with sqlite3.connect(office.home / "ledger.sqlite") as db:
        return db.execute("SELECT number, list, idx, data FROM certificate ORDER BY id").fetchall()


def expect_whole(office: Office, count: int) -> None:
    """Every number once and in order, every picture, everything registered, no index asked for twice."""
    listed = office.credentials(office.folder / "out")
    assert [each["number"] for each in listed] == [f"{CODE}263{n:06d}" for n in range(1, count + 1)]
    assert sorted(office.registry.registered.values()) == sorted(qr_text.decode(each["text"]) for each in listed)
    assert len(office.registry.granted) == count
    assert all((office.folder / "out" / each["file"]).exists() for each in listed)
    assert len(list((office.folder / "out").rglob("*"))) == count + len(
        ("certificates", "credentials.jsonl", "receipt.cbor", "report-1.csv", "report-1.pdf")
    )
    with sqlite3.connect(office.home / "ledger.sqlite") as db:
        assert db.execute("SELECT count(*), count(DISTINCT state), max(state) FROM certificate").fetchall() == [
            (count, 1, "registered")
        ]


@pytest.mark.parametrize("step", [each for each in Step if each not in (Step.READ, Step.EXAMINED, Step.PRINTED)])
def test_killed_at_a_step(office: Office, step: Step) -> None:
    roster = office.roster(*(level_row(n) for n in range(40)))
    with pytest.raises(KilledError):
        sign(office, roster, step)
    before = recorded(office)
    assert len(before) in (0, 40)
    sign(office, roster, None)
    if before:
        assert recorded(office) == before
    expect_whole(office, 40)


@pytest.mark.parametrize("path", ["/v1/indices", "/v1/batches"])
@pytest.mark.parametrize("fault", [{"after": True}, {"after": False}, {"after": True, "status": 500}])
def test_answers_that_are_lost(office: Office, path: str, fault: dict[str, int]) -> None:
    office.registry.faults.append(Fault(path, 2, **fault))  # type: ignore[arg-type]
    sign(office, office.roster(*(level_row(n) for n in range(5))), None)
    assert office.registry.asked.count(path) == 3
    expect_whole(office, 5)


def test_a_registry_that_stays_away_is_exit_3_and_resumable(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signer.opening.RegistryClient", lambda url: RegistryClient(url, pauses=()))
    out = office.folder / "out"
    roster = office.roster(*(level_row(n) for n in range(5)))
    for path in "/v1/bundle", "/v1/indices", "/v1/batches":
        office.registry.faults.append(Fault(path, 1))
        code, result = office.json("sign", roster, "--out", out, "--yes")
        assert (code, result["error"]) == (3, "registry-unreachable")
    assert office.run("sign", roster, "--out", out, "--yes") == 0
    expect_whole(office, 5)


def test_kill_9(office: Office) -> None:
    """The real thing, several times over, wherever the process happens to be."""
    roster = office.roster(*(level_row(n) for n in range(60)))
    out = office.folder / "out"
    words = ["sign", *office.common, str(roster), "--out", str(out), "--yes"]
    root = Path(__file__).resolve().parents[2]
    for sight in ("ledger.sqlite-wal", "certificates"):
        command = [*held.program(office.folder / "never"), *words]
        process = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and not _is_in_sight(office, out, sight):
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    before = recorded(office)
    command = [sys.executable, "-m", "signer.cli", *words]
    assert subprocess.run(command, cwd=root, capture_output=True, check=False).returncode == 0
    assert before == recorded(office)
    expect_whole(office, 60)


def _is_in_sight(office: Office, out: Path, sight: str) -> bool:
    if sight == "certificates":
        return len(list(out.glob("certificates/*.png"))) >= 2
    return (office.home / sight).exists() and (office.home / sight).stat().st_size > 0


def test_two_commands_at_once_take_turns(office: Office) -> None:
    with context(office, None):
        code, result = office.json("sign", office.roster(level_row(1)), "--out", office.folder / "out", "--yes")
    assert (code, result["error"]) == (2, "busy")


def test_an_abandoned_batch_leaves_no_gap(office: Office) -> None:
    with pytest.raises(KilledError):
        sign(office, office.roster(level_row(1), name="first.csv"), Step.GRANTED)
    sign(office, office.roster(level_row(2), level_row(3), name="second.csv"), None)
    numbers = [each["number"] for each in office.credentials(office.folder / "out")]
    assert numbers == [f"{CODE}263000001", f"{CODE}263000002"]


def test_a_killed_correction_continues(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signer.opening.RegistryClient", lambda url: RegistryClient(url, pauses=()))
    out = office.folder / "out"
    assert office.run("sign", office.roster(level_row(1)), "--out", out, "--yes") == 0
    number = f"{CODE}263000001"
    office.registry.faults.append(Fault("/v1/batches", 1))
    code, result = office.json("correct", number, "--name", "陈志强", "--out", out, "--yes")
    assert (code, result["error"]) == (3, "registry-unreachable")
    before = recorded(office)
    code, result = office.json("correct", number, "--name", "陈志远", "--out", out, "--yes")
    assert (code, result["error"]) == (1, "wrong-state")
    code, result = office.json("correct", number, "--name", "陈志强", "--out", out, "--yes")
    assert (code, result["registered"]) == (0, 1)
    assert recorded(office) == before
    assert len(before) == 2
