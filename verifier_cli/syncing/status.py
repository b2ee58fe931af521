"""`yinxin-verify status`: of each region that is held, how old its lists are, until when it is good, and what to do."""

import json
import sys
from collections.abc import Iterator
from enum import IntEnum, unique
from typing import Final, NamedTuple

from credential import freshness, freshness_wording
from credential.errors import ObjectError
from credential.freshness import Freshness, Listed
from credential.model import Region, Seconds, rfc3339
from credential.published import CLOCK_TOLERANCE, ObjectType
from credential.reason import Entitlement, Reason, Recognition
from credential.trust import RegionTrust, Trust
from verifier_cli.held import trusted
from verifier_cli.output import Style, say, shown
from verifier_cli.words import human
from verifier_cli.words.regions import name_of

Why = Reason | Recognition | Entitlement

EXPIRED: Final[dict[ObjectType, Why]] = {
    ObjectType.ROOT: Reason.ROOT_EXPIRED,
    ObjectType.TRUST_LIST: Reason.TRUST_LIST_EXPIRED,
    ObjectType.STATUS_LIST: Reason.STATUS_EXPIRED,
    ObjectType.RECOGNITION: Recognition.RECOGNITION_UNKNOWN,
    ObjectType.BENEFITS: Entitlement.POLICY_EXPIRED,
}
"""What answers rely on, and what they say once it has expired. No answer asks when the checkpoint expires."""
_OF_HOME: Final = frozenset({ObjectType.RECOGNITION, ObjectType.BENEFITS})
"""Of other regions nobody asks them."""
_NO_ADDRESS: Final = "URL"
"""Stands for the registry's address where what is held does not tell it."""
_DAY: Final = 86_400
_LATE: Final = (
    "登记机构应已公布更新的资料：最近的撤销这里可能还不知道。",
    "The registry has promised newer data by now: what was revoked lately may not be known here.",
)


@unique
class Standing(IntEnum):
    """What the data of a region is good for; the worst decides the exit code, which is the value."""

    GOOD = 0
    SOON = 1
    UNDECIDED = 3


_MARKS: Final = {
    Standing.GOOD: ("✔", "[OK]"),
    Standing.SOON: ("!", "[!!]"),
    Standing.UNDECIDED: ("?", "[??]"),
}
_SAID: Final = {
    Standing.GOOD: ("够新，可用到 {}", "new enough, good until {}"),
    Standing.SOON: ("快要过期，可用到 {}", "expires soon, good until {}"),
    Standing.UNDECIDED: ("无法判断", "cannot be decided"),
}


class Asked(NamedTuple):
    """What the command line asks for. Without `pin` the stored one is taken; `notice` is what soon means, in days."""

    bundle: str
    pin: str | None
    region: str | None
    notice: int
    now: Seconds
    as_json: bool


class RegionStatus(NamedTuple):
    """One region. `why` it is undecided; `until` the first of its lists expires; `command` brings newer data."""

    region: Region
    standing: Standing
    why: Why | None
    detail: str
    until: Seconds | None
    lists: tuple[Listed, ...]
    command: str | None


def run(asked: Asked) -> int:
    """Print every region's status. 0: all are good; 1: one expires soon; 3: one can answer nothing, or not all."""
    known = trusted.load(asked.bundle, asked.pin, asked.region)
    found = [_status(asked, known, region) for region in _regions(known)]
    for each in found:
        say(_as_json(each, asked.now) if asked.as_json else _in_words(each, asked.now))
    return max((each.standing for each in found), default=Standing.UNDECIDED)


def _regions(known: Trust) -> Iterator[Region]:
    """The home first, held or not, then the others that are vouched for."""
    if known.home is not None:
        yield known.home
    yield from (region for region in known.regions if region != known.home)


def _status(asked: Asked, known: Trust, region: Region) -> RegionStatus:
    found = known.regions.get(region)
    command = _command(asked, _address(known, region))
    if found is None:
        return _undecided(region, Reason.REGION_UNKNOWN, "", command)
    if isinstance(found, ObjectError):
        return _undecided(region, Reason.CHAIN_INVALID, str(found), command)
    lists = tuple(_relied_on(found, is_home=region == known.home))
    if asked.now + CLOCK_TOLERANCE < found.newest_issued:
        return _undecided(region, Reason.CLOCK_SUSPECT, "", None)._replace(lists=lists)
    until = min(each.expires for each in lists)
    standing = Standing.SOON if asked.now >= until - asked.notice * _DAY else Standing.GOOD
    expired = [EXPIRED[each.type] for each in lists if each.freshness(asked.now) is Freshness.EXPIRED]
    if expired:
        return _undecided(region, expired[0], "", command)._replace(until=until, lists=lists)
    is_current = standing is Standing.GOOD and freshness.worst(lists, asked.now) is Freshness.CURRENT
    return RegionStatus(region, standing, None, "", until, lists, None if is_current else command)


def _undecided(region: Region, why: Why, detail: str, command: str | None) -> RegionStatus:
    return RegionStatus(region, Standing.UNDECIDED, why, detail, None, (), command)


def _relied_on(found: RegionTrust, *, is_home: bool) -> Iterator[Listed]:
    """The lists that answers about this region's certificates rely on."""
    for each in freshness.listed(found):
        if each.type in EXPIRED and (is_home or each.type not in _OF_HOME):
            yield each


def _address(known: Trust, region: Region) -> str:
    """Where newer data is: the home's registry, which brings its partners along; else the region's own."""
    for each in (known.home, region):
        found = None if each is None else known.regions.get(each)
        if isinstance(found, RegionTrust) and found.root.status_base.endswith("/s/"):
            return found.root.status_base.removesuffix("/s/")
    return _NO_ADDRESS


def _command(asked: Asked, address: str) -> str:
    from shlex import join

    words = ["yinxin-verify", "sync", "--from", address, "--bundle", asked.bundle]
    words += [] if asked.pin is None else ["--pin", asked.pin]
    words += [] if asked.region is None else ["--region", asked.region]
    return join(words)


def _as_json(found: RegionStatus, now: Seconds) -> str:
    document = {
        "region": found.region,
        "result": found.standing.name.lower(),
        "reason": None if found.why is None else found.why.value,
        "detail": found.detail or None,
        "now": rfc3339(now),
        "good_until": None if found.until is None else rfc3339(found.until),
        "lists": [each.data(now) for each in found.lists],
        "command": found.command,
    }
    return json.dumps(document, separators=(",", ":"))


def _in_words(found: RegionStatus, now: Seconds) -> str:
    style = Style(sys.stdout)
    lines = [_headline(found, style)]
    if found.why is not None:
        lines += human.sentence(found.why, f": {shown(found.detail)}" if found.detail else "", style)
    lines += [_line(each, now, style) for each in found.lists]
    if found.why is None and freshness.worst(found.lists, now) is Freshness.LATE:
        lines.append("  " + style.both(*_LATE))
    if found.command is not None:
        lines.append(f"  {style.both('更新命令', 'To update')}: {shown(found.command)}")
    return "\n".join(lines)


def _headline(found: RegionStatus, style: Style) -> str:
    mark = style.mark(*_MARKS[found.standing])
    until = "" if found.until is None else rfc3339(found.until)
    said = style.both(*(words.format(until) for words in _SAID[found.standing]))
    return f"{mark} {style.both(*name_of(found.region))}: {said}"


def _line(each: Listed, now: Seconds, style: Style) -> str:
    number = "" if each.number is None else f" {each.number}"
    name = style.both(*freshness_wording.OBJECTS[each.type])
    zh, en = freshness_wording.age(each.issued, now)
    issued = style.both(f"{zh}签发", f"issued {en}")
    standing = style.both(*freshness_wording.FRESHNESS[each.freshness(now)])
    return f"  {name}{number}: {issued}, {style.both('有效至', 'until')} {rfc3339(each.expires)}, {standing}"
