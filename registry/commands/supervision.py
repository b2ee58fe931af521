"""`supervision inspect|inspections|mended|evaluated|satisfaction|grade|overview`; the rest is in commands.cases."""

import argparse
from typing import TYPE_CHECKING, Any

from credential.model import Day, date_from_day
from registry.commands import cases
from registry.commands.changes import TWO_PEOPLE
from registry.commands.common import add_operator, command, day, group_of, issuer_code, now, open_data, today
from registry.record.proposals import Progress
from registry.say import answer, line, say
from registry.store.supervision import InspectionRow
from registry.supervision import batches, grades, inspections, overview, satisfaction
from registry.supervision.inspections import Inspection
from registry.supervision.satisfaction import MARKS, Survey
from registry.supervision.terms import Grade, Result, Severity, Visit

if TYPE_CHECKING:
    from registry.commands.common import Commands


def add(commands: "Commands") -> None:
    """Describe the commands."""
    group = group_of(commands, "supervision", "质量督导", "supervision: inspections, complaints, flags, grades")
    _add_inspections(group)
    _add_counts(group)
    cases.add(group)
    made = command(group, "grade", "评定年度质量等级", "an issuer's grade of a year", run_grade, TWO_PEOPLE)
    add_issuer(made)
    made.add_argument("--year", required=True, type=int, help="年度，如 2026 / the year")
    made.add_argument("--grade", required=True, choices=[each.value for each in Grade], help="等级 / the grade")
    made.add_argument("--document", required=True, help="依据文件 / the document that says so")
    add_operator(made)
    made = command(group, "overview", "按地区查看", "the view by city and district", run_overview)
    made.add_argument(
        "--division", default="", metavar="CODE", help="2 位省、4 位市、6 位区县，或 none / two, four or six digits"
    )
    made.add_argument("--json", action="store_true", help="给程序用 / for programs")


def _add_inspections(group: "Commands") -> None:
    made = command(group, "inspect", "记录一次督导", "record an inspection", run_inspect)
    add_issuer(made)
    made.add_argument("--date", required=True, type=day, help="督导日期 / the day")
    made.add_argument("--kind", required=True, choices=[each.value for each in Visit], help="督导方式 / how")
    made.add_argument("--inspector", action="append", required=True, metavar="NAME", help="督导员，可重复 / repeatable")
    made.add_argument(
        "--finding",
        action="append",
        default=[],
        type=finding,
        metavar="SEVERITY:TEXT",
        help=f"问题，可重复：{'、'.join(Severity)} / repeatable",
    )
    made.add_argument(
        "--outcome", required=True, choices=[each.value for each in Result], help="结果 / what came of it"
    )
    made.add_argument("--mend-by", type=day, help="整改期限 / the day to mend it by")
    made.add_argument("--batch", metavar="ID", help="批次号，可省 / the batch's request id, if it is about one")
    add_operator(made)
    made = command(group, "inspections", "待整改的督导", "what is to be mended", run_inspections)
    made.add_argument("--json", action="store_true", help="给程序用 / for programs")
    made = command(group, "mended", "整改完成", "what an inspection found is mended", run_mended)
    made.add_argument("number", type=int, metavar="NUMBER", help="督导编号 / the inspection's number")
    made.add_argument("--closing", required=True, help="整改情况 / how it was mended")
    add_operator(made)


def _add_counts(group: "Commands") -> None:
    made = command(group, "evaluated", "记录一批的参评人数", "how many were evaluated for a batch", run_evaluated)
    add_issuer(made)
    made.add_argument("--batch", required=True, metavar="ID", help="批次号 / the batch's request id")
    made.add_argument("--people", required=True, type=int, help="参评人数 / how many people")
    add_operator(made)
    made = command(group, "satisfaction", "记录满意度", "record answers about satisfaction", run_satisfaction)
    add_issuer(made)
    made.add_argument("--batch", metavar="ID", help="批次号，或用 --from 与 --to / a batch, or else a period")
    made.add_argument("--from", dest="first", type=day, help="起日 / the first day")
    made.add_argument("--to", dest="last", type=day, help="止日 / the last day")
    made.add_argument("--asked", required=True, type=int, help="调查人数 / how many were asked")
    made.add_argument(
        "--marks",
        required=True,
        type=int,
        nargs=MARKS,
        metavar="N",
        help="给 1 至 5 分的各多少人 / how many gave 1 to 5",
    )
    add_operator(made)


def add_issuer(made: argparse.ArgumentParser) -> None:
    """--code."""
    made.add_argument("--code", required=True, type=issuer_code, help="13 位机构代码 / the issuer's code")


def finding(value: str) -> tuple[Severity, str]:
    """A finding as an argument."""
    level, _, said = value.partition(":")
    if level not in set(Severity):
        raise argparse.ArgumentTypeError(f"{level!r}: 须为 {'、'.join(Severity)} 之一 / one of these")
    return Severity(level), said


def run_inspect(options: argparse.Namespace) -> None:
    """Record an inspection."""
    made = Inspection(
        options.code,
        options.date,
        Visit(options.kind),
        tuple(options.inspector),
        tuple(options.finding),
        Result(options.outcome),
        options.batch,
        options.mend_by,
    )
    number = open_data(options).store.write(lambda session: inspections.record(session, made, options.operator, now()))
    say(f"{options.code}：督导 {number} 已记录。", f"Inspection {number} is recorded.")


def run_inspections(options: argparse.Namespace) -> None:
    """List what is to be mended."""
    with open_data(options).store.read() as session:
        found = [_fact(row) for row in inspections.waiting(session)]
    if options.json:
        answer(found)
        return
    for each in found:
        line(f"{each['number']}  {each['issuer']}  {each['day']}  {each['outcome']}  {each['mend_by'] or '-'}")
    say(f"待整改 {len(found)} 项。", f"{len(found)} wait to be mended.")


def run_mended(options: argparse.Namespace) -> None:
    """Close an inspection."""
    number, closing = options.number, options.closing
    open_data(options).store.write(lambda session: inspections.close(session, number, closing, options.operator, now()))
    say(f"督导 {number}：整改完成。", "It is mended.")


def run_evaluated(options: argparse.Namespace) -> None:
    """Record how many were evaluated."""
    given = (options.code, options.batch, options.people, options.operator)
    open_data(options).store.write(lambda session: batches.record_evaluated(session, *given, now()))
    say(f"{options.batch}：参评 {options.people} 人。", "The next scan compares it with the certificates.")


def run_satisfaction(options: argparse.Namespace) -> None:
    """Record answers."""
    survey = Survey(options.code, options.asked, tuple(options.marks), options.batch, options.first, options.last)
    open_data(options).store.write(lambda session: satisfaction.record(session, survey, options.operator, now()))
    shown = sum(survey.marks) >= satisfaction.FEWEST
    say(
        f"{options.code}：已记录，{'计入公布的满意度' if shown else f'不足 {satisfaction.FEWEST} 人回答，不公布'}。",
        "It is part of the published share." if shown else "Too few answered for it to be published.",
    )


def run_grade(options: argparse.Namespace) -> None:
    """Give a grade."""
    given = (options.code, options.year, Grade(options.grade), options.operator, options.document)
    progress = open_data(options).store.write(lambda session: grades.give(session, *given, now()))
    if progress is Progress.PROPOSED:
        say("已记下，等另一位操作员以同样的内容再办一次。", "Noted: another operator must say the same.")
        return
    say(f"{options.code}：{options.year} 年度 {options.grade}，已公布。", "It is given, and the directory shows it.")


def run_overview(options: argparse.Namespace) -> None:
    """Show the view."""
    opened = open_data(options)
    with opened.store.read() as session:
        found = overview.view(session, opened.settings.region, options.division, today())
    if options.json:
        answer(found.as_json())
        return
    for each in (*found.lines, found.total):
        figures = (each.issuers, each.certificates, len(each.flags), each.under_review, each.to_mend, each.overdue)
        line(f"{each.key:<13}  {'  '.join(map(str, figures))}  {each.name}")
    say(
        f"每行：机构、{found.year} 年证书、待核实标记、核查中投诉、待整改、逾期；末行为合计。",
        "Each line: issuers, certificates, open flags, complaints under review, to mend, overdue; the last is the sum.",
    )


def _fact(row: InspectionRow) -> dict[str, Any]:
    return {
        "number": row.id,
        "issuer": row.issuer,
        "day": date_from_day(Day(row.day)).isoformat(),
        "outcome": row.outcome,
        "mend_by": None if row.mend_by is None else date_from_day(Day(row.mend_by)).isoformat(),
        "findings": [{"severity": severity, "said": said} for severity, said in row.findings],
    }
