"""The flags that were raised: looked at by a person, explained or confirmed, and said in words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential.model import IssuerCode, Seconds
from credential.numbers import LEVEL_NAMES, LEVEL_NAMES_EN
from registry import settings
from registry.problems import Problem, Refused
from registry.record import acts
from registry.record.acts import Act
from registry.store.supervision import FlagIssuerRow, FlagRow
from registry.supervision import sentences
from registry.supervision.terms import FlagState, Sort
from registry.words import Words

MOST_WORDS: Final = 500


def close(session: Session, number: int, state: FlagState, explanation: str, who: str, now: Seconds) -> None:
    """Note what an open flag turned out to be: explained, or confirmed. Refused CONFLICT if it is closed."""
    settings.lock(session)
    row = find(session, number)
    if row.state != FlagState.OPEN:
        raise Refused(Problem.CONFLICT, f"{row.closed_by} 已处理 / it was closed already")
    said = sentences.read(explanation, "说明 / Explanation", MOST_WORDS)
    row.state, row.explanation, row.closed_by, row.closed_at = state.value, said, who, now
    match state:
        case FlagState.EXPLAINED:
            acts.record(session, Act(who, "flag.explain", _subject(session, row), detail={"flag": row.sort}), now)
        case FlagState.CONFIRMED:
            acts.record(session, Act(who, "flag.confirm", _subject(session, row), detail={"flag": row.sort}), now)
        case FlagState.OPEN:
            raise Refused(Problem.REFUSED, "请选“已说明”或“确认异常” / explained, or confirmed")


def find(session: Session, number: int) -> FlagRow:
    """The flag of this number. Refused NOT_FOUND."""
    row = session.get(FlagRow, number)
    if row is None:
        raise Refused(Problem.NOT_FOUND, f"{number}: 没有这项标记 / no such flag")
    return row


def listed(session: Session, state: FlagState, most: int) -> Sequence[FlagRow]:
    """The flags in a state, the newest first."""
    query = select(FlagRow).where(FlagRow.state == state.value).order_by(FlagRow.id.desc()).limit(most)
    return session.scalars(query).all()


def of_issuer(session: Session, issuer: IssuerCode) -> Sequence[FlagRow]:
    """All flags about an issuer, the newest first."""
    query = select(FlagRow).join(FlagIssuerRow, FlagIssuerRow.flag == FlagRow.id).where(FlagIssuerRow.issuer == issuer)
    return session.scalars(query.order_by(FlagRow.id.desc())).all()


def issuers_of(session: Session, flags: Sequence[FlagRow]) -> dict[int, list[IssuerCode]]:
    """The issuers that each flag is about."""
    found: dict[int, list[IssuerCode]] = {row.id: [] for row in flags}
    query = select(FlagIssuerRow).where(FlagIssuerRow.flag.in_(found)).order_by(FlagIssuerRow.issuer)
    for each in session.scalars(query):
        found[each.flag].append(IssuerCode(each.issuer))
    return found


def lines(row: FlagRow) -> list[Words]:
    """What was counted, in words."""
    facts = row.facts
    match Sort(row.sort):
        case Sort.BURST:
            return [_burst(facts)]
        case Sort.RATE:
            return [_rate(facts)]
        case Sort.TWO_PLACES | Sort.TWO_LEVELS:
            return [_certificate(each) for each in facts["certificates"]]


def _burst(facts: Mapping[str, Any]) -> Words:
    certificates, usual = facts["certificates"], facts["usual"]
    if usual is None:
        return Words(
            f"当日登记 {certificates} 张；此前登记过的日子只有 {facts['days']} 天，没有平常数可比。",
            f"{certificates} registered on the day; before it there were {facts['days']} days with any.",
        )
    return Words(
        f"当日登记 {certificates} 张；平常有登记的日子为 {usual:g} 张（此前 {facts['days']} 天的中位数）。",
        f"{certificates} registered on the day; a usual one has {usual:g} (median of {facts['days']} days).",
    )


def _rate(facts: Mapping[str, Any]) -> Words:
    evaluated, certified = facts["evaluated"], facts["certified"]
    percent = certified * 100 // evaluated
    return Words(
        f"批次 {facts['batch']}：参评 {evaluated} 人，发证 {certified} 张（{percent}%）。",
        f"{evaluated} evaluated, {certified} certified.",
    )


def _certificate(each: Mapping[str, Any]) -> Words:
    level = each["level"]
    zh, en = ("", "") if level is None else (f"，{LEVEL_NAMES[level]}", f", {LEVEL_NAMES_EN[level]}")
    occupation = each["occupation"].partition(":")[2]
    return Words(
        f"证书 {each['number']}：站点 {each['site']}，职业 {occupation}{zh}。",
        f"site {each['site']}, {occupation}{en}.",
    )


def _subject(session: Session, row: FlagRow) -> str:
    return f"{issuers_of(session, [row])[row.id][0]} flag {row.id}"
