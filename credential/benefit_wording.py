"""What a clause of a benefit policy gives, in words: Chinese and English, the same in every program."""

from typing import Final

from credential.benefits import Amount
from credential.model import Benefit, Period

Pair = tuple[str, str]

BENEFITS: Final[dict[Benefit, Pair]] = {
    Benefit.ALLOWANCE: ("津贴", "allowance"),
    Benefit.AWARD: ("奖励", "award"),
    Benefit.SUBSIDY: ("补贴", "subsidy"),
    Benefit.SERVICE: ("其他待遇", "other benefit"),
}
PERIODS: Final[dict[Period, Pair]] = {
    Period.ONCE: ("一次性", "once"),
    Period.MONTH: ("每月", "a month"),
    Period.YEAR: ("每年", "a year"),
}


def money(amount: Amount) -> Pair:
    """An amount in words: 每月 1,500 元，最多 36 次 / CNY 1,500 a month, at most 36 times."""
    yuan, fen = divmod(amount.fen, 100)
    number = f"{yuan:,}.{fen:02d}" if fen else f"{yuan:,}"
    zh, en = PERIODS[amount.period]
    if amount.times is None or amount.period is Period.ONCE:
        return f"{zh} {number} 元", f"CNY {number} {en}"
    return f"{zh} {number} 元，最多 {amount.times} 次", f"CNY {number} {en}, at most {amount.times} times"
