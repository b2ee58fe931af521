"""`yinxin-verify sync`: fetch a newer bundle, and keep it only if it may follow the one that is held."""

import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from credential import bundle, root, update
from credential.bundle import Part
from credential.errors import ObjectError
from credential.model import Region, Seconds, rfc3339
from credential.reason import SyncReason
from credential.update import Answer, Taken, Update
from verifier_cli import fetch, store
from verifier_cli.errors import UnreachableError, UsageError
from verifier_cli.output import Style, say, shown

NOTHING_REACHED = (
    "连不上登记机构：{}。原有资料不变，仍可离线核验；请稍后再试。",
    "the registry cannot be reached: {}. The held data stays and still verifies offline; try again later.",
)
REGISTER_LOST = (
    "原有的 {} 片登记摘要有了新内容，但来源没有给出：有关证书只能核对序号（index-only）。请改从登记机构的地址同步。",
    "newer content of {} shards of the register was left out: there the index alone is known. Sync from the registry.",
)


class Asked(NamedTuple):
    """What the command line asks for. Without `pin` the stored one is taken."""

    url: str
    pin: str | None
    region: str | None
    bundle: Path
    now: Seconds
    as_json: bool


def run(asked: Asked) -> int:
    """Fetch, judge, store. 0: updated or unchanged; 1: a region was refused; 3: unreachable."""
    url = fetch.bundle_url(asked.url)
    pins = store.read_pins(asked.pin) if asked.pin is not None else store.choose_stored(asked.region)[1]
    if not asked.bundle.parent.is_dir():
        raise UsageError(
            f"文件夹 {asked.bundle.parent} 不存在，请先建立。",
            f"there is no folder {asked.bundle.parent}. Create it first.",
        )
    try:
        data = fetch.fetch(url, bundle.MAX_BYTES)
    except UnreachableError as error:
        return _unreachable(str(error), asked.as_json)
    with store.locked(asked.bundle):
        return _take(asked, data, pins)


def _take(asked: Asked, data: bytes, pins: frozenset[bytes]) -> int:
    held = _held(asked.bundle)
    try:
        home = None if asked.region is None else Region(asked.region)
        result = update.update(held, bundle.decode(data), pins, asked.now, home)
    except ObjectError as error:
        return _refused_whole(error, asked.as_json)
    evidence = _keep_evidence(asked.bundle, data, result)
    _save(asked.bundle, held, result, pins)
    for region, answer in result.answers.items():
        say(_in_json(region, answer, evidence) if asked.as_json else _in_words(region, answer, evidence))
    for region in result.strangers:
        say(_stranger(region, asked.as_json))
    return 1 if any(isinstance(answer, ObjectError) for answer in result.answers.values()) else 0


def _held(path: Path) -> Mapping[Region, Part]:
    """The stored parts; none if nothing is stored yet."""
    if not path.exists():
        return {}
    try:
        return bundle.decode(store.read_bundle(str(path)))
    except ObjectError as error:
        raise UsageError(
            f"{path} 不是离线包（{error}）。请移走它再同步。",
            f"{path} is not a bundle ({error}). Move it away, then sync again.",
        ) from None


def _save(path: Path, held: Mapping[Region, Part], result: Update, pins: frozenset[bytes]) -> None:
    """The bundle first, then the pins of the regions that were taken by one."""
    taken = [region for region, answer in result.answers.items() if isinstance(answer, Taken)]
    try:
        if taken and (dict(result.parts) != dict(held) or not path.exists()):
            store.write_whole(path, bundle.encode(result.parts))
        found = {region: _pins_of(result.parts[region], pins) for region in taken}
        if any(found.values()):
            store.store_pins({region: mine for region, mine in found.items() if mine})
    except OSError as error:
        raise UsageError(
            f"无法保存：{error.strerror}。原有资料不变；请检查磁盘和权限。",
            f"cannot save: {error.strerror}. The held data stays; check the disk and its permissions.",
        ) from None


def _pins_of(part: Part, pins: frozenset[bytes]) -> frozenset[bytes]:
    return pins & {root.pin_of(each) for each in part.roots}


def _keep_evidence(path: Path, data: bytes, result: Update) -> Path | None:
    """Two contents under one version: the other one is kept beside the bundle, for whoever investigates."""
    if not any(isinstance(a, ObjectError) and a.reason is SyncReason.EQUIVOCATION for a in result.answers.values()):
        return None
    kept = path.with_name(f"{path.name}.equivocation-{sha256(data).hexdigest()[:16]}")
    if not kept.exists():
        store.write_whole(kept, data)
    return kept


def _in_words(region: str, answer: Answer, evidence: Path | None) -> str:
    from verifier_cli import human

    style = Style(sys.stdout)
    if isinstance(answer, Taken):
        head = answer.state.trust.checkpoint.head
        zh, en = ("已更新", "updated") if answer.changed else ("没有变化", "unchanged")
        lines = [f"{style.mark('✔', '[OK]')} {region} {style.both(zh, en)}: {head.order}, {rfc3339(head.issued)}"]
        lines += [
            "  "
            + style.both("根为此角色授予了新纪元", "the root gave this role a new epoch")
            + f": {role.name.lower()}"
            for role in answer.reset
        ]
        if answer.lost:
            zh, en = (words.format(answer.lost) for words in REGISTER_LOST)
            lines.append("  " + style.both(zh, en))
        return "\n".join(lines)
    detail = f": {shown(answer.detail)}" if answer.detail else ""
    lines = [f"{style.mark('✘', '[NO]')} {region} {style.both('未更新', 'refused')}"]
    lines += human.sentence(answer.reason, detail, style)
    if evidence is not None and answer.reason is SyncReason.EQUIVOCATION:
        lines.append("  " + style.both("证据", "evidence") + f": {shown(str(evidence))}")
    return "\n".join(lines)


def _in_json(region: str, answer: Answer, evidence: Path | None) -> str:
    import json

    found: dict[str, object] = {"region": region or None, "result": "refused", "reason": None, "detail": None}
    if isinstance(answer, Taken):
        head = answer.state.trust.checkpoint.head
        found |= {"result": "updated" if answer.changed else "unchanged", "checkpoint": list(head.order)}
        found |= {"issued": rfc3339(head.issued), "new_epochs": [role.name.lower() for role in answer.reset]}
        found["register_lost"] = answer.lost
    else:
        found |= {"reason": answer.reason.value, "detail": answer.detail}
        if evidence is not None and answer.reason is SyncReason.EQUIVOCATION:
            found["evidence"] = str(evidence)
    return json.dumps(found, separators=(",", ":"))


def _stranger(region: str, as_json: bool) -> str:
    """What to say of a region that came along and that nobody here vouches for."""
    if as_json:
        import json

        return json.dumps(
            {"region": region, "result": "ignored", "reason": None, "detail": None}, separators=(",", ":")
        )
    style = Style(sys.stdout)
    words = "没有 pin 或协议，不采用", "ignored: no pin and no agreement of the home leads to it"
    return f"- {region} {style.both(*words)}"


def _refused_whole(error: ObjectError, as_json: bool) -> int:
    """The container itself, or the pin, is at fault: no region can be named."""
    say(_in_json("", error, None) if as_json else _in_words("", error, None))
    return 1


def _unreachable(why: str, as_json: bool) -> int:
    import json

    if as_json:
        say(json.dumps({"region": None, "result": "unreachable", "reason": None, "detail": why}))
    else:
        style = Style(sys.stdout)
        zh, en = (words.format(shown(why)) for words in NOTHING_REACHED)
        say(style.both(zh, en, "\n"))
    return 3
