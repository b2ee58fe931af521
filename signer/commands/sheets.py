"""Sheets of changes: an empty one written, and what a filled one asks for carried out."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from signer import files
from signer.changes import replacing, selecting, wishes
from signer.changes.replacing import ReplaceOptions
from signer.changes.wishes import Corrections, Wish
from signer.checking import reading
from signer.checking.findings import finding_json
from signer.checking.refusing import rows_refused
from signer.commands.chosen import selection
from signer.context import Context
from signer.errors import Json, SignerError, usage
from signer.roster import changes, changes_template
from signer.roster.changes import Wanted
from signer.roster.header import Column
from signer.roster.model import RosterError

_SHEETS: Final = frozenset({".xlsx", ".xlsm", ".csv", ".tsv"})


def is_sheet(path: Path | None) -> bool:
    """Whether a list is a sheet of changes, and not one of numbers alone."""
    return path is not None and path.suffix.lower() in _SHEETS


def template(options: argparse.Namespace, context: Context | None, columns: Sequence[Column]) -> Json:
    """Write an empty sheet of changes, with the numbers that were selected. SignerError if the file is there."""
    out: Path = options.template
    if out.exists():
        raise usage("exists", f"{out} 已存在，不会覆盖。", f"{out} exists and is not overwritten.")
    numbers = [] if context is None else [each.number for each in selecting.chosen(context, selection(options))]
    files.write_atomic(out, changes_template.template(columns, numbers), files.PRIVATE_FILE)
    return {"template": str(out), "numbers": len(numbers)}


def replace_by(
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
