"""Sides against each other in the same minutes: they take turns, round by round, so that all meet the same machine."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import IO, Final

from tools.environment import environment, fail

_SIDES: Final = Path(__file__).parent / "sides.py"


@dataclass(frozen=True, slots=True)
class Side:
    """One side: its name in sides.py, and the Python that runs it."""

    name: str
    python: Path


@dataclass(frozen=True, slots=True)
class Ratio:
    """How two sides compare: by their medians, and the smallest and largest of the single rounds."""

    middle: float
    least: float
    most: float


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
    """Ours over theirs; both hold one figure a round, taken in turns."""
    rounds = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    return Ratio(median(ours) / median(theirs), min(rounds), max(rounds))


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: rounds, and seconds of processor time that each side takes a round."""

    rounds: int
    seconds: float
    starts: int
    """How many times a cold process is started, for each side."""


class Runner:
    """A side at work in its own process."""

    def __init__(self, name: str, given: IO[str], said: IO[str]) -> None:
        self.name, self._given, self._said = name, given, said
        if self._said.readline() != "ready\n":
            fail(f"测量 {name} 没有开始（原因见上）", f"the side {name} did not start (see above)")

    def time(self, count: int) -> float:
        """Seconds that one repetition took, over `count` of them."""
        print(count, file=self._given, flush=True)
        answer = self._said.readline()
        if not answer:
            fail(f"测量 {self.name} 中断（原因见上）", f"the side {self.name} broke off (see above)")
        return int(answer) / 1e9 / count

    def count_for(self, seconds: float) -> int:
        """How many repetitions take about so long; they also warm the side up."""
        count = 1
        while (took := self.time(count) * count) < seconds / 4:
            count *= 2
        return max(1, round(count * seconds / took))


@contextmanager
def started(side: Side, folder: Path) -> Iterator[Runner]:
    """The side, prepared and waiting; it ends with the block."""
    command = [str(side.python), "-P", str(_SIDES), side.name, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), encoding="ascii"
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise AssertionError
        yield Runner(side.name, process.stdin, process.stdout)
        process.stdin.close()


def run(sides: Sequence[Side], folder: Path, effort: Effort) -> Mapping[str, list[float]]:
    """Seconds that one repetition takes, each side once a round."""
    times: dict[str, list[float]] = {side.name: [] for side in sides}
    with ExitStack() as stack:
        runners = [stack.enter_context(started(side, folder)) for side in sides]
        counts = [runner.count_for(effort.seconds) for runner in runners]
        for number in range(effort.rounds):
            turn = list(zip(runners, counts, strict=True))
            # Whoever goes first does so in every second round only.
            for runner, count in turn if number % 2 == 0 else reversed(turn):
                times[runner.name].append(runner.time(count))
    return times
