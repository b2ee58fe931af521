"""What a holder sees with document, name and number: the certificate again, and who changed what about it.

Nobody's name but the holder's is shown: a change is the issuer's or the registry's, not one of their people's.
"""

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import qr_text
from credential.model import Certificate, DocumentType, Entry, LevelCertificate, Occupation, Seconds, Status, rfc3339
from credential.numbers import LEVEL_NAMES
from credential.request import ChangeReason, Outcome
from registry.holders import corrections, lookup
from registry.holders.corrections import STATE, WHAT
from registry.holders.lookup import MAX_TEXT
from registry.problems import Problem, Refused
from registry.register.certificates import read
from registry.store.models import CorrectionRow, RegisteredRow, RequestRow, StatusHistoryRow
from registry.words import ANSWER, Words

DOCUMENT_TYPE: Final = {
    DocumentType.CITIZEN_ID: Words("居民身份证", "citizen's identity card"),
    DocumentType.RESIDENCE_PERMIT_HMT: Words("港澳台居民居住证", "residence permit (Hong Kong, Macao, Taiwan)"),
    DocumentType.FOREIGNER_PERMANENT_RESIDENCE: Words("外国人永久居留身份证", "foreigner's residence card"),
    DocumentType.PASSPORT: Words("护照", "passport"),
    DocumentType.TRAVEL_PERMIT: Words("来往通行证", "travel permit"),
    DocumentType.MILITARY: Words("军人证件", "military document"),
    DocumentType.OTHER: Words("其他证件", "other document"),
}
REASON: Final = {
    ChangeReason.UNSPECIFIED: Words("未注明原因", "no reason given"),
    ChangeReason.ISSUED_IN_ERROR: Words("误发", "issued in error"),
    ChangeReason.HOLDER_REQUEST: Words("持证人申请", "at the holder's request"),
    ChangeReason.FRAUD: Words("弄虚作假", "fraud"),
    ChangeReason.UNDER_REVIEW: Words("核查中", "under review"),
    ChangeReason.REVIEW_CLOSED: Words("核查结束", "the review is closed"),
    ChangeReason.CORRECTED: Words("更正", "corrected"),
}
CHANGED: Final = {
    Status.VALID: Words("恢复有效", "valid again"),
    Status.REVOKED: Words("撤销", "revoked"),
    Status.SUSPENDED: Words("暂停", "suspended"),
    Status.SUPERSEDED: Words("被更正后的证书取代", "superseded by a corrected certificate"),
}
_REGISTRY: Final = Words("登记机构", "the registry")


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says to hold. `document` is the whole number, in the one way of writing it."""

    document: str = field(repr=False)
    name: str
    number: str


class Event(NamedTuple):
    """One thing that happened to a certificate: when, by whom, what; `lines` are what a correction changed."""

    at: Seconds
    who: Words
    what: Words
    lines: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """The newest certificate of a number, and all of that number, oldest first."""

    row: RegisteredRow
    certificate: Certificate
    every: tuple[tuple[RegisteredRow, Certificate], ...]

    @property
    def entry(self) -> Entry:
        """Its place in the register."""
        return Entry(self.row.list, self.row.index)

    def text(self, host: str) -> str:
        """What its QR code says: the registered bytes, and nothing else."""
        return qr_text.encode(host, self.row.data)


def parse(value: object) -> Claim:
    """The claim in a JSON body or a form. Refused MALFORMED."""
    match value:
        case {"document": str() as document, "name": str() as name, "number": str() as number, **more} if not more:
            typed = lookup.parse_document(document)
            if typed is not None and 0 < len(name.strip()) <= MAX_TEXT and 0 < len(number.strip()) <= MAX_TEXT:
                question = lookup.parse({"number": number, "name": name})
                return Claim(typed, question.name, number.strip())
    raise Refused(
        Problem.MALFORMED,
        '须为 {"document": 证件号码, "name": 姓名, "number": 证书编号} / all three, as on the certificate',
    )


def find(session: Session, claim: Claim, tags: tuple[bytes, ...]) -> Held | None:
    """The certificate that somebody claims to hold; None, for whatever reason, if it is not theirs."""
    held = _of_number(session, claim.number)
    if held is None or held.row.holder not in tags or held.certificate.person.name != claim.name:
        return None
    return held


def at(session: Session, entry: Entry) -> Held | None:
    """The newest certificate of the number that is registered there."""
    row = session.get(RegisteredRow, (entry.list, entry.idx))
    return None if row is None else _of_number(session, row.number)


def _of_number(session: Session, number: str) -> Held | None:
    query = select(RegisteredRow).where(RegisteredRow.number == number)
    rows = list(session.scalars(query.order_by(RegisteredRow.registered_at, RegisteredRow.list, RegisteredRow.index)))
    every = tuple((row, read(row.data)) for row in rows)
    return Held(*every[-1], every) if every else None


def history(session: Session, held: Held, issuer: str) -> list[Event]:
    """Everything that happened to the certificates of this number, oldest first. `issuer` is its issuer's name."""
    by = Words(issuer, "the issuer")
    events: list[Event] = []
    before: Certificate | None = None
    for row, certificate in held.every:
        what = Words("登记", "registered") if before is None else Words("登记更正后的证书", "correction registered")
        lines = () if before is None else _differences(before, certificate)
        events.append(Event(Seconds(row.registered_at), by, what, lines))
        events += (_changed(each, _who(session, row, each, by)) for each in _changes(session, row))
        before = certificate
    for asked in corrections.about(session, [Entry(row.list, row.index) for row, _ in held.every]):
        events += _told(asked, by)
    return sorted(events, key=lambda event: event.at)


def as_json(event: Event) -> dict[str, Any]:
    """An event for programs."""
    return {
        "at": rfc3339(event.at),
        "who": event.who._asdict(),
        "what": event.what._asdict(),
        "changes": [line._asdict() for line in event.lines],
    }


def facts(certificate: Certificate) -> list[tuple[Words, str]]:
    """What the certificate says, as it is printed for the person who holds it."""
    person, occupation = certificate.person, certificate.occupation
    kind = DOCUMENT_TYPE[person.document_type]
    found = [
        (Words("姓名", "Name"), person.name),
        (Words("证件", "Document"), f"{kind.zh} ····{person.document_last4}"),
    ]
    if occupation is not None:
        found += _occupation(occupation)
    if isinstance(certificate.subject, LevelCertificate):
        found.append((Words("等级", "Level"), LEVEL_NAMES[certificate.subject.level]))
    return found


def _occupation(occupation: Occupation) -> list[tuple[Words, str]]:
    return [
        (Words("职业（工种）", "Occupation"), f"{occupation.title}（{occupation.code}，{occupation.edition}）"),
        (Words("职业方向", "Specialisation"), occupation.specialisation or "--"),
    ]


def _changes(session: Session, row: RegisteredRow) -> list[StatusHistoryRow]:
    query = select(StatusHistoryRow).where(StatusHistoryRow.list == row.list, StatusHistoryRow.index == row.index)
    return [each for each in session.scalars(query.order_by(StatusHistoryRow.id)) if each.after != Status.SUPERSEDED]


def _who(session: Session, row: RegisteredRow, change: StatusHistoryRow, by: Words) -> Words:
    """Who changed a status: the issuer by a request of its own, else the registry."""
    return by if session.get(RequestRow, (row.issuer, change.request)) is not None else _REGISTRY


def _changed(row: StatusHistoryRow, by: Words) -> Event:
    what, why = CHANGED[Status(row.after)], REASON[ChangeReason(row.reason)]
    return Event(Seconds(row.at), by, Words(f"{what.zh}（{why.zh}）", f"{what.en} ({why.en})"))


def _differences(before: Certificate, after: Certificate) -> tuple[Words, ...]:
    old, new = dict(facts(before)), dict(facts(after))
    return tuple(
        Words(f"{name.zh}：{old.get(name, '--')} → {value}", f"{name.en}: {old.get(name, '--')} → {value}")
        for name, value in new.items()
        if old.get(name) != value
    )


def _told(row: CorrectionRow, by: Words) -> list[Event]:
    what = WHAT[row.what]
    asked = Words(f"申请更正{what.zh}（{row.case}）", f"correction asked for: {what.en} ({row.case})")
    found = [Event(Seconds(row.asked_at), Words("持证人", "the holder"), asked, _words(row.said))]
    if row.outcome is not None and row.answered_at is not None:
        state = STATE[Outcome(row.outcome)]
        told = Words(f"{state.zh}（{row.case}）", f"{state.en} ({row.case})")
        found.append(Event(Seconds(row.answered_at), by, told, _words(row.answer)))
    return found


def _words(said: str | None) -> tuple[Words, ...]:
    """What somebody wrote, as far as it is still kept."""
    return (Words(said, ""),) if said else ()


def status(held: Held) -> Words:
    """How the newest certificate stands in the register."""
    return ANSWER[Status(held.row.status).name.lower()]
