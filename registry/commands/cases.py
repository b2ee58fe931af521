"""`supervision complaints|complaint-take|complaint-close|flags|flag-close`."""

import argparse
from typing import TYPE_CHECKING, Any, Final

from credential.model import Day, Seconds, date_from_day, rfc3339
from registry.commands.common import add_operator, command, issuer_code, now, open_data
from registry.say import answer, line, say
from registry.store.supervision import ComplaintRow, FlagRow
from registry.supervision import complaints, daily, flagged
from registry.supervision.terms import FINDING, SORT, Finding, FlagState, Sort, Stage

if TYPE_CHECKING:
    from registry.commands.common import Commands

MOST: Final = 10_000
"""Cases or flags that a command lists."""


def add(group: "Commands") -> None:
    """Describe the commands, in the group `supervision`."""
    _add_complaints(group)
    _add_flags(group)


def _add_complaints(group: "Commands") -> None:
    made = command(group, "complaints", "公众投诉", "complaints from the public", run_complaints)
    made.add_argument(
        "--state", choices=[each.value for each in Stage], default=Stage.RECEIVED.value, help="状态 / the state"
    )
    made.add_argument("--json", action="store_true", help="JSON，含投诉人的话 / JSON, with what was written")
    made = command(group, "complaint-take", "受理一件投诉", "take a complaint up", run_take)
    _add_number(made)
    made.add_argument(
        "--code", type=issuer_code, help="所涉机构，名录将显示一件核查中 / the issuer that the directory counts it with"
    )
    add_operator(made)
    made = command(group, "complaint-close", "答复并办结一件投诉", "answer and close a complaint", run_close_complaint)
    _add_number(made)
    made.add_argument(
        "--outcome",
        required=True,
        choices=[each.value for each in Finding],
        help="; ".join(f"{each.value} {words.zh}" for each, words in FINDING.items()),
    )
    made.add_argument("--answer", required=True, help="答复，凭受理号可见 / the answer, shown with the case number")
    add_operator(made)


def _add_flags(group: "Commands") -> None:
    made = command(group, "flags", "异常标记", "what should be looked at", run_flags)
    made.add_argument(
        "--scan", action="store_true", help="先扫描一次（serve 每天自动扫描）/ scan first, as `serve` does"
    )
    made.add_argument(
        "--state", choices=[each.value for each in FlagState], default=FlagState.OPEN.value, help="状态 / the state"
    )
    made.add_argument("--json", action="store_true", help="给程序用 / for programs")
    made = command(group, "flag-close", "说明或确认一项异常", "explain or confirm a flag", run_close_flag)
    _add_number(made)
    states = [each.value for each in FlagState if each is not FlagState.OPEN]
    made.add_argument("--state", required=True, choices=states, help="已说明，或确认异常 / what it turned out to be")
    made.add_argument("--explanation", required=True, help="说明 / why")
    add_operator(made)


def run_complaints(options: argparse.Namespace) -> None:
    """List complaints."""
    with open_data(options).store.read() as session:
        found = [_complaint(row) for row in complaints.listed(session, Stage(options.state), MOST)]
    if options.json:
        answer(found)
        return
    for each in found:
        line(f"{each['number']}  {each['issuer'] or '-'}  {each['about']}  {each['asked_at']}")
    say(f"共 {len(found)} 件。", f"{len(found)} complaints.")


def run_take(options: argparse.Namespace) -> None:
    """Take a complaint up."""
    given = (options.number, options.code, options.operator)
    open_data(options).store.write(lambda session: complaints.take(session, *given, now()))
    say(f"投诉 {options.number}：已受理。", "It is under review.")


def run_close_complaint(options: argparse.Namespace) -> None:
    """Answer and close a complaint."""
    given = (options.number, Finding(options.outcome), options.answer, options.operator)
    open_data(options).store.write(lambda session: complaints.close(session, *given, now()))
    say(f"投诉 {options.number}：已办结。", "It is answered and closed.")


def run_flags(options: argparse.Namespace) -> None:
    """List flags, after a scan if that is asked for."""
    opened = open_data(options)
    raised = daily.run(opened.store, now(), again=True) if options.scan else None
    with opened.store.read() as session:
        rows = flagged.listed(session, FlagState(options.state), MOST)
        issuers = flagged.issuers_of(session, rows)
    if options.json:
        answer([_flag(row, issuers[row.id]) for row in rows])
        return
    for row in rows:
        line(f"{row.id}  {SORT[Sort(row.sort)].zh}  {_date(row.day)}  {' '.join(issuers[row.id])}")
        for each in flagged.lines(row):
            line(f"    {each.zh}")
    if raised is not None:
        say(f"扫描完毕，新标记 {raised} 项。", f"Scanned: {raised} new flags.")
    say(f"共 {len(rows)} 项。", f"{len(rows)} flags.")


def run_close_flag(options: argparse.Namespace) -> None:
    """Explain or confirm a flag."""
    given = (options.number, FlagState(options.state), options.explanation, options.operator)
    open_data(options).store.write(lambda session: flagged.close(session, *given, now()))
    say(f"标记 {options.number}：已处理。", "It is closed.")


def _add_number(made: argparse.ArgumentParser) -> None:
    made.add_argument("number", type=int, metavar="NUMBER", help="编号 / its number in the list")


def _complaint(row: ComplaintRow) -> dict[str, Any]:
    return {
        "number": row.id,
        "state": complaints.stage_of(row).value,
        "about": row.about,
        "whom": row.whom,
        "issuer": row.issuer,
        "said": row.said,
        "asked_at": rfc3339(Seconds(row.asked_at)),
        "outcome": row.outcome,
        "answer": row.answer,
    }


def _flag(row: FlagRow, issuers: list[Any]) -> dict[str, Any]:
    return {
        "number": row.id,
        "sort": row.sort,
        "day": _date(row.day),
        "issuers": issuers,
        "facts": row.facts,
        "state": row.state,
        "explanation": row.explanation,
    }


def _date(value: int) -> str:
    return date_from_day(Day(value)).isoformat()
