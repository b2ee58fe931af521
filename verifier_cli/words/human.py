"""A verdict for a person: a big word, the signed facts to compare, and what to do next. Chinese first."""

from collections.abc import Sequence
from typing import Final

from credential import wording
from credential.model import (
    Basis,
    Certificate,
    DocumentType,
    Effect,
    IssuerKind,
    Kind,
    LevelCertificate,
    Post,
    PostAppointment,
    RegionalHonour,
    SpecialAbility,
    rfc3339,
)
from credential.numbers import LEVEL_NAMES, LEVEL_NAMES_EN
from credential.reason import Entitlement, Outcome, Reason, Recognition, SyncReason
from credential.recognition import RecognisedAs
from credential.verify import Accepted, AsOf, NamedIssuer, Rejected, Undecided, Verdict
from verifier_cli.output import Style, shown
from verifier_cli.words.machine import iso, last_day

Pair = tuple[str, str]

KINDS: Final[dict[Kind, Pair]] = {
    Kind.LEVEL: ("职业技能等级证书", "level certificate"),
    Kind.SPECIAL_ABILITY: ("专项职业能力证书", "special-ability certificate"),
    Kind.POST: ("技能岗位聘任", "post appointment"),
    Kind.HONOUR: ("区级人才荣誉（不是等级证书）", "regional honour (not a level certificate)"),
}
DOCUMENTS: Final[dict[DocumentType, Pair]] = {
    DocumentType.CITIZEN_ID: ("居民身份证", "citizen ID"),
    DocumentType.RESIDENCE_PERMIT_HMT: ("港澳台居民居住证", "residence permit (HK, Macao, Taiwan)"),
    DocumentType.FOREIGNER_PERMANENT_RESIDENCE: ("外国人永久居留身份证", "foreigner's permanent residence card"),
    DocumentType.PASSPORT: ("护照", "passport"),
    DocumentType.TRAVEL_PERMIT: ("通行证", "travel permit"),
    DocumentType.MILITARY: ("军官证", "military document"),
    DocumentType.OTHER: ("其他证件", "other document"),
}
BASES: Final[dict[Basis, Pair]] = {
    Basis.EXAMINATION: ("理论与实操考试", "examination"),
    Basis.PROCESS_ASSESSMENT: ("过程或模块考核", "process assessment"),
    Basis.PERFORMANCE_REVIEW: ("业绩评审", "performance review"),
    Basis.DIRECT_RECOGNITION: ("直接认定", "direct recognition"),
    Basis.COMPETITION: ("竞赛", "competition"),
    Basis.RECOGNITION: ("其他证书采认", "recognition of another certificate"),
}
POSTS: Final[dict[Post, Pair]] = {
    Post.APPRENTICE: ("学徒工", "apprentice"),
    Post.SPECIAL_GRADE_TECHNICIAN: ("特级技师", "special-grade technician"),
    Post.CHIEF_TECHNICIAN: ("首席技师", "chief technician"),
}
ISSUERS: Final[dict[IssuerKind, Pair]] = {
    IssuerKind.EMPLOYER: ("用人单位", "employer"),
    IssuerKind.SOCIAL: ("社会培训评价组织", "social evaluation organisation"),
    IssuerKind.SCHOOL: ("院校", "school"),
}
EFFECTS: Final[dict[Effect, Pair]] = {
    Effect.EQUIVALENT: ("视同本地证书", "equivalent"),
    Effect.ELIGIBILITY: ("可作为申报条件", "counts towards applying"),
    Effect.TREATMENT: ("享受本地待遇", "local benefits"),
}
REGISTRATION: Final[dict[str, Pair]] = {
    "register": ("本证书已登记", "this certificate is in the register"),
    "index-only": ("只核对了登记位置", "only its index was checked (index-only)"),
}
_BIG: Final[dict[Outcome, tuple[str, str, str, str]]] = {
    Outcome.ACCEPTED: ("✔", "[OK]", "通过", "ACCEPTED"),
    Outcome.REJECTED: ("✘", "[NO]", "不通过", "REJECTED"),
    Outcome.UNDECIDED: ("?", "[??]", "无法判断", "UNDECIDED"),
}
UNRECOGNISED: Final = ("证书真实，但本地区未采认。", "Authentic, but not recognised in this region.")


def block(name: str, verdict: Verdict, counted: Outcome, style: Style, more: Sequence[str] = ()) -> str:
    """All that is to be said of one input. `counted` is the outcome that the exit code counts; `more` are lines."""
    tick, ascii_mark, zh, en = _BIG[counted]
    lines = [f"{style.mark(tick, ascii_mark)} {style.both(zh, en)}   {shown(name)}"]
    if counted is not verdict.reason.outcome:
        lines.append("  " + style.both(*UNRECOGNISED))
    match verdict:
        case Accepted():
            lines += _facts(verdict.certificate, style)
            lines += _issuer(verdict.issuer, style)
            lines += _recognition(verdict.recognition, verdict.recognised_as, style)
        case Rejected(former=Certificate() as former):
            lines.append("  " + style.both("证书原来的内容：", "What the certificate said:"))
            lines += _facts(former, style)
            lines += _issuer(verdict.issuer, style)
        case Rejected() | Undecided():
            lines += _issuer(verdict.issuer, style)
    return "\n".join([*lines, *more, *_as_of(verdict.as_of, style), *_reason(verdict, style)]) + "\n"


def outcome(counted: Outcome) -> Pair:
    """The big word."""
    _, _, zh, en = _BIG[counted]
    return zh, en


def archived(verdict: Verdict, style: Style) -> str:
    """What an archive says of its own time: always with that time, and that it is no answer about today."""
    _, _, zh, en = _BIG[verdict.reason.outcome]
    at = rfc3339(verdict.as_of.now)
    lines = [
        "  " + style.both(f"归档最后状态（{at}）：当时{zh}", f"In the archive's last state, of {at}: {en} then"),
        "  " + style.both("这不是今天的答案。", "This is no answer about today."),
    ]
    match verdict:
        case Accepted():
            lines += _facts(verdict.certificate, style) + _issuer(verdict.issuer, style)
        case Rejected() | Undecided():
            detail = f": {shown(verdict.detail)}" if verdict.detail else ""
            words = wording.of(verdict.reason)
            lines.append("  " + style.both(words.zh, f"{words.en} ({verdict.reason.value}{detail})"))
    return "\n".join(lines) + "\n"


def _row(label: Pair, value: str, style: Style) -> str:
    return f"  {style.both(*label)}: {value}"


def _facts(certificate: Certificate, style: Style) -> list[str]:
    """Every signed fact that a person can compare with the paper."""
    person = certificate.person
    document = style.both(*DOCUMENTS[person.document_type])
    rows: list[tuple[Pair, str]] = [
        (("姓名", "Name"), shown(person.name)),
        (("证件", "Document"), f"{document}, {style.both('末四位', 'last four')} {shown(person.document_last4)}"),
        (("证书编号", "Number"), shown(certificate.number)),
        (("类别", "Kind"), style.both(*KINDS[certificate.kind])),
        *_occupation(certificate),
        *_subject(certificate, style),
        (("发证日期", "Issued on"), iso(certificate.issued_on)),
        (("评价依据", "Basis"), style.both(*BASES[certificate.basis])),
    ]
    unsigned = style.both(
        "照片不在签名内：请与持证人及其身份证件核对。",
        "The photo is not signed: compare it with the bearer and the ID card.",
    )
    return [*(_row(label, value, style) for label, value in rows), f"  {unsigned}"]


def _occupation(certificate: Certificate) -> list[tuple[Pair, str]]:
    found = certificate.occupation
    if found is None:
        return []
    edition = f"{found.edition}" if found.edition else "本地 local"
    return [
        (("职业", "Occupation"), f"{shown(found.title)} {shown(found.code)} ({edition})"),
        (("工种/方向", "Specialisation"), shown(found.specialisation or "--")),
    ]


def _subject(certificate: Certificate, style: Style) -> list[tuple[Pair, str]]:
    rows: list[tuple[Pair, str]] = []
    match certificate.subject:
        case LevelCertificate(level=level):
            rows.append((("等级", "Level"), style.both(LEVEL_NAMES[level], LEVEL_NAMES_EN[level])))
        case PostAppointment(post=post, ends=ends):
            rows.append((("岗位", "Post"), style.both(*POSTS[post])))
            rows.append((("聘期至", "Term until"), iso(last_day(ends))))
        case RegionalHonour(honour=honour):
            rows.append((("荣誉", "Honour"), shown(honour)))
        case SpecialAbility():
            pass
    extra = certificate.extra
    if extra.sub_level is not None:
        rows.append((("企业细分等级", "Sub-level"), shown(extra.sub_level)))
    if extra.local_post is not None:
        rows.append((("企业岗位", "Local post"), shown(extra.local_post)))
    return rows


def _issuer(issuer: NamedIssuer | None, style: Style) -> list[str]:
    if issuer is None:
        return []
    value = f"{shown(issuer.name)} {issuer.id} ({style.both(*ISSUERS[issuer.kind])})"
    return [_row(("签发机构", "Issuer"), value, style)]


def _recognition(answer: Recognition, found: RecognisedAs | None, style: Style) -> list[str]:
    words = wording.of(answer)
    lines = [_row(("本地采认", "Recognised here"), style.both(words.zh, words.en), style)]
    if found is None or answer is Recognition.HOME:
        return lines
    parts = [] if found.occupation is None else [shown(found.occupation.code)]
    if found.level in LEVEL_NAMES:
        parts.append(style.both(LEVEL_NAMES[found.level], LEVEL_NAMES_EN[found.level]))
    parts.append(style.both(*EFFECTS[found.effect]))
    lines.append(_row(("采认为", "As"), ", ".join(parts), style))
    date = "" if found.date is None else f", {iso(found.date)}"
    lines.append(_row(("依据", "Because of"), f"{shown(found.document or '')} ({found.rule}{date})", style))
    return lines


def _as_of(as_of: AsOf, style: Style) -> list[str]:
    parts = [f"{style.both('判断时间', 'now')} {rfc3339(as_of.now)}"]
    if as_of.trust_list is not None:
        parts.append(f"{style.both('信任清单', 'trust list')} {rfc3339(as_of.trust_list)}")
    if as_of.status_list is not None:
        parts.append(f"{style.both('状态列表', 'status list')} {rfc3339(as_of.status_list)}")
    if as_of.recognition is not None:
        parts.append(f"{style.both('采认名单', 'agreements')} {rfc3339(as_of.recognition)}")
    if as_of.registration is not None:
        parts.append(style.both(*REGISTRATION[as_of.registration]))
    return [_row(("资料截至", "As of"), "; ".join(parts), style)]


def _reason(verdict: Verdict, style: Style) -> list[str]:
    detail = "" if isinstance(verdict, Accepted) or not verdict.detail else f": {shown(verdict.detail)}"
    return sentence(verdict.reason, detail, style)


def sentence(reason: Reason | Recognition | Entitlement | SyncReason, detail: str, style: Style) -> list[str]:
    """The reason and the next step, in both languages."""
    words = wording.of(reason)
    chinese = [f"  说明：{words.zh}", f"  下一步：{words.next_zh}"] if style.chinese else []
    return [*chinese, f"  Why: {words.en} ({reason.value}{detail})", f"  Next: {words.next_en}"]


def summary(counts: dict[Outcome, int], style: Style) -> str:
    """One line with how many of each."""
    total = sum(counts.values())
    parts = [f"{style.both(zh, en.lower())} {counts[outcome]}" for outcome, (_, _, zh, en) in _BIG.items()]
    return f"{style.both('共', 'total')} {total}: " + ", ".join(parts)
