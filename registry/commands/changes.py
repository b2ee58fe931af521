"""What happens to an issuer on file: `issuer suspend|restore|withdraw|void|rename|scope|site|history` and the like."""

import argparse
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from credential.issuer import OccupationReference
from credential.model import Day, IssuerCode, IssuerState, Seconds, date_from_day, rfc3339
from registry.commands.common import (
    add_authority,
    add_credit_code,
    add_operator,
    command,
    day,
    group_of,
    issuer_code,
    now,
    open_data,
)
from registry.issuers import changes, divisions, filing, institution_words, institutions
from registry.issuers.changes import (
    Change,
    InDirectory,
    NewAuthority,
    NewCreditCode,
    NewName,
    NewParent,
    NewState,
    ScopeAdded,
    ScopeEnded,
    ScopeNarrowed,
    SiteClosed,
    SiteOpened,
)
from registry.office import act_words
from registry.opening import Opened
from registry.problems import Problem, Refused
from registry.record.proposals import Progress
from registry.say import answer, line, say
from registry.store.models import ActRow

if TYPE_CHECKING:
    from registry.commands.common import Commands

TWO_PEOPLE: Final = """两位操作员以同样的内容各运行一次，第二次才生效。
Two operators run it, each with the same words; the second run does it."""
_STATES: Final = {
    "suspend": (
        IssuerState.SUSPENDED,
        "暂停一个机构（一人即可，可恢复）",
        "suspend an issuer: one operator, reversible",
    ),
    "restore": (IssuerState.FILED, "恢复备案", "let an issuer be filed again"),
    "withdraw": (
        IssuerState.WITHDRAWN,
        "撤回备案；以前的证书仍有效",
        "withdraw a filing; earlier certificates stand",
    ),
    "void": (
        IssuerState.VOID,
        "宣告备案无效；所有证书都不再成立，不可逆",
        "declare a filing void: all its certificates fall, for ever",
    ),
}


def add(group: "Commands") -> None:
    """Describe the commands, in the group `issuer`."""
    for name, (state, chinese, english) in _STATES.items():
        made = command(group, name, chinese, english, run, "" if name == "suspend" else TWO_PEOPLE)
        _add_common(made)
        made.set_defaults(change=lambda _, state=state: NewState(state))
    made = command(group, "rename", "机构更名", "an issuer's new name", run, TWO_PEOPLE)
    _add_common(made)
    made.add_argument("--name", required=True, help="新名称 / the new name")
    made.set_defaults(change=lambda options: NewName(options.name))
    _add_institution(group)
    _add_scope(group)
    _add_site(group)
    made = command(
        group, "division", "机构所在行政区划（统计用）", "where an issuer is, for the statistics", run_division
    )
    made.add_argument("--code", required=True, type=issuer_code, help="13 位机构代码 / the issuer's code")
    made.add_argument("--division", required=True, metavar="CODE", help="6 位行政区划代码，如 350200 / GB/T 2260")
    made.add_argument("--name", required=True, help="行政区划名称，如 厦门市 / its name")
    add_operator(made)
    made = command(group, "history", "一个机构的全部办理", "every act about an issuer", run_history)
    made.add_argument("--code", required=True, type=issuer_code, help="13 位机构代码 / the issuer's code")
    made.add_argument("--json", action="store_true", help="给程序用 / for programs")


def run_division(options: argparse.Namespace) -> None:
    """Say where an issuer is."""
    opened = open_data(options)
    opened.store.write(
        lambda session: divisions.place(session, options.code, options.division, options.name, options.operator, now())
    )
    say(f"{options.code}：{options.name}（{options.division}）。", "The statistics count it there from now on.")


def _add_institution(group: "Commands") -> None:
    made = command(group, "credit-code", "改统一社会信用代码", "another credit code", run, TWO_PEOPLE)
    _add_common(made)
    add_credit_code(made)
    made.set_defaults(change=lambda options: NewCreditCode(options.credit_code))
    made = command(group, "authority", "改备案机关", "another filing authority", run, TWO_PEOPLE)
    _add_common(made)
    add_authority(made)
    made.set_defaults(change=lambda options: NewAuthority(options.authority))
    made = command(group, "parent", "成为分支机构，或不再是", "a branch from now on, or none", run, TWO_PEOPLE)
    _add_common(made)
    which = made.add_mutually_exclusive_group(required=True)
    which.add_argument("--parent", type=issuer_code, metavar="CODE", help="总部，须已备案 / its parent, on file")
    which.add_argument("--none", action="store_true", help="不再是分支机构 / no branch any more")
    made.set_defaults(change=lambda options: NewParent(options.parent))


def _add_scope(group: "Commands") -> None:
    scope = group_of(group, "scope", "备案范围：增加、降低、结束", "the scope: add, narrow, end")
    made = command(scope, "add", "增加职业，或提高等级", "an occupation more, or a higher level", run, TWO_PEOPLE)
    _add_common(made)
    _add_occupation(made, level=True)
    made.add_argument("--to", type=day, help="止日，可省 / the last day, if any")
    made.set_defaults(change=lambda options: ScopeAdded(options.occupation, options.highest, options.to))
    made = command(scope, "narrow", "自某日起降低最高等级", "a lower highest level from a day on", run, TWO_PEOPLE)
    _add_common(made)
    _add_occupation(made, level=True)
    made.set_defaults(change=lambda options: ScopeNarrowed(options.occupation, options.highest))
    made = command(scope, "end", "自某日起不再评价", "no more from a day on", run, TWO_PEOPLE)
    _add_common(made)
    _add_occupation(made, level=False)
    made.set_defaults(change=lambda options: ScopeEnded(options.occupation))


def _add_site(group: "Commands") -> None:
    site = group_of(group, "site", "分支机构、考点：设立、撤销", "branches and sites: open, close")
    opened = command(site, "open", "设立考点", "a site more", run, TWO_PEOPLE)
    opened.add_argument("--to", type=day, help="止日，可省 / the last day, if any")
    opened.set_defaults(change=lambda options: SiteOpened(options.site, options.to))
    closed = command(site, "close", "自某日起撤销考点", "a site no more from a day on", run, TWO_PEOPLE)
    closed.set_defaults(change=lambda options: SiteClosed(options.site))
    for made in (opened, closed):
        _add_common(made)
        made.add_argument("--site", required=True, type=issuer_code, help="考点代码，13 位 / the site's code")


def run(options: argparse.Namespace) -> None:
    """One operator's word for a change."""
    change: Change = options.change(options)
    word = (options.operator, options.document, options.date, now())
    opened = open_data(options)
    _tell_branches(opened, options.code, change, options.date)
    match opened.store.write(lambda session: changes.make(session, options.code, change, *word)):
        case Progress.PROPOSED:
            say(
                f"{options.code}：已记下，尚未生效；请另一位操作员以同样的内容再运行一次。",
                f"{options.code}: noted, nothing is changed yet; another operator must run the same.",
            )
        case Progress.DONE if isinstance(change, InDirectory):
            since = date_from_day(options.date)
            say(f"{options.code}：已办理，自 {since} 起。", f"{options.code}: done, from {since} on.")
        case Progress.DONE:
            say(
                f"{options.code}：已办理，自 {date_from_day(options.date)} 起；publish 后对外生效。",
                f"{options.code}: done, from {date_from_day(options.date)} on; verifiers see it after `publish`.",
            )


def _tell_branches(opened: Opened, code: IssuerCode, change: Change, since: Day) -> None:
    with opened.store.read() as session:
        found = institutions.branches(session, code, since)
    for each in institution_words.branches(change, code, found):
        say(each.zh, each.en)


def run_history(options: argparse.Namespace) -> None:
    """Every act about an issuer, the oldest first."""
    opened = open_data(options)
    with opened.store.read() as session:
        rows = session.scalars(select(ActRow).where(ActRow.subject == options.code).order_by(ActRow.id)).all()
    if not rows:
        raise Refused(Problem.NOT_FOUND, f"{options.code}: 没有办理 / nothing is on record")
    if options.json:
        answer([{**_facts(row), "detail": row.detail} for row in rows])
        return
    for row in rows:
        since = row.detail.get("day")
        effective = "" if since is None else f" {date_from_day(Day(since))} 起"
        about = act_words.facts(row.detail)
        line(f"{rfc3339(Seconds(row.at))} {row.what}{effective} {row.why} {row.who}{about and f'（{about}）'}")


def _facts(row: ActRow) -> dict[str, object]:
    return {"at": rfc3339(Seconds(row.at)), "what": row.what, "document": row.why, "operator": row.who}


def _add_common(made: argparse.ArgumentParser) -> None:
    made.add_argument("--code", required=True, type=issuer_code, help="13 位机构代码 / the issuer's code")
    made.add_argument("--document", required=True, help="依据文件 / the document that says so")
    made.add_argument("--date", required=True, type=day, help="自该日起（含）/ from this day on, inclusive")
    add_operator(made)


def _add_occupation(made: argparse.ArgumentParser, *, level: bool) -> None:
    made.add_argument(
        "--occupation",
        required=True,
        type=_occupation,
        metavar="EDITION:CODE",
        help="职业，如 2022:6-31-01-03 / the occupation",
    )
    if level:
        made.add_argument(
            "--highest",
            required=True,
            type=int,
            choices=range(6),
            help="最高等级，1 最高，0 为不分等级 / 1 is the highest, 0: none",
        )


def _occupation(value: str) -> OccupationReference:
    try:
        return filing.parse_occupation(*value.split(":"))
    except (TypeError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{value!r}: 须如 2022:6-31-01-03 / {error}") from None
