"""The press: numbers drafts and signs them, with everything decided before."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from credential import sign, status_list
from credential.model import (
    Entry,
    IssuerCode,
    LevelCertificate,
    Seconds,
    StatusReference,
    Subject,
    date_from_day,
)
from credential.numbers import NationalNumber
from credential.sign import Signer
from signer.certificates.drafts import Draft, certificate_of
from signer.ledger.model import Serial, Signed
from signer.ledger.pool import Place, Wanted
from signer.portions import Many

NO_LEVEL_DIGIT: Final = 0
"""Where a level has its digit, other kinds have this one: they follow no national rule."""


@dataclass(frozen=True, slots=True)
class Press:
    """Everything that signing a batch needs, all of it decided before."""

    key: Signer
    issuer: IssuerCode
    uri_base: str
    now: Seconds

    def sign(
        self,
        drafts: Iterable[Draft],
        entries: Iterable[Entry],
        entry_of: Callable[[int], Entry],
        serials: Mapping[Place, Iterator[int]],
    ) -> Iterator[Signed]:
        """Number and sign each draft in order; `entry_of` knows a certificate's entry by its ledger id."""
        for draft, entry in zip(drafts, entries, strict=True):
            number, serial = self._number(draft, serials)
            reference = StatusReference(entry.idx, status_list.uri_of(self.uri_base, entry.list))
            certificate = certificate_of(draft, self.issuer, number, reference, self.now)
            if draft.replaces is not None:
                certificate = certificate._replace(extra=draft.extra._replace(replaces=entry_of(draft.replaces)))
            data = sign.sign_certificate(certificate, self.key)
            yield Signed(
                draft.row, number, serial, entry, data, draft.facts, draft.replaces, draft.document, draft.reference
            )

    def _number(self, draft: Draft, serials: Mapping[Place, Iterator[int]]) -> tuple[str, Serial | None]:
        if draft.number is not None:
            return draft.number, None
        year, digit = place_of(draft)
        serial = next(serials[year, digit])
        return str(NationalNumber(self.issuer, year, digit, serial)), Serial(year, digit, serial)


def place_of(draft: Draft) -> Place:
    """The year and the level digit that a new number of this draft has."""
    return date_from_day(draft.issued_on).year % 100, _digit(draft.subject)


def wanted(drafts: Many[Draft]) -> Wanted:
    """What signing these takes: an index each, and a serial each that keeps no other's number."""
    return Wanted(len(drafts), Counter(place_of(draft) for draft in drafts if draft.number is None))


def _digit(subject: Subject) -> int:
    match subject:
        case LevelCertificate(level=level):
            return level
        case _:
            return NO_LEVEL_DIGIT
