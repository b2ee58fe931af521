"""The steps of a batch: reserve, number and sign, draw and read back, list, register. Each goes on where it stopped."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from credential import approval, documents
from credential.approval import Approved
from credential.documents import SALT_BYTES, Documents
from credential.keyfile import Purpose
from credential.request import MAX_BATCH, MAX_RESERVED, RegisterBatch
from credential.sign import Signer
from signer import files
from signer.batches import drawing, output, receipts, reserving, selfcheck
from signer.batches.drawing import Picture
from signer.batches.selfcheck import SelfCheck
from signer.certificates import press
from signer.certificates.drafts import Draft
from signer.certificates.press import Press
from signer.context import Context, Step
from signer.errors import refused
from signer.ledger.model import Batch, Certificate, Signed, State, Submission
from signer.ledger.pool import Wanted
from signer.portions import Many, portions
from signer.remote.client import RegistryRefusedError
from signer.remote.published import Published

_A_NOTE: Final = 32
_ROWS_SHOWN: Final = 10


def sign(context: Context, published: Published, kind: str, subject: bytes, drafts: Many[Draft]) -> Batch:
    """Have indices and serials for the drafts reserved, unless they are; then number, sign and check them all at once.

    Returns the signed batch. SignerError: no drafts or too many, a key that does not open, the registry, a certificate
    that does not verify. Nothing is numbered unless everything is.
    """
    _require_count(len(drafts))
    certificate_key = context.open_key(Purpose.CERTIFICATE)
    context.qr_host()
    batch = context.ledger.begin(kind, subject, len(drafts), context.clock())
    context.voice.reached(Step.BEGUN, 0, len(drafts))
    wanted = press.wanted(drafts)
    reserving.ensure(context, published, wanted)
    context.voice.reached(Step.GRANTED, 0, len(drafts))
    published = reserving.covering(context, published)
    _press(context, published, batch, drafts, wanted, certificate_key)
    context.voice.reached(Step.SIGNED, len(drafts), len(drafts))
    return context.ledger.batch(batch.id)


def _require_count(count: int) -> None:
    if count == 0:
        raise refused("nothing-to-sign", "没有可签发的行。", "there is no row to sign.")
    if count > MAX_RESERVED:
        raise refused(
            "too-many",
            f"一次最多 {MAX_RESERVED} 行。请把名册分成几份。",
            f"at most {MAX_RESERVED} rows at a time. Split the roster.",
        )


def _press(
    context: Context, published: Published, batch: Batch, drafts: Many[Draft], wanted: Wanted, key: Signer
) -> None:
    now = context.clock()
    press = Press(key, context.configuration.code, published.region.root.status_base, now)
    pool = context.ledger.pool
    check = SelfCheck(context.home.bundle_file, context.configuration, now)

    def make() -> Iterator[Signed]:
        entries, serials = pool.take_indices(wanted.indices), pool.take_serials(wanted.serials)
        made = press.sign(drafts, entries, lambda id_: context.ledger.by_id(id_).entry, serials)
        for count, signed in enumerate(selfcheck.passed(check, published.trust, made, len(drafts)), 1):
            if count % _A_NOTE == 0:
                context.voice.reached(Step.SIGNING, count, len(drafts))
            yield signed

    context.ledger.sign(batch, now, make)


def deliver(context: Context, certificates: Many[Certificate], out: Path) -> Path:
    """Draw and read back the pictures that `out` lacks, then list them. Returns the list's path."""
    files.make_folder(out / output.PICTURES)
    files.remove_parts(out, output.LIST)
    files.remove_parts(out / output.PICTURES, "*.png")
    host = context.qr_host()
    total, count = len(certificates), 0
    pictures = (_picture(each, host, out) for each in certificates)
    for done in portions(drawing.draw(pictures, total), _A_NOTE):
        context.ledger.drawn(done)
        count += len(done)
        context.voice.reached(Step.DRAWN, count, total)
    files.make_durable()
    path = output.merge(out, (output.credential(each, host) for each in certificates))
    context.voice.reached(Step.LISTED, total, total)
    return path


def _picture(certificate: Certificate, host: str, out: Path) -> Picture:
    credential = output.credential(certificate, host)
    return Picture(certificate.id, certificate.data, credential.text, out / credential.file, certificate.png)


def register(context: Context, batch: Batch) -> str:
    """Register what of the batch is not yet; returns the registry's time of the last part.

    SignerError: the registry refuses (rows named) or is away; running again asks with the same ids.
    """
    waiting = [each for each in submissions(context, batch) if each.registered_at is None]
    if waiting:
        key = context.open_key(Purpose.REQUEST)
        for submission in waiting:
            part = context.ledger.portion(batch, submission.first, submission.first + submission.count)
            _submit(context, submission, part, key)
            context.voice.reached(Step.REGISTERED, submission.first + submission.count, batch.wanted)
    return submissions(context, batch)[-1].registered_at or ""


def submissions(context: Context, batch: Batch) -> list[Submission]:
    """The requests that register a batch."""
    return context.ledger.submissions(batch, MAX_BATCH, context.new_id, lambda: context.random(SALT_BYTES))


def _submit(context: Context, submission: Submission, part: Sequence[Certificate], key: Signer) -> None:
    asked, beside = content(context, submission, part)
    sealed = context.sealed(submission.request_id, asked, key)
    given = context.ledger.queue.approval(submission.request_id)
    context.ledger.sending(submission)
    try:
        if given is not None:
            approved = approval.MEDIA_TYPE
            done = context.client.register(lambda: Approved(sealed(), given, beside).encode(), len(part), approved)
        elif beside is None:
            done = context.client.register(sealed, len(part))
        else:
            done = context.client.register(lambda: documents.beside(sealed(), beside), len(part), documents.MEDIA_TYPE)
    except RegistryRefusedError as error:
        raise _with_rows(error, part) from None
    receipts.settle(context, submission, part, done)


def content(
    context: Context, submission: Submission, part: Sequence[Certificate]
) -> tuple[RegisterBatch, Documents | None]:
    """What a request registers, and the document numbers that go beside it."""
    beside = _documents(context, submission)
    evidence = context.ledger.evidence(context.ledger.batch(submission.batch).subject)
    return RegisterBatch(tuple(each.data for each in part), beside.commitment if beside else None, evidence), beside


def _documents(context: Context, submission: Submission) -> Documents | None:
    """The holders' document numbers, if any is known."""
    numbers = context.ledger.documents(submission)
    if submission.salt is None or not any(numbers):
        return None
    return Documents(submission.salt, tuple(numbers))


def _with_rows(error: RegistryRefusedError, part: Sequence[Certificate]) -> RegistryRefusedError:
    """The refusal with the roster's own rows and numbers."""
    zh, en = [error.zh], [error.en]
    for position, reason, detail in error.rows[:_ROWS_SHOWN]:
        if 0 <= position < len(part):
            certificate = part[position]
            row = certificate.row or "-"
            zh.append(f"  第 {row} 行，编号 {certificate.number}：{reason} {detail}")
            en.append(f"  row {row}, number {certificate.number}: {reason} {detail}")
    explained = RegistryRefusedError(error.exit, error.slug, "\n".join(zh), "\n".join(en))
    explained.rows = error.rows
    return explained


def is_registered(certificates: Sequence[Certificate]) -> bool:
    """Whether nothing of these waits for registration."""
    return all(each.state is not State.SIGNED for each in certificates)
