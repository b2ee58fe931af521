"""Sifting a roster: which rows this issuer may sign now, and everything that is wrong with the others."""

from collections.abc import Iterable
from dataclasses import dataclass

from credential.issuer import Issuer
from credential.keyfile import Purpose
from signer.batches import reserving
from signer.certificates import objections
from signer.certificates.drafts import Draft, RowDrafts
from signer.certificates.objections import Fault
from signer.checking import columns, doubts
from signer.checking.findings import Finding
from signer.context import Context, Step
from signer.portions import Many, portions
from signer.printing import paper
from signer.printing.printer import Printer
from signer.remote import published
from signer.remote.published import Published
from signer.roster.model import Roster


@dataclass(frozen=True, slots=True)
class Plan:
    """What a roster comes to by what is published now: what may be signed, and what is wrong with the rest.

    `doubts` are about drafts: they may be signed once somebody said that they are right.
    """

    published: Published
    drafts: Many[Draft]
    findings: list[Finding]
    doubts: list[Finding]


def plan(
    context: Context, roster: Roster, *, repeat: bool, printer: Printer | None = None, is_offline: bool = False
) -> Plan:
    """Judge a roster by the registry's newest objects, or where `is_offline` allows it by those verified last.

    SignerError: they do not hold, or this issuer may not sign.
    """
    current = reserving.current(context, is_offline=is_offline)
    issuer = published.require_issuer(current, context.configuration)
    published.require_may_sign(issuer, context.keyring.public(Purpose.CERTIFICATE), context.clock())
    drafts, findings = sift(context, roster, issuer, repeat=repeat, printer=printer)
    return Plan(current, drafts, findings, doubts.found(roster, drafts, issuer))


def sift(
    context: Context, roster: Roster, issuer: Issuer, *, repeat: bool, printer: Printer | None = None
) -> tuple[RowDrafts, list[Finding]]:
    """The drafts that may be signed, and everything that is wrong with the other rows, in order of rows."""
    drafts, faults, now = RowDrafts(roster.rows), list[Fault](), context.clock()
    unprintable = paper.examiner(context, printer, issuer)
    done, total = 0, len(drafts)
    for part in portions(drafts):
        faults += objections.faults(part, issuer, now)
        if not repeat:
            faults += _signed_before(context, part)
        faults += unprintable(part)
        done += len(part)
        context.voice.reached(Step.CHECKED, done, total)
    found: list[Finding] = [*roster.problems, *columns.placed(faults, roster.header)]
    bad = {each.row for each in found}
    return RowDrafts(roster.rows, frozenset(bad)), sorted(found, key=lambda each: each.row)


def _signed_before(context: Context, drafts: Iterable[Draft]) -> list[Fault]:
    found = []
    for draft in drafts:
        earlier = context.ledger.with_facts(draft.facts, draft.document)
        if earlier is not None:
            found.append(objections.already_signed(draft, earlier.number))
    return found
