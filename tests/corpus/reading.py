"""The corpus as both languages read it: without the ladder, and with it."""

import json
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image

from tools import web
from tools.corpus.specimens import Specimen
from verifier_cli.reading import ladder

PROGRAM: Final = web.BUILD / "test" / "corpus.js"


class Answer(NamedTuple):
    """The texts that one language reads, without the ladder and with it, and the seconds that the ladder took."""

    alone: list[str]
    ladder: list[str]
    took: float


class Reading(NamedTuple):
    """A specimen, and what both languages say of it."""

    specimen: Specimen
    python: Answer
    typescript: Answer

    @property
    def wrong(self) -> bool:
        """Whether anything was read that is not what the code says."""
        found = (*self.python.alone, *self.python.ladder, *self.typescript.alone, *self.typescript.ladder)
        return any(text != self.specimen.text for text in found)

    @property
    def lost(self) -> bool:
        """Whether a language reads less with the ladder than without."""
        return any(set(answer.alone) - set(answer.ladder) for answer in (self.python, self.typescript))


class Node:
    """The page's reader in Node: it is asked a picture, and works on it while this process works on the same."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin, self._stdout, self._file = process.stdin, process.stdout, folder / "asked.ppm"

    def ask(self, picture: Image.Image) -> None:
        """Send a picture; `answer` must fetch what is said of it."""
        self._file.write_bytes(b"P6 %d %d 255\n" % picture.size + picture.tobytes())
        print(self._file, file=self._stdin, flush=True)

    def answer(self) -> Answer:
        """The next answer. json.JSONDecodeError if the process has ended."""
        said = json.loads(self._stdout.readline())
        return Answer(said["alone"], said["ladder"], said["took"] / 1000)


@contextmanager
def running(folder: Path) -> Iterator[Node]:
    """The reader as `make web` has compiled it; pictures reach it through `folder`."""
    pipe, environment = subprocess.PIPE, web._environment()
    with subprocess.Popen(["node", str(PROGRAM)], env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Node(process, folder)
        finally:
            process.kill()


def read(specimens: Iterable[Specimen], node: Node) -> Iterator[Reading]:
    """What both languages read of each."""
    for specimen in specimens:
        node.ask(specimen.picture)
        yield Reading(specimen, read_here(specimen.picture), node.answer())


def read_here(picture: Image.Image) -> Answer:
    """What Python reads."""
    alone = ladder.glance(picture)
    began = time.perf_counter()
    found = ladder.read(picture)
    return Answer(alone, found, time.perf_counter() - began)
