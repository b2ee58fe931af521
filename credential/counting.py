"""Whether what is accepted counts in a region: its agreements, and whether they are held and new enough to be asked."""

from typing import Final, NamedTuple

from credential import recognition
from credential.errors import ObjectError
from credential.model import Region, Seconds, day_of
from credential.published import CLOCK_TOLERANCE, ObjectType
from credential.reason import Recognition
from credential.recognition import Candidate, RecognisedAs, RecognitionList
from credential.trust import RegionTrust, Trust

_LASTING: Final = frozenset({Recognition.HOME, Recognition.AGREEMENT_REPEALED})
"""What no newer agreement changes: a repeal is for ever."""


class Count(NamedTuple):
    """The answer. `issued` is when the agreements were issued, if they were asked."""

    recognition: Recognition
    recognised_as: RecognisedAs | None
    issued: Seconds | None


def count(candidate: Candidate, home: Region, trust: Trust, now: Seconds) -> Count:
    """Whether it counts in `home` at `now`, and as what."""
    own = trust.regions.get(home)
    table = agreements_of(home, trust)
    found = recognition.recognise(candidate, home, table, day_of(now))
    issued = table.head.issued if table is not None and found[0] is not Recognition.HOME else None
    if found[0] not in _LASTING and not _is_current(own, now):
        return Count(Recognition.RECOGNITION_UNKNOWN, None, issued)
    return Count(*found, issued)


def agreements_of(home: Region, trust: Trust) -> RecognitionList | None:
    """The agreements of `home`, if they are held; whether they are new enough is not said."""
    own = trust.regions.get(home)
    return own.recognition if isinstance(own, RegionTrust) else None


def _is_current(own: RegionTrust | ObjectError | None, now: Seconds) -> bool:
    """Whether the home's root and agreements are held, not expired, and not from a time to come."""
    if not isinstance(own, RegionTrust) or now >= own.root.head.expires or now + CLOCK_TOLERANCE < own.newest_issued:
        return False
    if own.recognition is None:
        return own.checkpoint.find(ObjectType.RECOGNITION) is None
    return now < own.recognition.head.expires
