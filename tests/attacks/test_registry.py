"""The registry itself: an operator with the database in hand, a backup put back, a second machine. Holds all its keys.

Can stop publishing. Cannot make verifiers forget what was published, tell one of them two stories under one number,
or take back what is for ever. What the registry's own programs notice before anything leaves the house is shown on a
real registry; what every verifier answers if it leaves all the same, on the simulator.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest

from credential.model import IssuerState, Status
from tests import databases
from tests.attacks.conftest import Verifier
from tests.attacks.simulator import Province
from tests.listening import listening
from tests.registry import office as registry_office
from tests.registry.office import PORT
from tests.registry.test_two_histories import served, work
from tests.verifier_cli.test_sync import Registry as Server
from tests.world import ISSUER, SIGNED_AT
from verifier_cli import arguments


def test_82_an_old_backup_publishes_on(verifier: Verifier, fujian: Province) -> None:
    """Restored from before the last publication, and published in spite of the registry's refusal."""
    backup = fujian.fork()
    fujian.certify(9)
    verifier.takes(fujian.publish())
    fujian.statuses[9] = Status.REVOKED
    verifier.takes(fujian.publish())
    verifier.refuses(backup.publish(), "ROLLBACK")
    verifier.refuses(backup.publish(), "EQUIVOCATION")
    verifier.refuses(backup.publish(), "ENTRY_VANISHED")
    backup.certify(9)
    verifier.refuses(backup.publish(), "ENTRY_REVIVED")
    assert verifier.says(fujian.registered[9]) == ["REVOKED"]


def test_82_an_old_backup_grants_an_index_again(verifier: Verifier, fujian: Province) -> None:
    """The same index for somebody else: the register's shard loses a digest."""
    backup = fujian.fork()
    fujian.certify(9)
    verifier.takes(fujian.publish())
    other = backup.certify(9, issued_at=SIGNED_AT - 1)
    backup.publish()
    verifier.refuses(backup.publish(), "ENTRY_VANISHED")
    assert verifier.says(other, fujian.registered[9]) == ["INDEX_MISMATCH", "ACCEPTED"]


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda of: of.statuses.update({8: Status.VALID}), "ENTRY_REVIVED"),
        (lambda of: of.statuses.pop(7), "ENTRY_VANISHED"),
        (lambda of: of.registered.pop(7), "ENTRY_VANISHED"),
        (lambda of: of.issuers.clear(), "ENTRY_VANISHED"),
        (lambda of: setattr(of, "length", 256), "LIST_SHRUNK"),
    ],
    ids=["a-revocation-undone", "a-certificate-deleted", "a-digest-deleted", "an-issuer-deleted", "a-list-cut"],
)
def test_83_history_edited_by_sql(verifier: Verifier, fujian: Province, edit: object, reason: str) -> None:
    """Published with the next number and signed as it must be: every verifier that saw the past refuses it."""
    assert callable(edit)
    certificates = tuple(fujian.registered.values())
    edit(fujian)
    verifier.refuses(fujian.publish(), reason)
    assert verifier.says(*certificates) == ["ACCEPTED", "REVOKED"]


def test_83_void_taken_back_by_sql(verifier: Verifier, fujian: Province) -> None:
    fujian.decide(IssuerState.VOID, SIGNED_AT)
    verifier.takes(fujian.publish())
    fujian.issuers[ISSUER.code] = ISSUER
    verifier.refuses(fujian.publish(), "ENTRY_REVIVED")


def test_84_two_registries_on_one_database(verifier: Verifier, fujian: Province) -> None:
    """Both publish the next number, each with what it knows: the second story is named, and kept."""
    second = fujian.fork()
    fujian.certify(9)
    second.certify(10)
    verifier.takes(fujian.publish())
    verifier.refuses(second.publish(), "EQUIVOCATION")
    assert len(verifier.evidence) == 1
    assert verifier.says(fujian.registered[9], second.registered[10]) == ["ACCEPTED", "NOT_YET_REGISTERED"]


# --- a real registry --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A registry with two issuers, on the embedded database whatever other tests run on; tests work on copies."""
    with registry_office.on(databases.Embedded()):
        yield registry_office.build(tmp_path_factory.mktemp("registry"))


@pytest.fixture
def province(built: Path, tmp_path: Path) -> Iterator[registry_office.Office]:
    made = registry_office.Office(registry_office.copy(built, tmp_path / "registry"))
    yield made
    made.service.store.close()


@pytest.fixture
def visitor(
    tmp_path: Path, call: object, registry: Server, province: registry_office.Office, monkeypatch: pytest.MonkeyPatch
) -> Verifier:
    """A verifier of that province, by the clock on the wall."""
    assert callable(call)
    folder = tmp_path / "visitor"
    folder.mkdir()
    (folder / "pin.txt").write_text((province.data / "pin.txt").read_text("utf-8"))
    made = Verifier(folder, call, registry, registry_office.now())
    monkeypatch.setattr(arguments, "clock", registry_office.now)
    return made


def _bundle(of: registry_office.Office) -> bytes:
    return of.service.places.bundle.read_bytes()


def test_82_restored_backup_publishes_nothing_and_verifiers_lose_nothing(
    visitor: Verifier, province: registry_office.Office, tmp_path: Path
) -> None:
    """The registry sees that what is published is ahead of its database, and stops by itself."""
    registry_office.run(province.data, "backup", tmp_path / "backup.zip")
    (index,) = province.indices(PORT, 1)
    (mine,) = registry_office.batch([index])
    assert province.register(PORT, mine).status_code == 200
    province.publish()
    visitor.takes(_bundle(province))
    assert visitor.says(mine) == ["ACCEPTED"]
    province.service.store.close()
    registry_office.run(province.data, "restore", tmp_path / "backup.zip", expect=1)
    registry_office.run(province.data, "publish", "--demo-keys", expect=1)
    assert visitor.takes(_bundle(province))["result"] == "unchanged"
    assert visitor.says(mine) == ["ACCEPTED"]


def test_83_revocation_undone_by_sql_is_not_published(
    visitor: Verifier, province: registry_office.Office, capsys: pytest.CaptureFixture[str]
) -> None:
    (index,) = province.indices(PORT, 1)
    (mine,) = registry_office.batch([index])
    assert province.register(PORT, mine).status_code == 200
    assert province.change(PORT, index, Status.REVOKED).status_code == 200
    province.publish()
    visitor.takes(_bundle(province))
    with province.service.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE registered SET status = 0")
    registry_office.run(province.data, "publish", "--demo-keys", expect=1)
    assert "ENTRY_REVIVED" in capsys.readouterr().err
    visitor.takes(_bundle(province))
    assert visitor.says(mine) == ["REVOKED"]


def test_84_two_services_on_one_database_are_one_story(visitor: Verifier, province: registry_office.Office) -> None:
    """Both publish, turn by turn; a verifier that syncs after each sees one history."""
    second = registry_office.Office(province.data)
    try:
        for office in (province, second, province, second):
            indices = office.indices(PORT, 1)
            assert office.register(PORT, *registry_office.batch(indices, 1 + indices[0])).status_code == 200
            office.publish()
            assert visitor.takes(_bundle(office))["result"] == "updated"
    finally:
        second.service.store.close()


# --- its log ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def second(built: Path, tmp_path: Path) -> Iterator[registry_office.Office]:
    """The same registry once more: what its operator shows to somebody else."""
    made = registry_office.Office(registry_office.copy(built, tmp_path / "second"))
    yield made
    made.service.store.close()


def test_84_sync_asks_for_the_proof_that_the_log_goes_on(visitor: Verifier, province: registry_office.Office) -> None:
    """From the registry itself; a server that has no such thing is taken, and that nothing was compared is said."""
    visitor.takes(_bundle(province))
    work(province)
    assert visitor.takes(_bundle(province))["log"] == "unproven"
    work(province)
    visitor.server.body = _bundle(province)
    assert "  办理记录日志没有比对：这个地址没有给出该地区日志的证明。" in visitor.call(["sync", *visitor.asking]).out
    for acts in (300, 5):
        work(province, acts)
        with served(province) as url:
            visitor.server.url = url
            assert visitor.sync().rows[0]["log"] == "proven"
            assert visitor.sync().rows[0]["log"] == "same"


def test_84_a_second_history_is_refused(
    visitor: Verifier, province: registry_office.Office, second: registry_office.Office
) -> None:
    """Every object of the second is newer and follows by itself; only the log shows that its past is another."""
    work(province)
    visitor.takes(_bundle(province))
    held = visitor.held
    for _ in range(2):
        work(second)
    with served(second) as url:
        visitor.server.url = url
        answer = visitor.sync()
        assert (answer.code, answer.reasons) == (1, ["EQUIVOCATION"])
    assert answer.rows[0]["detail"] == "the log of 13 leaves is not the beginning of that of 15"
    assert (visitor.held, len(visitor.evidence)) == (held, 1)


def test_84_limit_a_second_history_without_its_tiles_is_taken_and_said(
    visitor: Verifier, province: registry_office.Office, second: registry_office.Office
) -> None:
    """Whoever tells two stories withholds the proof: sync says each time that nothing was compared."""
    work(province)
    visitor.takes(_bundle(province))
    for _ in range(2):
        work(second)
    assert visitor.takes(_bundle(second))["log"] == "unproven"


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def files_of(folder: Path) -> Iterator[str]:
    """A server that knows nothing but files."""
    folder.mkdir()
    with listening(partial(_Files, directory=folder)) as url:
        yield url


def _mirror(of: registry_office.Office, folder: Path) -> None:
    """What a plain server of files needs: the bundle, and the log's folder under the status base's path."""
    shutil.copytree(of.service.places.log, folder / "s" / "log", dirs_exist_ok=True)
    (folder / "bundle.cbor").write_bytes(_bundle(of))


def test_84_a_mirror_of_plain_files_serves_the_proof(
    visitor: Verifier, province: registry_office.Office, tmp_path: Path
) -> None:
    """Damaged tiles, and those of another log, prove nothing either way."""
    folder = tmp_path / "mirror"
    visitor.takes(_bundle(province))
    with files_of(folder) as url:
        visitor.server.url = f"{url}/bundle.cbor"
        work(province)
        _mirror(province, folder)
        assert visitor.sync().rows[0]["log"] == "proven"
        work(province)
        _mirror(province, folder)
        for tile in (folder / "s" / "log" / "tile" / "0").rglob("*"):
            if tile.is_file():
                tile.write_bytes(bytes(len(tile.read_bytes())))
        assert visitor.sync().rows[0]["log"] == "unproven"
        work(province)
        _mirror(province, folder)
        (folder / "s" / "log" / "checkpoint").write_text("gd.example/s/log\n9\n")
        assert visitor.sync().rows[0]["log"] == "unproven"
