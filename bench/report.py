"""docs/performance.md: what was measured, where, and what it means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Final

from bench.machine import Machine
from bench.page import MOST_BYTES, MOST_MILLISECONDS, SLOWED, Missing, Visits, Web
from bench.race import Effort
from bench.rows import Goal, Row
from bench.sizes import Size
from bench.traffic import Traffic
from tools.environment import ROOT

PAGE: Final = ROOT / "docs" / "performance.md"
EXPLAINED: Final = Path(__file__).with_name("explained.md")
_HEAD: Final = """\
# 性能 Performance

<!-- Written by `make bench`; the explanation is bench/explained.md. -->

本页只比较同一次运行里的比值，不承诺任何绝对速度。Only ratios of one run are compared here; no speed is promised.
"""
_BUSY: Final = """
**测量时机器还在忙别的，数字偏差大。The machine was busy with something else: these figures stray.**
"""
_SPEED: Final = ("量什么 what", "我们 ours", "对照 peer", "比值 ratio", "目标 goal", "结果 outcome")
_PAGE: Final = ("网页 page", "测得 measured", "目标 goal", "结果 outcome")
_SIZE: Final = ("证书 certificate", "字节 bytes", "QR 版本 version", "目标 goal", "结果 outcome")

_TRAFFIC: Final = (
    "一万家机构、每家八个职业的信任清单 trust list of 10,000 issuers with 8 occupations each",
    "字节，gzip 之后 bytes, with gzip",
    "目标 goal",
    "结果 outcome",
)


@dataclass(frozen=True, slots=True)
class Results:
    """What one run measured."""

    rows: Sequence[Row]
    sizes: Sequence[Size]
    traffic: Sequence[Traffic]
    web: Web | Missing
    bundles: tuple[int, int]
    """Bytes of the bundle, and of the large one."""


def page(when: datetime, where: Machine, effort: Effort, results: Results) -> str:
    """The whole page."""
    return "\n".join(
        (
            _HEAD,
            _circumstances(when, where, effort, results.bundles),
            "## 速度 Speed\n",
            _table(_SPEED, map(_row, results.rows)),
            "## 网页 Page\n",
            web(results.web),
            "## 大小 Size\n",
            _table(_SIZE, map(_size, results.sizes)),
            _table(_TRAFFIC, map(_traffic, results.traffic)),
            EXPLAINED.read_text(encoding="utf-8"),
        )
    )


def outcome(is_met: bool) -> str:
    """Whether a goal was kept, in words."""
    return "达到 met" if is_met else "**没有达到 not met**"


def _circumstances(when: datetime, where: Machine, effort: Effort, bundles: tuple[int, int]) -> str:
    facts = (
        ("时间 when", when.strftime("%Y-%m-%d %H:%M UTC")),
        ("提交 commit", where.commit),
        ("处理器 processor", f"{where.processor}, {where.cores} 核 cores, 负载 load {where.load:.1f}"),
        ("Python", where.python),
        ("软件包 libraries", where.libraries),
        (
            "轮数 rounds",
            f"{effort.rounds} × {effort.seconds:g} s（冷启动 {effort.starts} 次 / cold: {effort.starts} starts）",
        ),
        ("离线包 bundles", "{:,} B, {:,} B".format(*bundles)),
    )
    return "".join(f"- {name}: {value}\n" for name, value in facts) + (_BUSY if where.was_busy else "")


def _row(row: Row) -> Sequence[str]:
    ratio = row.ratio
    kind = "速率 rate" if row.is_rate else "时间 time"
    return (
        f"{row.zh}<br>{row.en}",
        _figure(row.ours, row.is_rate),
        f"{row.peer}<br>{_figure(row.theirs, row.is_rate)}",
        f"{kind} **{ratio.middle:.2f}** ({ratio.least:.2f}–{ratio.most:.2f})",
        "–" if row.goal is None else _goal(row.goal),
        "–" if row.goal is None else outcome(row.goal.is_met(ratio)),
    )


def _figure(seconds: Sequence[float], is_rate: bool) -> str:
    middle = median(seconds)
    return f"{1 / middle:,.0f}/s" if is_rate else f"{1000 * middle:,.1f} ms"


def _goal(goal: Goal) -> str:
    return f"{'≥' if goal.at_least else '≤'} {goal.value:g}"


def web(web: Web | Missing) -> str:
    """The page's table, and what was not measured."""
    if isinstance(web, Missing):
        return _not_measured(web)
    met = outcome(web.weight <= MOST_BYTES)
    weight = (
        "网页、脚本、样式等，gzip 之后<br>page, script, style and so on, with gzip",
        f"{web.weight:,} B",
        f"≤ {MOST_BYTES:,} B",
        met,
    )
    if isinstance(web.visits, Missing):
        return _table(_PAGE, [weight]) + "\n" + _not_measured(web.visits)
    return _table(_PAGE, [*_visits(web.visits), weight])


def _not_measured(missing: Missing) -> str:
    return f"没有在浏览器里测量：{missing.zh}。\nNot measured in a browser: {missing.en}.\n"


def _visits(visits: Visits) -> Iterable[Sequence[str]]:
    later = median(visits.later)
    goal, met = f"≤ {MOST_MILLISECONDS} ms", outcome(later <= MOST_MILLISECONDS)
    yield "再次打开：从脚本到结论<br>opened again: from the script to the verdict", _spread(visits.later), goal, met
    slow = f"同上，处理器慢到 1/{SLOWED}<br>the same, the processor slowed {SLOWED} times"
    yield slow, _spread(visits.slowed), "–", "–"
    yield "首次打开，还要取得离线包<br>opened first, the bundle fetched too", _spread(visits.first), "–", "–"


def _spread(milliseconds: Sequence[float]) -> str:
    return f"**{median(milliseconds):.0f} ms** ({min(milliseconds):.0f}–{max(milliseconds):.0f})"


def _size(size: Size) -> Sequence[str]:
    goal = f"≤ {size.most_bytes}, ≤ {size.most_version}"
    return f"{size.zh}<br>{size.en}", str(size.bytes), str(size.version), goal, outcome(size.is_met)


def _traffic(moved: Traffic) -> Sequence[str]:
    return f"{moved.zh}<br>{moved.en}", f"{moved.bytes:,}", f"≤ {moved.most:,}", outcome(moved.is_met)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
