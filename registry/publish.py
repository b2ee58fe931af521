"""Publishing: from the database to signed objects that a verifier accepts, then files, then the current bundle.

Online: status lists, register, checkpoint, with the keys that the service holds. Full: also trust list, recognition
and root, with the list role's keys. Whoever publishes holds a lock file; the database gives out a sequence once.
"""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from credential import bundle, checkpoint, log, recognition, register, root, sign, status_list, trust, trust_list
from credential.bundle import Part
from credential.checkpoint import Checkpoint, Committed
from credential.errors import CredentialError
from credential.model import Region, Seconds, Status, rfc3339
from credential.published import Head, LogHead, ObjectType
from credential.recognition import RecognitionList
from credential.register import RegisterIndex, Shard
from credential.root import Role, Root
from credential.sign import SigningKey
from credential.status_list import StatusList
from registry import acts, agreements, current, listing, settings, tiles
from registry.acts import Act
from registry.current import Current
from registry.files import Places, exclusive, write_atomically, write_objects
from registry.problems import Problem, Refused
from registry.roles import OnlineKeys
from registry.settings import Settings
from registry.statuses import ALLOWED
from registry.store.engine import Store
from registry.store.models import PublicationRow, RegionRow, RegisteredRow, RootRow, RunRow, StatusListRow
from registry.tiles import Files

DAY: Final = 86_400
LIST_LIFETIME: Final = 180 * DAY
STATUS_LIFETIME: Final = 30 * DAY
CHECKPOINT_LIFETIME: Final = 3 * DAY
NEXT_DUE: Final = DAY
RENEW_AFTER: Final = DAY // 2
"""Seconds after which checkpoint and status lists are signed again although nothing changed."""
PRUNE_AFTER: Final = 7 * DAY
ROUNDING: Final = register.INDICES_A_SHARD


@dataclass(frozen=True, slots=True)
class ListContent:
    """One status list's rows: how many indices are granted, and what is registered; None if nothing changed."""

    number: int
    granted: int
    change: int
    rows: tuple[tuple[int, Status, bytes], ...] | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of the database."""

    settings: Settings
    roots: tuple[bytes, ...]
    change: int
    filing_change: int
    last: tuple[int, int]
    lists: tuple[ListContent, ...]


@dataclass(frozen=True, slots=True)
class Filed:
    """What the list role signs: the signed objects, and the blobs that they name."""

    roots: tuple[bytes, ...]
    trust_list: bytes
    bins: tuple[bytes, ...]
    recognition: bytes | None
    survivors: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """What was published."""

    part: Part
    checkpoint: Checkpoint
    full: bool


@dataclass(frozen=True, slots=True)
class Logged:
    """A publication that is a leaf: its checkpoint has the log's head, `note` is that as text, `tiles` are up to it."""

    made: Published
    tiles: Files
    note: bytes


def publish(
    store: Store, places: Places, online: OnlineKeys, list_keys: Sequence[SigningKey] | None, now: Seconds
) -> Published:
    """Publish what the database says at this moment; with `list_keys` all of it, else what the online roles sign.

    Refused: ROLLBACK in the detail if the database is behind what is published; REFUSED if a verifier would not accept.
    """
    with exclusive(places.lock):
        with store.read() as session:
            region = settings.load(session).region
            previous = current.read(places, region)
            full = list_keys is not None
            snapshot = take_snapshot(session, previous, full, now)
            order = _next_order(snapshot, previous)
            if list_keys is not None:
                acts.require_whole(session)
                filed = _sign_filed(session, snapshot, list_keys, order[1], now)
            elif previous is not None:
                filed = _keep_filed(previous.part)
            else:
                raise Refused(Problem.UNAVAILABLE, "尚未首次发布 / nothing was published yet: yinxin-registry publish")
        draft = Published(*_assemble(snapshot, previous, filed, online, order[1], now), full)
        _require_acceptable(places, snapshot, draft)
        logged = store.write(lambda session: _record(session, places, draft, previous, online.checkpoint, now))
        _install(store, places, snapshot, logged, previous)
        return logged.made


def take_snapshot(session: Session, previous: Current | None, full: bool, now: Seconds) -> Snapshot:
    """Read what is to be published."""
    row = session.scalars(select(RegionRow)).one()
    ages = _ages(previous)
    last = last_order(session)
    everything = full or previous is None or previous.checkpoint.head.order < last
    lists = []
    for listed in session.scalars(select(StatusListRow).order_by(StatusListRow.number)):
        age = ages.get(listed.number)
        stale = age is None or now - age >= RENEW_AFTER
        touched = everything or stale or listed.change > row.published_change
        lists.append(_read_list(session, listed, touched))
    return Snapshot(
        settings=settings.load(session),
        roots=tuple(session.scalars(select(RootRow.data).order_by(RootRow.version))),
        change=row.change,
        filing_change=row.filing_change,
        last=last,
        lists=tuple(lists),
    )


def last_order(session: Session) -> tuple[int, int]:
    """Epoch and sequence of the newest checkpoint that the database knows of; (0, 0) before the first."""
    row = session.execute(
        select(PublicationRow.epoch, PublicationRow.seq)
        .where(PublicationRow.type == int(ObjectType.CHECKPOINT))
        .order_by(PublicationRow.epoch.desc(), PublicationRow.seq.desc())
        .limit(1)
    ).first()
    return (0, 0) if row is None else (row.epoch, row.seq)


def is_due(store: Store, places: Places, now: Seconds) -> bool:
    """Whether the online roles have something to publish: a change, a renewal, or a publication cut short."""
    with store.read() as session:
        row = session.scalars(select(RegionRow)).one()
        epoch, seq = last_order(session)
        issued = session.scalar(
            select(func.max(PublicationRow.issued)).where(PublicationRow.type == int(ObjectType.CHECKPOINT))
        )
    head = current.read_index(places)["checkpoint"]
    cut_short = (head["epoch"], head["seq"]) < (epoch, seq)
    return cut_short or row.change > row.published_change or now - (issued or 0) >= RENEW_AFTER


def _read_list(session: Session, listed: StatusListRow, touched: bool) -> ListContent:
    granted = session.scalar(select(func.max(RunRow.end)).where(RunRow.list == listed.number)) or 0
    rows = None
    if touched:
        found = session.execute(
            select(RegisteredRow.index, RegisteredRow.status, RegisteredRow.digest)
            .where(RegisteredRow.list == listed.number)
            .order_by(RegisteredRow.index)
        )
        rows = tuple((index, Status(status), digest) for index, status, digest in found)
    return ListContent(listed.number, granted, listed.change, rows)


def _ages(previous: Current | None) -> dict[int, Seconds]:
    """When each published list was issued."""
    return {number: listed.issued for number, (_, listed) in _status_lists(previous).items()}


def _status_lists(previous: Current | None) -> dict[int, tuple[bytes, StatusList]]:
    found: dict[int, tuple[bytes, StatusList]] = {}
    for data in previous.part.status_lists if previous else ():
        listed, _ = status_list.decode(data)
        found[int(listed.uri.rpartition("/")[2])] = (data, listed)
    return found


def _next_order(snapshot: Snapshot, previous: Current | None) -> tuple[int, int]:
    """The order of what is published next. Refused when the database is behind the published sequence."""
    newest, _ = root.decode(snapshot.roots[-1])
    epoch = newest.role(Role.CHECKPOINT).epoch
    seen = previous.checkpoint.head.order if previous else (0, 0)
    if seen > snapshot.last and epoch <= seen[0]:
        raise Refused(
            Problem.CONFLICT,
            f"ROLLBACK: 数据库({snapshot.last[1]})落后于已发布的序号({seen[1]})，可能恢复了旧备份；请恢复更新的备份，"
            "或由根密钥授予新的 epoch / the database is behind what was published: restore a newer backup, "
            "or let the root grant a new epoch (ceremony prepare --new-epoch)",
        )
    return epoch, max(seen[1], snapshot.last[1]) + 1


def _sign_filed(session: Session, snapshot: Snapshot, keys: Sequence[SigningKey], seq: int, now: Seconds) -> Filed:
    newest, _ = root.decode(snapshot.roots[-1])
    head = Head(snapshot.settings.region, newest.role(Role.LIST).epoch, seq, now, Seconds(now + LIST_LIFETIME))
    listed, bins = trust_list.build(head, listing.issuers(session))
    table = RecognitionList(head, agreements.all_agreements(session))
    signed_table = sign.sign(table.encode(), recognition.TYP, keys) if table.agreements else None
    return Filed(
        roots=snapshot.roots,
        trust_list=sign.sign(listed.encode(), trust_list.TYP, keys),
        bins=bins,
        recognition=signed_table,
        survivors=listing.survivor_files(session),
    )


def _keep_filed(part: Part) -> Filed:
    return Filed(part.roots, part.trust_list, part.bins, part.recognition, part.survivors)


def _assemble(
    snapshot: Snapshot,
    previous: Current | None,
    filed: Filed,
    online: OnlineKeys,
    seq: int,
    now: Seconds,
) -> tuple[Part, Checkpoint]:
    newest, _ = root.decode(filed.roots[-1])
    statuses = _make_status_lists(snapshot, previous, newest, online.status, seq, now)
    registers, shards = _make_registers(snapshot, previous)
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
    )
    epoch = newest.role(Role.CHECKPOINT).epoch
    head = Head(snapshot.settings.region, epoch, seq, now, Seconds(now + CHECKPOINT_LIFETIME))
    seen = Checkpoint(head, Seconds(now + NEXT_DUE), _entries(part, previous, (epoch, seq)))
    signed = sign.sign1(seen.encode(), checkpoint.TYP, online.checkpoint)
    return part._replace(checkpoint=signed), seen


def _make_status_lists(
    snapshot: Snapshot, previous: Current | None, newest: Root, key: SigningKey, seq: int, now: Seconds
) -> tuple[bytes, ...]:
    before = _status_lists(previous)
    epoch = newest.role(Role.STATUS).epoch
    made = []
    for content in snapshot.lists:
        old = before.get(content.number)
        if content.rows is None and old is not None and old[1].epoch == epoch:
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
    if content.rows is None:
        return old.entries if old else b""
    needed = max(1, -(-content.granted // ROUNDING)) * ROUNDING
    length = max(needed, len(old) if old else 0)
    return status_list.pack(((index, status) for index, status, _ in content.rows), length)


def _require_monotone(number: int, before: bytes, after: bytes) -> None:
    """Refuse a list in which an entry came back: somebody changed the database behind the service's back."""
    if len(after) < len(before):
        raise Refused(Problem.CONFLICT, f"LIST_SHRUNK: list {number}")
    for place, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new and not all(_may_become(old >> shift & 15, new >> shift & 15) for shift in (0, 4)):
            raise Refused(Problem.CONFLICT, f"ENTRY_REVIVED: list {number}, index {2 * place} 或 / or {2 * place + 1}")


def _may_become(old: int, new: int) -> bool:
    return old == new or Status(new) in ALLOWED[Status(old)]


def _make_registers(snapshot: Snapshot, previous: Current | None) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    held = _held_shards(snapshot, previous)
    indexes, shards = [], []
    for content in snapshot.lists:
        own = held[content.number] if content.rows is None else _shards(content)
        shards += own
        indexes.append(RegisterIndex(content.number, tuple(sha256(each).digest() for each in own)).encode())
    return tuple(indexes), tuple(shards)


def _held_shards(snapshot: Snapshot, previous: Current | None) -> dict[int, list[bytes]]:
    """The published shards of the lists in which nothing changed, in order."""
    found: dict[int, list[bytes]] = {content.number: [] for content in snapshot.lists if content.rows is None}
    for data in previous.part.shards if previous and found else ():
        shard = register.decode_shard(data)
        if shard.list in found:
            found[shard.list].append(data)
    return found


def _shards(content: ListContent) -> list[bytes]:
    """The shards up to the last index at which something is registered."""
    rows = content.rows or ()
    end = rows[-1][0] + 1 if rows else 0
    digests: dict[int, list[bytes]] = {first: [] for first in range(0, end, ROUNDING)}
    for index, _, digest in rows:
        digests[register.first_of(index)].append(digest)
    return [Shard(content.number, first, register.pack_digests(own)).encode() for first, own in digests.items()]


def _entries(part: Part, previous: Current | None, order: tuple[int, int]) -> tuple[Committed, ...]:
    """What the checkpoint names. A register that did not change keeps its place in the order."""
    newest, _ = root.decode(part.roots[-1])
    listed, _ = trust_list.decode(part.trust_list)
    entries = [
        _committed(ObjectType.ROOT, 0, newest.head.order, part.roots[-1]),
        _committed(ObjectType.TRUST_LIST, 0, listed.head.order, part.trust_list),
    ]
    for data in part.status_lists:
        status, _ = status_list.decode(data)
        number = status_list.number_of(newest.status_base, status.uri)
        entries.append(_committed(ObjectType.STATUS_LIST, number or 0, status.order, data))
    if part.recognition is not None:
        table, _ = recognition.decode(part.recognition)
        entries.append(_committed(ObjectType.RECOGNITION, 0, table.head.order, part.recognition))
    for data in part.registers:
        fresh = _committed(ObjectType.REGISTER, register.decode_index(data).list, order, data)
        old = previous.checkpoint.find(ObjectType.REGISTER, fresh.list) if previous else None
        kept = old is not None and old.sha256 == fresh.sha256 and old.epoch == order[0]
        entries.append(old if kept and old is not None else fresh)
    return tuple(sorted(entries, key=lambda entry: entry.name))


def _committed(kind: ObjectType, number: int, order: tuple[int, int], data: bytes) -> Committed:
    return Committed(kind, number, *order, sha256(data).digest())


def _require_acceptable(places: Places, snapshot: Snapshot, made: Published) -> None:
    """Refuse to publish what a verifier with our pin would refuse."""
    pin = root.pin_of(snapshot.roots[0])
    if places.pin.exists() and current.read_pin(places) != pin:
        raise Refused(Problem.CONFLICT, "pin.txt 与数据库的根不符 / pin.txt is not the database's root")
    try:
        believed = trust.establish(snapshot.settings.region, made.part, frozenset({pin}))
        for _ in believed.issuers:
            pass
    except CredentialError as error:
        raise Refused(
            Problem.REFUSED,
            f"核验方不会接受，未发布；根更新后须用新的清单密钥完整发布 / a verifier would not accept "
            f"this, so nothing was published; after a new root, publish in full with its keys: {error}",
        ) from None


def _install(store: Store, places: Places, snapshot: Snapshot, logged: Logged, previous: Current | None) -> None:
    """Immutable files first, then the current bundle, index and head of the log. The database has the sequence."""
    made = logged.made
    write_objects(places, _objects(made.part))
    tiles.write(places.log, logged.tiles)
    data = bundle.encode({**partner_parts(places), snapshot.settings.region: made.part})
    write_atomically(places.bundle, data)
    write_atomically(places.region, _region_json(snapshot, made, data))
    write_atomically(places.log / "checkpoint", logged.note)
    store.write(lambda session: _mark_published(session, snapshot, made))
    if previous is None or made.full:
        prune(places, made.part, time.time())


def _record(
    session: Session, places: Places, draft: Published, previous: Current | None, key: SigningKey, now: Seconds
) -> Logged:
    """Make the publication a leaf, sign the checkpoint with the log's head, and give out the sequence: all or none."""
    row = settings.lock(session)
    head = draft.checkpoint.head
    entries = draft.checkpoint.entries
    detail = {"seq": head.seq, "objects": [entry.sha256.hex() for entry in entries]}
    what = "publish.full" if draft.full else "publish.online"
    things = [entry.sha256 for entry in entries]
    act = acts.record(session, Act("publish", what, head.region, detail=detail, things=things), now)
    log_head = acts.head(session)
    made = _seal(draft, draft.checkpoint._replace(log=log_head), key)
    own = _committed(ObjectType.CHECKPOINT, 0, head.order, made.part.checkpoint)
    for entry in (*entries, own):
        _give_out(session, entry, now, head.expires if entry is own else None, act.id)
    text = log.checkpoint_text(log.origin_of(row.status_base), log_head)
    note = log.signed_note(text, log.origin_of(row.status_base), key.public, key.sign(text))
    return Logged(made, _new_tiles(session, places, previous, head.epoch, log_head), note)


def _seal(draft: Published, seen: Checkpoint, key: SigningKey) -> Published:
    part = draft.part._replace(checkpoint=sign.sign1(seen.encode(), checkpoint.TYP, key))
    return Published(part, seen, draft.full)


def _give_out(session: Session, entry: Committed, now: Seconds, expires: Seconds | None, act: int) -> None:
    key = (int(entry.type), entry.list, entry.epoch, entry.seq)
    known = session.get(PublicationRow, key)
    if known is None:
        kind, number, epoch, seq = key
        named = PublicationRow(type=kind, list=number, epoch=epoch, seq=seq, sha256=entry.sha256, act=act)
        named.issued, named.expires = now, expires
        session.add(named)
    elif known.sha256 != entry.sha256:
        raise Refused(Problem.CONFLICT, f"EQUIVOCATION: {entry.type.name} {key[1:]}")


def _new_tiles(session: Session, places: Places, previous: Current | None, epoch: int, head: LogHead) -> Files:
    """Refuse to sign a head that does not follow from the one published in this epoch: the record was edited."""
    published = previous.checkpoint.log if previous and previous.checkpoint.head.epoch == epoch else None
    made = tiles.extend(places.log, published, head, lambda start: acts.leaves(session, start))
    if made is None:
        raise acts.altered(acts.first_broken(session))
    return made


def _mark_published(session: Session, snapshot: Snapshot, made: Published) -> None:
    row = settings.lock(session)
    row.published_change = max(row.published_change, snapshot.change)
    if made.full:
        row.published_filing_change = max(row.published_filing_change, snapshot.filing_change)


def partner_parts(places: Places) -> dict[Region, Part]:
    """The imported parts of partner regions."""
    found: dict[Region, Part] = {}
    for path in sorted(places.partners.glob("*.cbor")):
        found |= bundle.decode(path.read_bytes())
    return found


def _objects(part: Part) -> Iterable[bytes]:
    yield from part.roots
    yield from (part.checkpoint, part.trust_list)
    yield from (*part.bins, *part.status_lists, *part.survivors, *part.shards, *part.registers)
    if part.recognition is not None:
        yield part.recognition


def _region_json(snapshot: Snapshot, made: Published, bundled: bytes) -> bytes:
    head = made.checkpoint.head
    newest, _ = root.decode(made.part.roots[-1])
    own = _committed(ObjectType.CHECKPOINT, 0, head.order, made.part.checkpoint)
    document: Mapping[str, Any] = {
        "region": snapshot.settings.region,
        "name": snapshot.settings.name,
        "pin": root.pin_of(snapshot.roots[0]).hex(),
        "root_version": newest.head.seq,
        "qr_host": snapshot.settings.qr_host,
        "status_base": newest.status_base,
        "checkpoint": {
            "epoch": head.epoch,
            "seq": head.seq,
            "issued": rfc3339(head.issued),
            "expires": rfc3339(head.expires),
        },
        "bundle_sha256": sha256(bundled).hexdigest(),
        "log": {"origin": log.origin_of(newest.status_base), **_log_json(made.checkpoint.log)},
        "objects": [
            {
                "type": entry.type.name.lower(),
                "list": entry.list,
                "epoch": entry.epoch,
                "seq": entry.seq,
                "sha256": entry.sha256.hex(),
            }
            for entry in (own, *made.checkpoint.entries)
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def _log_json(head: LogHead | None) -> Mapping[str, Any]:
    return {"size": head.size, "root": head.root_hash.hex()} if head else {}


def prune(places: Places, part: Part, now: float) -> None:
    """Delete object files that nothing current names and that are older than a verifier's slowest download."""
    kept = {sha256(data).hexdigest() for data in _objects(part)}
    for path in (places.public / "objects").iterdir():
        if path.name not in kept and now - path.stat().st_mtime > PRUNE_AFTER:
            path.unlink(missing_ok=True)
