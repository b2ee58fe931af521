"""Programs that start, do one thing and end: how long they take from the outside, in turns."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tools.environment import environment, fail


@dataclass(slots=True)
class Starts:
    """Seconds that each start of one program took: by the clock, and of the processor's in the program's own code."""

    wall: list[float] = field(default_factory=list)
    user: list[float] = field(default_factory=list)


def run(commands: Mapping[str, Sequence[str]], starts: int) -> Mapping[str, Starts]:
    """Start each command so many times, in turns, after once to warm the disk's cache."""
    taken = {name: Starts() for name in commands}
    surroundings = environment()
    for command in commands.values():
        _start(command, surroundings)
    for _ in range(starts):
        for name, command in commands.items():
            wall, user = _start(command, surroundings)
            taken[name].wall.append(wall)
            taken[name].user.append(user)
    return taken


def _start(command: Sequence[str], surroundings: Mapping[str, str]) -> tuple[float, float]:
    """Seconds by the clock and of user time of one run, which must succeed."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=surroundings, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        fail(f"{command[0]} 以 {process.returncode} 结束", f"{command[0]} ended with {process.returncode}")
    return wall, usage.ru_utime
