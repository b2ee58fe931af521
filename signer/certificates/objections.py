"""What stands against a draft: why this issuer must not sign it, in both languages."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from credential import claims, verify
from credential.errors import CredentialError
from credential.issuer import NO_LEVEL, Issuer, OccupationReference
from credential.model import (
    IssuerState,
    LevelCertificate,
    PostAppointment,
    Seconds,
    date_from_day,
    day_of,
)
from credential.numbers import LEVEL_NAMES, LEVEL_NAMES_EN
from signer.certificates.drafts import Draft, sample
from signer.roster.catalogue import built_in

_NAMED: Final = 5
"""So many filed occupations are named where another is refused."""


@unique
class RowCode(StrEnum):
    """Why this issuer must not sign a row that is right in itself; the codes are for programs."""

    SCOPE_OCCUPATION = "SCOPE_OCCUPATION"
    SCOPE_LEVEL = "SCOPE_LEVEL"
    SCOPE_DATE = "SCOPE_DATE"
    NOT_FILED_THEN = "NOT_FILED_THEN"
    DATE_AFTER_SIGNING = "DATE_AFTER_SIGNING"
    TERM_ENDED = "TERM_ENDED"
    UNSIGNABLE = "UNSIGNABLE"
    ALREADY_SIGNED = "ALREADY_SIGNED"
    POST_NOT_EMPLOYER = "POST_NOT_EMPLOYER"
    PRINT_CHARACTER = "PRINT_CHARACTER"
    PRINT_TOO_LONG = "PRINT_TOO_LONG"
    PRINT_PHOTO = "PRINT_PHOTO"


@dataclass(frozen=True, slots=True)
class Fault:
    """One row that this issuer must not sign. `column` names what to look at; `shape` holds no document number."""

    row: int
    column: str
    shape: str
    why_zh: str
    why_en: str
    fix_zh: str
    fix_en: str
    code: RowCode


def faults(drafts: Iterable[Draft], issuer: Issuer, now: Seconds) -> list[Fault]:
    """At most one fault a draft, in order: scope, filing, dates, and whether it can be written at all."""
    found = (_fault(draft, issuer, now) for draft in drafts)
    return [fault for fault in found if fault is not None]


def _fault(draft: Draft, issuer: Issuer, now: Seconds) -> Fault | None:
    return _scope_fault(draft, issuer) or _date_fault(draft, issuer, now) or _form_fault(draft, issuer)


def _scope_fault(draft: Draft, issuer: Issuer) -> Fault | None:
    trial = sample(draft, issuer.code)
    reference = verify.scope_reference(trial)
    scopes = [scope for scope in issuer.scopes if scope.occupation == reference]
    if not scopes:
        others = {scope.occupation.edition for scope in issuer.scopes if scope.occupation.code == reference.code}
        shape = f"{reference.code}（{reference.edition}）"
        return _other_edition(draft, shape, others) if others else _out_of_scope(draft, shape, issuer)
    match draft.subject:
        case LevelCertificate(level=level):
            highest = min((s.highest for s in scopes if s.highest != NO_LEVEL), default=NO_LEVEL)
            scopes = [scope for scope in scopes if scope.covers_level(level)]
            if not scopes:
                return _level_too_high(draft, level, highest)
        case _:
            pass
    if not any(scope.covers_day(draft.issued_on) for scope in scopes):
        return _outside_dates(draft)
    return None


def _out_of_scope(draft: Draft, shape: str, issuer: Issuer) -> Fault:
    filed = sorted({scope.occupation for scope in issuer.scopes})
    named = "、".join(map(_named, filed[:_NAMED])) or "无 none"
    more_zh, more_en = (f"等 {len(filed)} 个", f" and others, {len(filed)} in all") if len(filed) > _NAMED else ("", "")
    return _made(
        draft, RowCode.SCOPE_OCCUPATION, "职业编码", shape,
        f"这一项不在本机构的备案范围内；备案的是：{named}{more_zh}",
        f"this is not among what the issuer is filed for, which is: {named}{more_en}",
        "核对职业编码与版本，或向登记机构申请扩大范围",
        "check code and edition, or ask the registry to widen the scope",
    )  # fmt: skip


def _named(filed: OccupationReference) -> str:
    """Title, code and edition; of an honour, which no catalogue has, its name."""
    found = built_in().find(filed.edition, filed.code, None)
    return f"{found[0].title} {filed.code}（{filed.edition}）" if found else filed.code


def _other_edition(draft: Draft, shape: str, editions: Collection[int]) -> Fault:
    filed = "、".join(map(str, sorted(editions)))
    return _made(
        draft, RowCode.SCOPE_OCCUPATION, "职业编码", shape,
        f"这个编码本机构备案的是 {filed} 版，名册写的是另一版",
        f"this code is filed for edition {filed}, and the row has another",
        "核对大典版本，或向登记机构申请扩大范围", "check the edition, or ask the registry to widen the scope",
    )  # fmt: skip


def _level_too_high(draft: Draft, level: int, highest: int) -> Fault:
    zh, en = LEVEL_NAMES.get(highest, "无等级"), LEVEL_NAMES_EN.get(highest, "no level")
    return _made(
        draft, RowCode.SCOPE_LEVEL, "等级", LEVEL_NAMES[level],
        f"高于备案的最高等级（{zh}）", f"is above the highest level filed ({en})",
        "核对等级，或向登记机构申请扩大范围", "check the level, or ask the registry to widen the scope",
    )  # fmt: skip


def _outside_dates(draft: Draft) -> Fault:
    return _made(
        draft, RowCode.SCOPE_DATE, "发证日期", date_from_day(draft.issued_on).isoformat(),
        "不在该职业备案的有效期内", "lies outside the dates for which this occupation is filed",
        "核对日期", "check the date",
    )  # fmt: skip


def _date_fault(draft: Draft, issuer: Issuer, now: Seconds) -> Fault | None:
    shape = date_from_day(draft.issued_on).isoformat()
    if draft.issued_on > day_of(now):
        return _made(
            draft, RowCode.DATE_AFTER_SIGNING, "发证日期", shape, "在今天之后", "is after today",
            "改为实际发证日期，或到那天再签", "write the real date, or sign on that day",
        )  # fmt: skip
    if issuer.state_on(draft.issued_on) is not IssuerState.FILED:
        return _made(
            draft, RowCode.NOT_FILED_THEN, "发证日期", shape,
            "那天本机构不在备案状态", "on that day this issuer's filing was not in force",
            "核对日期", "check the date",
        )  # fmt: skip
    match draft.subject:
        case PostAppointment(ends=ends) if ends <= now:
            return _made(
                draft, RowCode.TERM_ENDED, "聘期至", date_from_day(day_of(Seconds(ends - 1))).isoformat(),
                "聘期已经结束", "the term has already ended", "核对聘期", "check the term",
            )  # fmt: skip
        case _:
            return None


def _form_fault(draft: Draft, issuer: Issuer) -> Fault | None:
    trial = sample(draft, issuer.code)
    try:
        if claims.decode_body(claims.decode_outer(claims.encode(trial))) == trial:
            return None
        detail = "does not come back as written"
    except CredentialError as error:
        detail = str(error)
    return _made(
        draft, RowCode.UNSIGNABLE, "整行", detail,
        "写不成证书（文字过长或含不可用字符）", "cannot be written as a certificate (a text is too long, or refused)",
        "缩短文字，去掉不可见字符", "shorten the texts, remove invisible characters",
    )  # fmt: skip


def already_signed(draft: Draft, number: str) -> Fault:
    """The fault of a row that was signed before, under `number`."""
    return _made(
        draft, RowCode.ALREADY_SIGNED, "整行", number,
        "同一人的同一证书以前签过", "the same certificate of the same person was signed before",
        "从名册删去此行；确为另一人请加 --repeat", "remove the row; if it is another person, add --repeat",
    )  # fmt: skip


def _made(
    draft: Draft, code: RowCode, column: str, shape: str, why_zh: str, why_en: str, fix_zh: str, fix_en: str
) -> Fault:
    return Fault(draft.row or 0, column, shape, why_zh, why_en, fix_zh, fix_en, code)
