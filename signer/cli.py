"""The command line `yinxin-signer`."""

import argparse
import sys
from collections.abc import Sequence

from signer.checking.refusing import RowsRefusedError
from signer.commands import arguments, jsonl
from signer.commands.terminal import close_output, print_error, print_result, terminal
from signer.errors import Exit, SignerError, usage
from signer.explaining import explained


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused, 2 usage, 3 registry away."""
    options = _parsed(sys.argv[1:] if argv is None else argv)
    try:
        return int(_done(options))
    except BrokenPipeError:
        close_output()
        return int(Exit.USAGE)


def _done(options: argparse.Namespace) -> Exit:
    """Do what is asked, and say what came of it."""
    try:
        with explained(), terminal(as_json=options.json) as voice:
            result = arguments.COMMANDS[options.command](options, voice)
    except SignerError as error:
        findings = error.findings if isinstance(error, RowsRefusedError) else ()
        print_error(options.command, error, findings, as_json=options.json)
        return error.exit
    except KeyboardInterrupt:
        stopped = usage("interrupted", "已中断；再次运行同一命令会继续。", "interrupted; the same command continues.")
        print_error(options.command, stopped, as_json=options.json)
        return stopped.exit
    if options.json:
        print_result(options.command, result)
    return Exit.DONE if result.get("ok", True) else Exit.REFUSED


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    """The arguments. SystemExit if they are wrong; who asked for JSON is told in JSON too."""
    try:
        return arguments.parser().parse_args(words)
    except SystemExit as ended:
        if ended.code and ("--json" in words or jsonl.JSONL in words):
            command = next((word for word in words if word in arguments.COMMANDS), None)
            wrong = usage(
                "arguments", "参数有误，见标准错误和 --help。", "wrong arguments: see standard error and --help."
            )
            print_error(command, wrong, as_json=True)
        raise


if __name__ == "__main__":
    sys.exit(main())
