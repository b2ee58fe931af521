"""The command `sign`: from a roster to registered certificates."""

from dataclasses import dataclass
from pathlib import Path

from signer import files
from signer.batches import evidence, output, receipts, steps
from signer.certificates import preview
from signer.certificates.drafts import Draft
from signer.checking import doubts, earlier
from signer.checking.findings import Finding, finding_json
from signer.checking.refusing import rows_refused
from signer.checking.sifting import plan
from signer.context import Context
from signer.errors import Json, number_of, refused
from signer.ledger.model import Batch, Skipped
from signer.portions import Many
from signer.printing import paper
from signer.printing.options import PrintOptions
from signer.printing.paper import Printing
from signer.reports import writing
from signer.roster.model import Roster


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
        _tell_preview(context, found.drafts, len({each.row for each in found.findings}))
        if options.dry_run:
            told = [finding_json(each, roster.name) for each in found.doubts]
            return {**_summary(roster, None, found.drafts), "dry_run": True, "skipped": skipped, "to_confirm": told}
        doubts.settle(context, found.doubts, roster.name, options.confirmed, ask=not options.yes)
        files.require_folder(options.out / output.PICTURES)
        _confirm(context, options, len(found.drafts))
        evidence.keep(context, roster.sha256, None, proof)
        context.ledger.note_skipped(roster.sha256, [_skipped(each) for each in found.findings])
        signed = steps.sign(context, found.published, "sign", roster.sha256, found.drafts)
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
        return done | writing.write(context, signed, options.out)


def finish(context: Context, batch: Batch, options: SignOptions) -> Json:
    """Draw, list and register a signed batch; of one that was registered before nothing is said to be new."""
    was_registered = earlier.is_registered(context, batch)
    path = steps.deliver(context, context.ledger.standing(batch, corrected=False), options.out)
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
    when = steps.register(context, batch)
    if is_new:
        context.voice.say(f"已登记 {batch.wanted} 张，时间 {when}", f"registered {batch.wanted}, at {when}")
    return {"registered": batch.wanted, "registered_at": when}


def _skipped(finding: Finding) -> Skipped:
    """What a report says of it, without what the cell held."""
    return Skipped(finding.row, finding.column, finding.code.value, finding.why_zh, finding.why_en)


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
