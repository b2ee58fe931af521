"""One region's part: what the list role signed, with status lists, registers, and a checkpoint that names all of it."""

from dataclasses import dataclass
from hashlib import sha256

from credential import checkpoint, policy, recognition, register, root, sign, status_list, trust_list
from credential.bundle import Part
from credential.checkpoint import Checkpoint, Committed
from credential.model import Seconds
from credential.published import Head, ObjectType
from credential.root import Role
from registry.current import Current
from registry.publishing.filed import Filed
from registry.publishing.lifetimes import CHECKPOINT_LIFETIME, NEXT_DUE
from registry.publishing.lists import make_registers, make_status_lists
from registry.publishing.snapshot import Snapshot
from registry.roles import OnlineKeys


@dataclass(frozen=True, slots=True)
class Published:
    """What was published."""

    part: Part
    checkpoint: Checkpoint
    full: bool


def assemble(
    snapshot: Snapshot,
    previous: Current | None,
    filed: Filed,
    online: OnlineKeys,
    seq: int,
    now: Seconds,
) -> tuple[Part, Checkpoint]:
    """The part, and what its checkpoint says; as a draft, for it has no place in the log yet."""
    newest, _ = root.decode(filed.roots[-1])
    statuses = make_status_lists(snapshot, previous, newest, online.status, seq, now)
    registers, shards = make_registers(snapshot, previous)
    part = Part(
        roots=filed.roots,
        checkpoint=b"",
        trust_list=filed.trust_list,
        bins=filed.bins,
        status_lists=statuses,
        recognition=filed.recognition,
        survivors=filed.survivors,
        shards=shards,
        registers=registers,
        benefits=filed.benefits,
    )
    epoch = newest.role(Role.CHECKPOINT).epoch
    head = Head(snapshot.settings.region, epoch, seq, now, Seconds(now + CHECKPOINT_LIFETIME))
    seen = Checkpoint(head, Seconds(now + NEXT_DUE), _named(part, previous, (epoch, seq)))
    signed = sign.sign1(seen.encode(), checkpoint.TYP, online.checkpoint)
    return part._replace(checkpoint=signed), seen


def _named(part: Part, previous: Current | None, order: tuple[int, int]) -> tuple[Committed, ...]:
    """What the checkpoint names. A register that did not change keeps its place in the order."""
    newest, _ = root.decode(part.roots[-1])
    listed, _ = trust_list.decode(part.trust_list)
    entries = [
        committed(ObjectType.ROOT, 0, newest.head.order, part.roots[-1]),
        committed(ObjectType.TRUST_LIST, 0, listed.head.order, part.trust_list),
    ]
    for data in part.status_lists:
        status, _ = status_list.decode(data)
        number = status_list.number_of(newest.status_base, status.uri)
        entries.append(committed(ObjectType.STATUS_LIST, number or 0, status.order, data))
    if part.recognition is not None:
        table, _ = recognition.decode(part.recognition)
        entries.append(committed(ObjectType.RECOGNITION, 0, table.head.order, part.recognition))
    if part.benefits is not None:
        promised, _ = policy.decode(part.benefits)
        entries.append(committed(ObjectType.BENEFITS, 0, promised.head.order, part.benefits))
    for data in part.registers:
        fresh = committed(ObjectType.REGISTER, register.decode_index(data).list, order, data)
        old = previous.checkpoint.find(ObjectType.REGISTER, fresh.list) if previous else None
        kept = old is not None and old.sha256 == fresh.sha256 and old.epoch == order[0]
        entries.append(old if kept and old is not None else fresh)
    return tuple(sorted(entries, key=lambda entry: entry.name))


def committed(kind: ObjectType, number: int, order: tuple[int, int], data: bytes) -> Committed:
    """An object as a checkpoint names it."""
    return Committed(kind, number, *order, sha256(data).digest())
