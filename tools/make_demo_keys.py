"""Writes keys.example/: from seeds that anyone can compute: `python -m tools.make_demo_keys [FOLDER]`."""

import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from credential.keyfile import Purpose, demo

FOLDER: Final = Path(__file__).resolve().parent.parent / "keys.example"
REGIONS: Final = ("fujian", "guangdong")
ISSUERS: Final = ("xiamen-port", "fujian-skills", "forger")
_REGION_KEYS: Final = {
    **{f"{purpose.value}-{n}": purpose for purpose in (Purpose.ROOT, Purpose.LIST) for n in (1, 2, 3)},
    Purpose.STATUS.value: Purpose.STATUS,
    Purpose.CHECKPOINT.value: Purpose.CHECKPOINT,
}
_ISSUER_KEYS: Final = {purpose.value: purpose for purpose in (Purpose.CERTIFICATE, Purpose.REQUEST)}


def demo_keys() -> Iterator[tuple[str, bytes]]:
    """Every demo key: its path below the folder, and its file's bytes."""
    for owners, keys in (REGIONS, _REGION_KEYS), (ISSUERS, _ISSUER_KEYS):
        for owner in owners:
            for name, purpose in keys.items():
                yield f"{owner}/{name}.key", demo(seed(owner, name), purpose, owner)


def seed(owner: str, name: str) -> bytes:
    """The public seed of a demo key."""
    return sha256(f"yinxin demo key {owner}/{name}".encode()).digest()


def write(folder: Path) -> None:
    """Writes every key below `folder`."""
    for path, data in demo_keys():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if sys.argv[1:] else FOLDER)
