"""What is printed of one certificate, in words: by field, in Chinese and English."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from credential.model import (
    Certificate,
    DocumentType,
    Kind,
    LevelCertificate,
    Post,
    PostAppointment,
    RegionalHonour,
    Seconds,
    SpecialAbility,
    Subject,
    date_from_day,
    day_of,
)
from credential.numbers import LEVEL_NAMES, LEVEL_NAMES_EN
from signer.roster.values import DOCUMENT_NAMES, POST_NAMES

NONE: Final = "--"
"""What is printed where there is nothing: never a blank, which could be filled in later."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A line of label and value: fields `field` and, under a bilingual label, `field_en` where there is one."""

    zh: str
    en: str
    field: str


@dataclass(frozen=True, slots=True)
class Wording:
    """What a kind of certificate is called, what it says, and which lines it has."""

    title: str
    title_en: str
    body: str
    body_en: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """One certificate to print: its QR text, its fields' texts, and the roster's row if there is one.

    `document_number` among the fields may be the whole number: it goes on paper, and into no message.
    """

    number: str
    kind: Kind
    row: int | None
    text: str
    issued_on: date
    fields: Mapping[str, str] = field(repr=False)


_PERSON: Final = (
    Pair("姓名", "Name", "name"),
    Pair("证件类型", "Type of document", "document_type"),
    Pair("证件号码", "Document number", "document_number"),
)
_OCCUPATION: Final = (
    Pair("职业名称", "Occupation", "occupation"),
    Pair("职业方向", "Specialisation", "specialisation"),
)
_NUMBER: Final = Pair("证书编号", "Certificate number", "number")

WORDINGS: Final[Mapping[Kind, Wording]] = {
    Kind.LEVEL: Wording(
        "职业技能等级证书",
        "Certificate of Vocational Skill Level",
        "本证书由{issuer}颁发，表明持证人通过本机构组织的职业技能等级认定，具备该职业（工种）相应技能等级水平。",
        "Issued by {issuer}: the holder has passed the assessment of vocational skill levels that this institution"
        " conducts, and has the skills of the level and occupation named here.",
        (*_PERSON, *_OCCUPATION, Pair("职业技能等级", "Skill level", "level"), _NUMBER),
    ),
    Kind.SPECIAL_ABILITY: Wording(
        "专项职业能力证书",
        "Certificate of Special Vocational Ability",
        "本证书由{issuer}颁发，表明持证人通过本机构组织的专项职业能力考核，具备该项职业能力。",
        "Issued by {issuer}: the holder has passed the examination that this institution conducts, and has the"
        " vocational ability named here.",
        (*_PERSON, Pair("专项职业能力", "Special ability", "occupation"), _OCCUPATION[1], _NUMBER),
    ),
    Kind.POST: Wording(
        "技能岗位聘任证书",
        "Certificate of Appointment to a Technical Post",
        "本证书由{issuer}颁发，表明持证人经本单位评聘，在聘期内担任下列技能岗位。",
        "Issued by {issuer}: the holder has been assessed and is appointed to the post named here for its term.",
        (*_PERSON, *_OCCUPATION, Pair("聘任岗位", "Post", "post"), Pair("聘期至", "Term until", "term"), _NUMBER),
    ),
    Kind.HONOUR: Wording(
        "人才荣誉证书",
        "Certificate of Honour",
        "本证书由{issuer}颁发，持证人获得下列荣誉称号，特发此证。",
        "Issued by {issuer}: the title of honour named here has been awarded to the holder.",
        (*_PERSON, Pair("荣誉称号", "Title of honour", "honour"), _NUMBER),
    ),
}

_DOCUMENTS_EN: Final[Mapping[DocumentType, str]] = {
    DocumentType.CITIZEN_ID: "Citizen's identity card",
    DocumentType.RESIDENCE_PERMIT_HMT: "Residence permit (Hong Kong, Macao, Taiwan)",
    DocumentType.FOREIGNER_PERMANENT_RESIDENCE: "Foreigner's permanent residence card",
    DocumentType.PASSPORT: "Passport",
    DocumentType.TRAVEL_PERMIT: "Travel permit",
    DocumentType.MILITARY: "Officer's card",
    DocumentType.OTHER: "Other",
}
_POSTS_EN: Final[Mapping[Post, str]] = {
    Post.APPRENTICE: "Apprentice",
    Post.SPECIAL_GRADE_TECHNICIAN: "Special-grade technician",
    Post.CHIEF_TECHNICIAN: "Chief technician",
}
_ROLES: Final = {
    Kind.LEVEL: ("评价机构", "Evaluator"),
    Kind.SPECIAL_ABILITY: ("考核机构", "Examining institution"),
    Kind.POST: ("聘任单位", "Appointing enterprise"),
    Kind.HONOUR: ("颁发机构", "Awarded by"),
}

FIELDS: Final = frozenset(
    {
        *("title", "title_en", "body", "body_en", "issuer", "issuer_role", "issuer_role_en", "issuer_code"),
        *(
            "name",
            "document_type",
            "document_type_en",
            "document_number",
            "number",
            "date",
            "date_en",
            "host",
            "serial",
        ),
        *("occupation", "occupation_code", "specialisation", "level", "level_en", "post", "post_en", "term", "term_en"),
        *("honour", "sub_level", "local_post", "subject", "grade"),
    }
)
"""The fields that a layout may name."""


def fields_of(certificate: Certificate, issuer: str, host: str, document: str | None, serial: str) -> dict[str, str]:
    """Every field of a certificate. Without the whole `document` number its last four are printed, marked as such.

    `serial` is empty where none is printed: then what names it is left out.
    """
    wording = WORDINGS[certificate.kind]
    role, role_en = _ROLES[certificate.kind]
    day = date_from_day(certificate.issued_on)
    person = certificate.person
    said = {
        "title": wording.title,
        "title_en": wording.title_en,
        "body": wording.body.replace("{issuer}", issuer),
        "body_en": wording.body_en.replace("{issuer}", issuer),
        "issuer": issuer,
        "issuer_role": role,
        "issuer_role_en": role_en,
        "issuer_code": certificate.issuer,
        "name": person.name,
        "document_type": DOCUMENT_NAMES[person.document_type],
        "document_type_en": _DOCUMENTS_EN[person.document_type],
        "document_number": document or f"{person.document_last4}（仅末四位 last four only）",
        "number": certificate.number,
        "date": _zh(day),
        "date_en": day.isoformat(),
        "host": host,
        "serial": serial,
        "sub_level": certificate.extra.sub_level or NONE,
        "local_post": certificate.extra.local_post or NONE,
    }
    return said | _subject(certificate.subject)


def _subject(subject: Subject) -> dict[str, str]:
    none = dict.fromkeys(("occupation", "occupation_code", "specialisation", "level", "post", "term", "honour"), NONE)
    english = dict.fromkeys(("level_en", "post_en", "term_en"), "")
    return none | english | _occupation(subject) | _own(subject)


def _occupation(subject: Subject) -> dict[str, str]:
    match subject:
        case RegionalHonour():
            return {}
        case LevelCertificate(occupation) | SpecialAbility(occupation) | PostAppointment(occupation):
            return {
                "occupation": occupation.title,
                "subject": occupation.title,
                "occupation_code": occupation.code,
                "specialisation": occupation.specialisation or NONE,
            }


def _own(subject: Subject) -> dict[str, str]:
    match subject:
        case LevelCertificate(level=level):
            return {"level": LEVEL_NAMES[level], "level_en": LEVEL_NAMES_EN[level], "grade": LEVEL_NAMES[level]}
        case SpecialAbility():
            return {"grade": "专项职业能力"}
        case PostAppointment(post=post, ends=ends):
            last = date_from_day(day_of(Seconds(ends - 1)))
            said = {"post": POST_NAMES[post], "post_en": _POSTS_EN[post], "grade": f"{POST_NAMES[post]}（至 {last}）"}
            return said | {"term": _zh(last), "term_en": last.isoformat()}
        case RegionalHonour(honour):
            return {"honour": honour, "subject": honour, "grade": "荣誉"}


def _zh(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
