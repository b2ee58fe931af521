"""A registry's record of acts, as `yinxin-registry audit export` wrote it, held against the log that is signed."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, BinaryIO, Final, NamedTuple

from credential import log
from credential.errors import ObjectError
from credential.log import Frontier, Leaf
from credential.model import Region, Seconds
from credential.published import LogHead
from credential.trust import RegionTrust
from verifier_cli.errors import UsageError
from verifier_cli.output import Style

FOUNDED: Final = "region.found"
MAX_LINE: Final = 16 << 20


class Record(NamedTuple):
    """What was found. Of `acts` the first `signed` are those of the signed log; `fault` says why it is not that log."""

    region: str
    acts: int
    signed: int
    fault: str | None


class _Act(NamedTuple):
    number: int
    what: str
    subject: str
    hash: bytes


def examine(path: str, regions: Mapping[Region, RegionTrust | ObjectError]) -> Record:
    """Work every leaf out anew, and compare the tree with that of the checkpoint. UsageError if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return _examine(_acts(file), regions)
    except OSError as error:
        raise UsageError(f"{path} 无法读取：{error.strerror}。", f"{path} cannot be read: {error.strerror}.") from None
    except (StopIteration, ValueError, KeyError, TypeError, RecursionError, OverflowError):
        raise UsageError(
            f"{path} 不是办理记录：须为 audit export 写出的 record.jsonl。",
            f"{path} is no record of acts: it must be the record.jsonl that `audit export` wrote.",
        ) from None


def in_words(record: Record, style: Style) -> list[str]:
    """What a person reads."""
    if record.fault is not None:
        zh = f"办理记录与已签名的日志不符：{record.fault}。记录被改动过，或不属于这个离线包；请保留两者，报告主管机关。"
        en = (
            f"The record is not what the signed log says: {record.fault}. It was altered, or is not this bundle's: "
            "keep both, and report it."
        )
        return [style.both(zh, en)]
    later = record.acts - record.signed
    lines = [
        style.both(
            f"办理记录的前 {record.signed} 项与已签名的日志完全一致。",
            f"The first {record.signed} acts of the record are exactly those of the signed log.",
        )
    ]
    if later:
        lines.append(
            style.both(
                f"其后 {later} 项在最近一次发布之后，尚无签名为证。",
                f"The {later} after them came after that publication: no signature speaks for them yet.",
            )
        )
    return lines


def _examine(acts: Iterator[_Act], regions: Mapping[Region, RegionTrust | ObjectError]) -> Record:
    first = next(acts)
    region = first.subject if first.what == FOUNDED else ""
    trusted = regions.get(Region(region))
    if not isinstance(trusted, RegionTrust) or trusted.checkpoint.log is None:
        return Record(region, 0, 0, "no signed log of its region / 离线包里没有该地区已签名的日志")
    return _compare(region, first, acts, trusted.checkpoint.log)


def _compare(region: str, first: _Act, acts: Iterator[_Act], head: LogHead) -> Record:
    frontier, fault = Frontier().append(first.hash), None
    signed = frontier if head.size == 1 else None
    for act in acts:
        frontier = frontier.append(act.hash)
        if act.number != frontier.size and fault is None:
            fault = f"act {frontier.size} is missing / 缺第 {frontier.size} 项"
        signed = frontier if frontier.size == head.size else signed
    if fault is None and signed is None:
        fault = f"{frontier.size} acts of {head.size} / 只有 {frontier.size} 项，应有 {head.size} 项"
    if fault is None and signed is not None and signed.head != head:
        fault = "another root / 根不同"
    return Record(region, frontier.size, 0 if fault else head.size, fault)


def _acts(file: BinaryIO) -> Iterator[_Act]:
    while line := file.readline(MAX_LINE):
        value = json.loads(line)
        said: str = value["said"]
        number, at, _, what, subject, *_ = json.loads(said)
        leaf = Leaf(Seconds(at), what, sha256(bytes.fromhex(value["salt"]) + said.encode()).digest(), _things(value))
        yield _Act(number, what, subject, log.leaf_hash(leaf.encode()))


def _things(value: Any) -> LogHead | None:
    if value["things"] is None:
        return None
    size, root_hash = value["things"]
    return LogHead(size, bytes.fromhex(root_hash))
