"""An issuer's state from day to day, as the registry itself knows it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential.model import Day, IssuerCode, IssuerState
from registry.problems import Problem, Refused
from registry.store.models import StateRow


def state_on(session: Session, code: IssuerCode, day: Day) -> IssuerState | None:
    """The issuer's state on `day` as the registry itself knows it; void is void on every day."""
    rows = session.scalars(select(StateRow).where(StateRow.issuer == code).order_by(StateRow.day)).all()
    if rows and rows[-1].state == IssuerState.VOID:
        return IssuerState.VOID
    past = [row for row in rows if row.day <= day]
    return IssuerState(past[-1].state) if past else None


def set_state(session: Session, code: str, state: IssuerState, document: str, day: Day) -> None:
    """The issuer's state from `day` on. Refused: void is final; the same again; before the present state."""
    latest = session.scalar(select(StateRow).where(StateRow.issuer == code).order_by(StateRow.day.desc()).limit(1))
    if latest is None:
        session.add(StateRow(issuer=code, day=day, state=int(state), document=document))
        return
    if latest.state == IssuerState.VOID:
        raise Refused(Problem.REFUSED, "已宣告无效，不可改变 / void is final")
    if latest.state == state:
        if state is IssuerState.FILED:
            return
        raise Refused(Problem.REFUSED, "状态已是如此 / it is in that state already")
    if latest.day > day:
        raise Refused(Problem.REFUSED, "日期早于现有状态 / dated before the present state began")
    if latest.day == day:
        latest.state, latest.document = int(state), document
    else:
        session.add(StateRow(issuer=code, day=day, state=int(state), document=document))
