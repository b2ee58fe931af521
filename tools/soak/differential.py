"""The verifiers in Python and in TypeScript on a million frames: `make soak ONLY=differential`."""

import hashlib
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

from tests.fuzz import frames
from tests.fuzz.differential import Disagreement, Tally, compare, is_past_the_signature
from tests.fuzz.node import running, version
from tools.environment import ROOT, fail
from tools.soak.soak import Order, Outcome, Progress, Soak

FRAMES: Final = 1_000_000
_MOST_KEPT: Final = 50


def run(order: Order) -> Outcome:
    """Compare, and keep what the two answer differently."""
    if subprocess.run([sys.executable, "-m", "tools.web"], cwd=ROOT, check=False).returncode:
        fail("web 没有通过检查（见上）", "web/ did not pass its checks (see above)")
    whole = order.of(FRAMES)
    progress, tally = Progress(whole), Tally()
    with running() as node:
        for tally in compare(order.seed, whole, node):
            progress.reached(tally.total, f"，{len(tally.disagreements)} 处不一致 disagreements")
            if len(tally.disagreements) > _MOST_KEPT:
                break
    return Outcome(_rows(tally), tuple(_kept(each, order.folder) for each in tally.disagreements))


def _rows(tally: Tally) -> tuple[tuple[str, str], ...]:
    verdicts, loads = tally.of(frames.TEXT, frames.BYTES), tally.of(frames.LOAD)
    regions = tally.of(frames.REGIONS)
    past = sum(count for reason, count in verdicts.items() if is_past_the_signature(reason))
    names = (
        ("单个对象 objects alone", frames.OBJECT),
        ("CBOR 项 CBOR items", frames.CBOR),
        ("zlib 流 zlib streams", frames.STREAM),
        ("公钥与签名 keys and signatures", frames.KEY),
        ("离线包更新 updates of a bundle", frames.UPDATE),
    )
    return (
        ("对比次数 compared", f"{tally.total:,}"),
        ("不一致 disagreements", f"{len(tally.disagreements):,}"),
        ("Node", version()),
        ("证书结论 verdicts on certificates", f"{verdicts.total():,}"),
        ("其中签名成立 of these past the signature", f"{past:,}"),
        ("各结论 by reason", _listed(verdicts)),
        ("载入离线包 bundles loaded", f"{loads.total():,}: {_listed(loads)}"),
        ("其中各地区 their regions", f"{regions.total():,}: {_listed(regions)}"),
        *((name, f"{tally.of(kind).total():,}: {_listed(tally.of(kind))}") for name, kind in names),
    )


def _listed(found: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in found.most_common())


def _kept(found: Disagreement, folder: Path) -> str:
    content = found.encode()
    path = folder / f"{hashlib.sha256(content).hexdigest()[:16]}.frames"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    said = f"Python {found.python[:200]}\n  TypeScript {found.typescript[:200]}"
    return f"{said}\n  重现 again: .venv/bin/python -m tests.fuzz.replay {path.relative_to(ROOT)}"


SOAK: Final = Soak(
    "differential",
    "两个核验程序的对比",
    "Two verifiers compared",
    run,
)
