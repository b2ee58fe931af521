from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.registry.office import Office, build, copy


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with two issuers, made once; tests work on copies."""
    return build(tmp_path_factory.mktemp("registry"))


@pytest.fixture
def office(built: Path, tmp_path: Path) -> Iterator[Office]:
    made = Office(copy(built, tmp_path / "data"))
    yield made
    made.service.store.close()
