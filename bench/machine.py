"""Where and with what was measured: a figure without it means nothing."""

import os
import platform
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tools.environment import ROOT


@dataclass(frozen=True, slots=True)
class Machine:
    """The circumstances of one run."""

    commit: str
    python: str
    processor: str
    cores: int
    load: float
    """Processes that wanted a core in the minute before the run."""
    libraries: str

    @property
    def was_busy(self) -> bool:
        """Whether another program had a core to itself: then the figures stray, most of all those by the clock."""
        return self.load >= 1


def machine(peers: Path) -> Machine:
    """The circumstances now."""
    return Machine(
        commit=commit("docs/performance.md"),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        processor=processor(),
        cores=os.cpu_count() or 1,
        load=os.getloadavg()[0],
        libraries=", ".join((*_ours(), *_theirs(peers))),
    )


def commit(written: str) -> str:
    """The commit checked out, and whether there was more than it; the page to be `written` does not count."""
    name = _output("git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD")
    more = _output("git", "-C", str(ROOT), "status", "--porcelain", "--", ".", f":!{written}")
    return (name or "?") + (" + changes" if more else "")


def processor() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _ours() -> list[str]:
    return [f"{name} {version(name)}" for name in ("PyNaCl", "cbor2", "qrcode", "Pillow", "zxing-cpp")]


def _theirs(peers: Path) -> list[str]:
    names = ("cwt", "cryptography", "segno")
    code = f"from importlib.metadata import version\nprint(*map(version, {names!r}))"
    versions = _output(str(peers), "-c", code).split()
    return [f"{'python-cwt' if name == 'cwt' else name} {number}" for name, number in zip(names, versions, strict=True)]


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
