"""The command line `yinxin-signer`."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from credential.keyfile import Cost
from credential.request import Outcome
from signer import clock, signing
from signer.batches import evidence
from signer.changes import answering, selecting
from signer.checking import mapping, rosters, template
from signer.checking.refusing import RowsRefusedError
from signer.commands import arguments, changes, given, keeping
from signer.commands import keys as key_commands
from signer.commands.terminal import Terminal, close_output, print_error, print_line, print_result, terminal
from signer.custody import enrolling
from signer.embedding import jsonl
from signer.embedding.issuing import Terms
from signer.errors import Exit, Json, SignerError, usage
from signer.explaining import explained
from signer.home import CHOOSE
from signer.printing import paper
from signer.printing.options import PrintOptions
from signer.signing import SignOptions

Command = Callable[[argparse.Namespace, Terminal], Json]


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
            result = COMMANDS[options.command](options, voice)
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
        if ended.code and ("--json" in words or arguments.JSONL in words):
            command = next((word for word in words if word in COMMANDS), None)
            wrong = usage(
                "arguments", "参数有误，见标准错误和 --help。", "wrong arguments: see standard error and --help."
            )
            print_error(command, wrong, as_json=True)
        raise


def _keygen(options: argparse.Namespace, voice: Terminal) -> Json:
    slot = key_commands.slot(options)
    return enrolling.keygen(
        given.home(options), options.issuer, given.keyring(options, voice, new=True), voice, Cost(), slot
    )


def _enrol(options: argparse.Namespace, voice: Terminal) -> Json:
    return enrolling.enrol(
        given.home(options),
        given.keyring(options, voice),
        voice,
        clock.now,
        registry=options.registry,
        pin_file=options.pin,
        out=options.out or given.home(options).path / "enrolment.cbor",
        qr_host=options.qr_host,
    )


def _map(options: argparse.Namespace, voice: Terminal) -> Json:
    home = given.home(options)
    return mapping.learn(options.roster, home, options.mapping, options.sheet, options.column, options.fixed, voice)


def _template(options: argparse.Namespace, voice: Terminal) -> Json:
    with given.context(options, voice) as context:
        return template.template(context, options.out)


def _check(options: argparse.Namespace, voice: Terminal) -> Json:
    roster = given.roster(options, voice)
    home = given.home(options)
    printing = given.printing(options)
    if not home.configuration_file.exists() or home.load().registry is None:
        voice.say(
            f"机构文件夹 {home.path} 里还没有已注册的签发机构；在别处的，{CHOOSE[0]}。",
            f"there is no enrolled issuer in the home {home.path}; if it is elsewhere, {CHOOSE[1]}.",
        )
        return rosters.check(roster, None, voice, options.out, printing)
    with given.context(options, voice) as context:
        return rosters.check(roster, context, voice, options.out, printing)


def _sign(options: argparse.Namespace, voice: Terminal) -> Json:
    chosen = SignOptions(
        out=options.out,
        skip_bad=options.skip_bad,
        dry_run=options.dry_run,
        yes=options.yes,
        submit=not options.no_submit,
        repeat=options.repeat,
        printing=given.printing(options),
        confirmed=_confirmed(options),
        evidence=options.evidence,
    )
    with given.context(options, voice) as context:
        return signing.sign_roster(context, given.roster(options, voice), chosen)


def _evidence(options: argparse.Namespace, voice: Terminal) -> Json:
    return evidence.show(options.place, voice)


def _confirmed(options: argparse.Namespace) -> frozenset[str]:
    return frozenset(code.upper() for code in options.confirm)


def _print(options: argparse.Namespace, voice: Terminal) -> Json:
    numbers = [*options.number, *selecting.listed(options.list)]
    if not numbers and options.batch is None and options.roster is None:
        raise usage(
            "no-number", "请给出编号、--list、--batch 或 --roster。", "give numbers, --list, --batch or --roster."
        )
    ready = paper.ready(given.printing(options) or PrintOptions())
    roster = given.roster(options, voice) if options.roster else None
    with given.context(options, voice) as context:
        return paper.print_again(context, ready, numbers, options.batch, roster, options.out)


def _jsonl(options: argparse.Namespace, voice: Terminal) -> Json:
    proof = None if options.evidence is None else evidence.digest(options.evidence)
    terms = Terms(options.batch, True, options.repeat, not options.no_submit, _confirmed(options), proof)
    with given.context(options, voice) as context:
        return jsonl.run(context, sys.stdin.buffer, print_line, terms, options.most)


def _corrections(options: argparse.Namespace, voice: Terminal) -> Json:
    with given.context(options, voice) as context:
        return answering.corrections(context)


def _answer(options: argparse.Namespace, voice: Terminal) -> Json:
    outcome = Outcome.ACCEPTED if options.accept else Outcome.DECLINED
    with given.context(options, voice) as context:
        return answering.answer(context, options.case, outcome, options.text)


COMMANDS: Final[Mapping[str, Command]] = {
    "keygen": _keygen,
    "enrol": _enrol,
    "template": _template,
    "map": _map,
    "check": _check,
    "sign": _sign,
    "evidence": _evidence,
    "print": _print,
    arguments.JSONL: _jsonl,
    "corrections": _corrections,
    "answer": _answer,
    **changes.COMMANDS,
    **key_commands.COMMANDS,
    **keeping.COMMANDS,
}

if __name__ == "__main__":
    sys.exit(main())
