"""Every certificate is verified before it is recorded, as anyone would verify it; a large batch over all cores.

The processes that verify hold no key: they are given what was signed, and the registry's objects.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from credential import bundle
from credential.model import Seconds
from credential.reason import Reason
from credential.trust import Trust
from credential.verify import verify_bytes
from signer import files, parallel
from signer.errors import SignerError, refused
from signer.home import Configuration
from signer.ledger.model import Signed
from signer.parallel import Size
from signer.portions import portions
from signer.remote import published

_PART: Final = 250
ALONE: Final = 16
"""Up to so many parts, starting processes takes longer than verifying."""


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """What every process that verifies is given: where the registry's objects are, whose they are, and the time."""

    bundle: Path
    configuration: Configuration
    now: Seconds


class _Worker:
    """One process's trust, kept between its jobs."""

    trust: Trust
    now: Seconds


def passed(check: SelfCheck, trust: Trust, made: Iterator[Signed], count: int) -> Iterator[Signed]:
    """The `count` certificates in order, each verified: it lacks nothing but its registration. SignerError if not."""
    waiting: deque[list[Signed]] = deque()

    def parts() -> Iterator[tuple[bytes, ...]]:
        for part in portions(made, _PART):
            waiting.append(part)
            yield tuple(each.data for each in part)

    size = Size(-(-count // _PART), ALONE, 1)
    given = (check, trust if size.jobs <= ALONE else None)
    for refusals in parallel.run(_verify, parts(), size, _prepare, given):
        part = waiting.popleft()
        for place, reason in refusals:
            raise _not_passed(part[place].row, reason)
        yield from part


def _prepare(check: SelfCheck, trust: Trust | None) -> None:
    """Keep the trust, or load it from the home."""
    if trust is None:
        data = files.read_capped(check.bundle, bundle.MAX_BYTES)
        trust = published.establish(data, check.configuration).trust
    _Worker.trust, _Worker.now = trust, check.now


def _verify(part: Sequence[bytes]) -> list[tuple[int, Reason]]:
    """The place of each certificate of which a verifier would say more than that it is not registered yet, and what."""
    reasons = (verify_bytes(data, _Worker.trust, _Worker.now).reason for data in part)
    return [(place, reason) for place, reason in enumerate(reasons) if reason is not Reason.NOT_YET_REGISTERED]


def _not_passed(row: int | None, reason: Reason) -> SignerError:
    where_zh, where_en = (f"第 {row} 行", f"row {row}") if row else ("新证书", "the new certificate")
    return refused(
        "self-check",
        f"{where_zh}签出后自检未通过（{reason.value}）。整批未编号、未签发；请联系登记机构。",
        f"{where_en} does not pass the check after signing ({reason.value}). The whole batch is neither"
        " numbered nor released; call the registry.",
    )
