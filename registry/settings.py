"""The region's settings, and the count of changes by which a publisher knows what is due."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential.model import Region
from registry.problems import Problem, Refused
from registry.store.models import RegionRow, RootRow


@dataclass(frozen=True, slots=True)
class Settings:
    """What `init` fixed."""

    region: Region
    name: str
    status_base: str
    qr_host: str


def load(session: Session) -> Settings:
    """The settings. Refused NOT_INITIALISED before `init`."""
    row = _row(session)
    return Settings(Region(row.region), row.name, row.status_base, row.qr_host)


def lock(session: Session) -> RegionRow:
    """The settings' row, held until the transaction ends: writers come one after the other."""
    row: RegionRow | None = session.scalar(select(RegionRow).with_for_update())
    if row is None:
        raise Refused(Problem.NOT_INITIALISED)
    return row


def touch(row: RegionRow) -> int:
    """Count a change that the online roles publish."""
    row.change += 1
    return row.change


def touch_filing(row: RegionRow) -> None:
    """Count a change that waits for the list role's signatures."""
    row.filing_change += 1


def first_root(session: Session) -> bytes:
    """Version 1 of the root, which the pin is of. Refused NOT_INITIALISED before `init`."""
    found: bytes | None = session.scalar(select(RootRow.data).order_by(RootRow.version).limit(1))
    if found is None:
        raise Refused(Problem.NOT_INITIALISED)
    return found


def seen(session: Session) -> tuple[int, int]:
    """What a host found published beyond the database: it was put back, and must not go on from there."""
    row = _row(session)
    return row.seen_epoch, row.seen_seq


def see(session: Session, order: tuple[int, int]) -> None:
    """Note that `order` is published, for the other hosts."""
    row = lock(session)
    row.seen_epoch, row.seen_seq = max(order, (row.seen_epoch, row.seen_seq))


def filing_waits(session: Session) -> bool:
    """Whether something was filed, approved or agreed that no published list says yet."""
    row = _row(session)
    return row.filing_change > row.published_filing_change


def _row(session: Session) -> RegionRow:
    row: RegionRow | None = session.scalar(select(RegionRow))
    if row is None:
        raise Refused(Problem.NOT_INITIALISED)
    return row
