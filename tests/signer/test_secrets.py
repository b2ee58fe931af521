"""Where passphrases come from, and where they and seeds never are: arguments, environment, messages, core files."""

import io
import os
import signal
import subprocess
import sys
import traceback
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend

from credential.keyfile import Purpose
from signer import cli
from signer.keys import own, passphrases
from signer.keys.own import Keyring
from tests.signer.desk import RIGHT, Desk
from tests.signer.office import level_row

ROOT = Path(__file__).resolve().parents[2]
SEEDS = [sha256(b"yinxin test key " + purpose.value.encode()).digest() for purpose in own.PURPOSES]
SECRETS = [RIGHT, *SEEDS, *(seed.hex().encode() for seed in SEEDS)]


def piped(data: bytes) -> int:
    """A descriptor that gives `data`, and stays open on the other side."""
    reading, writing = os.pipe()
    os.write(writing, data)
    return reading


def test_a_passphrase_comes_through_a_file_descriptor(desk: Desk) -> None:
    """One line serves both keys; the writer need not close."""
    code, result = desk.json("submit", "--passphrase-fd", piped(b"nothing to submit\n"), secret=False)
    assert code == 0
    roster = desk.office.roster(level_row(1))
    words = ("sign", roster, "--out", desk.office.folder / "out", "--yes")
    code, result = desk.json(*words, "--passphrase-fd", piped(b"wrong horse\n"), secret=False)
    assert (code, result["error"]) == (2, "key-cannot-open")
    code, result = desk.json(*words, "--passphrase-fd", piped(RIGHT + b"\n"), secret=False)
    assert (code, result["registered"]) == (0, 1)


@pytest.mark.parametrize(("data", "slug"), [(b"\n", "passphrase-empty"), (b"x" * 2_000, "passphrase-empty")])
def test_a_descriptor_without_a_passphrase(desk: Desk, data: bytes, slug: str) -> None:
    code, result = desk.json("corrections", "--passphrase-fd", piped(data), secret=False)
    assert (code, result["error"]) == (2, slug)
    code, result = desk.json("corrections", "--passphrase-fd", "987", secret=False)
    assert (code, result["error"]) == (2, "passphrase-fd")


class Store(KeyringBackend):
    """A keyring in memory, which says that it is the desktop's."""

    __module__ = "keyring.backends.SecretService"
    priority = 5.0

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.kept.pop((service, username), None)


class PlainText(Store):
    """One that writes plain text, and would be preferred."""

    __module__ = "keyrings.alt.file"
    priority = 9.0


def test_a_passphrase_comes_from_the_systems_keyring(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    store, plain = Store(), PlainText()
    monkeypatch.setattr("keyring.backend.get_all_keyring", lambda: [plain, store])
    code, result = desk.json("corrections", "--passphrase-keyring", secret=False)
    assert (code, result["error"]) == (2, "keyring-empty")
    desk.secret.write_bytes(b"wrong horse")
    assert desk.json("key remember")[1]["error"] == "key-cannot-open"
    assert store.kept == {}
    desk.secret.write_bytes(RIGHT)
    assert desk.json("key remember")[0] == 0
    assert (len(store.kept), set(store.kept.values()), plain.kept) == (2, {RIGHT.decode()}, {})
    assert desk.json("corrections", "--passphrase-keyring", secret=False)[0] == 0
    assert desk.json("key forget", "--key", "request", secret=False)[0] == 0
    assert desk.json("corrections", "--passphrase-keyring", secret=False)[1]["error"] == "keyring-empty"


def test_a_keyring_in_plain_text_is_none(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyring.backend.get_all_keyring", lambda: [PlainText()])
    code, result = desk.json("corrections", "--passphrase-keyring", secret=False)
    assert (code, result["error"]) == (2, "no-keyring")
    code, result = desk.json("key remember")
    assert (code, result["error"]) == (2, "no-keyring")


def test_a_passphrase_is_no_argument(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["sign", "--passphrase", "correct horse", "x"])
    assert os.environ.get("YINXIN_PASSPHRASE") is None
    capsys.readouterr()


def test_secrets_are_in_no_text_that_an_error_leaves(desk: Desk) -> None:
    """Whatever goes wrong while the key is open: reprs, traceback with locals' reprs, and the key's own pickle."""
    key = Keyring(desk.home, lambda _: RIGHT).open(Purpose.CERTIFICATE)
    said = io.StringIO()
    with pytest.raises(TypeError) as raised:
        key.sign("not bytes")  # type: ignore[arg-type]
    traceback.TracebackException.from_exception(raised.value, capture_locals=True).print(file=said)
    said.write(repr(key) + repr(Keyring(desk.home, lambda _: RIGHT)) + repr(vars(passphrases)))
    for secret in SECRETS:
        assert secret not in said.getvalue().encode()
        assert repr(secret) not in said.getvalue()


LOOK = """
import ctypes, sys
from signer import cli
from signer.remote import client
real = client.RegistryClient.reserve
def reserve(self, body, *wanted):
    body()
    print("dumpable", ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), file=sys.stderr, flush=True)
    sys.stdin.read(1)
    return real(self, body, *wanted)
client.RegistryClient.reserve = reserve
sys.exit(cli.main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_a_process_with_open_keys_shows_no_secret_and_leaves_no_core(desk: Desk) -> None:
    """A real process, stopped when both keys are open: looked at from outside, then crashed."""
    roster = desk.office.roster(level_row(1))
    words = ["sign", "--home", str(desk.office.home), str(roster), "--out", str(desk.office.folder / "out"), "--yes"]
    secret = piped(RIGHT + b"\n")
    process = subprocess.Popen(
        [sys.executable, "-c", LOOK, *words, "--passphrase-fd", str(secret)],
        pass_fds=(secret,), env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=desk.office.folder,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline() == b"dumpable 0\n"
    proc = Path("/proc") / str(process.pid)
    limit = next(line for line in (proc / "limits").read_text().splitlines() if line.startswith("Max core file size"))
    assert limit.split()[4:6] == ["0", "0"]
    for name in ("cmdline", "comm", "environ"):
        with suppress(PermissionError):  # the environment is not even shown to others of the same user
            data = (proc / name).read_bytes()
            assert all(each not in data for each in SECRETS)
    process.send_signal(signal.SIGABRT)
    out, error = process.communicate()
    assert process.returncode == -signal.SIGABRT
    assert all(each not in out + error for each in SECRETS)
    for path in desk.office.folder.rglob("*"):
        if path.is_file() and path not in (desk.secret, *(desk.office.folder / "keys").iterdir()):
            assert all(each not in path.read_bytes() for each in SECRETS)
