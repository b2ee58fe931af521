"""The command `sign`: from a roster to registered certificates; and `submit`, for what still waits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from credential.keyfile import Purpose
from credential.trust_list import Issuer
from signer import (
    columns,
    doubts,
    earlier,
    evidence,
    files,
    issue,
    output,
    paper,
    preview,
    published,
    receipts,
    reporting,
    reserving,
    work,
)
from signer.context import Context, Step
from signer.errors import Exit, Json, SignerError, number_of, refused
from signer.findings import Finding, finding_json, finding_lines
from signer.issue import Draft, Fault, RowDrafts
from signer.ledger import Batch, Skipped
from signer.paper import Printer, Printing
from signer.portions import Many, portions
from signer.printing.options import PrintOptions
from signer.published import Published
from signer.roster.model import Roster

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class SignOptions:
    """What the command line asks of `sign`."""

    out: Path
    skip_bad: bool = False
    dry_run: bool = False
    yes: bool = False
    submit: bool = True
    repeat: bool = False
    printing: PrintOptions | None = None
    confirmed: frozenset[str] = frozenset()
    evidence: Path | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a roster comes to by what is published now: what may be signed, and what is wrong with the rest.

    `doubts` are about drafts: they may be signed once somebody said that they are right.
    """

    published: Published
    drafts: Many[Draft]
    findings: list[Finding]
    doubts: list[Finding]


class RowsRefusedError(SignerError):
    """Rows must be mended first; nothing was signed."""

    findings: tuple[Json, ...] = ()


def sign_roster(context: Context, roster: Roster, options: SignOptions) -> Json:
    """Sign a roster, or continue where an earlier run of the same roster stopped."""
    printing = Printing(options.printing, roster)
    printer = printing.ready()
    signed = context.ledger.signed_batch("sign", roster.sha256)
    skipped: list[Json] = []
    proof = None if options.evidence is None else evidence.digest(options.evidence)
    if signed is None:
        found = plan(context, roster, repeat=options.repeat, printer=printer, is_offline=not options.submit)
        skipped = [finding_json(each, roster.name) for each in found.findings]
        if skipped and not options.skip_bad:
            raise rows_refused(skipped, same=earlier.looks_like(context, found.findings, len(roster.rows)))
        _tell_preview(context, found.drafts, len(_rows_of(found.findings)))
        if options.dry_run:
            told = [finding_json(each, roster.name) for each in found.doubts]
            return {**_summary(roster, None, found.drafts), "dry_run": True, "skipped": skipped, "to_confirm": told}
        doubts.settle(context, found.doubts, roster.name, options.confirmed, ask=not options.yes)
        files.require_folder(options.out / output.PICTURES)
        _confirm(context, options, len(found.drafts))
        evidence.keep(context, roster.sha256, None, proof)
        context.ledger.note_skipped(roster.sha256, [_skipped(each) for each in found.findings])
        signed = work.sign(context, found.published, "sign", roster.sha256, found.drafts)
    else:
        earlier.tell(context, signed, submit=options.submit, dry_run=options.dry_run)
        if options.dry_run:
            return {**_summary(roster, signed, ()), "dry_run": True, "skipped": []}
        evidence.keep(context, roster.sha256, signed, proof)
    with earlier.kept(context, signed):
        done = {**_summary(roster, signed, ()), **finish(context, signed, options), "skipped": skipped}
        done |= evidence.listed(context, proof, options.out)
        standing = context.ledger.standing(signed, corrected=True)
        done |= paper.deliver(context, printer, standing, printing, options.out)
        return done | reporting.write(context, signed, options.out)


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


def finish(context: Context, batch: Batch, options: SignOptions) -> Json:
    """Draw, list and register a signed batch; of one that was registered before nothing is said to be new."""
    was_registered = earlier.is_registered(context, batch)
    path = work.deliver(context, context.ledger.standing(batch, corrected=False), options.out)
    zh, en = ("", "") if was_registered else (f"已签发 {batch.wanted} 张，", f"signed {batch.wanted}; ")
    context.voice.say(
        f"{zh}二维码都已读回核对：{path.parent / output.PICTURES}",
        f"{en}every QR code was read back: {path.parent / output.PICTURES}",
    )
    result: Json = {"signed": batch.wanted, "out": str(options.out), "credentials": str(path)}
    if options.submit or was_registered:
        told = _register(context, batch, is_new=not was_registered)
        return {**result, **told, **receipts.deliver(context, batch, options.out)}
    context.voice.say(
        "未登记（--no-submit）。登记之前谁也查不到；请运行 yinxin-signer submit。",
        "not registered (--no-submit): nobody can verify them before yinxin-signer submit.",
    )
    return {**result, "registered": 0, "registered_at": None, "receipts": [], "receipt": None}


def _register(context: Context, batch: Batch, *, is_new: bool) -> Json:
    when = work.register(context, batch)
    if is_new:
        context.voice.say(f"已登记 {batch.wanted} 张，时间 {when}", f"registered {batch.wanted}, at {when}")
    return {"registered": batch.wanted, "registered_at": when}


def sift(
    context: Context, roster: Roster, issuer: Issuer, *, repeat: bool, printer: Printer | None = None
) -> tuple[RowDrafts, list[Finding]]:
    """The drafts that may be signed, and everything that is wrong with the other rows, in order of rows."""
    drafts, faults, now = RowDrafts(roster.rows), list[Fault](), context.clock()
    unprintable = paper.examiner(context, printer, issuer)
    done, total = 0, len(drafts)
    for part in portions(drafts):
        faults += issue.faults(part, issuer, now)
        if not repeat:
            faults += _signed_before(context, part)
        faults += unprintable(part)
        done += len(part)
        context.voice.reached(Step.CHECKED, done, total)
    found: list[Finding] = [*roster.problems, *columns.placed(faults, roster.header)]
    bad = _rows_of(found)
    return RowDrafts(roster.rows, frozenset(bad)), sorted(found, key=lambda each: each.row)


def _skipped(finding: Finding) -> Skipped:
    """What a report says of it, without what the cell held."""
    return Skipped(finding.row, finding.column, finding.code.value, finding.why_zh, finding.why_en)


def _signed_before(context: Context, drafts: Iterable[Draft]) -> list[Fault]:
    found = []
    for draft in drafts:
        earlier = context.ledger.with_facts(draft.facts)
        if earlier is not None:
            found.append(issue.already_signed(draft, earlier.number))
    return found


def _rows_of(findings: Sequence[Finding]) -> set[int]:
    return {each.row for each in findings}


_SKIP = ("，或加 --skip-bad 跳过这些行", ", or skip those rows with --skip-bad")


def rows_refused(
    findings: Sequence[Json], *, is_roster: bool = True, same: tuple[str, str] | None = None
) -> RowsRefusedError:
    """The error for a roster or a sheet of changes with bad rows, which lists the first of them.

    `same` is a line to come before everything else.
    """
    first = ("", "") if same is None else (f"{same[0]}\n", f"{same[1]}\n")
    pairs = [finding_lines(each) for each in findings[:_SHOWN]]
    count = len(findings)
    more_zh = f"\n……还有 {count - _SHOWN} 处" if count > _SHOWN else ""
    more_en = f"\n... and {count - _SHOWN} more" if count > _SHOWN else ""
    skip_zh, skip_en = (
        ("，或加 --skip-bad 跳过这些行", ", or skip those rows with --skip-bad") if is_roster else ("", "")
    )
    error = RowsRefusedError(
        Exit.REFUSED,
        "rows-refused",
        f"{first[0]}{'名册' if is_roster else '清单'}有 {count} 处问题，一张也没有签。请改好再来{skip_zh}。\n"
        + "\n".join(zh for zh, _ in pairs) + more_zh,
        f"{first[1]}the {'roster' if is_roster else 'list'} has {number_of(count, 'problem')}; nothing was signed."
        f" Mend {'it' if count == 1 else 'them'}{skip_en}.\n"
        + "\n".join(en for _, en in pairs) + more_en,
    )  # fmt: skip
    error.findings = tuple(findings)
    return error


def _tell_preview(context: Context, drafts: Many[Draft], skipped: int) -> None:
    context.voice.say(f"将签发 {len(drafts)} 张：", f"to be signed: {len(drafts)}:")
    for zh, en in preview.lines(drafts):
        context.voice.say(zh, en)
    if skipped:
        context.voice.say(f"跳过 {skipped} 行有问题的。", f"skipping {number_of(skipped, 'bad row')}.")


def _confirm(context: Context, options: SignOptions, count: int) -> None:
    if count and not options.yes and not context.voice.confirm(f"签发这 {count} 张吗？", f"sign these {count}?"):
        raise refused("declined", "已取消，什么都没有签。", "cancelled; nothing was signed.")


def _summary(roster: Roster, batch: Batch | None, drafts: Many[Draft]) -> Json:
    return {
        "roster": roster.name,
        "roster_sha256": roster.sha256.hex(),
        "batch": batch.id if batch else None,
        "certificates": batch.wanted if batch else len(drafts),
        "preview": preview.as_json(drafts),
    }
