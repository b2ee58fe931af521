"""Status lists and registers: made anew where something changed, else those that are published."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from credential import register, sign, status_list
from credential.model import Seconds, Status
from credential.register import RegisterIndex, Shard
from credential.root import Role, Root
from credential.sign import SigningKey
from credential.status_list import StatusList
from registry import current
from registry.current import Current
from registry.problems import Problem, Refused
from registry.publishing.lifetimes import STATUS_LIFETIME
from registry.publishing.snapshot import ListContent, Snapshot
from registry.register.statuses import ALLOWED

ROUNDING: Final = register.INDICES_A_SHARD
_BLOCK: Final = 4_096


def make_status_lists(
    snapshot: Snapshot, previous: Current | None, newest: Root, key: SigningKey, seq: int, now: Seconds
) -> tuple[bytes, ...]:
    """Every status list, signed. Refused CONFLICT if an entry came back since the last publication."""
    before = current.status_lists(previous)
    epoch = newest.role(Role.STATUS).epoch
    made = []
    for content in snapshot.lists:
        old = before.get(content.number)
        if content.registered is None and old is not None and old[1].epoch == epoch:
            made.append(old[0])
            continue
        entries = _pack(content, old[1] if old else None)
        if old is not None and old[1].epoch == epoch:
            _require_monotone(content.number, old[1].entries, entries)
        listed = StatusList(
            region=snapshot.settings.region,
            uri=status_list.uri_of(newest.status_base, content.number),
            epoch=epoch,
            seq=seq,
            issued=now,
            expires=Seconds(now + STATUS_LIFETIME),
            ttl=status_list.DEFAULT_TTL,
            entries=entries,
        )
        made.append(sign.sign1(listed.encode(), status_list.TYP, key))
    return tuple(made)


def _pack(content: ListContent, old: StatusList | None) -> bytes:
    """As long as the granted indices need, in whole shards; never shorter than before."""
    if content.registered is None:
        return old.entries if old else b""
    needed = max(1, -(-content.granted // ROUNDING)) * ROUNDING
    length = max(needed, old.length if old else 0)
    return status_list.pack(content.registered.not_valid, length, content.registered.ranges)


def _require_monotone(number: int, before: bytes, after: bytes) -> None:
    """Refuse a list in which an entry came back: somebody changed the database behind the service's back."""
    if len(after) < len(before):
        raise Refused(Problem.CONFLICT, f"LIST_SHRUNK: list {number}")
    for place in _changed(before, after):
        old, new = before[place], after[place]
        if not all(_may_become(old >> shift & 15, new >> shift & 15) for shift in (0, 4)):
            raise Refused(Problem.CONFLICT, f"ENTRY_REVIVED: list {number}, index {2 * place} 或 / or {2 * place + 1}")


def _changed(before: bytes, after: bytes) -> Iterator[int]:
    """The places at which the two differ, as far as `before` goes; most of a list is the same as it was."""
    for start in range(0, len(before), _BLOCK):
        old, new = before[start : start + _BLOCK], after[start : start + _BLOCK]
        if old != new:
            yield from (start + place for place, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1])


def _may_become(old: int, new: int) -> bool:
    return old == new or Status(new) in ALLOWED[Status(old)]


def make_registers(snapshot: Snapshot, previous: Current | None) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """The register index of every list, and the shards that they name."""
    held = current.shards(previous)
    indexes, shards = [], []
    for content in snapshot.lists:
        own = _shards(content, held.get(content.number, []))
        shards += own
        indexes.append(RegisterIndex(content.number, tuple(sha256(each).digest() for each in own)).encode())
    return tuple(indexes), tuple(shards)


def _shards(content: ListContent, held: list[bytes]) -> list[bytes]:
    """The shards up to the last index at which something is registered; those that did not change as they are held."""
    if content.shards is None:
        return held
    return [
        held[place] if own is None else Shard(content.number, place * ROUNDING, register.pack_digests(own)).encode()
        for place, own in enumerate(content.shards)
    ]
