"""`benefits import|template|show|end`."""

import argparse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from credential.benefits import BenefitPolicy, Facts
from credential.model import day_of
from registry import settings
from registry.benefits import benefit_effect, benefit_sheet, benefit_words, benefits
from registry.benefits.benefit_columns import COLUMNS, TAKES
from registry.commands import sheets
from registry.commands.common import (
    add_operator,
    command,
    day,
    group_of,
    now,
    open_data,
    require_yes,
)
from registry.problems import Problem, Refused
from registry.say import answer, say
from registry.sheets import sheet_rows

if TYPE_CHECKING:
    from registry.commands.common import Commands

_JSON: Final = "供程序读 / for programs"


def add(commands: "Commands") -> None:
    """Describe the commands."""
    group = group_of(commands, "benefits", "待遇政策：条款和紧缺目录", "the benefit policy: clauses and shortage lists")
    sheets.add_import(
        group,
        "从 XLSX 或 CSV 导入条款和目录；先说明改变什么、涉及多少证书，再询问",
        "import clauses and lists from XLSX or CSV; says first what changes and whom it is about, then asks",
        run_import,
        _columns(),
    )
    made = command(group, "template", "写一张空白的待遇表", "write an empty sheet of benefits", run_template)
    made.add_argument("out", type=Path, help="XLSX 或 CSV 文件 / the file")
    made = command(group, "show", "列出下次发布的待遇政策", "show the policy as it is to be published next", run_show)
    made.add_argument("--json", action="store_true", help=_JSON)
    _add_end(group)


def _add_end(group: "Commands") -> None:
    made = command(
        group,
        "end",
        "终止一个条款或紧缺目录；已发布的不能删除，只能终止",
        "end a clause or a shortage list; what is published is never taken out, it ends",
        run_end,
    )
    which = made.add_mutually_exclusive_group(required=True)
    which.add_argument("--clause", type=int, metavar="ID", help="条款编号 / the clause")
    which.add_argument("--list", type=int, metavar="ID", dest="listed", help="目录编号 / the list")
    made.add_argument("--last", type=day, required=True, metavar="DATE", help="最后一天 / its last day")
    made.add_argument("--document", required=True, metavar="TEXT", help="依据的文件，留档 / the document that says so")
    made.add_argument("--yes", action="store_true", help="不再询问 / do not ask")
    add_operator(made)


def run_import(options: argparse.Namespace) -> int | None:
    """Explain what the sheet changes; then take all of it, or nothing."""
    sheets.require_operator(options)
    opened = open_data(options)
    with opened.store.read() as session:
        region = settings.load(session).region
        before = benefits.load(session)
        sheet = benefit_sheet.read(options.file, region, {each.id for each in before.lists} if before else set())
        if sheet.faults:
            return sheets.refuse(options, sheet.faults)
        after = benefits.merged(before, region, sheet.clauses, sheet.lists)
        counted = benefit_effect.standing(session, after)
    _tell(before, after, counted, options.json)
    if options.dry_run:
        return None
    require_yes(options)
    opened.store.write(lambda session: benefits.replace(session, before, after, options.operator, now()))
    if not options.json:
        _say_next("已导入", "Imported")
    return None


def run_template(options: argparse.Namespace) -> None:
    """Write an empty sheet."""
    sheet_rows.write(options.out, COLUMNS.empty())
    say(
        f"空白待遇表已写到 {options.out.name}；各列写法见 benefits import --help。",
        "An empty sheet is written; `benefits import --help` says what the columns take.",
    )


def run_show(options: argparse.Namespace) -> None:
    """The policy as it is to be published next."""
    with open_data(options).store.read() as session:
        policy = benefits.load(session)
    if options.json:
        answer({"ok": True, **({"clauses": [], "lists": []} if policy is None else benefits.to_json(policy))})
    elif policy is None:
        say("本地区没有待遇政策。", "This region has no benefit policy.")
    else:
        for sentence in benefit_words.shown(policy):
            say(sentence.zh, sentence.en)


def run_end(options: argparse.Namespace) -> None:
    """End a clause or a list, after saying so and being told yes."""
    opened = open_data(options)
    with opened.store.read() as session:
        before = benefits.load(session)
    if before is None:
        raise Refused(Problem.NOT_FOUND, "本地区没有待遇政策 / this region has no benefit policy")
    entry = benefits.find(before, options.clause, options.listed)
    for sentence in benefit_words.changes(before, benefits.ended(before, entry, options.last)):
        say(sentence.zh, sentence.en)
    require_yes(options)
    word = (options.last, options.operator, options.document, now())
    opened.store.write(lambda session: benefits.end(session, entry, before, *word))
    _say_next("已终止", "Ended")


def _say_next(zh: str, en: str) -> None:
    say(
        f"{zh}；由清单密钥签名发布（publish 或 ceremony）后生效。",
        f"{en}; in effect once it is published with list keys.",
    )


def _tell(before: BenefitPolicy | None, after: BenefitPolicy, counted: Counter[Facts], as_json: bool) -> None:
    today = day_of(now())
    touched = [(each, benefit_effect.touched(after, each, counted, today)) for each in after.clauses]
    said = list(benefit_words.changes(before, after))
    if as_json:
        about = [benefit_words.touched_json(*each) for each in touched]
        answer({"ok": True, "changes": [each._asdict() for each in said], "touched": about, **benefits.to_json(after)})
        return
    for sentence in said:
        say(sentence.zh, sentence.en)
    if not said:
        say("与现在的待遇政策相同。", "The same as the policy is now.")
    say("各条款现在涉及本地区登记的多少证书：", "How many certificates registered here each clause is about:")
    for each in touched:
        sentence = benefit_words.about(*each)
        say(sentence.zh, sentence.en)


def _columns() -> str:
    """What every column takes, for `--help`."""
    lines = [
        "每行一个条款或目录；下面编号为空的行属于上一个，再写一类证书或一个职业。",
        "A clause or a list a row; a row without a number below it adds other certificates, or an occupation.",
        "列 / columns:",
    ]
    lines += [f"  {head} {column}: {TAKES[column].zh} / {TAKES[column].en}" for column, head in COLUMNS.headers.items()]
    return "\n".join(lines)
