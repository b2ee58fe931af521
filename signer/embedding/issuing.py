"""Certificates that a program asks for under references of its own: the same reference, the same certificate."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from signer.batches import evidence, steps
from signer.batches.evidence import Evidence
from signer.certificates import drafts
from signer.certificates.drafts import Draft
from signer.certificates.objections import Fault
from signer.checking import rosters, sifting
from signer.context import Context
from signer.embedding import asking
from signer.embedding.asking import AskCode, Asked, Flaw
from signer.ledger.model import Certificate, Reference, Referred, State
from signer.roster import given
from signer.roster.model import Problem, Roster, Row

Finding = Problem | Fault | Flaw
_DOMAIN: Final = b"yinxin given rows\n"


@dataclass(frozen=True, slots=True)
class Terms:
    """How to sign: under which reference of the caller's for the batch, and what to do with what cannot be signed."""

    batch: str | None = None
    skip_bad: bool = False
    repeat: bool = False
    register: bool = True
    confirmed: frozenset[str] = frozenset()
    """Codes of what may be lawful all the same, and was looked into."""
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one: the newest certificate of its number if there is one, and what is to be mended."""

    asked: Asked
    certificate: Certificate | None
    findings: tuple[Finding, ...] = ()


def check(context: Context, asked: Sequence[Asked], flaws: Sequence[Flaw] = ()) -> list[Finding]:
    """Everything that is wrong with these, in order: their `flaws`, and what else there is to mend or to confirm.

    Nothing is wrong with what was signed under its reference.
    """
    known, flaws = _known(context, asked, flaws)
    waiting = _waiting(asked, known, flaws)
    if not waiting:
        return sorted(flaws, key=lambda each: each.row)
    found = rosters.examine(_roster(context, waiting), context, context.voice)
    return sorted([*flaws, *found.findings, *found.doubts], key=lambda each: each.row)


def sign(context: Context, asked: Sequence[Asked], flaws: Sequence[Flaw], terms: Terms) -> list[Answered]:
    """Sign what is not signed yet, and register it; with anything to mend nothing new, unless `skip_bad`.

    SignerError: the registry, the keys. What was signed before that is kept, and the same call continues.
    """
    known, flaws = _known(context, asked, flaws)
    findings: list[Finding] = list(flaws)
    waiting = _waiting(asked, known, flaws)
    if waiting:
        plan = sifting.plan(context, _roster(context, waiting), repeat=terms.repeat)
        doubts = [each for each in plan.doubts if str(each.code) not in terms.confirmed]
        findings += [*plan.findings, *doubts]
        certain = _without(plan.drafts, {each.row for each in doubts})
        if certain and (terms.skip_bad or not findings):
            drafts = _referenced(certain, waiting, terms.batch)
            subject = _subject(drafts)
            evidence.keep(context, subject, None, terms.evidence)
            steps.sign(context, plan.published, "sign", subject, drafts)
    if terms.register:
        _register(context, asked)
    return _answers(context, asked, findings)


def _known(
    context: Context, asked: Sequence[Asked], given_flaws: Sequence[Flaw]
) -> tuple[Mapping[int, Referred], list[Flaw]]:
    """By row what was signed under its reference before; and all flaws, those of references among them."""
    known: dict[int, Referred] = {}
    flaws = list(given_flaws)
    flawed = {each.row for each in given_flaws}
    met: set[str] = set()
    for each in (each for each in asked if each.row not in flawed):
        found = context.ledger.referred(each.reference)
        if each.reference in met:
            flaws.append(asking.flaw(AskCode.REFERENCE_TWICE, each.row))
        elif found is not None and each.values and _facts(context, each) != found.facts:
            flaws.append(asking.flaw(AskCode.REFERENCE_USED, each.row))
        elif found is not None:
            known[each.row] = found
        elif not each.values:
            flaws.append(asking.flaw(AskCode.REFERENCE_UNKNOWN, each.row))
        met.add(each.reference)
    return known, flaws


def row_of(context: Context, asked: Asked) -> Row | None:
    """What is asked as a roster's row; None if anything is wrong with it."""
    return given.row_of(asked.row, asked.values, context.today())


def _facts(context: Context, asked: Asked) -> bytes | None:
    row = row_of(context, asked)
    return None if row is None else drafts.draft_of_row(row).facts


def _waiting(asked: Iterable[Asked], known: Mapping[int, Referred], flaws: Iterable[Flaw]) -> dict[int, Asked]:
    """By row what is neither signed nor refused."""
    settled = known.keys() | {each.row for each in flaws}
    return {each.row: each for each in asked if each.row not in settled}


def _roster(context: Context, waiting: Mapping[int, Asked]) -> Roster:
    return given.roster_of(((row, each.values) for row, each in waiting.items()), context.today())


def _without(drafts: Iterable[Draft], doubtful: Collection[int]) -> list[Draft]:
    return [each for each in drafts if each.row not in doubtful]


def _referenced(drafts: Iterable[Draft], waiting: Mapping[int, Asked], batch: str | None) -> list[Draft]:
    return [replace(each, reference=Reference(waiting[each.row or 0].reference, batch)) for each in drafts]


def _subject(drafts: Iterable[Draft]) -> bytes:
    """What tells this batch from others, so that a killed call continues. No document number goes into it."""
    content = sha256(_DOMAIN)
    for each in drafts:
        name = each.reference.name if each.reference else ""
        content.update(sha256(name.encode()).digest() + each.facts)
    return content.digest()


def _register(context: Context, asked: Iterable[Asked]) -> None:
    found = (context.ledger.referred(each.reference) for each in asked)
    batches = {each.certificate.batch for each in found if each and each.certificate.state is State.SIGNED}
    for batch in sorted(batches):
        steps.register(context, context.ledger.batch(batch))


def _answers(context: Context, asked: Sequence[Asked], findings: Iterable[Finding]) -> list[Answered]:
    by_row: dict[int, list[Finding]] = {each.row: [] for each in asked}
    for finding in findings:
        by_row[finding.row].append(finding)
    answers = []
    for each in asked:
        found = None if by_row[each.row] else context.ledger.referred(each.reference)
        answers.append(Answered(each, found.certificate if found else None, tuple(by_row[each.row])))
    return answers
