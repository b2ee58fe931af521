"""Writes docs/problems.md from registry.problems and registry.http.next_steps: `python -m tools.problems_page`."""

from pathlib import Path
from typing import Final

from registry.http.next_steps import NEXT
from registry.problems import Problem

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "problems.md"
_HEAD: Final = """\
# 拒绝的种类 Problems

<!-- Written by `python -m tools.problems_page` from registry/http/next_steps.py; a test holds this page to it. -->

登记机构凡是拒绝，都是 RFC 9457 的 `application/problem+json`。
`type` 是 `urn:yinxin:problem:` 加下表的名称，意思永远不变，以后只会增加；`title` 与 `detail` 给人看，会改写；
`errors` 逐行写明原因（`row` 从 0 数起）；`instance` 是这次请求的编号，登记机构的日志里查得到，其中没有个人信息。

Whatever a registry refuses, it refuses as `application/problem+json` (RFC 9457). `type` is `urn:yinxin:problem:` and a
name of the table; it never changes its meaning, and the list can only grow. `title` and `detail` are for people and may
be reworded; `errors` gives the reason of each row (`row` counts from 0); `instance` is the request's reference, by
which the registry's log finds it, and says nothing of who asked.

| 状态 status | 名称 name | 意思 meaning | 下一步 next step |
| --- | --- | --- | --- |
"""


def page() -> str:
    """The whole page."""
    return _HEAD + "".join(f"{_row(each)}\n" for each in sorted(Problem, key=lambda each: each.value.status))


def _row(problem: Problem) -> str:
    sort, after = problem.value, NEXT[problem]
    return f"| {sort.status} | `{sort.slug}` | {sort.chinese}<br>{sort.english} | {after.zh}<br>{after.en} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
