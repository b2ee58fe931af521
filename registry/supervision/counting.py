"""What flags are judged by, and how many certificates a year has, counted in the database."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import groupby
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from credential.model import (
    SECONDS_A_DAY,
    Day,
    IssuerCode,
    LevelCertificate,
    Seconds,
    date_from_day,
    day_of,
    start_of,
)
from credential.numbers import parse_number
from registry.register.certificates import read
from registry.store.models import STANDING, RegisteredRow
from registry.store.supervision import EvaluatedRow
from registry.supervision.flags import THRESHOLDS, BatchCount, Counted, IssuerDay, Obtained

_UTC8: Final = 8 * 3_600
_KEY_CHARACTERS: Final = 32


def count(session: Session, since: Seconds) -> Counted:
    """All that may give reason for a flag that was not there before `since`."""
    return Counted(tuple(_days(session, since)), tuple(_batches(session, since)), tuple(_obtained(session, since)))


def of_year(session: Session, year: int) -> dict[IssuerCode, int]:
    """How many certificates dated in a year each issuer has registered."""
    months = RegisteredRow.month.between(year * 100 + 1, year * 100 + 12)
    rows = session.execute(select(RegisteredRow.issuer, func.count()).where(months).group_by(RegisteredRow.issuer))
    return {IssuerCode(issuer): certificates for issuer, certificates in rows}


def year_of(now: Seconds) -> int:
    """The year in UTC+8."""
    return date_from_day(day_of(now)).year


class _Standing(NamedTuple):
    holder: bytes
    issuer: str
    number: str
    data: bytes


def _days(session: Session, since: Seconds) -> Iterator[IssuerDay]:
    """Certificates by issuer and day of registration: the days since then, and those that say what is usual."""
    first = day_of(since)
    day = (RegisteredRow.registered_at + _UTC8) // SECONDS_A_DAY
    rows = session.execute(
        select(RegisteredRow.issuer, day, func.count())
        .where(RegisteredRow.registered_at >= start_of(Day(first - THRESHOLDS.look_back)))
        .group_by(RegisteredRow.issuer, day)
    )
    for issuer, on, certificates in rows:
        yield IssuerDay(IssuerCode(issuer), Day(on), certificates, on >= first)


def _batches(session: Session, since: Seconds) -> Iterator[BatchCount]:
    rows = session.execute(
        select(
            EvaluatedRow.issuer,
            EvaluatedRow.request,
            EvaluatedRow.people,
            func.count(),
            func.min(RegisteredRow.registered_at),
        )
        .join(
            RegisteredRow,
            (RegisteredRow.issuer == EvaluatedRow.issuer) & (RegisteredRow.request == EvaluatedRow.request),
        )
        .where(EvaluatedRow.recorded_at >= since)
        .group_by(EvaluatedRow.issuer, EvaluatedRow.request, EvaluatedRow.people)
    )
    for issuer, request, people, certified, at in rows:
        yield BatchCount(IssuerCode(issuer), request, day_of(Seconds(at)), people, certified)


def _obtained(session: Session, since: Seconds) -> Iterator[Obtained]:
    """What stands of everyone who was given something since then, and has more than one certificate."""
    fresh = select(RegisteredRow.holder).where(
        RegisteredRow.registered_at >= since, RegisteredRow.holder.is_not(None), STANDING
    )
    query = (
        select(RegisteredRow.holder, RegisteredRow.issuer, RegisteredRow.number, RegisteredRow.data)
        .where(RegisteredRow.holder.in_(fresh), STANDING)
        .order_by(RegisteredRow.holder)
        .execution_options(yield_per=1_000)
    )
    with session.execute(query) as rows:
        standing = (_Standing(row.holder or b"", row.issuer, row.number, row.data) for row in rows)
        for holder, found in groupby(standing, key=lambda each: each.holder):
            together = list(found)
            if len(together) > 1:
                yield from _of_person(holder, together)


def _of_person(holder: bytes, rows: Iterable[_Standing]) -> Iterator[Obtained]:
    for row in rows:
        certificate = read(row.data)
        occupation = certificate.occupation
        if occupation is None:
            continue
        level = certificate.subject.level if isinstance(certificate.subject, LevelCertificate) else None
        number = parse_number(row.number)
        yield Obtained(
            _person(holder),
            certificate.issued_on,
            IssuerCode(row.issuer),
            row.issuer if number is None else number.prefix,
            row.number,
            f"{occupation.edition}:{occupation.code}",
            level,
        )


def _person(holder: bytes) -> str:
    """One person's certificates are told by this from another's; the tag itself stays where it is."""
    return sha256(b"flag " + holder).hexdigest()[:_KEY_CHARACTERS]
