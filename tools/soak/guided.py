"""Every reader under coverage-guided fuzzing with atheris, in a venv of its own: `make soak ONLY=guided`.

Two processes: one fuzzes the readers, the other the verdict, and then the loading of bundles.
"""

import hashlib
import os
import platform
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Final

from tools.environment import ROOT, create, install_locked
from tools.soak.soak import Order, Outcome, Progress, Soak

VENV: Final = ROOT / ".venv-soak"
LOCKS: Final = (ROOT / "requirements" / "base.txt", ROOT / "requirements" / "soak.txt")
LIMITS: Final = ("-timeout=10", "-rss_limit_mb=2048", "-max_len=8192", "-print_final_stats=1")
"""Seconds and memory for one input; a larger input is no better."""


@dataclass
class Leg:
    """One group of harnesses, fuzzed by one process."""

    group: str
    runs: int
    process: "subprocess.Popen[bytes] | None" = field(default=None)
    log: Path = Path()

    def start(self, order: Order) -> None:
        """Fuzz from the seeds alone: what an earlier run has found would not be this seed's."""
        folder = order.folder / self.group
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "log.txt"
        corpus = folder / f"corpus-{order.seed}-{os.getpid()}"
        command = [
            *(str(VENV / "bin" / "python"), "-m", "tests.fuzz.guided", self.group, str(corpus), *LIMITS),
            *(f"-runs={self.runs}", f"-seed={order.seed}", f"-artifact_prefix={folder}/"),
        ]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    @property
    def done(self) -> int:
        """How many inputs it has run."""
        if self.process is None:
            return 0
        said = re.findall(rb"^(?:#|stat::number_of_executed_units: )(\d+)", self.log.read_bytes()[-4000:], re.MULTILINE)
        return int(said[-1]) if said else 0

    @property
    def covered(self) -> int:
        """How many places of the code it has seen."""
        said = re.findall(rb" cov: (\d+)", self.log.read_bytes()[-20_000:])
        return int(said[-1]) if said else 0

    def fault(self) -> str:
        """What it found, if it ended otherwise than it should."""
        if self.process is None or self.process.returncode == 0:
            return ""
        said = self.log.read_text("utf-8", "replace")
        error = re.findall(r"^(?:\S*Error.*|SUMMARY.*|==\d+== ERROR.*)$", said, re.MULTILINE)
        kept = re.findall(r"Test unit written to (\S+)", said)
        again = "".join(f"\n  重现 again: .venv/bin/python -m tests.fuzz.replay {self.group} {each}" for each in kept)
        return f"{self.group}: {'; '.join(error[:3])}（{self.log}）{again}"


def run(order: Order) -> Outcome:
    """Ten million inputs, in two processes."""
    missing = _set_up()
    if missing:
        return Outcome((), (missing,))
    first = [Leg("reading", order.of(6_500_000))]
    second = [Leg("verifying", order.of(3_500_000)), Leg("loading", order.of(100_000))]
    legs = [*first, *second]
    progress = Progress(sum(leg.runs for leg in legs))
    try:
        for _ in zip_longest(_drive(first, order), _drive(second, order)):
            progress.reached(sum(leg.done for leg in legs))
            time.sleep(1)
    finally:
        for leg in legs:
            if leg.process is not None and leg.process.poll() is None:
                leg.process.kill()
    return _outcome(legs)


def _drive(legs: list[Leg], order: Order) -> Iterator[None]:
    """One leg after the other; a step whenever there is nothing to do but wait."""
    for leg in legs:
        leg.start(order)
        while leg.process is not None and leg.process.poll() is None:
            yield


def _outcome(legs: list[Leg]) -> Outcome:
    names = {
        "reading": "读取器 readers",
        "verifying": "核验 verdicts",
        "loading": "载入离线包 loading bundles",
    }
    rows = (
        ("运行次数 executions", f"{sum(leg.done for leg in legs):,}"),
        *((names[leg.group], f"{leg.done:,} 次 executions, {leg.covered:,} 处覆盖 places covered") for leg in legs),
        ("发现 found", str(sum(1 for leg in legs if leg.fault()))),
    )
    return Outcome(rows, tuple(leg.fault() for leg in legs if leg.fault()))


def _set_up() -> str:
    """Makes the venv hold what the locks pin; why it cannot be, where there is no wheel of atheris."""
    if platform.system() != "Linux" or platform.machine() != "x86_64" or not _python_fits():
        return "atheris 只适用于 Linux x86-64、Python 3.11 至 3.13，没有运行 / no atheris for this machine: not run"
    wanted = hashlib.sha256(b"".join(lock.read_bytes() for lock in LOCKS)).hexdigest()
    stamp = VENV / "set-up-complete"
    if not stamp.exists() or stamp.read_text() != wanted:
        create(VENV)
        install_locked(VENV, *LOCKS)
        stamp.write_text(wanted)
    return ""


def _python_fits() -> bool:
    return (3, 11) <= tuple(map(int, platform.python_version_tuple()[:2])) <= (3, 13)


SOAK: Final = Soak("guided", "按覆盖率引导的模糊测试", "Coverage-guided fuzzing", run)
