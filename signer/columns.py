"""Where in a roster a fault is: the sheet's own column, by letter and header."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from signer.issue import Fault
from signer.roster import source
from signer.roster.header import Column, Header

_INSTEAD: Final = {Column.CODE: Column.TITLE, Column.TITLE: Column.CODE}


def placed(faults: Sequence[Fault], path: Path) -> list[Fault]:
    """The faults, each with the label of its column in the roster at `path`. RosterError as for reading it."""
    if not faults:
        return []
    header = _header(path)
    return [replace(fault, column=_label(header, fault.column)) for fault in faults]


def _header(path: Path) -> Header | None:
    sheets, _ = source.sheets(source.bytes_of(path), path)
    tables = (source.table(sheet) for sheet in sheets)
    return next((table.header for table in tables if table is not None), None)


def _label(header: Header | None, name: str) -> str:
    if header is None or name not in frozenset(Column):
        return name
    column = Column(name)
    if column not in header.places:
        column = _INSTEAD.get(column, column)
    return header.label(column)
