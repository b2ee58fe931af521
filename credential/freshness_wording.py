"""What signed objects are called, and how old they are, in words: Chinese and English, the same in every program."""

from typing import Final

from credential.freshness import Freshness
from credential.model import Seconds
from credential.published import ObjectType

Pair = tuple[str, str]

OBJECTS: Final[dict[ObjectType, Pair]] = {
    ObjectType.ROOT: ("根", "Root"),
    ObjectType.CHECKPOINT: ("检查点", "Checkpoint"),
    ObjectType.TRUST_LIST: ("信任清单", "Trust list"),
    ObjectType.STATUS_LIST: ("状态列表", "Status list"),
    ObjectType.RECOGNITION: ("采认名单", "Recognition list"),
    ObjectType.BENEFITS: ("待遇政策", "Benefit policy"),
}
FRESHNESS: Final[dict[Freshness, Pair]] = {
    Freshness.CURRENT: ("正常", "current"),
    Freshness.LATE: ("迟于约定", "late"),
    Freshness.EXPIRED: ("已过期", "expired"),
}
_UNITS: Final = (
    (86_400, "天", "day"),
    (3_600, "小时", "hour"),
    (60, "分钟", "minute"),
)
_NO_TIME: Final = ("不到 1 分钟", "less than a minute")


def age(instant: Seconds, now: Seconds) -> Pair:
    """How long ago `instant` was, in the largest whole unit."""
    zh, en = span(now - instant)
    return f"{zh}前", f"{en} ago"


def span(seconds: int) -> Pair:
    """So many seconds in the largest whole unit."""
    for length, zh, en in _UNITS:
        if seconds >= length:
            many = seconds // length
            return f"{many} {zh}", f"{many} {en}{'' if many == 1 else 's'}"
    return _NO_TIME
