"""What a holder of a key reads before signing: what changes against what is in force, in both languages."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from credential import benefits, cose, policy, recognition, trust_list
from credential.issuer import CertificateKey, Issuer, Scope, Site
from credential.model import CHINA, Day, Seconds, date_from_day, day_of, rfc3339
from credential.recognition import Agreement, RecognitionList
from credential.root import Role, Root
from registry.benefits import benefit_words
from registry.ceremonies.ceremony import Kind, Preparation, issuers_of, lists_of
from registry.words import AGREEMENT_STATE, ISSUER_STATE, KEY_STATE, Words, highest_level

_ROLE: Final = {
    Role.ROOT: Words("根", "root"),
    Role.LIST: Words("清单", "list"),
    Role.STATUS: Words("状态", "status"),
    Role.CHECKPOINT: Words("检查点", "checkpoint"),
}
_SIGNED: Final = {
    trust_list.TYP: Words("信任清单", "trust list"),
    recognition.TYP: Words("互认表", "recognition"),
    policy.TYP: Words("待遇政策", "benefit policy"),
}
_NOTHING: Final = Words("  没有变化，只是延长有效期", "  nothing changes but the time that it is good for")


def sentences(prepared: Preparation) -> Iterator[Words]:
    """Everything, in order: whose, what, how long, and every change."""
    head = prepared.current.head
    yield Words(f"地区 {head.region}，现在的根第 {head.seq} 版", f"Region {head.region}, root version {head.seq}")
    yield Words(f"根指纹 {prepared.pin.hex()}，请与手里的核对", "the pin: compare it with yours")
    yield from _head(prepared)
    found = list(_root(prepared.current, prepared.next_root) if prepared.kind is Kind.ROOT else _lists(prepared))
    yield from found or [_NOTHING]


def _head(prepared: Preparation) -> Iterator[Words]:
    if prepared.kind is Kind.ROOT:
        head = prepared.next_root.head
        yield Words(f"要签：根第 {head.seq} 版", f"To be signed: root version {head.seq}")
    else:
        head = lists_of(prepared).trust_list.head
        signed = [_SIGNED[typ] for typ in prepared.to_sign]
        zh, en = "、".join(each.zh for each in signed), ", ".join(each.en for each in signed)
        yield Words(f"要签：{zh}，第 {head.seq} 号", f"To be signed: {en}, no. {head.seq}")
    expires = date_from_day(day_of(head.expires))
    yield Words(f"  有效到 {expires}", f"  good until {expires}")


def _root(before: Root, after: Root) -> Iterator[Words]:
    for role in Role:
        name, old, new = _ROLE[role], before.role(role), after.role(role)
        for key in (key for key in new.keys if key not in old.keys):
            shown = cose.fingerprint(key)
            yield Words(f"  {name.zh}密钥加入：{shown}", f"  {name.en} key joins: {shown}")
        for key in (key for key in old.keys if key not in new.keys):
            shown = cose.fingerprint(key)
            yield Words(f"  {name.zh}密钥退出：{shown}", f"  {name.en} key leaves: {shown}")
        if (old.threshold, len(old.keys)) != (new.threshold, len(new.keys)):
            yield Words(
                f"  {name.zh}门槛：{len(old.keys)} 人中 {old.threshold} 人 → {len(new.keys)} 人中 {new.threshold} 人",
                f"  {name.en} threshold: {old.threshold} of {len(old.keys)} → {new.threshold} of {len(new.keys)}",
            )
        if old.epoch != new.epoch:
            yield Words(
                f"  {name.zh}纪元：{old.epoch} → {new.epoch}，此前签的作废，防回退从头算起",
                f"  {name.en} epoch: {old.epoch} → {new.epoch}; what it signed before is void, rollback starts anew",
            )
    if before.status_base != after.status_base:
        yield Words(
            f"  状态地址：{before.status_base} → {after.status_base}，以前的证书全部不再通过！",
            f"  status base: {before.status_base} → {after.status_base}: NO EARLIER CERTIFICATE PASSES ANY MORE",
        )


def _lists(prepared: Preparation) -> Iterator[Words]:
    held = prepared.held
    old = {} if held is None else {each.code: each for each in held.issuers}
    new = {each.code: each for each in issuers_of(prepared)}
    for code in sorted(old.keys() | new.keys()):
        if code in new:
            yield from _issuer(old.get(code), new[code])
        else:
            yield Words(f"  机构消失：{_name(old[code])}！", f"  ISSUER GONE: {_name(old[code])}")
    lists = lists_of(prepared)
    yield from _agreements(held.recognition if held else None, lists.recognition)
    before = held.benefits if held else None
    yield from benefit_words.changes(None if before is None else benefits.decode(before.payload), lists.benefits)


def _issuer(old: Issuer | None, new: Issuer) -> Iterator[Words]:
    if old is None:
        yield Words(f"  新备案机构：{_name(new)}", f"  issuer filed: {_name(new)}")
    yield from _histories(old, new)
    yield from _ranges(old, new)
    keys = {each.public: each for each in old.keys} if old else {}
    for key in new.keys:
        yield from _key(new, keys.pop(key.public, None), key)
    for key in keys.values():
        yield Words(
            f"  {_name(new)}：密钥消失 {cose.fingerprint(key.public)}！",
            f"  {_name(new)}: KEY GONE {cose.fingerprint(key.public)}",
        )


def _histories(old: Issuer | None, new: Issuer) -> Iterator[Words]:
    who = _name(old or new)
    for day, name in () if old is None else new.names:
        if old is not None and (day, name) not in old.names:
            yield Words(f"  {who}：{_day(day)} 起更名为 {name}", f"  {who}: called {name} from {_day(day)} on")
    for day, state in new.states:
        if old is None or (day, state) not in old.states:
            said = ISSUER_STATE[state]
            yield Words(f"  {who}：{_day(day)} 起{said.zh}", f"  {who}: {said.en} from {_day(day)} on")
    for day, state in () if old is None else old.states:
        if (day, state) not in new.states:
            said = ISSUER_STATE[state]
            yield Words(
                f"  {who}：取消 {_day(day)} 起的“{said.zh}”！", f"  {who}: NO LONGER {said.en} from {_day(day)} on"
            )


def _ranges(old: Issuer | None, new: Issuer) -> Iterator[Words]:
    before: set[Scope | Site] = set() if old is None else {*old.scopes, *old.sites}
    after: set[Scope | Site] = {*new.scopes, *new.sites}
    for each in sorted(after - before, key=repr):
        zh, en = _range(each)
        yield Words(f"  {_name(new)}：加 {zh}", f"  {_name(new)}: adds {en}")
    for each in sorted(before - after, key=repr):
        zh, en = _range(each)
        yield Words(f"  {_name(new)}：去 {zh}", f"  {_name(new)}: drops {en}")


def _range(each: Scope | Site) -> tuple[str, str]:
    first = _day(each.first)
    days = (f"{first} 起", f"from {first} on")
    if each.last is not None:
        days = (f"{first} 至 {_day(each.last)}", f"{first} to {_day(each.last)}")
    if isinstance(each, Site):
        return f"考点 {each.code}，{days[0]}", f"site {each.code}, {days[1]}"
    level = highest_level(each.highest)
    occupation = f"{each.occupation.edition}:{each.occupation.code}"
    return f"范围 {occupation}，最高{level.zh}，{days[0]}", f"scope {occupation}, up to {level.en}, {days[1]}"


def _key(issuer: Issuer, old: CertificateKey | None, new: CertificateKey) -> Iterator[Words]:
    shown = cose.fingerprint(new.public)
    for at, state in new.states:
        if old is None or (at, state) not in old.states:
            said = KEY_STATE[state]
            yield Words(
                f"  {_name(issuer)}：密钥 {shown} 自 {_local(at)} 起{said.zh}",
                f"  {_name(issuer)}: key {shown} {said.en} since {rfc3339(at)}",
            )
    if new.survivors is not None and (old is None or old.survivors != new.survivors):
        stand = new.survivors.size
        yield Words(f"    此前登记的 {stand} 张仍成立，其余不成立", f"    {stand} stand, all else falls")


def _agreements(old: RecognitionList | None, new: RecognitionList | None) -> Iterator[Words]:
    before = _by_partner(old)
    after = _by_partner(new)
    for partner in sorted(before.keys() - after.keys()):
        yield Words(f"  与 {partner} 的互认协议消失！", f"  AGREEMENT GONE with {partner}")
    for partner, each in sorted(after.items()):
        known = before.get(partner)
        if known == each:
            continue
        day, state = each.states[-1]
        said = AGREEMENT_STATE[state]
        verb = Words("新的", "new") if known is None else Words("改变的", "changed")
        yield Words(
            f"  {verb.zh}互认协议：与 {partner}，{each.document}，{_day(day)} 起{said.zh}，"
            f"采认 {len(each.allow)} 条，不采认 {len(each.deny)} 条",
            f"  {verb.en} agreement with {partner}: {each.document}, {said.en} from {_day(day)} on, "
            f"allows {len(each.allow)}, denies {len(each.deny)}",
        )


def _by_partner(table: RecognitionList | None) -> Mapping[str, Agreement]:
    return {} if table is None else {each.partner: each for each in table.agreements}


def _name(issuer: Issuer) -> str:
    return f"{issuer.names[-1][1]} {issuer.code}"


def _day(day: Day) -> str:
    return date_from_day(day).isoformat()


def _local(at: Seconds) -> str:
    return datetime.fromtimestamp(at, CHINA).strftime("%Y-%m-%d %H:%M:%S")
