"""`yinxin-verify audit`: every object of a bundle, who signed it, whether the chain holds, and what it counts."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import NamedTuple, Protocol, assert_never

from credential import bundle, checkpoint, cose, policy, recognition, root, status_list, trust, trust_list, update
from credential.bundle import Part
from credential.errors import ObjectError
from credential.freshness import Freshness, Listed, of_head, of_status_list
from credential.history import History
from credential.model import Region, Seconds, Status, rfc3339
from credential.published import Head, ObjectType, name_of
from credential.root import Role, RoleKeys, Root
from credential.trust import RegionTrust, Trust
from credential.update import Kept, Taken
from verifier_cli.auditing import history, record
from verifier_cli.auditing.history import LogReport
from verifier_cli.auditing.record import Record
from verifier_cli.held import store
from verifier_cli.output import Style, say, shown


class _Headed(Protocol):
    """What every signed object but a status list begins with."""

    @property
    def head(self) -> Head:
        """Its place in the region's history, and its times."""


Decode = Callable[[bytes], tuple[_Headed, cose.Sign]]


class Asked(NamedTuple):
    """What the command line asks for. Without `pin` the stored one is taken."""

    bundle: str
    pin: str | None
    region: str | None
    against: str | None
    log: history.Asked
    now: Seconds
    as_json: bool
    record: str | None = None


class ObjectReport(NamedTuple):
    """One signed object. `signers` of `threshold` distinct keys of its role signed; None if it cannot be read."""

    type: str
    list: int
    epoch: int | None
    seq: int | None
    issued: str | None
    expires: str | None
    expired: bool | None
    sha256: str
    bytes: int
    signers: int | None
    threshold: int | None
    fault: str | None = None


class RegionReport(NamedTuple):
    """One region: its chain's fault (None: it holds), its objects, what they count, and the judgement as an update.

    A region that no pin and no agreement of the home vouches for is not to be trusted here, which is no fault of it.
    """

    region: str
    vouched: bool
    chain: str | None
    objects: tuple[ObjectReport, ...]
    counts: dict[str, int]
    update: str | None
    log: LogReport | None


def run(asked: Asked) -> int:
    """Print the audit. 0: every chain holds, the update would be taken; 1: a fault; 3: a log is not proven to go on."""
    pins = store.read_pins(asked.pin) if asked.pin is not None else store.choose_stored(asked.region)[1]
    data = store.read_bundle(asked.bundle)
    try:
        parts = bundle.decode(data)
        known = trust.load(data, pins, _home(asked))
    except ObjectError as error:
        raise store.unreadable_bundle(asked.bundle, str(error)) from None
    judged, logs = _judgements(asked, parts, pins), _logs(asked, known, pins)
    reports = [
        _region(region, part, known, judged.get(region), asked.now)._replace(log=logs.get(region))
        for region, part in parts.items()
    ]
    for each in reports:
        say(_as_json(each) if asked.as_json else _in_words(each))
    found = None if asked.record is None else _record(asked.record, known, asked.as_json)
    missed = history.is_asked(asked.log) and not any(each.included for each in logs.values())
    altered = found is not None and found.fault is not None
    if missed or altered or any(_is_faulty(each) for each in reports):
        return 1
    return 3 if any(each.history == History.UNPROVEN for each in logs.values()) else 0


def _record(path: str, known: Trust, as_json: bool) -> Record:
    """Say what the record of acts is worth beside the signed log."""
    found = record.examine(path, known.regions)
    if as_json:
        say(json.dumps({"record": found._asdict()}, separators=(",", ":")))
    else:
        say("\n".join(record.in_words(found, Style(sys.stdout))))
    return found


def _home(asked: Asked) -> Region | None:
    return None if asked.region is None else Region(asked.region)


def _logs(asked: Asked, known: Trust, pins: frozenset[bytes]) -> dict[str, LogReport]:
    """The log of every region whose chain holds, beside that of the older bundle."""
    evidence = history.gather(asked.log)
    older: Mapping[Region, RegionTrust | ObjectError] = {}
    if asked.against is not None:
        older = trust.load(store.read_bundle(asked.against), pins, _home(asked)).regions
    found = {}
    for region, each in known.regions.items():
        before = older.get(region)
        held = before.checkpoint if isinstance(before, RegionTrust) else None
        made = history.report(each.checkpoint, held, evidence) if isinstance(each, RegionTrust) else None
        if made is not None:
            found[str(region)] = made
    return found


def _as_json(report: RegionReport) -> str:
    objects = [each._asdict() for each in report.objects]
    told = None if report.log is None else report.log._asdict()
    return json.dumps({**report._asdict(), "objects": objects, "log": told}, separators=(",", ":"))


def _is_faulty(report: RegionReport) -> bool:
    refused = (report.update or "", (report.log.history or "") if report.log else "")
    return (report.vouched and report.chain is not None) or any(each.startswith(history.REFUSED) for each in refused)


def _judgements(asked: Asked, parts: Mapping[Region, Part], pins: frozenset[bytes]) -> dict[Region, str]:
    """What sync would say of each region, if the other bundle were the one held."""
    if asked.against is None:
        return {}
    try:
        held = bundle.decode(store.read_bundle(asked.against))
    except ObjectError as error:
        raise store.unreadable_bundle(asked.against, str(error)) from None
    try:
        answers = update.update(held, parts, pins, asked.now, _home(asked)).answers
    except ObjectError as error:
        return dict.fromkeys(parts, f"refused {error}")
    return {region: _judgement(answer) for region, answer in answers.items()}


def _judgement(answer: update.Answer) -> str:
    match answer:
        case Taken():
            return "updated" if answer.changed else "unchanged"
        case Kept():
            return "kept"
        case ObjectError():
            return f"refused {answer}"
        case _:
            assert_never(answer)


def _region(region: Region, part: Part, known: Trust, judged: str | None, now: Seconds) -> RegionReport:
    found = known.regions.get(region, "no pin and no agreement of the home leads here")
    chain = None if isinstance(found, RegionTrust) else str(found)
    counts = _counts(found) if isinstance(found, RegionTrust) else {}
    return RegionReport(region, region in known.regions, chain, tuple(_objects(part, now)), counts, judged, None)


def _objects(part: Part, now: Seconds) -> Iterator[ObjectReport]:
    """Every signed object, the roots first: their newest readable one says who must sign the rest."""
    newest: Root | None = None
    for data in part.roots:
        try:
            found, message = root.decode(data)
        except ObjectError as error:
            yield _unreadable("root", data, error)
            continue
        newest = found
        yield _signed(of_head(ObjectType.ROOT, found.head), data, now, _many(found.role(Role.ROOT), message))
    if newest is not None:
        yield from _lists(part, newest, now)


def _lists(part: Part, newest: Root, now: Seconds) -> Iterator[ObjectReport]:
    listing = newest.role(Role.LIST)
    yield _checkpoint(part.checkpoint, newest, now)
    yield _listed(ObjectType.TRUST_LIST, part.trust_list, trust_list.decode, listing, now)
    if part.recognition is not None:
        yield _listed(ObjectType.RECOGNITION, part.recognition, recognition.decode, listing, now)
    if part.benefits is not None:
        yield _listed(ObjectType.BENEFITS, part.benefits, policy.decode, listing, now)
    for data in part.status_lists:
        yield _status_list(data, newest, now)


def _listed(kind: ObjectType, data: bytes, decode: Decode, listing: RoleKeys, now: Seconds) -> ObjectReport:
    """What the role of lists signs."""
    try:
        found, message = decode(data)
    except ObjectError as error:
        return _unreadable(name_of(kind), data, error)
    return _signed(of_head(kind, found.head), data, now, _many(listing, message))


def _checkpoint(data: bytes, newest: Root, now: Seconds) -> ObjectReport:
    try:
        seen, message = checkpoint.decode(data)
    except ObjectError as error:
        return _unreadable("checkpoint", data, error)
    return _signed(of_head(ObjectType.CHECKPOINT, seen.head), data, now, _one(newest.role(Role.CHECKPOINT), message))


def _status_list(data: bytes, newest: Root, now: Seconds) -> ObjectReport:
    try:
        listed, message = status_list.decode(data)
    except ObjectError as error:
        return _unreadable("status_list", data, error)
    number = status_list.number_of(newest.status_base, listed.uri)
    return _signed(of_status_list(number, listed), data, now, _one(newest.role(Role.STATUS), message))


def _many(role: RoleKeys, message: cose.Sign) -> tuple[int, int]:
    return len(role.signers(message)), role.threshold


def _one(role: RoleKeys, message: cose.Sign1) -> tuple[int, int]:
    try:
        role.require_one(message)
    except ObjectError:
        return 0, role.threshold
    return 1, role.threshold


def _signed(found: Listed, data: bytes, now: Seconds, signed: tuple[int, int]) -> ObjectReport:
    return ObjectReport(
        type=name_of(found.type),
        list=found.number or 0,
        epoch=found.epoch,
        seq=found.seq,
        issued=rfc3339(found.issued),
        expires=rfc3339(found.expires),
        expired=found.freshness(now) is Freshness.EXPIRED,
        sha256=sha256(data).hexdigest(),
        bytes=len(data),
        signers=signed[0],
        threshold=signed[1],
    )


def _unreadable(kind: str, data: bytes, error: ObjectError) -> ObjectReport:
    digest = sha256(data).hexdigest()
    return ObjectReport(kind, 0, None, None, None, None, None, digest, len(data), None, None, str(error))


def _counts(found: RegionTrust) -> dict[str, int]:
    """Issuers, keys and statuses; a bin that is not held or not readable counts as such."""
    try:
        issuers = list(found.issuers)
    except ObjectError:
        return {"unreadable_bins": 1}
    totals = Counter[int]()
    for listed in found.status_lists.values():
        doubled = Counter(listed.entries)
        for byte, times in doubled.items():
            totals[byte & 0x0F] += times
            totals[byte >> 4] += times
    statuses = {f"status_{status.name.lower()}": totals[status] for status in Status}
    return {"issuers": len(issuers), "keys": sum(len(each.keys) for each in issuers), **statuses}


def _in_words(report: RegionReport) -> str:
    style = Style(sys.stdout)
    holds = report.chain is None
    verdict = style.both("信任链成立", "the chain holds") if holds else style.both("信任链不成立", "no chain")
    mark = style.mark("✔", "[OK]") if holds else style.mark("✘", "[NO]")
    lines = [f"{mark} {style.both('地区', 'region')} {report.region}: {verdict} {shown(report.chain or '')}".rstrip()]
    lines += [_object_in_words(each, style) for each in report.objects]
    lines += [f"  {name}: {count}" for name, count in report.counts.items()]
    if report.update is not None:
        lines.append("  " + style.both("作为更新", "as an update") + f": {shown(report.update)}")
    if report.log is not None:
        lines += [f"  {each}" for each in history.in_words(report.log, style)]
    return "\n".join(lines)


def _object_in_words(each: ObjectReport, style: Style) -> str:
    name = f"  {each.type} {each.list}"
    if each.fault is not None:
        return f"{name}: {shown(each.fault)} {each.sha256}"
    signed = f"{style.both('签名', 'signers')} {each.signers}/{each.threshold}"
    late = f" {style.both('已过期', 'EXPIRED')}" if each.expired else ""
    return f"{name}: ({each.epoch}, {each.seq}) {each.issued} .. {each.expires}{late}, {signed}, {each.sha256}"
