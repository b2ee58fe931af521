"""For how long what is published may be relied on, in seconds, and when it is signed again."""

from typing import Final

DAY: Final = 86_400
LIST_LIFETIME: Final = 180 * DAY
STATUS_LIFETIME: Final = 30 * DAY
CHECKPOINT_LIFETIME: Final = 3 * DAY
NEXT_DUE: Final = DAY
RENEW_AFTER: Final = DAY // 2
"""Seconds after which checkpoint and status lists are signed again although nothing changed."""
