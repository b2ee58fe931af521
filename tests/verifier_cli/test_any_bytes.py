"""Bundle, pin file and picture of any bytes: a verdict or one clear line, never a traceback."""

import contextlib
import io
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from credential import cbor
from tests.verifier_cli.conftest import AT, GOOD, text
from tests.verifier_cli.test_pictures import code
from tests.world import World, certificate, sign_it
from verifier_cli.cli import main

WORLD = World(agreements=(), registered={7: sign_it()}, survivors=(bytes(16),))
BUNDLE = WORLD.bundle()
PIN = WORLD.pin().hex().encode()
STRANGER = text(sign_it(certificate(serial=3), by="stranger"))


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def check(folder: Path, data: bytes, pin: bytes, *inputs: str) -> tuple[int, list[str]]:
    """The exit code and the reasons. Exit 2 has one complaint and no verdict; every other code a verdict an input."""
    (folder / "b").write_bytes(data)
    (folder / "p").write_bytes(pin)
    command = ["check", "--bundle", str(folder / "b"), "--pin", str(folder / "p"), "--at", AT, "--json", *inputs]
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        exit_code = main(command)
    reasons = [json.loads(line)["reason"] for line in out.getvalue().splitlines()]
    if exit_code == 2:
        assert reasons == []
        assert err.getvalue().startswith("yinxin-verify: ")
    else:
        assert len(reasons) == len(inputs)
        assert err.getvalue() == ""
    return exit_code, reasons


def test_whole_bundle_and_pin_are_good(folder: Path) -> None:
    """What the others damage."""
    assert check(folder, BUNDLE, PIN, GOOD, STRANGER) == (1, ["ACCEPTED", "KEY_UNKNOWN"])


@given(data=st.binary(max_size=300))
@example(b"")
@example(cbor.encode([1, {}]))
@example(cbor.encode([1, {"35": {}}]))
@example(cbor.encode([1, {"35": {1: [], 2: b"", 3: b"", 4: [], 5: []}}]))
@example(b"\x81" * 100_000)
@example(b"\x9b" + b"\xff" * 8)
def test_bundle_of_any_bytes(folder: Path, data: bytes) -> None:
    exit_code, reasons = check(folder, data, PIN, GOOD)
    assert (exit_code, reasons) in ((2, []), (3, ["CHAIN_INVALID"]), (3, ["REGION_UNKNOWN"]))


_ITEMS = st.recursive(
    st.integers(-5, 70_000) | st.binary(max_size=8) | st.text(max_size=4) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers(0, 20), inner, max_size=4),
    max_leaves=8,
)


@given(entries=st.dictionaries(st.integers(1, 9), _ITEMS, min_size=3))
def test_bundle_of_any_shape(folder: Path, entries: dict[int, object]) -> None:
    """A container that is read, and parts of any shape inside."""
    whole = cbor.decode(BUNDLE)
    assert isinstance(whole, list)
    regions = whole[1]
    assert isinstance(regions, dict)
    part = regions["35"]
    assert isinstance(part, dict)
    changed = cbor.encode([1, {"35": {**part, **entries}}])  # type: ignore[dict-item]
    exit_code, reasons = check(folder, changed, PIN, GOOD)
    assert (exit_code, reasons) in ((2, []), (3, ["CHAIN_INVALID"]))


def _flip(data: bytes, place: int, flips: int) -> bytes:
    at = place % len(data)
    return data[:at] + bytes([data[at] ^ flips]) + data[at + 1 :]


def _cut(data: bytes, place: int, flips: int) -> bytes:
    return data[: place % len(data)] if flips % 2 else data[place % len(data) :]


def _double(data: bytes, place: int, flips: int) -> bytes:
    at = place % len(data)
    return data[: at + flips] + data[at:]


@given(
    damage=st.sampled_from([_flip, _flip, _cut, _double]),
    place=st.integers(0, len(BUNDLE) - 1),
    flips=st.integers(1, 255),
)
def test_damaged_bundle_calls_nothing_good_or_forged(
    folder: Path, damage: Callable[[bytes, int, int], bytes], place: int, flips: int
) -> None:
    """Every byte of a bundle is signed, hashed, or holds the others together; what does not count is a blob unused."""
    exit_code, reasons = check(folder, damage(BUNDLE, place, flips), PIN, GOOD, STRANGER)
    assert exit_code in {1, 2, 3}
    if exit_code == 1:
        assert reasons == ["ACCEPTED", "KEY_UNKNOWN"]
    if exit_code == 3:
        assert set(reasons) <= {"CHAIN_INVALID", "REGION_UNKNOWN"}


@given(pin=st.binary(max_size=200) | st.text("0123456789abcdefABCDEF \n#\r", max_size=150).map(str.encode))
@example(b"\xef\xbb\xbf" + b"0" * 64)
@example(b"0" * 64 + b"\0")
@example(b"\xff\xfe" + "0".encode("utf-16-le") * 64)
def test_pin_file_of_any_bytes(folder: Path, pin: bytes) -> None:
    exit_code, reasons = check(folder, BUNDLE, pin, GOOD)
    assert (exit_code, reasons) in ((2, []), (3, ["CHAIN_INVALID"]))


@given(place=st.integers(0, 63), digit=st.sampled_from(b"0123456789abcdefg \n#\0"))
def test_pin_with_one_character_changed(folder: Path, place: int, digit: int) -> None:
    changed = PIN[:place] + bytes([digit]) + PIN[place + 1 :]
    exit_code, reasons = check(folder, BUNDLE, changed, GOOD)
    assert (exit_code, reasons) in ((0, ["ACCEPTED"]), (2, []), (3, ["CHAIN_INVALID"]))
    assert (exit_code == 0) == (changed == PIN)


def _picture(as_format: str) -> bytes:
    drawn = io.BytesIO()
    code(GOOD, box=2).save(drawn, as_format)
    return drawn.getvalue()


PICTURES = {name: _picture(name.upper()) for name in ("png", "jpeg", "gif", "bmp", "tiff", "webp")}


def test_pictures_of_any_bytes(folder: Path) -> None:
    """Any bytes after, or in the middle of, a head that is right: each file has its answer."""
    random = Random(20261122)
    paths = []
    for number in range(200):
        suffix = random.choice(sorted(PICTURES))
        whole, begin = PICTURES[suffix], random.randrange(40)
        after = whole[begin + random.randrange(40) :] if random.random() < 0.5 else b""
        damaged = whole[:begin] + random.randbytes(random.randrange(100)) + after
        paths.append(folder / f"{number}.{suffix}")
        paths[-1].write_bytes(damaged)
    exit_code, reasons = check(folder, BUNDLE, PIN, *map(str, paths))
    assert exit_code == 3
    assert set(reasons) <= {"ACCEPTED", "PICTURE_TYPE", "PICTURE_TOO_LARGE", "NOT_READ"}
