"""The commands that make a certificate anew: `correct`, `reissue`, `renew`, by arguments or by a sheet."""

import argparse
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from credential.model import DocumentType
from signer import clock
from signer.changes import replacing, selecting, wishes
from signer.changes.replacing import ReplaceOptions
from signer.changes.selecting import Selection
from signer.changes.wishes import Corrections, Wish
from signer.checking import reading
from signer.commands import given, sheets
from signer.commands.chosen import NUMBERS, add_numbers, add_way, selection, way
from signer.commands.common import Add, Command, add_pdf, add_signed_from, text
from signer.context import Context, Voice
from signer.errors import Json, usage
from signer.printing.paper import Printing
from signer.roster.changes import CORRECTED, RENEWED
from signer.roster.header import Column

_SHEET: Final = "表格（证书编号和要改的列）或编号文件 / a sheet of numbers and changes, or a file of numbers"


def add(make: Add) -> None:
    """Describe the commands."""
    correct = make("correct", "更正：编号不变，新证书取代旧证书 / correct: same number, a new certificate")
    add_numbers(correct, _SHEET)
    _add_corrections(correct)
    reissue = make("reissue", "补发：同一证书再画一次，不重签 / draw the same certificate again; signs nothing")
    add_numbers(reissue, NUMBERS)
    reissue.add_argument("--yes", action="store_true", help="不再询问 / do not ask")
    renew = make("renew", "续聘：新聘期，编号不变 / a post's new term under the same number")
    add_numbers(renew, _SHEET)
    renew.add_argument(
        "--until",
        type=date.fromisoformat,
        metavar="DATE",
        help="新聘期最后一天 YYYY-MM-DD；表格里可逐行写 / the new term's last day; a sheet may have one for each row",
    )
    for command in correct, renew:
        add_way(command)
        _add_template(command)
    for command in correct, reissue, renew:
        command.add_argument("--out", type=Path, metavar="DIR", help="输出文件夹 / the folder to write into")
        add_signed_from(command)
    add_pdf(correct, "同时排印 PDF / print it as PDF too")
    add_pdf(reissue, "同时排印 PDF，用新的印制序号 / print it as PDF too, with a new print serial")
    add_pdf(renew, "同时排印 PDF / print it as PDF too")


def _add_template(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--template",
        type=Path,
        metavar="FILE",
        help="只写一份空表（已选的编号填好）/ only write an empty sheet, with the numbers selected",
    )


def _add_corrections(command: argparse.ArgumentParser) -> None:
    command.add_argument("--name", type=text, metavar="TEXT", help="姓名（一张）/ name, of one")
    command.add_argument(
        "--document-type",
        choices=[each.name.lower().replace("_", "-") for each in DocumentType],
        help="证件类型 / document type",
    )
    command.add_argument(
        "--document-last4",
        type=text,
        metavar="TEXT",
        help="证件号末四位（一张）/ last four of one's document",
    )
    command.add_argument(
        "--document-file",
        type=Path,
        metavar="FILE",
        help="文件，内有更正后的完整证件号，权限 0600（一张）/ a private file with one's whole number",
    )
    command.add_argument("--title", type=text, metavar="TEXT", help="职业名称 / occupation title")
    command.add_argument(
        "--specialisation", type=text, metavar="TEXT", help="职业方向；空为删除 / specialisation; empty removes it"
    )


def _correct(options: argparse.Namespace, voice: Voice) -> Json:
    if options.template is not None:
        return _sheet(options, voice, CORRECTED)
    _require_out(options)
    printing = given.printed(options)
    with given.context(options, voice) as context:
        return _correct_all(context, options, printing, clock.today())


def _renew(options: argparse.Namespace, voice: Voice) -> Json:
    if options.template is not None:
        return _sheet(options, voice, RENEWED)
    _require_out(options)
    printing = given.printed(options)
    with given.context(options, voice) as context:
        return _renew_all(context, options, printing, clock.today())


def _reissue(options: argparse.Namespace, voice: Voice) -> Json:
    _require_out(options)
    printing = given.printed(options, anew=True)
    with given.context(options, voice) as context:
        return replacing.reissue(context, selection(options), options.out, printing)


def _sheet(options: argparse.Namespace, voice: Voice, columns: tuple[Column, ...]) -> Json:
    """An empty sheet of changes; a home is needed only to fill in what is selected."""
    if not (options.number or options.list or options.batch is not None):
        return sheets.template(options, None, columns)
    with given.context(options, voice) as context:
        return sheets.template(options, context, columns)


def _correct_all(context: Context, options: argparse.Namespace, printing: Printing, today: date) -> Json:
    """Correct one, several alike, or each as a sheet says."""
    common = _corrections(options, today)
    chosen = ReplaceOptions(options.out, way(options), printing, _source(options))
    if sheets.is_sheet(options.list):
        _require_alone(options, corrected=common != Corrections())
        return sheets.replace_by(context, "correct", options.list, CORRECTED, today, chosen, None)
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


def _renew_all(context: Context, options: argparse.Namespace, printing: Printing, today: date) -> Json:
    """Renew one, several to one day, or each as a sheet says."""
    chosen = ReplaceOptions(options.out, way(options), printing, _source(options))
    if sheets.is_sheet(options.list):
        _require_alone(options, corrected=False)
        return sheets.replace_by(context, "renew", options.list, RENEWED, today, chosen, options.until)
    if options.until is None:
        raise usage("no-term", "请给出 --until。", "say until when, with --until.")
    wanted = _alike(context, selection(options), wishes.renewed(options.until))
    return replacing.replace_all(context, "renew", wanted, chosen)


def _corrections(options: argparse.Namespace, today: date) -> Corrections:
    kind = DocumentType[options.document_type.upper().replace("-", "_")] if options.document_type else None
    specialisation = "" if options.specialisation in ("", "--") else options.specialisation
    found = Corrections(options.name, kind, options.document_last4, options.title, specialisation)
    if options.document_file is None:
        return found
    return wishes.with_document(found, reading.document_of(options.document_file, kind, today))


def _source(options: argparse.Namespace) -> tuple[str, str]:
    """What faults are told of where there is no sheet: the list, the batch, or the command line."""
    batch = "" if options.batch is None else f"第 {options.batch} 批 batch {options.batch}"
    return (options.list.name if options.list else batch, "编号 number")


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


def _require_out(options: argparse.Namespace) -> None:
    if options.out is None:
        raise usage("no-out", "请给出 --out 输出文件夹。", "give --out, the folder to write into.")


COMMANDS: Final[Mapping[str, Command]] = {
    "correct": _correct,
    "reissue": _reissue,
    "renew": _renew,
}
