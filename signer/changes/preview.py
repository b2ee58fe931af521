"""What a change will do, before anyone confirms or approves it: how many of what, whose, and why. Names are masked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from credential.model import (
    Certificate,
    LevelCertificate,
    Occupation,
    PostAppointment,
    RegionalHonour,
    Seconds,
    SpecialAbility,
    Status,
    date_from_day,
    day_of,
)
from credential.request import ChangeReason
from credential.text import masked
from signer.certificates import drafts, preview
from signer.changes.reasons import REASONS
from signer.roster.values import DOCUMENT_NAMES

Line = tuple[str, str]
SHOWN: Final = 10
_NAME: Final = "name"
_TERM: Final = "term until"
DONE: Final = {
    Status.REVOKED: ("撤销（不能恢复）", "revoke for good"),
    Status.SUSPENDED: ("暂停", "suspend"),
    Status.VALID: ("恢复", "restore"),
}


@dataclass(frozen=True, slots=True)
class Replacement:
    """A certificate and the one that takes its place under its number."""

    old: Certificate
    new: Certificate


def of_status(certificates: Sequence[Certificate], status: Status, reason: ChangeReason) -> list[Line]:
    """What a change of status does."""
    zh, en = DONE[status]
    said, count = REASONS[reason], len(certificates)
    return [
        (f"{zh} {count} 张，原因：{said.zh}。", f"{en}: {count}, reason: {said.en}."),
        (f"对持证人：{said.holder_zh}。", f"for the holder: {said.holder_en}."),
        *_groups(certificates),
        *_shown([(_who(each), _who(each)) for each in certificates[:SHOWN]], count),
    ]


def of_replacements(replacements: Sequence[Replacement]) -> list[Line]:
    """What corrections or renewals do."""
    count = len(replacements)
    zh, en = called(replacements)
    return [
        (
            f"{zh} {count} 张：编号不变，新证书取代旧证书，旧二维码不再通过。",
            f"{en}: {count}, under the same numbers; the old ones are superseded, their codes not accepted.",
        ),
        *_groups([each.new for each in replacements]),
        *_shown([_changed(each) for each in replacements[:SHOWN]], count),
    ]


def called(replacements: Sequence[Replacement]) -> Line:
    """What it is called: a renewal if nothing but terms changes."""
    changed = {key for each in replacements for _, key, before, after in _facts(each.old, each.new) if before != after}
    return ("续聘", "renew") if changed == {_TERM} else ("更正", "correct")


def _groups(certificates: Sequence[Certificate]) -> list[Line]:
    return preview.lines([drafts.draft_of_certificate(each) for each in certificates])


def _shown(lines: Sequence[Line], count: int) -> Iterator[Line]:
    yield from ((f"    {zh}", f"    {en}") for zh, en in lines)
    if count > len(lines):
        yield f"    ……另有 {count - len(lines)} 张", f"    ... and {count - len(lines)} more"


def _who(certificate: Certificate) -> str:
    return f"{certificate.number}  {masked(certificate.person.name)}  {certificate.person.document_last4}"


def _changed(replacement: Replacement) -> Line:
    old, new = replacement.old, replacement.new
    found = [(zh, en, before, after) for zh, en, before, after in _facts(old, new) if before != after]
    zh = "；".join(f"{name} {_shape(key, before, after)}" for name, key, before, after in found)
    en = "; ".join(f"{key} {_shape(key, before, after)}" for _, key, before, after in found)
    return f"{_who(old)}  {zh}", f"{_who(old)}  {en}"


def _shape(what: str, before: str, after: str) -> str:
    """Before and after; of a name its first character, and which of the others differ."""
    if what != _NAME:
        return f"{before or '--'} → {after or '--'}"
    others = [str(place) for place, pair in enumerate(zip(before, after, strict=False), 1) if pair[0] != pair[1]]
    return f"{masked(before)} → {masked(after)}" + (f" [{', '.join(others)}]" if others else "")


def _facts(old: Certificate, new: Certificate) -> Iterator[tuple[str, str, str, str]]:
    """Everything that a correction or a renewal can change: its names, before and after."""
    yield "姓名", _NAME, old.person.name, new.person.name
    before_type, after_type = (DOCUMENT_NAMES[each.person.document_type] for each in (old, new))
    yield "证件类型", "document type", before_type, after_type
    yield "证件末四位", "last four of the document", old.person.document_last4, new.person.document_last4
    before, after = _occupation(old), _occupation(new)
    yield "职业名称", "occupation", before.title, after.title
    yield "职业方向", "specialisation", before.specialisation or "", after.specialisation or ""
    yield "聘期至", _TERM, _until(old), _until(new)


def _occupation(certificate: Certificate) -> Occupation:
    match certificate.subject:
        case LevelCertificate() | SpecialAbility() | PostAppointment():
            return certificate.subject.occupation
        case RegionalHonour(title):
            return Occupation(0, "", title, None)


def _until(certificate: Certificate) -> str:
    match certificate.subject:
        case PostAppointment(ends=ends):
            return date_from_day(day_of(Seconds(ends - 1))).isoformat()
        case _:
            return ""
