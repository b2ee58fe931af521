"""Every reason in words for the person at the desk: one plain sentence, and what to do next, in Chinese and English.

What could not be known is never worded as forged, and an outage or an old list never as a fault of the certificate.
"""

from collections.abc import Mapping
from typing import Final

from credential.reason import Entitlement, Reason, Recognition, SyncReason
from credential.wordings import Wording
from credential.wordings.reading import READING
from credential.wordings.recognition import ENTITLEMENTS, RECOGNITIONS
from credential.wordings.sync import SYNC_REASONS
from credential.wordings.verdicts import VERDICTS

REASONS: Final[Mapping[Reason, Wording]] = {**READING, **VERDICTS}


def of(reason: Reason | Recognition | Entitlement | SyncReason) -> Wording:
    """The words for `reason`."""
    match reason:
        case Reason():
            return REASONS[reason]
        case Recognition():
            return RECOGNITIONS[reason]
        case Entitlement():
            return ENTITLEMENTS[reason]
        case SyncReason():
            return SYNC_REASONS[reason]
