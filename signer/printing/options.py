"""What the command line asks of printing. Light: it is there without the extra `print`."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PrintOptions:
    """`layout` is a built-in one's name or a path, `file_name` a pattern, `roster` where document numbers are from.

    `anew` gives each certificate a new print serial, which is a new sheet of paper.
    """

    layout: str = "a4"
    fonts: tuple[Path, ...] = ()
    photos: Path | None = None
    file_name: str = "{number}"
    merge: bool = False
    serial: bool = False
    anew: bool = False
    zip: bool = False
