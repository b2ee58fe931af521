"""What `pip install yinxin` gives, without any extra: a verifier that needs PyNaCl and cbor2 alone."""

import fcntl
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from credential import qr_text
from credential.model import rfc3339
from tests.world import NOW, World, sign_it
from tools.environment import environment

ROOT = Path(__file__).resolve().parent.parent
BASE = {"cbor2", "cffi", "pycparser", "pynacl"}  # cffi and pycparser are PyNaCl's own
PACKAGES = {"credential", "registry", "signer", "verifier_cli", "web"}


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """The output of `command`, run without what could help it to find a package here."""
    done = subprocess.run(command, cwd=cwd, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A folder that all processes of a parallel run have in common."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if hasattr(request.config, "workerinput") else base) / "base-install"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def wheel(shared: Path) -> Path:
    """The wheel of this tree, built once a run."""
    with (shared / "wheel.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not list(shared.glob("*.whl")):
            options = ["--no-deps", "--no-index", "--no-build-isolation"]
            run(sys.executable, "-m", "pip", "wheel", "-qq", *options, "--wheel-dir", shared, ".")
    (built,) = shared.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def base_bin(shared: Path, wheel: Path) -> Path:
    """The programs of an environment that holds the base lock and the wheel, made once a run."""
    venv = shared / "venv"
    complete = shared / "venv-complete"
    with (shared / "venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not complete.exists():
            run(sys.executable, "-m", "venv", "--without-pip", "--clear", venv)
            install = (sys.executable, "-m", "pip", "--python", venv / "bin" / "python", "install", "-qq")
            run(*install, "--require-hashes", "--only-binary=:all:", "-r", "requirements/base.txt")
            run(*install, "--no-index", wheel)  # not --no-deps: the lock must have brought all of them
            complete.touch()
    return venv / "bin"


def test_base_environment_holds_the_base_dependencies_alone(base_bin: Path) -> None:
    listed = run(sys.executable, "-m", "pip", "--python", base_bin / "python", "list", "--format=json")
    assert {canonicalize_name(package["name"]) for package in json.loads(listed)} == BASE | {"yinxin"}


def test_verifier_shows_its_help(base_bin: Path, tmp_path: Path) -> None:
    assert "yinxin-verify" in run(base_bin / "yinxin-verify", "--help", cwd=tmp_path)


def test_verifier_imports_neither_strangers_nor_the_signing_code(base_bin: Path, tmp_path: Path) -> None:
    script = "import sys; old = set(sys.modules); import verifier_cli.cli; print(*sys.modules.keys() - old)"
    modules = set(run(base_bin / "python", "-I", "-c", script, cwd=tmp_path).split())
    packages = {module.partition(".")[0] for module in modules}
    allowed = {"verifier_cli", "credential", "nacl", "_sodium", "_cffi_backend", "cbor2", "_cbor2"}
    assert "verifier_cli" in packages
    assert packages - sys.stdlib_module_names <= allowed
    assert "credential.sign" not in modules


@dataclass(frozen=True)
class Said:
    """What a run of the installed verifier ended with."""

    code: int
    out: str
    err: str


@pytest.fixture
def check(base_bin: Path, tmp_path: Path) -> Callable[[str], Said]:
    """`yinxin-verify check` of one input, with a bundle and a pin on disk."""
    (tmp_path / "bundle.cbor").write_bytes(World().bundle())
    (tmp_path / "pin.txt").write_text(World().pin().hex())

    def run_check(given: str) -> Said:
        held = ["--bundle", "bundle.cbor", "--pin", "pin.txt", "--at", rfc3339(NOW), "--json"]
        command = [str(base_bin / "yinxin-verify"), "check", *held, given]
        done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)
        return Said(done.returncode, done.stdout, done.stderr)

    return run_check


def test_verifier_verifies_a_certificate(check: Callable[[str], Said]) -> None:
    said = check(qr_text.encode("fj.example", sign_it()))
    assert (said.code, said.err) == (0, "")
    row = json.loads(said.out)
    assert (row["reason"], row["claims"]["name"]) == ("ACCEPTED", "陈志强")
    forged = check(qr_text.encode("fj.example", sign_it(by="stranger")))
    assert (forged.code, json.loads(forged.out)["reason"]) == (1, "KEY_UNKNOWN")


def test_verifier_names_the_extra_that_a_picture_needs(check: Callable[[str], Said], tmp_path: Path) -> None:
    (tmp_path / "certificate.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    said = check("certificate.png")
    assert (said.code, said.out) == (2, "")
    assert "certificate.png" in said.err
    assert "pip install '.[images]'" in said.err
    assert "Traceback" not in said.err


def test_wheel_holds_the_packages_and_their_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        (entry_points,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "yinxin-verify = verifier_cli.cli:program" in archive.read(entry_points).decode()
    source = {path.relative_to(ROOT).as_posix() for package in PACKAGES - {"web"} for path in _files(ROOT / package)}
    pages = {
        path.relative_to(ROOT).as_posix() for part in ("static", "templates") for path in _files(ROOT / "web" / part)
    }
    assert held == source | pages | {"web/__init__.py", "registry/norm/format.md"}
    assert "web/static/dist/manifest.json" in held, "not built: run `make web`"
    built = {name.rpartition("/")[2].split("-")[0] for name in held if "/dist/" in name and name.endswith(".js")}
    assert built >= {"page", "benefits", "reading", "reader", "worker", "retire"}


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not {"__pycache__", ".DS_Store"} & set(path.parts)]


def test_locks_satisfy_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    base = project["project"]["dependencies"]
    optional = project["project"]["optional-dependencies"]
    extras = [asked for extra in optional.values() for asked in extra]
    wanted = {
        "base": base,
        "dev": [*base, *extras, *project["dependency-groups"]["dev"]],
        "serve": [*base, *optional["registry"], *optional["postgresql"]],
        "build": project["build-system"]["requires"],
        "lock": project["dependency-groups"]["lock"],
        "node": project["dependency-groups"]["node"],
    }
    pins = {name: _pins(ROOT / "requirements" / f"{name}.txt") for name in wanted}
    stale = [
        f"{asked} is not in requirements/{lock}.txt: run `make lock`"
        for lock, requirements in wanted.items()
        for asked in map(Requirement, requirements)
        if not asked.specifier.contains(pins[lock].get(canonicalize_name(asked.name), "0"))
    ]
    assert stale == []
    assert pins["base"].keys() == BASE
    assert pins["base"].items() <= pins["serve"].items() <= pins["dev"].items()


def _pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^(\S+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))
