"""Whether the log of a newer checkpoint goes on from that of an older one (docs/format.md, "The log")."""

from collections.abc import Callable, Iterable
from enum import StrEnum, unique

from credential import log
from credential.checkpoint import Checkpoint
from credential.errors import ObjectError
from credential.log import Consistency
from credential.published import LogHead
from credential.reason import SyncReason

Prove = Callable[[LogHead, LogHead], Iterable[Consistency]]
"""Gives the proofs that there are of the older head's log being the beginning of the newer's; they are not believed."""


@unique
class History(StrEnum):
    """How two logs compare, where nothing speaks against them."""

    SAME = "same"
    PROVEN = "proven"
    UNPROVEN = "unproven"
    RESET = "reset"


def require_growth(before: Checkpoint, now: Checkpoint) -> None:
    """Raise ObjectError for what needs no proof: ENTRY_VANISHED, LIST_SHRUNK, or EQUIVOCATION of one size."""
    old, new = before.log, now.log
    if old is None:
        return
    if new is None:
        raise ObjectError(SyncReason.ENTRY_VANISHED, "the log is gone")
    if new.size < old.size:
        raise ObjectError(SyncReason.LIST_SHRUNK, f"the log has {new.size} leaves after {old.size}")
    if new.size == old.size and new != old:
        raise ObjectError(SyncReason.EQUIVOCATION, f"two logs of {new.size} leaves")


def compare(before: Checkpoint, now: Checkpoint, prove: Prove) -> History | None:
    """None if the older checkpoint has no log. ObjectError as `require_growth`, and EQUIVOCATION if no proof holds."""
    if before.log is None:
        return None
    if now.head.epoch > before.head.epoch:
        return History.RESET
    require_growth(before, now)
    if now.log is None or now.log == before.log:
        return History.SAME
    return _proven(before.log, now.log, prove)


def _proven(old: LogHead, new: LogHead, prove: Prove) -> History:
    if log.extends(old, new, ()):
        return History.PROVEN
    proofs = [each for each in prove(old, new) if (each.old, each.size) == (old.size, new.size)]
    if any(each.proves(old, new) for each in proofs):
        return History.PROVEN
    if proofs:
        detail = f"the log of {old.size} leaves is not the beginning of that of {new.size}"
        raise ObjectError(SyncReason.EQUIVOCATION, detail)
    return History.UNPROVEN
