"""`yinxin-verify check` of 10,000 texts and of 1,000 photos, beside the bare verification and the bare reader.

By the clock from start to end of the command, as a person waits for it, with all cores. The peers are loops on one core
that have everything loaded; their rate is taken as many times as there are cores.
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import zxingcpp
from PIL import Image

from bench.rows import OWN, Goal, Row
from credential import qr_text, trust
from credential.model import Status, rfc3339
from credential.reason import Reason
from credential.verify import verify
from tests.verifier_cli.test_pictures import code
from tests.world import NOW, World, certificate, sign_it
from tools.environment import environment, fail
from verifier_cli.crew import crew

TEXTS: Final = 10_000
PHOTOS: Final = 1_000
ROUNDS: Final = 5
GOAL: Final = Goal(True, 0.7)
_INDICES: Final = 1_024
_DIFFERENT: Final = 50
"""Photos that are drawn; the others are copies of them."""
_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_SIZE: Final = (2_000, 1_500)


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds for each text or photo, one figure a round."""

    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)


def rows(texts: int = TEXTS, photos: int = PHOTOS, rounds: int = ROUNDS) -> Iterator[Row]:
    """Both, each in turns with its peer."""
    with TemporaryDirectory(prefix="yx") as name:
        folder = Path(name)
        world = World(statuses=dict.fromkeys(range(_INDICES), Status.VALID))
        (folder / "bundle.cbor").write_bytes(world.bundle())
        (folder / "pin.txt").write_text(world.pin().hex(), encoding="ascii")
        cores = crew.cores()
        alone = f"on one core, loaded, by the clock, times {cores}"
        taken = _of_texts(folder, world, texts, rounds)
        yield Row(
            f"核验 {texts:,} 份二维码文字：`yinxin-verify check`，{cores} 核，连启动，时钟时间",
            f"{texts:,} QR texts: `yinxin-verify check` on {cores} cores, its start included, by the clock",
            taken.ours, f"`credential.verify.verify` {alone}", taken.bare, True, GOAL,
        )  # fmt: skip
        taken = _of_photos(folder, photos, rounds)
        yield Row(
            f"核验 {photos:,} 张照片：同上",
            f"{photos:,} photos: the same",
            taken.ours, f"Pillow and zxing-cpp {alone}", taken.bare, True,
        )  # fmt: skip


def _of_texts(folder: Path, world: World, count: int, rounds: int) -> Taken:
    texts = [
        qr_text.encode("fj.example", sign_it(certificate(serial=number + 1, index=number % _INDICES)))
        for number in range(count)
    ]
    listed = folder / "texts.txt"
    listed.write_text("\n".join(texts) + "\n", encoding="ascii")
    known = trust.load(world.bundle(), frozenset({world.pin()}))

    def bare() -> None:
        if any(verify(text, known, NOW).reason is not Reason.ACCEPTED for text in texts):
            raise AssertionError

    return _raced(folder, listed, count, rounds, bare)


def _of_photos(folder: Path, count: int, rounds: int) -> Taken:
    photos = folder / "photos"
    photos.mkdir()
    drawn = list(_photos(min(count, _DIFFERENT)))
    paths = [photos / f"{number:04}.jpg" for number in range(count)]
    for number, path in enumerate(paths):
        if number < len(drawn):
            drawn[number].save(path, quality=90)
        else:
            path.hardlink_to(paths[number % len(drawn)])

    def bare() -> None:
        for path in paths:
            with Image.open(path) as opened:
                if not zxingcpp.read_barcodes(opened.convert("L"), formats=_QR):
                    raise AssertionError(path)

    return _raced(folder, photos, count, rounds, bare)


def _photos(count: int) -> Iterator[Image.Image]:
    """A certificate's code on a page of three megapixels, a little turned, as a phone takes it."""
    chance = random.Random(20261122)
    for number in range(count):
        drawn = code(qr_text.encode("fj.example", sign_it(certificate(serial=number + 1, index=number))), box=6)
        page = Image.new("RGB", _SIZE, (232, 230, 225))
        page.paste(drawn, (chance.randrange(200, 1_200), chance.randrange(100, 600)))
        yield page.rotate(chance.uniform(-8, 8), Image.Resampling.BICUBIC, fillcolor=(232, 230, 225))


def _raced(folder: Path, given: Path, count: int, rounds: int, bare: Callable[[], None]) -> Taken:
    taken, cores = Taken(), crew.cores()
    options = [
        "--bundle",
        str(folder / "bundle.cbor"),
        "--pin",
        str(folder / "pin.txt"),
        "--at",
        rfc3339(NOW),
        "--json",
    ]
    command = [str(OWN.parent / "yinxin-verify"), "check", *options, str(given)]
    for _ in range(rounds):
        taken.ours.append(_timed(lambda: _run(command, count)) / count)
        taken.bare.append(_timed(bare) / count / cores)
    return taken


def _run(command: Sequence[str], count: int) -> None:
    done = subprocess.run(command, env=environment(), capture_output=True, check=False)
    if done.returncode or done.stdout.count(b"\n") != count:
        sys.stderr.buffer.write(done.stderr)
        fail(f"{command[0]} 以 {done.returncode} 结束", f"{command[0]} ended with {done.returncode}")


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
