"""What the national export can say of a certificate, field by field, as text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from credential.issuer import Issuer
from credential.model import Certificate, Day, LevelCertificate, RegionalHonour, Seconds, Status, date_from_day, day_of
from credential.numbers import LEVEL_NAMES
from registry.holders.holding import DOCUMENT_TYPE
from registry.issuers import institutions
from registry.issuers.institutions import Institution
from registry.store.models import OnRecordRow
from registry.words import ANSWER, CERTIFICATE_KIND, ISSUER_KIND, Words

Values = dict[str, str]
FALLEN: Final = "fallen"
"""The status of what the register has as valid or suspended although its issuer is void or its key was stolen."""
STATUSES: Final[Mapping[str, Words]] = {
    **{status.name.lower(): ANSWER[status.name.lower()] for status in Status if status.name.lower() in ANSWER},
    FALLEN: Words("不再成立", "does not stand: issuer void, or key stolen"),
}
FIELDS: Final[Mapping[str, Words]] = {
    "number": Words("证书编号", "certificate number"),
    "name": Words("姓名", "name"),
    "document_type": Words("证件类型", "kind of identity document"),
    "document_tail": Words("证件号码后四位；完整号码本机构不保存", "last four characters; the rest is not kept here"),
    "kind": Words("证书种类", "kind of certificate"),
    "occupation": Words("职业名称；荣誉则为其名称", "occupation, or the honour"),
    "occupation_code": Words("职业编码", "its code"),
    "edition": Words("职业目录版本，0 为本地", "edition, 0: local"),
    "specialisation": Words("工种/职业方向，没有则为 --", "specialisation, -- if none"),
    "level": Words("职业技能等级，写法见 level", "level, in the form chosen"),
    "issued_on": Words("发证日期，写法见 date", "date of issue, in the form chosen"),
    "issuer": Words("评价机构代码", "issuer's code"),
    "issuer_name": Words("评价机构名称，以发证日期为准", "issuer's name on the date of issue"),
    "issuer_kind": Words("评价机构性质", "kind of issuer"),
    "credit_code": Words("统一社会信用代码，以发证日期为准", "issuer's credit code on that date"),
    "authority": Words("备案机关，以发证日期为准", "filing authority on that date"),
    "division": Words("行政区划代码", "division's code"),
    "division_name": Words("行政区划名称", "division's name"),
    "status": Words("状态：valid、suspended、revoked、superseded、fallen、on-record", "status, by name"),
    "status_words": Words("状态，中文", "status in Chinese"),
    "registered_on": Words("登记或导入的日期，写法见 date", "day of registration, or of the import"),
}
DATE_FORMS: Final = ("YYYY-MM-DD", "YYYYMMDD", "YYYY/MM/DD", "YYYY年MM月DD日")
LEVEL_FORMS: Final[Mapping[str, Callable[[int], str]]] = {
    "三级/高级工": lambda level: LEVEL_NAMES[level],
    "三级": lambda level: LEVEL_NAMES[level].partition("/")[0],
    "高级工": lambda level: LEVEL_NAMES[level].partition("/")[2],
    "3": str,
}
"""How level 3 is written."""


@dataclass(frozen=True, slots=True)
class Form:
    """One of DATE_FORMS, and one of LEVEL_FORMS."""

    dates: str
    levels: str

    def of_date(self, day: date) -> str:
        """The date as it is to be written."""
        parts = (("YYYY", f"{day.year:04}"), ("MM", f"{day.month:02}"), ("DD", f"{day.day:02}"))
        written = self.dates
        for name, value in parts:
            written = written.replace(name, value)
        return written

    def of_instant(self, at: int) -> str:
        """The day in UTC+8."""
        return self.of_date(date_from_day(day_of(Seconds(at))))


@dataclass(frozen=True, slots=True)
class Known:
    """What is on file of the issuer."""

    issuer: Issuer
    institution: Institution


def of_registered(certificate: Certificate, status: str, registered_at: int, known: Known, form: Form) -> Values:
    """The fields of a registered certificate."""
    occupation, subject, day = certificate.occupation, certificate.subject, certificate.issued_on
    title = occupation.title if occupation else subject.honour if isinstance(subject, RegionalHonour) else ""
    return {
        "number": certificate.number,
        "name": certificate.person.name,
        "document_type": DOCUMENT_TYPE[certificate.person.document_type].zh,
        "document_tail": certificate.person.document_last4,
        "kind": CERTIFICATE_KIND[certificate.kind.name.lower()].zh,
        "occupation": title,
        "occupation_code": occupation.code if occupation else "",
        "edition": str(occupation.edition) if occupation else "",
        "specialisation": (occupation.specialisation if occupation else None) or "--",
        "level": LEVEL_FORMS[form.levels](subject.level) if isinstance(subject, LevelCertificate) else "",
        "issued_on": form.of_date(date_from_day(day)),
        "issuer": certificate.issuer,
        "issuer_name": known.issuer.name_on(day),
        "issuer_kind": ISSUER_KIND[known.issuer.kind].zh,
        "credit_code": _or_first(known.institution.credit_codes, day),
        "authority": _or_first(known.institution.authorities, day),
        "division": known.institution.division.code if known.institution.division else "",
        "division_name": known.institution.division.name if known.institution.division else "",
        "status": status,
        "status_words": STATUSES[status].zh,
        "registered_on": form.of_instant(registered_at),
    }


def _or_first(history: Sequence[tuple[Day, str]], day: Day) -> str:
    """What held on that day; before the first, the first: it was put on file later than it began."""
    return institutions.on(history, day) or (history[0][1] if history else "")


def of_old(row: OnRecordRow, form: Form) -> Values:
    """The fields of a certificate on record: what its sheet said, and nothing else."""
    known = {
        "number": row.number,
        "name": row.name,
        "kind": CERTIFICATE_KIND["level"].zh,
        "occupation": row.occupation,
        "specialisation": "--",
        "level": _level(row.level, form),
        "issued_on": form.of_date(date.fromisoformat(row.issued_on)) if _is_date(row.issued_on) else row.issued_on,
        "issuer_name": row.issuer,
        "status": "on-record",
        "status_words": ANSWER["on-record"].zh,
        "registered_on": form.of_instant(row.imported_at),
    }
    return {name: known.get(name, "") for name in FIELDS}


def _level(said: str, form: Form) -> str:
    """An old certificate's level in the form chosen; as its sheet said it, if that is no level's name."""
    for level, name in LEVEL_NAMES.items():
        if said in (name, *name.split("/")):
            return LEVEL_FORMS[form.levels](level)
    return said


def _is_date(said: str) -> bool:
    try:
        date.fromisoformat(said)
    except ValueError:
        return False
    return True
