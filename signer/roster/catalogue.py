"""The occupations that a roster may name: by edition and code, because codes move from one edition to the next.

`signer/roster/occupations.csv` is small and curated: public data sets are wrong in places. A region imports its own.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

LOCAL_EDITION: Final = 0
"""The edition of a region's own codes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One occupation; `source` says in words where code and title come from, `confirmed` whether it backs them."""

    edition: int
    code: str
    title: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Occupations, found by code or by title; `by_code` and `by_title` hold one entry an edition."""

    by_code: Mapping[str, tuple[Entry, ...]]
    by_title: Mapping[str, tuple[Entry, ...]]

    def find(self, edition: int | None, code: str | None, title: str | None) -> tuple[Entry, ...]:
        """The entries that agree with everything given; at least one of code and title must be."""
        found = self.by_code.get(code, ()) if code is not None else self.by_title.get(title or "", ())
        return tuple(
            entry
            for entry in found
            if (edition is None or entry.edition == edition) and (title is None or entry.title == title)
        )


def catalogue(entries: Iterable[Entry]) -> Catalogue:
    """A catalogue of `entries`. ValueError if two of them share edition and code."""
    by_code: dict[str, list[Entry]] = defaultdict(list)
    by_title: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if any(other.edition == entry.edition for other in by_code[entry.code]):
            raise ValueError(f"{entry.code} is twice in edition {entry.edition}")
        by_code[entry.code].append(entry)
        by_title[entry.title].append(entry)
    return Catalogue(
        {code: tuple(found) for code, found in by_code.items()},
        {title: tuple(found) for title, found in by_title.items()},
    )


def parse(lines: Iterable[str]) -> Catalogue:
    """A catalogue of the lines of a CSV file: edition, code, title, source, confirmed (yes or no). ValueError."""
    return catalogue(
        Entry(int(row["edition"]), row["code"], row["title"], row["source"], row["confirmed"] == "yes")
        for row in csv.DictReader(lines)
    )


@cache
def built_in() -> Catalogue:
    """The catalogue that comes with the program."""
    return parse((files("signer.roster") / "occupations.csv").read_text(encoding="utf-8").splitlines())
