from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from credential import bundle
from credential.bundle import Part
from credential.model import Region, Seconds, Status, rfc3339
from tests.attacks.simulator import Province, text
from tests.verifier_cli import conftest as verifier_cli
from tests.verifier_cli import test_sync as syncing
from tests.verifier_cli.conftest import Answer
from tests.verifier_cli.test_sync import Registry
from tests.world import FUJIAN, NOW
from verifier_cli import arguments

call = verifier_cli.call
registry = syncing.registry
Served = Part | Mapping[Region, Part] | bytes


@dataclass
class Verifier:
    """Somebody who was given a pin, syncs from a server that anyone may stand behind, and checks without a network."""

    folder: Path
    call: Callable[[Sequence[str]], Answer]
    server: Registry
    now: Seconds = NOW

    @property
    def bundle(self) -> Path:
        return self.folder / "held.cbor"

    @property
    def held(self) -> bytes | None:
        return self.bundle.read_bytes() if self.bundle.exists() else None

    @property
    def litter(self) -> list[str]:
        """What lies in the folder beside bundle and pin."""
        own = {"held.cbor", "pin.txt", "data"}
        return sorted(path.name for path in self.folder.iterdir() if path.name not in own and path not in self.evidence)

    @property
    def evidence(self) -> list[Path]:
        """The bundles that were kept because they tell another story."""
        return sorted(self.folder.glob("held.cbor.equivocation-*"))

    def trust(self, *provinces: Province) -> None:
        """These pins, on paper."""
        (self.folder / "pin.txt").write_text("".join(f"{each.pin.hex()}\n" for each in provinces))

    def sync(self, served: Served | None = None, *more: str) -> Answer:
        if served is not None:
            self.server.body = _body(served)
        return self.call(["sync", *self.asking, "--json", *more])

    @property
    def asking(self) -> list[str]:
        """What sync is told: where to ask, whom to trust, where to keep it."""
        return ["--from", self.server.url, "--pin", str(self.folder / "pin.txt"), "--bundle", str(self.bundle)]

    def takes(self, served: Served) -> Mapping[str, Any]:
        """Offer this: it is taken and stored. The answer about the first region."""
        answer = self.sync(served)
        assert answer.code == 0
        assert {row["result"] for row in answer.rows} <= {"updated", "unchanged", "ignored"}
        return answer.rows[0]

    def refuses(self, served: Served, reason: str) -> Mapping[str, Any]:
        """Offer this: refused for that one reason, and not a byte of what is held changes."""
        before = self.held
        answer = self.sync(served)
        assert (answer.code, answer.reasons) == (1, [reason])
        assert self.held == before
        return answer.rows[0]

    def says(self, *certificates: bytes, at: Seconds | None = None) -> list[str]:
        """The reasons for these certificates, by what is held and the stored pin."""
        return [row["reason"] for row in self.rows(*certificates, at=at)]

    def rows(
        self, *certificates: bytes, at: Seconds | None = None, division: str | None = None
    ) -> list[dict[str, Any]]:
        words = [] if at is None else ["--at", rfc3339(at)]
        words += [] if division is None else ["--division", division]
        return self.call(["check", "--bundle", str(self.bundle), "--json", *words, *map(text, certificates)]).rows


def _body(served: Served) -> bytes:
    if isinstance(served, bytes):
        return served
    return bundle.encode({FUJIAN: served} if isinstance(served, Part) else served)


@pytest.fixture
def fujian() -> Province:
    """Index 7 is certified, 8 revoked; published twice."""
    made = Province.founded()
    made.certify(7)
    made.certify(8)
    made.publish()
    made.statuses[8] = Status.REVOKED
    made.publish()
    return made


@pytest.fixture
def newcomer(
    tmp_path: Path,
    call: Callable[[Sequence[str]], Answer],
    registry: Registry,
    fujian: Province,
    monkeypatch: pytest.MonkeyPatch,
) -> Verifier:
    """A verifier with Fujian's pin, and nothing else."""
    made = Verifier(tmp_path, call, registry)
    made.trust(fujian)
    monkeypatch.setattr(arguments, "clock", lambda: made.now)
    return made


@pytest.fixture
def verifier(newcomer: Verifier, fujian: Province) -> Iterator[Verifier]:
    """One who holds what Fujian published last. Whatever a test does, what is held stays good, without litter."""
    newcomer.takes(fujian.last)
    certificate = fujian.registered[7]
    yield newcomer
    assert newcomer.says(certificate, at=NOW) != ["CHAIN_INVALID"]
    assert newcomer.litter == []
