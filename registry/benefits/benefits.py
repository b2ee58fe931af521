"""The region's benefit policy 待遇政策 in the database: what is imported, what is ended, what is to be published next.

Once there is one there always is: a policy that vanished would be refused by every verifier that had it. So a clause
is never taken out. It ends.
"""

from collections.abc import Iterable
from typing import Any, Final, TypeVar

from sqlalchemy.orm import Session

from credential import benefits
from credential.benefits import Amount, BenefitPolicy, Clause, ShortageList, Who
from credential.errors import ObjectError
from credential.model import Day, Kind, Post, Region, Seconds, date_from_day
from credential.published import SIZE_CAP, Head, ObjectType
from registry import settings
from registry.problems import Problem, Refused
from registry.recognition.agreement_columns import name
from registry.record import acts
from registry.record.acts import Act
from registry.store.partners import BenefitPolicyRow

_SIGNATURES: Final = 64 << 10
"""Bytes of a published policy that are left for its signatures."""
_ONLY: Final = 1
_Entry = TypeVar("_Entry", Clause, ShortageList)


def load(session: Session) -> BenefitPolicy | None:
    """The policy as it is to be published next, under a head that says the region alone; None if there is none."""
    row = session.get(BenefitPolicyRow, _ONLY)
    return None if row is None else benefits.decode(row.payload)


def merged(
    before: BenefitPolicy | None, region: Region, clauses: Iterable[Clause], lists: Iterable[ShortageList]
) -> BenefitPolicy:
    """The policy with these in place of the clauses and lists of the same ids, in order of id. Refused if too large."""
    old = before or BenefitPolicy(Head(region, 0, 0, Seconds(0), Seconds(0)), (), ())
    made = old._replace(clauses=_by_id(old.clauses, clauses), lists=_by_id(old.lists, lists))
    most = SIZE_CAP[ObjectType.BENEFITS] - _SIGNATURES
    if len(made.encode()) > most:
        raise Refused(
            Problem.REFUSED, f"待遇政策太大，最多 {most:,} 字节 / the policy is too large: at most {most:,} bytes"
        )
    return made


def _by_id(old: Iterable[_Entry], new: Iterable[_Entry]) -> tuple[_Entry, ...]:
    found = {each.id: each for each in old} | {each.id: each for each in new}
    return tuple(found[number] for number in sorted(found))


def replace(session: Session, before: BenefitPolicy | None, after: BenefitPolicy, who: str, now: Seconds) -> None:
    """Put `after` in the place of `before`, which it was explained against. Refused CONFLICT if that has changed."""
    _store(session, before, after, now)
    clauses = [each for each in after.clauses if before is None or each not in before.clauses]
    lists = [each for each in after.lists if before is None or each not in before.lists]
    documents = dict.fromkeys([*(each.document for each in clauses), *(each.document for each in lists)])
    detail = {"clauses": [clause_json(each) for each in clauses], "lists": [list_json(each) for each in lists]}
    acts.record(session, Act(who, "benefits.import", after.head.region, "；".join(documents), detail), now)


def end(
    session: Session,
    entry: Clause | ShortageList,
    before: BenefitPolicy,
    last: Day,
    who: str,
    document: str,
    now: Seconds,
) -> None:
    """Let a clause or a list of the policy end with the day `last`. Refused CONFLICT as `replace` is."""
    _store(session, before, ended(before, entry, last), now)
    what = "list" if isinstance(entry, ShortageList) else "clause"
    detail = {what: entry.id, "to": _day(last)}
    acts.record(session, Act(who, "benefits.end", before.head.region, document, detail), now)


def ended(policy: BenefitPolicy, entry: Clause | ShortageList, last: Day) -> BenefitPolicy:
    """The policy in which a clause or a list ends with the day `last`."""
    match entry:
        case Clause():
            return policy._replace(clauses=_by_id(policy.clauses, (entry._replace(last=last),)))
        case ShortageList():
            return policy._replace(lists=_by_id(policy.lists, (entry._replace(last=last),)))


def find(policy: BenefitPolicy, clause: int | None, listed: int | None) -> Clause | ShortageList:
    """The clause or the list of this id. Refused NOT_FOUND."""
    for each in policy.clauses if listed is None else policy.lists:
        if each.id == (clause if listed is None else listed):
            return each
    raise Refused(Problem.NOT_FOUND, "没有这个编号的条款或目录 / there is no such clause or list")


def _store(session: Session, before: BenefitPolicy | None, after: BenefitPolicy, now: Seconds) -> None:
    row = settings.lock(session)
    if load(session) != before:
        raise Refused(
            Problem.CONFLICT, "待遇政策刚被别人改动，请重来 / somebody has just changed the policy: do it again"
        )
    payload = after.encode()
    _require_readable(payload)
    known = session.get(BenefitPolicyRow, _ONLY)
    if known is None:
        session.add(BenefitPolicyRow(id=_ONLY, payload=payload, changed_at=now))
    else:
        known.payload, known.changed_at = payload, now
    settings.touch_filing(row)


def _require_readable(payload: bytes) -> None:
    """Refuse what a verifier could not read: it would answer POLICY_UNREADABLE for everything."""
    try:
        benefits.decode(payload)
    except ObjectError as error:
        raise Refused(Problem.REFUSED, f"待遇政策不成形 / not a policy that can be read: {error.detail}") from None


def to_json(policy: BenefitPolicy) -> dict[str, Any]:
    """The whole policy for programs."""
    return {
        "clauses": [clause_json(each) for each in policy.clauses],
        "lists": [list_json(each) for each in policy.lists],
    }


def clause_json(clause: Clause) -> dict[str, Any]:
    """One clause for programs and the record."""
    shortage = clause.shortage
    return {
        "id": clause.id,
        "document": clause.document,
        "document_date": _day(clause.document_day),
        "clause": clause.number,
        "words": clause.words,
        "benefit": name(clause.benefit),
        "amount": None if clause.amount is None else _amount_json(clause.amount),
        "who": [_who_json(each) for each in clause.who],
        "shortage": None if shortage is None else {"on": name(shortage.on), "lists": list(shortage.lists)},
        "divisions": [each._asdict() for each in clause.divisions],
        "from": _day(clause.first),
        "to": None if clause.last is None else _day(clause.last),
    }


def _amount_json(amount: Amount) -> dict[str, Any]:
    return {"fen": amount.fen, "period": name(amount.period), "times": amount.times}


def _who_json(who: Who) -> dict[str, Any]:
    is_post = who.kind is Kind.POST
    return {
        "kind": name(who.kind),
        "edition": who.edition,
        "occupation": who.prefix,
        "levels": [] if is_post else list(who.steps),
        "posts": [name(Post(each)) for each in who.steps] if is_post else [],
        "honour": who.honour,
        "from": _day(who.first),
        "to": None if who.last is None else _day(who.last),
    }


def list_json(listed: ShortageList) -> dict[str, Any]:
    """One shortage list for programs and the record."""
    return {
        "id": listed.id,
        "title": listed.title,
        "document": listed.document,
        "document_date": _day(listed.document_day),
        "division": listed.division._asdict(),
        "from": _day(listed.first),
        "to": None if listed.last is None else _day(listed.last),
        "occupations": [{"edition": edition, "occupation": prefix} for edition, prefix in listed.occupations],
    }


def _day(day: Day) -> str:
    return date_from_day(day).isoformat()
