"""The command line `yinxin-signer`."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from credential.keyfile import Cost
from credential.model import DocumentType
from credential.request import ChangeReason, Outcome
from signer import (
    answering,
    arguments,
    changing,
    clock,
    enrolling,
    evidence,
    files,
    given,
    jsonl,
    mapping,
    paper,
    rosters,
    signing,
)
from signer.changing import Action, Corrections
from signer.custody import commands as key_commands
from signer.errors import Exit, Json, SignerError, usage
from signer.explaining import explained
from signer.issuing import Terms
from signer.paper import Printing
from signer.printing.options import PrintOptions
from signer.roster.model import Roster
from signer.signing import RowsRefusedError, SignOptions
from signer.terminal import Terminal, close_output, print_error, print_line, print_result, terminal

_MAX_NUMBERS: Final = 1 << 20

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
    return enrolling.keygen(given.home(options), options.issuer, given.keyring(options, new=True), voice, Cost(), slot)


def _enrol(options: argparse.Namespace, voice: Terminal) -> Json:
    return enrolling.enrol(
        given.home(options),
        given.keyring(options),
        voice,
        clock.now,
        registry=options.registry,
        pin_file=options.pin,
        out=options.out or given.home(options).path / "enrolment.cbor",
        qr_host=options.qr_host,
    )


def _roster(options: argparse.Namespace, voice: Terminal | None = None) -> Roster:
    how = mapping.reading(given.home(options), options.mapping, options.sheet)
    return rosters.read(options.roster, clock.today(), voice, how)


def _map(options: argparse.Namespace, voice: Terminal) -> Json:
    home = given.home(options)
    return mapping.learn(options.roster, home, options.mapping, options.sheet, options.column, options.fixed, voice)


def _template(options: argparse.Namespace, voice: Terminal) -> Json:
    with given.context(options, voice) as context:
        return rosters.template(context, options.out)


def _check(options: argparse.Namespace, voice: Terminal) -> Json:
    roster = _roster(options, voice)
    home = given.home(options)
    printing = _printing(options)
    if not home.configuration_file.exists() or home.load().registry is None:
        return rosters.check(roster, None, voice, options.out, printing)
    with given.context(options, voice) as context:
        return rosters.check(roster, context, voice, options.out, printing)


def _printing(options: argparse.Namespace, *, anew: bool = False) -> PrintOptions | None:
    """How to print, if it is asked for. SignerError for options about it without `--pdf`."""
    wanted = PrintOptions(
        layout=options.layout,
        fonts=tuple(options.font),
        photos=options.photos,
        file_name=options.file_name,
        merge=options.merge,
        serial=options.serial or anew,
        anew=anew,
        zip=options.zip,
    )
    if getattr(options, "pdf", True):
        return wanted
    if replace(wanted, serial=options.serial, anew=False) != PrintOptions():
        raise usage("needs-pdf", "打印选项要和 --pdf 一起用。", "options for printing go with --pdf.")
    return None


def _sign(options: argparse.Namespace, voice: Terminal) -> Json:
    chosen = SignOptions(
        out=options.out,
        skip_bad=options.skip_bad,
        dry_run=options.dry_run,
        yes=options.yes,
        submit=not options.no_submit,
        repeat=options.repeat,
        printing=_printing(options),
        confirmed=_confirmed(options),
        evidence=options.evidence,
    )
    with given.context(options, voice) as context:
        return signing.sign_roster(context, _roster(options, voice), chosen)


def _evidence(options: argparse.Namespace, voice: Terminal) -> Json:
    return evidence.show(options.place, voice)


def _confirmed(options: argparse.Namespace) -> frozenset[str]:
    return frozenset(code.upper() for code in options.confirm)


def _submit(options: argparse.Namespace, voice: Terminal) -> Json:
    with given.context(options, voice) as context:
        return signing.submit(context)


def _status(action: Action) -> Command:
    def command(options: argparse.Namespace, voice: Terminal) -> Json:
        numbers = [*options.number, *_listed(options.list)]
        if not numbers:
            raise usage("no-number", "请给出编号，或用 --list 文件。", "give numbers, or --list FILE.")
        reason = ChangeReason[options.reason.upper().replace("-", "_")]
        with given.context(options, voice) as context:
            _confirm(options, voice, f"{action.name}：{len(numbers)} 个编号？", f"{action.name} {len(numbers)}?")
            return changing.change_status(context, action, numbers, reason)

    return command


def _confirm(options: argparse.Namespace, voice: Terminal, zh: str, en: str) -> None:
    """Ask; what cannot be undone needs --yes where nobody can be asked."""
    if not options.yes and not voice.confirm(zh, en):
        raise SignerError(Exit.REFUSED, "declined", "已取消，什么都没有改。", "cancelled; nothing was changed.")


def _listed(path: Path | None) -> list[str]:
    """The numbers in a file, one a line; blank lines and `#` comments allowed."""
    if path is None:
        return []
    try:
        text = files.read_capped(path, _MAX_NUMBERS).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise usage("list-encoding", f"{path} 不是 UTF-8 文本。", f"{path} is not UTF-8 text.") from None
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _correct(options: argparse.Namespace, voice: Terminal) -> Json:
    document_type = DocumentType[options.document_type.upper().replace("-", "_")] if options.document_type else None
    specialisation = "" if options.specialisation in ("", "--") else options.specialisation
    corrections = Corrections(options.name, document_type, options.document_last4, options.title, specialisation)
    if options.document_file is not None:
        document = rosters.document_of(options.document_file, document_type, clock.today())
        corrections = changing.with_document(corrections, document)
    printing = _printed(options)
    with given.context(options, voice) as context:
        _confirm(options, voice, f"更正 {options.number}？", f"correct {options.number}?")
        return changing.correct(context, options.number, corrections, options.out, printing)


def _reissue(options: argparse.Namespace, voice: Terminal) -> Json:
    printing = _printed(options, anew=True)
    with given.context(options, voice) as context:
        return changing.reissue(context, options.number, options.out, printing)


def _printed(options: argparse.Namespace, *, anew: bool = False) -> Printing:
    """How to print what is replaced or reissued, if it is asked for."""
    wanted = _printing(options, anew=anew)
    roster = _roster(options) if options.roster and wanted is not None else None
    return Printing(wanted, roster)


def _print(options: argparse.Namespace, voice: Terminal) -> Json:
    numbers = [*options.number, *_listed(options.list)]
    if not numbers and options.batch is None and options.roster is None:
        raise usage(
            "no-number", "请给出编号、--list、--batch 或 --roster。", "give numbers, --list, --batch or --roster."
        )
    ready = paper.ready(_printing(options) or PrintOptions())
    roster = _roster(options, voice) if options.roster else None
    with given.context(options, voice) as context:
        return paper.print_again(context, ready, numbers, options.batch, roster, options.out)


def _renew(options: argparse.Namespace, voice: Terminal) -> Json:
    printing = _printed(options)
    with given.context(options, voice) as context:
        _confirm(options, voice, f"续聘 {options.number}？", f"renew {options.number}?")
        return changing.renew(context, options.number, options.until, options.out, printing)


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
    "submit": _submit,
    "revoke": _status(changing.REVOKE),
    "suspend": _status(changing.SUSPEND),
    "restore": _status(changing.RESTORE),
    "correct": _correct,
    "reissue": _reissue,
    "renew": _renew,
    "print": _print,
    arguments.JSONL: _jsonl,
    "corrections": _corrections,
    "answer": _answer,
    **key_commands.COMMANDS,
}

if __name__ == "__main__":
    sys.exit(main())
