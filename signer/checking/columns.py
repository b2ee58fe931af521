"""Where in a roster a fault is: the sheet's own column, by letter and header."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from signer.certificates.objections import Fault
from signer.roster.header import Column, Header

_INSTEAD: Final = {Column.CODE: Column.TITLE, Column.TITLE: Column.CODE}


def placed(faults: Sequence[Fault], header: Header) -> list[Fault]:
    """The faults, each with the label of its column under this header."""
    return [replace(fault, column=_label(header, fault.column)) for fault in faults]


def _label(header: Header, name: str) -> str:
    if name not in frozenset(Column):
        return name
    column = Column(name)
    if column not in header.places:
        column = _INSTEAD.get(column, column)
    return header.label(column)
