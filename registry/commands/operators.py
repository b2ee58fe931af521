"""`operator add|list|roles|reset|disable`: accounts, which are made on the registry's own machine only."""

import argparse
from typing import TYPE_CHECKING, Any, Final

from credential.model import Seconds, rfc3339
from registry.commands.common import add_operator, command, group_of, now, open_data
from registry.operators import accounts
from registry.record.rights import OperatorRole
from registry.say import answer, line, say
from registry.store.operators import OperatorRow

if TYPE_CHECKING:
    from registry.commands.common import Commands

ROLES: Final = {
    OperatorRole.FILING: "备案与范围 / filings and scopes",
    OperatorRole.KEYS: "密钥与账号 / keys and accounts",
    OperatorRole.SUPERVISION: "质量督导 / supervision",
    OperatorRole.AUDIT: "审计，只读 / audit, reads only",
}


def add(commands: "Commands") -> None:
    """Describe the commands."""
    group = group_of(commands, "operator", "操作员账号", "operators' accounts")
    made = _account(
        group,
        "add",
        "新增账号，给出一次性开通码",
        "a new account, and the setup code for its holder",
        run_add,
        "本人凭开通码在控制台 /console/setup 自设口令与动态码，管理员不知道。\n"
        "有了第一个账号以后，各命令的 --operator 须是有相应角色的在用账号。\n"
        "With it the holder chooses password and app at /console/setup; the administrator never knows them.\n"
        "Once there is an account, every command's --operator must be an active account with the role for it.",
    )
    made.add_argument("--display", required=True, metavar="NAME", help="姓名或岗位 / what people call the holder")
    _add_roles(made)
    made = command(group, "list", "列出账号", "list the accounts", run_list)
    made.add_argument("--json", action="store_true", help="给程序用 / for programs")
    made = _account(group, "roles", "改变角色", "other roles", run_roles)
    _add_roles(made)
    _account(
        group,
        "reset",
        "忘记口令或丢失手机：作废旧的，给出新的开通码",
        "password or phone lost: the old ones end, and there is a new setup code",
        run_reset,
    )
    _account(
        group, "disable", "停用账号，立即退出各处登录，不可恢复", "end an account, at once and for good", run_disable
    )


def run_add(options: argparse.Namespace) -> None:
    """Add an account."""
    roles = [OperatorRole(each) for each in options.role]
    opened = open_data(options)
    code = opened.store.write(
        lambda session: accounts.add(
            session, options.name, options.display, roles, options.operator, options.document, now()
        )
    )
    _hand_over(options.name, code)


def run_list(options: argparse.Namespace) -> None:
    """List the accounts."""
    with open_data(options).store.read() as session:
        found = [_facts(row, now()) for row in accounts.every(session)]
    if options.json:
        answer(found)
        return
    for each in found:
        line(f"{each['name']}  {each['display']}  {','.join(each['roles'])}  {each['state']}")
    say(f"共 {len(found)} 个账号。", f"{len(found)} accounts.")


def run_roles(options: argparse.Namespace) -> None:
    """Change the roles."""
    roles = [OperatorRole(each) for each in options.role]
    opened = open_data(options)
    opened.store.write(
        lambda session: accounts.set_roles(session, options.name, roles, options.operator, options.document, now())
    )
    say(f"{options.name}：角色已改。", "The roles are changed, from the next request on.")


def run_reset(options: argparse.Namespace) -> None:
    """Give a new setup code."""
    opened = open_data(options)
    code = opened.store.write(
        lambda session: accounts.reset(session, options.name, options.operator, options.document, now())
    )
    _hand_over(options.name, code)


def run_disable(options: argparse.Namespace) -> None:
    """Disable the account."""
    opened = open_data(options)
    opened.store.write(
        lambda session: accounts.disable(session, options.name, options.operator, options.document, now())
    )
    say(f"{options.name}：已停用，并已退出各处登录。", "It is disabled, and signed out everywhere.")


def _hand_over(name: str, code: str) -> None:
    say(
        f"{name} 的开通码（只显示这一次，{accounts.SETUP_HOURS} 小时内有效）：{code}", "The setup code, shown only now."
    )
    say("请当面交给本人，在控制台的 /console/setup 使用。", "Hand it to its holder in person, for /console/setup.")


def _facts(row: OperatorRow, at: Seconds) -> dict[str, Any]:
    return {
        "name": row.name,
        "display": row.display,
        "roles": row.roles,
        "state": _state(row, at),
        "added": rfc3339(Seconds(row.added_at)),
    }


def _state(row: OperatorRow, at: Seconds) -> str:
    if row.disabled_at is not None:
        return "disabled"
    if row.password is None:
        return "waits" if at < (row.setup_expires or 0) else "setup-expired"
    return "locked" if at < row.locked_until else "active"


def _account(
    group: "Commands", name: str, chinese: str, english: str, run: Any, details: str = ""
) -> argparse.ArgumentParser:
    made = command(group, name, chinese, english, run, details)
    made.add_argument("name", metavar="ACCOUNT", help="账号名，如 lin / the account's name")
    made.add_argument("--document", required=True, help="依据 / the document or reason, kept on record")
    add_operator(made)
    return made


def _add_roles(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--role",
        action="append",
        required=True,
        choices=[each.value for each in OperatorRole],
        help="可重复 / repeatable: " + "; ".join(f"{role.value} {words}" for role, words in ROLES.items()),
    )
