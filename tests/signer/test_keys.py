"""Key files: who may read them, what opens them, and what a refusal leaves behind."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from credential import cose, keyfile, request
from credential.keyfile import Cost, Purpose
from signer import cli, keys
from signer.errors import SignerError
from signer.home import Home
from signer.keys import Keyring
from tests.signer.office import Office, demo_keys, level_row
from tests.world import CODE

CHEAP = Cost(1, 8192)
RIGHT = b"correct horse"


def right(purpose: Purpose) -> bytes:  # noqa: ARG001
    return RIGHT


def made(folder: Path) -> Home:
    home = Home(folder / "home")
    home.create()
    keys.make(home, CODE, right, CHEAP)
    return home


def test_keys_are_sealed_private_and_of_one_purpose_each(tmp_path: Path) -> None:
    home = made(tmp_path)
    ring = Keyring(home, right)
    opened = {purpose: ring.open(purpose) for purpose in keys.PURPOSES}
    assert len({key.public for key in opened.values()}) == 2
    for purpose, key in opened.items():
        path = home.key_file(purpose)
        assert path.stat().st_mode & 0o777 == 0o600
        assert ring.public(purpose) == key.public
        assert b'"seed"' not in path.read_bytes()
    assert home.path.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o622, 0o601])
def test_a_key_file_that_others_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    home = made(tmp_path)
    path = home.key_file(Purpose.CERTIFICATE)
    path.chmod(mode)
    with pytest.raises(SignerError) as refused:
        Keyring(home, right).open(Purpose.CERTIFICATE)
    assert (refused.value.slug, int(refused.value.exit)) == ("others-can-read", 2)
    assert f"chmod 600 '{path}'" in refused.value.zh
    assert f"chmod 600 '{path}'" in refused.value.en


def refusal(ring: Keyring, purpose: Purpose) -> str:
    with pytest.raises(SignerError) as refused:
        ring.open(purpose)
    assert "correct horse" not in str(refused.value)
    return refused.value.slug


def test_a_wrong_passphrase_opens_nothing(tmp_path: Path) -> None:
    home = made(tmp_path)
    assert refusal(Keyring(home, lambda _: b"wrong horse"), Purpose.CERTIFICATE) == "key-cannot-open"


def test_keys_are_not_interchangeable(tmp_path: Path) -> None:
    home = made(tmp_path)
    first, second = (home.key_file(purpose) for purpose in keys.PURPOSES)
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    assert refusal(Keyring(home, right), Purpose.CERTIFICATE) == "key-wrong-purpose"
    first.write_bytes(kept.replace(b'"memory": 8192', b'"memory": 1099511627776'))
    assert refusal(Keyring(home, right), Purpose.CERTIFICATE) == "key-kdf-too-costly"
    first.write_bytes(b"{}")
    assert refusal(Keyring(home, right), Purpose.CERTIFICATE) == "key-malformed"


def test_a_demo_key_is_refused_in_a_home(tmp_path: Path) -> None:
    home = made(tmp_path)
    demo = demo_keys(tmp_path / "demo")
    path = home.key_file(Purpose.CERTIFICATE)
    path.write_bytes((demo / "certificate.key").read_bytes())
    assert refusal(Keyring(home, right), Purpose.CERTIFICATE) == "key-demo-key-refused"
    assert Keyring(home, right, demo).open(Purpose.CERTIFICATE).public


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    home = made(tmp_path)
    before = [home.key_file(purpose).read_bytes() for purpose in keys.PURPOSES]
    with pytest.raises(SignerError) as refused:
        keys.make(home, CODE, right, CHEAP)
    assert refused.value.slug == "key-exists"
    assert [home.key_file(purpose).read_bytes() for purpose in keys.PURPOSES] == before


def test_passphrase_files_are_private_and_long_enough(tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    path.write_bytes(RIGHT + b"\r\nmore\n")
    path.chmod(0o600)
    assert keys.read_passphrase(path) == RIGHT
    path.chmod(0o644)
    with pytest.raises(SignerError) as refused:
        keys.read_passphrase(path)
    assert refused.value.slug == "others-can-read"
    path.chmod(0o600)
    path.write_bytes(b"short\n")
    with pytest.raises(SignerError) as refused:
        keys.read_passphrase(path)
    assert refused.value.slug == "passphrase-short"


def test_a_wrong_passphrase_leaves_no_partial_output(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """The registry approves this home's own sealed keys; a wrong passphrase then signs, asks and writes nothing."""
    home = Home(office.home)
    for purpose in keys.PURPOSES:
        seed = sha256(b"yinxin test key " + purpose.value.encode()).digest()
        sealed = keyfile.seal(seed, purpose, CODE, RIGHT, bytes(16), bytes(24), CHEAP)
        home.key_file(purpose).write_bytes(sealed)
        home.key_file(purpose).chmod(0o600)
    secret = office.folder / "passphrase"
    secret.write_bytes(b"wrong horse\n")
    secret.chmod(0o600)
    out = office.folder / "out"
    roster = office.roster(level_row(1))
    command = ["sign", "--json", "--home", str(office.home), "--passphrase-file", str(secret), str(roster)]
    capsys.readouterr()
    assert cli.main([*command, "--out", str(out), "--yes"]) == 2
    assert json.loads(capsys.readouterr().out)["error"] == "key-cannot-open"
    assert not out.exists()
    assert "/v1/indices" not in office.registry.asked
    secret.write_bytes(RIGHT)
    assert cli.main([*command, "--out", str(out), "--yes"]) == 0
    assert len(office.registry.registered) == 1


def test_keygen_and_enrol_agree_on_fingerprints(office: Office) -> None:
    enrolment = request.open_enrolment((office.home / "enrolment.cbor").read_bytes())
    code, result = office.json(
        "enrol", "--registry", office.url, "--pin", office.folder / "pin.txt", "--out", office.folder / "again.cbor"
    )
    assert (code, result["issuer"], result["qr_host"]) == (0, CODE, "fj.example")
    assert result["certificate_key"] == {
        "public": enrolment.certificate_key.hex(),
        "fingerprint": cose.thumbprint(enrolment.certificate_key).hex(),
    }
    assert result["request_key"]["public"] == enrolment.request_key.hex()
    again = request.open_enrolment((office.folder / "again.cbor").read_bytes())
    assert again.certificate_key == enrolment.certificate_key


def test_a_foreign_pin_is_refused(office: Office) -> None:
    pin = office.folder / "other.txt"
    pin.write_text("00" * 32)
    code, result = office.json("enrol", "--registry", office.url, "--pin", pin)
    assert (code, result["error"]) == (1, "published-pin-not-found")
    pin.write_text("not a pin")
    code, result = office.json("enrol", "--registry", office.url, "--pin", pin)
    assert (code, result["error"]) == (2, "pin-file")


def test_a_home_that_others_can_enter_is_refused(office: Office) -> None:
    office.home.chmod(0o755)
    code, result = office.json("submit")
    assert (code, result["error"]) == (2, "others-can-read")
    assert f"chmod 700 '{office.home}'" in result["message_zh"]


def test_a_damaged_ledger_is_one_clear_line(office: Office) -> None:
    (office.home / "ledger.sqlite").write_bytes(b"not a database" * 100)
    (office.home / "ledger.sqlite").chmod(0o600)
    code, result = office.json("submit")
    assert (code, result["error"]) == (2, "ledger")


def test_a_passphrase_needs_a_terminal_or_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_terminal(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("getpass.getpass", no_terminal)
    assert cli.main(["keygen", "--issuer", CODE, "--home", str(tmp_path / "home")]) == 2
    assert "--passphrase-file" in capsys.readouterr().err
    assert list((tmp_path / "home" / "keys").iterdir()) == []
