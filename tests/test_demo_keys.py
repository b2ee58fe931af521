"""keys.example/ is what its tool writes, and production refuses it."""

from hashlib import sha256
from pathlib import Path

import pytest

from credential import keyfile
from credential.errors import KeyFileError
from credential.reason import KeyFileReason
from tools import make_demo_keys

FILES = sorted(make_demo_keys.FOLDER.glob("*/*.key"))


def test_regenerating_gives_the_same_bytes(tmp_path: Path) -> None:
    make_demo_keys.write(tmp_path)
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.glob("*/*")}
    assert written == {path.relative_to(make_demo_keys.FOLDER): path.read_bytes() for path in FILES}
    assert len(written) == 22


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_demo_key_opens_by_name_only(path: Path) -> None:
    file = keyfile.parse(path.read_bytes())
    with pytest.raises(KeyFileError) as refused:
        keyfile.unseal(file, b"")
    assert refused.value.reason is KeyFileReason.DEMO_KEY_REFUSED
    assert keyfile.open_demo(file).public == file.public
    assert file.owner == path.parent.name
    assert file.purpose.value == path.stem.split("-")[0]
    assert file.demo_seed == sha256(f"yinxin demo key {file.owner}/{path.stem}".encode()).digest()
