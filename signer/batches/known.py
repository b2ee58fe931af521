"""Batches that were signed here, by number, and which row a certificate began as."""

from signer.context import Context
from signer.errors import refused
from signer.ledger import model as ledgers
from signer.portions import Many


def first(context: Context, certificate: ledgers.Certificate) -> ledgers.Certificate:
    """The certificate that a roster's row became, before it was replaced."""
    while certificate.replaces is not None:
        certificate = context.ledger.by_id(certificate.replaces)
    return certificate


def of_batch(context: Context, number: int) -> Many[ledgers.Certificate]:
    """What stands of a batch, corrections in place of what they replace. SignerError if there is no such batch."""
    return context.ledger.standing(signed_batch(context, number), corrected=True)


def signed_batch(context: Context, number: int) -> ledgers.Batch:
    """The signed batch of this number. SignerError if there is none, which says those there are."""
    found = context.ledger.signed_batches()
    if number not in found:
        listed = "、".join(map(str, sorted(found))) or "--"
        raise refused(
            "batch-unknown", f"没有第 {number} 批；有：{listed}。", f"there is no batch {number}; there are {listed}."
        )
    return found[number]
