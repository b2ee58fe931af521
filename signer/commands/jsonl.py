"""The command `jsonl`: its arguments, and standard input and output."""

import argparse
import sys
from collections.abc import Mapping
from typing import Final

from credential.request import MAX_BATCH
from signer.batches import evidence
from signer.commands import given
from signer.commands.common import Add, Command, add_confirm, add_evidence, confirmed
from signer.commands.terminal import print_line
from signer.context import Voice
from signer.embedding import jsonl
from signer.embedding.asking import MAX_REFERENCE, is_reference
from signer.embedding.issuing import Terms
from signer.errors import Json

JSONL: Final = "jsonl"
_LINES: Final = 1_000


def add(make: Add) -> None:
    """Describe the command."""
    command = make(JSONL, "供其他程序调用：每行一个 JSON 对象 / for other programs: one JSON object a line, in and out")
    command.set_defaults(json=True)
    command.add_argument("--batch", type=_reference, metavar="REF", help="批次引用号 / your reference for the batch")
    command.add_argument(
        "--lines",
        dest="most",
        type=_lines,
        default=_LINES,
        metavar="N",
        help=f"每批最多几行（默认 {_LINES}）/ lines that are signed and registered at once",
    )
    command.add_argument("--no-submit", action="store_true", help="先不登记 / do not register yet")
    command.add_argument(
        "--repeat",
        action="store_true",
        help="同名同证的另一人也签 / sign what looks like one signed before: it is another person",
    )
    add_confirm(command)
    add_evidence(command)


def _lines(value: str) -> int:
    """How many lines go into a batch."""
    if not value.isdecimal() or len(value) > 5 or not 1 <= int(value) <= MAX_BATCH:
        raise argparse.ArgumentTypeError(f"1–{MAX_BATCH}")
    return int(value)


def _reference(value: str) -> str:
    """A batch's reference as an argument."""
    if not is_reference(value):
        raise argparse.ArgumentTypeError(
            f"引用号须为 1 至 {MAX_REFERENCE} 个可见字符 / 1 to {MAX_REFERENCE} visible characters"
        )
    return value


def _jsonl(options: argparse.Namespace, voice: Voice) -> Json:
    proof = None if options.evidence is None else evidence.digest(options.evidence)
    terms = Terms(options.batch, True, options.repeat, not options.no_submit, confirmed(options), proof)
    with given.context(options, voice) as context:
        return jsonl.run(context, sys.stdin.buffer, print_line, terms, options.most)


COMMANDS: Final[Mapping[str, Command]] = {JSONL: _jsonl}
