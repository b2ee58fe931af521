"""A region's archive, written by a real registry with an epoch behind it, and checked with no server, also in 2056."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from credential import bundle, qr_text
from credential.bundle import Part
from credential.model import Status
from registry.archives import region_archive
from tests.registry.office import PORT, Office, batch, copy, now, run, tamper
from tests.test_base_install import base_bin, shared, wheel  # noqa: F401 - fixtures
from tests.verifier_cli.conftest import Answer, call  # noqa: F401 - a fixture
from tools.demo import offline
from tools.environment import environment

LATE = "2056-06-30T04:00:00Z"
Call = Callable[[Any], Answer]


@dataclass
class Archive:
    """An archive, the texts of three certificates (one of them revoked), and the pin."""

    folder: Path
    texts: list[str]
    unregistered: str

    @property
    def pin(self) -> Path:
        return self.folder / "pin.txt"

    def rewrite(self) -> None:
        """The manifest made to fit what is there now, as whoever forges an archive would."""
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file() and path.name != "manifest.sha256")
        lines = [f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(self.folder)}\n" for path in paths]
        (self.folder / "manifest.sha256").write_text("".join(lines))

    @property
    def fingerprint(self) -> str:
        return sha256((self.folder / "manifest.sha256").read_bytes()).hexdigest()


@pytest.fixture(scope="session")
def written(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Three certificates, one revoked; before the last state the root began new epochs."""
    folder = tmp_path_factory.mktemp("archive")
    office = Office(copy(built, folder / "data"))
    indices = office.indices(PORT, 4)
    rows = batch(indices)
    assert office.register(PORT, *rows[:3]).status_code == 200
    assert office.change(PORT, indices[1], Status.REVOKED).status_code == 200
    office.publish()
    payload, keys = folder / "payload", office.data / "keys"
    epochs = [word for role in ("checkpoint", "status", "list") for word in ("--new-epoch", role)]
    run(office.data, "ceremony", "prepare", "--out", payload, *epochs)
    for number in (1, 2):
        words = ("--key", keys / f"root-{number}.key", "--out", folder / f"{number}.sig", "--demo-keys", "--yes")
        run(office.data, "ceremony", "sign", payload, *words)
    run(office.data, "ceremony", "assemble", payload, folder / "1.sig", folder / "2.sig", "--operator", "lin")
    run(office.data, "publish", "--demo-keys")
    run(office.data, "archive", folder / "archive")
    office.service.store.close()
    texts = [qr_text.encode("fj.example", each) for each in rows]
    return Archive(folder / "archive", texts[:3], texts[3])


@pytest.fixture
def archive(written: Archive, tmp_path: Path) -> Archive:
    """A copy to damage."""
    return Archive(Path(shutil.copytree(written.folder, tmp_path / "archive")), written.texts, written.unregistered)


@pytest.fixture
def checked(archive: Archive, call: Call) -> Callable[..., Answer]:  # noqa: F811
    """`yinxin-verify archive`, in 2056 unless another time is given."""

    def run_it(*words: str, at: str = LATE) -> Answer:
        return call(
            ["archive", "--folder", str(archive.folder), "--pin", str(archive.pin), "--at", at, "--json", *words]
        )

    return run_it


def fault(answer: Answer) -> tuple[str, str]:
    """The name of the one finding that is not good, and what it says."""
    (found,) = [each for each in answer.rows[0]["findings"] if not each["ok"]]
    return found["name"], found["fault"]


def state_of(archive: Archive) -> tuple[Any, Part]:
    ((region, part),) = bundle.decode((archive.folder / "state.cbor").read_bytes()).items()
    return region, part


def test_what_is_in_it(archive: Archive) -> None:
    names = sorted(path.relative_to(archive.folder).as_posix() for path in archive.folder.rglob("*") if path.is_file())
    assert [name for name in names if not name.startswith("ended/")] == [
        "README.txt",
        "archive.json",
        "log/checkpoint",
        "log/leaves",
        "manifest.sha256",
        "norm/format.md",
        "pin.txt",
        "state.cbor",
    ]
    assert len([name for name in names if name.startswith("ended/1-")]) == 1
    assert "# The format of Yinxin" in (archive.folder / "norm" / "format.md").read_text("utf-8")


def test_the_manifest_is_one_that_sha256sum_reads(archive: Archive) -> None:
    if shutil.which("sha256sum") is None:
        pytest.skip("sha256sum is not installed")
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "manifest.sha256"], cwd=archive.folder, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_it_is_checked_whole(archive: Archive, checked: Callable[..., Answer]) -> None:
    answer = checked("--fingerprint", archive.fingerprint)
    assert answer.code == 0
    (row,) = answer.rows
    assert row["whole"]
    assert [each["name"] for each in row["findings"]] == [
        "manifest",
        "fingerprint",
        "state",
        "register",
        "ended",
        "log",
    ]


def test_thirty_years_on_with_two_packages_and_no_network(archive: Archive, base_bin: Path, tmp_path: Path) -> None:  # noqa: F811
    """A plain installation of the verifier, which has neither a registry nor a network, and no file but the archive."""
    command = [*offline.best().prefix, str(base_bin / "yinxin-verify"), "archive", "--folder", str(archive.folder)]
    words = ["--pin", str(archive.pin), "--at", LATE, "--json", *archive.texts]
    done = subprocess.run(
        [*command, *words], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    head, *rows = map(json.loads, done.stdout.splitlines())
    assert head["whole"]
    assert [(row["verdict"], row["reason"]) for row in rows] == [
        ("undecided", "ROOT_EXPIRED"),
        ("rejected", "REVOKED"),
        ("undecided", "ROOT_EXPIRED"),
    ]
    then = [row["archived"] for row in rows]
    assert [(each["verdict"], each["reason"]) for each in then] == [
        ("accepted", "ACCEPTED"),
        ("rejected", "REVOKED"),
        ("accepted", "ACCEPTED"),
    ]
    assert {each["as_of"]["now"] for each in then} == {head["last_state"]}
    assert then[0]["as_of"]["registration"] == "register"
    assert then[0]["claims"]["name"] == "陈志强"
    assert rows[0]["claims"] is None


def test_the_exit_code_is_that_of_today_never_that_of_then(archive: Archive, checked: Callable[..., Answer]) -> None:
    good = archive.texts[0]
    assert checked(good).code == 3
    at = checked().rows[0]["last_state"]
    assert checked(good, at=at).code == 0


def test_nobody_takes_it_for_an_answer_about_today(archive: Archive, call: Call) -> None:  # noqa: F811
    answer = call(
        ["archive", "--folder", str(archive.folder), "--pin", str(archive.pin), "--at", LATE, archive.texts[0]]
    )
    lines = [line.strip() for line in answer.out.splitlines()]
    at = json.loads((archive.folder / "archive.json").read_text("utf-8"))["last_state"]
    assert "在那以后的撤销、暂停、泄露，本归档都不知道。" in answer.out
    big = lines.index(f"归档最后状态（{at}）：当时通过 In the archive's last state, of {at}: ACCEPTED then")
    assert lines[big + 1] == "这不是今天的答案。 This is no answer about today."
    assert any(line.startswith("? 无法判断 UNDECIDED") for line in lines[:big])
    assert not any(line.startswith("✔ 通过") for line in lines)


def test_what_was_signed_after_the_last_state_is_no_concern_of_the_archive(checked: Callable[..., Answer]) -> None:
    from tests.registry.office import certificate, signed

    later = qr_text.encode("fj.example", signed(certificate(900, 900, issued_at=now() + 100_000)))
    row = checked(later).rows[1]
    assert (row["archived"]["verdict"], row["archived"]["reason"]) == ("undecided", "STALE")


def test_a_forger_who_has_every_key_is_not_in_the_register(archive: Archive, checked: Callable[..., Answer]) -> None:
    """As if Ed25519 were broken: the issuer's signature itself, on another name, under an index that stands."""
    from credential import claims, cose
    from tests.registry.office import signed

    genuine = claims.decode_body(claims.decode_outer(cose.decode_sign1(qr_text.decode(archive.texts[0]), None).payload))
    forged = genuine._replace(person=genuine.person._replace(name="贾冒名"))
    row = checked(qr_text.encode("fj.example", signed(forged))).rows[1]
    assert (row["reason"], row["archived"]["reason"]) == ("INDEX_MISMATCH", "INDEX_MISMATCH")
    row = checked(archive.unregistered).rows[1]
    assert (row["verdict"], row["archived"]["verdict"]) == ("undecided", "undecided")


# --- an archive that is not whole -------------------------------------------------------------------------------------


def cut_a_shard(archive: Archive) -> None:
    region, part = state_of(archive)
    (archive.folder / "state.cbor").write_bytes(bundle.encode({region: part._replace(shards=())}))
    archive.rewrite()


def exchange_the_bins(archive: Archive) -> None:
    region, part = state_of(archive)
    (archive.folder / "state.cbor").write_bytes(bundle.encode({region: part._replace(bins=())}))
    archive.rewrite()


def alter_a_leaf(archive: Archive) -> None:
    path = archive.folder / "log" / "leaves"
    data = bytearray(path.read_bytes())
    data[40] ^= 1
    path.write_bytes(data)
    archive.rewrite()


def cut_the_log(archive: Archive) -> None:
    path = archive.folder / "log" / "leaves"
    path.write_bytes(path.read_bytes()[:-5])
    archive.rewrite()


def take_the_ended_epoch_for_the_last(archive: Archive) -> None:
    (ended,) = (archive.folder / "ended").iterdir()
    shutil.copyfile(ended, archive.folder / "state.cbor")
    archive.rewrite()


def rename_the_ended_epoch(archive: Archive) -> None:
    (ended,) = (archive.folder / "ended").iterdir()
    ended.rename(ended.with_name("1-9999.cbor"))
    archive.rewrite()


def another_name(archive: Archive) -> None:
    (archive.folder / "README.txt").write_text("x")


def add_a_file(archive: Archive) -> None:
    (archive.folder / "more.txt").write_text("x")


def lose_a_file(archive: Archive) -> None:
    (archive.folder / "state.cbor").unlink()


def link_out(archive: Archive) -> None:
    (archive.folder / "README.txt").unlink()
    (archive.folder / "README.txt").symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("damage", "name", "says"),
    [
        (another_name, "manifest", "README.txt: 内容被改动过 / was altered"),
        (add_a_file, "manifest", "more.txt: 不在清单中 / is not in the manifest"),
        (lose_a_file, "manifest", "state.cbor: 无法读取 / cannot be read"),
        (link_out, "manifest", "README.txt: 无法读取 / cannot be read"),
        (cut_a_shard, "register", "lacks shard 0 of list 0"),
        (exchange_the_bins, "register", "MIX_AND_MATCH"),
        (alter_a_leaf, "log", "are not the checkpoint's"),
        (cut_the_log, "log", "the log is cut"),
        (take_the_ended_epoch_for_the_last, "log", "leaves where"),
        (rename_the_ended_epoch, "state", "is not what its name says"),
    ],
)
def test_an_archive_that_is_not_whole_answers_for_no_certificate(
    archive: Archive, checked: Callable[..., Answer], damage: Callable[[Archive], None], name: str, says: str
) -> None:
    damage(archive)
    answer = checked(archive.texts[0])
    assert (answer.code, len(answer.rows)) == (1, 1)
    found = fault(answer)
    assert found[0] == name
    assert says in found[1]


def test_another_archive_of_the_same_pin_is_told_by_its_fingerprint(
    archive: Archive, checked: Callable[..., Answer]
) -> None:
    noted = archive.fingerprint
    another_name(archive)
    archive.rewrite()
    assert checked().code == 0
    answer = checked("--fingerprint", noted)
    assert (answer.code, fault(answer)) == (1, ("fingerprint", f"是 / it is {archive.fingerprint}"))


def test_another_pin_leads_nowhere(archive: Archive, call: Call, tmp_path: Path) -> None:  # noqa: F811
    other = tmp_path / "other.txt"
    other.write_text("00" * 32)
    answer = call(["archive", "--folder", str(archive.folder), "--pin", str(other), "--json"])
    assert (answer.code, fault(answer)[0]) == (1, "state")
    assert "PIN_NOT_FOUND" in fault(answer)[1]


@pytest.mark.parametrize("manifest", ["", "no manifest\n", f"{'0' * 64}  ../pin.txt\n", f"{'0' * 64}  /etc/passwd\n"])
def test_what_is_no_archive(archive: Archive, checked: Callable[..., Answer], manifest: str) -> None:
    (archive.folder / "manifest.sha256").write_text(manifest)
    answer = checked()
    assert (answer.code, answer.out) == (2, "")
    assert "is not an archive" in answer.err


def test_an_archive_is_never_written_over(office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(office.data, "archive", tmp_path / "archive")
    run(office.data, "archive", tmp_path / "archive", expect=2)
    assert "is not overwritten" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "data"]


def test_a_record_that_was_edited_is_not_archived(office: Office, tmp_path: Path) -> None:
    tamper(office, "UPDATE acts SET why = 'another' WHERE id = 2")
    run(office.data, "archive", tmp_path / "archive", expect=1)
    assert not (tmp_path / "archive").exists()


def test_the_norm_is_the_page_of_docs() -> None:
    root = Path(__file__).resolve().parents[2]
    assert region_archive.norm() == (root / "docs" / "format.md").read_bytes()
