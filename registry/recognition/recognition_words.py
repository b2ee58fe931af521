"""The effect of an import of agreements, said to an operator in sentences and to a program in JSON."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from credential.issuer import OccupationReference
from credential.model import AgreementState, Day, Effect, IssuerKind, Kind, Post, date_from_day, rfc3339
from credential.numbers import LEVEL_NAMES
from credential.reason import Recognition
from credential.recognition import Agreement, Match, Row
from registry.recognition.agreement_columns import name
from registry.recognition.recognition_effect import Answer, Change, Effects, Example, Held, Item, Moment, Tally
from registry.words import AGREEMENT_STATE, CERTIFICATE_KIND, ISSUER_KIND, NO_AGREEMENT, Words

KIND: Final = {
    Kind.LEVEL: CERTIFICATE_KIND["level"],
    Kind.SPECIAL_ABILITY: CERTIFICATE_KIND["special_ability"],
    Kind.POST: CERTIFICATE_KIND["post"],
    Kind.HONOUR: CERTIFICATE_KIND["honour"],
}
EFFECT: Final = {
    Effect.EQUIVALENT: Words("等同", "equivalent"),
    Effect.ELIGIBILITY: Words("仅作申报资格", "eligibility to apply only"),
    Effect.TREATMENT: Words("仅享待遇", "local benefits only"),
}
POST: Final = {
    Post.APPRENTICE: Words("学徒工", "apprentice"),
    Post.SPECIAL_GRADE_TECHNICIAN: Words("特级技师", "special-grade technician"),
    Post.CHIEF_TECHNICIAN: Words("首席技师", "chief technician"),
}
CHANGE: Final = {
    Change.NEWLY: Words("新采认", "newly recognised"),
    Change.NO_LONGER: Words("不再采认", "no longer recognised"),
    Change.OTHERWISE: Words("改作别的认定", "recognised as something else"),
}
ANSWER: Final = {
    Recognition.NO_AGREEMENT: Words("无协议", "no agreement"),
    Recognition.AGREEMENT_NOT_IN_FORCE: Words("协议未生效", "agreement not in force yet"),
    Recognition.AGREEMENT_SUSPENDED: Words("协议暂停", "agreement suspended"),
    Recognition.AGREEMENT_REPEALED: Words("协议已废止", "agreement repealed"),
    Recognition.RECOGNITION_UNKNOWN: Words("资料过期或不全", "too old or not whole to know"),
    Recognition.DENIED: Words("不采认", "denied"),
    Recognition.NOT_RECOGNISED: Words("没有适用的条款", "no row that matches"),
}
_ANY: Final = Words("不限", "any")


def sentences(before: Agreement | None, after: Agreement, found: Effects, today: Day) -> Iterator[Words]:
    """Everything that the operator should know before this agreement is signed."""
    yield _head(before, after)
    if before == after:
        return
    yield from _own(after)
    yield from _rules(after, found)
    yield from _dropped(before, after)
    if found.held is None:
        yield Words(
            f"  还没有导入地区 {after.partner} 的内容，说不出影响到谁；可先 partner import 再看。",
            f"  Region {after.partner}'s part is not held, so whom this touches is not known: `partner import` first.",
        )
        return
    yield _say_held(found.held)
    for moment in found.moments:
        yield from _moment(moment, today, found.examined)


def to_json(before: Agreement | None, after: Agreement, found: Effects) -> dict[str, Any]:
    """The same for programs. Counts are of items: issuer, kind, occupation, level or post."""
    return {
        "id": after.id,
        "partner": after.partner,
        "change": _changed(before, after),
        "states": [{"date": _day(day), "state": name(state)} for day, state in after.states],
        "keep": after.keep,
        "held": None if found.held is None else _held_json(found.held),
        "rules": [{"rule": rule, **_tally_json(tally)} for rule, tally in found.rules.items()],
        "moments": [_moment_json(moment) for moment in found.moments],
        "examined": found.examined,
    }


def _changed(before: Agreement | None, after: Agreement) -> str:
    if before is None:
        return "new"
    return "unchanged" if before == after else "changed"


def _head(before: Agreement | None, after: Agreement) -> Words:
    zh, en = {"new": ("新增", "new"), "changed": ("变更", "changed"), "unchanged": ("无变化", "no change")}[
        _changed(before, after)
    ]
    return Words(
        f"与地区 {after.partner} 的协议 {after.id}《{after.document}》（{_day(after.document_day)}）：{zh}",
        f"Agreement {after.id} with region {after.partner}: {en}",
    )


def _own(after: Agreement) -> Iterator[Words]:
    for day, state in after.states:
        said = AGREEMENT_STATE[state]
        zh, en = ("", "")
        if state is AgreementState.REPEALED:
            zh = "，此前签发的仍采认" if after.keep else "，此前签发的也不再采认"
            en = ", what was issued before is kept" if after.keep else ", what was issued before is dropped too"
        yield Words(f"  自 {_day(day)} 起{said.zh}{zh}", f"  {said.en} from {_day(day)} on{en}")
    if after.pin is not None:
        pin = after.pin[1].hex()
        yield Words(f"  信任其第 {after.pin[0]} 版根：{pin}", f"  trusts its root {after.pin[0]}: {pin}")


def _rules(after: Agreement, found: Effects) -> Iterator[Words]:
    for place, deny in enumerate(after.deny, start=1):
        touched, match = _touched(found, f"deny {place}"), match_words(deny)
        yield Words(f"  不采认 {place}：{match.zh}{touched.zh}", f"  deny {place}: {match.en}{touched.en}")
    for place, row in enumerate(after.allow, start=1):
        touched, said = _touched(found, f"allow {place}"), row_words(row)
        yield Words(f"  采认 {place}：{said.zh}{touched.zh}", f"  allow {place}: {said.en}{touched.en}")


def _dropped(before: Agreement | None, after: Agreement) -> Iterator[Words]:
    for row in before.allow if before is not None else ():
        if row not in after.allow:
            said = row_words(row)
            yield Words(f"  删去的采认：{said.zh}", f"  allow that is gone: {said.en}")
    for deny in before.deny if before is not None else ():
        if deny not in after.deny:
            match = match_words(deny)
            yield Words(f"  删去的不采认：{match.zh}", f"  deny that is gone: {match.en}")


def _touched(found: Effects, rule: str) -> Words:
    tally = found.rules.get(rule)
    if tally is None:
        return Words("", "")
    if not tally.items:
        return Words("；目前不涉及任何机构，请核对", "; decides nothing at present: check it")
    said = _counted(tally)
    return Words(f"；涉及 {said.zh}", f"; decides {said.en}")


def _counted(tally: Tally) -> Words:
    """How many, of whom, which levels."""
    issuers, occupations = len(tally.issuers), len(tally.occupations)
    levels, posts = tally.ranks(Kind.LEVEL), tally.ranks(Kind.POST)
    zh = f"{len(tally.items)} 项：{issuers} 家机构、{occupations} 个职业"
    en = f"{len(tally.items)} items: {issuers} issuers, {occupations} occupations"
    if levels:
        zh += f"、等级 {'、'.join(map(str, levels))}"
        en += f", levels {', '.join(map(str, levels))}"
    if posts:
        zh += f"、{'、'.join(POST[Post(each)].zh for each in posts)}"
        en += f", {', '.join(POST[Post(each)].en for each in posts)}"
    return Words(zh, en)


def _say_held(held: Held) -> Words:
    when = rfc3339(held.issued)
    return Words(
        f"  对方内容（{when} 发布）：{held.issuers} 家机构，有效证书 {held.standing} 张、暂停 {held.suspended} 张。"
        "其中不含证书内容，下面以“机构 × 职业 × 等级”为一项计数。",
        f"  The partner's part of {when}: {held.issuers} issuers, {held.standing} certificates valid, {held.suspended} "
        "suspended. It holds no certificates; below, an item is an issuer, an occupation and a level.",
    )


def _moment(moment: Moment, today: Day, examined: int) -> Iterator[Words]:
    before, after = _state(moment.before), _state(moment.after)
    zh, en = ("今日", "today") if moment.day == today else ("届时", "then")
    total = _counted(moment.recognised)
    nothing = not moment.recognised.items
    yield Words(
        f"  {_day(moment.day)}（{zh}）：{before.zh} → {after.zh}；"
        + ("不采认任何一项" if nothing else f"共采认 {total.zh}"),
        f"  {_day(moment.day)} ({en}): {before.en} → {after.en}; "
        + ("nothing is recognised" if nothing else f"recognises {total.en}"),
    )
    for change, tally in moment.changes.items():
        yield from _change(change, tally)
    if examined:
        yield _certificates(moment, examined)


def _change(change: Change, tally: Tally) -> Iterator[Words]:
    what = CHANGE[change]
    if not tally.items:
        yield Words(f"    {what.zh}：无", f"    {what.en}: none")
        return
    said = _counted(tally)
    yield Words(f"    {what.zh} {said.zh}", f"    {what.en}: {said.en}")
    for example in tally.examples:
        yield _example(example)


def _certificates(moment: Moment, examined: int) -> Words:
    counts = {change: len(numbers) for change, numbers in moment.certificates.items()}
    zh = "、".join(f"{CHANGE[change].zh} {count} 张" for change, count in counts.items())
    en = ", ".join(f"{count} {CHANGE[change].en}" for change, count in counts.items())
    return Words(f"    所给的 {examined} 张真实证书中：{zh}", f"    of the {examined} authentic ones given: {en}")


def _example(example: Example) -> Words:
    item, dates = _item(example.item), _dates(example.first, example.last)
    before, after = _answer(example.before), _answer(example.after)
    return Words(
        f"      例：{item.zh}（{dates.zh}）：{before.zh} → {after.zh}",
        f"      e.g. {item.en} ({dates.en}): {before.en} → {after.en}",
    )


def _item(item: Item) -> Words:
    rank = _ranks(item.kind, () if item.rank is None else (item.rank,))
    kind, occupation = KIND[item.kind], _occupation(item.occupation)
    return Words(
        f"{item.issuer} {kind.zh} {occupation.zh} {rank.zh}".rstrip(),
        f"{item.issuer} {kind.en} {occupation.en} {rank.en}".rstrip(),
    )


def _answer(answer: Answer) -> Words:
    found = answer.recognised_as
    if found is None:
        return ANSWER[answer.recognition]
    return _as(found.occupation, found.level, found.effect)


def _as(occupation: OccupationReference | None, level: int | None, effect: Effect) -> Words:
    what = Words("", "") if occupation is None else _occupation(occupation)
    rank = Words("", "") if level is None else _ranks(Kind.LEVEL, (level,))
    said = EFFECT[effect]
    return Words(
        " ".join(each for each in (what.zh, rank.zh, said.zh) if each),
        " ".join(each for each in (what.en, rank.en, said.en) if each),
    )


def row_words(row: Row) -> Words:
    """Which certificates a row recognises, as what, by which document."""
    match, as_what = match_words(row.match), _as(row.occupation, row.level, row.effect)
    return Words(f"{match.zh} → {as_what.zh}（{row.basis}）", f"{match.en} → {as_what.en} ({row.basis})")


def match_words(match: Match) -> Words:
    """Which certificates a row is about."""
    kind, issuer, ranks = KIND[match.kind], _issuer(match.issuer), _ranks(match.kind, match.levels)
    edition = _edition(match.edition)
    occupation = _ANY if match.prefix is None else Words(match.prefix, match.prefix)
    dates = _dates(match.first, match.last)
    return Words(
        f"{kind.zh} · 机构 {issuer.zh} · {edition.zh} {occupation.zh} · {ranks.zh or '各等级'} · {dates.zh}",
        f"{kind.en}, issuer {issuer.en}, {edition.en} {occupation.en}, {ranks.en or 'all levels'}, {dates.en}",
    )


def _issuer(issuer: str | IssuerKind | None) -> Words:
    match issuer:
        case None:
            return _ANY
        case IssuerKind():
            found = ISSUER_KIND[issuer]
            return Words(found.zh, found.en)
        case _:
            return Words(issuer, issuer)


def _ranks(kind: Kind, ranks: Sequence[int]) -> Words:
    if kind is Kind.POST:
        posts = [POST[Post(each)] for each in ranks if each in set(Post)]
        return Words("、".join(each.zh for each in posts), ", ".join(each.en for each in posts))
    levels = sorted(ranks, reverse=True)
    if not levels:
        return Words("", "")
    return Words("、".join(LEVEL_NAMES.get(each, str(each)) for each in levels), f"level {', '.join(map(str, levels))}")


def _edition(edition: int | None) -> Words:
    match edition:
        case None:
            return Words("各版本", "any edition")
        case 0:
            return Words("本地", "local")
        case _:
            return Words(f"{edition} 版", str(edition))


def _occupation(occupation: OccupationReference) -> Words:
    edition = _edition(occupation.edition)
    return Words(f"{edition.zh} {occupation.code}", f"{edition.en} {occupation.code}")


def _dates(first: Day, last: Day | None) -> Words:
    if last is None:
        return Words(f"证书日期 {_day(first)} 起", f"dated from {_day(first)} on")
    return Words(f"证书日期 {_day(first)} 至 {_day(last)}", f"dated {_day(first)} to {_day(last)}")


def _day(day: Day) -> str:
    return date_from_day(day).isoformat()


def _held_json(held: Held) -> dict[str, Any]:
    return {
        "issued": rfc3339(held.issued),
        "issuers": held.issuers,
        "certificates": {"valid": held.standing, "suspended": held.suspended},
    }


def _moment_json(moment: Moment) -> dict[str, Any]:
    return {
        "date": _day(moment.day),
        "before": None if moment.before is None else name(moment.before),
        "after": None if moment.after is None else name(moment.after),
        "recognised": _tally_json(moment.recognised),
        **{
            change.value: {
                **_tally_json(tally),
                "certificates": moment.certificates[change],
                "examples": [_example_json(each) for each in tally.examples],
            }
            for change, tally in moment.changes.items()
        },
    }


def _tally_json(tally: Tally) -> dict[str, Any]:
    return {
        "items": len(tally.items),
        "issuers": len(tally.issuers),
        "occupations": len(tally.occupations),
        "levels": tally.ranks(Kind.LEVEL),
        "posts": [name(Post(each)) for each in tally.ranks(Kind.POST)],
    }


def _example_json(example: Example) -> dict[str, Any]:
    item = example.item
    rank: Mapping[str, Any] = {
        "level": item.rank if item.kind is Kind.LEVEL else None,
        "post": name(Post(item.rank)) if item.kind is Kind.POST and item.rank is not None else None,
    }
    return {
        "issuer": item.issuer,
        "kind": name(item.kind),
        "edition": item.occupation.edition,
        "occupation": item.occupation.code,
        **rank,
        "from": _day(example.first),
        "to": None if example.last is None else _day(example.last),
        "before": _answer_json(example.before),
        "after": _answer_json(example.after),
    }


def _answer_json(answer: Answer) -> dict[str, Any]:
    found = answer.recognised_as
    as_what = None
    if found is not None:
        as_what = {
            "edition": found.occupation.edition if found.occupation else None,
            "occupation": found.occupation.code if found.occupation else None,
            "level": found.level,
            "effect": name(found.effect),
            "rule": found.rule,
        }
    return {"recognition": answer.recognition.value, "recognised_as": as_what}


def _state(state: AgreementState | None) -> Words:
    return NO_AGREEMENT if state is None else AGREEMENT_STATE[state]
