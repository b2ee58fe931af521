"""Publishing: from the database to signed objects that a verifier accepts, then files, then the current bundle.

Online: status lists, register, checkpoint, with the keys that the service holds. Full: also trust list, recognition
and root, with the list role's keys. Whoever publishes holds a lock file; the database gives out a sequence once.
"""

import time
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from credential import root, trust
from credential.errors import CredentialError
from credential.model import Seconds
from credential.published import ObjectType
from credential.sign import SigningKey
from registry import acts, current, settings
from registry.current import Current
from registry.files import Places, exclusive
from registry.problems import Problem, Refused
from registry.publishing import filed, placing
from registry.publishing.assembly import Published, assemble
from registry.publishing.filed import Filed
from registry.publishing.lifetimes import RENEW_AFTER
from registry.publishing.recording import mark_published, record
from registry.publishing.snapshot import Snapshot, last_order, next_order, take_snapshot
from registry.roles import OnlineKeys
from registry.store.engine import Store
from registry.store.models import PublicationRow, RegionRow


def publish(
    store: Store, places: Places, online: OnlineKeys, lists: Sequence[SigningKey] | Filed | None, now: Seconds
) -> Published:
    """Publish what the database says at this moment: all of it with the list role's keys, or with what it signed.

    Without either, what the online roles sign. Refused: ROLLBACK in the detail if the database is behind what is
    published; REFUSED if a verifier would not accept.
    """
    with exclusive(places.lock):
        with store.read() as session:
            region = settings.load(session).region
            previous = current.read(places, region)
            full = lists is not None
            snapshot = take_snapshot(session, previous, full, now)
            order = next_order(snapshot, previous)
            if full:
                acts.require_whole(session)
            content = _filed(session, lists, previous, order[1], now)
        draft = Published(*assemble(snapshot, previous, content, online, order[1], now), full)
        _require_acceptable(places, snapshot, draft)
        logged = store.write(lambda session: record(session, places, draft, previous, online.checkpoint, now))
        if previous is not None:
            placing.keep_ended(places, previous, logged.made)
        placing.place(places, snapshot, logged)
        said = snapshot.filing_change if content.filing_change is None else content.filing_change
        store.write(lambda session: mark_published(session, replace(snapshot, filing_change=said), logged.made))
        if previous is None or full:
            placing.prune(places, region, logged.made.part, time.time())
        return logged.made


def _filed(
    session: Session, lists: Sequence[SigningKey] | Filed | None, previous: Current | None, seq: int, now: Seconds
) -> Filed:
    if isinstance(lists, Filed):
        return lists
    if lists is not None:
        return filed.signed(filed.draft(session, previous.part if previous else None, seq, now), lists)
    if previous is not None:
        return filed.kept(previous.part)
    raise Refused(Problem.UNAVAILABLE, "尚未首次发布 / nothing was published yet: yinxin-registry publish")


def next_seq(session: Session, places: Places, now: Seconds) -> int:
    """The place in the order of what is published next. Refused ROLLBACK as `publish` is."""
    previous = current.read(places, settings.load(session).region)
    return next_order(take_snapshot(session, previous, False, now), previous)[1]


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
