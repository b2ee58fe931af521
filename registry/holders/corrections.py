"""What holders ask to have corrected: it goes to the issuer, who answers; the registry itself changes nothing."""

import re
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from credential import text
from credential.documents import normalised
from credential.model import SECONDS_A_DAY, Entry, IssuerCode, Seconds, rfc3339
from credential.request import MAX_WORDS, AnswerCorrection, Outcome
from registry import cases
from registry.problems import Problem, Refused
from registry.store.models import CorrectionRow, RegisteredRow
from registry.words import Words

WHAT: Final = {
    "name": Words("姓名", "name"),
    "document": Words("证件类型或号码", "type or number of the document"),
    "occupation": Words("职业（工种）或方向", "occupation or specialisation"),
    "level": Words("等级", "level"),
    "date": Words("发证日期", "date of issue"),
    "other": Words("其他", "something else"),
}
STATE: Final = {
    None: Words("已转发证机构，待答复", "with the issuer, not answered yet"),
    Outcome.ACCEPTED: Words("发证机构同意更正", "the issuer agrees"),
    Outcome.DECLINED: Words("发证机构不同意", "the issuer declines"),
}
MOST_OPEN: Final = 3
WORDS_KEPT: Final = 3 * 365 * SECONDS_A_DAY
"""After the answer; then only what it was about and what came of it stay."""
MOST_LISTED: Final = 1_000
_LIKE_A_NUMBER: Final = re.compile(r"[0-9]{9}|[A-Z][0-9]{7}")
"""No document's number is to be kept, so no text may hold what is like one; a date has eight digits."""


def parse(what: str, said: str) -> tuple[str, str]:
    """What is to be corrected, and the holder's words. Refused MALFORMED: empty, too long, or with a long number."""
    words = " ".join(said.split())
    if what not in WHAT or not 0 < len(words) <= MAX_WORDS or text.refused_character(words) is not None:
        raise Refused(
            Problem.MALFORMED,
            f"请选择要更正的内容，并用不超过 {MAX_WORDS} 字说明 / choose what to correct, and say how",
        )
    require_no_number(words)
    return what, words


def require_no_number(words: str) -> None:
    """Refused MALFORMED if the words hold what may be a document's number, or a telephone's: they are kept."""
    if _LIKE_A_NUMBER.search(re.sub(r"[\W_]", "", normalised(words))):
        raise Refused(
            Problem.MALFORMED,
            "请不要写证件号码、电话等长数字，发证机构会与您核对 / "
            "write no document or telephone number: the issuer will ask",
        )


def ask(session: Session, entry: Entry, what: str, said: str, now: Seconds) -> str:
    """Put a request on the issuer's list; returns its case number. Refused CONFLICT if three are open already."""
    row = session.get(RegisteredRow, (entry.list, entry.idx), with_for_update=True)
    if row is None:
        raise Refused(Problem.NOT_FOUND)
    query = select(func.count()).where(
        CorrectionRow.list == row.list, CorrectionRow.index == row.index, CorrectionRow.outcome.is_(None)
    )
    if (session.scalar(query) or 0) >= MOST_OPEN:
        raise Refused(
            Problem.CONFLICT,
            f"这张证书已有 {MOST_OPEN} 件更正申请待答复 / {MOST_OPEN} requests about it wait for an answer already",
        )
    case = cases.new()
    session.add(
        CorrectionRow(case=case, list=row.list, index=row.index, issuer=row.issuer, what=what, said=said, asked_at=now)
    )
    session.flush()
    return case


def about(session: Session, entries: Sequence[Entry]) -> list[CorrectionRow]:
    """The requests about these certificates, in order."""
    found: list[CorrectionRow] = []
    for each in entries:
        query = select(CorrectionRow).where(CorrectionRow.list == each.list, CorrectionRow.index == each.idx)
        found += session.scalars(query)
    return sorted(found, key=lambda row: row.id)


def waiting(session: Session, issuer: IssuerCode | None = None) -> list[dict[str, Any]]:
    """What waits for an answer, oldest first: of one issuer, or of all."""
    query = (
        select(CorrectionRow, RegisteredRow.number)
        .join(
            RegisteredRow,
            (RegisteredRow.list == CorrectionRow.list) & (RegisteredRow.index == CorrectionRow.index),
        )
        .where(CorrectionRow.outcome.is_(None))
        .order_by(CorrectionRow.id)
        .limit(MOST_LISTED)
    )
    if issuer is not None:
        query = query.where(CorrectionRow.issuer == issuer)
    return [
        {
            "case": row.case,
            "issuer": row.issuer,
            "number": number,
            "what": row.what,
            "said": row.said,
            "asked_at": rfc3339(Seconds(row.asked_at)),
        }
        for row, number in session.execute(query)
    ]


def answer(session: Session, issuer: IssuerCode, content: AnswerCorrection, now: Seconds) -> dict[str, Any]:
    """Note an issuer's answer. Refused NOT_FOUND for a case that is not open, or another issuer's."""
    require_no_number(content.words)
    changed = session.execute(
        update(CorrectionRow)
        .where(CorrectionRow.case == content.case, CorrectionRow.issuer == issuer, CorrectionRow.outcome.is_(None))
        .values(outcome=int(content.outcome), answer=content.words, answered_at=now)
        .returning(CorrectionRow.id)
    ).all()
    if not changed:
        raise Refused(Problem.NOT_FOUND, "没有这件待答复的更正申请 / no such request waits for this issuer's answer")
    return {"case": content.case, "outcome": content.outcome.name.lower(), "at": rfc3339(now)}


def forget(session: Session, now: Seconds) -> int:
    """Delete the words of what was answered long enough ago; of how many requests."""
    gone = session.scalars(
        update(CorrectionRow)
        .where(CorrectionRow.answered_at < now - WORDS_KEPT, CorrectionRow.said != "")
        .values(said="", answer="")
        .returning(CorrectionRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(gone)
