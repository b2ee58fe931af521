"""The environment of the libraries that Yinxin is compared with: `.venv-bench`, filled from its own lock file."""

import hashlib
import sys
from pathlib import Path
from typing import Final

from tools.environment import ROOT, create, install_locked

VENV: Final = ROOT / ".venv-bench"
LOCK: Final = ROOT / "requirements" / "bench.txt"
STAMP: Final = VENV / "set-up-complete"


def python() -> Path:
    """The Python of that environment, which is made first if it is missing or not what the lock file says."""
    wanted = hashlib.sha256(f"{sys.version}\n{VENV}\n".encode() + LOCK.read_bytes()).hexdigest()
    if not STAMP.exists() or STAMP.read_text() != wanted:
        create(VENV)
        install_locked(VENV, LOCK)
        STAMP.write_text(wanted)
    return VENV / "bin" / "python"
