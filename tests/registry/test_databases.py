"""Which database a registry is founded on, and what it says of one that it cannot use."""

from pathlib import Path

import pytest

from tests import databases
from tests.registry.office import found_registry, on, run, write_demo_keys

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
