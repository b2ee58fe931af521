"""Who an issuer is beside its name: credit code, filing authority, parent; each from a day on.

They stand in the registry's directory, not in the signed trust list. A branch has a credit code of its own, and one
parent, which is no branch itself. What becomes of a parent changes nothing about its branches.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import numbers, text
from credential.model import Day, IssuerCode, IssuerState, region_of
from credential.numbers import Fault
from registry.issuers import issuer_states
from registry.problems import Problem, Refused
from registry.store.institutions import AuthorityRow, CreditCodeRow, IssuerCreditCodeRow, ParentRow
from registry.store.models import DivisionRow, FilingRow, IssuerRow, NameRow

MAX_AUTHORITY: Final = 64
_Row = TypeVar("_Row", IssuerCreditCodeRow, AuthorityRow, ParentRow)
_Value = TypeVar("_Value")
_ON_FILE: Final = (IssuerState.FILED, IssuerState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Division:
    """A division and what it is called."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Institution:
    """Each value with the day from which it holds, the oldest first. A parent of None: no branch from then on."""

    credit_codes: tuple[tuple[Day, str], ...] = ()
    authorities: tuple[tuple[Day, str], ...] = ()
    parents: tuple[tuple[Day, IssuerCode | None], ...] = ()
    division: Division | None = None

    def credit_code(self, day: Day) -> str | None:
        """The one on that day."""
        return on(self.credit_codes, day)

    def authority(self, day: Day) -> str | None:
        """The one on that day."""
        return on(self.authorities, day)

    def parent(self, day: Day) -> IssuerCode | None:
        """The one on that day."""
        return on(self.parents, day)


NOTHING: Final = Institution()
"""What is known of an issuer that was filed before there were these fields."""


def on(history: Sequence[tuple[Day, _Value]], day: Day) -> _Value | None:
    """The value that holds on that day."""
    past = [value for since, value in history if since <= day]
    return past[-1] if past else None


def of(session: Session, codes: Collection[IssuerCode]) -> dict[IssuerCode, Institution]:
    """What is on file of each of these issuers."""
    credit_codes = _histories(session, IssuerCreditCodeRow, codes)
    authorities = _histories(session, AuthorityRow, codes)
    parents = _parents(session, codes)
    divisions = _divisions(session, codes)
    return {
        code: Institution(
            credit_codes=tuple((Day(row.day), row.value) for row in credit_codes[code]),
            authorities=tuple((Day(row.day), row.value) for row in authorities[code]),
            parents=parents[code],
            division=divisions.get(code),
        )
        for code in codes
    }


def branches(session: Session, code: IssuerCode, day: Day) -> list[tuple[IssuerCode, str]]:
    """The issuers that are its branches on that day with their newest names, in the order of their codes."""
    found = [each for each, parents in _children(session, code).items() if on(parents, day) == code]
    rows = session.scalars(select(NameRow).where(NameRow.issuer.in_(found)).order_by(NameRow.day))
    names = {row.issuer: row.name for row in rows}
    return [(each, names[each]) for each in found]


def require_credit_code(given: str) -> None:
    """Refuse what is no credit code, with the one reason: length, a character, or the check character."""
    match numbers.credit_code_fault(given):
        case None:
            return
        case Fault.LENGTH:
            why = f"须有 18 个字符，现有 {len(given)} 个 / a credit code has 18 characters, this has {len(given)}"
        case Fault.CHARACTERS:
            why = _wrong_character(given)
        case Fault.CHECK_CHARACTER | Fault.DATE:
            why = (
                "校验码不符，有字符写错，请对照证照重抄 / the check character does not agree: "
                "a character is wrong, copy it again from the licence"
            )
    raise Refused(Problem.REFUSED, f"统一社会信用代码{why}")


def require_free(session: Session, credit_code: str, code: IssuerCode) -> None:
    """Refuse CREDIT_CODE if it belongs to another institution, or to one whose filing waits."""
    row = session.get(CreditCodeRow, credit_code)
    owner = row.issuer if row is not None else _claimant(session, credit_code, code)
    if owner is not None and owner != code:
        raise Refused(
            Problem.CREDIT_CODE,
            f"{credit_code}: {owner}；分支机构有自己的代码 / a branch has a code of its own",
        )


def require_authority(name: str) -> None:
    """Refuse what is no authority's name."""
    if not 0 < len(name) <= MAX_AUTHORITY or text.refused_character(name) is not None:
        raise Refused(
            Problem.REFUSED,
            f"备案机关须为 1 至 {MAX_AUTHORITY} 个可见字符 / the filing authority: 1 to {MAX_AUTHORITY} characters",
        )


def require_parent(session: Session, code: IssuerCode, parent: IssuerCode, day: Day) -> None:
    """Refuse a parent that is itself, of another region, not on file on `day`, or that would make a second level."""
    if parent == code:
        raise _no_parent(parent, "机构不能是自己的分支", "no institution is its own branch")
    if region_of(parent) != region_of(code):
        raise _no_parent(parent, "不是本地区的机构", "an issuer of another region")
    if issuer_states.state_on(session, parent, day) not in _ON_FILE:
        raise _no_parent(parent, "那一天没有备案，请先备案总部", "not on file on that day: file the parent first")
    if any(_from(_parents(session, [parent])[parent], day)):
        raise _no_parent(parent, "它自己是分支机构，只有一级", "a branch itself, and there is one level")
    if any(code in _from(parents, day) for parents in _children(session, code).values()):
        raise _no_parent(parent, f"{code} 自己有分支机构，只有一级", f"{code} has branches, and there is one level")


def set_credit_code(session: Session, code: IssuerCode, credit_code: str, day: Day) -> bool:
    """The credit code from `day` on; False if it is that already. Refused: none, another's, not after the present."""
    require_credit_code(credit_code)
    require_free(session, credit_code, code)
    if not _is_news(session, IssuerCreditCodeRow, code, credit_code, day):
        return False
    if session.get(CreditCodeRow, credit_code) is None:
        session.add(CreditCodeRow(code=credit_code, issuer=code))
        session.flush()
    session.add(IssuerCreditCodeRow(issuer=code, day=day, value=credit_code))
    return True


def set_authority(session: Session, code: IssuerCode, name: str, day: Day) -> bool:
    """The filing authority from `day` on; False if it is that already. Refused: no name, or not after the present."""
    require_authority(name)
    if not _is_news(session, AuthorityRow, code, name, day):
        return False
    session.add(AuthorityRow(issuer=code, day=day, value=name))
    return True


def set_parent(session: Session, code: IssuerCode, parent: IssuerCode | None, day: Day) -> bool:
    """The parent from `day` on, or none; False if it is so already. Refused as `require_parent`, or not after that."""
    if parent is not None:
        require_parent(session, code, parent, day)
    if not _is_news(session, ParentRow, code, parent, day):
        return False
    session.add(ParentRow(issuer=code, day=day, value=parent))
    return True


def _wrong_character(given: str) -> str:
    place = numbers.credit_code_wrong_place(given) or 0
    shown = text.escaped(given[place])
    if place == 0:
        return f"第 1 个字符“{shown}”须为 1 至 9、A、N 或 Y / the first character “{shown}” must be 1 to 9, A, N or Y"
    return (
        f"第 {place + 1} 个字符“{shown}”不能用：只用数字和大写字母，不含 I、O、S、V、Z / "
        f"character {place + 1}, “{shown}”: digits and capitals only, without I, O, S, V, Z"
    )


def _no_parent(parent: IssuerCode, chinese: str, english: str) -> Refused:
    return Refused(Problem.REFUSED, f"总部 {parent}：{chinese} / parent: {english}")


def _claimant(session: Session, credit_code: str, code: IssuerCode) -> str | None:
    """Another issuer whose filing with this credit code waits for approval."""
    owner: str | None = session.scalar(
        select(FilingRow.issuer).where(
            FilingRow.approved_at.is_(None),
            FilingRow.issuer != code,
            FilingRow.content["credit_code"].as_string() == credit_code,
        )
    )
    return owner


def _is_news(session: Session, table: type[_Row], code: str, value: str | None, day: Day) -> bool:
    latest = session.scalar(select(table).where(table.issuer == code).order_by(table.day.desc()).limit(1))
    if (latest.value if latest else None) == value:
        return False
    if latest is not None and latest.day >= day:
        raise Refused(Problem.REFUSED, "生效日须晚于现有的 / must be dated after what holds at present")
    return True


def _parents(
    session: Session, codes: Iterable[IssuerCode]
) -> dict[IssuerCode, tuple[tuple[Day, IssuerCode | None], ...]]:
    found = _histories(session, ParentRow, codes)
    return {code: tuple((Day(row.day), _code(row.value)) for row in rows) for code, rows in found.items()}


def _children(session: Session, code: IssuerCode) -> dict[IssuerCode, tuple[tuple[Day, IssuerCode | None], ...]]:
    """Whoever was ever its branch, with all its parents, in the order of their codes."""
    ever = session.scalars(select(ParentRow.issuer).where(ParentRow.value == code).order_by(ParentRow.issuer))
    return _parents(session, map(IssuerCode, ever.all()))


def _from(history: Sequence[tuple[Day, _Value]], day: Day) -> list[_Value | None]:
    """What holds on that day, and on any day after it."""
    return [on(history, day), *(value for since, value in history if since > day)]


def _histories(session: Session, table: type[_Row], codes: Iterable[IssuerCode]) -> dict[IssuerCode, list[_Row]]:
    found: dict[IssuerCode, list[_Row]] = {code: [] for code in codes}
    for row in session.scalars(select(table).where(table.issuer.in_(found)).order_by(table.day)):
        found[IssuerCode(row.issuer)].append(row)
    return found


def _divisions(session: Session, codes: Collection[IssuerCode]) -> dict[IssuerCode, Division]:
    rows = session.execute(
        select(IssuerRow.code, DivisionRow.code, DivisionRow.name)
        .join(DivisionRow, DivisionRow.code == IssuerRow.division)
        .where(IssuerRow.code.in_(codes))
    )
    return {IssuerCode(issuer): Division(code, name) for issuer, code, name in rows}


def _code(value: str | None) -> IssuerCode | None:
    return None if value is None else IssuerCode(value)
