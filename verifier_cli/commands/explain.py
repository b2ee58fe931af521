"""The command `explain`."""

import argparse
from typing import Final

from verifier_cli import arguments
from verifier_cli.arguments import Parser, add_inputs
from verifier_cli.commands import check

WORDS: Final = "逐步说明核验过程 / explain every step of a verification"
TAKES_BUNDLE: Final = True
EPILOG: Final = check.INPUTS + check.EXIT


def add_arguments(parser: Parser) -> None:
    """Add what only this command has."""
    add_inputs(parser)


def run(given: argparse.Namespace) -> int:
    """The exit code."""
    from credential.model import Seconds
    from verifier_cli.asked import Asked
    from verifier_cli.explaining import explain

    return explain.run(
        Asked(
            bundle=given.bundle,
            pin=given.pin,
            region=given.region,
            now=Seconds(arguments.clock() if given.at is None else given.at),
            inputs=given.inputs,
            as_json=given.json,
        )
    )
