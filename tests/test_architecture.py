"""The core is pure: what its modules import and call is read off their source.

Import rules between the packages are import-linter's contracts, in pyproject.toml.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CORE = sorted((ROOT / "credential").rglob("*.py"))

# All that the core may import of the standard library. None of it reads a clock, a file, the network,
# randomness, the environment or a log; of `datetime` and `io` only the pure part passes (see `_impure_use`).
PURE = {
    *(
        "__future__",
        "abc",
        "base64",
        "binascii",
        "bisect",
        "collections",
        "contextlib",
        "copy",
        "dataclasses",
    ),
    *(
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "hashlib",
        "hmac",
        "io",
        "ipaddress",
        "itertools",
    ),
    *(
        "json",
        "math",
        "operator",
        "re",
        "string",
        "struct",
        "textwrap",
        "types",
        "typing",
        "unicodedata",
        "zlib",
    ),
}
OUTSIDE = {
    "cbor2": {"cbor"},
    "nacl": {"digest", "ed25519", "keyfile", "sign"},
}  # package -> modules of the core that may import it
IMPURE_BUILTINS = {
    "__import__",
    "breakpoint",
    "compile",
    "eval",
    "exec",
    "exit",
    "input",
    "open",
    "print",
    "quit",
}
CLOCKS = {"now", "today", "utcnow"}
SIGNING_CALLS = {
    "crypto_sign",
    "crypto_sign_keypair",
    "crypto_sign_seed_keypair",
    "crypto_sign_ed25519ph_final_create",
}


def violations(module: str, source: str) -> list[str]:
    """What breaks the core's rules in `source`, the text of credential/<module>.py."""
    tree = ast.parse(source)
    found = []
    for node in ast.walk(tree):
        wrong = [*_forbidden_imports(module, node), *_signing(module, node), *_impure_use(node)]
        found += [f"line {node.lineno}: {what}" for what in wrong if isinstance(node, ast.stmt | ast.expr)]
    return found


def _imported(node: ast.AST) -> list[str]:
    """The full names that `node` imports, and "credential.*" names for relative imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            base = f"credential.{base}".rstrip(".")
        return [f"{base}.{alias.name}" for alias in node.names]
    return []


def _forbidden_imports(module: str, node: ast.AST) -> Iterator[str]:
    for name in _imported(node):
        package = name.partition(".")[0]
        if name.endswith(".*"):
            yield f"imports {name}, so that nobody sees what"
        if module == "__init__" and package == "credential":
            yield f"credential/__init__.py imports {name}, so that every user of the core would"
        if package in OUTSIDE and module not in OUTSIDE[package]:
            yield f"imports {name}, which is for {', '.join(sorted(OUTSIDE[package]))} alone"
        if package not in PURE | OUTSIDE.keys() | {"credential"}:
            yield f"imports {name}"


def _signing(module: str, node: ast.AST) -> Iterator[str]:
    """Whatever can sign, outside credential/sign.py."""
    if module == "sign":
        return
    for name in _imported(node):
        if name.startswith("nacl.signing") or name.rpartition(".")[2] in SIGNING_CALLS:
            yield f"imports {name}, which can sign"
    if isinstance(node, ast.Attribute) and node.attr in SIGNING_CALLS | {"signing"}:
        yield f"uses {node.attr}, which can sign"


def _impure_use(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Load()) if name in IMPURE_BUILTINS:
            yield f"uses {name}"
        case ast.Call(func=ast.Attribute(attr=attr)) if attr in CLOCKS:
            yield f"calls .{attr}(), which reads the clock"
        case ast.Attribute(
            value=ast.Name(id="datetime" | "date") | ast.Attribute(attr="datetime" | "date"), attr=attr
        ) if attr in CLOCKS:
            yield f"uses {attr}, which reads the clock"
        case ast.Call(func=ast.Attribute(attr="fromtimestamp"), args=[_], keywords=[]):
            yield "calls .fromtimestamp() without a time zone, which reads the local one"
        case ast.Call(func=ast.Attribute(attr="astimezone"), args=[], keywords=[]):
            yield "calls .astimezone() without a time zone, which reads the local one"
        case ast.Attribute(value=ast.Name(id="io"), attr=attr) if attr not in {"BytesIO", "StringIO"}:
            yield f"uses io.{attr}"
        case ast.ImportFrom(module="io", names=names):
            yield from (f"imports io.{alias.name}" for alias in names if alias.name not in {"BytesIO", "StringIO"})


def test_the_core_is_found() -> None:
    assert ROOT / "credential" / "__init__.py" in CORE


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_core_module_is_pure(path: Path) -> None:
    assert violations(path.stem, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        *(
            f"import {name}"
            for name in ("time", "os", "sys", "pathlib", "random", "secrets", "socket", "urllib.request")
        ),
        *(f"import {name}" for name in ("http.client", "logging", "subprocess", "tempfile", "uuid", "zoneinfo")),
        "import math, os.path as p",
        "from time import time",
        "from os import environ",
        "from importlib import import_module",
        "def f():\n    import random",
        "from math import *",
        "from io import open",
        "import io\nio.open('x')",
        "import io\nio.FileIO('x')",
        "open('x')",
        "print('x')",
        "input()",
        "opener = open",
        "__import__('os')",
        "eval('1')",
        "import datetime\ndatetime.datetime.now()",
        "import datetime as dt\ndt.datetime.now(dt.UTC)",
        "import datetime as dt\nclock = dt.datetime.now",
        "from datetime import date\ndate.today()",
        "from datetime import date as day\nday.today()",
        "from datetime import datetime\ndatetime.utcnow()",
        "from datetime import datetime\nclock = datetime.now",
        "from datetime import datetime\ndatetime.fromtimestamp(0)",
        "def f(at):\n    return at.astimezone()",
        "import flask",
        "import signer.cli",
        "from registry import app",
    ],
)
def test_impure_source_is_caught(source: str) -> None:
    assert violations("verify", source) != []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("verify", "import cbor2"),
        ("cose", "from cbor2 import dumps"),
        ("sign", "import cbor2"),
        ("verify", "import nacl"),
        ("cose", "from nacl.bindings import crypto_sign_open"),
        ("cbor", "import nacl.bindings"),
        ("ed25519", "from nacl.signing import SigningKey"),
        ("keyfile", "from nacl.signing import SigningKey"),
        ("ed25519", "from nacl.signing import VerifyKey"),
        ("ed25519", "import nacl.signing"),
        ("ed25519", "from nacl import signing"),
        ("ed25519", "import nacl\nnacl.signing"),
        ("ed25519", "from nacl.bindings import crypto_sign"),
        ("ed25519", "from nacl.bindings import crypto_sign_seed_keypair as pair"),
        ("ed25519", "from nacl import bindings\nbindings.crypto_sign(b'', b'')"),
        ("ed25519", "from nacl.bindings import *"),
        ("__init__", "from credential.sign import sign"),
        ("__init__", "from . import verify"),
    ],
)
def test_import_in_the_wrong_module_is_caught(module: str, source: str) -> None:
    assert violations(module, source) != []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("cbor", "import cbor2"),
        ("ed25519", "from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_sign_open"),
        ("ed25519", "from nacl import bindings, exceptions\nbindings.crypto_sign_open(b'', b'')"),
        ("sign", "from nacl.signing import SigningKey"),
        ("keyfile", "from nacl.secret import SecretBox"),
        ("sign", "from nacl.bindings import crypto_sign, crypto_sign_seed_keypair"),
        ("verify", "from credential import cose\nfrom credential.reason import Reason"),
        ("verify", "from collections.abc import Mapping\nimport re\nPATTERN = re.compile('x')"),
        ("verify", "from datetime import UTC, date, datetime, timedelta\ndatetime.fromtimestamp(0, UTC)"),
        (
            "verify",
            "from datetime import date, timedelta\ndef f(now: date):\n    return now - timedelta(days=1)",
        ),
        ("verify", "def f(context, zone):\n    return context.now, context.at.astimezone(zone)"),
        ("cbor", "from io import BytesIO"),
    ],
)
def test_pure_source_passes(module: str, source: str) -> None:
    assert violations(module, source) == []
