"""Fixtures of the signer's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.signer.desk import Desk, desk_of
from tests.signer.double import Registry, served
from tests.signer.office import Office


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Office]:
    """An enrolled issuer at a registry that runs."""
    registry = Registry()
    with served(registry) as url:
        found = Office(tmp_path, registry, url, capsys)
        found.open()
        yield found


@pytest.fixture
def desk(office: Office, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The same issuer with keys of its own."""
    return desk_of(office, monkeypatch)
