"""The registry's receipts 回执: verified when a batch is registered, kept in the ledger, shown again by `receipt`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from credential import cose, receipt
from credential.errors import CredentialError
from credential.model import rfc3339
from credential.published import LogHead
from credential.reason import Reason
from credential.receipt import Receipt
from signer import files
from signer.context import Context
from signer.errors import Json, SignerError, refused
from signer.ledger.model import Batch, Certificate, Submission
from signer.remote.client import Registered

FILE: Final = "receipt.cbor"
_MAX_FILE: Final = receipt.MAX_RECEIPTS * receipt.MAX_BYTES


@dataclass(frozen=True, slots=True)
class Kept:
    """A receipt of a batch of this ledger, whose signature and content hold."""

    batch: int
    data: bytes
    content: Receipt

    @property
    def digest(self) -> str:
        """The SHA-256 of the receipt, in hexadecimal."""
        return sha256(self.data).hexdigest()

    def as_json(self) -> Json:
        """The receipt for programs."""
        return {
            "batch": self.batch,
            "request": self.content.request.hex(),
            "certificates": self.content.batch.size,
            "batch_digest": self.content.batch.root_hash.hex(),
            "registered_at": rfc3339(self.content.time),
            "log_place": self.content.place,
            "sha256": self.digest,
        }


def settle(context: Context, submission: Submission, part: Sequence[Certificate], done: Registered) -> None:
    """Record a registration with its receipt. SignerError, once it is recorded, if there is one that does not hold.

    A registry that gives none is an older one: that is said, and no failure.
    """
    fault = None if done.receipt is None else _fault_now(context, submission, part, done, done.receipt)
    context.ledger.registered(submission, done.at, done.receipt if fault is None else None)
    if fault is not None:
        raise _does_not_hold(fault)
    if done.receipt is None:
        context.voice.say(
            "登记机构没有给签名回执（版本较旧）；登记本身有效。",
            "the registry gave no signed receipt (it is an older version); the registration itself stands.",
        )


def _fault_now(
    context: Context, submission: Submission, part: Sequence[Certificate], done: Registered, data: bytes
) -> str | None:
    """Why a receipt that just came does not hold; its key may be newer than the root that is held."""
    try:
        try:
            found = _opened(context, data)
        except CredentialError as error:
            if error.reason is not Reason.KEY_UNKNOWN:
                raise
            context.fetch()
            found = _opened(context, data)
    except CredentialError as error:
        return str(error)
    if rfc3339(found.time) != done.at:
        return "TIME"
    return _mismatch(context, found, submission, part)


def _opened(context: Context, data: bytes) -> Receipt:
    """The receipt in `data`, its signature verified from the pins. CredentialError if it does not hold."""
    found, message = receipt.decode(data)
    known = context.newest_known() or context.fetch()
    receipt.verify(message, known.region.roots)
    return found


def _mismatch(context: Context, found: Receipt, submission: Submission, part: Sequence[Certificate]) -> str | None:
    """What the receipt says otherwise than this ledger."""
    expected = {
        "REGION": (found.region, context.configuration.region),
        "ISSUER": (found.issuer, context.configuration.code),
        "REQUEST": (found.request, submission.request_id),
        "BATCH": (found.batch, batch_of(part)),
    }
    return next((name for name, (said, own) in expected.items() if said != own), None)


def batch_of(part: Sequence[Certificate]) -> LogHead:
    """What a receipt for these certificates says of them."""
    ordered = sorted(part, key=lambda each: each.entry)
    return receipt.batch_of(cose.decode_sign1(each.data, None).to_be_signed for each in ordered)


def _does_not_hold(fault: str) -> SignerError:
    return refused(
        "receipt-invalid",
        f"登记已完成，但登记机构的回执不成立（{fault}），没有保存。请把这条信息告诉登记机构，并核对网址。",
        f"the registration is done, but the registry's receipt does not hold ({fault}) and was not kept. Tell the"
        " registry, and check its address.",
    )


def of_batch(context: Context, batch: Batch) -> list[Kept]:
    """The receipts of a batch, each verified again. SignerError if one does not hold."""
    return list(_verified(context, batch))


def _verified(context: Context, batch: Batch) -> Iterator[Kept]:
    for submission in context.ledger.submissions_of(batch):
        if submission.receipt is None:
            continue
        try:
            found = _opened(context, submission.receipt)
        except CredentialError as error:
            raise _not_any_more(batch.id, str(error)) from None
        fault = _mismatch(context, found, submission, _part(context, batch, submission))
        if fault is not None:
            raise _not_any_more(batch.id, fault)
        yield Kept(batch.id, submission.receipt, found)


def _part(context: Context, batch: Batch, submission: Submission) -> list[Certificate]:
    """The certificates that a request was about."""
    return context.ledger.portion(batch, submission.first, submission.first + submission.count)


def _not_any_more(batch: int, fault: str) -> SignerError:
    return refused(
        "receipt-invalid",
        f"第 {batch} 批的回执与账本或根文件不符（{fault}）。账本可能被改动过，请用备份核对。",
        f"the receipt of batch {batch} does not agree with the ledger or the root ({fault}). The ledger may have been"
        " altered: compare with a backup.",
    )


def write(out: Path, kept: Sequence[Kept]) -> Path | None:
    """Add receipts to the output folder's file, which keeps those of other batches; None if there is nothing to add."""
    if not kept:
        return None
    path = out / FILE
    before = _read(path) if path.exists() else []
    files.write_atomic(path, receipt.pack(list(dict.fromkeys([*before, *(each.data for each in kept)]))))
    return path


def _read(path: Path) -> list[bytes]:
    """The receipts in a file, not verified. SignerError if it is none."""
    try:
        return receipt.unpack(files.read_capped(path, _MAX_FILE))
    except CredentialError as error:
        raise _no_file(path, str(error)) from None


def _no_file(path: Path, why: str) -> SignerError:
    return refused("receipt-file", f"{path} 不是回执文件：{why}。", f"{path} is not a file of receipts: {why}.")


def deliver(context: Context, batch: Batch, out: Path | None) -> Json:
    """Say a registered batch's receipts, and write them into the output folder if there is one."""
    kept = of_batch(context, batch)
    for each in kept:
        _tell(context, each)
    path = write(out, kept) if out is not None else None
    return {"receipts": [each.as_json() for each in kept], "receipt": None if path is None else str(path)}


def _tell(context: Context, kept: Kept) -> None:
    said = kept.content
    context.voice.say(
        f"回执：第 {kept.batch} 批 {said.batch.size} 张，{rfc3339(said.time)} 登记，日志第 {said.place} 叶，签名成立。",
        f"receipt of batch {kept.batch} ({said.batch.size}): registered at {rfc3339(said.time)}, leaf"
        f" {said.place} of the log; the signature holds.",
    )


def show(context: Context, batches: Sequence[Batch], out: Path | None) -> Json:
    """The command `receipt`: verify the receipts of these batches again, say them, and write them into a folder."""
    if out is not None:
        files.make_folder(out)
    told = [deliver(context, batch, out)["receipts"] for batch in batches]
    found = [each for receipts in told if isinstance(receipts, list) for each in receipts]
    if not found:
        context.voice.say("账本里没有回执。", "there is no receipt in the ledger.")
    return {"receipts": found}


def show_file(context: Context, path: Path) -> Json:
    """The command `receipt --file`: verify a file of receipts, and say whether they are of this ledger."""
    found = [_of_file(context, path, data) for data in _read(path)]
    return {"receipts": found}


def _of_file(context: Context, path: Path, data: bytes) -> Json:
    try:
        said = _opened(context, data)
    except CredentialError as error:
        raise _no_file(path, str(error)) from None
    submission = context.ledger.submission_of(said.request)
    if submission is None:
        context.voice.say(
            f"签名成立，但不是本账本的批次：机构 {said.issuer}，{said.batch.size} 张，{rfc3339(said.time)}。",
            f"the signature holds, but it is no batch of this ledger: issuer {said.issuer}, {said.batch.size}"
            f" certificates, {rfc3339(said.time)}.",
        )
        return {**Kept(0, data, said).as_json(), "batch": None}
    batch = context.ledger.batch(submission.batch)
    fault = _mismatch(context, said, submission, _part(context, batch, submission))
    if fault is not None:
        raise _not_any_more(batch.id, fault)
    kept = Kept(batch.id, data, said)
    _tell(context, kept)
    return kept.as_json()
