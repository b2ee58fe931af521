"""The occupations that somebody here may certify, by edition, with what is local and what is in short supply."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from credential import benefits
from credential.benefits import ShortageList
from credential.errors import CredentialError
from credential.issuer import Issuer, OccupationReference
from credential.model import Day
from credential.trust import RegionTrust

LOCAL_EDITION = 0


class Entry(NamedTuple):
    """One occupation: what registered certificates call it, how many issuers may certify it today, who lacks it."""

    reference: OccupationReference
    title: str | None
    issuers: int
    shortages: tuple[ShortageList, ...]

    @property
    def is_local(self) -> bool:
        """Whether its code is the region's own."""
        return self.reference.edition == LOCAL_EDITION


def entries(
    issuers: Iterable[Issuer], trust: RegionTrust, titles: Mapping[str, str], today: Day
) -> dict[int, list[Entry]]:
    """The catalogue by edition, newest edition first and local codes last."""
    counts: dict[OccupationReference, set[str]] = defaultdict(set)
    for issuer in issuers:
        for scope in issuer.scopes:
            if scope.first <= today and (scope.last is None or today <= scope.last):
                counts[scope.occupation].add(issuer.code)
    lists = _shortage_lists(trust)
    found: dict[int, list[Entry]] = {}
    for reference in sorted(counts, key=lambda each: (-each.edition, each.code)):
        lacking = tuple(each for each in lists if each.has(reference, today, None))
        title = titles.get(f"{reference.edition}:{reference.code}")
        entry = Entry(reference, title, len(counts[reference]), lacking)
        found.setdefault(reference.edition, []).append(entry)
    return found


def _shortage_lists(trust: RegionTrust) -> tuple[ShortageList, ...]:
    """Those of the region's benefit policy; none if it has no policy that is understood here."""
    if trust.benefits is None:
        return ()
    try:
        return benefits.decode(trust.benefits.payload).lists
    except CredentialError:
        return ()
