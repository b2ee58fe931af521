"""The demonstration's story, told once for every test of this folder."""

from collections.abc import Iterator

import pytest

from tools.demo.stage import Stage
from tools.demo.story import Story


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The story, told once, its servers still running."""
    out = tmp_path_factory.mktemp("story") / "demo"
    stage = Stage(out / "work" / "personal")
    told = Story(stage, out, None)
    try:
        told.tell()
        yield told
    finally:
        stage.stop_servers()
