"""Which certificates a change is about and how it is made: the arguments that all changes take."""

import argparse
from pathlib import Path
from typing import Final

from signer.changes import selecting
from signer.changes.changing import ChangeOptions
from signer.changes.selecting import Selection

NUMBERS: Final = "编号文件，每行一个 / a file of numbers, one a line"
"""The help of a list that can be nothing else."""


def add_numbers(command: argparse.ArgumentParser, listed: str) -> None:
    """Which certificates: numbers, a file that `listed` describes, or a batch."""
    command.add_argument("number", nargs="*", metavar="NUMBER", help="证书编号 / certificate numbers")
    command.add_argument("--list", type=Path, metavar="FILE", help=listed)
    command.add_argument("--batch", type=int, metavar="N", help="整批中有效的 / all of a batch that stand")


def add_way(command: argparse.ArgumentParser) -> None:
    """How the change is made: asked, previewed, submitted, proposed."""
    command.add_argument("--yes", action="store_true", help="不再询问 / do not ask")
    command.add_argument("--dry-run", action="store_true", help="只预览 / preview only")
    command.add_argument(
        "--no-submit", action="store_true", help="先不提交，可在断网时用 / do not submit yet; works without a network"
    )
    command.add_argument(
        "--proposal",
        type=Path,
        metavar="FILE",
        help="须复核时，待复核文件写到哪里 / where to write the proposal, if an approval is needed",
    )


def selection(options: argparse.Namespace) -> Selection:
    """The certificates that the arguments select. SignerError if none."""
    return selecting.selection(options.number, options.list, options.batch)


def way(options: argparse.Namespace) -> ChangeOptions:
    """How the change is to be made."""
    return ChangeOptions(options.yes, not options.no_submit, options.dry_run, options.proposal)
