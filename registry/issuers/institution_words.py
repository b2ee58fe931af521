"""What is said of credit codes, filing authorities, parents and branches, for people."""

from collections.abc import Sequence
from typing import Final

from credential.model import Day, IssuerCode, IssuerState, date_from_day
from registry.issuers.changes import Change, InDirectory, NewAuthority, NewCreditCode, NewParent, NewState
from registry.issuers.filing import Filing
from registry.words import Words

CREDIT_CODE: Final = Words("统一社会信用代码", "credit code")
AUTHORITY: Final = Words("备案机关", "filing authority")
PARENT: Final = Words("总部", "parent")
SHOWN: Final = 20
"""Branches that a sentence names; the rest are counted."""


def change(made: InDirectory, name: str, code: IssuerCode, day: Day) -> Words:
    """What the change does, in one sentence."""
    since, whom, who = date_from_day(day), f"{name}（{code}）", f"{name} ({code})"
    match made:
        case NewCreditCode(credit_code):
            return Words(
                f"{whom}的统一社会信用代码自 {since} 起为 {credit_code}。",
                f"The credit code of {who} is {credit_code} from {since} on.",
            )
        case NewAuthority(authority):
            return Words(
                f"{whom}的备案机关自 {since} 起为{authority}。",
                f"{who} is filed with {authority} from {since} on.",
            )
        case NewParent(None):
            return Words(f"{whom}自 {since} 起不再是分支机构。", f"{who} is no branch from {since} on.")
        case NewParent(parent):
            return Words(
                f"{whom}自 {since} 起是 {parent} 的分支机构。", f"{who} is a branch of {parent} from {since} on."
            )


def filed(filing: Filing) -> list[Words]:
    """What a filing says beside name, kind, scope and sites, a line each."""
    said = ((CREDIT_CODE, filing.credit_code), (AUTHORITY, filing.authority), (PARENT, filing.parent))
    return [Words(f"{what.zh}：{value}。", f"{what.en}: {value}.") for what, value in said if value is not None]


def branches(made: Change, name: str, found: Sequence[tuple[IssuerCode, str]]) -> list[Words]:
    """Which branches there are, and that they stay as they are, if the institution's own state gets worse."""
    if not found or not isinstance(made, NewState) or made.state is IssuerState.FILED:
        return []
    more = len(found) - SHOWN
    listed = [f"{each}（{code}）" for code, each in found[:SHOWN]]
    listed_en = [f"{each} ({code})" for code, each in found[:SHOWN]]
    return [
        Words(
            f"{name}有 {len(found)} 家分支机构：{'、'.join(listed)}{f' 等，另有 {more} 家' if more > 0 else ''}。"
            "它们的备案不随之改变；要一并办理，请逐家办理。",
            f"{name} has branches: {len(found)}. {', '.join(listed_en)}{f' and {more} more' if more > 0 else ''}. "
            "Nothing changes about them by this: whatever is meant for them too is done for each.",
        )
    ]
