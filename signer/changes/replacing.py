"""The commands that make a certificate anew: correct and renew retire the old one, reissue draws it again."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from credential import cose
from credential.keyfile import Purpose
from credential.request import MAX_BATCH
from signer import files
from signer.batches import steps
from signer.certificates import drafts, objections
from signer.certificates.drafts import Draft
from signer.changes import preview, queueing, selecting
from signer.changes.changing import ChangeOptions, confirm, tell_limit, wrong_state
from signer.changes.preview import Replacement
from signer.changes.selecting import Selection
from signer.changes.wishes import Wish
from signer.checking.findings import finding_json
from signer.checking.refusing import rows_refused
from signer.context import Context
from signer.errors import Exit, Json, SignerError, refused, usage
from signer.keys import record
from signer.ledger import model as ledgers
from signer.ledger.model import Batch, State
from signer.printing import paper
from signer.printing.paper import NOT_PRINTED, Printing
from signer.printing.printer import Printer
from signer.remote import published
from signer.remote.published import Published

STANDING: Final = frozenset({State.REGISTERED, State.SUSPENDED})
CHUNK: Final = MAX_BATCH
"""The most certificates that are replaced in one batch."""


@dataclass(frozen=True, slots=True)
class ReplaceOptions:
    """How certificates are replaced; `source` is what faults are told of: a list's name, and its column of numbers."""

    out: Path
    change: ChangeOptions
    printing: Printing = NOT_PRINTED
    source: tuple[str, str] = ("", "编号")


@dataclass(frozen=True, slots=True)
class _Target:
    """What is replaced, by what; `pending` is the new certificate if an earlier run has signed it already."""

    old: ledgers.Certificate
    draft: Draft
    pending: ledgers.Certificate | None
    key_was_stolen: bool

    @property
    def is_fresh(self) -> bool:
        """Whether it is yet to be signed: it says something else, or the old one's key was stolen."""
        return self.pending is None and (self.key_was_stolen or self.draft.facts != _facts_of(self.old))

    @property
    def is_open(self) -> bool:
        """Whether the old certificate is yet to be superseded."""
        return self.pending is not None or self.is_fresh


def replace_all(context: Context, kind: str, wishes: Sequence[Wish], options: ReplaceOptions) -> Json:
    """New certificates take the places of old ones under the same numbers; all are checked before any is signed.

    What says so already is left alone. Killed anywhere and run again with the same list, it comes to one result.
    """
    printer = options.printing.ready()
    targets = _targets(context, wishes, options)
    fresh = [each for each in targets if each.is_fresh]
    current = _current(context, options.change) if fresh else None
    if current is not None:
        _require_fit(context, current, fresh, printer, options)
    waiting = [each for each in targets if each.is_open]
    zh, en = _preview(context, waiting)
    if options.change.dry_run:
        return {"changed": 0, "unchanged": len(targets) - len(waiting), "waiting": len(waiting), "dry_run": True}
    if waiting:
        files.require_folder(options.out)
        confirm(context, options.change, f"{zh} {len(waiting)} 张？", f"{en} {len(waiting)}?")
    batches = list(_signed(context, kind, targets, current))
    return _finished(context, wishes, targets, batches, options, printer)


def _targets(context: Context, wishes: Sequence[Wish], options: ReplaceOptions) -> list[_Target]:
    """What each wish is about. SignerError that names every row that cannot be done."""
    queued, stolen = context.ledger.queue.pending().keys(), stolen_kids(context)
    found, faults = [], []
    for wish in wishes:
        try:
            found.append(_target(context, wish, queued, stolen))
        except SignerError as error:
            if wish.row is None:
                raise
            faults.append(_finding(wish, options.source, error))
    if faults:
        raise rows_refused(faults, is_roster=False)
    return found


def _finding(wish: Wish, source: tuple[str, str], error: SignerError) -> Json:
    file, column = source
    return {
        "file": file,
        "row": wish.row,
        "column": column,
        "shape": wish.number,
        "why_zh": error.zh,
        "why_en": error.en,
        "fix_zh": "核对编号和要改的内容，或从清单删去这一行",
        "fix_en": "check the number and what is to change, or take the row out of the list",
        "code": error.slug.upper().replace("-", "_"),
    }


def _target(context: Context, wish: Wish, queued: Collection[int], stolen: Collection[bytes]) -> _Target:
    newest = selecting.newest(context, wish.number)
    if newest.id in queued:
        raise refused(
            "waits-in-queue",
            f"编号 {newest.number} 有一项改变还等待提交（见 yinxin-signer queue），请先 submit。",
            f"a change of number {newest.number} waits to be submitted (yinxin-signer queue). First run submit.",
        )
    if newest.state is not State.SIGNED or newest.replaces is None:
        _require_standing(newest)
        return _Target(newest, _draft(wish, newest), None, is_signed_by(newest, stolen))
    old = context.ledger.by_id(newest.replaces)
    draft = _draft(wish, old)
    if draft.facts != _facts_of(newest):
        _require_standing(newest)
    return _Target(old, draft, newest, key_was_stolen=False)


def stolen_kids(context: Context) -> frozenset[bytes]:
    """The certificate keys that this machine was told are stolen, or that the registry has published as such."""
    known = context.newest_known()
    issuer = known.region.issuers.get(context.configuration.code) if known is not None else None
    declared = {each.kid for each in issuer.keys if each.compromised_since is not None} if issuer is not None else set()
    return frozenset(declared | record.stolen_kids(context.home))


def require_stolen(context: Context, wishes: Sequence[Wish]) -> None:
    """SignerError unless a stolen key signed one of these at least: without corrections only such are signed anew."""
    stolen = stolen_kids(context)
    if not any(is_signed_by(selecting.newest(context, each.number), stolen) for each in wishes):
        raise usage(
            "nothing-to-correct",
            "请给出要更正的内容，如 --name，或用 --list 表格。",
            "say what to correct, such as --name, or give a sheet with --list.",
        )


def is_signed_by(certificate: ledgers.Certificate, kids: Collection[bytes]) -> bool:
    """Whether one of these keys signed it."""
    return cose.decode_sign1(certificate.data, None).kid in kids


def _require_standing(certificate: ledgers.Certificate) -> None:
    if certificate.state not in STANDING:
        raise wrong_state([certificate])


def _draft(wish: Wish, old: ledgers.Certificate) -> Draft:
    draft = drafts.draft_of_certificate(wish.change(drafts.read_certificate(old.data)))
    return replace(draft, replaces=old.id, document=wish.document, row=wish.row)


def _facts_of(certificate: ledgers.Certificate) -> bytes:
    return drafts.draft_of_certificate(drafts.read_certificate(certificate.data)).facts


def _current(context: Context, options: ChangeOptions) -> Published:
    """What the registry publishes; what was fetched last, if it is away and nothing is to be submitted now."""
    try:
        return context.fetch()
    except SignerError as error:
        known = context.newest_known()
        if options.submit or error.exit is not Exit.UNAVAILABLE or known is None:
            raise
    context.voice.say(
        "登记机构连不上，按上次取得的名单核对。", "the registry is away: checked against what was fetched last."
    )
    return known


def _require_fit(
    context: Context, current: Published, fresh: Sequence[_Target], printer: Printer | None, options: ReplaceOptions
) -> None:
    issuer = published.require_issuer(current, context.configuration)
    published.require_may_sign(issuer, context.keyring.public(Purpose.CERTIFICATE), context.clock())
    drafts = [each.draft for each in fresh]
    faults = objections.faults(drafts, issuer, context.clock()) + paper.examiner(context, printer, issuer)(drafts)
    if faults:
        file = options.source[0] or fresh[0].old.number
        raise rows_refused([finding_json(each, file) for each in faults], is_roster=False)


def _preview(context: Context, targets: Sequence[_Target]) -> preview.Line:
    """Say what will happen, if anything will; what it is called."""
    shown = [_replacement(context, each) for each in targets]
    for zh, en in preview.of_replacements(shown) if shown else ():
        context.voice.say(zh, en)
    tell_limit(context, len(shown))
    return preview.called(shown)


def _replacement(context: Context, target: _Target) -> Replacement:
    old = drafts.read_certificate(target.old.data)
    return Replacement(old, drafts.sample(target.draft, context.configuration.code)._replace(number=old.number))


def _signed(context: Context, kind: str, targets: Sequence[_Target], current: Published | None) -> Iterator[Batch]:
    """The batches of all that is replaced, signed: those of earlier runs, and of each chunk's rest a new one."""
    for first in range(0, len(targets), CHUNK):
        chunk = targets[first : first + CHUNK]
        earlier = {each.pending.batch for each in chunk if each.pending is not None}
        yield from (context.ledger.batch(number) for number in sorted(earlier))
        fresh = [each for each in chunk if each.is_fresh]
        if fresh and current is not None:
            said = b"".join(f"{kind} {each.old.id} ".encode() + each.draft.facts for each in fresh)
            yield _sign(context, current, kind, sha256(said).digest(), [each.draft for each in fresh])


def _sign(context: Context, current: Published, kind: str, subject: bytes, drafts: Sequence[Draft]) -> Batch:
    try:
        return steps.sign(context, current, kind, subject, drafts)
    except SignerError as error:
        if error.exit is Exit.UNAVAILABLE:
            context.voice.say(
                "新证书要有登记机构给的序号，没有网络拿不到；序号已经给了的，断网也能签。",
                "new certificates need indices from the registry, which takes a network; with those it granted before,"
                " they are signed without one.",
            )
        raise


def _finished(
    context: Context,
    wishes: Sequence[Wish],
    targets: Sequence[_Target],
    batches: Sequence[Batch],
    options: ReplaceOptions,
    printer: Printer | None,
) -> Json:
    """Draw, register or hold, and print."""
    newest = [selecting.newest(context, each.number) for each in wishes]
    path = steps.deliver(context, newest, options.out)
    count = sum(each.is_open for each in targets)
    told: Json = {"out": str(options.out), "credentials": str(path), "batches": [each.id for each in batches]}
    told |= _counts(wishes, count)
    if count:
        _tell_replaced(context, count, options)
        told |= {"signed": count} | _registered(context, batches, count, options)
        told |= {"batch": batches[0].id} if "number" in told else {}
        newest = [selecting.newest(context, each.number) for each in wishes]
    given = {each.number: each.document for each in wishes if each.document is not None}
    documents = {each.id: given[each.number] for each in newest if each.number in given}
    printing = replace(options.printing, documents=documents)
    return told | paper.deliver(context, printer, newest, printing, options.out)


def _counts(wishes: Sequence[Wish], count: int) -> Json:
    if len(wishes) == 1 and wishes[0].row is None:
        return {"number": wishes[0].number, "changed": count == 1}
    return {"numbers": [each.number for each in wishes], "changed": count, "unchanged": len(wishes) - count}


def _tell_replaced(context: Context, count: int, options: ReplaceOptions) -> None:
    context.voice.say(
        f"已签 {count} 张新证书替换旧证书，编号不变；登记后旧证书即被取代：{options.out}",
        f"signed {count} under the same numbers; once registered, the old ones are superseded: {options.out}",
    )


def _registered(context: Context, batches: Sequence[Batch], count: int, options: ReplaceOptions) -> Json:
    """Register the batches, or hold them for a second person, or leave them for later."""
    requests = [each.request_id for batch in batches for each in steps.submissions(context, batch)]
    if count > context.configuration.alone:
        context.ledger.queue.hold(requests, context.clock())
    done: list[Json] = []
    if options.change.submit:
        done = [each for batch in batches for each in queueing.register(context, batch, options.out)]
    else:
        context.voice.say(
            "没有登记（--no-submit）：登记以前旧证书仍然有效，新证书核验不通过。",
            "not registered (--no-submit): until it is, the old ones stand and the new ones are not accepted.",
        )
    proposal = queueing.propose(context, options.change.proposal, requests)
    told: Json = {"registered": sum(each["registered"] for each in done if isinstance(each["registered"], int))}
    told["registered_at"] = done[-1]["registered_at"] if done else None
    told["receipt"] = done[-1]["receipt"] if done else None
    return told if proposal is None else {**told, "proposal": str(proposal)}


def reissue(context: Context, selected: Selection, out: Path, printing: Printing = NOT_PRINTED) -> Json:
    """Draw the same bytes again, and print them under new print serials if that is asked for; signs nothing."""
    printer = printing.ready()
    certificates = selecting.chosen(context, selected)
    wrong = [each for each in certificates if each.state not in STANDING | {State.SIGNED}]
    if wrong:
        raise wrong_state(wrong)
    path = steps.deliver(context, certificates, out)
    context.voice.say(
        f"已重新画出 {len(certificates)} 张，没有重新签名：{out}",
        f"drawn again, not signed again: {len(certificates)}: {out}",
    )
    named: Json = {"number": certificates[0].number} if selected.is_one else {}
    done: Json = {**named, "numbers": [each.number for each in certificates], "signed": 0, "out": str(out)}
    return {**done, "credentials": str(path), **paper.deliver(context, printer, certificates, printing, out)}
