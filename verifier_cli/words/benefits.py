"""What a certificate entitles to, for a person and for programs: each clause with its document, or why none."""

from typing import TYPE_CHECKING, Final

from credential import wording
from credential.entitlement import Entitlements
from credential.reason import Entitlement
from verifier_cli.output import Style, shown
from verifier_cli.words.machine import Json, iso

if TYPE_CHECKING:
    from credential.benefits import Clause, Entitled, Place, ShortageList

_BENEFIT: Final = ("allowance", "award", "subsidy", "service")
_PERIOD: Final = ("once", "month", "year")
"""Each by the code of its enum in credential.model."""
_SILENT: Final = frozenset({Entitlement.NOT_ACCEPTED, Entitlement.NO_HOME, Entitlement.NO_POLICY})
"""Nothing was asked of a policy, or there is none: a person is told nothing of benefits then."""


def lines(found: Entitlements, style: Style) -> list[str]:
    """The answer for a person, each line with its indent."""
    if found.answer in _SILENT:
        return []
    words = wording.of(found.answer)
    said = [f"  {style.both('本地待遇', 'Benefits here')}: {style.both(words.zh, words.en)}"]
    for each in found.clauses:
        said += _clause(each, style)
    return [*said, f"  {style.both(words.next_zh, words.next_en)}"]


def _clause(found: "Entitled", style: Style) -> list[str]:
    from credential.benefit_wording import BENEFITS, money  # a cold start without a clause does not read it

    clause = found.clause
    amount = "" if clause.amount is None else f": {style.both(*money(clause.amount))}"
    where = ", ".join(_place(each) for each in clause.divisions)
    said = [
        f"  * {style.both(*BENEFITS[clause.benefit])}{amount}",
        f"    {style.both('条款', 'Clause')}: {shown(clause.number)} {shown(clause.words)}",
        f"    {style.both('文件', 'Document')}: {shown(clause.document)} ({iso(clause.document_day)})",
        f"    {style.both('适用地区', 'Where')}: {where}",
    ]
    if found.listed is not None:
        listed = found.listed
        named = (
            f"{shown(listed.title)}, {shown(listed.document)} ({iso(listed.document_day)}), {_place(listed.division)}"
        )
        said.append(f"    {style.both('紧缺目录', 'Shortage list')}: {named}")
    return said


def _place(place: "Place") -> str:
    return f"{shown(place.name)} {place.code}"


def report(found: Entitlements, division: str | None) -> Json:
    """The member `benefits` of a report."""
    return {
        "answer": found.answer.value,
        "division": division,
        "clauses": [_entitled(each.clause, each.listed) for each in found.clauses],
    }


def _entitled(clause: "Clause", listed: "ShortageList | None") -> Json:
    amount = clause.amount
    return {
        "id": clause.id,
        "document": clause.document,
        "document_date": iso(clause.document_day),
        "clause": clause.number,
        "words": clause.words,
        "benefit": _BENEFIT[clause.benefit],
        "amount_fen": amount and amount.fen,
        "period": amount and _PERIOD[amount.period],
        "times": amount and amount.times,
        "divisions": [_division(each) for each in clause.divisions],
        "from": iso(clause.first),
        "to": None if clause.last is None else iso(clause.last),
        "shortage_list": None if listed is None else _listed(listed),
    }


def _listed(listed: "ShortageList") -> Json:
    return {
        "id": listed.id,
        "title": listed.title,
        "document": listed.document,
        "document_date": iso(listed.document_day),
        "division": _division(listed.division),
    }


def _division(place: "Place") -> Json:
    return {"code": place.code, "name": place.name}
