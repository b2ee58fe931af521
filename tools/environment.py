"""Virtual environments filled from lock files: what the set-up and `make lock` share."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final, NoReturn

ROOT: Final = Path(__file__).resolve().parent.parent

_PIP_SOURCES: Final = re.compile(
    r"PIP_(CERT|CLIENT_CERT|CACHE_DIR|CONFIG_FILE|(DEFAULT_)?TIMEOUT|EXTRA_INDEX_URL|FIND_LINKS|INDEX_URL"
    r"|KEYRING_PROVIDER|NO_CACHE_DIR|NO_INDEX|PROXY|RETRIES|TRUSTED_HOST)"
)
"""The pip settings that say where packages come from, such as a mirror. The others could break the set-up."""


def environment() -> dict[str, str]:
    """This process's environment variables, less those that would lead Python or pip elsewhere."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "PYTHON", "VIRTUAL_ENV")) or _PIP_SOURCES.fullmatch(name)
    }
    # These two are said because pip's configuration files may say otherwise.
    return kept | {
        "PIP_USER": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PYTHONUTF8": "1",
    }


def fail(zh: str, en: str) -> NoReturn:
    """Ends the program with one line for a person."""
    sys.exit(f"{zh} / {en}")


def create(venv: Path) -> None:
    """An empty environment at `venv`, in place of whatever was there."""
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        fail(
            f"这个 Python 缺少 venv 或 ensurepip 模块：Debian、Ubuntu 请运行 apt install {package}",
            f"this Python lacks the module venv or ensurepip: on Debian or Ubuntu, apt install {package}",
        )
    if venv.exists() and venv.samefile(sys.prefix):
        fail(
            f"PYTHON 不能是 {venv.name} 自己的 Python，因为要重建它",
            f"PYTHON must not be {venv.name}'s own Python, which is to be rebuilt",
        )
    print(
        f"正在建立 {venv.name} 并安装依赖，约需一分钟……"
        f" / creating {venv.name} and installing what it needs, about a minute...",
        flush=True,
    )
    if not venv.is_dir():
        venv.unlink(missing_ok=True)
    command = [sys.executable, "-m", "venv", "--clear", str(venv)]
    made = subprocess.run(command, env=environment(), close_fds=False, capture_output=True, text=True, check=False)
    if made.returncode:
        said = " ".join((made.stdout + made.stderr).split())
        fail(f"不能建立 {venv.name}：{said}", f"cannot create {venv.name}: {said}")


def install(venv: Path, *arguments: str) -> None:
    """Runs `pip install` in `venv`: quiet, but for errors."""
    command = [str(venv / "bin" / "python"), "-m", "pip", "install", "-qq", "--no-deps", *arguments]
    if subprocess.run(command, env=environment(), cwd=ROOT, close_fds=False, check=False).returncode:
        fail(
            "安装失败（原因见上）：请检查网络或 pip 的镜像设置，然后重新运行同一命令",
            "the installation failed (see above): check the network or pip's mirror, then run the same again",
        )


def install_locked(venv: Path, *locks: Path) -> None:
    """Installs what `locks` pin: wheels only, so that nothing is compiled, each checked against its hash."""
    files = [argument for lock in locks for argument in ("-r", str(lock))]
    install(venv, "--require-hashes", "--only-binary=:all:", *files)
