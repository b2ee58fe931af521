"""Every publication is a leaf of the log: its sequence is given out, and its checkpoint carries the log's head."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from credential import checkpoint, log, sign
from credential.checkpoint import Checkpoint, Committed
from credential.model import Seconds
from credential.published import LogHead, ObjectType, name_of
from credential.sign import SigningKey
from registry import acts, settings, tiles
from registry.acts import Act
from registry.current import Current
from registry.files import Places
from registry.problems import Problem, Refused
from registry.publishing.assembly import Published, committed
from registry.publishing.snapshot import Snapshot
from registry.store.models import PublicationRow
from registry.tiles import Files


@dataclass(frozen=True, slots=True)
class Logged:
    """A publication that is a leaf: its checkpoint has the log's head, `note` is that as text, `tiles` are up to it."""

    made: Published
    tiles: Files
    note: bytes


def record(
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
    own = committed(ObjectType.CHECKPOINT, 0, head.order, made.part.checkpoint)
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
        raise Refused(Problem.CONFLICT, f"EQUIVOCATION: {name_of(entry.type)} {key[1:]}")


def _new_tiles(session: Session, places: Places, previous: Current | None, epoch: int, head: LogHead) -> Files:
    """Refuse to sign a head that does not follow from the one published in this epoch: the record was edited."""
    published = previous.checkpoint.log if previous and previous.checkpoint.head.epoch == epoch else None
    made = tiles.extend(places.log, published, head, lambda start: acts.leaves(session, start))
    if made is None:
        raise acts.altered(acts.first_broken(session))
    return made


def mark_published(session: Session, snapshot: Snapshot, made: Published) -> None:
    """Note that everything up to the snapshot is published."""
    row = settings.lock(session)
    row.published_change = max(row.published_change, snapshot.change)
    if made.full:
        row.published_filing_change = max(row.published_filing_change, snapshot.filing_change)
