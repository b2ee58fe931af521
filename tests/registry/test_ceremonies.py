"""Ceremonies, done: three holders with a machine each, which has neither the database nor a network."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest

from credential import cose, keyfile
from credential.keyfile import Purpose
from credential.model import IssuerState
from credential.root import Role
from registry.ceremonies import ceremony
from tests.registry.office import PORT, SKILLS, Office, embedded_only, institution, run
from tests.registry.office import certificate_key as key_of
from tests.world import key
from tools.demo import offline
from tools.environment import environment

REGISTRY = Path(sys.executable).parent / "yinxin-registry"
pytestmark = embedded_only
Captured = pytest.CaptureFixture[str]


@dataclass
class Said:
    """What a program on a holder's machine said."""

    code: int
    out: str
    err: str


@dataclass
class Holder:
    """One key holder: a folder with the key file, and what was carried there."""

    folder: Path
    key: Path

    def signs(self, prepared: Path, *words: object, yes: bool = True) -> Said:
        """`ceremony sign` in a process that has no network, and knows of no data folder."""
        carried = Path(shutil.copy(prepared, self.folder / "prepared"))
        given = ["ceremony", "sign", carried, "--key", self.key, "--out", self.signature, "--demo-keys", *words]
        command = [*offline.best().prefix, REGISTRY, *given, *(["--yes"] if yes else [])]
        done = subprocess.run(
            [str(each) for each in command],
            cwd=self.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    @property
    def signature(self) -> Path:
        return self.folder / "signature"


def holder(office: Office, folder: Path, name: str) -> Holder:
    """The holder of one of the region's key files, which leaves the registry."""
    place = folder / name
    place.mkdir()
    carried = Path(shutil.copy(office.data / "keys" / f"{name}.key", place / "my.key"))
    carried.chmod(0o600)
    return Holder(place, carried)


def key_file(folder: Path, name: str, purpose: Purpose) -> Path:
    """A fresh key for a role."""
    path = folder / f"{name}.key"
    path.write_bytes(keyfile.demo(sha256(name.encode()).digest(), purpose, "region 35"))
    path.chmod(0o600)
    return path


def public_of(path: Path) -> bytes:
    return keyfile.parse(path.read_bytes()).public


def prepare(office: Office, folder: Path, *words: object) -> Path:
    out = folder / "prepared"
    run(office.data, "ceremony", "prepare", "--out", out, *words)
    return out


def prepare_lists(office: Office, folder: Path) -> Path:
    out = folder / "lists"
    run(office.data, "ceremony", "prepare-lists", "--out", out)
    return out


def assemble(office: Office, prepared: Path, *signatures: Path, expect: int = 0) -> None:
    run(office.data, "ceremony", "assemble", prepared, *signatures, "--demo-keys", "--operator", "lin", expect=expect)


def two_of_three(office: Office, folder: Path, role: str) -> tuple[Holder, Holder, Holder]:
    first, second, third = (holder(office, folder, f"{role}-{number}") for number in (1, 2, 3))
    return first, second, third


def test_root_and_list_are_two_of_three(office: Office) -> None:
    newest = office.trust.root
    assert [(newest.role(role).threshold, len(newest.role(role).keys)) for role in (Role.ROOT, Role.LIST)] == [
        (2, 3)
    ] * 2


def test_each_holder_sees_in_words_what_a_root_changes(office: Office, tmp_path: Path) -> None:
    fresh = key_file(tmp_path, "root-4", Purpose.ROOT)
    kept = [word for number in (1, 2) for word in ("--root", office.data / "keys" / f"root-{number}.key")]
    changes = ("--list-threshold", 3, "--new-epoch", "status")
    prepared = prepare(office, tmp_path, *kept, "--root", fresh, *changes)
    joins = cose.fingerprint(public_of(fresh))
    leaves = cose.fingerprint(public_of(office.data / "keys" / "root-3.key"))
    for each in two_of_three(office, tmp_path, "root")[:2]:
        said = each.signs(prepared)
        assert said.code == 0, said.err
        lines = [line.strip() for line in said.out.splitlines()]
        for expected in (
            f"根密钥加入：{joins}",
            f"root key joins: {joins}",
            f"根密钥退出：{leaves}",
            f"root key leaves: {leaves}",
            "清单门槛：3 人中 2 人 → 3 人中 3 人",
            "list threshold: 2 of 3 → 3 of 3",
            "状态纪元：1 → 2，此前签的作废，防回退从头算起",
            f"根指纹 {(office.data / 'pin.txt').read_text().strip()}，请与手里的核对",
        ):
            assert expected in lines
    signatures = [tmp_path / f"root-{number}" / "signature" for number in (1, 2)]
    assemble(office, prepared, *signatures)
    run(office.data, "publish", "--demo-keys")
    assert [each.head.seq for each in office.trust.roots] == [1, 2]
    assert public_of(fresh) in office.trust.root.role(Role.ROOT).keys


def test_nothing_is_signed_without_a_yes(office: Office, tmp_path: Path) -> None:
    prepared, first = prepare(office, tmp_path, "--list-threshold", 3), holder(office, tmp_path, "root-1")
    said = first.signs(prepared, yes=False)
    assert (said.code, first.signature.exists()) == (1, False)
    assert "not confirmed, nothing changed" in said.err


def test_a_holder_whose_pin_is_another_is_told_not_to_sign(office: Office, tmp_path: Path) -> None:
    prepared, first = prepare(office, tmp_path, "--list-threshold", 3), holder(office, tmp_path, "root-1")
    said = first.signs(prepared, "--pin", "00" * 32)
    assert (said.code, first.signature.exists()) == (1, False)
    assert "PIN_NOT_FOUND" in said.err


def test_lists_are_signed_offline_after_seeing_what_changes(office: Office, tmp_path: Path) -> None:
    act = ("--code", PORT, "--document", "文", "--date", "2026-03-01")
    for operator in ("lin", "huang"):
        run(office.data, "issuer", "void", *act, "--operator", operator)
        stolen = ("--issuer", SKILLS, "--kid", key_of(SKILLS).kid.hex(), "--since", "2026-01-01T00:00:00+08:00")
        run(office.data, "key", "compromise", *stolen, "--document", "文", "--operator", operator)
    new = ("--code", "Y000035020009", "--document", "文", "--date", "2026-02-01")
    words = ("--name", "新机构", "--kind", "Y", "--scope", "2022:6-31-01-03:3:2026-02-01")
    run(office.data, "issuer", "file", *new, *words, *institution("Y000035020009"), "--operator", "lin")
    run(office.data, "issuer", "approve", *new, "--operator", "huang")
    prepared = prepare_lists(office, tmp_path)
    shown = cose.fingerprint(key_of(SKILLS).public)
    first, second, _ = two_of_three(office, tmp_path, "list")
    for each in (first, second):
        said = each.signs(prepared)
        assert said.code == 0, said.err
        lines = [line.strip() for line in said.out.splitlines()]
        for expected in (
            f"机构{PORT} {PORT}：2026-03-01 起备案无效",
            f"机构{SKILLS} {SKILLS}：密钥 {shown} 自 2026-01-01 00:00:00 起已泄露",
            "此前登记的 0 张仍成立，其余不成立",
            "新备案机构：新机构 Y000035020009",
            "新机构 Y000035020009：加 范围 2022:6-31-01-03，最高三级/高级工，2026-02-01 起",
            "issuer filed: 新机构 Y000035020009",
        ):
            assert expected in lines, said.out
    assert office.issuer(PORT).states[-1][1] is IssuerState.FILED
    assemble(office, prepared, first.signature, second.signature)
    assert office.issuer(PORT).states[-1][1] is IssuerState.VOID
    assert office.issuer(SKILLS).keys[0].compromised_since is not None


def test_what_is_filed_after_the_preparation_waits_for_the_next(office: Office, tmp_path: Path) -> None:
    from registry import settings

    prepared = prepare_lists(office, tmp_path)
    signers = two_of_three(office, tmp_path, "list")[1:]
    for each in signers:
        assert each.signs(prepared).code == 0
    act = ("--code", PORT, "--document", "文", "--date", "2026-03-01", "--operator", "lin")
    run(office.data, "issuer", "suspend", *act)
    assemble(office, prepared, *(each.signature for each in signers))
    assert office.issuer(PORT).states[-1][1] is IssuerState.FILED
    with office.service.store.read() as session:
        assert settings.filing_waits(session)


# --- refused, each for its one reason ---------------------------------------------------------------------------------


def refused(office: Office, capsys: Captured, prepared: Path, *signatures: Path) -> str:
    """The reason for which these are not assembled."""
    capsys.readouterr()
    before = office.trust.root
    assemble(office, prepared, *signatures, expect=1)
    assert office.trust.root == before
    return capsys.readouterr().err.split(": ")[2]


def test_refusals(office: Office, tmp_path: Path, capsys: Captured) -> None:
    prepared = prepare(office, tmp_path, "--list-threshold", 3)
    first, second, _ = two_of_three(office, tmp_path, "root")
    assert (first.signs(prepared).code, second.signs(prepared).code) == (0, 0)
    assert refused(office, capsys, prepared, first.signature) == "THRESHOLD_NOT_MET"
    assert refused(office, capsys, prepared, first.signature, first.signature) == "KEY_TWICE"
    assert refused(office, capsys, prepared, first.signature, prepared) == "NOT_A_SIGNATURE"
    assert refused(office, capsys, first.signature, first.signature) == "NOT_A_PREPARATION"
    (tmp_path / "other").mkdir()
    other = prepare(office, tmp_path / "other", "--new-epoch", "list")
    assert refused(office, capsys, other, first.signature, second.signature) == "OTHER_CONTENT"
    forged, stranger = json.loads(first.signature.read_text()), tmp_path / "forged"
    stranger.write_text(json.dumps({**forged, "kid": key("stranger").kid.hex()}))
    assert refused(office, capsys, prepared, second.signature, stranger) == "WRONG_KEY"
    swapped = {**forged, "kid": json.loads(second.signature.read_text())["kid"]}
    stranger.write_text(json.dumps(swapped))
    assert refused(office, capsys, prepared, first.signature, stranger) == "SIGNATURE_INVALID"
    assemble(office, prepared, first.signature, second.signature)
    assert refused(office, capsys, prepared, first.signature, second.signature) == "STALE"


def test_a_key_of_another_role_or_of_nobody_signs_nothing(office: Office, tmp_path: Path) -> None:
    prepared = prepare(office, tmp_path, "--list-threshold", 3)
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    for each in (
        holder(office, tmp_path, "list-1"),
        Holder(stranger, key_file(stranger, "root-9", Purpose.ROOT)),
    ):
        said = each.signs(prepared)
        assert (said.code, each.signature.exists()) == (1, False)
        assert "WRONG_KEY: 这把密钥不在该角色之中" in said.err


def test_lists_of_before_are_stale(office: Office, tmp_path: Path, capsys: Captured) -> None:
    prepared = prepare_lists(office, tmp_path)
    first, second, _ = two_of_three(office, tmp_path, "list")
    assert (first.signs(prepared).code, second.signs(prepared).code) == (0, 0)
    run(office.data, "publish", "--demo-keys")
    assert refused(office, capsys, prepared, first.signature, second.signature) == "STALE"


def test_bins_that_are_not_the_ones_signed_are_not_shown(office: Office, tmp_path: Path) -> None:
    """Whoever carries the file cannot show the holder other issuers than the list's."""
    prepared, first = prepare_lists(office, tmp_path), holder(office, tmp_path, "list-1")
    found = ceremony.decode(prepared.read_bytes())
    prepared.write_bytes(replace(found, bins=(b"\x80",)).encode())
    said = first.signs(prepared)
    assert (said.code, first.signature.exists()) == (1, False)
    assert "NOT_A_PREPARATION" in said.err


@pytest.mark.parametrize(
    ("which", "reason"),
    [("certificate", "KEY_OF_AN_ISSUER"), ("request", "KEY_OF_AN_ISSUER"), ("list-1", "KEY_OF_ANOTHER_ROLE")],
)
def test_a_role_takes_no_key_that_is_in_use(
    office: Office, tmp_path: Path, capsys: Captured, which: str, reason: str
) -> None:
    path = tmp_path / "root-9.key"
    seed = sha256(f"yinxin test key {PORT} {which}".encode()).digest()
    if which == "list-1":
        seed = keyfile.parse((office.data / "keys" / "list-1.key").read_bytes()).demo_seed or b""
    path.write_bytes(keyfile.demo(seed, Purpose.ROOT, "region 35"))
    path.chmod(0o600)
    kept = [word for number in (1, 2) for word in ("--root", office.data / "keys" / f"root-{number}.key")]
    run(office.data, "ceremony", "prepare", "--out", tmp_path / "out", *kept, "--root", path, expect=1)
    assert f"{reason}: " in capsys.readouterr().err
