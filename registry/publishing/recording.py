"""Every publication is a leaf of the log: its sequence is given out, and its checkpoint carries the log's head.

This one transaction is the publication: with it all that is published is in the database, and everything else is
copies. A process that is killed before it has published nothing; one that is killed after it has published.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from credential import checkpoint, log, root, sign
from credential.bundle import Part
from credential.checkpoint import Checkpoint, Committed
from credential.model import Seconds
from credential.published import LogHead, ObjectType, name_of
from credential.sign import SigningKey
from registry import settings
from registry.current import Current
from registry.files import Places
from registry.problems import Problem, Refused
from registry.publishing import states
from registry.publishing.assembly import Published, committed
from registry.publishing.snapshot import Snapshot, last_order
from registry.publishing.states import Parts, State
from registry.record import acts, tiles
from registry.record.acts import Act
from registry.record.tiles import Files
from registry.store.models import RegionRow
from registry.store.publications import PublicationRow
from registry.store.turns import TurnTakenError


@dataclass(frozen=True, slots=True)
class Drafted:
    """What is to be published: as a draft, from which moment of the database, after what, and beside whose parts."""

    made: Published
    snapshot: Snapshot
    filing_change: int
    previous: Current | None
    partners: Parts


@dataclass(frozen=True, slots=True)
class Logged:
    """A publication that is a leaf: its checkpoint has the log's head, `state` is all of it, `tiles` are up to it."""

    made: Published
    state: State
    tiles: Files


def record(session: Session, places: Places, drafted: Drafted, key: SigningKey, now: Seconds) -> Logged:
    """Make the publication a leaf, sign the checkpoint with the log's head, and give out the sequence: all or none.

    TurnTakenError if another host published since the draft's moment.
    """
    row = settings.lock(session)
    _require_last(session, drafted.snapshot)
    draft, previous = drafted.made, drafted.previous
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
    state = State(head.order, {**drafted.partners, head.region: made.part}, note)
    states.keep(session, state, _ended(previous, made.part))
    _count_published(row, drafted, made)
    return Logged(made, state, _new_tiles(session, places, previous, head.epoch, log_head))


def published_log(previous: Current | None, epoch: int) -> LogHead | None:
    """The head of the log that was published before in this epoch."""
    return previous.checkpoint.log if previous and previous.checkpoint.head.epoch == epoch else None


def _require_last(session: Session, snapshot: Snapshot) -> None:
    if last_order(session) != snapshot.last:
        raise TurnTakenError


def _ended(previous: Current | None, made: Part) -> State | None:
    """What was published before, if it is the last of an epoch."""
    if previous is None or _epochs(previous.part) == _epochs(made):
        return None
    head = previous.checkpoint.head
    return State(head.order, {head.region: previous.part}, b"")


def _epochs(part: Part) -> tuple[int, ...]:
    """What the newest root grants to each role."""
    newest, _ = root.decode(part.roots[-1])
    return tuple(each.epoch for each in newest.roles)


def _count_published(row: RegionRow, drafted: Drafted, made: Published) -> None:
    """Note that everything up to the draft's moment is published."""
    row.published_change = max(row.published_change, drafted.snapshot.change)
    if made.full:
        row.published_filing_change = max(row.published_filing_change, drafted.filing_change)


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
    made = tiles.extend(places.log, published_log(previous, epoch), head, lambda start: acts.leaves(session, start))
    if made is None:
        raise acts.altered(acts.first_broken(session))
    return made
