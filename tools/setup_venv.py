"""Makes .venv hold exactly what the lock files pin, and this project; returns at once if it already does."""

import fcntl
import hashlib
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tools.environment import ROOT, create, fail, install, install_locked

VENV: Final = ROOT / ".venv"
LOCKS: Final = (ROOT / "requirements" / "build.txt", ROOT / "requirements" / "dev.txt")
STAMP: Final = VENV / "set-up-complete"
"""Written last, removed first: an environment without it was interrupted, and is made anew."""


def main() -> None:
    """Brings .venv up to date, one process at a time."""
    with _alone():
        environment, project = _wanted()
        stamp = STAMP.read_text().split() if STAMP.exists() and (VENV / "bin" / "python").exists() else []
        if stamp == [environment, project]:
            return
        if STAMP.exists():
            STAMP.unlink()
        if stamp[:1] != [environment]:
            create(VENV)
            install_locked(VENV, *LOCKS)
        # The build backend came with the lock files, so this needs no network.
        install(VENV, "--no-index", "--no-build-isolation", "--editable", ".")
        unfinished = STAMP.with_suffix(".new")
        unfinished.write_text(f"{environment}\n{project}\n")
        unfinished.replace(STAMP)


def _wanted() -> tuple[str, str]:
    """What decides the environment (this Python, this place, the locks), and the project in it."""
    place = f"{sys.version}\n{sys.base_prefix}\n{platform.machine()}\n{VENV}\n"
    environment = hashlib.sha256(place.encode() + b"".join(lock.read_bytes() for lock in LOCKS))
    project = hashlib.sha256((ROOT / "pyproject.toml").read_bytes())
    return environment.hexdigest(), project.hexdigest()


@contextmanager
def _alone() -> Iterator[None]:
    """Waits while another set-up works on this folder.

    The lock ends with the last process that holds it: a pip that outlives a killed set-up still does.
    """
    folder = os.open(ROOT, os.O_RDONLY)
    os.set_inheritable(folder, True)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("等待另一个进程完成安装…… / waiting for another set-up to finish...", flush=True)
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        fail("安装中断；重新运行同一命令即可", "interrupted; run the same command again")
    except OSError as error:
        fail(f"不能准备 .venv：{error}", f"cannot set up .venv: {error}")
