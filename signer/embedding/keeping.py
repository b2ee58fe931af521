"""What a program keeps beside certificates: numbers reserved ahead, the registry's receipts, and reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from credential.model import rfc3339
from signer.batches import receipts, reserving
from signer.batches.receipts import Kept
from signer.context import Context
from signer.errors import refused
from signer.ledger.model import Batch
from signer.reports import writing


@dataclass(frozen=True, slots=True)
class Numbers:
    """Certificate numbers that are reserved and unused: `count` of one year and level (0: without one)."""

    year: int
    level: int
    count: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Reserve:
    """What is reserved and unused. Every certificate takes an index, a new number besides."""

    indices: int
    numbers: tuple[Numbers, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The registry's signed receipt for a batch, or a part of a large one; verified again when it is asked for.

    `batch_digest` and `sha256`, that of the receipt itself, are hexadecimal; `registered_at` is as RFC 3339 has it.
    """

    certificates: int
    registered_at: str
    batch_digest: str
    log_place: int
    sha256: str
    data: bytes = field(repr=False)


def reserve(context: Context, levels: Mapping[int, int], year: int | None, indices: int) -> Reserve:
    """Reserve so many numbers of each level, and `indices` beside theirs; what is at hand then.

    Asked for nothing it asks nobody. SignerError: wrong or too many, or the registry refuses or is away.
    """
    wanted = reserving.places(context, levels, year)
    if wanted or indices:
        reserving.reserve(context, wanted, indices)
    pool = context.ledger.pool
    numbers = (Numbers(2000 + run.year, run.digit, run.count, *reserving.span(context, run)) for run in pool.serials())
    return Reserve(sum(run.count for run in pool.runs()), tuple(numbers))


def receipts_of(context: Context, batch: str) -> tuple[Receipt, ...]:
    """The receipts of what was signed under a batch's reference; none while it is not registered.

    SignerError: no such batch, or a receipt that does not hold any more.
    """
    return tuple(_receipt(kept) for each in _batches(context, batch) for kept in receipts.of_batch(context, each))


def _receipt(kept: Kept) -> Receipt:
    said = kept.content
    digest = said.batch.root_hash.hex()
    return Receipt(said.batch.size, rfc3339(said.time), digest, said.place, kept.digest, kept.data)


def report(context: Context, batch: str, out: Path) -> tuple[Path, ...]:
    """Write the reports on what was signed under a batch's reference, as things stand; the files, CSV and PDF.

    SignerError: no such batch. Without the extra `print` there is no PDF.
    """
    written = [writing.write(context, each, out) for each in _batches(context, batch)]
    paths = (done[kind] for done in written for kind in ("report", "report_pdf"))
    return tuple(Path(str(path)) for path in paths if path is not None)


def _batches(context: Context, batch: str) -> list[Batch]:
    """What the ledger has under a caller's reference: as many batches as there were calls that signed something."""
    found = context.ledger.batches_of(batch)
    if not found:
        raise refused(
            "batch-unknown", "没有用这个批次引用号签过证书。", "nothing was signed under this batch's reference."
        )
    return found
