"""Publishing: from the database to signed objects that a verifier accepts, then files, then the current bundle.

Online: status lists, register, checkpoint, with the keys that the service holds. Full: also trust list, recognition
and root, with the list role's keys. One process of one host has the turn, and the database gives out a sequence once.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from credential.model import Seconds
from credential.published import ObjectType
from credential.sign import SigningKey
from registry import current, settings
from registry.current import Current
from registry.files import Places, exclusive
from registry.problems import Problem, Refused
from registry.publishing import filed, following, placing, states
from registry.publishing.assembly import Published, assemble
from registry.publishing.filed import Filed
from registry.publishing.lifetimes import RENEW_AFTER
from registry.publishing.recording import Drafted, record
from registry.publishing.snapshot import last_order, next_order, take_snapshot
from registry.record import acts
from registry.roles import OnlineKeys
from registry.store.engine import Store
from registry.store.models import RegionRow
from registry.store.publications import PublicationRow
from registry.store.turns import turn

PATIENCE: Final = 60.0
"""Seconds that a command waits for another host's publication to end."""


def publish(
    store: Store,
    places: Places,
    online: OnlineKeys,
    lists: Sequence[SigningKey] | Filed | None,
    now: Seconds,
    wait: float = PATIENCE,
) -> Published:
    """Publish what the database says at this moment: all of it with the list role's keys, or with what it signed.

    Without either, what the online roles sign. Refused: ROLLBACK in the detail if the database is behind what is
    published; REFUSED if a verifier would not accept; UNAVAILABLE if another host publishes for `wait` seconds.
    """
    with _alone(store, places, wait):
        following.follow(store, places)
        drafted = _draft(store, places, online, lists, now)
        known = drafted.snapshot.settings
        following.require_acceptable(places, known.region, drafted.made.part)
        logged = store.write(lambda session: record(session, places, drafted, online.checkpoint, now))
        with store.read() as session:
            following.place_ended(session, places, known.region)
        placing.place(places, known, logged.state, logged.tiles)
        if drafted.previous is None or drafted.made.full:
            placing.prune(places, logged.state.parts)
        return logged.made


@contextmanager
def _alone(store: Store, places: Places, wait: float) -> Iterator[None]:
    """Of all hosts the one that publishes, and of all processes the one that writes this folder."""
    with turn(store, wait), exclusive(places.lock):
        yield


def _draft(
    store: Store, places: Places, online: OnlineKeys, lists: Sequence[SigningKey] | Filed | None, now: Seconds
) -> Drafted:
    with store.read() as session:
        previous = current.read(places, settings.load(session).region)
        full = lists is not None
        snapshot = take_snapshot(session, previous, full, now)
        order = next_order(snapshot, previous)
        if full:
            acts.require_whole(session)
        content = _filed(session, lists, previous, order[1], now)
        partners = states.partner_parts(session, places)
    made = Published(*assemble(snapshot, previous, content, online, order[1], now), full)
    said = snapshot.filing_change if content.filing_change is None else content.filing_change
    return Drafted(made, snapshot, said, previous, partners)


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


def follow(store: Store, places: Places) -> bool:
    """Place what is published and is not in the public folder yet; whether there was something."""
    with exclusive(places.lock):
        return following.follow(store, places)


def is_due(store: Store, places: Places, now: Seconds) -> bool:
    """Whether the online roles have something to publish: a change, a renewal, or what cannot be placed any more."""
    with store.read() as session:
        row = session.scalars(select(RegionRow)).one()
        last = last_order(session)
        issued = session.scalar(
            select(func.max(PublicationRow.issued)).where(PublicationRow.type == int(ObjectType.CHECKPOINT))
        )
    cut_short = current.order(places) < last
    return cut_short or row.change > row.published_change or now - (issued or 0) >= RENEW_AFTER
