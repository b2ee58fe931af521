"""Backup and restore: the same file from either database, into either; what is published is never taken back."""

import json
import shutil
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from credential.model import Status
from registry.archives import backup
from registry.store import migrate, revisions
from registry.store.engine import open_store, sqlite_url
from tests import databases
from tests.registry.office import PORT, Office, batch, embedded_only, file_issuer, found_registry, now, run
from tests.registry.serving import PATIENCE
from tests.registry.test_hosts import on_a_server

Members = dict[str, bytes]


def tables(path: Path) -> dict[str, tuple[int, str]]:
    """How many rows each table of a backup has, and their hash."""
    return {name: (each.rows, each.sha256) for name, each in backup.read_manifest(path).tables.items()}


@pytest.fixture
def saved(office: Office, tmp_path: Path) -> Path:
    """A backup of a registry in which this and that happened."""
    indices = office.indices(PORT, 300)
    assert office.register(PORT, *batch(indices[:4])).status_code == 200
    assert office.change(PORT, indices[0], Status.REVOKED).status_code == 200
    office.publish()
    assert office.change(PORT, indices[1], Status.SUSPENDED).status_code == 200
    run(office.data, "backup", tmp_path / "backup.zip")
    return tmp_path / "backup.zip"


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """What `restore` is told of an empty database of each kind."""
    return ("--database", databases.server().new()) if request.param == "postgresql" else ()


def test_a_backup_goes_into_either_database_and_comes_out_the_same(
    office: Office, saved: Path, target: tuple[str, ...], tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    run(folder, "restore", saved, *target)
    assert (folder / "public" / "bundle.cbor").read_bytes() == office.service.places.bundle.read_bytes()
    run(folder, "backup", tmp_path / "again.zip")
    assert tables(tmp_path / "again.zip") == tables(saved)
    run(folder, "check-record")
    shutil.copytree(office.data / "keys", folder / "keys")
    run(folder, "publish", "--demo-keys")
    other = Office(folder)
    states = [Status(other.trust.status_lists[0].get(index)).name for index in range(5)]
    assert states == ["REVOKED", "SUSPENDED", "VALID", "VALID", "NOT_REGISTERED"]
    assert other.indices(PORT, 1) == [300]
    assert other.register(PORT, *batch([300], 50)).status_code == 200
    assert other.change(PORT, 300, Status.REVOKED).status_code == 200
    file_issuer(folder, "S000035010002", "S", "2022:6-31-01-03:3:2025-01-01")
    other.close()


def test_it_is_one_moment_while_others_write(office: Office, tmp_path: Path) -> None:
    done, written = threading.Event(), threading.Semaphore(0)

    def work() -> None:
        while not done.is_set():
            office.indices(PORT, 1)
            written.release()

    writer = threading.Thread(target=work)
    writer.start()
    try:
        run(office.data, "backup", tmp_path / "one.zip")
        while written.acquire(blocking=False):
            pass
        assert written.acquire(timeout=PATIENCE)
        run(office.data, "backup", tmp_path / "two.zip")
    finally:
        done.set()
        writer.join()
    first, second = (backup.read_manifest(tmp_path / name) for name in ("one.zip", "two.zip"))
    assert first.rows < second.rows
    run(tmp_path / "elsewhere", "restore", tmp_path / "two.zip")
    run(tmp_path / "elsewhere", "check-record")


def test_neither_who_is_signed_in_nor_keys_are_in_it(saved: Path, office: Office) -> None:
    assert {"sign_ins", "counts"}.isdisjoint(tables(saved))
    assert saved.stat().st_mode & 0o777 == 0o600
    whole = b"".join(zipfile.ZipFile(saved).read(name) for name in zipfile.ZipFile(saved).namelist())
    assert (office.data / "keys" / "holders.secret").read_bytes().strip() not in whole


def changed(source: Path, change: Callable[[Members], Any]) -> None:
    """The backup with other members."""
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(source, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def said(members: Members, **words: object) -> None:
    members["manifest.json"] = json.dumps({**json.loads(members["manifest.json"]), **words}).encode()


def edit(name: str, old: bytes, new: bytes) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        assert old in members[name]
        members[name] = members[name].replace(old, new, 1)

    return change


NOT_WHOLE: dict[str, Callable[[Members], Any]] = {
    "a word in a row": edit("tables/acts.jsonl", b"lin", b"lim"),
    "a row left out": lambda found: found.update({"tables/recovery_codes.jsonl": b"[]"}),
    "a row twice": lambda found: found.update({"tables/roots.jsonl": found["tables/roots.jsonl"] * 2}),
    "no JSON": lambda found: found.update({"tables/roots.jsonl": b"[1,"}),
    "no list": lambda found: found.update({"tables/roots.jsonl": b"{}"}),
    "a table missing": lambda found: found.pop("tables/roots.jsonl"),
    "a file too many": lambda found: found.update({"../x": b""}),
    "no manifest": lambda found: found.pop("manifest.json"),
    "a manifest of another shape": lambda found: said(found, tables=[]),
}
NEWER: dict[str, Callable[[Members], Any]] = {
    "tables": lambda found: said(found, revision="9999"),
    "form": lambda found: said(found, format="yinxin-backup 2"),
}


@embedded_only
def test_what_is_not_whole_changes_nothing(
    saved: Path, target: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "elsewhere"
    cases = [(change, "not a whole backup") for change in NOT_WHOLE.values()]
    cases += [(change, "of a newer version") for change in NEWER.values()]
    for change, words in cases:
        damaged = Path(shutil.copy(saved, tmp_path / "damaged.zip"))
        changed(damaged, change)
        run(folder, "restore", damaged, *target, expect=1)
        assert words in capsys.readouterr().err
    assert [path.name for path in folder.glob("*") if path.name != "publish.lock"] == []
    run(folder, "restore", saved, *target)


@embedded_only
def test_what_is_no_backup_is_refused(office: Office, saved: Path) -> None:
    for data in (b"not a zip", b"", saved.read_bytes()[:-2000], saved.read_bytes()[2000:]):
        saved.write_bytes(data)
        run(office.data, "restore", saved, expect=1)
    assert office.count("issuers") == 2


@embedded_only
def test_another_registrys_backup_is_refused(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = found_registry(tmp_path, "44")
    before = (data / "registry.db").read_bytes()
    run(data, "restore", saved, expect=2)
    assert "a backup of another registry" in capsys.readouterr().err
    assert (data / "registry.db").read_bytes() == before


@on_a_server
def test_a_database_that_is_not_empty_is_left_alone(
    office: Office, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(office.data, "restore", saved, expect=1)
    assert "the database is not empty" in capsys.readouterr().err
    assert office.count("registered") == 4


@embedded_only
def test_a_second_restore_keeps_what_the_first_set_aside(office: Office, tmp_path: Path) -> None:
    run(office.data, "backup", tmp_path / "backup.zip")
    office.service.store.close()
    first = office.service.places.database.read_bytes()
    run(office.data, "restore", tmp_path / "backup.zip")
    run(office.data, "restore", tmp_path / "backup.zip", "--database", databases.server().new())
    assert (office.data / "replaced-1" / "registry.db").read_bytes() == first
    assert (office.data / "replaced-2" / "registry.db").is_file()
    assert not (office.data / "registry.db").exists()
    assert (office.data / "database.url").stat().st_mode & 0o777 == 0o600
    run(office.data, "publish", "--demo-keys")


@embedded_only
def test_where_to_is_said_once(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YINXIN_REGISTRY_DATABASE", databases.server().new())
    run(tmp_path / "elsewhere", "restore", saved, "--database", databases.server().new(), expect=2)
    run(tmp_path / "elsewhere", "restore", saved)
    assert not (tmp_path / "elsewhere" / "registry.db").exists()


@on_a_server
def test_an_old_backup_publishes_nothing(office: Office, saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office.publish()
    office.close()
    run(office.data, "restore", saved, "--database", databases.server().new(), expect=1)
    assert "ROLLBACK" in capsys.readouterr().err
    run(office.data, "publish", "--demo-keys", expect=1)
    assert "ROLLBACK" in capsys.readouterr().err
    assert (office.data / "replaced-1" / "database.url").is_file()
    again = Office(office.data)
    assert again.trust.checkpoint.head.seq == 4
    assert again.client.get("/readyz").get_json()["detail"].startswith("ROLLBACK")
    again.close()


def test_a_backup_of_an_older_version_is_brought_up_to_date(office: Office, tmp_path: Path) -> None:
    assert office.register(PORT, *batch(office.indices(PORT, 2))).status_code == 200
    with office.service.store.engine.begin() as connection:
        migrate.take_back(connection, "0008")
    store = open_store(str(office.service.store.engine.url.render_as_string(hide_password=False)))
    with store.engine.connect() as connection:
        assert revisions.revision_of(connection) == "0008"
    backup_of_0008 = tmp_path / "old.zip"
    backup.write(store, backup_of_0008, now())
    store.close()
    assert backup.read_manifest(backup_of_0008).revision == "0008"
    run(tmp_path / "elsewhere", "restore", backup_of_0008)
    restored = open_store(sqlite_url(tmp_path / "elsewhere" / "registry.db"))
    with restored.engine.connect() as connection:
        assert revisions.revision_of(connection) == revisions.newest()
    restored.close()
    run(tmp_path / "elsewhere", "check-record")
