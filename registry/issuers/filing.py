"""Filing issuers 备案: one operator files, another approves; every name, state, scope and site has its dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import numbers, text
from credential.issuer import OccupationReference, Scope, Site
from credential.model import Day, IssuerCode, IssuerKind, IssuerState, Seconds, day_from_date, region_of
from registry import settings
from registry.issuers import institutions, issuer_states, listing
from registry.problems import Problem, Refused
from registry.record import acts, rights
from registry.record.acts import Act
from registry.record.sealed import sealed
from registry.store.models import FilingRow, IssuerRow, NameRow, ScopeRow, SiteRow

MAX_NAME_BYTES: Final = 256
MAX_OCCUPATION_BYTES: Final = 96

KINDS: Final = {"Y": IssuerKind.EMPLOYER, "S": IssuerKind.SOCIAL, "school": IssuerKind.SCHOOL}


@dataclass(frozen=True, slots=True)
class Filing:
    """What is filed about one institution. For one that is on file already it adds to what is there.

    Filings of before there were such fields have no credit code and no filing authority. Without a parent, what was
    said of one stays.
    """

    code: IssuerCode
    name: str
    kind: IssuerKind
    scopes: tuple[Scope, ...]
    sites: tuple[Site, ...]
    credit_code: str | None
    authority: str | None
    parent: IssuerCode | None = None


def parse_scope(value: str) -> Scope:
    """`edition:occupation:highest:from[:to]`, such as `2022:6-31-01-03:3:2025-01-01`. ValueError says what is wrong."""
    parts = value.split(":")
    if len(parts) not in (4, 5):
        raise ValueError("edition:occupation:highest:from[:to]")
    edition, code, highest, first, *last = parts
    if highest not in set("012345"):
        raise ValueError("highest is 1 to 5, or 0 for kinds without a level")
    occupation = parse_occupation(edition, code)
    return Scope(occupation, int(highest), parse_day(first), parse_day(last[0]) if last else None)


def parse_occupation(edition: str, code: str) -> OccupationReference:
    """An occupation by edition (0: the region's own list) and code. ValueError says what is wrong."""
    if not edition.isascii() or not edition.isdecimal() or int(edition) > 9999:
        raise ValueError("edition is a year (0: local)")
    if not 0 < len(code.encode()) <= MAX_OCCUPATION_BYTES or text.refused_character(code) is not None:
        raise ValueError("an occupation code of at most 96 bytes")
    return OccupationReference(int(edition), code)


def parse_site(value: str) -> Site:
    """`code:from[:to]`. ValueError says what is wrong."""
    code, _, dates = value.partition(":")
    first, _, last = dates.partition(":")
    found = numbers.parse_issuer_code(code)
    if found is None:
        raise ValueError("site code: 13 characters")
    return Site(found, parse_day(first), parse_day(last) if last else None)


def parse_day(value: str) -> Day:
    """A calendar date from 1970 on, `2025-01-01`. ValueError if it is not one."""
    found = day_from_date(date.fromisoformat(value))
    if found < 0:
        raise ValueError("a day from 1970-01-01 on")
    return found


def file(session: Session, filing: Filing, who: str, document: str, day: Day, now: Seconds) -> None:
    """Record what one operator files; nothing takes effect until another approves it."""
    row = settings.lock(session)
    _require_fit(filing, row.region)
    pending = session.scalar(_pending(filing.code))
    if pending is not None:
        raise Refused(Problem.CONFLICT, f"{filing.code}: 已有待审批的备案 / a filing already waits for approval")
    known = session.get(IssuerRow, filing.code)
    if known is not None and known.kind != filing.kind:
        raise Refused(Problem.REFUSED, "机构性质不能改变 / an issuer's kind does not change")
    _require_institution(session, filing, day)
    session.add(
        FilingRow(
            issuer=filing.code,
            content=_to_json(filing),
            document=document,
            day=day,
            filed_by=who,
            filed_at=now,
        )
    )
    acts.record(session, Act(who, "issuer.file", filing.code, document, _to_json(filing)), now)


def approve(
    session: Session, code: IssuerCode, who: str, document: str | None, day: Day | None, now: Seconds
) -> Filing:
    """Let the filing that waits take effect from `day`, by `document` (else its own); another operator must ask."""
    row = settings.lock(session)
    pending = waiting(session, code)
    if pending is None:
        raise Refused(Problem.NOT_FOUND, f"{code}: 没有待审批的备案 / no filing waits for approval")
    rights.require_another(session, pending.filed_by, who)
    filing = read(pending)
    document = document or pending.document
    effective = Day(pending.day) if day is None else day
    pending.approved_by, pending.approved_at = who, now
    if session.get(IssuerRow, code) is None:
        session.add(IssuerRow(code=code, kind=int(filing.kind), approved_at=now))
        session.flush()
    set_name(session, code, filing.name, effective)
    issuer_states.set_state(session, code, IssuerState.FILED, document, effective)
    _set_institution(session, filing, effective)
    add_scopes(session, code, filing.scopes)
    add_sites(session, code, filing.sites)
    listing.require_readable(session, code)
    settings.touch_filing(row)
    acts.record(session, Act(who, "issuer.approve", code, document, {"day": effective}), now)
    return filing


def discard(session: Session, code: IssuerCode, who: str, why: str, now: Seconds) -> None:
    """Take back the filing that waits: whoever filed it, or a reviewer who sends it back."""
    settings.lock(session)
    pending = waiting(session, code)
    if pending is None:
        raise Refused(Problem.NOT_FOUND, f"{code}: 没有待审批的备案 / no filing waits for approval")
    session.delete(pending)
    acts.record(session, Act(who, "issuer.file.discard", code, why, pending.content), now)


def waiting(session: Session, code: IssuerCode) -> FilingRow | None:
    """The filing of this code that waits for approval."""
    row: FilingRow | None = session.scalar(_pending(code))
    return row


def read(row: FilingRow) -> Filing:
    """What the row says was filed."""
    return _from_json(row.content)


def seal(row: FilingRow) -> str:
    """Tells the filing that was shown to a person from whatever else may come to wait for the same issuer."""
    return sealed(row.id, row.content, row.document, row.day, row.filed_by, row.filed_at)


def _pending(code: str) -> Any:
    return select(FilingRow).where(FilingRow.issuer == code, FilingRow.approved_at.is_(None))


def _require_fit(filing: Filing, region: str) -> None:
    if region_of(filing.code) != region:
        raise Refused(Problem.REFUSED, f"{filing.code}: 不是本地区的机构代码 / not a code of region {region}")
    require_name(filing.name)
    ranges: list[Scope | Site] = [*filing.scopes, *filing.sites]
    for each in ranges:
        require_range(each)


def _require_institution(session: Session, filing: Filing, day: Day) -> None:
    if filing.credit_code is None or filing.authority is None:
        raise Refused(
            Problem.REFUSED,
            "须有统一社会信用代码和备案机关 / a credit code and the filing authority are needed",
        )
    institutions.require_credit_code(filing.credit_code)
    institutions.require_free(session, filing.credit_code, filing.code)
    institutions.require_authority(filing.authority)
    if filing.parent is not None:
        institutions.require_parent(session, filing.code, filing.parent, day)


def _set_institution(session: Session, filing: Filing, day: Day) -> None:
    if filing.credit_code is not None:
        institutions.set_credit_code(session, filing.code, filing.credit_code, day)
    if filing.authority is not None:
        institutions.set_authority(session, filing.code, filing.authority, day)
    if filing.parent is not None:
        institutions.set_parent(session, filing.code, filing.parent, day)


def require_name(name: str) -> None:
    """Refuse a name that no list could have."""
    if not name or len(name.encode()) > MAX_NAME_BYTES:
        raise Refused(Problem.REFUSED, "名称须为 1 至 256 字节 / a name has 1 to 256 bytes")
    if text.refused_character(name) is not None:
        raise Refused(Problem.REFUSED, f"名称含不可见字符 / invisible characters: {text.escaped(name)}")


def require_range(range_: Scope | Site) -> None:
    """Refuse days that cover nothing."""
    if range_.last is not None and range_.last < range_.first:
        raise Refused(Problem.REFUSED, "范围的结束日早于开始日 / a range ends before it begins")


def set_name(session: Session, code: str, name: str, day: Day) -> None:
    """The issuer's name from `day` on; the present one stays as it is. Refused unless it is later than that."""
    latest = session.scalar(select(NameRow).where(NameRow.issuer == code).order_by(NameRow.day.desc()).limit(1))
    if latest is not None and latest.name == name:
        return
    if latest is not None and latest.day >= day:
        raise Refused(Problem.REFUSED, "新名称须晚于现有名称 / a new name must be dated after the present one")
    session.add(NameRow(issuer=code, day=day, name=name))


def add_scopes(session: Session, code: str, scopes: Iterable[Scope]) -> None:
    """Put scopes on file; one that is there already gets the end that is given."""
    for scope in scopes:
        row = session.scalar(
            select(ScopeRow).where(
                ScopeRow.issuer == code,
                ScopeRow.edition == scope.occupation.edition,
                ScopeRow.occupation == scope.occupation.code,
                ScopeRow.highest == scope.highest,
                ScopeRow.first == scope.first,
            )
        )
        if row is None:
            row = ScopeRow(
                issuer=code,
                edition=scope.occupation.edition,
                occupation=scope.occupation.code,
                highest=scope.highest,
                first=scope.first,
            )
            session.add(row)
        row.last = scope.last


def add_sites(session: Session, code: str, sites: Iterable[Site]) -> None:
    """Put sites on file; one that is there from that day gets the end that is given."""
    for site in sites:
        row = session.get(SiteRow, (code, site.code, site.first))
        if row is None:
            session.add(SiteRow(issuer=code, code=site.code, first=site.first, last=site.last))
        else:
            row.last = site.last


def _to_json(filing: Filing) -> dict[str, Any]:
    return {
        "code": filing.code,
        "name": filing.name,
        "kind": int(filing.kind),
        "credit_code": filing.credit_code,
        "authority": filing.authority,
        "parent": filing.parent,
        "scopes": [[s.occupation.edition, s.occupation.code, s.highest, s.first, s.last] for s in filing.scopes],
        "sites": [[s.code, s.first, s.last] for s in filing.sites],
    }


def _from_json(content: dict[str, Any]) -> Filing:
    return Filing(
        code=IssuerCode(content["code"]),
        name=content["name"],
        kind=IssuerKind(content["kind"]),
        scopes=tuple(
            Scope(OccupationReference(edition, code), highest, first, last)
            for edition, code, highest, first, last in content["scopes"]
        ),
        sites=tuple(Site(code, first, last) for code, first, last in content["sites"]),
        credit_code=content.get("credit_code"),
        authority=content.get("authority"),
        parent=content.get("parent"),
    )
