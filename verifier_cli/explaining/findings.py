"""What each step of a verification looked at, and what it found, in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from credential import wording
from credential.model import (
    Day,
    IssuerState,
    KeyState,
    LevelCertificate,
    PostAppointment,
    RegionalHonour,
    Seconds,
    SpecialAbility,
    region_of,
    rfc3339,
)
from credential.numbers import LEVEL_NAMES, LEVEL_NAMES_EN
from credential.recognition import RecognisedAs
from credential.verify import Case, scope_reference
from verifier_cli.output import shown
from verifier_cli.words import human
from verifier_cli.words.human import Pair
from verifier_cli.words.machine import iso, last_day

Said = Callable[[Case], Pair]
_SHORT: Final = 60
_KEY: Final[Mapping[KeyState, Pair]] = {
    KeyState.PENDING: ("待启用", "pending"),
    KeyState.ACTIVE: ("启用", "active"),
    KeyState.RETIRED: ("停用", "retired"),
    KeyState.COMPROMISED: ("失窃", "stolen"),
}
_FILING: Final[Mapping[IssuerState, Pair]] = {
    IssuerState.FILED: ("备案", "filed"),
    IssuerState.SUSPENDED: ("暂停", "suspended"),
    IssuerState.WITHDRAWN: ("注销", "withdrawn"),
    IssuerState.VOID: ("无效", "void"),
}


def looked_at(number: int, case: Case) -> Pair | None:
    """What a step that stopped had before it; None if its reason says it all."""
    said = _LOOKED_AT.get(number)
    return None if said is None else said(case)


def found(number: int, case: Case) -> Pair:
    """What a step that passed found."""
    return _FOUND[number](case)


def _text(case: Case) -> Pair:
    text = shown(case.text.strip())
    part = text if len(text) <= _SHORT else text[:_SHORT] + "…"
    return f"文字“{part}”，{len(case.text)} 字符", f'the text "{part}", {len(case.text)} characters'


def _bytes(case: Case) -> Pair:
    return f"{len(case.data)} 字节", f"{len(case.data)} bytes"


def _item(case: Case) -> Pair:
    zh, en = _bytes(case)
    if case.usual is not None:
        return f"{zh}，写法与通常的证书一致", f"{en}, laid out as certificates usually are"
    return f"{zh}，严格的 CBOR", f"{en} of strict CBOR"


def _envelope(case: Case) -> Pair:
    kid = case.message.kid.hex()
    return f"COSE_Sign1，EdDSA，密钥提示 {kid}", f"COSE_Sign1 by EdDSA, key hint {kid}"


def _outer(case: Case) -> Pair:
    outer = case.outer
    place = f"{shown(outer.status.uri)} #{outer.status.idx}"
    return (
        f"签发机构 {outer.issuer}，签名时间 {rfc3339(outer.issued_at)}，状态位置 {place}",
        f"issuer {outer.issuer}, signed at {rfc3339(outer.issued_at)}, status at {place}",
    )


def _sought_region(case: Case) -> Pair:
    region = region_of(case.outer.issuer)
    return (
        f"地区 {region}，本机时间 {rfc3339(case.now)}",
        f"region {region}, the clock at {rfc3339(case.now)}",
    )


def _region(case: Case) -> Pair:
    region, head = case.region, case.region.trust_list.head
    root = f"{region.root.head.epoch}.{region.root.head.seq}"
    listed = f"{head.epoch}.{head.seq}"
    return (
        f"地区 {head.region}：根 {root}，信任清单 {listed}，{rfc3339(head.issued)}，各名单前后一致",
        f"region {head.region}: root {root}, trust list {listed} of {rfc3339(head.issued)}, all consistent",
    )


def _sought_issuer(case: Case) -> Pair:
    issued, kid = rfc3339(case.region.trust_list.head.issued), case.message.kid.hex()
    return (
        f"在 {issued} 的信任清单中找机构 {case.outer.issuer}、密钥 {kid}",
        f"looked for issuer {case.outer.issuer} and key {kid} in the trust list of {issued}",
    )


def _issuer(case: Case) -> Pair:
    name, many = shown(case.issuer.names[-1][1]), len(case.candidates)
    zh, en = human.ISSUERS[case.issuer.kind]
    return f"{name}（{zh}），对得上的密钥 {many} 把", f"{name} ({en}), with {many} key(s) of that hint"


def _keys(case: Case) -> Pair:
    keys = ", ".join(key.public.hex() for key in case.candidates)
    return f"用公钥 {keys} 验证", f"verified with the public key {keys}"


def _key(case: Case) -> Pair:
    return f"用公钥 {case.key.public.hex()} 验证，成立", f"it holds under the public key {case.key.public.hex()}"


def _certificate(case: Case) -> Pair:
    certificate = case.certificate
    zh, en = human.KINDS[certificate.kind]
    number, place = shown(certificate.number), f"{case.list_number} #{certificate.status.idx}"
    return f"{zh}，编号 {number}，状态列表 {place}", f"{en}, number {number}, status list {place}"


def _dates(case: Case) -> Pair:
    day, signed, now = iso(case.certificate.issued_on), rfc3339(case.certificate.issued_at), rfc3339(case.now)
    return f"发证 {day}，签名 {signed}，本机时间 {now}", f"issued on {day}, signed at {signed}, now {now}"


def _standing(case: Case) -> Pair:
    since = case.key.compromised_since
    if since is None:
        return "机构未被宣布无效，密钥没有失窃记录", "the issuer is not void, and nothing says that the key was stolen"
    return (
        f"密钥自 {rfc3339(since)} 失窃；本证书在此前已登记",
        f"the key was stolen at {rfc3339(since)}; this certificate was registered before",
    )


def _stolen(case: Case) -> Pair | None:
    since = case.key.compromised_since
    if case.issuer.is_void or since is None:
        return None
    signed = rfc3339(case.certificate.issued_at)
    return (
        f"密钥自 {rfc3339(since)} 失窃，签名时间 {signed}",
        f"the key was stolen at {rfc3339(since)}, signed at {signed}",
    )


def _windows(case: Case) -> Pair:
    keys = [(rfc3339(since), _KEY[state]) for since, state in case.key.states]
    filings = [(iso(since), _FILING[state]) for since, state in case.issuer.states]
    return (
        f"密钥：{_history(keys, 0)}；机构：{_history(filings, 0)}",
        f"the key: {_history(keys, 1)}; the issuer: {_history(filings, 1)}",
    )


def _history(states: Sequence[tuple[str, Pair]], language: int) -> str:
    return ", ".join(f"{since} {words[language]}" for since, words in states)


def _asked_scope(case: Case) -> Pair:
    reference, day = scope_reference(case.certificate), iso(case.certificate.issued_on)
    zh, en = _level(case)
    scopes = [each for each in case.issuer.scopes if each.occupation == reference]
    filed = "; ".join(f"{each.highest or '-'}, {iso(each.first)}..{_until(each.last)}" for each in scopes) or "-"
    code = shown(reference.code)
    return (
        f"{code}{zh}，发证 {day}；备案的最高等级和日期：{filed}",
        f"{code}{en}, issued on {day}; filed, highest level and dates: {filed}",
    )


def _until(day: Day | None) -> str:
    return "" if day is None else iso(day)


def _level(case: Case) -> Pair:
    match case.certificate.subject:
        case LevelCertificate(level=level):
            return f" {LEVEL_NAMES[level]}", f" {LEVEL_NAMES_EN[level]}"
        case SpecialAbility() | PostAppointment() | RegionalHonour():
            return "", ""


def _term(case: Case) -> Pair:
    match case.certificate.subject:
        case PostAppointment(ends=ends):
            return f"聘期至 {iso(last_day(ends))}", f"the term lasts until {iso(last_day(ends))}"
        case LevelCertificate() | SpecialAbility() | RegionalHonour():
            return "不是岗位聘任，没有聘期", "no post, so no term"


def _place(case: Case) -> Pair:
    when = case.status_time
    issued = "" if when is None else rfc3339(when)
    place = f"{case.list_number} #{case.certificate.status.idx}"
    return f"状态列表 {place}，{issued}", f"status list {place} {issued}"


def _status(case: Case) -> Pair:
    zh, en = _place(case)
    known_zh, known_en = human.REGISTRATION[case.registration or "index-only"]
    return f"{zh}：有效；{known_zh}", f"{en}: valid; {known_en}"


def _expiries(case: Case) -> Pair:
    root, listed = case.region.root.head.expires, case.region.trust_list.head.expires
    times: tuple[Seconds, ...] = (root, listed, case.status.expires)
    zh, en = ("根名单", "信任清单", "状态列表"), ("root", "trust list", "status list")
    until = [rfc3339(each) for each in times]
    return (
        "有效至：" + "，".join(f"{name} {each}" for name, each in zip(zh, until, strict=True)),
        "valid until: " + ", ".join(f"{name} {each}" for name, each in zip(en, until, strict=True)),
    )


def _recognition(case: Case) -> Pair:
    words = wording.of(case.recognition)
    zh, en = _rule(case.recognised_as)
    return f"{words.zh}{zh}", f"{words.en} ({case.recognition.value}){en}"


def _rule(answer: RecognisedAs | None) -> Pair:
    """By which rule, and its document."""
    if answer is None or answer.document is None:
        return "", ""
    day = "" if answer.date is None else f" {iso(answer.date)}"
    document = f"{shown(answer.document)}{day}"
    return f"依据规则 {answer.rule}，{document}", f" By rule {answer.rule}, {document}"


_FOUND: Final[Mapping[int, Said]] = {
    1: _text,
    2: _item,
    3: _envelope,
    4: _outer,
    5: _region,
    6: _issuer,
    7: _key,
    8: _certificate,
    9: _dates,
    10: _standing,
    11: _windows,
    12: _asked_scope,
    13: _term,
    14: _status,
    15: _expiries,
    16: _recognition,
}
_LOOKED_AT: Final[Mapping[int, Callable[[Case], Pair | None]]] = {
    1: _text,
    2: _bytes,
    5: _sought_region,
    6: _sought_issuer,
    7: _keys,
    9: _dates,
    10: _stolen,
    11: _windows,
    12: _asked_scope,
    13: _term,
    14: _place,
    15: _expiries,
}
