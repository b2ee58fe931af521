"""The certificate key in a token: SoftHSM2, really loaded, from keygen to being pulled in the midst of a batch."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pkcs11
import pytest
from pkcs11 import Attribute, ObjectClass, TokenFlag

from credential import cose, sign
from credential.keyfile import Purpose
from credential.model import Certificate
from credential.sign import Signer
from signer.errors import SignerError
from signer.keys import pkcs11_token, record
from signer.keys.own import Slot
from signer.keys.token_file import TokenFile
from tests.signer.desk import CHEAP, RIGHT, Desk, listed, private
from tests.signer.office import Office, level_row, post_row
from tests.signer.test_resume import expect_whole, recorded
from tests.world import CODE

MODULES = [
    Path("/usr/lib") / each / "softhsm/libsofthsm2.so" for each in (".", "x86_64-linux-gnu", "aarch64-linux-gnu")
]
MODULE = next((each.resolve() for each in MODULES if each.exists()), MODULES[0])
PIN = b"2468"
LABEL = "yinxin-test"
needs_softhsm = pytest.mark.skipif(
    shutil.which("softhsm2-util") is None and "CI" not in os.environ,
    reason="本机没有 SoftHSM2（apt install softhsm2）/ no SoftHSM2 on this machine",
)
pytestmark = [needs_softhsm, pytest.mark.xdist_group("softhsm")]


@dataclass(frozen=True)
class Tokens:
    """A folder of SoftHSM2 tokens; one of them is called `yinxin`."""

    folder: Path

    def add(self, label: str) -> None:
        """Another token."""
        command = (
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            label,
            "--so-pin",
            "13579",
            "--pin",
            PIN.decode(),
        )
        subprocess.run(command, check=True, capture_output=True)

    @property
    def slot(self) -> Slot:
        """The first one."""
        return Slot(MODULE, "yinxin")


@pytest.fixture
def tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tokens:
    """Tokens of this test alone."""
    folder = tmp_path / "tokens"
    folder.mkdir()
    conf = tmp_path / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    made = Tokens(folder)
    made.add("yinxin")
    return made


@pytest.fixture
def held(desk: Desk, tokens: Tokens) -> TokenFile:
    """The desk's certificate key is one that was made in the token, and that the registry has published."""
    public = pkcs11_token.make_key(tokens.slot.module, tokens.slot.token, LABEL, PIN)
    made = TokenFile(Purpose.CERTIFICATE, CODE, public, tokens.slot.module, tokens.slot.token, LABEL)
    private(desk.home.key_file(Purpose.CERTIFICATE), made.encode())
    desk.publish(listed(public))
    desk.request_secret = desk.secret
    desk.secret = private(desk.office.folder / "pin", PIN)
    return made


def kids(desk: Desk) -> set[bytes]:
    """Who signed what is registered."""
    return {cose.decode_sign1(data, None).kid for data in desk.office.registry.registered.values()}


def test_a_key_is_made_in_the_token_enrolled_and_signs_corrects_and_renews(
    office: Office, monkeypatch: pytest.MonkeyPatch, tokens: Tokens
) -> None:
    """The whole way, by the command line, beside the request key in its file."""
    monkeypatch.setattr("signer.commands.first.Cost", lambda: CHEAP)
    office.home.rename(office.folder / "other-home")
    desk = Desk(office, private(office.folder / "pin", PIN), private(office.folder / "passphrase", RIGHT))
    slot = tokens.slot
    code, made = desk.json("keygen", "--issuer", CODE, "--pkcs11", slot.module, "--token", slot.token)
    assert code == 0
    code, enrolled = desk.json("enrol", "--registry", office.url, "--pin", office.folder / "pin.txt")
    assert (code, enrolled["certificate_key"]) == (0, made["certificate_key"])
    desk.publish(desk.approve(office.home / "enrolment.cbor"))
    code, result = desk.sign(level_row(1), post_row(2))
    assert (code, result["registered"]) == (0, 2)
    out = ("--out", office.folder / "out", "--yes")
    assert desk.json("correct", f"{CODE}263000001", "--name", "陈改名", *out)[0] == 0
    assert desk.json("renew", f"{CODE}260000001", "--until", "2100-12-31", *out)[0] == 0
    assert len(office.registry.registered) == 4
    assert kids(desk) == {cose.kid(bytes.fromhex(made["certificate_key"]["public"]))}
    code, shown = desk.json("key show")
    assert [(each["purpose"], each["state"], bool(each["token"])) for each in shown["keys"]] == [
        ("certificate", "active", True),
        ("request", "not-published", False),
    ]


def test_the_key_cannot_leave_the_token(held: TokenFile) -> None:
    with pkcs11.lib(str(MODULE)).get_token(token_label="yinxin").open(user_pin=PIN.decode()) as session:
        (key,) = session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.LABEL: held.label})
        named = (Attribute.EXTRACTABLE, Attribute.SENSITIVE, Attribute.NEVER_EXTRACTABLE, Attribute.LOCAL)
        assert [key[each] for each in named] == [False, True, True, True]
        with pytest.raises(pkcs11.AttributeSensitive):
            key[Attribute.VALUE]


def test_a_key_in_a_token_is_followed_by_another_and_stays_there(desk: Desk, tokens: Tokens, held: TokenFile) -> None:
    code, result = desk.json("key rotate")
    assert (code, result["error"]) == (2, "rotation-token")
    code, result = desk.json("key rotate", "--pkcs11", tokens.slot.module, "--token", tokens.slot.token)
    assert code == 0, result
    desk.publish(listed(held.public), desk.approve(Path(result["enrolment"])))
    assert desk.sign(level_row(1))[0] == 0
    assert kids(desk) == {cose.kid(bytes.fromhex(result["certificate_key"]["public"]))}
    (former,) = (each for each in record.read(desk.home) if each.purpose is Purpose.CERTIFICATE)
    assert (former.public, former.place) == (held.public, f"yinxin / {LABEL}")
    assert pkcs11_token.open_key(held, PIN).public == held.public


@dataclass(frozen=True)
class Case:
    """What can be spoiled."""

    desk: Desk
    tokens: Tokens
    held: TokenFile

    def place(self, named: TokenFile) -> None:
        """Another file where the key is named."""
        self.desk.home.key_file(Purpose.CERTIFICATE).write_bytes(named.encode())


def wrong_pin(case: Case) -> None:
    case.desk.secret.write_bytes(b"1111")


def no_module(case: Case) -> None:
    case.place(replace(case.held, module=case.tokens.folder / "none.so"))


def no_library(case: Case) -> None:
    case.place(replace(case.held, module=private(case.tokens.folder.parent / "text.so", b"no library")))


def open_module(case: Case) -> None:
    copy = Path(shutil.copy(case.held.module, case.tokens.folder.parent))
    copy.chmod(0o666)
    case.place(replace(case.held, module=copy))


def no_token(case: Case) -> None:
    case.place(replace(case.held, token="somewhere else"))


def two_tokens(case: Case) -> None:
    case.tokens.add("yinxin")


def no_key(case: Case) -> None:
    case.place(replace(case.held, label="another label"))


def two_keys(case: Case) -> None:
    pkcs11_token.make_key(case.held.module, case.held.token, "other", PIN)
    with pkcs11.lib(str(MODULE)).get_token(token_label="yinxin").open(rw=True, user_pin=PIN.decode()) as session:
        (key,) = session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.LABEL: "other"})
        key[Attribute.LABEL] = LABEL


def other_key(case: Case) -> None:
    pkcs11_token.make_key(case.held.module, case.held.token, "other", PIN)
    case.place(replace(case.held, label="other"))


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (wrong_pin, (2, "token-pin-wrong")),
        (no_module, (2, "token-module-missing")),
        (no_library, (2, "token-module-unfit")),
        (open_module, (2, "token-module-writable")),
        (no_token, (3, "token-missing")),
        (two_tokens, (1, "token-twice")),
        (no_key, (1, "token-key-missing")),
        (two_keys, (1, "token-key-twice")),
        (other_key, (1, "token-key-other")),
    ],
)
def test_each_refusal_leaves_nothing_behind(
    desk: Desk,
    tokens: Tokens,
    held: TokenFile,
    spoil: Callable[[Case], None],
    refusal: tuple[int, str],
) -> None:
    spoil(Case(desk, tokens, held))
    asked = len(desk.office.registry.asked)
    code, result = desk.sign(level_row(1))
    assert (code, result["error"]) == refusal
    assert set(desk.office.registry.asked[asked:]) == {"/v1/bundle"}
    assert not (desk.office.folder / "out").exists()
    assert PIN.decode() not in result["message_zh"] + result["message_en"]


def test_a_locked_or_unset_pin_is_not_tried() -> None:
    """SoftHSM2 never locks: what a token says of itself is enough."""
    flags = TokenFlag.USER_PIN_INITIALIZED | TokenFlag.USER_PIN_LOCKED
    for flag, slug in ((flags, "token-pin-locked"), (TokenFlag(0), "token-pin-unset")):
        with pytest.raises(SignerError) as refused:
            pkcs11_token.require_pin("yinxin", flag)
        assert refused.value.slug == slug
    pkcs11_token.require_pin("yinxin", TokenFlag.USER_PIN_INITIALIZED)


def test_the_token_is_pulled_in_the_midst_of_a_batch(
    desk: Desk, tokens: Tokens, held: TokenFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command stops and says so; with the token back the same command does it all: nothing twice, no gap."""
    office, pulled = desk.office, tokens.folder.with_suffix(".pulled")
    roster = office.roster(*(level_row(n) for n in range(40)))
    words = ("sign", roster, "--out", office.folder / "out", "--yes")
    real, asked = sign.sign_certificate, list[str]()

    def pulling(certificate: Certificate, key: Signer) -> bytes:
        asked.append(certificate.number)
        if len(asked) == 21:
            tokens.folder.rename(pulled)
        return real(certificate, key)

    monkeypatch.setattr("credential.sign.sign_certificate", pulling)
    code, result = desk.json(*words)
    assert (code, result["error"], len(asked)) == (3, "token-away", 21)
    assert recorded(office) == []
    assert not (office.folder / "out").exists()
    pulled.rename(tokens.folder)
    assert desk.json(*words)[0] == 0
    expect_whole(office, 40)
    assert kids(desk) == {cose.kid(held.public)}
