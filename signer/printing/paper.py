"""The commands about paper: what `sign` prints, and `print`, which prints again what the ledger has.

Everything else here but the options needs the extra `print`, so it is imported only when it is asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from credential.issuer import Issuer
from signer.batches.known import first, of_batch
from signer.certificates.drafts import read_certificate
from signer.context import Context
from signer.errors import Json, SignerError, refused, usage
from signer.ledger import model as ledgers
from signer.ledger.model import State
from signer.portions import Many
from signer.printing.options import PrintOptions
from signer.printing.printer import DocumentOf, Examine, Printer
from signer.remote import published
from signer.roster.model import Roster, Row
from signer.roster.packed import packed

_PRINTABLE = frozenset({State.SIGNED, State.REGISTERED, State.SUSPENDED})


def ready(options: PrintOptions) -> Printer:
    """Layout, fonts and photos. SignerError: one of them is not right, or the extra `print` is not installed."""
    try:
        from signer.printing import run
    except ImportError:
        raise not_installed() from None
    return run.ready(options)


def not_installed() -> SignerError:
    """The error where the extra `print` is missing."""
    return usage(
        "no-print",
        "这里没有安装打印组件。请在印信的源代码目录里运行：pip install '.[signer,print]'",
        "what prints is not installed here. Run in Yinxin's source folder: pip install '.[signer,print]'",
    )


@dataclass(frozen=True, slots=True)
class Printing:
    """Whether and how to print, and where whole document numbers are from: the roster, or `documents` by ledger id."""

    options: PrintOptions | None = None
    roster: Roster | None = field(default=None, repr=False)
    documents: Mapping[int, str] = field(default_factory=dict, repr=False)

    def ready(self) -> Printer | None:
        """What prints, if printing is asked for. SignerError as `ready`."""
        return None if self.options is None else ready(self.options)


NOT_PRINTED: Final = Printing()


def examiner(context: Context, found: Printer | None, issuer: Issuer) -> Examine:
    """What finds the drafts that would not print, if they are to be printed; it remembers what it found fit."""
    return (lambda _: []) if found is None else found.examiner(issuer, context.qr_host())


def deliver(
    context: Context,
    found: Printer | None,
    certificates: Many[ledgers.Certificate],
    printing: Printing,
    out: Path,
) -> Json:
    """Print certificates, if that is asked for.

    The whole document numbers are the roster's, if that is the one they were signed from, or those just given.
    """
    if found is None:
        return {}
    known = context.newest_known() or context.fetch()
    issuer = published.require_issuer(known, context.configuration)
    waiting = sum(each.state is State.SIGNED for each in certificates)
    if waiting:
        context.voice.say(
            f"其中 {waiting} 张尚未登记，登记之前核验不会通过，请先不要发放。",
            f"{waiting} of them are not registered yet: do not hand them out before yinxin-signer submit.",
        )
    return found.deliver(context, issuer, certificates, _document_of(context, printing), out)


def _document_of(context: Context, printing: Printing) -> DocumentOf:
    roster = None if printing.roster is None else _FromRoster(context, printing.roster)

    def found(certificate: ledgers.Certificate) -> str | None:
        given = printing.documents.get(certificate.id)
        return given if given is not None or roster is None else roster.of(certificate)

    return found


class _FromRoster:
    """Document numbers of certificates that were signed from this roster, or replace one which was."""

    def __init__(self, context: Context, roster: Roster) -> None:
        self._context, self._sha256 = context, roster.sha256
        self._rows = packed(roster.rows)
        self._subjects: dict[int, bytes] = {}

    def of(self, certificate: ledgers.Certificate) -> str | None:
        """The number, if the roster's row still has the certificate's type of document and last four."""
        original = first(self._context, certificate)
        row = self._rows.at(original.row or 0) if self._subject(original.batch) == self._sha256 else None
        return row.document_number if row is not None and is_about(certificate, row) else None

    def _subject(self, batch: int) -> bytes:
        if batch not in self._subjects:
            self._subjects[batch] = self._context.ledger.batch(batch).subject
        return self._subjects[batch]


def is_about(certificate: ledgers.Certificate, row: Row) -> bool:
    """Whether the certificate names the document of this row, as far as it says."""
    person = read_certificate(certificate.data).person
    return (row.document_type, row.document_last4) == (person.document_type, person.document_last4)


def print_again(
    context: Context,
    found: Printer,
    numbers: Sequence[str],
    batch: int | None,
    roster: Roster | None,
    out: Path,
) -> Json:
    """Print these numbers, a batch, or what was signed from the roster. SignerError if one does not stand."""
    certificates: Many[ledgers.Certificate] = [standing(context, number) for number in dict.fromkeys(numbers)]
    if batch is not None:
        certificates = _with_batch(certificates, of_batch(context, batch))
    elif roster is not None and not numbers:
        certificates = _of_roster(context, roster)
    if roster is not None:
        _require_roster(context, certificates, roster)
    return deliver(context, found, certificates, Printing(roster=roster), out)


def _with_batch(named: Many[ledgers.Certificate], batch: Many[ledgers.Certificate]) -> Many[ledgers.Certificate]:
    known = {each.id for each in named}
    return [*named, *(each for each in batch if each.id not in known)] if known else batch


def standing(context: Context, number: str) -> ledgers.Certificate:
    """The newest certificate of this number. SignerError if there is none that may be printed."""
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


def _of_roster(context: Context, roster: Roster) -> Many[ledgers.Certificate]:
    batch = context.ledger.signed_batch("sign", roster.sha256)
    if batch is None:
        raise _other_roster(roster)
    return context.ledger.standing(batch, corrected=True)


def _require_roster(context: Context, certificates: Iterable[ledgers.Certificate], roster: Roster) -> None:
    """SignerError unless at least one of these was signed from this very file."""
    batches = {first(context, each).batch for each in certificates}
    if all(context.ledger.batch(each).subject != roster.sha256 for each in batches):
        raise _other_roster(roster)


def _other_roster(roster: Roster) -> SignerError:
    return refused(
        "other-roster",
        f"这些证书不是用 {roster.name} 签的（签后改动过的文件也不算）。请给出签发时的名册，或不用 --roster。",
        f"these were not signed from {roster.name}, or it was changed since. Give the roster as it was signed,"
        " or leave --roster out.",
    )
