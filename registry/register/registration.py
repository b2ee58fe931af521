"""Registering a batch: every certificate is judged as a verifier would judge it, then all are stored, or none."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from credential import cose, register, status_list
from credential.model import Certificate, Entry, IssuerCode, Seconds, Status, rfc3339
from credential.reason import Reason
from credential.request import ChangeReason, RegisterBatch, Request
from credential.root import Root
from credential.trust import RegionTrust, Trust
from credential.verify import Accepted, Fit, Rejected, Undecided, verify_unregistered
from registry.issuer_keys import enrol
from registry.problems import Problem, Refused, RowFault
from registry.record import acts
from registry.record.acts import Act
from registry.register import approvals, certificates, serials
from registry.register.intake import Answer
from registry.settings import touch
from registry.store.models import REGISTERED, ActRow, RegionRow, RegisteredRow, RunRow, StatusHistoryRow, StatusListRow

CHUNK: Final = 500
_STANDING: Final = (Status.VALID, Status.SUSPENDED)
_FORBIDDEN: Final = frozenset({"WRONG_ISSUER", "INDEX_NOT_GRANTED"})
_CONFLICTS: Final = frozenset({"INDEX_USED", "NUMBER_STANDING", "TWICE_IN_BATCH"})
_DETAIL: Final = {
    "WRONG_ISSUER": "证书不是本机构签发的 / not this issuer's certificate",
    "INDEX_NOT_GRANTED": "序号没有发给本机构 / this index was not granted to this issuer",
    "INDEX_USED": "序号已登记过证书 / a certificate is registered at this index already",
    "NUMBER_STANDING": "该编号已有有效证书；更正须注明所替换的证书 / a certificate with this number stands already; "
    "a correction must name the one that it replaces",
    "REPLACES_WRONG": "所替换的不是同编号的有效证书 / what it replaces is not a standing certificate of that number",
    "TWICE_IN_BATCH": "同一批中编号或序号重复 / number or index twice in one batch",
    "KEY_NOT_ACTIVE": "签名密钥目前不可用 / the signing key is not active at present",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A certificate that a verifier would accept once its status list says that it is registered."""

    row: int
    data: bytes
    certificate: Certificate
    entry: Entry
    digest: bytes
    kid: bytes
    holders: tuple[bytes, ...] = ()
    """The tags of the holder's document, newest key first; none if it is not known."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says about the candidates' indices and numbers."""

    runs: tuple[tuple[int, int, int], ...]
    """(list, first, end) in ascending order."""
    used: frozenset[Entry]
    standing: dict[str, tuple[IssuerCode, Entry]]


def judge_all(
    batch: Sequence[bytes], issuer: IssuerCode, trust: RegionTrust, now: Seconds
) -> tuple[list[Candidate], list[RowFault]]:
    """Judge every row against what is published; pure."""
    home = trust.root.head.region
    whole = Trust(home, {home: trust})
    judged = [judge(row, data, issuer, whole, trust.root, now) for row, data in enumerate(batch)]
    return (
        [each for each in judged if isinstance(each, Candidate)],
        [each for each in judged if isinstance(each, RowFault)],
    )


def judge(row: int, data: bytes, issuer: IssuerCode, trust: Trust, root: Root, now: Seconds) -> Candidate | RowFault:
    """One row: fit to be registered, or why not."""
    match verify_unregistered(data, trust, now):
        case Fit() as fit:
            return _candidate(row, data, fit, issuer, root)
        case Undecided(reason=Reason.STALE, detail=detail):
            return RowFault(row, detail, "")
        case (
            Accepted() | Rejected(reason=Reason.REVOKED | Reason.SUPERSEDED | Reason.SUSPENDED | Reason.INDEX_MISMATCH)
        ):
            return _fault(row, "INDEX_USED")
        case Rejected(reason=reason, detail=detail) | Undecided(reason=reason, detail=detail):
            return RowFault(row, reason.value, detail)


def check(candidates: Iterable[Candidate], known: Known, keys: frozenset[bytes]) -> list[RowFault]:
    """What is wrong with rows that are fit by themselves; `keys` are the kids that may sign now. Pure."""
    faults: list[RowFault] = []
    numbers: set[str] = set()
    entries: set[Entry] = set()
    for each in candidates:
        reason = _conflict(each, known, keys)
        if each.certificate.number in numbers or each.entry in entries:
            reason = "TWICE_IN_BATCH"
        numbers.add(each.certificate.number)
        entries.add(each.entry)
        if reason is not None:
            faults.append(_fault(each.row, reason))
    return faults


def refusal(faults: Sequence[RowFault]) -> Refused:
    """The refusal of a batch, by its gravest fault; rows in order."""
    reasons = {fault.reason for fault in faults}
    problem = Problem.ROWS
    if reasons & _FORBIDDEN:
        problem = Problem.WRONG_ISSUER
    elif reasons & _CONFLICTS:
        problem = Problem.CONFLICT
    detail = f"{len(faults)} 行不合格，全部未登记 / {len(faults)} rows refused, nothing was registered"
    return Refused(problem, detail, tuple(sorted(faults, key=lambda fault: fault.row)))


def store(
    session: Session,
    row: RegionRow,
    asked: Request,
    content: RegisterBatch,
    candidates: Sequence[Candidate],
    holders: Mapping[Entry, bytes],
    approval: bytes | None,
    now: Seconds,
) -> tuple[Answer, ActRow]:
    """Store the batch whole, superseding what it replaces. Refused with every faulty row if any is.

    `holders` are the tags of those whose document is known; `approval` is a second person's, if many are replaced. The
    act is what a receipt is about.
    """
    replaced = sum(each.certificate.extra.replaces is not None for each in candidates)
    approver = approvals.require(session, asked, approval, replaced, now)
    keys = {cose.kid(public): public for public in enrol.signing_keys(session, asked.issuer, now)}
    known = _look_up(session, asked.issuer, candidates)
    faults = check(candidates, known, frozenset(keys))
    if faults:
        raise refusal(faults)
    change = touch(row)
    _supersede(session, asked, candidates, now)
    ends = {each.entry: _run_end(each.entry, known) for each in candidates}
    session.execute(
        insert(REGISTERED),
        [_row(asked, each, ends[each.entry], keys[each.kid], holders.get(each.entry), now) for each in candidates],
    )
    _mark_lists(session, candidates, change)
    serials.note(session, (each.certificate.number for each in candidates))
    count = len(content.certificates)
    digests = [each.digest for each in sorted(candidates, key=lambda each: each.entry)]
    evidence = {} if content.evidence is None else {"evidence": content.evidence.hex()}
    detail = {"count": count, **evidence, **approvals.detail(approver)}
    done = Act(asked.issuer, acts.BATCH, asked.id.hex(), detail=detail, things=digests)
    act = acts.record(session, done, now)
    return {"registered": count, "batch": asked.id.hex(), "registered_at": rfc3339(now)}, act


def _candidate(row: int, data: bytes, fit: Fit, issuer: IssuerCode, root: Root) -> Candidate | RowFault:
    message, certificate = fit
    if certificate.issuer != issuer:
        return _fault(row, "WRONG_ISSUER")
    number = status_list.number_of(root.status_base, certificate.status.uri)
    if number is None or certificate.status.idx >= status_list.INDICES:
        return _fault(row, "INDEX_NOT_GRANTED")
    entry = Entry(number, certificate.status.idx)
    return Candidate(row, data, certificate, entry, register.digest_of(message.to_be_signed), message.kid)


def _conflict(each: Candidate, known: Known, keys: frozenset[bytes]) -> str | None:
    if each.kid not in keys:
        return "KEY_NOT_ACTIVE"
    if _run_end(each.entry, known) is None:
        return "INDEX_NOT_GRANTED"
    if each.entry in known.used:
        return "INDEX_USED"
    replaces = each.certificate.extra.replaces
    standing = known.standing.get(each.certificate.number)
    if replaces is None:
        return None if standing is None else "NUMBER_STANDING"
    return None if standing == (each.certificate.issuer, replaces) else "REPLACES_WRONG"


def _run_end(entry: Entry, known: Known) -> int | None:
    """The end of the issuer's run that the entry lies in."""
    place = bisect_right(known.runs, (entry.list, entry.idx), key=lambda run: run[:2])
    if place == 0:
        return None
    listed, _, end = known.runs[place - 1]
    return end if listed == entry.list and entry.idx < end else None


def _look_up(session: Session, issuer: IssuerCode, candidates: Sequence[Candidate]) -> Known:
    runs = session.execute(
        select(RunRow.list, RunRow.first, RunRow.end)
        .where(RunRow.issuer == issuer, RunRow.first.is_not(None))
        .order_by(RunRow.list, RunRow.first)
    ).all()
    used: set[Entry] = set()
    standing: dict[str, tuple[IssuerCode, Entry]] = {}
    for chunk in _chunks(candidates):
        for number in {each.entry.list for each in chunk}:
            places = [each.entry.idx for each in chunk if each.entry.list == number]
            used |= _entries(session, (RegisteredRow.list == number) & RegisteredRow.index.in_(places))
        standing |= _standing(session, [each.certificate.number for each in chunk])
    return Known(tuple((listed, first or 0, end) for listed, first, end in runs), frozenset(used), standing)


def _entries(session: Session, where: ColumnElement[bool]) -> set[Entry]:
    rows = session.execute(select(RegisteredRow.list, RegisteredRow.index).where(where)).all()
    return {Entry(number, index) for number, index in rows}


def _standing(session: Session, numbers: Sequence[str]) -> dict[str, tuple[IssuerCode, Entry]]:
    rows = session.execute(
        select(RegisteredRow.number, RegisteredRow.issuer, RegisteredRow.list, RegisteredRow.index).where(
            RegisteredRow.number.in_(numbers), RegisteredRow.status.in_(_STANDING)
        )
    ).all()
    return {number: (IssuerCode(issuer), Entry(listed, index)) for number, issuer, listed, index in rows}


def _supersede(session: Session, asked: Request, candidates: Sequence[Candidate], now: Seconds) -> None:
    for each in candidates:
        old = each.certificate.extra.replaces
        if old is None:
            continue
        row = session.get_one(RegisteredRow, (old.list, old.idx))
        session.add(
            StatusHistoryRow(
                list=old.list,
                index=old.idx,
                before=row.status,
                after=int(Status.SUPERSEDED),
                reason=int(ChangeReason.CORRECTED),
                at=now,
                request=asked.id,
            )
        )
        row.status = int(Status.SUPERSEDED)
    session.flush()


def _mark_lists(session: Session, candidates: Sequence[Candidate], change: int) -> None:
    touched = {each.entry.list for each in candidates}
    touched |= {each.certificate.extra.replaces.list for each in candidates if each.certificate.extra.replaces}
    for number in touched:
        session.get_one(StatusListRow, number).change = change


def _row(
    asked: Request, each: Candidate, run_end: int | None, key: bytes, holder: bytes | None, now: Seconds
) -> dict[str, object]:
    return {
        "list": each.entry.list,
        "index": each.entry.idx,
        "run_end": run_end,
        "issuer": asked.issuer,
        "request": asked.id,
        "number": each.certificate.number,
        "digest": each.digest,
        "key": key,
        "issued_at": each.certificate.issued_at,
        "data": each.data,
        "registered_at": now,
        "status": int(Status.VALID),
        "holder": holder,
        **certificates.sort(each.certificate)._asdict(),
    }


def _fault(row: int, reason: str) -> RowFault:
    return RowFault(row, reason, _DETAIL[reason])


def _chunks(candidates: Sequence[Candidate]) -> Iterator[Sequence[Candidate]]:
    for start in range(0, len(candidates), CHUNK):
        yield candidates[start : start + CHUNK]
