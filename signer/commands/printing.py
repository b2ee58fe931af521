"""The command `print`."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from signer.changes import selecting
from signer.commands import given
from signer.commands.common import Add, Command, add_out, add_printing, add_signed_from
from signer.context import Voice
from signer.errors import Json, usage
from signer.printing import paper
from signer.printing.options import PrintOptions


def add(make: Add) -> None:
    """Describe the command."""
    again = make("print", "排印账本里的证书为 PDF，不重签 / print what the ledger has as PDF; signs nothing")
    again.add_argument("number", nargs="*", metavar="NUMBER", help="证书编号 / certificate numbers")
    again.add_argument("--list", type=Path, metavar="FILE", help="编号文件，每行一个 / a file of numbers, one a line")
    again.add_argument("--batch", type=int, metavar="N", help="整批 / a whole batch")
    add_signed_from(again)
    add_out(again)
    add_printing(again)


def _print(options: argparse.Namespace, voice: Voice) -> Json:
    numbers = [*options.number, *selecting.listed(options.list)]
    if not numbers and options.batch is None and options.roster is None:
        raise usage(
            "no-number", "请给出编号、--list、--batch 或 --roster。", "give numbers, --list, --batch or --roster."
        )
    ready = paper.ready(given.printing(options) or PrintOptions())
    roster = given.roster(options, voice) if options.roster else None
    with given.context(options, voice) as context:
        return paper.print_again(context, ready, numbers, options.batch, roster, options.out)


COMMANDS: Final[Mapping[str, Command]] = {
    "print": _print,
}
