"""`certificate revoke`: certificates that the registry itself revokes, by a list of numbers."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from credential.request import ChangeReason
from registry.commands.changes import TWO_PEOPLE
from registry.commands.common import add_operator, command, group_of, now, open_data
from registry.problems import ConfigurationError
from registry.record.proposals import Progress
from registry.register import revocation
from registry.say import say

if TYPE_CHECKING:
    from registry.commands.common import Commands

REASONS: Final = {
    "fraud": ChangeReason.FRAUD,
    "issued-in-error": ChangeReason.ISSUED_IN_ERROR,
    "unspecified": ChangeReason.UNSPECIFIED,
}
_MAX_BYTES: Final = 1 << 20


def add(commands: "Commands") -> None:
    """Describe the command."""
    group = group_of(commands, "certificate", "登记机构直接办理证书", "certificates, by the registry itself")
    made = command(
        group,
        "revoke",
        "按编号清单撤销证书，不可逆",
        "revoke the certificates of a list of numbers, for ever",
        run_revoke,
        f"一人一天至多 {revocation.ALONE} 张；更多的，{TWO_PEOPLE}\n"
        f"One operator revokes up to {revocation.ALONE} a day; more than that takes two.",
    )
    made.add_argument("list", type=Path, metavar="FILE", help="每行一个编号的文本 / text, a number a line")
    made.add_argument("--reason", required=True, choices=sorted(REASONS), help="事由 / why")
    made.add_argument("--document", required=True, help="依据文件 / the document that says so")
    add_operator(made)


def run_revoke(options: argparse.Namespace) -> None:
    """One operator's word."""
    numbers, reason = _read(options.list), REASONS[options.reason]
    opened = open_data(options)
    word = (options.operator, options.document, now())
    match opened.store.write(lambda session: revocation.revoke(session, numbers, reason, *word)):
        case Progress.PROPOSED:
            say(
                f"{len(numbers)} 张：已记下，尚未撤销；请另一位操作员以同一份清单再运行一次。",
                "Noted, nothing is revoked yet; another operator must run the same.",
            )
        case Progress.DONE:
            say(
                f"{len(numbers)} 张已撤销，下次发布后核验者可见。",
                "Revoked; verifiers see it after the next publication.",
            )


def _read(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        lines = data.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(f"{path.name}: 无法读取，须为 UTF-8 文本 / cannot be read as UTF-8 text") from None
    if len(data) > _MAX_BYTES:
        raise ConfigurationError(f"{path.name}: 太大 / too large")
    return sorted({line.strip() for line in lines if line.strip()})
