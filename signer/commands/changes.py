"""From the command line to what comes after issuing: which certificates, which changes, by arguments or a sheet."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from credential.keyfile import Cost
from credential.model import DocumentType
from signer import clock, files
from signer.changes import approving, changing, queueing, replacing, selecting, wishes
from signer.changes.changing import Action, ChangeOptions
from signer.changes.replacing import ReplaceOptions
from signer.changes.selecting import Selection
from signer.changes.wishes import Corrections, Wish
from signer.checking import reading
from signer.checking.findings import finding_json
from signer.checking.refusing import rows_refused
from signer.commands import given
from signer.context import Context, Voice
from signer.errors import Json, SignerError, usage
from signer.printing.paper import Printing
from signer.roster import changes, changes_template
from signer.roster.changes import CORRECTED, RENEWED, Wanted
from signer.roster.header import Column
from signer.roster.model import RosterError

Command = Callable[[argparse.Namespace, Voice], Json]
_SHEETS: Final = frozenset({".xlsx", ".xlsm", ".csv", ".tsv"})


def selection(options: argparse.Namespace) -> Selection:
    """The certificates that the arguments select. SignerError if none."""
    return selecting.selection(options.number, options.list, options.batch)


def way(options: argparse.Namespace) -> ChangeOptions:
    """How the change is to be made."""
    return ChangeOptions(options.yes, not options.no_submit, options.dry_run, options.proposal)


def template(options: argparse.Namespace, context: Context | None, columns: Sequence[Column]) -> Json:
    """Write an empty sheet of changes, with the numbers that were selected. SignerError if the file is there."""
    out: Path = options.template
    if out.exists():
        raise usage("exists", f"{out} 已存在，不会覆盖。", f"{out} exists and is not overwritten.")
    numbers = [] if context is None else [each.number for each in selecting.chosen(context, selection(options))]
    files.write_atomic(out, changes_template.template(columns, numbers), files.PRIVATE_FILE)
    return {"template": str(out), "numbers": len(numbers)}


def correct(context: Context, options: argparse.Namespace, printing: Printing, today: date) -> Json:
    """Correct one, several alike, or each as a sheet says."""
    common = _corrections(options, today)
    chosen = ReplaceOptions(options.out, way(options), printing, _source(options))
    if _is_sheet(options.list):
        _require_alone(options, corrected=common != Corrections())
        return _by_sheet(context, "correct", options.list, CORRECTED, today, chosen, None)
    wanted = _alike(context, selection(options), wishes.corrected(common), common.document)
    if common == Corrections():
        replacing.require_stolen(context, wanted)
    if len(wanted) > 1 and (common.name or common.document_last4):
        raise usage(
            "one-at-a-time",
            "姓名和证件号因人而异：多张请用 --list 表格逐行写。",
            "names and documents differ: for more than one give a sheet with --list.",
        )
    return replacing.replace_all(context, "correct", wanted, chosen)


def renew(context: Context, options: argparse.Namespace, printing: Printing, today: date) -> Json:
    """Renew one, several to one day, or each as a sheet says."""
    chosen = ReplaceOptions(options.out, way(options), printing, _source(options))
    if _is_sheet(options.list):
        _require_alone(options, corrected=False)
        return _by_sheet(context, "renew", options.list, RENEWED, today, chosen, options.until)
    if options.until is None:
        raise usage("no-term", "请给出 --until。", "say until when, with --until.")
    wanted = _alike(context, selection(options), wishes.renewed(options.until))
    return replacing.replace_all(context, "renew", wanted, chosen)


def _source(options: argparse.Namespace) -> tuple[str, str]:
    """What faults are told of where there is no sheet: the list, the batch, or the command line."""
    batch = "" if options.batch is None else f"第 {options.batch} 批 batch {options.batch}"
    return (options.list.name if options.list else batch, "编号 number")


def _is_sheet(path: Path | None) -> bool:
    return path is not None and path.suffix.lower() in _SHEETS


def _require_alone(options: argparse.Namespace, *, corrected: bool) -> None:
    if options.number or options.batch is not None or corrected:
        raise usage(
            "sheet-alone",
            "用表格时，编号和更正内容都写在表格里，不要另给。",
            "with a sheet, numbers and corrections are in it: give no others.",
        )


def _alike(context: Context, selected: Selection, change: wishes.Change, document: str | None = None) -> list[Wish]:
    """The same change for each that is selected; rows only where there are several."""
    if selected.is_one:
        return [Wish(selected.numbers[0], change, document)]
    found = selecting.chosen(context, selected)
    return [Wish(each.number, change, row=row) for row, each in enumerate(found, 1)]


def _by_sheet(
    context: Context,
    kind: str,
    path: Path,
    columns: tuple[Column, ...],
    today: date,
    options: ReplaceOptions,
    until: date | None,
) -> Json:
    """Each as its row says. SignerError with every fault of the sheet, before anything happens."""
    found = _read(path, columns, today, bare=until is not None)
    if found.problems:
        raise rows_refused([finding_json(each, path.name) for each in found.problems], is_roster=False)
    wanted = [_wish(each, until) for each in found.rows]
    return replacing.replace_all(context, kind, wanted, replace(options, source=(path.name, found.number_label)))


def _read(path: Path, columns: tuple[Column, ...], today: date, *, bare: bool) -> changes.Changes:
    try:
        found = changes.read(path, columns, today, bare=bare)
    except RosterError as error:
        raise reading.explain(error) from None
    if not found.rows and not found.problems:
        raise _no_rows(path)
    return found


def _no_rows(path: Path) -> SignerError:
    return usage("no-rows", f"{path}：表里没有要改的行。", f"{path}: the sheet has no row to change.")


def _wish(wanted: Wanted, until: date | None) -> Wish:
    last = wanted.until or until
    if last is not None:
        return Wish(wanted.number, wishes.renewed(last), row=wanted.row)
    corrections = Corrections(wanted.name, wanted.document_type, None, wanted.title, wanted.specialisation)
    if wanted.document is not None:
        corrections = wishes.with_document(corrections, wanted.document)
    return Wish(wanted.number, wishes.corrected(corrections), corrections.document, wanted.row)


def _corrections(options: argparse.Namespace, today: date) -> Corrections:
    kind = DocumentType[options.document_type.upper().replace("-", "_")] if options.document_type else None
    specialisation = "" if options.specialisation in ("", "--") else options.specialisation
    found = Corrections(options.name, kind, options.document_last4, options.title, specialisation)
    if options.document_file is None:
        return found
    return wishes.with_document(found, reading.document_of(options.document_file, kind, today))


def _status(action: Action) -> Command:
    def command(options: argparse.Namespace, voice: Voice) -> Json:
        selected = selection(options)
        with given.context(options, voice) as context:
            return changing.change_status(context, action, selected, options.reason, way(options))

    return command


def _correct(options: argparse.Namespace, voice: Voice) -> Json:
    if options.template is not None:
        return _sheet(options, voice, CORRECTED)
    _require_out(options)
    printing = given.printed(options)
    with given.context(options, voice) as context:
        return correct(context, options, printing, clock.today())


def _renew(options: argparse.Namespace, voice: Voice) -> Json:
    if options.template is not None:
        return _sheet(options, voice, RENEWED)
    _require_out(options)
    printing = given.printed(options)
    with given.context(options, voice) as context:
        return renew(context, options, printing, clock.today())


def _sheet(options: argparse.Namespace, voice: Voice, columns: tuple[Column, ...]) -> Json:
    """An empty sheet of changes; a home is needed only to fill in what is selected."""
    if not (options.number or options.list or options.batch is not None):
        return template(options, None, columns)
    with given.context(options, voice) as context:
        return template(options, context, columns)


def _require_out(options: argparse.Namespace) -> None:
    if options.out is None:
        raise usage("no-out", "请给出 --out 输出文件夹。", "give --out, the folder to write into.")


def _reissue(options: argparse.Namespace, voice: Voice) -> Json:
    _require_out(options)
    printing = given.printed(options, anew=True)
    with given.context(options, voice) as context:
        return replacing.reissue(context, selection(options), options.out, printing)


def _submit(options: argparse.Namespace, voice: Voice) -> Json:
    with given.context(options, voice) as context:
        return queueing.submit(context, options.approved)


def _queue(options: argparse.Namespace, voice: Voice) -> Json:
    with given.context(options, voice, warn=False) as context:
        if options.discard is not None:
            return queueing.discard(context, options.discard)
        proposal = None if options.proposal is None else queueing.propose(context, options.proposal)
        return {**queueing.show(context), "proposal": None if proposal is None else str(proposal)}


def _approver(options: argparse.Namespace, voice: Voice) -> Json:
    home = given.home(options)
    out = options.out or home.path / "approver.cbor"
    said = approving.Introduction(options.issuer, options.name, options.registry, options.pin, out)
    return approving.introduce(home, said, given.keyring(options, voice, new=True), voice, clock.now(), Cost())


def _approve(options: argparse.Namespace, voice: Voice) -> Json:
    out = options.out or options.proposal.with_name(f"{options.proposal.name}.approved")
    with given.context(options, voice) as context:
        return approving.approve(context, options.proposal, out, yes=options.yes)


COMMANDS: Final[Mapping[str, Command]] = {
    "submit": _submit,
    "revoke": _status(changing.REVOKE),
    "suspend": _status(changing.SUSPEND),
    "restore": _status(changing.RESTORE),
    "correct": _correct,
    "reissue": _reissue,
    "renew": _renew,
    "queue": _queue,
    "approver": _approver,
    "approve": _approve,
}
