"""`yinxin-verify archive`: a region's archive checked whole, with no server, and what its last state says.

What an archive says about a certificate is what the registry said then. It is shown beside the answer of `check`, and
never in its place: what was revoked afterwards, no archive knows.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import BinaryIO, Final, NamedTuple

from credential import bundle, log, trust, update
from credential.bundle import Part
from credential.errors import CredentialError, ObjectError
from credential.model import Region, Seconds, rfc3339
from credential.published import CLOCK_TOLERANCE, LogHead
from credential.reason import Reason, SyncReason
from credential.register import INDICES_A_SHARD
from credential.trust import RegionTrust, Trust
from credential.update import Held
from credential.verify import AsOf, Undecided, Verdict
from verifier_cli.auditing import manifest
from verifier_cli.auditing.manifest import Damage, Manifest
from verifier_cli.checking import check
from verifier_cli.given import Given, Unread
from verifier_cli.held import store
from verifier_cli.output import Style, say, shown

STATE: Final = "state.cbor"
LEAVES: Final = "log/leaves"
_ENDED: Final = re.compile(r"ended/([0-9]+)-([0-9]+)\.cbor", re.ASCII)


class Asked(NamedTuple):
    """What the command line asks for. `fingerprint` is that of the archive as it was noted elsewhere."""

    folder: str
    pin: str | None
    fingerprint: bytes | None
    now: Seconds
    inputs: Sequence[str]
    as_json: bool


class Finding(NamedTuple):
    """One thing that was looked at, by its fixed name; `fault` says what is wrong with it."""

    name: str
    zh: str
    en: str
    fault: str | None = None


class State(NamedTuple):
    """What the registry published at one moment: the last of all, or the last before a new epoch."""

    name: str
    part: Part
    trust: RegionTrust

    @property
    def at(self) -> Seconds:
        """The latest time that anything in it names."""
        return self.trust.newest_issued

    @property
    def known(self) -> Trust:
        """The state as a verifier of this region has it."""
        region = self.trust.root.head.region
        return Trust(region, {region: self.trust})


class Examined(NamedTuple):
    """All findings up to the first fault, and the states in order of time; none if there is a fault."""

    findings: tuple[Finding, ...]
    states: tuple[State, ...]


def run(asked: Asked) -> int:
    """Print what was found, then every certificate's answers. 1: the archive is not whole; else as `check` says."""
    listed = manifest.read(asked.folder)
    pins = store.read_pins(asked.pin) if asked.pin is not None else store.choose_stored(None)[1]
    examined = examine(listed, pins, asked.fingerprint)
    style = Style(sys.stdout)
    say(_as_json(listed, examined, asked.now) if asked.as_json else _in_words(listed, examined, asked.now, style))
    if not examined.states:
        return 1
    if not asked.inputs:
        return 0
    state = _state_at(examined.states, asked.now)
    counts = dict.fromkeys(check.EXIT_CODES, 0)
    for given in check.texts(asked.inputs):
        verdict, archived = judge(given.content, state, asked.now)
        counts[verdict.reason.outcome] += 1
        say(_answer(given, verdict, archived, asked.as_json, style))
    return check.exit_code(counts)


def examine(listed: Manifest, pins: frozenset[bytes], fingerprint: bytes | None) -> Examined:
    """Everything that must hold, in order; it ends at the first fault."""
    findings: list[Finding] = []
    states: list[State] = []
    for finding, work in _steps(listed, pins, fingerprint, states):
        try:
            work()
        except (Damage, CredentialError) as error:
            fault = error.detail if isinstance(error, Damage) else str(error)
            return Examined((*findings, finding._replace(fault=fault)), ())
        findings.append(finding)
    return Examined(tuple(findings), tuple(states))


def _steps(
    listed: Manifest, pins: frozenset[bytes], fingerprint: bytes | None, states: list[State]
) -> Iterator[tuple[Finding, Callable[[], None]]]:
    """What is looked at, each with its name; the third fills `states`."""
    yield (
        Finding("manifest", "每个文件都与清单相符", "every file is as the manifest says"),
        lambda: manifest.check(listed),
    )
    if fingerprint is not None:
        yield (
            Finding("fingerprint", "归档指纹与记下的相符", "the fingerprint is the one that was noted"),
            lambda: _require_same(listed, fingerprint),
        )
    yield (
        Finding("state", "各状态从根指纹起成立", "every state holds from the pin on"),
        lambda: states.extend(_states(listed, pins)),
    )
    yield (
        Finding("register", "登记册与泄露名单齐全", "registers and files of survivors are complete"),
        lambda: _require_complete(states),
    )
    yield (
        Finding("ended", "各纪元前后相承", "each epoch follows from the one before"),
        lambda: _require_succession(states, pins),
    )
    yield (
        Finding("log", "日志与各状态相符", "the log agrees with every state"),
        lambda: _require_log(listed, states),
    )


def judge(content: str | Unread, state: State, now: Seconds) -> tuple[Verdict, Verdict]:
    """The answer of `check` at `now`, and what the state says of its own time."""
    archived = check.judge(content, state.known, state.at)
    if archived.reason is Reason.ISSUED_IN_FUTURE:
        archived = Undecided(Reason.STALE, "signed after the archive's last state", AsOf(state.at), archived.issuer)
    return check.judge(content, state.known, now), archived


def _require_same(listed: Manifest, fingerprint: bytes) -> None:
    if listed.fingerprint != fingerprint:
        raise Damage(f"是 / it is {listed.fingerprint.hex()}")


def _states(listed: Manifest, pins: frozenset[bytes]) -> Iterator[State]:
    """The last states of ended epochs in their order, then the last of all."""
    ended = sorted(((int(found[1]), int(found[2])), found[0]) for found in map(_ENDED.fullmatch, listed.files) if found)
    for order, name in ended:
        state = _state(listed, name, pins)
        if state.trust.checkpoint.head.order != order:
            raise Damage(f"{name}: 不是文件名所说的 / is not what its name says")
        yield state
    yield _state(listed, STATE, pins)


def _state(listed: Manifest, name: str, pins: frozenset[bytes]) -> State:
    parts = bundle.decode(manifest.content(listed, name, bundle.MAX_BYTES))
    if len(parts) != 1:
        raise Damage(f"{name}: 不止一个地区 / has more than one region")
    ((region, part),) = parts.items()
    return State(name, part, trust.establish(region, part, pins))


def _require_complete(states: Sequence[State]) -> None:
    """Every bin, every shard of every list's register, every survivors' file."""
    for state in states:
        found = state.trust
        for issuer in found.issuers:
            for key in issuer.keys:
                if key.survivors is not None and found.survivors(key.survivors) is None:
                    raise Damage(f"{state.name}: {issuer.code} 缺泄露名单 / lacks a file of survivors")
        for number in found.status_lists:
            _require_shards(state, number)


def _require_shards(state: State, number: int) -> None:
    register = state.trust.register
    index = register.indexes.get(number)
    if index is None:
        raise Damage(f"{state.name}: 缺第 {number} 号列表的登记册 / lacks the register of list {number}")
    for place in range(len(index.hashes)):
        if register.digests_around(number, place * INDICES_A_SHARD) is None:
            raise Damage(f"{state.name}: 登记册缺第 {place} 片 / lacks shard {place} of list {number}")


def _require_succession(states: Sequence[State], pins: frozenset[bytes]) -> None:
    """A later state is one that a verifier who held the earlier would have taken; expiry does not matter here."""
    for before, after in pairwise(states):
        region = Region(after.trust.root.head.region)
        try:
            update.advance(region, Held(before.part, before.trust), after.part, pins, after.at)
        except ObjectError as error:
            if error.reason is not SyncReason.EXPIRED:
                raise ObjectError(error.reason, f"{after.name}: {error.detail}") from None


def _require_log(listed: Manifest, states: Sequence[State]) -> None:
    """The leaves make the last state's head, and begin with those of earlier states of its epoch.

    The last leaf is the publication of the very objects that the last checkpoint names.
    """
    last = states[-1].trust.checkpoint
    if last.log is None:
        raise Damage("检查点没有日志头 / the checkpoint has no log")
    epoch = last.head.epoch
    same = [state.trust.checkpoint for state in states if state.trust.checkpoint.head.epoch == epoch]
    heads = {each.log.size: each.log for each in same if each.log is not None}
    with manifest.stream(listed, LEAVES) as file:
        newest = _require_heads(_leaves(file), heads, last.log.size)
    named = log.head_of([log.leaf_hash(each.sha256) for each in last.entries])
    if log.decode_leaf(newest).things != named:
        raise Damage("日志最后一项不是最后的发布 / the last leaf is not the last publication")


def _require_heads(leaves: Iterator[bytes], heads: Mapping[int, LogHead], size: int) -> bytes:
    """Damage unless the leaves make every one of `heads`, and are `size`. Returns the last leaf."""
    frontier, leaf = log.Frontier(), b""
    for leaf in leaves:
        frontier = frontier.append(log.leaf_hash(leaf))
        expected = heads.get(frontier.size)
        if expected is not None and frontier.head != expected:
            raise Damage(
                f"前 {frontier.size} 项与检查点不符 / the first {frontier.size} leaves are not the checkpoint's"
            )
    if frontier.size != size:
        raise Damage(f"日志有 {frontier.size} 项，应有 {size} 项 / {frontier.size} leaves where {size} belong")
    return leaf


def _leaves(file: BinaryIO) -> Iterator[bytes]:
    """Each leaf behind its length in two bytes."""
    while head := file.read(2):
        leaf = file.read(int.from_bytes(head, "big"))
        if len(head) != 2 or len(leaf) != int.from_bytes(head, "big"):
            raise Damage("日志在中间断了 / the log is cut")
        yield leaf


def _state_at(states: Sequence[State], now: Seconds) -> State:
    """The last state that was there at `now`; before the first, the first, whose clock check then says so."""
    past = [state for state in states if state.at <= now + CLOCK_TOLERANCE]
    return past[-1] if past else states[0]


def _as_json(listed: Manifest, examined: Examined, now: Seconds) -> str:
    last = examined.states[-1] if examined.states else None
    document = {
        "archive": listed.folder,
        "fingerprint": listed.fingerprint.hex(),
        "whole": last is not None,
        "region": None if last is None else last.trust.root.head.region,
        "last_state": None if last is None else rfc3339(last.at),
        "now": rfc3339(now),
        "findings": [{"name": each.name, "ok": each.fault is None, "fault": each.fault} for each in examined.findings],
    }
    return json.dumps(document, separators=(",", ":"))


def _in_words(listed: Manifest, examined: Examined, now: Seconds, style: Style) -> str:
    lines = []
    for each in examined.findings:
        mark = style.mark("✔", "[OK]") if each.fault is None else style.mark("✘", "[NO]")
        lines.append(
            f"{mark} {style.both(each.zh, each.en)}" + ("" if each.fault is None else f": {shown(each.fault)}")
        )
    lines.append(f"  {style.both('归档指纹', 'fingerprint')}: {listed.fingerprint.hex()}")
    if not examined.states:
        lines.append("  " + style.both("归档不完好，不据以回答任何证书。", "Not whole: it answers for no certificate."))
        return "\n".join(lines)
    last = examined.states[-1]
    region, at = last.trust.root.head.region, rfc3339(last.at)
    lines.append(style.both(f"  地区 {region}，资料截至 {at}。", f"Region {region}, as published by {at}."))
    if now > last.at:
        lines.append(
            "  "
            + style.both(
                "在那以后的撤销、暂停、泄露，本归档都不知道。",
                "What was revoked, suspended or stolen after that, this archive does not know.",
            )
        )
    return "\n".join(lines)


def _answer(given: Given, verdict: Verdict, archived: Verdict, as_json: bool, style: Style) -> str:
    if as_json:
        from verifier_cli.words import machine

        then = {key: value for key, value in machine.report(given.name, archived).items() if key != "input"}
        return json.dumps({**machine.report(given.name, verdict), "archived": then}, separators=(",", ":"))
    from verifier_cli.words import human

    return human.block(given.name, verdict, verdict.reason.outcome, style) + human.archived(archived, style)
