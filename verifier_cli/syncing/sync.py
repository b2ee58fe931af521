"""`yinxin-verify sync`: fetch a newer bundle, and keep it only if it may follow the one that is held."""

import sys
from collections.abc import Iterator, Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from credential import bundle, directory, root, update
from credential.bundle import Part
from credential.errors import ObjectError
from credential.model import Region, Seconds
from credential.reason import SyncReason
from credential.update import Taken, Update
from verifier_cli.errors import UnreachableError, UsageError
from verifier_cli.held import store
from verifier_cli.output import Style, say, shown
from verifier_cli.remote import continuation, fetch, objects
from verifier_cli.remote.objects import Fetched
from verifier_cli.syncing import telling

NOTHING_REACHED = (
    "连不上登记机构：{}。原有资料不变，仍可离线核验；请稍后再试。",
    "the registry cannot be reached: {}. The held data stays and still verifies offline; try again later.",
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
    """Fetch, judge, store. 0: updated, unchanged, or what is held is newer; 1: a region was refused; 3: unreachable."""
    url = fetch.bundle_url(asked.url)
    pins = store.read_pins(asked.pin) if asked.pin is not None else store.choose_stored(asked.region)[1]
    if not asked.bundle.parent.is_dir():
        raise UsageError(
            f"文件夹 {asked.bundle.parent} 不存在，请先建立。",
            f"there is no folder {asked.bundle.parent}. Create it first.",
        )
    try:
        fetched = _fetch(url, _held(asked.bundle))
    except UnreachableError as error:
        return _unreachable(str(error), asked.as_json)
    except ObjectError as error:
        return _refused_whole(error, asked.as_json)
    with store.locked(asked.bundle):
        return _take(asked, fetched, pins)


def _fetch(url: str, held: Mapping[Region, Part]) -> Fetched:
    """Of a large bundle only what is not held, if the registry serves that. UnreachableError, ObjectError."""
    served = url.removesuffix("bundle")
    if held and url != served:
        found = objects.read_directory(fetch.fetch, f"{served}region")
        if found is not None and found.bundle_bytes > directory.SMALL_BUNDLE:
            some = objects.collect(fetch.fetch, f"{served}objects", found, held)
            if some is not None:
                return some
    data = fetch.fetch(url, bundle.MAX_BYTES)
    return Fetched(bundle.decode(data), {}, data)


def _take(asked: Asked, fetched: Fetched, pins: frozenset[bytes]) -> int:
    held = _held(asked.bundle)
    try:
        home = None if asked.region is None else Region(asked.region)
        prove = partial(continuation.prove, asked.url)
        result = _with_faults(update.update(held, fetched.parts, pins, asked.now, home, prove), fetched.faults)
    except ObjectError as error:
        return _refused_whole(next(iter(fetched.faults.values()), error), asked.as_json)
    evidence = _keep_evidence(asked.bundle, fetched, result)
    _save(asked.bundle, held, result, pins)
    for line in _report(asked, result, evidence):
        say(line)
    return 1 if any(isinstance(answer, ObjectError) for answer in result.answers.values()) else 0


def _with_faults(result: Update, faults: Mapping[Region, ObjectError]) -> Update:
    """A region whose objects are at fault was not left out: it was refused."""
    absent = {region: kept for region, kept in result.absent.items() if region not in faults}
    return result._replace(answers={**result.answers, **faults}, absent=absent)


def _report(asked: Asked, result: Update, evidence: Path | None) -> Iterator[str]:
    """A line, or a few, for every region that is held or came along."""
    tell = telling.in_json if asked.as_json else telling.in_words
    for region, answer in result.answers.items():
        yield tell(region, answer, evidence)
    for region, kept in result.absent.items():
        yield telling.absent(region, kept, asked.now, asked.as_json)
    for region in result.strangers:
        yield telling.stranger(region, asked.as_json)


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


def _keep_evidence(path: Path, fetched: Fetched, result: Update) -> Path | None:
    """Two contents under one version: the other one is kept beside the bundle, for whoever investigates."""
    if not any(isinstance(a, ObjectError) and a.reason is SyncReason.EQUIVOCATION for a in result.answers.values()):
        return None
    data = fetched.evidence
    kept = path.with_name(f"{path.name}.equivocation-{sha256(data).hexdigest()[:16]}")
    if not kept.exists():
        store.write_whole(kept, data)
    return kept


def _refused_whole(error: ObjectError, as_json: bool) -> int:
    """The container itself, or the pin, is at fault: no region can be named."""
    say(telling.in_json("", error, None) if as_json else telling.in_words("", error, None))
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
