"""Which occupation a row means, from edition, code and title, any of which may be left out while the rest suffices."""

from dataclasses import dataclass
from enum import Enum, auto, unique

from signer.roster.catalogue import LOCAL_EDITION, Catalogue, Entry
from signer.roster.messages import CellError
from signer.roster.model import ProblemCode
from signer.roster.shape import quoted


@unique
class Standing(Enum):
    """What the catalogue says of an occupation."""

    CONFIRMED = auto()
    UNCONFIRMED = auto()
    UNLISTED = auto()


@dataclass(frozen=True, slots=True)
class Resolved:
    """The occupation of a row."""

    edition: int
    code: str
    title: str
    standing: Standing

    def __str__(self) -> str:
        """As messages name it."""
        return f"{quoted(self.title)} {self.code} ({self.edition})"


def resolve(catalogue: Catalogue, edition: int | None, code: str | None, title: str | None) -> Resolved:
    """The occupation; at least one of code and title is given. CellError: the OCCUPATION_ ones."""
    found = catalogue.find(edition, code, title)
    if len(found) == 1:
        return _listed(found[0])
    if found:
        raise CellError(ProblemCode.OCCUPATION_AMBIGUOUS, candidates=_named(found))
    if code is None:
        raise CellError(ProblemCode.OCCUPATION_UNKNOWN)
    return _unlisted(catalogue, edition, code, title)


def _unlisted(catalogue: Catalogue, edition: int | None, code: str, title: str | None) -> Resolved:
    """An occupation that the catalogue lacks is the issuer's word, unless the catalogue has half of it otherwise."""
    contradicting = catalogue.find(edition, code, None)
    if title is not None and edition is not None:
        contradicting += catalogue.find(edition, None, title)
    if title is not None and contradicting:
        roster = f"{quoted(code) if edition == LOCAL_EDITION else code} {quoted(title)}"
        raise CellError(ProblemCode.OCCUPATION_MISMATCH, roster=roster, catalogue=_named(contradicting))
    if title is None:
        raise CellError(ProblemCode.OCCUPATION_UNKNOWN)
    elsewhere = catalogue.find(None, None, title)
    if edition is None and elsewhere:
        raise CellError(ProblemCode.OCCUPATION_MOVED, title=quoted(title), given=code, catalogue=_named(elsewhere))
    if edition is None:
        raise CellError(ProblemCode.OCCUPATION_EDITION)
    return Resolved(edition, code, title, Standing.CONFIRMED if edition == LOCAL_EDITION else Standing.UNLISTED)


def _listed(entry: Entry) -> Resolved:
    standing = Standing.CONFIRMED if entry.confirmed else Standing.UNCONFIRMED
    return Resolved(entry.edition, entry.code, entry.title, standing)


def _named(entries: tuple[Entry, ...]) -> str:
    return "、".join(f"{entry.title} {entry.code} ({entry.edition})" for entry in entries)
