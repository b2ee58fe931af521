"""Writes docs/reasons.md from credential.reason and credential.wording: `python -m tools.reasons_page`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from credential import wording
from credential.reason import Entitlement, Outcome, Reason, Recognition, SyncReason

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "reasons.md"
_OUTCOME: Final = {
    Outcome.ACCEPTED: "✔ 通过 accepted",
    Outcome.REJECTED: "✘ 不通过 rejected",
    Outcome.UNDECIDED: "? 无法判断 undecided",
}
_HEAD: Final = """\
# 结论与原因 Reasons

<!-- Written by `python -m tools.reasons_page` from credential/wording.py; a test holds this page to it. -->

每个结论只有一个原因代码，代码永远不变。Every answer has one reason code; codes never change their meaning.
"""
_RECOGNITION_HEAD: Final = """
## 采认 Recognition

通过之后的第二个问题：在本地区算数吗？ The second question, once accepted: does it count in the home region?
"""
_ENTITLEMENT_HEAD: Final = """
## 待遇 Benefits

通过之后还可以问：按本地区的待遇政策对应什么待遇？ What an accepted certificate entitles to by the home's policy.
"""
_SYNC_HEAD: Final = """
## 更新离线包 Updating the bundle

更新被拒绝的原因；原有的离线包保留。Why an update is refused; the bundle in hand stays.
"""


def page() -> str:
    """The whole page."""
    return "".join(
        (
            _HEAD,
            _table(Reason, outcomes=True),
            _RECOGNITION_HEAD,
            _table(Recognition),
            _ENTITLEMENT_HEAD,
            _table(Entitlement),
            _SYNC_HEAD,
            _table(SyncReason),
        )
    )


def _table(reasons: Iterable[Reason | Recognition | Entitlement | SyncReason], *, outcomes: bool = False) -> str:
    first = ("结论 outcome", "代码 code") if outcomes else ("代码 code",)
    columns = (*first, "意思 meaning", "下一步 next step")
    lines = [_row(columns), _row(["---"] * len(columns))]
    for reason in reasons:
        said = wording.of(reason)
        outcome = (_OUTCOME[reason.outcome],) if outcomes and isinstance(reason, Reason) else ()
        lines.append(
            _row((*outcome, f"`{reason.value}`", f"{said.zh}<br>{said.en}", f"{said.next_zh}<br>{said.next_en}"))
        )
    return "\n" + "\n".join(lines) + "\n"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
