"""Worn certificates, read by both languages with the ladder and without: `make soak ONLY=corpus` (docs/adr/0040).

Only here are the seeds looked at that are kept out of tuning.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import fmean
from types import MappingProxyType
from typing import Final, NamedTuple

from tests.corpus.reading import Reading, read, running
from tools.corpus.specimens import HELD_OUT, KINDS, Kind, specimen
from tools.environment import ROOT, fail
from tools.soak.soak import Order, Outcome, Progress, Soak

PICTURES: Final = 1_190
LEAST_SHARE: Final = 0.5
"""Of the pictures that ZXing alone does not read, the ladder reads at least so many."""
_ZH: Final = MappingProxyType(
    {
        Kind.BLUR: "虚焦",
        Kind.MOTION: "抖动",
        Kind.TILT: "倾斜",
        Kind.FOLD: "折痕",
        Kind.STAMP: "红章",
        Kind.STAIN: "污渍、阴影",
        Kind.TONER: "缺墨",
        Kind.COPY: "复印、传真",
        Kind.JPEG: "压缩",
        Kind.SCREEN: "翻拍屏幕",
        Kind.SMALL: "太小",
        Kind.CURVE: "弯曲",
        Kind.SCRIBBLE: "涂写",
        Kind.HIDDEN: "遮挡",
        Kind.FAINT: "褪色",
        Kind.PAGE: "整页",
        Kind.MIXED: "几种一起",
    }
)


class Mark(NamedTuple):
    """Whether a picture was read: by each language without the ladder, and with it; and the seconds with it."""

    kind: Kind
    python_alone: bool
    typescript_alone: bool
    python: bool
    typescript: bool
    python_took: float
    typescript_took: float


def run(order: Order) -> Outcome:
    """Draw, read, count."""
    if subprocess.run([sys.executable, "-m", "tools.web"], cwd=ROOT, check=False).returncode:
        fail("web 没有通过检查（见上）", "web/ did not pass its checks (see above)")
    order.folder.mkdir(parents=True, exist_ok=True)
    seeds = _seeds(order)
    progress, faults, marks = Progress(len(seeds)), list[str](), list[Mark]()
    with running(order.folder) as node:
        for reading in read(map(specimen, seeds), node):
            faults += _faults(reading, order.folder)
            marks.append(_mark(reading))
            progress.reached(len(marks))
    if order.scale == 1 and min(_shares(marks)) < LEAST_SHARE:
        faults.append(f"{_shown(_shares(marks))} < {LEAST_SHARE:.0%}")
    return Outcome(_rows(marks), tuple(faults))


def _seeds(order: Order) -> range:
    """So many seeds in a row, so that every kind has its turn as often."""
    count = order.of(PICTURES)
    begin = Random(order.seed).randrange(len(HELD_OUT) - count)  # noqa: S311 - must repeat
    return HELD_OUT[begin : begin + count]


def _mark(reading: Reading) -> Mark:
    text, python, typescript = reading.specimen.text, reading.python, reading.typescript
    return Mark(
        kind=reading.specimen.kind,
        python_alone=text in python.alone,
        typescript_alone=text in typescript.alone,
        python=text in python.ladder,
        typescript=text in typescript.ladder,
        python_took=python.took,
        typescript_took=typescript.took,
    )


def _faults(reading: Reading, folder: Path) -> Iterator[str]:
    """What must never be, each with the picture that shows it."""
    said = (("a wrong text", reading.wrong), ("less with the ladder than without", reading.lost))
    for what in (what for what, is_so in said if is_so):
        path = folder / f"{reading.specimen.seed}.png"
        reading.specimen.picture.save(path)
        yield f"{what}: {path.relative_to(ROOT)}"


def _shares(marks: Sequence[Mark]) -> tuple[float, float]:
    """Of what is not read without the ladder, the part that is read with it: in Python, in TypeScript."""
    python = [mark.python for mark in marks if not mark.python_alone]
    typescript = [mark.typescript for mark in marks if not mark.typescript_alone]
    return fmean(python or [1.0]), fmean(typescript or [1.0])


def _shown(shares: Sequence[float]) -> str:
    return ", ".join(f"{share:.1%}" for share in shares)


def _rows(marks: Sequence[Mark]) -> tuple[tuple[str, str], ...]:
    differ = sum(mark.python != mark.typescript or mark.python_alone != mark.typescript_alone for mark in marks)
    return (
        ("图片 pictures", f"{len(marks):,}"),
        ("读出 read", f"{_counted(marks)} (单用 ZXing alone: Python, TypeScript; 逐步修复 ladder: Python, TypeScript)"),
        *((f"{_ZH[kind]} {kind}", _counted([mark for mark in marks if mark.kind is kind])) for kind in KINDS),
        (
            "单用 ZXing 读不出的，读出 of what ZXing alone misses, read",
            f"{_shown(_shares(marks))} (≥ {LEAST_SHARE:.0%})",
        ),
        ("读成别的 read wrong", "0"),
        ("两种语言不一致 the languages differ", f"{differ:,}"),
        (
            "平均每张 mean time of one",
            f"Python {_took(marks, 'python_took')}, TypeScript {_took(marks, 'typescript_took')}",
        ),
    )


def _counted(marks: Sequence[Mark]) -> str:
    columns = ("python_alone", "typescript_alone", "python", "typescript")
    alone, alone_too, python, typescript = (sum(getattr(mark, column) for mark in marks) for column in columns)
    return f"{alone:,}, {alone_too:,}; {python:,}, {typescript:,}; / {len(marks):,}"


def _took(marks: Sequence[Mark], column: str) -> str:
    times = sorted(getattr(mark, column) for mark in marks)
    return f"{fmean(times) * 1000:.0f} ms (p99 {times[round(0.99 * (len(times) - 1))] * 1000:.0f} ms)"


SOAK: Final = Soak("corpus", "读取磨损的证书", "Reading worn certificates", run)
