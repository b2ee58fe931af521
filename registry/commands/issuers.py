"""`issuer file|approve`; what comes after is in registry.commands.changes."""

import argparse
from typing import TYPE_CHECKING

from registry.commands import changes, institutions
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
from registry.issuers import filing
from registry.issuers.filing import KINDS, Filing
from registry.problems import ConfigurationError
from registry.say import say

if TYPE_CHECKING:
    from registry.commands.common import Commands


def add(commands: "Commands") -> None:
    """Describe the commands."""
    group = group_of(commands, "issuer", "机构备案", "filing issuers")
    made = command(
        group,
        "file",
        "登记一个机构的备案，或为已备案机构增加名称、范围、站点",
        "file an issuer, or add a name, scope or site to one on file",
        run_file,
        "另一位操作员批准后才生效 / takes effect when another operator approves\n"
        "例 / example: --scope 2022:6-31-01-03:3:2025-01-01  （版本:职业:最高等级:起[:止]，1 最高 / 1 is the highest）",
    )
    _add_common(made)
    made.add_argument("--name", required=True, help="备案名称 / name as filed")
    made.add_argument(
        "--kind", required=True, choices=sorted(KINDS), help="Y 用人单位 / employer; S 社会培训评价组织; school 院校"
    )
    add_credit_code(made)
    add_authority(made)
    made.add_argument(
        "--parent", type=issuer_code, metavar="CODE", help="分支机构的总部，须已备案 / of a branch: its parent, on file"
    )
    made.add_argument(
        "--scope",
        action="append",
        default=[],
        metavar="EDITION:CODE:HIGHEST:FROM[:TO]",
        help="范围，可重复 / repeatable",
    )
    made.add_argument(
        "--site", action="append", default=[], metavar="CODE:FROM[:TO]", help="站点代码，可重复 / repeatable"
    )
    made = command(
        group,
        "approve",
        "批准待审批的备案（须另一位操作员）",
        "approve the filing that waits (another operator)",
        run_approve,
    )
    _add_common(made, required=False)
    made = command(group, "discard", "退回待审批的备案", "take back the filing that waits", run_discard)
    made.add_argument("--code", required=True, type=issuer_code, help="13 位机构代码 / the issuer's code")
    made.add_argument("--document", required=True, help="事由，留档 / why; kept on record")
    add_operator(made)
    institutions.add(group)
    changes.add(group)


def run_file(options: argparse.Namespace) -> None:
    """File."""
    try:
        scopes = tuple(filing.parse_scope(each) for each in options.scope)
        sites = tuple(filing.parse_site(each) for each in options.site)
    except ValueError as error:
        raise ConfigurationError(f"--scope / --site: {error}") from None
    filed = Filing(
        code=options.code,
        name=options.name,
        kind=KINDS[options.kind],
        scopes=scopes,
        sites=sites,
        credit_code=options.credit_code,
        authority=options.authority,
        parent=options.parent,
    )
    opened = open_data(options)
    opened.store.write(
        lambda session: filing.file(session, filed, options.operator, options.document, options.date, now())
    )
    say(
        f"{options.code} {options.name}：已录入，待另一位操作员批准。",
        f"{options.code} is filed; another operator must approve it.",
    )


def run_approve(options: argparse.Namespace) -> None:
    """Approve."""
    opened = open_data(options)
    done = opened.store.write(
        lambda session: filing.approve(session, options.code, options.operator, options.document, options.date, now())
    )
    say(
        f"{options.code} {done.name}：备案已批准，下次完整发布（publish）后生效。",
        f"{options.code} is approved; it takes effect with the next full publication (publish).",
    )


def run_discard(options: argparse.Namespace) -> None:
    """Take a filing back."""
    opened = open_data(options)
    opened.store.write(lambda session: filing.discard(session, options.code, options.operator, options.document, now()))
    say(f"{options.code}：备案已退回。", "The filing is taken back.")


def _add_common(made: argparse.ArgumentParser, required: bool = True) -> None:
    made.add_argument("--code", required=True, type=issuer_code, help="13 位机构代码 / the issuer's code")
    document = "依据文件" if required else "依据文件（默认为备案时的）"
    made.add_argument("--document", required=required, help=f"{document} / the document that says so")
    note = "生效日 / effective date" if required else "生效日（默认为备案时的日期）/ effective date, else the filing's"
    made.add_argument("--date", required=required, type=day, help=note)
    add_operator(made)
