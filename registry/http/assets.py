"""The scripts of the page /v, as the build left them in web/static/dist: what is served, and how a browser keeps it."""

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

DIST: Final = files("web") / "static" / "dist"
WORKER_PATH: Final = "/worker.js"
KEPT: Final = ("site.css", "seal.svg", "favicon.svg")
"""The static files that the page needs beside its script."""


@dataclass(frozen=True, slots=True)
class Script:
    """One script, or the WebAssembly that one needs.

    `name` is a file name made from its content; `packed` is the same bytes with gzip.
    """

    name: str
    plain: bytes
    packed: bytes

    @property
    def media_type(self) -> str:
        """What it is served as."""
        return "application/wasm" if self.name.endswith(".wasm") else "text/javascript; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Assets:
    """One build.

    `benefits` is fetched by the page of a region that publishes a benefit policy only; `reading` when a person gives
    files or opens the camera, and then of `reader`, a worker and its parts, what each kind of file takes.
    """

    page: Script
    benefits: Script
    reading: Script
    reader: tuple[Script, ...]
    worker: str
    retire: str

    def named(self, name: str) -> Script | None:
        """The script of the page of this name, if there is one."""
        return _named((self.page, self.benefits, self.reading), name)

    def of_reader(self, name: str) -> Script | None:
        """The reader's file of this name, if there is one."""
        return _named(self.reader, name)


def _named(scripts: Iterable[Script], name: str) -> Script | None:
    return next((each for each in scripts if each.name == name), None)


def read(folder: Traversable = DIST) -> Assets | None:
    """The build in `folder`; None if there is none, or only a part of one."""
    try:
        names = json.loads((folder / "manifest.json").read_text("utf-8"))
        page, benefits, reading = (_script(folder, names[name]) for name in ("page", "benefits", "reading"))
        reader = tuple(_script(folder, name) for name in names["reader"])
        worker, retire = ((folder / names[name]).read_text("utf-8") for name in ("worker", "retire"))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Assets(page, benefits, reading, reader, worker, retire)


def _script(folder: Traversable, name: str) -> Script:
    """A file of the build. What takes long to pack, the build has packed."""
    if name.endswith(".wasm"):
        packed = (folder / f"{name}.gz").read_bytes()
        return Script(name, gzip.decompress(packed), packed)
    plain = (folder / name).read_bytes()
    return Script(name, plain, gzip.compress(plain, 9, mtime=0))


def worker_script(built: Assets, page: bytes, paths: Iterable[str], when_asked: Iterable[str]) -> str:
    """The worker that keeps `page` and what stands at `paths`, and what stands at `when_asked` once it was asked for.

    Any change of either makes it another worker; the reader's files have a hash of their content in their names.
    """
    content = sha256(page + built.page.plain + built.benefits.plain + built.reading.plain)
    content.update("".join(each.name for each in built.reader).encode())
    for name in KEPT:
        content.update((files("web") / "static" / name).read_bytes())
    kept = {"version": content.hexdigest()[:16], "files": list(paths), "reader": list(when_asked)}
    return f"const yinxin={json.dumps(kept)};\n{built.worker}"
