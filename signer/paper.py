"""The commands about paper: what `sign` prints, and `print`, which prints again what the ledger has.

Everything of `signer.printing` needs the extra `print`, so it is imported here only when it is asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from credential.trust_list import Issuer
from signer import ledger as ledgers
from signer import published
from signer.context import Context
from signer.errors import SignerError, refused, usage
from signer.issue import Draft, Fault, read_certificate
from signer.ledger import State
from signer.printing.options import PrintOptions
from signer.roster.model import Roster

Json = dict[str, object]


class Printer(Protocol):
    """What prints: `signer.printing.run.Ready`."""

    def faults(self, drafts: Sequence[Draft], issuer: Issuer, host: str) -> list[Fault]:
        """What of these drafts would not print."""

    def deliver(
        self,
        context: Context,
        issuer: Issuer,
        certificates: Sequence[ledgers.Certificate],
        documents: Mapping[int, str],
        out: Path,
    ) -> Json:
        """Print certificates into a folder; `documents` are whole document numbers by ledger id."""


_PRINTABLE = frozenset({State.SIGNED, State.REGISTERED, State.SUSPENDED})


def ready(options: PrintOptions) -> Printer:
    """Layout, fonts and photos. SignerError: one of them is not right, or the extra `print` is not installed."""
    try:
        from signer.printing import run
    except ImportError:
        raise usage(
            "no-print",
            "这里没有安装打印组件。请运行：pip install 'yinxin[signer,print]'",
            "what prints is not installed here. Run: pip install 'yinxin[signer,print]'",
        ) from None
    return run.ready(options)


@dataclass(frozen=True, slots=True)
class Printing:
    """Whether and how to print, and where whole document numbers are from: the roster, or for one person `document`."""

    options: PrintOptions | None = None
    roster: Roster | None = field(default=None, repr=False)
    document: str | None = field(default=None, repr=False)

    def ready(self) -> Printer | None:
        """What prints, if printing is asked for. SignerError as `ready`."""
        return None if self.options is None else ready(self.options)


NOT_PRINTED: Final = Printing()


def faults(context: Context, found: Printer | None, drafts: Sequence[Draft], issuer: Issuer) -> list[Fault]:
    """What of these drafts would not print, if they are to be printed."""
    return [] if found is None else found.faults(drafts, issuer, context.qr_host())


def deliver(
    context: Context,
    found: Printer | None,
    certificates: Sequence[ledgers.Certificate],
    printing: Printing,
    out: Path,
) -> Json:
    """Print certificates, if that is asked for.

    The whole document numbers are the roster's, if that is the one they were signed from, or the one just given.
    """
    if found is None:
        return {}
    known = context.newest_known() or context.fetch()
    issuer = published.require_issuer(known, context.configuration)
    documents = {} if printing.roster is None else _documents(context, certificates, printing.roster)
    if printing.document is not None:
        documents |= dict.fromkeys((each.id for each in certificates), printing.document)
    waiting = sum(each.state is State.SIGNED for each in certificates)
    if waiting:
        context.voice.say(
            f"其中 {waiting} 张尚未登记，登记之前核验不会通过，请先不要发放。",
            f"{waiting} of them are not registered yet: do not hand them out before yinxin-signer submit.",
        )
    return found.deliver(context, issuer, certificates, documents, out)


def _documents(context: Context, certificates: Sequence[ledgers.Certificate], roster: Roster) -> dict[int, str]:
    """Document numbers by ledger id: of certificates signed from this roster, or that replace one which was."""
    rows = {row.row_number: row for row in roster.rows}
    batches: dict[int, bytes] = {}
    found: dict[int, str] = {}
    for certificate in certificates:
        first = _first(context, certificate)
        if first.batch not in batches:
            batches[first.batch] = context.ledger.batch(first.batch).subject
        row = rows.get(first.row or 0) if batches[first.batch] == roster.sha256 else None
        person = read_certificate(certificate.data).person
        if row is not None and (row.document_type, row.document_last4) == (person.document_type, person.document_last4):
            found[certificate.id] = row.document_number
    return found


def _first(context: Context, certificate: ledgers.Certificate) -> ledgers.Certificate:
    """The certificate that a roster's row became, before it was replaced."""
    while certificate.replaces is not None:
        certificate = context.ledger.by_id(certificate.replaces)
    return certificate


def print_again(
    context: Context,
    found: Printer,
    numbers: Sequence[str],
    batch: int | None,
    roster: Roster | None,
    out: Path,
) -> Json:
    """Print these numbers, a batch, or what was signed from the roster. SignerError if one does not stand."""
    certificates = [_standing(context, number) for number in dict.fromkeys(numbers)]
    if batch is not None:
        certificates += _batch(context, batch)
    elif roster is not None and not certificates:
        certificates = _of_roster(context, roster)
    if roster is not None:
        _require_roster(context, certificates, roster)
    return deliver(context, found, certificates, Printing(roster=roster), out)


def _standing(context: Context, number: str) -> ledgers.Certificate:
    found = context.ledger.newest(number)
    if found is None:
        raise refused(
            "number-unknown",
            f"这里没有签过编号 {number}。请核对编号，并确认 --home 正确。",
            f"number {number} was not signed here. Check the number and --home.",
        )
    if found.state not in _PRINTABLE:
        raise refused(
            "wrong-state",
            f"编号 {number} 已撤销或被取代，不能打印。",
            f"number {number} is revoked or superseded and is not printed.",
        )
    return found


def current(context: Context, certificates: Sequence[ledgers.Certificate]) -> list[ledgers.Certificate]:
    """Of each number the newest certificate, where that stands: corrections in place of what they replace."""
    newest = (context.ledger.newest(each.number) for each in certificates)
    return [each for each in newest if each is not None and each.state in _PRINTABLE]


def _batch(context: Context, number: int) -> list[ledgers.Certificate]:
    found = context.ledger.signed_batches()
    if number not in found:
        listed = "、".join(map(str, sorted(found))) or "--"
        raise refused(
            "batch-unknown", f"没有第 {number} 批；有：{listed}。", f"there is no batch {number}; there are {listed}."
        )
    return current(context, context.ledger.certificates(found[number]))


def _of_roster(context: Context, roster: Roster) -> list[ledgers.Certificate]:
    batch = context.ledger.signed_batch("sign", roster.sha256)
    if batch is None:
        raise _other_roster(roster)
    return current(context, context.ledger.certificates(batch))


def _require_roster(context: Context, certificates: Sequence[ledgers.Certificate], roster: Roster) -> None:
    """SignerError unless at least one of these was signed from this very file."""
    batches = {_first(context, each).batch for each in certificates}
    if all(context.ledger.batch(each).subject != roster.sha256 for each in batches):
        raise _other_roster(roster)


def _other_roster(roster: Roster) -> SignerError:
    return refused(
        "other-roster",
        f"这些证书不是用 {roster.path.name} 签的（签后改动过的文件也不算）。请给出签发时的名册，或不用 --roster。",
        f"these were not signed from {roster.path.name}, or it was changed since. Give the roster as it was signed,"
        " or leave --roster out.",
    )
