"""Key files: who may read them, what opens them, and what a refusal leaves behind."""

from collections.abc import Callable
from pathlib import Path

import pytest

from credential import cose, request
from credential.keyfile import Purpose
from signer import cli
from signer.errors import SignerError
from signer.home import Home
from signer.keys import own, passphrases
from signer.keys.own import Keyring
from tests.signer.desk import CHEAP, RIGHT, Desk, private
from tests.signer.office import Office, demo_keys, level_row
from tests.world import CODE


def right(purpose: Purpose) -> bytes:  # noqa: ARG001
    return RIGHT


def made(folder: Path) -> Home:
    home = Home(folder / "home")
    home.create()
    own.make(home, CODE, right, CHEAP)
    return home


def test_keys_are_sealed_private_and_of_one_purpose_each(tmp_path: Path) -> None:
    home = made(tmp_path)
    ring = Keyring(home, right)
    opened = {purpose: ring.open(purpose) for purpose in own.PURPOSES}
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
    first, second = (home.key_file(purpose) for purpose in own.PURPOSES)
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
    before = [home.key_file(purpose).read_bytes() for purpose in own.PURPOSES]
    with pytest.raises(SignerError) as refused:
        own.make(home, CODE, right, CHEAP)
    assert refused.value.slug == "key-exists"
    assert [home.key_file(purpose).read_bytes() for purpose in own.PURPOSES] == before


def test_passphrase_files_are_private_and_long_enough(tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    path.write_bytes(RIGHT + b"\r\nmore\n")
    path.chmod(0o600)
    assert passphrases.read_file(path) == RIGHT
    path.chmod(0o644)
    with pytest.raises(SignerError) as refused:
        passphrases.read_file(path)
    assert refused.value.slug == "others-can-read"
    path.chmod(0o600)
    path.write_bytes(b"\n")
    with pytest.raises(SignerError) as refused:
        passphrases.read_file(path)
    assert refused.value.slug == "passphrase-empty"
    home = Home(tmp_path / "home")
    home.create()
    with pytest.raises(SignerError) as refused:
        own.make(home, CODE, lambda _: b"short", CHEAP)
    assert refused.value.slug == "passphrase-short"
    assert list(home.keys.iterdir()) == []


def hurt_by_others(path: Path) -> None:
    path.chmod(0o640)


def hurt_by_greed(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"memory": 8192', b'"memory": 1099511627776'))


@pytest.mark.parametrize(
    ("hurt", "slug"),
    [(hurt_by_others, "others-can-read"), (hurt_by_greed, "key-kdf-too-costly"), (None, "key-cannot-open")],
)
@pytest.mark.parametrize("purpose", own.PURPOSES)
def test_a_key_that_does_not_open_leaves_no_partial_output(
    desk: Desk, hurt: Callable[[Path], None] | None, slug: str, purpose: Purpose
) -> None:
    """Readable by others, asking for 1 TiB, or a wrong passphrase: nothing is asked, numbered or written."""
    office, path = desk.office, desk.home.key_file(purpose)
    whole = path.read_bytes()
    if hurt is None:
        desk.secret.write_bytes(b"wrong horse\n")
    else:
        hurt(path)
    asked = len(office.registry.asked)
    code, result = desk.sign(level_row(1))
    assert (code, result["error"]) == (2, slug)
    assert not (office.folder / "out").exists()
    assert set(office.registry.asked[asked:]) <= {"/v1/bundle"}
    private(path, whole)
    desk.secret.write_bytes(RIGHT)
    assert desk.sign(level_row(1))[0] == 0
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
