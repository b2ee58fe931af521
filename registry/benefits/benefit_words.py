"""A benefit policy in sentences: what a newer one changes against an older one, and whom each clause is about."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar

from credential.benefit_wording import BENEFITS, money
from credential.benefits import BenefitPolicy, Clause, Place, Shortage, ShortageList, Who
from credential.issuer import OccupationReference
from credential.model import Day, Kind, ListedOn, Post, date_from_day
from credential.numbers import LEVEL_NAMES
from registry.benefits.benefit_effect import Touched
from registry.recognition.agreement_columns import name
from registry.recognition.recognition_words import KIND, POST
from registry.words import Words

SHOWN: Final = 5
"""Occupations that a sentence names; the rest are counted."""
_LISTED_ON: Final = {ListedOn.TODAY: Words("当日", "today"), ListedOn.ISSUE: Words("发证日", "on its date")}
_NONE: Final = Words("无", "none")
_Entry = TypeVar("_Entry", Clause, ShortageList)


def changes(before: BenefitPolicy | None, after: BenefitPolicy | None) -> Iterator[Words]:
    """Every clause and list that is new, another, or gone; nothing if nothing changes."""
    if after is None:
        if before is not None:
            yield Words("  待遇政策消失！", "  BENEFIT POLICY GONE")
        return
    yield from _entries(() if before is None else before.lists, after.lists, _new_list, _list_fields)
    yield from _entries(() if before is None else before.clauses, after.clauses, _new_clause, _clause_fields)


def about(clause: Clause, found: Touched) -> Words:
    """Whom a clause is about, counted."""
    if not found.total:
        return Words(
            f"  条款 {clause.id}：目前不涉及任何有效证书",
            f"  clause {clause.id}: no certificate that stands at present",
        )
    steps, occupations = _steps(found), _occupations(found.occupations)
    return Words(
        f"  条款 {clause.id}：涉及有效证书 {found.total:,} 张（{steps.zh}；{occupations.zh}）",
        f"  clause {clause.id}: {found.total:,} certificates stand ({steps.en}; {occupations.en})",
    )


def shown(policy: BenefitPolicy) -> Iterator[Words]:
    """The whole policy."""
    for listed in policy.lists:
        yield from _new_list(listed, Words("", ""))
    for clause in policy.clauses:
        yield from _new_clause(clause, Words("", ""))


def touched_json(clause: Clause, found: Touched) -> dict[str, Any]:
    """The count for programs."""
    steps = [
        {"kind": name(kind), **_step_json(kind, step), "certificates": count}
        for (kind, step), count in sorted(found.steps.items(), key=repr)
    ]
    occupations = [
        {"edition": each and each.edition, "occupation": each and each.code, "certificates": count}
        for each, count in found.occupations.most_common()
    ]
    return {"clause": clause.id, "certificates": found.total, "by_level": steps, "by_occupation": occupations}


def _step_json(kind: Kind, step: int | None) -> dict[str, Any]:
    is_post = kind is Kind.POST
    return {
        "level": step if kind is Kind.LEVEL else None,
        "post": name(Post(step)) if is_post and step is not None else None,
    }


def _entries(
    old: Iterable[_Entry],
    new: Iterable[_Entry],
    tell: Callable[[_Entry, Words], Iterator[Words]],
    fields: Callable[[_Entry], dict[str, Words]],
) -> Iterator[Words]:
    before = {each.id: each for each in old}
    for each in new:
        known = before.pop(each.id, None)
        if known is None:
            yield from tell(each, Words("新增", "new "))
        elif known != each:
            yield _title(each, Words("", ""), Words("有变", " changes"))
            yield from _differences(fields(known), fields(each))
    for each in before.values():
        yield _title(each, Words("", ""), Words("消失！", " IS GONE"))


def _differences(before: dict[str, Words], after: dict[str, Words]) -> Iterator[Words]:
    for label, new in after.items():
        old = before[label]
        if old != new:
            zh, en = label.split("/")
            yield Words(f"    {zh}：{old.zh} → {new.zh}", f"    {en}: {old.en} → {new.en}")


def _title(entry: Clause | ShortageList, verb: Words, what: Words) -> Words:
    match entry:
        case Clause():
            noun, said = Words("条款", "clause"), entry.number
        case ShortageList():
            noun, said = Words("紧缺目录", "shortage list"), f"《{entry.title}》"
    return Words(f"  {verb.zh}{noun.zh} {entry.id} {said}{what.zh}", f"  {verb.en}{noun.en} {entry.id}{what.en}")


def _new_clause(clause: Clause, verb: Words) -> Iterator[Words]:
    said = _clause_fields(clause)
    gives, days, where = said["待遇/benefit"], said["起止/days"], said["适用地区/where"]
    yield _title(clause, verb, Words(f"：{gives.zh}，{days.zh}", f": {gives.en}, {days.en}"))
    yield Words(f"    {said['条文/words'].zh}（{said['文件/document'].zh}；{where.zh}）", f"    in {where.en}")
    yield Words(f"    对象：{said['对象/about'].zh}", f"    about {said['对象/about'].en}")
    if clause.shortage is not None:
        listed = _shortage(clause.shortage)
        yield Words(f"    且职业{listed.zh}", f"    and the occupation {listed.en}")


def _clause_fields(clause: Clause) -> dict[str, Words]:
    """What a clause says, by `中文/english` label; in the order in which changes are told."""
    return {
        "待遇/benefit": _gives(clause),
        "起止/days": _days(clause.first, clause.last),
        "对象/about": _joined(map(_who, clause.who)),
        "紧缺/shortage": _NONE if clause.shortage is None else _shortage(clause.shortage),
        "适用地区/where": _joined(map(_place, clause.divisions)),
        "条款号/number": _same(clause.number),
        "条文/words": _same(clause.words),
        "文件/document": _same(f"{clause.document}，{_day(clause.document_day)}"),
    }


def _new_list(listed: ShortageList, verb: Words) -> Iterator[Words]:
    said = _list_fields(listed)
    days, where, occupations = said["起止/days"], said["地区/where"], said["职业/occupations"]
    yield _title(listed, verb, Words(f"：{days.zh}，{where.zh}", f": {days.en}, {where.en}"))
    yield Words(f"    {occupations.zh}（{said['文件/document'].zh}）", f"    {occupations.en}")


def _list_fields(listed: ShortageList) -> dict[str, Words]:
    return {
        "起止/days": _days(listed.first, listed.last),
        "职业/occupations": _joined(_edition(*each) for each in listed.occupations) if listed.occupations else _NONE,
        "地区/where": _place(listed.division),
        "名称/title": _same(listed.title),
        "文件/document": _same(f"{listed.document}，{_day(listed.document_day)}"),
    }


def _gives(clause: Clause) -> Words:
    zh, en = BENEFITS[clause.benefit]
    if clause.amount is None:
        return Words(zh, en)
    amount = Words(*money(clause.amount))
    return Words(f"{zh} {amount.zh}", f"{en} {amount.en}")


def _who(who: Who) -> Words:
    occupation = Words("", "") if who.prefix is None else _edition(who.edition, who.prefix)
    said = [KIND[who.kind], occupation, _ranks(who), _same(who.honour or ""), _dated(who)]
    return Words(" ".join(each.zh for each in said if each.zh), " ".join(each.en for each in said if each.en))


def _dated(who: Who) -> Words:
    if (who.first, who.last) == (0, None):
        return Words("", "")
    days = _days(who.first, who.last)
    return Words(f"证书日期 {days.zh}", f"dated {days.en}")


def _ranks(who: Who) -> Words:
    return _joined(_rank(who.kind, each) for each in sorted(who.steps, reverse=who.kind is Kind.LEVEL))


def _rank(kind: Kind, step: int | None) -> Words:
    if step is None:
        return KIND[kind]
    return POST[Post(step)] if kind is Kind.POST else Words(LEVEL_NAMES[step], f"level {step}")


def _shortage(shortage: Shortage) -> Words:
    on, lists = _LISTED_ON[shortage.on], "、".join(map(str, shortage.lists))
    return Words(f"{on.zh}在目录 {lists} 中", f"stands {on.en} on list {lists.replace('、', ' or ')}")


def _steps(found: Touched) -> Words:
    counted = [(_rank(*key), count) for key, count in sorted(found.steps.items(), key=repr)]
    return _joined(Words(f"{said.zh} {count:,}", f"{said.en}: {count:,}") for said, count in counted)


def _occupations(found: Counter[OccupationReference | None]) -> Words:
    named = [(_edition(each.edition, each.code), count) for each, count in found.most_common(SHOWN) if each is not None]
    more = len([each for each in found if each is not None]) - len(named)
    said = _joined(Words(f"{each.zh} {count:,}", f"{each.en}: {count:,}") for each, count in named) if named else _NONE
    return Words(f"职业 {said.zh}{f'，另 {more} 个' if more else ''}", f"{said.en}{f', {more} more' if more else ''}")


def _edition(edition: int | None, prefix: str) -> Words:
    match edition:
        case None:
            return _same(prefix)
        case 0:
            return Words(f"本地 {prefix}", f"local {prefix}")
        case _:
            return Words(f"{edition} 版 {prefix}", f"{edition} {prefix}")


def _place(place: Place) -> Words:
    return _same(f"{place.name} {place.code}")


def _days(first: Day, last: Day | None) -> Words:
    if last is None:
        return Words(f"{_day(first)} 起", f"from {_day(first)} on")
    return Words(f"{_day(first)} 至 {_day(last)}", f"{_day(first)} to {_day(last)}")


def _same(said: str) -> Words:
    return Words(said, said)


def _joined(found: Iterable[Words]) -> Words:
    said = list(found)
    return Words("、".join(each.zh for each in said), ", ".join(each.en for each in said))


def _day(day: Day) -> str:
    return date_from_day(day).isoformat()
