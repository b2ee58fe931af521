"""Regenerates requirements/*.txt from pyproject.toml: `make lock`.

The locks hold for every platform and every supported Python. Pins stay as they are unless pyproject.toml asks
for something else; `make lock UPGRADE=1` takes the newest of everything.
"""

import re
import subprocess
import sys
import tomllib
from typing import Final

from tools.environment import ROOT, create, fail, install_locked

LOCK_VENV: Final = ROOT / ".venv-lock"
REQUIREMENTS: Final = ROOT / "requirements"
_LINE: Final = re.compile(
    r"""\s*\#.*                                           # a comment
    | [a-z0-9-]+==[a-z0-9.]+ (\ ;\ [\w\ .<>=!'()]+)? \ \\  # a pin
    | \s{4}--hash=sha256:[0-9a-f]{64} (\ \\)?             # a hash of it""",
    re.VERBOSE,
)


def main(options: list[str]) -> None:
    """Writes the lock files; the first decides versions for those of the product."""
    create(LOCK_VENV)
    install_locked(LOCK_VENV, REQUIREMENTS / "lock.txt")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    build = "\n".join(project["build-system"]["requires"])
    alike = ["--constraints", "requirements/dev.txt"]
    _compile("dev", "pyproject.toml", "--all-extras", "--group", "dev", *options)
    _compile("base", "pyproject.toml", *alike, *options)
    _compile("serve", "pyproject.toml", "--extra", "registry", "--extra", "postgresql", *alike, *options)
    _compile("build", "-", *alike, *options, given=build)
    _compile("bench", "--group", "bench", *options)
    _compile("lock", "--group", "lock", *options)
    _compile("node", "--group", "node", *options)
    _compile("soak", "--group", "soak", *options)


def _compile(name: str, *arguments: str, given: str = "") -> None:
    lock = REQUIREMENTS / f"{name}.txt"
    command = [
        *(str(LOCK_VENV / "bin" / "uv"), "pip", "compile", "--quiet", "--no-config"),
        *("--universal", "--python-version=3.11", "--generate-hashes", "--no-emit-index-url"),
        *("--custom-compile-command", "make lock", "--output-file", str(lock.relative_to(ROOT))),
    ]
    if subprocess.run([*command, *arguments], cwd=ROOT, input=given, text=True, check=False).returncode:
        fail(f"{lock.name} 没有更新（原因见上）", f"{lock.name} was not updated (see above)")
    strange = [line for line in lock.read_text().splitlines() if not _LINE.fullmatch(line)]
    if strange:
        fail(
            f"{lock.name} 中有不该有的内容：{strange[0]}",
            f"{lock.name} holds what it should not: {strange[0]}",
        )


if __name__ == "__main__":
    main(sys.argv[1:])
