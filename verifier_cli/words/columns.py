"""The columns of a report on many certificates: one list for this program and for the page `/v`."""

from typing import Final, NamedTuple

from credential import wording
from credential.model import (
    Certificate,
    LevelCertificate,
    PostAppointment,
    RegionalHonour,
    Seconds,
    SpecialAbility,
    rfc3339,
)
from credential.numbers import LEVEL_NAMES
from credential.reason import Outcome, Recognition
from credential.recognition import RecognisedAs
from credential.verify import Accepted, AsOf, NamedIssuer, Rejected, Verdict
from verifier_cli.given import Given
from verifier_cli.output import shown
from verifier_cli.words import human
from verifier_cli.words.machine import iso, last_day

Cells = dict[str, str]


class Column(NamedTuple):
    """One column: its name for programs, and its heading."""

    key: str
    zh: str
    en: str

    @property
    def heading(self) -> str:
        """Chinese, then English."""
        return f"{self.zh} {self.en}"


COLUMNS: Final = (
    Column("number", "序号", "No."),
    Column("file", "文件", "File"),
    Column("place", "位置", "Place"),
    Column("verdict", "结论", "Verdict"),
    Column("reason", "原因代码", "Reason code"),
    Column("reason_zh", "说明", "Explanation (Chinese)"),
    Column("reason_en", "英文说明", "Explanation"),
    Column("next_step", "下一步", "Next step"),
    Column("detail", "细节", "Detail"),
    Column("same_as", "与该序号是同一证书", "Same certificate as No."),
    Column("name", "姓名", "Name"),
    Column("document_type", "证件类型", "Document type"),
    Column("document_last4", "证件末四位", "Document, last four"),
    Column("certificate_number", "证书编号", "Certificate number"),
    Column("kind", "类别", "Kind"),
    Column("occupation_code", "职业代码", "Occupation code"),
    Column("occupation_title", "职业或荣誉", "Occupation or honour"),
    Column("specialisation", "工种/方向", "Specialisation"),
    Column("level", "等级或岗位", "Level or post"),
    Column("issued_on", "发证日期", "Issued on"),
    Column("term_until", "聘期至", "Term until"),
    Column("basis", "评价依据", "Basis"),
    Column("issuer_code", "机构代码", "Issuer code"),
    Column("issuer_name", "签发机构", "Issuer"),
    Column("recognised_here", "本地采认", "Recognised here"),
    Column("recognised_as", "采认为", "Recognised as"),
    Column("by_document", "采认依据", "By document"),
    Column("as_of", "判断时间", "As of"),
    Column("trust_list_of", "信任清单时间", "Trust list of"),
    Column("status_list_of", "状态列表时间", "Status list of"),
    Column("registration", "登记核对", "Registration"),
)
"""In this order; docs/verifying.md says what each holds. `number` and `same_as` are known to the whole report only."""
KEYS: Final = tuple(column.key for column in COLUMNS)


def cells(given: Given, verdict: Verdict, counted: Outcome) -> Cells:
    """What the row says, by column; what does not apply is left out. Every text is fit to be shown."""
    words = wording.of(verdict.reason)
    certificate = _certificate(verdict)
    return {
        "file": shown(given.file),
        "place": shown(given.place),
        "verdict": _both(human.outcome(counted)),
        "reason": verdict.reason.value,
        "reason_zh": words.zh,
        "reason_en": words.en,
        "next_step": f"{words.next_zh} {words.next_en}",
        "detail": "" if isinstance(verdict, Accepted) else shown(verdict.detail),
        **({} if certificate is None else _facts(certificate)),
        **({} if verdict.issuer is None else _issuer(verdict.issuer)),
        **(_recognition(verdict.recognition, verdict.recognised_as) if isinstance(verdict, Accepted) else {}),
        **_as_of(verdict.as_of),
    }


def _certificate(verdict: Verdict) -> Certificate | None:
    match verdict:
        case Accepted(certificate=certificate):
            return certificate
        case Rejected(former=former):
            return former
        case _:
            return None


def _facts(certificate: Certificate) -> Cells:
    person, occupation = certificate.person, certificate.occupation
    return {
        "name": shown(person.name),
        "document_type": _both(human.DOCUMENTS[person.document_type]),
        "document_last4": shown(person.document_last4),
        "certificate_number": shown(certificate.number),
        "kind": _both(human.KINDS[certificate.kind]),
        "occupation_code": "" if occupation is None else shown(occupation.code),
        "occupation_title": "" if occupation is None else shown(occupation.title),
        "specialisation": "" if occupation is None else shown(occupation.specialisation or ""),
        "issued_on": iso(certificate.issued_on),
        "basis": _both(human.BASES[certificate.basis]),
        **_subject(certificate),
    }


def _subject(certificate: Certificate) -> Cells:
    match certificate.subject:
        case LevelCertificate(level=level):
            return {"level": LEVEL_NAMES[level]}
        case PostAppointment(post=post, ends=ends):
            return {"level": _both(human.POSTS[post]), "term_until": iso(last_day(ends))}
        case RegionalHonour(honour=honour):
            return {"occupation_title": shown(honour)}
        case SpecialAbility():
            return {}


def _issuer(issuer: NamedIssuer) -> Cells:
    return {"issuer_code": issuer.id, "issuer_name": shown(issuer.name)}


def _recognition(answer: Recognition, found: RecognisedAs | None) -> Cells:
    words = wording.of(answer)
    return {"recognised_here": f"{words.zh} ({answer.value})", **({} if found is None else _recognised(found))}


def _recognised(found: RecognisedAs) -> Cells:
    parts = [] if found.occupation is None else [shown(found.occupation.code)]
    if found.level in LEVEL_NAMES:
        parts.append(LEVEL_NAMES[found.level])
    parts.append(human.EFFECTS[found.effect][0])
    document = [] if found.document is None else [shown(found.document), found.rule]
    return {"recognised_as": " ".join(parts), "by_document": " ".join(document)}


def _as_of(as_of: AsOf) -> Cells:
    registration = "" if as_of.registration is None else _both(human.REGISTRATION[as_of.registration])
    return {
        "as_of": rfc3339(as_of.now),
        "trust_list_of": _instant(as_of.trust_list),
        "status_list_of": _instant(as_of.status_list),
        "registration": registration,
    }


def _instant(instant: Seconds | None) -> str:
    return "" if instant is None else rfc3339(instant)


def _both(words: human.Pair) -> str:
    return " ".join(words)
