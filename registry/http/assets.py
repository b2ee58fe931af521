"""The scripts of the pages below /v, as the build left them: what is served, and how a browser keeps it."""

import gzip
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

DIST: Final = files("web") / "static" / "dist"
WORKER_PATH: Final = "/worker.js"
KEPT: Final = ("site.css", "seal.svg", "favicon.svg")
"""The static files that the pages need beside their scripts."""
KEPT_LATER: Final = ("more.css",)
"""Those of the pages that follow later."""
LARGEST_LATER: Final = 2 << 20
"""Bytes of what a browser fetches unasked: what reads PDFs is larger, and follows when there is a PDF."""
NEEDED: Final = ("page", "benefits")
"""What a browser keeps before it counts /v as kept; everything else follows when there is time."""
_WORKERS: Final = ("worker", "retire")
_MEDIA_TYPES: Final = {
    "js": "text/javascript; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "wasm": "application/wasm",
}


@dataclass(frozen=True, slots=True)
class File:
    """One file of the build. `name` is made from its content; `packed` is the same bytes with gzip."""

    name: str
    plain: bytes
    packed: bytes

    @classmethod
    def of(cls, name: str, plain: bytes) -> "File":
        """The file of this name."""
        return cls(name, plain, gzip.compress(plain, 9, mtime=0))

    @property
    def media_type(self) -> str:
        """What it is served as."""
        return _MEDIA_TYPES[self.name.rpartition(".")[2]]

    @property
    def integrity(self) -> str:
        """What a browser compares it with."""
        return integrity(self.plain)


@dataclass(frozen=True, slots=True)
class Assets:
    """One build. `entries` are scripts by what they are for, each before what it imports; the others are by name.

    `scripts` are what the pages run, `reader` the worker that reads pictures, with all that this takes; `notices` says
    what of others is in them, and under which licences.
    """

    entries: Mapping[str, tuple[File, ...]]
    scripts: Mapping[str, File]
    reader: Mapping[str, File]
    notices: File
    worker: str
    retire: str

    @property
    def needed(self) -> dict[str, File]:
        """The scripts that /v cannot be without, by name."""
        return {each.name: each for name in NEEDED for each in self.entries[name]}

    @property
    def later(self) -> dict[str, File]:
        """The other scripts, by name."""
        return {name: each for name, each in self.scripts.items() if name not in self.needed}


def read(folder: Traversable = DIST) -> Assets | None:
    """The build in `folder`; None if there is none, or only a part of one."""
    try:
        return _read(folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _read(folder: Traversable) -> Assets:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    workers = {name: manifest["entries"].pop(name)[0] for name in _WORKERS}
    scripts, reader = ({name: _file(folder, name) for name in manifest[group]} for group in ("scripts", "reader"))
    entries = {name: tuple(scripts[each] for each in parts) for name, parts in manifest["entries"].items()}
    if not entries.keys() >= set(NEEDED):
        raise KeyError(NEEDED)
    worker, retire = ((folder / workers[name]).read_text("utf-8") for name in _WORKERS)
    return Assets(entries, scripts, reader, _file(folder, manifest["notices"]), worker, retire)


def _file(folder: Traversable, name: str) -> File:
    """A file of the build. What takes long to pack, the build has packed."""
    if name.endswith(".wasm"):
        packed = (folder / f"{name}.gz").read_bytes()
        return File(name, gzip.decompress(packed), packed)
    return File.of(name, (folder / name).read_bytes())


def integrity(content: bytes) -> str:
    """Its SHA-256, as Subresource Integrity writes it."""
    return f"sha256-{b64encode(sha256(content).digest()).decode()}"


def worker_script(built: Assets, needed: Mapping[str, bytes], later: Mapping[str, bytes]) -> str:
    """The worker that keeps these contents, by path: any change of one of them makes it another worker."""
    asked = {path: content for path, content in later.items() if len(content) > LARGEST_LATER}
    groups = (
        ("needed", needed),
        ("later", {path: each for path, each in later.items() if path not in asked}),
        ("asked", asked),
    )
    kept = {name: {path: integrity(content) for path, content in group.items()} for name, group in groups}
    version = sha256(f"{json.dumps(kept)}\n{built.worker}".encode()).hexdigest()[:16]
    return f"const yinxin={json.dumps({'version': version, **kept})};\n{built.worker}"
