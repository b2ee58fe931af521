"""What waits to be submitted: registrations and changes of status. Sent in order, each once, and told one by one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from credential.approval import MEDIA_TYPE as APPROVED
from credential.approval import Approved
from credential.keyfile import Purpose
from credential.model import Seconds, Status, rfc3339
from credential.request import Content, Request, seal
from credential.sign import Signer
from signer.batches import receipts, steps
from signer.changes import proposals
from signer.changes.preview import DONE
from signer.changes.proposals import Asked, Proposal
from signer.changes.reasons import REASONS
from signer.context import Context
from signer.errors import Exit, Json, SignerError, refused, usage
from signer.ledger.model import Batch, State
from signer.ledger.queue import Change
from signer.remote.client import RegistryRefusedError

STATES: Final = {
    Status.VALID: State.REGISTERED,
    Status.REVOKED: State.REVOKED,
    Status.SUSPENDED: State.SUSPENDED,
}
NEEDS_APPROVER: Final = "second-approver-needed"
_PROPOSALS: Final = "proposals"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: a batch's registration or a change, since when, and for what."""

    name: str
    zh: str
    en: str
    count: int
    since: Seconds
    approval: bool
    refused: str | None = None

    def as_json(self) -> Json:
        """For programs."""
        return {
            "name": self.name,
            "what": self.en,
            "count": self.count,
            "since": rfc3339(self.since),
            "waits_for": "approval" if self.approval else "submission",
            "refused": self.refused,
        }


def waiting(context: Context) -> list[Waiting]:
    """Everything that waits, registrations first."""
    unapproved = context.ledger.queue.unapproved()
    found = [_batch(context, batch, unapproved) for batch in context.ledger.unregistered()]
    return [*found, *(_change(context, change, unapproved) for change in context.ledger.queue.waiting())]


def _batch(context: Context, batch: Batch, unapproved: Collection[bytes]) -> Waiting:
    held = any(each.request_id in unapproved for each in context.ledger.submissions_of(batch))
    return Waiting(f"B{batch.id}", "登记", "register", batch.wanted, batch.signed_at or Seconds(0), held)


def _change(context: Context, change: Change, unapproved: Collection[bytes]) -> Waiting:
    zh, en = DONE[change.status]
    why = REASONS[change.reason]
    count = len(context.ledger.queue.certificates(change))
    held = change.request_id in unapproved
    return Waiting(f"C{change.id}", f"{zh}：{why.zh}", f"{en} ({why.en})", count, change.since, held, change.refused)


def show(context: Context) -> Json:
    """The command `queue`: say all that waits, since when, and for what."""
    found = waiting(context)
    for each in found:
        for_zh, for_en = ("待复核", "waits for an approval") if each.approval else ("待提交", "waits to be submitted")
        no_zh, no_en = (f"；上次被拒绝：{each.refused}", f"; refused: {each.refused}") if each.refused else ("", "")
        context.voice.say(
            f"{each.name}  {each.zh}  {each.count} 张  自 {rfc3339(each.since)}  {for_zh}{no_zh}",
            f"{each.name}  {each.en}  {each.count}  since {rfc3339(each.since)}  {for_en}{no_en}",
        )
    if not found:
        context.voice.say("没有等待提交的。", "nothing waits.")
    return {"waiting": [each.as_json() for each in found]}


def warn(context: Context) -> None:
    """At a command's end: say that something waits, for what is not submitted is not in force."""
    found = waiting(context)
    if not found:
        return
    changes = sum(each.count for each in found if each.name.startswith("C"))
    count = sum(each.count for each in found)
    since = rfc3339(min(each.since for each in found))
    held = sum(each.approval for each in found)
    context.voice.say(
        f"注意：还有 {count} 张等待提交，最早自 {since}（其中改变状态 {changes} 张，尚未生效；{held} 项待复核）。"
        "详见 yinxin-signer queue，提交用 submit。",
        f"note: {count} wait to be submitted, the oldest since {since} ({changes} changes of status, which are not in"
        f" force yet; {held} wait for an approval). See yinxin-signer queue; submit sends them.",
    )


def discard(context: Context, name: str) -> Json:
    """Take back a change that was never done. SignerError: none of this name, or it may have arrived already."""
    change = next((each for each in context.ledger.queue.waiting() if f"C{each.id}" == name.upper()), None)
    if change is None:
        raise usage(
            "nothing-waits",
            f"没有等待提交的改变 {name}。签好的证书不能撤回，只能登记后撤销。",
            f"no change {name} waits. What is signed cannot be taken back, only registered and revoked.",
        )
    if change.tried_at is not None:
        raise refused(
            "maybe-done",
            f"{name} 已经发出过，还不知道结果。请先运行 submit。",
            f"{name} was sent, and its answer is not known yet. First run submit.",
        )
    context.ledger.queue.discard(change)
    context.voice.say(f"已取消 {name}。", f"{name} is taken back.")
    return {"discarded": name.upper()}


def send(context: Context, only: Collection[int] | None = None) -> tuple[int, str | None]:
    """Send what may be sent of the changes, in order: how many certificates changed, and when the last did.

    `only` limits it to changes about these certificates. What waits for an approval holds up later changes of the same
    certificates and nothing else. SignerError: the first refusal, after all others were tried; or the registry is away.
    """
    queue, held = context.ledger.queue, set[int]()
    unapproved, count, when = queue.unapproved(), 0, None
    first: SignerError | None = None
    key: Signer | None = None
    for change in queue.waiting():
        about = set(queue.certificates(change))
        if only is not None and about.isdisjoint(only):
            continue
        if change.request_id in unapproved or about & held:
            held |= about
            continue
        key = key or context.open_key(Purpose.REQUEST)
        try:
            when = _send(context, change, key)
            count += len(about)
        except RegistryRefusedError as error:
            held |= about
            first = first or (None if _waits_now(context, [change.request_id], error) else error)
    if first is not None:
        raise first
    return count, when


def _waits_now(context: Context, requests: Sequence[bytes], error: RegistryRefusedError) -> bool:
    """Whether the refusal only asks for a second person, whom nobody had asked yet; then they are asked now.

    An approval that the registry did not accept is dropped, and the refusal stands: it says what was wrong with it.
    """
    if error.slug != NEEDS_APPROVER:
        return False
    queue = context.ledger.queue
    was_given = any(queue.approval(each) is not None for each in requests)
    queue.await_approval(requests, context.clock())
    return not was_given


def _send(context: Context, change: Change, key: Signer) -> str:
    queue = context.ledger.queue
    sealed = context.sealed(change.request_id, queue.content(change), key)
    queue.trying(change, context.clock())
    given = queue.approval(change.request_id)
    try:
        if given is None:
            when = context.client.change_status(sealed)
        else:
            when = context.client.change_status(lambda: Approved(sealed(), given).encode(), APPROVED)
    except RegistryRefusedError as error:
        queue.refused(change, error.slug)
        raise
    queue.done(change, when, STATES[change.status].value)
    return when


# A second person


def propose(context: Context, path: Path | None, only: Collection[bytes] | None = None) -> Path | None:
    """Write what waits for an approval into a file for the approver; None if nothing does. `only` names requests."""
    wanted = context.ledger.queue.unapproved()
    wanted = wanted if only is None else wanted & frozenset(only)
    if not wanted:
        return None
    key = context.open_key(Purpose.REQUEST)
    asked = [*_batches_asked(context, wanted, key), *_changes_asked(context, wanted, key)]
    found = path or _default_path(context, min(wanted))
    proposals.write(found, Proposal(context.configuration.code, tuple(asked)))
    context.voice.say(
        f"须另一人复核，尚未生效。待复核文件：{found}\n"
        f"交给复核人，在其自己的电脑或账号上运行：yinxin-signer approve {found.name}\n"
        f"拿回结果后运行：yinxin-signer submit --approved 文件",
        f"another person must approve; nothing is in force yet. The proposal: {found}\n"
        f"The approver runs on a machine or account of their own: yinxin-signer approve {found.name}\n"
        "With what comes back, run: yinxin-signer submit --approved FILE",
    )
    return found


def _default_path(context: Context, request_id: bytes) -> Path:
    folder = context.home.path / _PROPOSALS
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{request_id.hex()[:8]}.proposal"


def _changes_asked(context: Context, wanted: Collection[bytes], key: Signer) -> list[Asked]:
    queue = context.ledger.queue
    return [
        Asked(
            _sealed(context, each.request_id, queue.content(each), key),
            tuple(context.ledger.by_id(number).data for number in queue.certificates(each)),
        )
        for each in queue.waiting()
        if each.request_id in wanted
    ]


def _batches_asked(context: Context, wanted: Collection[bytes], key: Signer) -> list[Asked]:
    asked = []
    for batch in context.ledger.unregistered():
        for submission in steps.submissions(context, batch):
            if submission.request_id in wanted:
                part = context.ledger.portion(batch, submission.first, submission.first + submission.count)
                content, _ = steps.content(context, submission, part)
                standing = [context.ledger.by_id(each.replaces).data for each in part if each.replaces is not None]
                asked.append(Asked(_sealed(context, submission.request_id, content, key), tuple(standing)))
    return asked


def _sealed(context: Context, request_id: bytes, content: Content, key: Signer) -> bytes:
    nonce = context.new_id()
    return seal(Request(context.configuration.code, request_id, context.clock(), nonce, content), key)


def take_approvals(context: Context, path: Path) -> int:
    """Keep the approvals of a file; how many. SignerError if nothing here waits for any of them."""
    kept = sum(context.ledger.queue.approved(*each) for each in proposals.read_approvals(path))
    if not kept:
        raise refused(
            "approval-of-nothing",
            "这里没有等待这些复核的请求：可能已经提交，或不是这个机构文件夹。",
            "nothing here waits for these approvals: it may be submitted already, or this is another home.",
        )
    return kept


def submit(context: Context, approved: Path | None = None) -> Json:
    """Send everything that waits, registrations before changes; what the registry refuses holds up nothing else."""
    if approved is not None:
        count = take_approvals(context, approved)
        context.voice.say(f"已收下 {count} 份复核。", f"{count} approvals taken in.")
    if not waiting(context):
        context.voice.say("没有等待登记或提交的。", "nothing waits to be submitted.")
    batches, faults = _register_all(context)
    changed, when, fault = _send_all(context)
    proposal = propose(context, None)
    faults += fault
    if faults:
        raise faults[0]
    registered = sum(_count(each["registered"]) for each in batches)
    told = {"batches": batches, "registered": registered, "changed": changed, "at": when}
    return told | ({} if proposal is None else {"proposal": str(proposal)})


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def _register_all(context: Context) -> tuple[list[Json], list[SignerError]]:
    results: list[Json] = []
    faults: list[SignerError] = []
    for batch in context.ledger.unregistered():
        try:
            results += register(context, batch)
        except SignerError as error:
            if error.exit is not Exit.REFUSED:
                raise
            context.voice.say(error.zh, error.en)
            faults.append(error)
    return results, faults


def register(context: Context, batch: Batch, out: Path | None = None) -> list[Json]:
    """Register a batch, unless it waits for an approval; what was registered. Receipts are put into `out`."""
    ids = [each.request_id for each in steps.submissions(context, batch)]
    if not context.ledger.queue.unapproved().isdisjoint(ids):
        context.voice.say(
            f"第 {batch.id} 批 {batch.wanted} 张待复核，没有登记。",
            f"batch {batch.id} ({batch.wanted}) waits for an approval and is not registered.",
        )
        return []
    try:
        when = steps.register(context, batch)
    except RegistryRefusedError as error:
        if _waits_now(context, ids, error):
            return []
        raise
    context.voice.say(f"已登记 {batch.wanted} 张，时间 {when}", f"registered {batch.wanted}, at {when}")
    done: Json = {"batch": batch.id, "registered": batch.wanted, "registered_at": when}
    return [done | receipts.deliver(context, batch, out)]


def _send_all(context: Context) -> tuple[int, str | None, Sequence[SignerError]]:
    try:
        changed, when = send(context)
    except RegistryRefusedError as error:
        context.voice.say(error.zh, error.en)
        return 0, None, [error]
    if changed:
        context.voice.say(f"已改变状态 {changed} 张，时间 {when}", f"statuses changed: {changed}, at {when}")
    return changed, when, []
