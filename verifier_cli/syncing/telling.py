"""What `sync` says of each region, in words for a person or as JSON for a program."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, assert_never

from credential.errors import ObjectError
from credential.history import History
from credential.model import Seconds, rfc3339
from credential.published import Head
from credential.reason import SyncReason
from credential.update import Answer, Held, Kept, Taken
from verifier_cli.output import Style, shown
from verifier_cli.words import human

_DAY: Final = 86_400
_NEW_EPOCH: Final = ("根为此角色授予了新纪元", "the root gave this role a new epoch")
_REGISTER_LOST: Final = (
    "原有的 {} 片登记摘要有了新内容，但来源没有给出：有关证书只能核对序号（index-only）。请改从登记机构的地址同步。",
    "newer content of {} shards of the register was left out: there the index alone is known. Sync from the registry.",
)
_LOG: Final = {
    History.PROVEN: (
        "办理记录日志：已证明由原有的日志接续而来。",
        "The log of acts: proven to go on from the one held.",
    ),
    History.UNPROVEN: (
        "办理记录日志没有比对：这个地址没有给出该地区日志的证明。",
        "The log of acts was not compared: this address gives no proof of that region's log.",
    ),
}
_KEPT: Final = (
    "收到的较旧（{}），保留手里较新的",
    "kept: what was received is older ({}) than what is held",
)
_ABSENT: Final = (
    "收到的离线包里没有这个地区；原有的资料保留，签发于 {}，已有 {} 天",
    "not in the bundle received; what is held stays, issued {}, {} days old",
)
_UNVOUCHED: Final = (
    "收到的离线包里没有这个地区；手里的也没有 pin 或协议可依",
    "not in the bundle received; and no pin and no agreement of the home leads to what is held",
)
_STRANGER: Final = ("没有 pin 或协议，不采用", "ignored: no pin and no agreement of the home leads to it")


def in_words(region: str, answer: Answer, evidence: Path | None) -> str:
    """The answer about one region; `region` is empty if the bundle as a whole was refused."""
    style = Style(sys.stdout)
    match answer:
        case Taken():
            return "\n".join(_taken(region, answer, style))
        case Kept():
            offered = f"{answer.offered[0]}, {answer.offered[1]}"
            zh, en = (words.format(offered) for words in _KEPT)
            return f"- {region} {style.both(zh, en)}: {_placed(answer.state)}"
        case ObjectError():
            return "\n".join(_refused(region, answer, evidence, style))
        case _:
            assert_never(answer)


def _taken(region: str, answer: Taken, style: Style) -> Iterator[str]:
    zh, en = ("已更新", "updated") if answer.changed else ("没有变化", "unchanged")
    yield f"{style.mark('✔', '[OK]')} {region} {style.both(zh, en)}: {_placed(answer.state)}"
    for role in answer.reset:
        yield f"  {style.both(*_NEW_EPOCH)}: {role.name.lower()}"
    if answer.lost:
        yield "  " + style.both(*(words.format(answer.lost) for words in _REGISTER_LOST))
    if answer.log in _LOG:
        yield "  " + style.both(*_LOG[answer.log])


def _refused(region: str, error: ObjectError, evidence: Path | None, style: Style) -> Iterator[str]:
    yield f"{style.mark('✘', '[NO]')} {region} {style.both('未更新', 'refused')}"
    yield from human.sentence(error.reason, f": {shown(error.detail)}" if error.detail else "", style)
    if evidence is not None and error.reason is SyncReason.EQUIVOCATION:
        yield f"  {style.both('证据', 'evidence')}: {shown(str(evidence))}"


def in_json(region: str, answer: Answer, evidence: Path | None) -> str:
    """The same, for a program."""
    match answer:
        case Taken():
            about = {
                "new_epochs": [role.name.lower() for role in answer.reset],
                "register_lost": answer.lost,
                "log": None if answer.log is None else answer.log.value,
            }
            result = "updated" if answer.changed else "unchanged"
            return _row(region, result, **_place(_head(answer.state)), **about)
        case Kept():
            return _row(region, "kept", **_place(_head(answer.state)), offered=list(answer.offered))
        case ObjectError(reason=reason, detail=detail):
            kept = evidence is not None and reason is SyncReason.EQUIVOCATION
            more = {"evidence": str(evidence)} if kept else {}
            return _row(region or None, "refused", reason=reason.value, detail=detail, **more)
        case _:
            assert_never(answer)


def absent(region: str, held: Held | None, now: Seconds, as_json: bool) -> str:
    """What to say of a region that is held and was not in the bundle."""
    if as_json:
        found = {} if held is None else {**_place(_head(held)), "age": _age(held, now)}
        return _row(region, "absent", **found)
    style = Style(sys.stdout)
    if held is None:
        return f"- {region} {style.both(*_UNVOUCHED)}"
    issued, days = rfc3339(_head(held).issued), _age(held, now) // _DAY
    return f"- {region} {style.both(*(words.format(issued, days) for words in _ABSENT))}"


def stranger(region: str, as_json: bool) -> str:
    """What to say of a region that came along and that nobody here vouches for."""
    return _row(region, "ignored") if as_json else f"- {region} {Style(sys.stdout).both(*_STRANGER)}"


def _row(region: str | None, result: str, **more: object) -> str:
    found = {"region": region, "result": result, "reason": None, "detail": None, **more}
    return json.dumps(found, separators=(",", ":"))


def _head(held: Held) -> Head:
    return held.trust.checkpoint.head


def _place(head: Head) -> Mapping[str, object]:
    return {"checkpoint": list(head.order), "issued": rfc3339(head.issued)}


def _placed(held: Held) -> str:
    head = _head(held)
    return f"{head.order}, {rfc3339(head.issued)}"


def _age(held: Held, now: Seconds) -> int:
    """Seconds since it was issued."""
    return max(0, now - _head(held).issued)
