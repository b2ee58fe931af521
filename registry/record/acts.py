"""The append-only record of every act: who, what, when, why. Each act is a leaf of the region's Merkle log."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import log
from credential.log import Frontier, Inclusion, Leaf, Nodes
from credential.model import Seconds
from credential.published import LogHead
from registry.problems import Problem, Refused
from registry.record import rights
from registry.store.models import ActRow, RegionRow, RegisteredRow
from registry.store.publications import PublicationRow

BATCH: Final = "batch.register"
SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `detail` holds counts and identifiers, never anything about a person who was certified.

    `things` are the digests that others can prove to be in the record: of a batch's certificates, of published objects.
    """

    who: str
    what: str
    subject: str
    why: str = ""
    detail: Mapping[str, Any] | None = None
    things: Sequence[bytes] = ()


def record(session: Session, act: Act, now: Seconds) -> ActRow:
    """Append `act`; the caller holds the region's row, so that no two writers append at once. Refused: ROLE."""
    rights.require(session, act.who, act.what)
    region = session.scalars(select(RegionRow)).one()
    things = _tree(act.things)
    row = ActRow(
        id=region.log_size + 1,
        at=now,
        who=act.who,
        what=act.what,
        subject=act.subject,
        why=act.why,
        detail=dict(act.detail or {}),
        salt=secrets.token_bytes(SALT_BYTES),
        things_size=things.size if things else None,
        things_root=things.root_hash if things else None,
        hash=b"",
    )
    row.hash = log.leaf_hash(leaf_of(row).encode())
    frontier = _frontier(region).append(row.hash)
    region.log_size, region.log_frontier = frontier.size, b"".join(frontier.nodes)
    session.add(row)
    session.flush()
    return row


def leaf_of(row: ActRow) -> Leaf:
    """What the log says of an act. Whoever has the row can show that the leaf is its; nobody else can guess it."""
    said = said_of(row).encode()
    things = None
    if row.things_size is not None and row.things_root is not None:
        things = LogHead(row.things_size, row.things_root)
    return Leaf(Seconds(row.at), row.what, sha256(row.salt + said).digest(), things)


def said_of(row: ActRow) -> str:
    """The act in words that a program reads: number, time, who, what, about what, why, detail."""
    facts = [row.id, row.at, row.who, row.what, row.subject, row.why, row.detail]
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


def every(session: Session) -> Iterator[ActRow]:
    """All acts, the oldest first."""
    yield from session.scalars(select(ActRow).order_by(ActRow.id).execution_options(yield_per=1_000))


def leaves(session: Session, start: int, end: int | None = None) -> Iterator[Leaf]:
    """The leaves from place `start` (from 0) on, up to `end`, worked out anew from what the rows say."""
    query = select(ActRow).where(ActRow.id > start).order_by(ActRow.id)
    if end is not None:
        query = query.where(ActRow.id <= end)
    for row in session.scalars(query.execution_options(yield_per=1_000)):
        yield leaf_of(row)


def head(session: Session) -> LogHead:
    """Size and root as they were kept while appending."""
    return _frontier(session.scalars(select(RegionRow)).one()).head


def things_of(session: Session, row: ActRow) -> list[bytes]:
    """The digests that the act's leaf commits to, in their order, read from where they are kept."""
    if row.what == BATCH:
        found = session.scalars(
            select(RegisteredRow.digest)
            .where(RegisteredRow.issuer == row.who, RegisteredRow.request == bytes.fromhex(row.subject))
            .order_by(RegisteredRow.list, RegisteredRow.index)
        )
        return list(found)
    return [bytes.fromhex(each) for each in row.detail.get("objects", ())]


def act_about(session: Session, digest: bytes) -> ActRow | None:
    """The act whose leaf commits to a certificate's digest (16 bytes) or to an object's SHA-256 (32)."""
    if len(digest) == log.HASH_BYTES:
        published = select(PublicationRow.act).where(PublicationRow.sha256 == digest, PublicationRow.act.is_not(None))
        act = session.scalar(published.order_by(PublicationRow.act).limit(1))
        return None if act is None else session.get(ActRow, act)
    found = session.execute(
        select(RegisteredRow.issuer, RegisteredRow.request).where(RegisteredRow.digest == digest)
    ).first()
    if found is None:
        return None
    row: ActRow | None = session.scalar(
        select(ActRow).where(ActRow.subject == found.request.hex(), ActRow.what == BATCH, ActRow.who == found.issuer)
    )
    return row


def inclusion(session: Session, digest: bytes, size: int, nodes: Nodes) -> Inclusion:
    """The proof that `digest` is in the log of `size` leaves, whose subtrees are `nodes`. Refused NOT_FOUND."""
    row = act_about(session, digest)
    if row is None or row.id > size:
        raise Refused(Problem.NOT_FOUND, "日志里没有 / not in the log")
    things = things_of(session, row)
    thing, leaf = things.index(digest), row.id - 1
    thing_path = log.inclusion_path(thing, len(things), log.nodes_of([log.leaf_hash(each) for each in things]))
    return Inclusion(leaf_of(row).encode(), thing, thing_path, leaf, size, log.inclusion_path(leaf, size, nodes))


def first_broken(session: Session, *, things: bool = False) -> int | None:
    """The id of the first act that was altered, or that follows one that is missing; None if all is whole.

    With `things` also an act whose certificates or objects were altered. It reads the record from the beginning.
    """
    frontier = Frontier()
    with session.scalars(select(ActRow).order_by(ActRow.id).execution_options(yield_per=1_000)) as rows:
        for row in rows:
            expected = frontier.size + 1
            if row.id != expected or row.hash != log.leaf_hash(leaf_of(row).encode()):
                return min(row.id, expected)
            if things and leaf_of(row).things != _tree(things_of(session, row)):
                return row.id
            frontier = frontier.append(row.hash)
    return None if frontier.head == head(session) else frontier.size + 1


def require_whole(session: Session, *, things: bool = False) -> None:
    """Refuse CONFLICT if `first_broken` finds an act."""
    broken = first_broken(session, things=things)
    if broken is not None:
        raise altered(broken)


def altered(broken: int | None) -> Refused:
    """The refusal to go on with a record that was altered, at the act `broken` if it is known."""
    where = "" if broken is None else f" (act {broken})"
    return Refused(
        Problem.CONFLICT,
        f"HISTORY: 办理记录被改动过{where}；请查明原因，恢复未被改动的备份 / "
        "the record of acts was altered: find out why, and restore a backup that was not",
    )


def _tree(things: Sequence[bytes]) -> LogHead | None:
    return log.head_of([log.leaf_hash(each) for each in things]) if things else None


def _frontier(region: RegionRow) -> Frontier:
    packed, step = region.log_frontier, log.HASH_BYTES
    return Frontier(region.log_size, tuple(packed[i : i + step] for i in range(0, len(packed), step)))
