"""Which database a registry is founded on, and what it says of one that it cannot use."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.store import engine, revisions
from registry.store.engine import open_store
from tests import databases
from tests.registry.office import Office, found_registry, on, run, write_demo_keys

NAMES = ("--region", "35", "--name", "x", "--status-base", "https://fj.example/s/", "--qr-host", "fj.example")


def refused(folder: Path, url: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What `init` complains of."""
    write_demo_keys(folder / "keys", "35")
    run(folder / "data", "init", *NAMES, "--demo-keys", folder / "keys", "--database", url, expect=2)
    assert not (folder / "data" / "pin.txt").exists()
    return capsys.readouterr().err


def test_the_database_is_remembered_where_only_its_owner_reads(tmp_path: Path) -> None:
    with on(databases.server()):
        data = found_registry(tmp_path)
    named = data / "database.url"
    assert named.read_text("utf-8").startswith("postgresql+psycopg://")
    assert named.stat().st_mode & 0o777 == 0o600
    assert not (data / "registry.db").exists()
    run(data, "publish", "--demo-keys")
    named.chmod(0o644)
    run(data, "publish", "--demo-keys", expect=2)


def test_a_database_has_one_region(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with on(databases.server()):
        first = found_registry(tmp_path)
    url = (first / "database.url").read_text("utf-8").strip()
    assert "a registry's already" in refused(tmp_path / "second", url, capsys)


@pytest.mark.parametrize("url", ["mysql://host/x", "postgresql://host/x", "no url", "sqlite", ""])
def test_another_kind_of_database_is_refused(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "postgresql+psycopg://" in refused(tmp_path, url, capsys)


def test_a_server_that_is_not_there_can_be_tried_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_demo_keys(tmp_path / "keys", "35")
    url = f"postgresql+psycopg:///x?host={tmp_path}"
    run(tmp_path / "data", "init", *NAMES, "--demo-keys", tmp_path / "keys", "--database", url, expect=3)
    assert "try again" in capsys.readouterr().err


def changes(data: Path) -> list[tuple[int, ...]]:
    """How often anything was done in the embedded database."""
    with closing(sqlite3.connect(data / "registry.db")) as connection:
        return list(connection.execute("SELECT change, filing_change, log_size FROM region"))


def test_two_registries_on_one_database_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also the embedded one: the other's pin.txt says that it is not theirs."""
    with on(databases.Embedded()):
        ours, theirs = found_registry(tmp_path / "ours"), found_registry(tmp_path / "theirs", "44")
    before = changes(ours), (theirs / "public" / "bundle.cbor").read_bytes()
    monkeypatch.setenv("YINXIN_REGISTRY_DATABASE", f"sqlite+pysqlite:///{ours / 'registry.db'}")
    for words in (("publish", "--demo-keys"), ("serve", "--demo-keys"), ("check-record",)):
        run(theirs, *words, expect=2)
        assert "another registry's" in capsys.readouterr().err
    assert (changes(ours), (theirs / "public" / "bundle.cbor").read_bytes()) == before
    run(ours, "check-record")
    monkeypatch.delenv("YINXIN_REGISTRY_DATABASE")
    with on(databases.server()):
        first, second = found_registry(tmp_path / "first"), found_registry(tmp_path / "second", "44")
    (second / "database.url").write_text((first / "database.url").read_text("utf-8"), "utf-8")
    run(second, "publish", "--demo-keys", expect=2)
    assert "another registry's" in capsys.readouterr().err
    answer = Office(second).client.get("/readyz")
    assert (answer.status_code, "another registry's" in answer.get_json()["detail"]) == (503, True)


def test_a_database_of_a_newer_version_is_left_alone(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    with office.service.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    run(office.data, "publish", "--demo-keys", expect=2)
    assert "(9999) is of a newer version" in capsys.readouterr().err
    run(office.data, "serve", "--demo-keys", expect=2)
    with office.service.store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one() == "9999"


def test_hosts_that_start_at_once_migrate_once() -> None:
    stores = [open_store(databases.server().new())] * 2
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(revisions.upgrade, stores))
    with stores[0].engine.connect() as connection:
        assert revisions.revision_of(connection) == revisions.newest()
    stores[0].close()


def test_a_connection_lost_while_nobody_used_it_is_replaced_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask() -> int:
        with store.glance() as session:
            return int(session.execute(text("SELECT 7")).scalar_one())

    def lose() -> None:
        with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    url = databases.server().new()
    with closing(engine.open_store(url)) as store:
        assert ask() == 7
        lose()
        monkeypatch.setattr(engine, "TRUSTED_SECONDS", 0.0)
        assert ask() == 7
        monkeypatch.setattr(engine, "TRUSTED_SECONDS", 60.0)
        lose()
        with pytest.raises(DBAPIError) as lost:
            ask()
        assert engine.is_unavailable(lost.value)
        assert ask() == 7
