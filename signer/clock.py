"""What time it is: the one place where the signer looks."""

import time
from datetime import date

from credential.model import Seconds, date_from_day, day_of


def now() -> Seconds:
    """The time."""
    return Seconds(int(time.time()))


def today() -> date:
    """The day in UTC+8."""
    return date_from_day(day_of(now()))
