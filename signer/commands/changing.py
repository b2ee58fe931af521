"""The commands that change a status: `revoke`, `suspend`, `restore`."""

import argparse
from collections.abc import Mapping
from typing import Final

from signer.changes import changing, reasons
from signer.changes.changing import Action
from signer.commands import given
from signer.commands.chosen import NUMBERS, add_numbers, add_way, selection, way
from signer.commands.common import Add, Command
from signer.context import Voice
from signer.errors import Json

_ABOUT: Final = (
    ("revoke", "撤销证书，不能恢复 / revoke for good"),
    ("suspend", "暂停证书，可恢复 / suspend, until restored"),
    ("restore", "恢复暂停的证书 / end a suspension"),
)


def add(make: Add) -> None:
    """Describe the commands."""
    for name, about in _ABOUT:
        command = make(name, about)
        add_numbers(command, NUMBERS)
        command.add_argument(
            "--reason", required=True, type=reasons.parse, metavar="REASON", help="原因，见下 / why: one of those below"
        )
        add_way(command)
        command.epilog = (
            f"原因与对持证人的意思 / reasons, and what each means for the holder:\n{reasons.described()}\n\n"
            + (command.epilog or "")
        )


def _changed(action: Action) -> Command:
    """The command that does this action."""

    def command(options: argparse.Namespace, voice: Voice) -> Json:
        selected = selection(options)
        with given.context(options, voice) as context:
            return changing.change_status(context, action, selected, options.reason, way(options))

    return command


COMMANDS: Final[Mapping[str, Command]] = {
    "revoke": _changed(changing.REVOKE),
    "suspend": _changed(changing.SUSPEND),
    "restore": _changed(changing.RESTORE),
}
