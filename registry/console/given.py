"""What a form of the console says, read strictly: each refusal names the field, what it takes, and changes nothing."""

from datetime import datetime
from typing import Final

from flask import request

from credential import numbers, text
from credential.issuer import NO_LEVEL, OccupationReference, Scope, Site
from credential.model import CHINA, Day, IssuerCode, Seconds
from credential.numbers import LEVEL_NAMES
from registry.issuers import filing, institutions
from registry.problems import Problem, Refused

MOST: Final = 256
MAX_LINES: Final = 200
_LEVELS: Final = {str(level): level for level in range(6)} | {"不分等级": NO_LEVEL}
_LEVELS_IN_WORDS: Final = {word: level for level, name in LEVEL_NAMES.items() for word in (name, *name.split("/"))}


def refused(label: str, takes: str) -> Refused:
    """The refusal of one field."""
    return Refused(Problem.REFUSED, f"{label}：{takes}")


def words(name: str, label: str, *, most: int = MOST, required: bool = True) -> str:
    """A line of text."""
    value = request.form.get(name, "").strip()
    if not value and not required:
        return ""
    if not 0 < len(value) <= most or text.refused_character(value) is not None:
        raise refused(label, f"须为 1 至 {most} 个可见字符 / 1 to {most} visible characters")
    return value


def why() -> str:
    """Document and reason as the record keeps them: the document, the reason in brackets if there is one."""
    document = words("document", "依据文件 / Document", most=120)
    reason = words("reason", "事由 / Reason", most=120, required=False)
    return f"{document}（{reason}）" if reason else document


def day(name: str, label: str) -> Day:
    """A date."""
    try:
        return filing.parse_day(request.form.get(name, ""))
    except ValueError:
        raise refused(label, "须为日期，如 2026-03-01 / a date, such as 2026-03-01") from None


def last_day(name: str, label: str) -> Day | None:
    """A date, or nothing."""
    return day(name, label) if request.form.get(name) else None


def instant(name: str, label: str) -> Seconds:
    """A moment in Beijing time, to the second."""
    try:
        found = datetime.fromisoformat(request.form.get(name, ""))
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None or found.year < 1970:
        raise refused(label, "须为北京时间，如 2026-03-01T08:30 / a time in UTC+8, such as 2026-03-01T08:30")
    return Seconds(int(found.replace(tzinfo=CHINA).timestamp()))


def issuer_code(name: str, label: str) -> IssuerCode:
    """An institution's code."""
    found = numbers.parse_issuer_code(request.form.get(name, "").strip())
    if found is None:
        raise refused(label, "机构代码有 13 个字符，如 Y000035020001 / 13 characters, such as Y000035020001")
    return found


def credit_code() -> str:
    """A unified social credit code, in the one way of writing it."""
    found = words("credit_code", "统一社会信用代码 / Credit code", most=32).replace(" ", "").upper()
    institutions.require_credit_code(found)
    return found


def authority() -> str:
    """The filing authority's name."""
    return words("authority", "备案机关 / Filing authority", most=institutions.MAX_AUTHORITY)


def parent() -> IssuerCode | None:
    """The institution that an issuer is a branch of, or none."""
    return issuer_code("parent", "总部 / Parent") if request.form.get("parent", "").strip() else None


def occupation() -> OccupationReference:
    """An occupation by edition and code."""
    try:
        return filing.parse_occupation(request.form.get("edition", ""), request.form.get("occupation", "").strip())
    except ValueError:
        raise refused("职业 / Occupation", "须有版本与编码，如 2022 与 6-31-01-03 / edition and code") from None


def highest() -> int:
    """The highest level: 1 is the highest, 0 for what has none."""
    found = _LEVELS.get(request.form.get("highest", ""))
    if found is None:
        raise refused("最高等级 / Highest level", "请选一级 / choose one")
    return found


def scopes(name: str) -> tuple[Scope, ...]:
    """A scope a line: edition, code, highest level, first day, and the last if there is one."""
    return tuple(_scope(line) for line in lines(name, "范围、站点 / Scopes, sites"))


def sites(name: str) -> tuple[Site, ...]:
    """A site a line: code, first day, and the last if there is one."""
    return tuple(_site(line) for line in lines(name, "范围、站点 / Scopes, sites"))


def lines(name: str, label: str, most: int = MAX_LINES) -> list[str]:
    """The lines that are not empty."""
    found = [line.strip() for line in request.form.get(name, "").splitlines() if line.strip()]
    if len(found) > most:
        raise refused(label, f"至多 {most} 行 / at most {most} lines")
    return found


def _scope(line: str) -> Scope:
    edition, code, level, *days = [*line.replace(":", " ").split(), "", "", ""][:6]
    number = _LEVELS_IN_WORDS.get(level, _LEVELS.get(level))
    try:
        return filing.parse_scope(":".join([edition, code, str(number), *filter(None, days)]))
    except ValueError:
        raise refused(
            f"“{text.escaped(line[:60])}”",
            "每行须如“2022 6-31-01-03 三级 2025-01-01 [2027-12-31]” / edition, code, level, first day [, last day]",
        ) from None


def _site(line: str) -> Site:
    try:
        return filing.parse_site(":".join(line.replace(":", " ").split()))
    except ValueError:
        raise refused(
            f"“{text.escaped(line[:60])}”", "每行须如“Y000035020002 2025-01-01” / a site's code and its first day"
        ) from None
