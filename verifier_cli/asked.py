"""What is asked of every certificate given: by which bundle, pin and time, and what is made of the answers."""

from collections.abc import Sequence
from typing import NamedTuple

from credential.model import Seconds


class Asked(NamedTuple):
    """What the command line asks for. Without `pin` the stored one is taken."""

    bundle: str
    pin: str | None
    region: str | None
    now: Seconds
    inputs: Sequence[str]
    as_json: bool
    require_recognised: bool = False
    division: str | None = None
    """Where benefits are asked for, six digits; None asks for the whole home region."""
    reports: Sequence[str] = ()
    """Files to write a report into, by their suffix; there must be none of them unless `overwrite`."""
    overwrite: bool = False
    processes: int | None = None
    """How many processes may work; None for all cores."""
