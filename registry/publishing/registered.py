"""What is registered in one status list, read by runs of indices: most of what there is stands, and needs no row."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from credential.model import Status
from credential.register import INDICES_A_SHARD
from registry.store.models import NOT_VALID, RegisteredRow, RunRow


@dataclass(frozen=True, slots=True)
class Registered:
    """The indices at which something is registered, as ranges in order, and every status that is not valid."""

    ranges: tuple[range, ...]
    not_valid: tuple[tuple[int, Status], ...]

    def by_shard(self) -> list[int]:
        """How many indices are registered in each shard of the register, up to the last that has one."""
        counts = [0] * (-(-self.ranges[-1].stop // INDICES_A_SHARD) if self.ranges else 0)
        for each in self.ranges:
            for place in range(each.start // INDICES_A_SHARD, (each.stop - 1) // INDICES_A_SHARD + 1):
                shard = range(place * INDICES_A_SHARD, (place + 1) * INDICES_A_SHARD)
                counts[place] += min(each.stop, shard.stop) - max(each.start, shard.start)
        return counts


def read_registered(session: Session, number: int) -> Registered:
    """What is registered in list `number`."""
    rows = session.execute(
        select(RegisteredRow.index, RegisteredRow.status)
        .where(RegisteredRow.list == number, NOT_VALID)
        .order_by(RegisteredRow.index)
    )
    return Registered(tuple(_ranges(session, number)), tuple((index, Status(status)) for index, status in rows))


def _ranges(session: Session, number: int) -> Iterator[range]:
    within = (
        RegisteredRow.list == RunRow.list,
        RegisteredRow.index >= RunRow.first,
        RegisteredRow.index < RunRow.end,
    )
    found = (func.min(RegisteredRow.index), func.max(RegisteredRow.index), func.count())
    runs = session.execute(
        select(*(select(each).select_from(RegisteredRow).where(*within).scalar_subquery() for each in found))
        .where(RunRow.list == number, RunRow.first.is_not(None))
        .order_by(RunRow.end)
    )
    for first, last, count in runs:
        if count and count == last - first + 1:
            yield range(first, last + 1)
        elif count:
            yield from _single(session, number, first, last)


def _single(session: Session, number: int, first: int, last: int) -> Iterator[range]:
    """Each registered index of a run that has gaps."""
    indices = session.scalars(
        select(RegisteredRow.index)
        .where(RegisteredRow.list == number, RegisteredRow.index.between(first, last))
        .order_by(RegisteredRow.index)
    )
    yield from (range(index, index + 1) for index in indices)
