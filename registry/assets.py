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
class Assets:
    """One build. `page` is a file name made from its content; `packed` is the same bytes with gzip."""

    page: str
    script: bytes
    packed: bytes
    worker: str
    retire: str


def read(folder: Traversable = DIST) -> Assets | None:
    """The build in `folder`; None if there is none, or only a part of one."""
    try:
        names = json.loads((folder / "manifest.json").read_text("utf-8"))
        script = (folder / names["page"]).read_bytes()
        worker, retire = ((folder / names[name]).read_text("utf-8") for name in ("worker", "retire"))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Assets(names["page"], script, gzip.compress(script, 9, mtime=0), worker, retire)


def worker_script(built: Assets, page: bytes, paths: Iterable[str]) -> str:
    """The worker that keeps `page` and what stands at `paths`: any change of either makes it another worker."""
    content = sha256(page + built.script)
    for name in KEPT:
        content.update((files("web") / "static" / name).read_bytes())
    kept = {"version": content.hexdigest()[:16], "files": list(paths)}
    return f"const yinxin={json.dumps(kept)};\n{built.worker}"
