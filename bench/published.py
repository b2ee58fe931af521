"""Published objects from the registry's own server, beside the same server's constant answers of the same size."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench import processes
from bench.race import Effort
from bench.rows import Goal, Row
from bench.service import Visitor, founded, running, serving
from registry.current import read_index
from tests.databases import Embedded
from tests.registry.office import PORT, Office, batch
from tools.demo.stage import free_port

ASKED: Final = 1_000
CERTIFICATES: Final = 2_000
GOAL: Final = Goal(True, 0.8)
NAMES: Final = {
    "status": ("状态列表", "a status list"),
    "object": ("登记摘要的目录", "a register's index"),
    "bundle": ("离线包", "the bundle"),
}


def rows(effort: Effort, asked: int = ASKED, certificates: int = CERTIFICATES) -> Iterator[Row]:
    """Seconds of the server's processor time that one answer takes, of each kind."""
    if not processes.is_told():
        return
    with TemporaryDirectory(prefix="yx") as folder, founded(Path(folder), Embedded()) as office:
        paths = publish(office, certificates)
        yield from _measured(office, Path(folder), paths, effort, asked)


def publish(office: Office, certificates: int) -> Mapping[str, str]:
    """Publish some certificates; where each kind of object is."""
    answer = office.register(PORT, *batch(office.indices(PORT, certificates)))
    if answer.status_code != 200:
        raise AssertionError(answer.text)
    office.publish()
    named = {each["type"]: each["sha256"] for each in read_index(office.service.places)["objects"]}
    return {"status": "/s/0", "object": f"/v1/objects/{named['register']}", "bundle": "/v1/bundle"}


def _measured(office: Office, folder: Path, paths: Mapping[str, str], effort: Effort, asked: int) -> Iterator[Row]:
    port = free_port()
    command = [sys.executable, "-m", "bench.sized", str(port)]
    with ExitStack() as stack:
        service = stack.enter_context(serving(office))
        constant = stack.enter_context(running(command, port, folder / "constant.log"))
        for name, path in paths.items():
            ours = stack.enter_context(closing(Visitor(service.port, path)))
            theirs = stack.enter_context(closing(Visitor(port, f"/{len(ours.body)}")))
            taken: tuple[list[float], list[float]] = ([], [])
            for _ in range(effort.rounds):
                taken[0].append(_seconds(ours, service.process.pid, asked))
                taken[1].append(_seconds(theirs, constant.pid, asked))
            zh, en = NAMES[name]
            what = (
                f"登记服务给出{zh}，{len(ours.body):,} 字节",
                f"the registry's server gives {en}, {len(ours.body):,} bytes",
            )
            yield Row(*what, taken[0], "the same server, a constant", taken[1], True, GOAL)


def _seconds(visitor: Visitor, pid: int, asked: int) -> float:
    """What one answer took of the processor; a round is as long as the clock of /proc needs."""
    before = processes.spent((pid,))
    visitor.ask(asked)
    return (processes.spent((pid,)) - before) / asked
