"""The division 行政区划 that an issuer belongs to: statistics count by it. Not part of what verifiers read."""

import re
from typing import Final

from sqlalchemy.orm import Session

from credential import text
from credential.model import IssuerCode, Seconds, region_of
from registry import settings
from registry.problems import Problem, Refused
from registry.record import acts
from registry.record.acts import Act
from registry.store.models import DivisionRow, IssuerRow

ACT: Final = "issuer.division"
MAX_NAME: Final = 32
_CODE: Final = re.compile("[1-9][0-9]{5}", re.ASCII)


def place(session: Session, code: IssuerCode, division: str, name: str, who: str, now: Seconds) -> None:
    """Say that an issuer belongs to a division, and what that is called. Refused: no such issuer, no such division."""
    settings.lock(session)
    issuer = session.get(IssuerRow, code)
    if issuer is None:
        raise Refused(Problem.NOT_FOUND, f"{code}: 没有这个机构 / no such issuer")
    if not _CODE.fullmatch(division) or not division.startswith(region_of(code)):
        raise Refused(Problem.REFUSED, "行政区划代码须为本省的 6 位数字 / six digits, of this province")
    if not 0 < len(name) <= MAX_NAME or text.refused_character(name) is not None:
        raise Refused(Problem.REFUSED, f"行政区划名称须为 1 至 {MAX_NAME} 字 / a name of 1 to {MAX_NAME} characters")
    session.merge(DivisionRow(code=division, name=name))
    session.flush()
    issuer.division = division
    acts.record(session, Act(who, ACT, code, detail={"division": division, "name": name}), now)
