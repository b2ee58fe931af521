"""How old the signed objects of a region are: until when each may be relied on, and whether a newer one was promised.

One place for what a registry says of what it publishes, and a verifier of what it holds.
"""

from collections.abc import Iterable, Iterator
from enum import Enum, unique
from typing import NamedTuple

from credential.model import Seconds, rfc3339
from credential.published import Head, ObjectType
from credential.status_list import StatusList
from credential.trust import RegionTrust


@unique
class Freshness(Enum):
    """Whether a signed object may still be relied on. LATE: the region promised a newer one by now."""

    CURRENT = "current"
    LATE = "late"
    EXPIRED = "expired"


class Listed(NamedTuple):
    """One signed object: `number` counts the region's status lists, `due` is when a newer one was promised."""

    type: ObjectType
    number: int | None
    epoch: int
    seq: int
    issued: Seconds
    expires: Seconds
    due: Seconds | None = None

    def freshness(self, now: Seconds) -> Freshness:
        """How it stands at `now`; an instant of expiry is already past."""
        if now >= self.expires:
            return Freshness.EXPIRED
        return Freshness.LATE if self.due is not None and now >= self.due else Freshness.CURRENT

    def data(self, now: Seconds) -> dict[str, str | int | None]:
        """The same for programs, with how it stands at `now`."""
        return {
            "type": self.type.name.lower(),
            "number": self.number,
            "epoch": self.epoch,
            "seq": self.seq,
            "issued": rfc3339(self.issued),
            "expires": rfc3339(self.expires),
            "due": None if self.due is None else rfc3339(self.due),
            "status": self.freshness(now).value,
        }


def of_head(kind: ObjectType, head: Head, due: Seconds | None = None) -> Listed:
    """An object that has such a head."""
    return Listed(kind, None, head.epoch, head.seq, head.issued, head.expires, due)


def of_status_list(number: int | None, found: StatusList) -> Listed:
    """A status list, which promises the next one by its ttl."""
    due = Seconds(found.issued + found.ttl)
    return Listed(ObjectType.STATUS_LIST, number, found.epoch, found.seq, found.issued, found.expires, due)


def listed(trust: RegionTrust) -> Iterator[Listed]:
    """Every signed object of the region: root, trust list, status lists, recognition, benefits, checkpoint."""
    yield of_head(ObjectType.ROOT, trust.root.head)
    yield of_head(ObjectType.TRUST_LIST, trust.trust_list.head)
    for number, found in sorted(trust.status_lists.items()):
        yield of_status_list(number, found)
    for kind, table in ((ObjectType.RECOGNITION, trust.recognition), (ObjectType.BENEFITS, trust.benefits)):
        if table is not None:
            yield of_head(kind, table.head)
    yield of_head(ObjectType.CHECKPOINT, trust.checkpoint.head, trust.checkpoint.next_due)


def worst(lists: Iterable[Listed], now: Seconds) -> Freshness:
    """How the one among them stands that stands worst."""
    found = {each.freshness(now) for each in lists}
    return next(each for each in (Freshness.EXPIRED, Freshness.LATE, Freshness.CURRENT) if each in found)
