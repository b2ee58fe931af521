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
    """One script. `name` is a file name made from its content; `packed` is the same bytes with gzip."""

    name: str
    plain: bytes
    packed: bytes


@dataclass(frozen=True, slots=True)
class Assets:
    """One build. `benefits` is fetched by the page of a region that publishes a benefit policy only."""

    page: Script
    benefits: Script
    worker: str
    retire: str

    def named(self, name: str) -> Script | None:
        """The script of this name, if there is one."""
        return next((each for each in (self.page, self.benefits) if each.name == name), None)


def read(folder: Traversable = DIST) -> Assets | None:
    """The build in `folder`; None if there is none, or only a part of one."""
    try:
        names = json.loads((folder / "manifest.json").read_text("utf-8"))
        page, benefits = (_script(folder, names[name]) for name in ("page", "benefits"))
        worker, retire = ((folder / names[name]).read_text("utf-8") for name in ("worker", "retire"))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Assets(page, benefits, worker, retire)


def _script(folder: Traversable, name: str) -> Script:
    plain = (folder / name).read_bytes()
    return Script(name, plain, gzip.compress(plain, 9, mtime=0))


def worker_script(built: Assets, page: bytes, paths: Iterable[str]) -> str:
    """The worker that keeps `page` and what stands at `paths`: any change of either makes it another worker."""
    content = sha256(page + built.page.plain + built.benefits.plain)
    for name in KEPT:
        content.update((files("web") / "static" / name).read_bytes())
    kept = {"version": content.hexdigest()[:16], "files": list(paths)}
    return f"const yinxin={json.dumps(kept)};\n{built.worker}"
