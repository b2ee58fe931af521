"""Signing from another program: the one public module of this package (docs/embedding.md).

    with api.open_office(home, api.passphrase_file(path)) as office:
        batch = office.sign(people, batch="2026-06")

It works with what the commands work with: the same home, the same ledger, the same checks. Whatever goes wrong is a
SignerError, with an exit code, a name for programs, and what to do in two languages.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from credential import qr_text, verify
from credential.model import Basis, DocumentType, Kind, Post
from credential.reason import Reason
from credential.request import ChangeReason
from signer import opening
from signer.batches import qr, steps
from signer.batches.evidence import digest
from signer.changes import changing, queueing, replacing, wishes
from signer.changes.changing import ChangeOptions
from signer.changes.replacing import ReplaceOptions
from signer.changes.selecting import Selection
from signer.changes.wishes import Corrections, Wish
from signer.checking import reading
from signer.context import Context, Silence
from signer.embedding import asking, issuing, keeping
from signer.embedding.asking import Asked, Flaw
from signer.embedding.issuing import Terms
from signer.embedding.keeping import Numbers, Receipt, Reserve
from signer.errors import Exit, SignerError, refused, usage
from signer.explaining import explained
from signer.home import Home
from signer.keys import os_keyring, passphrases
from signer.keys.own import Keyring
from signer.keys.passphrases import Passphrase
from signer.ledger.model import Certificate, State
from signer.printing import paper
from signer.printing.options import PrintOptions

__all__ = [
    "Basis",
    "ChangeReason",
    "DocumentType",
    "Exit",
    "Finding",
    "Issued",
    "Kind",
    "Numbers",
    "Office",
    "Person",
    "Post",
    "PrintOptions",
    "Reason",
    "Receipt",
    "Reserve",
    "Result",
    "SignerError",
    "State",
    "open_office",
    "passphrase_file",
    "passphrase_keyring",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One certificate to sign: the values of a roster's row, and your own reference for it, which is kept for ever.

    Words may be those of a roster, Chinese or English, or members of the enumerations.
    """

    reference: str
    name: str
    document_number: str = field(repr=False)
    issued_on: date | str
    basis: Basis | str
    document_type: DocumentType | str | None = None
    kind: Kind | str | None = None
    edition: int | str | None = None
    code: str | None = None
    title: str | None = None
    specialisation: str | None = None
    level: int | str | None = None
    post: Post | str | None = None
    term_until: date | str | None = None
    honour: str | None = None
    sub_level: str | None = None
    local_post: str | None = None
    contest: str | None = None
    contest_class: str | None = None
    rank: int | str | None = None
    entry: str | None = None
    prior_level: int | str | None = None
    source: str | None = None
    source_number: str | None = None
    standard: str | None = None
    standard_version: str | None = None


People = Iterable[Person | Mapping[str, object]]
"""People as `Person`, or as mappings with the same names."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. `row` counts what was given from 1; `column` names the value, `shape` its form alone.

    `reference` is None if it is what is wrong.
    """

    row: int
    reference: str | None
    code: str
    column: str
    shape: str
    why_zh: str
    why_en: str
    fix_zh: str
    fix_en: str


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate under a reference. `text` is what its QR code says; `state` is as far as this ledger knows."""

    reference: str
    number: str
    state: State
    text: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a signing came to, in the order in which people were given; those with findings are not in `issued`."""

    issued: tuple[Issued, ...]
    findings: tuple[Finding, ...]


class Office:
    """An issuer's home at work: for one thread, as long as the `with` lasts; nobody else works in it meanwhile."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def issuer(self) -> str:
        """The issuer's code."""
        return self._context.configuration.code

    @explained()
    def check(self, people: People) -> tuple[Finding, ...]:
        """Everything that is wrong with these people; signs nothing. An unreachable registry leaves out the scope."""
        asked, flaws = self._asked(people)
        return tuple(_finding(each, asked[each.row - 1]) for each in issuing.check(self._context, asked, flaws))

    @explained()
    def sign(
        self,
        people: People,
        batch: str | None = None,
        *,
        skip_bad: bool = False,
        repeat: bool = False,
        register: bool = True,
        confirm: Iterable[str] = (),
        evidence: Path | None = None,
    ) -> Result:
        """Sign what is not signed yet under its reference, and register it; what is, comes back as it is now.

        With any finding nothing new is signed, unless `skip_bad`. `confirm` holds the codes of findings that may be
        lawful all the same (docs/rosters.md) and were looked into: they are none then. `repeat` signs what looks like
        a certificate signed before: it is another person. `evidence` is a folder or ZIP whose digest is registered.
        SignerError: what was done before it is kept, and the same call continues.
        """
        if batch is not None and not asking.is_reference(batch):
            raise usage(
                "batch-reference",
                f"批次引用号须为 1 至 {asking.MAX_REFERENCE} 个可见字符。",
                f"a batch's reference has 1 to {asking.MAX_REFERENCE} visible characters.",
            )
        proof = None if evidence is None else digest(evidence)
        terms = Terms(batch, skip_bad, repeat, register, frozenset(confirm), proof)
        answers = issuing.sign(self._context, *self._asked(people), terms)
        issued = (self._issued(each.asked.reference, each.certificate) for each in answers if each.certificate)
        return Result(tuple(issued), tuple(_finding(found, each.asked) for each in answers for found in each.findings))

    @explained()
    def register(self) -> int:
        """Submit everything that waits; how many certificates were registered."""
        done = queueing.submit(self._context)
        return done["registered"] if isinstance(done["registered"], int) else 0

    @explained()
    def find(self, reference: str) -> Issued | None:
        """The certificate under this reference as it is now, or None. Asks nobody."""
        found = self._context.ledger.referred(reference)
        return None if found is None else self._issued(reference, found.certificate)

    @explained()
    def batch(self, batch: str) -> tuple[Issued, ...]:
        """What was signed under a batch's reference, as it is now. Asks nobody."""
        return tuple(self._issued(each, self._found(each)) for each in self._context.ledger.references(batch))

    @explained()
    def reserve(self, levels: Mapping[int, int] | None = None, *, year: int | None = None, indices: int = 0) -> Reserve:
        """Reserve numbers for signing without a network: how many of each level (0: without one), of `year` or this.

        `indices` are for certificates that keep their number: corrections. Each call takes more; with nothing it tells
        what is reserved and unused, and asks nobody.
        """
        return keeping.reserve(self._context, levels or {}, year, indices)

    @explained()
    def receipts(self, batch: str) -> tuple[Receipt, ...]:
        """The registry's receipts for a batch's reference, verified again; none while it waits. Asks nobody."""
        return keeping.receipts_of(self._context, batch)

    @explained()
    def report(self, batch: str, out: Path) -> tuple[Path, ...]:
        """Write the reports on a batch's reference into `out`, as things stand: CSV, and PDF with the extra `print`."""
        return keeping.report(self._context, batch, out)

    @explained()
    def verdict(self, reference: str) -> Reason:
        """What a verifier would say now, by what the registry publishes: ACCEPTED, REVOKED, NOT_YET_REGISTERED, ..."""
        text = self._issued(reference, self._found(reference)).text
        return verify.verify(text, self._context.fetch().trust, self._context.clock()).reason

    @explained()
    def png(self, reference: str) -> bytes:
        """The QR code as a PNG, drawn and read back."""
        return qr.picture(self._issued(reference, self._found(reference)).text)

    @explained()
    def draw(self, references: Iterable[str], out: Path) -> Path:
        """Draw QR codes into `out`/certificates on all cores; returns the list that names them, credentials.jsonl."""
        return steps.deliver(self._context, [self._found(each) for each in references], out)

    @explained()
    def pdf(
        self, references: Iterable[str], out: Path, options: PrintOptions | None = None, people: People = ()
    ) -> Path:
        """Print certificates as PDF into `out`/print, which it returns.

        Whole document numbers are kept nowhere: they are printed of `people`, and else the last four.
        """
        printer = paper.ready(options or PrintOptions())
        wanted = {each: self._printable(each) for each in references}
        documents = self._documents(people, wanted)
        done = paper.deliver(self._context, printer, list(wanted.values()), paper.Printing(documents=documents), out)
        return Path(str(done["print"]))

    @explained()
    def revoke(self, references: Sequence[str], reason: ChangeReason) -> tuple[Issued, ...]:
        """Revoke for good: all of them or none. What is revoked already stays so."""
        return self._change(changing.REVOKE, references, reason)

    @explained()
    def suspend(self, references: Sequence[str], reason: ChangeReason) -> tuple[Issued, ...]:
        """Suspend until restored: all of them or none."""
        return self._change(changing.SUSPEND, references, reason)

    @explained()
    def restore(self, references: Sequence[str], reason: ChangeReason) -> tuple[Issued, ...]:
        """End a suspension: all of them or none."""
        return self._change(changing.RESTORE, references, reason)

    @explained()
    def correct(
        self,
        reference: str,
        *,
        name: str | None = None,
        title: str | None = None,
        specialisation: str | None = None,
        document_type: DocumentType | None = None,
        document_number: str | None = None,
    ) -> Issued:
        """Replace a certificate by a corrected one under the same number and reference; None leaves a value.

        An empty specialisation removes it. The registry supersedes the old certificate when it registers the new.
        """
        corrections = Corrections(name, document_type, None, title, specialisation)
        if document_number is not None:
            document = reading.checked_document(document_number, document_type, self._context.today(), reference)
            corrections = wishes.with_document(corrections, document)
        wish = Wish(self._found(reference).number, wishes.corrected(corrections), corrections.document)
        if corrections == Corrections():
            replacing.require_stolen(self._context, [wish])
        with TemporaryDirectory() as folder:
            done = replacing.replace_all(
                self._context, "correct", [wish], ReplaceOptions(Path(folder), ChangeOptions(yes=True))
            )
        _require_done(done)
        return self._issued(reference, self._found(reference))

    def _asked(self, people: People) -> tuple[list[Asked], list[Flaw]]:
        asked, flaws = [], []
        for row, each in enumerate(people, 1):
            given = asdict(each) if isinstance(each, Person) else each
            one, wrong = asking.read(row, given, self._context.today())
            asked.append(one)
            flaws += wrong
        return asked, flaws

    def _found(self, reference: str) -> Certificate:
        found = self._context.ledger.referred(reference)
        if found is None:
            raise refused(
                "reference-unknown",
                "没有用这个引用号签过证书。",
                "no certificate was signed under this reference.",
            )
        return found.certificate

    def _printable(self, reference: str) -> Certificate:
        return paper.standing(self._context, self._found(reference).number)

    def _documents(self, people: People, wanted: Mapping[str, Certificate]) -> dict[int, str]:
        """Whole document numbers by ledger id, of those people whose numbers the certificates still are about."""
        asked, _ = self._asked(people)
        found = {}
        for each in asked:
            certificate = wanted.get(each.reference)
            row = issuing.row_of(self._context, each)
            if certificate is not None and row is not None and paper.is_about(certificate, row):
                found[certificate.id] = row.document_number
        return found

    def _change(self, action: changing.Action, references: Sequence[str], reason: ChangeReason) -> tuple[Issued, ...]:
        numbers = [self._found(each).number for each in references]
        selected = Selection(tuple(dict.fromkeys(numbers)))
        _require_done(changing.change_status(self._context, action, selected, reason, ChangeOptions(yes=True)))
        return tuple(self._issued(each, self._found(each)) for each in references)

    def _issued(self, reference: str, certificate: Certificate) -> Issued:
        text = qr_text.encode(self._context.qr_host(), certificate.data)
        return Issued(reference, certificate.number, certificate.state, text)


@contextmanager
def open_office(home: Path, passphrase: Passphrase, *, demo_keys: Path | None = None) -> Iterator[Office]:
    """The office of the issuer in `home`, which `yinxin-signer keygen` and `enrol` made.

    `passphrase` is asked for a key's passphrase, by its purpose, when the key is needed; then the key stays open.
    `demo_keys` is a folder of published demo keys. SignerError: no home, not enrolled, or another is at work there.
    """
    with ExitStack() as stack:
        with explained():
            context = stack.enter_context(opening.opened(Keyring(Home(home), passphrase, demo_keys), Silence()))
        yield Office(context)


def passphrase_file(path: Path) -> Passphrase:
    """Passphrases from the first line of a file that only you can read."""
    return lambda _: passphrases.read_file(path)


def passphrase_keyring(home: Path) -> Passphrase:
    """Passphrases from the system's keyring, where `yinxin-signer key remember` put those of this home."""
    return lambda purpose: os_keyring.recall(home, purpose)


def _require_done(done: Mapping[str, object]) -> None:
    """SignerError if it waits for a second person: nothing is in force yet."""
    if "proposal" in done:
        raise refused(
            queueing.NEEDS_APPROVER,
            f"须另一人复核，尚未生效。待复核文件：{done['proposal']}（docs/changes.md）",
            f"another person must approve; nothing is in force yet. The proposal: {done['proposal']} (docs/changes.md)",
        )


def _finding(found: issuing.Finding, asked: Asked) -> Finding:
    return Finding(
        row=found.row,
        reference=asked.reference or None,
        code=found.code.value,
        column=found.column,
        shape=found.shape,
        why_zh=found.why_zh,
        why_en=found.why_en,
        fix_zh=found.fix_zh,
        fix_en=found.fix_en,
    )
