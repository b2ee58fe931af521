"""The commands that change a status: revoke, suspend, restore. Written into the queue first, then submitted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from credential.model import Status
from credential.request import MAX_CHANGES, ChangeReason
from signer.certificates.drafts import read_certificate
from signer.changes import preview, queueing, selecting
from signer.changes.selecting import Selection
from signer.context import Context
from signer.errors import Json, SignerError, refused
from signer.ledger import model as ledgers
from signer.ledger.model import State
from signer.ledger.queue import Part

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Action:
    """A change of status: from which states, to which; what is already there needs no change."""

    name: str
    status: Status
    sources: frozenset[State]
    done_zh: str
    done_en: str

    @property
    def state(self) -> State:
        """What the certificates are in afterwards."""
        return queueing.STATES[self.status]


REVOKE = Action("revoke", Status.REVOKED, frozenset({State.REGISTERED, State.SUSPENDED}), "已撤销", "revoked")
SUSPEND = Action("suspend", Status.SUSPENDED, frozenset({State.REGISTERED}), "已暂停", "suspended")
RESTORE = Action("restore", Status.VALID, frozenset({State.SUSPENDED}), "已恢复", "restored")


@dataclass(frozen=True, slots=True)
class ChangeOptions:
    """How a change is made: asked about or not, now or later, and where a proposal is written."""

    yes: bool = False
    submit: bool = True
    dry_run: bool = False
    proposal: Path | None = None


def change_status(
    context: Context, action: Action, selected: Selection, reason: ChangeReason, options: ChangeOptions
) -> Json:
    """Give all of these one status: all or none in each request. What has it already, or waits for it, is left alone.

    More certificates than one person may change wait for a second person's approval.
    """
    certificates = selecting.chosen(context, selected)
    pending = context.ledger.queue.pending()
    _require_states(certificates, action, pending, offline=not options.submit)
    ids = [each.id for each in certificates]
    waiting = [each for each in certificates if _state(each, pending) is not action.state]
    queued = sum(pending.get(each.id) is action.status for each in certificates)
    told: Json = {
        "numbers": [each.number for each in certificates],
        "already": len(certificates) - len(waiting) - queued,
    }
    if waiting:
        _preview(context, action, waiting, reason)
    if options.dry_run:
        return {**told, "changed": 0, "at": None, "waiting": queued, "dry_run": True}
    if waiting:
        zh, en = preview.DONE[action.status]
        confirm(context, options, f"{zh} {len(waiting)} 张？", f"{en}: {len(waiting)}?")
        _enqueue(context, action, waiting, reason)
    return {**told, **_submit(context, action, ids, options)}


def _state(certificate: ledgers.Certificate, pending: Mapping[int, Status]) -> State:
    """What it will be once everything that waits is submitted."""
    if certificate.id in pending:
        return queueing.STATES[pending[certificate.id]]
    return certificate.state


def _preview(
    context: Context, action: Action, certificates: Sequence[ledgers.Certificate], reason: ChangeReason
) -> None:
    shown = [read_certificate(each.data) for each in certificates]
    for zh, en in preview.of_status(shown, action.status, reason):
        context.voice.say(zh, en)
    tell_limit(context, len(shown))


def tell_limit(context: Context, count: int) -> None:
    """Say that another person must approve, if so many are more than one person changes."""
    alone = context.configuration.alone
    if count > alone:
        context.voice.say(
            f"超过 {alone} 张，须另一人复核后才提交。",
            f"more than {alone}: submitted only after another person's approval.",
        )


def confirm(context: Context, options: ChangeOptions, zh: str, en: str) -> None:
    """Ask; what cannot be undone needs --yes where nobody can be asked. SignerError if not wanted."""
    if not options.yes and not context.voice.confirm(zh, en):
        raise refused("declined", "已取消，什么都没有改。", "cancelled; nothing was changed.")


def _enqueue(context: Context, action: Action, waiting: Sequence[ledgers.Certificate], reason: ChangeReason) -> None:
    ordered = sorted(waiting, key=lambda each: (each.entry.list, each.entry.idx))
    parts = [_part(action, ordered[at : at + MAX_CHANGES], reason) for at in range(0, len(ordered), MAX_CHANGES)]
    queue = context.ledger.queue
    held = len(waiting) > context.configuration.alone
    queue.add(parts, action.status, reason, context.clock(), context.new_id, held=held)


def _part(action: Action, certificates: Sequence[ledgers.Certificate], reason: ChangeReason) -> Part:
    ids = tuple(each.id for each in certificates)
    named = ",".join(map(str, ids))
    return Part(sha256(f"{action.name} {reason.name} {named}".encode()).digest(), ids)


def _submit(context: Context, action: Action, ids: Collection[int], options: ChangeOptions) -> Json:
    """Send what is about these certificates, now or later, and say what waits."""
    changed, when = queueing.send(context, ids) if options.submit else (0, None)
    if changed:
        context.voice.say(f"{action.done_zh} {changed} 张", f"{action.done_en}: {changed}")
    queue = context.ledger.queue
    about = [(each, queue.certificates(each)) for each in queue.waiting()]
    left = [(each, numbers) for each, numbers in about if not set(ids).isdisjoint(numbers)]
    proposal = queueing.propose(context, options.proposal, [each.request_id for each, _ in left])
    count = sum(len(numbers) for _, numbers in left)
    if count and not options.submit:
        context.voice.say(
            f"已记下 {count} 张，没有提交（--no-submit）：提交以前不生效。",
            f"{count} noted and not submitted (--no-submit): not in force until they are.",
        )
    if not changed and not count:
        context.voice.say("早已如此，没有可改的。", "they are so already; nothing to change.")
    more: Json = {} if proposal is None else {"proposal": str(proposal)}
    return {"changed": changed, "at": when, "waiting": count, **more}


def _require_states(
    certificates: Sequence[ledgers.Certificate], action: Action, pending: Mapping[int, Status], *, offline: bool
) -> None:
    """SignerError naming everything that cannot become this. Registrations go first, so signed is enough offline."""
    allowed = action.sources | {action.state}
    allowed |= {State.SIGNED} if offline and State.REGISTERED in allowed else frozenset()
    wrong = [each for each in certificates if _state(each, pending) not in allowed]
    if wrong:
        raise wrong_state(wrong)


def wrong_state(certificates: Sequence[ledgers.Certificate]) -> SignerError:
    """The error for certificates whose state does not allow what is asked."""
    said = [(each.number, *STATE_NAMES[each.state]) for each in certificates[:_SHOWN]]
    more = len(certificates) - len(said)
    return refused(
        "wrong-state",
        "\n".join(f"编号 {number} 现在的状态是{zh}，不能这样做。" for number, zh, _ in said)
        + (f"\n另有 {more} 个。" if more else ""),
        "\n".join(f"number {number} is {en}: this cannot be done." for number, _, en in said)
        + (f"\nand {more} more." if more else ""),
    )


STATE_NAMES = {
    State.SIGNED: ("“已签未登记”（请先运行 yinxin-signer submit）", "signed but not registered (first run submit)"),
    State.REGISTERED: ("“有效”", "valid"),
    State.SUSPENDED: ("“已暂停”", "suspended"),
    State.REVOKED: ("“已撤销”", "revoked"),
    State.SUPERSEDED: ("“已被取代”", "superseded"),
}
