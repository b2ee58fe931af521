"""One moment of the database: what is to be published, and under which number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from credential import register, root
from credential.model import Seconds
from credential.published import ObjectType
from credential.register import INDICES_A_SHARD
from credential.root import Role
from registry import current, settings
from registry.current import Current
from registry.problems import Problem, Refused
from registry.publishing.lifetimes import RENEW_AFTER
from registry.publishing.registered import Registered, read_registered
from registry.settings import Settings
from registry.store.models import RegionRow, RegisteredRow, RootRow, RunRow, StatusListRow
from registry.store.publications import PublicationRow


@dataclass(frozen=True, slots=True)
class ListContent:
    """One status list: how many indices are granted, and what is registered; None if nothing changed.

    `shards` are the digests of each shard of the register, by its place; None where the published shard has them.
    """

    number: int
    granted: int
    change: int
    registered: Registered | None
    shards: tuple[tuple[bytes, ...] | None, ...] | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of the database."""

    settings: Settings
    roots: tuple[bytes, ...]
    change: int
    filing_change: int
    last: tuple[int, int]
    seen: tuple[int, int]
    lists: tuple[ListContent, ...]


def take_snapshot(session: Session, previous: Current | None, full: bool, now: Seconds) -> Snapshot:
    """Read what is to be published."""
    row = session.scalars(select(RegionRow)).one()
    ages = _ages(previous)
    last = last_order(session)
    everything = full or previous is None or previous.checkpoint.head.order < last
    shards = current.shards(previous)
    lists = []
    for listed in session.scalars(select(StatusListRow).order_by(StatusListRow.number)):
        age = ages.get(listed.number)
        stale = age is None or now - age >= RENEW_AFTER
        touched = everything or stale or listed.change > row.published_change
        held = () if everything else tuple(map(register.count_in, shards.get(listed.number, ())))
        lists.append(_read_list(session, listed, held) if touched else _unchanged(session, listed))
    return Snapshot(
        settings=settings.load(session),
        roots=tuple(session.scalars(select(RootRow.data).order_by(RootRow.version))),
        change=row.change,
        filing_change=row.filing_change,
        last=last,
        seen=settings.seen(session),
        lists=tuple(lists),
    )


def _read_list(session: Session, listed: StatusListRow, published: Sequence[int]) -> ListContent:
    """The list, whose published shards have so many digests.

    Nothing registered vanishes, so where there are as many, they are the same.
    """
    registered = read_registered(session, listed.number)
    counts = registered.by_shard()
    changed = [place for place, count in enumerate(counts) if place >= len(published) or published[place] != count]
    read = _read_digests(session, listed.number, changed)
    shards = tuple(read.get(place) for place in range(len(counts)))
    return ListContent(listed.number, _granted(session, listed), listed.change, registered, shards)


def _unchanged(session: Session, listed: StatusListRow) -> ListContent:
    return ListContent(listed.number, _granted(session, listed), listed.change, None, None)


def _granted(session: Session, listed: StatusListRow) -> int:
    return session.scalar(select(func.max(RunRow.end)).where(RunRow.list == listed.number)) or 0


def _read_digests(session: Session, number: int, places: Sequence[int]) -> dict[int, tuple[bytes, ...]]:
    """The digests of these shards, whose places ascend, by place; neighbours are read at once."""
    found: dict[int, list[bytes]] = {place: [] for place in places}
    for span in _spans(places):
        rows = session.execute(
            select(RegisteredRow.index, RegisteredRow.digest)
            .where(
                RegisteredRow.list == number,
                RegisteredRow.index >= span.start * INDICES_A_SHARD,
                RegisteredRow.index < span.stop * INDICES_A_SHARD,
            )
            .order_by(RegisteredRow.index)
        )
        for index, digest in rows:
            found[index // INDICES_A_SHARD].append(digest)
    return {place: tuple(digests) for place, digests in found.items()}


def _spans(places: Sequence[int]) -> Iterator[range]:
    """The same places as ranges of neighbours."""
    start = 0
    for end in range(1, len(places) + 1):
        if end == len(places) or places[end] != places[end - 1] + 1:
            yield range(places[start], places[end - 1] + 1)
            start = end


def last_order(session: Session) -> tuple[int, int]:
    """Epoch and sequence of the newest checkpoint that the database knows of; (0, 0) before the first."""
    row = session.execute(
        select(PublicationRow.epoch, PublicationRow.seq)
        .where(PublicationRow.type == int(ObjectType.CHECKPOINT), PublicationRow.list == 0)
        .order_by(PublicationRow.epoch.desc(), PublicationRow.seq.desc())
        .limit(1)
    ).first()
    return (0, 0) if row is None else (row.epoch, row.seq)


def next_order(snapshot: Snapshot, previous: Current | None) -> tuple[int, int]:
    """The order of what is published next. Refused when the database is behind the published sequence."""
    newest, _ = root.decode(snapshot.roots[-1])
    epoch = newest.role(Role.CHECKPOINT).epoch
    seen = max(previous.checkpoint.head.order if previous else (0, 0), snapshot.seen)
    if seen > snapshot.last and epoch <= seen[0]:
        raise Refused(
            Problem.CONFLICT,
            f"ROLLBACK: 数据库({snapshot.last[1]})落后于已发布的序号({seen[1]})，可能恢复了旧备份；请恢复更新的备份，"
            "或由根密钥授予新的 epoch / the database is behind what was published: restore a newer backup, "
            "or let the root grant a new epoch (ceremony prepare --new-epoch)",
        )
    return epoch, max(seen[1], snapshot.last[1]) + 1


def _ages(previous: Current | None) -> dict[int, Seconds]:
    """When each published list was issued."""
    return {number: listed.issued for number, (_, listed) in current.status_lists(previous).items()}
