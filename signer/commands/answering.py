"""The commands about what holders ask to have corrected: `corrections` and `answer`."""

import argparse
import re
from collections.abc import Mapping
from typing import Final

from credential.request import Outcome
from signer.changes import answering
from signer.commands import given
from signer.commands.common import Add, Command, text
from signer.context import Voice
from signer.errors import Json


def add(make: Add) -> None:
    """Describe the commands."""
    make("corrections", "持证人申请更正的事项 / what holders ask to have corrected")
    answer = make("answer", "答复一件更正申请 / answer one of them")
    answer.add_argument("case", type=_case, metavar="CASE", help="受理号 / the case number")
    outcome = answer.add_mutually_exclusive_group(required=True)
    outcome.add_argument("--accept", action="store_true", help="同意更正 / it is or will be corrected")
    outcome.add_argument("--decline", action="store_true", help="不同意 / it is not")
    answer.add_argument("--text", required=True, type=text, metavar="TEXT", help="给持证人的话 / words for the holder")


def _case(value: str) -> str:
    """A case number as an argument."""
    if re.fullmatch("[A-Z2-7]{10}", value.upper(), re.ASCII) is None:
        raise argparse.ArgumentTypeError("受理号有 10 个字符 / a case number has ten characters")
    return value.upper()


def _corrections(options: argparse.Namespace, voice: Voice) -> Json:
    with given.context(options, voice) as context:
        return answering.corrections(context)


def _answer(options: argparse.Namespace, voice: Voice) -> Json:
    outcome = Outcome.ACCEPTED if options.accept else Outcome.DECLINED
    with given.context(options, voice) as context:
        return answering.answer(context, options.case, outcome, options.text)


COMMANDS: Final[Mapping[str, Command]] = {
    "corrections": _corrections,
    "answer": _answer,
}
