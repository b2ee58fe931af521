"""The words for people: what each code of the domain is called, in Chinese and in English."""

from typing import Final, NamedTuple

from credential import freshness_wording, wording
from credential.issuer import NO_LEVEL
from credential.model import AgreementState, IssuerKind, IssuerState, KeyState, Seconds
from credential.numbers import LEVEL_NAMES, LEVEL_NAMES_EN
from credential.reason import Reason


class Words(NamedTuple):
    """One thing said twice: Chinese first."""

    zh: str
    en: str


ISSUER_KIND: Final = {
    IssuerKind.EMPLOYER: Words("用人单位", "employer"),
    IssuerKind.SOCIAL: Words("社会培训评价组织", "social training and evaluation organisation"),
    IssuerKind.SCHOOL: Words("院校", "school"),
}
ISSUER_STATE: Final = {
    IssuerState.FILED: Words("已备案", "filed"),
    IssuerState.SUSPENDED: Words("暂停评价", "suspended"),
    IssuerState.WITHDRAWN: Words("已退出", "withdrawn; earlier certificates stand"),
    IssuerState.VOID: Words("备案无效", "void; none of its certificates stands"),
}
AGREEMENT_STATE: Final = {
    AgreementState.IN_FORCE: Words("生效", "in force"),
    AgreementState.SUSPENDED: Words("暂停", "suspended"),
    AgreementState.REPEALED: Words("废止", "repealed"),
}
NO_AGREEMENT: Final = Words("尚无协议", "no agreement")
NOT_IN_FORCE: Final = Words("尚未生效", "not in force yet")
KEY_STATE: Final = {
    KeyState.PENDING: Words("待启用", "pending"),
    KeyState.ACTIVE: Words("使用中", "active"),
    KeyState.RETIRED: Words("已停用", "retired"),
    KeyState.COMPROMISED: Words("已泄露", "compromised"),
}
ANSWER: Final = {
    "valid": Words("已登记，有效", "registered and valid"),
    "revoked": Words("已撤销", "revoked"),
    "suspended": Words("已暂停", "suspended for the time being"),
    "superseded": Words("已被更正后的证书取代", "superseded by a corrected certificate"),
    "on-record": Words("在册，未签名", "on record, not signed"),
}
"""The statuses of an answer to the public query."""


def why(reason: str) -> Words:
    """What a verifier's reason means, for a certificate that the register alone would call valid."""
    said = wording.of(Reason(reason))
    return Words(said.zh, said.en)


CERTIFICATE_KIND: Final = {
    "level": Words("职业技能等级证书", "level certificate"),
    "special_ability": Words("专项职业能力证书", "special-ability certificate"),
    "post": Words("技术岗位聘任", "appointment to a technical post"),
    "honour": Words("区域人才荣誉", "regional honour"),
}
LEVEL_IN_ENGLISH: Final = {name: LEVEL_NAMES_EN[level] for level, name in LEVEL_NAMES.items()}
OBJECT: Final = {kind: Words(*pair) for kind, pair in freshness_wording.OBJECTS.items()}


def highest_level(level: int) -> Words:
    """The highest level of a scope, in words."""
    if level == NO_LEVEL:
        return Words("不分等级", "no level")
    return Words(LEVEL_NAMES[level], LEVEL_NAMES_EN[level])


def age(instant: Seconds, now: Seconds) -> Words:
    """How long ago `instant` was, in the largest whole unit."""
    return Words(*freshness_wording.age(instant, now))
