"""The commands about certificates that exist: correct, renew, reissue, and their status at the registry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from credential import cose
from credential.keyfile import Purpose
from credential.model import (
    Certificate,
    DocumentType,
    LevelCertificate,
    Occupation,
    PostAppointment,
    RegionalHonour,
    Seconds,
    SpecialAbility,
    Status,
    Subject,
    day_from_date,
    start_of,
)
from credential.request import MAX_CHANGES, ChangeReason, ChangeStatus, StatusChange
from signer import issue, paper, published, work
from signer import ledger as ledgers
from signer.context import Context
from signer.custody import record
from signer.errors import Json, SignerError, refused, usage
from signer.findings import finding_json
from signer.issue import Draft
from signer.ledger import State
from signer.paper import NOT_PRINTED, Printer, Printing
from signer.roster.document import Document
from signer.signing import SignOptions, finish, rows_refused

_STANDING = frozenset({State.REGISTERED, State.SUSPENDED})
_Value = TypeVar("_Value")
_Change = Callable[[Certificate], Certificate]


@dataclass(frozen=True, slots=True)
class Corrections:
    """What `correct` changes; None leaves it. An empty specialisation removes it.

    `document` is the whole number of the document, for the registry; `document_last4` is then its last four.
    """

    name: str | None = None
    document_type: DocumentType | None = None
    document_last4: str | None = None
    title: str | None = None
    specialisation: str | None = None
    document: str | None = field(default=None, repr=False)


def with_document(corrections: Corrections, document: Document) -> Corrections:
    """The corrections, and this document."""
    return replace(corrections, document=document.number, document_type=document.type, document_last4=document.last4)


@dataclass(frozen=True, slots=True)
class Action:
    """A change of status: from which states, to which; what is already there needs no change."""

    name: str
    status: Status
    state: State
    sources: frozenset[State]
    done_zh: str
    done_en: str


REVOKE = Action("revoke", Status.REVOKED, State.REVOKED, _STANDING, "已撤销", "revoked")
SUSPEND = Action("suspend", Status.SUSPENDED, State.SUSPENDED, frozenset({State.REGISTERED}), "已暂停", "suspended")
RESTORE = Action("restore", Status.VALID, State.REGISTERED, frozenset({State.SUSPENDED}), "已恢复", "restored")


@dataclass(frozen=True, slots=True)
class _Target:
    """What is replaced, by what; `pending` is the new certificate if an earlier run has signed it already."""

    old: ledgers.Certificate
    draft: Draft
    pending: ledgers.Certificate | None


def correct(
    context: Context, number: str, corrections: Corrections, out: Path, printing: Printing = NOT_PRINTED
) -> Json:
    """A new certificate under the same number replaces the old one, which becomes superseded.

    Without corrections only where the old one's key was stolen: it says the same, signed by the key in use.
    """
    if corrections == Corrections() and not _key_was_stolen(context, _newest(context, number)):
        raise usage("nothing-to-correct", "请给出要更正的内容。", "say what to correct, such as --name.")
    wanted = replace(printing, document=corrections.document)
    return _replace(context, "correct", number, lambda old: _corrected(old, corrections), out, wanted)


def renew(context: Context, number: str, until: date, out: Path, printing: Printing = NOT_PRINTED) -> Json:
    """A post's certificate with a new term replaces the old one, under the same number."""
    ends = start_of(day_from_date(until + timedelta(days=1)))
    return _replace(context, "renew", number, lambda old: _renewed(old, ends), out, printing)


def _corrected(old: Certificate, corrections: Corrections) -> Certificate:
    person = old.person._replace(
        name=old.person.name if corrections.name is None else corrections.name,
        document_type=_or(corrections.document_type, old.person.document_type),
        document_last4=_or(corrections.document_last4, old.person.document_last4),
    )
    return old._replace(person=person, subject=_corrected_subject(old.subject, corrections))


def _or(new: _Value | None, old: _Value) -> _Value:
    return old if new is None else new


def _corrected_subject(subject: Subject, corrections: Corrections) -> Subject:
    match subject:
        case LevelCertificate() | SpecialAbility() | PostAppointment():
            return subject._replace(occupation=_corrected_occupation(subject.occupation, corrections))
        case RegionalHonour():
            if corrections.title is not None or corrections.specialisation is not None:
                raise usage(
                    "no-occupation",
                    "荣誉证书没有职业名称和职业方向。",
                    "an honour has neither an occupation title nor a specialisation.",
                )
            return subject


def _corrected_occupation(occupation: Occupation, corrections: Corrections) -> Occupation:
    specialisation = _or(corrections.specialisation, occupation.specialisation) or None
    return occupation._replace(title=_or(corrections.title, occupation.title), specialisation=specialisation)


def _renewed(old: Certificate, ends: Seconds) -> Certificate:
    match old.subject:
        case PostAppointment():
            return old._replace(subject=old.subject._replace(ends=ends))
        case LevelCertificate() | SpecialAbility() | RegionalHonour():
            raise usage(
                "not-a-post",
                "只有聘任证书有聘期，可以续聘。",
                "only a post's certificate has a term that can be renewed.",
            )


def _replace(context: Context, kind: str, number: str, change: _Change, out: Path, printing: Printing) -> Json:
    printer = printing.ready()
    done = _replaced(context, kind, number, change, SignOptions(out), printing.document, printer)
    return done | paper.deliver(context, printer, [_newest(context, number)], printing, out)


def _replaced(
    context: Context,
    kind: str,
    number: str,
    change: _Change,
    options: SignOptions,
    document: str | None,
    printer: Printer | None,
) -> Json:
    target = _target(context, number, change)
    target = replace(target, draft=replace(target.draft, document=document))
    if target.pending is not None:
        batch = context.ledger.batch(target.pending.batch)
    elif target.draft.facts == _facts_of(target.old) and not _key_was_stolen(context, target.old):
        context.voice.say(f"{number} 已经是这样，没有重签。", f"{number} says so already; nothing was signed.")
        path = work.deliver(context, [target.old], options.out)
        return {"number": number, "changed": False, "out": str(options.out), "credentials": str(path)}
    else:
        batch = _sign_replacement(context, kind, target, printer)
    context.voice.say(
        f"{number}：新证书替换旧证书，编号不变；登记后旧证书即被取代。",
        f"{number}: a new certificate replaces the old one under the same number; once registered, the old one"
        " is superseded.",
    )
    return {"number": number, "changed": True, "batch": batch.id, **finish(context, batch, options)}


def _target(context: Context, number: str, change: _Change) -> _Target:
    newest = _newest(context, number)
    if newest.state is not State.SIGNED or newest.replaces is None:
        _require_state(newest, _STANDING)
        return _Target(newest, _draft(change, newest), None)
    old = context.ledger.by_id(newest.replaces)
    draft = _draft(change, old)
    if draft.facts != _facts_of(newest):
        _require_state(newest, _STANDING)
    return _Target(old, draft, newest)


def _draft(change: _Change, old: ledgers.Certificate) -> Draft:
    draft = issue.draft_of_certificate(change(issue.read_certificate(old.data)))
    return replace(draft, replaces=old.id)


def _facts_of(certificate: ledgers.Certificate) -> bytes:
    return issue.draft_of_certificate(issue.read_certificate(certificate.data)).facts


def _key_was_stolen(context: Context, old: ledgers.Certificate) -> bool:
    """Whether this machine was told so, or the registry has published it."""
    kid = cose.decode_sign1(old.data, None).kid
    known = context.newest_known()
    issuer = known.region.issuers.get(context.configuration.code) if known is not None else None
    declared = {each.kid for each in issuer.keys if each.compromised_since is not None} if issuer is not None else set()
    return kid in declared | record.stolen_kids(context.home)


def _sign_replacement(context: Context, kind: str, target: _Target, printer: Printer | None) -> ledgers.Batch:
    current = context.fetch()
    issuer = published.require_issuer(current, context.configuration)
    published.require_may_sign(issuer, context.keyring.public(Purpose.CERTIFICATE), context.clock())
    faults = issue.faults([target.draft], issuer, context.clock())
    faults += paper.examiner(context, printer, issuer)([target.draft])
    if faults:
        raise rows_refused([finding_json(each, target.old.number) for each in faults])
    subject = sha256(f"{kind} {target.old.id} ".encode() + target.draft.facts).digest()
    return work.sign(context, current, kind, subject, [target.draft])


def reissue(context: Context, number: str, out: Path, printing: Printing = NOT_PRINTED) -> Json:
    """Draw the same bytes again, and print them under a new print serial if that is asked for; signs nothing."""
    printer = printing.ready()
    certificate = _newest(context, number)
    _require_state(certificate, _STANDING | {State.SIGNED})
    path = work.deliver(context, [certificate], out)
    context.voice.say(
        f"{number}：原证书已重新画出，没有重新签名：{out}", f"{number}: drawn again, not signed again: {out}"
    )
    done: Json = {"number": number, "signed": 0, "out": str(out), "credentials": str(path)}
    return done | paper.deliver(context, printer, [certificate], printing, out)


def change_status(context: Context, action: Action, numbers: Sequence[str], reason: ChangeReason) -> Json:
    """Ask the registry for one status for all of these numbers: all or none. What has it already is left alone."""
    distinct = list(dict.fromkeys(numbers))
    certificates = [_newest(context, number) for number in distinct]
    for each in certificates:
        _require_state(each, action.sources | {action.state})
    waiting = [each for each in certificates if each.state is not action.state]
    _require_few(len(waiting))
    when = _request_change(context, action, waiting, reason) if waiting else None
    already = len(certificates) - len(waiting)
    context.voice.say(
        f"{action.done_zh} {len(waiting)} 张" + (f"，另有 {already} 张早已如此" if already else ""),
        f"{action.done_en}: {len(waiting)}" + (f"; {already} were so already" if already else ""),
    )
    return {"changed": len(waiting), "already": already, "at": when, "numbers": distinct}


def _request_change(
    context: Context, action: Action, waiting: Sequence[ledgers.Certificate], reason: ChangeReason
) -> str:
    key = context.open_key(Purpose.REQUEST)
    ordered = sorted(waiting, key=lambda each: (each.entry.list, each.entry.idx))
    content = ChangeStatus(tuple(StatusChange(each.entry, action.status, reason) for each in ordered))
    named = ",".join(str(each.id) for each in ordered)
    subject = sha256(f"{action.name} {reason.name} {named}".encode()).digest()
    change = context.ledger.begin_change(subject, context.clock(), context.new_id())
    when = context.client.change_status(context.sealed(change.request_id, content, key))
    context.ledger.changed(change, when, [(each.id, action.state) for each in ordered])
    return when


def _newest(context: Context, number: str) -> ledgers.Certificate:
    found = context.ledger.newest(number)
    if found is None:
        raise refused(
            "number-unknown",
            f"这里没有签过编号 {number}。请核对编号，并确认 --home 正确。",
            f"number {number} was not signed here. Check the number and --home.",
        )
    return found


def _require_state(certificate: ledgers.Certificate, states: frozenset[State]) -> None:
    if certificate.state not in states:
        raise _wrong_state(certificate)


def _wrong_state(certificate: ledgers.Certificate) -> SignerError:
    zh, en = _STATE_NAMES[certificate.state]
    return refused(
        "wrong-state",
        f"编号 {certificate.number} 现在的状态是{zh}，不能这样做。",
        f"number {certificate.number} is {en}: this cannot be done.",
    )


_STATE_NAMES = {
    State.SIGNED: ("“已签未登记”（请先运行 yinxin-signer submit）", "signed but not registered (first run submit)"),
    State.REGISTERED: ("“有效”", "valid"),
    State.SUSPENDED: ("“已暂停”", "suspended"),
    State.REVOKED: ("“已撤销”", "revoked"),
    State.SUPERSEDED: ("“已被取代”", "superseded"),
}


def _require_few(count: int) -> None:
    if count > MAX_CHANGES:
        raise refused(
            "too-many",
            f"一次最多 {MAX_CHANGES} 个编号。请分几次。",
            f"at most {MAX_CHANGES} numbers at a time. Split the list.",
        )
