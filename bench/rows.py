"""The table: what is compared with what, and what is aimed at."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import cold, race
from bench.cold import Starts
from bench.race import Effort, Ratio, Side
from bench.workload import BUNDLE, LARGE, PIN, Workload
from credential.model import Seconds, rfc3339

OWN: Final = Path(sys.executable)
IMPORTS: Final = "import nacl.signing, cbor2"


@dataclass(frozen=True, slots=True)
class Goal:
    """What a ratio should be."""

    at_least: bool
    value: float

    def is_met(self, ratio: Ratio) -> bool:
        """Whether the medians' ratio keeps the goal."""
        return ratio.middle >= self.value if self.at_least else ratio.middle <= self.value


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `ratio` is of rates if `is_rate`, so that more is better; else of times."""

    zh: str
    en: str
    ours: Sequence[float]
    peer: str
    theirs: Sequence[float]
    is_rate: bool
    goal: Goal | None = None

    @property
    def ratio(self) -> Ratio:
        """Ours against the peer's."""
        return race.ratio(self.theirs, self.ours) if self.is_rate else race.ratio(self.ours, self.theirs)


def rows(workload: Workload, peers: Path, effort: Effort) -> Iterator[Row]:
    """Measure everything, in the order of the table."""
    yield from _signing(workload, peers, effort)
    yield from _verifying(workload, peers, effort)
    yield from _drawing(workload, peers, effort)
    yield from _printing(workload, peers, effort)
    yield from _starting(workload, effort)
    yield from _reading(workload, effort)


def _signing(workload: Workload, peers: Path, effort: Effort) -> Iterator[Row]:
    own = Side("sign", OWN)
    others = [Side("sign_pynacl", OWN), Side("sign_cwt", peers), Side("sign_cryptography", peers)]
    times = race.run([own, *others], workload.folder, effort)
    what = ("签发：从证书内容到签好的字节", "sign: from a certificate's facts to its signed bytes")
    yield Row(*what, times["sign"], "PyNaCl `sign`", times["sign_pynacl"], True, Goal(True, 0.6))
    yield Row(*what, times["sign"], "python-cwt `encode`", times["sign_cwt"], True, Goal(True, 1.8))
    yield Row(*what, times["sign"], "cryptography `sign`", times["sign_cryptography"], True)


def _verifying(workload: Workload, peers: Path, effort: Effort) -> Iterator[Row]:
    own = Side("verify", OWN)
    others = [Side("verify_pynacl", OWN), Side("verify_cwt", peers), Side("verify_cryptography", peers)]
    times = race.run([own, *others], workload.folder, effort)
    what = ("核验：从字节到结论，离线包已载入", "verify: from bytes to the verdict, the bundle loaded")
    yield Row(*what, times["verify"], "PyNaCl `verify`", times["verify_pynacl"], True, Goal(True, 0.75))
    yield Row(*what, times["verify"], "python-cwt `decode`", times["verify_cwt"], True)
    yield Row(*what, times["verify"], "cryptography `verify`", times["verify_cryptography"], True)


def _drawing(workload: Workload, peers: Path, effort: Effort) -> Iterator[Row]:
    sides = [Side("draw", OWN), Side("draw_qrcode", OWN), Side("draw_segno", peers)]
    times = race.run(sides, workload.folder, effort)
    what = ("画二维码：PNG，并读回核对", "draw the QR code: a PNG, read back")
    yield Row(*what, times["draw"], "qrcode, PNG", times["draw_qrcode"], False, Goal(False, 0.5))
    yield Row(*what, times["draw"], "segno, PNG", times["draw_segno"], False)


def _printing(workload: Workload, peers: Path, effort: Effort) -> Iterator[Row]:
    times = race.run([Side("page", OWN), Side("page_fpdf2", peers)], workload.folder, effort)
    yield Row(
        "打印：一页一个 PDF，字体子集，渲染并读回二维码",
        "print: a page a file, subset fonts, rendered and its code read back",
        times["page"], "fpdf2, fonts added for each file, nothing read back", times["page_fpdf2"], True, Goal(True, 5),
    )  # fmt: skip


def _starting(workload: Workload, effort: Effort) -> Iterator[Row]:
    commands = {
        "check": check_command(workload, BUNDLE),
        "large": check_command(workload, LARGE),
        "imports": [str(OWN), "-c", IMPORTS],
    }
    taken: Mapping[str, Starts] = cold.run(commands, effort.starts)
    ours, large, theirs = taken["check"], taken["large"], taken["imports"]
    peer = f"`python -c '{IMPORTS}'`"
    yield Row(
        "冷启动核验一份：`yinxin-verify check`，时钟时间",
        "cold start, one text: `yinxin-verify check`, by the clock",
        ours.wall, peer, theirs.wall, False, Goal(False, 1.6),
    )  # fmt: skip
    yield Row(
        "同上，处理器用户时间", "the same, the processor's user time", ours.user, peer, theirs.user, False,
    )  # fmt: skip
    yield Row(
        "同上，离线包有一千家机构和满的状态列表，时钟时间",
        "the same, with a thousand issuers and a full status list in the bundle, by the clock",
        large.wall, peer, theirs.wall, False,
    )  # fmt: skip


def _reading(workload: Workload, effort: Effort) -> Iterator[Row]:
    names = ("first_verdict", "first_verdict_floor", "first_sync", "first_sync_floor")
    times = race.run([Side(name, OWN) for name in names], workload.folder, effort)
    yield Row(
        "一万家机构、每家八个职业：从离线包到一份证书的机构",
        "ten thousand issuers, eight occupations each: from the bundle to one certificate's issuer",
        times["first_verdict"], "SHA-256, signatures, points", times["first_verdict_floor"], False, Goal(False, 1.5),
    )  # fmt: skip
    yield Row(
        "同上，首次同步：每个机构分组都读过",
        "the same, the first sync: every bin is read",
        times["first_sync"], "SHA-256, signatures, points", times["first_sync_floor"], False, Goal(False, 1.5),
    )  # fmt: skip


def check_command(workload: Workload, bundle: str) -> list[str]:
    """`yinxin-verify check` of the certificate's text, as of the time at which it is accepted."""
    folder = workload.folder
    options = ["--bundle", str(folder / bundle), "--pin", str(folder / PIN), "--at", rfc3339(Seconds(workload.now))]
    return [str(OWN.parent / "yinxin-verify"), "check", *options, workload.text]
