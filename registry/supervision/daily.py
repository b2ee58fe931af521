"""What supervision does by itself once a day: raises flags, counts the year, and forgets what was kept long enough."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from credential.model import SECONDS_A_DAY, IssuerCode, Seconds, day_of
from registry import settings
from registry.holders import corrections
from registry.record import acts
from registry.record.acts import Act
from registry.register.registration import CHUNK
from registry.store.engine import Store
from registry.store.models import RegionRow
from registry.store.supervision import FlagIssuerRow, FlagRow, IssuerYearRow, ScanRow
from registry.supervision import complaints, counting, flags
from registry.supervision.flags import THRESHOLDS, Raised
from registry.supervision.terms import FlagState

WHO: Final = "scan"
"""What the record calls this program."""
_OVERLAP: Final = SECONDS_A_DAY
"""What was registered while the last scan went on is judged again; nothing is raised twice."""


def run(store: Store, now: Seconds, *, again: bool = False) -> int | None:
    """How many flags were raised; None if it was done today, unless `again`. Reading takes long, and holds nobody up.

    The first scan judges what was registered in the last half year.
    """
    with store.read() as session:
        last = _last(session)
        if _is_done(last, now, again):
            return None
        since = Seconds(now - THRESHOLDS.look_back * SECONDS_A_DAY if last is None else last - _OVERLAP)
        raised = flags.judge(counting.count(session, since))
        year = counting.year_of(now)
        certificates = counting.of_year(session, year)

    def keep(session: Session) -> int | None:
        region = settings.lock(session)
        if _is_done(_last(session), now, again):
            return None
        new = _raise(session, region, raised, now)
        session.add(ScanRow(at=now, raised=new))
        _keep_year(session, year, certificates)
        _forget(session, region, now)
        return new

    return store.write(keep)


def _is_done(last: Seconds | None, now: Seconds, again: bool) -> bool:
    return not again and last is not None and day_of(last) >= day_of(now)


def _last(session: Session) -> Seconds | None:
    found = session.scalar(select(ScanRow.at).order_by(ScanRow.at.desc()).limit(1))
    return None if found is None else Seconds(found)


def _raise(session: Session, region: RegionRow, raised: Sequence[Raised], now: Seconds) -> int:
    known = _known(session, raised)
    new = [each for each in raised if (each.sort.value, each.key) not in known]
    for each in new:
        row = FlagRow(
            sort=each.sort.value,
            key=each.key,
            day=each.day,
            facts=dict(each.facts),
            raised_at=now,
            state=FlagState.OPEN.value,
        )
        session.add(row)
        session.flush()
        session.add_all([FlagIssuerRow(flag=row.id, issuer=issuer) for issuer in each.issuers])
    if new:
        acts.record(session, Act(WHO, "flags.raise", region.region, detail=_counts(new)), now)
    return len(new)


def _known(session: Session, raised: Sequence[Raised]) -> set[tuple[str, str]]:
    keys = sorted({each.key for each in raised})
    found: set[tuple[str, str]] = set()
    for start in range(0, len(keys), CHUNK):
        rows = session.execute(select(FlagRow.sort, FlagRow.key).where(FlagRow.key.in_(keys[start : start + CHUNK])))
        found |= {(sort, key) for sort, key in rows}
    return found


def _counts(new: Iterable[Raised]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in new:
        found[each.sort.value] = found.get(each.sort.value, 0) + 1
    return found


def _keep_year(session: Session, year: int, certificates: Mapping[IssuerCode, int]) -> None:
    session.execute(delete(IssuerYearRow).where(IssuerYearRow.year == year))
    rows = [{"year": year, "issuer": issuer, "certificates": count} for issuer, count in certificates.items()]
    if rows:
        session.execute(insert(IssuerYearRow), rows)


def _forget(session: Session, region: RegionRow, now: Seconds) -> None:
    forgotten, words = complaints.forget(session, now), corrections.forget(session, now)
    if forgotten:
        acts.record(session, Act(WHO, "complaints.forget", region.region, detail=forgotten), now)
    if words:
        acts.record(session, Act(WHO, "corrections.forget", region.region, detail={"requests": words}), now)
