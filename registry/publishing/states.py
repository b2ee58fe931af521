"""What is published, kept in the database: from there any host brings its public folder up to date (docs/adr/0027).

A manifest is a bundle in which each object is its SHA-256; the objects are kept once, for as long as a manifest names
them. Kept are the newest publication, the last of each epoch before it, and the imported parts of partners.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeVar

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from credential import bundle
from credential.bundle import Part
from credential.model import Region
from registry.files import Places
from registry.problems import Problem, Refused
from registry.store.partners import PartnerRow
from registry.store.publications import ObjectRow, PublishedRow

CHUNK: Final = 500
Order = tuple[int, int]
Parts = Mapping[Region, Part]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class State:
    """A publication: its place in the order, the parts that its bundle holds, and the head of the log as text."""

    order: Order
    parts: Parts
    note: bytes


def newest_order(session: Session) -> Order:
    """The place in the order of the newest publication that is kept; (0, 0) if there is none."""
    found = session.execute(
        select(PublishedRow.epoch, PublishedRow.seq)
        .order_by(PublishedRow.epoch.desc(), PublishedRow.seq.desc())
        .limit(1)
    ).first()
    return (0, 0) if found is None else (found.epoch, found.seq)


def keep(session: Session, made: State, ended: State | None) -> None:
    """Keep `made` as the newest, and `ended` as the last of its epoch; what was newest before is not kept."""
    before = _named(session)
    newest = session.get(PublishedRow, newest_order(session))
    if newest is not None:
        session.delete(newest)
        session.flush()
    for state in (made, *((ended,) if ended else ())):
        epoch, seq = state.order
        session.add(PublishedRow(epoch=epoch, seq=seq, manifest=manifest_of(state.parts), note=state.note))
    session.flush()
    _settle(session, before, *(state.parts for state in (made, ended) if state))


def keep_partner(session: Session, row: PartnerRow, part: Part) -> None:
    """Keep the part of a partner as it was imported."""
    before, parts = _named(session), {Region(row.region): part}
    row.manifest = manifest_of(parts)
    session.flush()
    _settle(session, before, parts)


def load(session: Session, places: Places, order: Order) -> State:
    """The publication at `order`. Refused CONFLICT if the database lacks what its manifest names."""
    row = session.get_one(PublishedRow, order)
    return State(order, _parts(session, places, row.manifest), row.note)


def ended(session: Session) -> list[Order]:
    """The publications that are kept as the last of their epochs."""
    rows = session.execute(select(PublishedRow.epoch, PublishedRow.seq).order_by(PublishedRow.epoch, PublishedRow.seq))
    return [(epoch, seq) for epoch, seq in rows][:-1]


def partner_parts(session: Session, places: Places) -> dict[Region, Part]:
    """The imported parts of partners; those imported before they were kept in the database are in the bundle."""
    found: dict[Region, Part] = {}
    for row in session.scalars(select(PartnerRow).order_by(PartnerRow.region)):
        if row.manifest is not None:
            found |= _parts(session, places, row.manifest)
        elif (part := _bundled(places).get(Region(row.region))) is not None:
            found[Region(row.region)] = part
    return found


def manifest_of(parts: Parts) -> bytes:
    """The bundle of these parts with the SHA-256 of each object in its place."""
    return bundle.encode({region: _each(part, _digest) for region, part in parts.items()})


def _bundled(places: Places) -> dict[Region, Part]:
    return bundle.decode(places.bundle.read_bytes()) if places.bundle.exists() else {}


def _parts(session: Session, places: Places, manifest: bytes) -> dict[Region, Part]:
    named = bundle.decode(manifest)
    objects = _read(session, places, {each for part in named.values() for each in bundle.objects_in(part)})
    return {region: _each(part, objects.__getitem__) for region, part in named.items()}


def _read(session: Session, places: Places, wanted: set[bytes]) -> dict[bytes, bytes]:
    """The objects, from the public folder where it has them, so that only what is new comes from the database."""
    found = {digest: data for digest in wanted if (data := _local(places, digest)) is not None}
    for chunk in _chunks(sorted(wanted - found.keys())):
        found |= {row.sha256: row.data for row in session.scalars(select(ObjectRow).where(ObjectRow.sha256.in_(chunk)))}
    if len(found) < len(wanted):
        raise Refused(Problem.CONFLICT, "数据库缺少已发布的对象 / the database lacks objects that are published")
    return found


def _local(places: Places, digest: bytes) -> bytes | None:
    try:
        data = places.object(digest).read_bytes()
    except FileNotFoundError:
        return None
    return data if _digest(data) == digest else None


def _named(session: Session) -> frozenset[bytes]:
    """The SHA-256 of every object that a manifest names."""
    manifests = [
        *session.scalars(select(PublishedRow.manifest)),
        *session.scalars(select(PartnerRow.manifest).where(PartnerRow.manifest.is_not(None))),
    ]
    decoded = (part for manifest in manifests if manifest for part in bundle.decode(manifest).values())
    return frozenset(digest for part in decoded for digest in bundle.objects_in(part))


def _settle(session: Session, before: frozenset[bytes], *given: Parts) -> None:
    """Store the objects that are named now and were not before, and delete those that are not named any more."""
    after = _named(session)
    objects = {_digest(data): data for parts in given for part in parts.values() for data in bundle.objects_in(part)}
    for chunk in _chunks(sorted(after - before)):
        session.execute(insert(ObjectRow), [{"sha256": digest, "data": objects[digest]} for digest in chunk])
    for chunk in _chunks(sorted(before - after)):
        session.execute(delete(ObjectRow).where(ObjectRow.sha256.in_(chunk)))


def _each(part: Part, change: Callable[[bytes], bytes]) -> Part:
    return Part._make(
        None if value is None else change(value) if isinstance(value, bytes) else tuple(map(change, value))
        for value in part
    )


def _digest(data: bytes) -> bytes:
    return sha256(data).digest()


def _chunks(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
