"""Identity documents: the one column where a mistake must be found and its value never shown."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from credential import documents
from credential.model import DocumentType
from credential.numbers import Fault as NumberFault
from credential.numbers import citizen_number_fault
from signer.roster.messages import CellError
from signer.roster.model import ProblemCode
from signer.roster.shape import without_marks
from signer.roster.sheet import Cell, CellKind
from signer.roster.values import DOCUMENT_NAMES, whole

_ONCE_A_NUMBER: Final = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{1,3}|[0-9]{16,}\.0*", re.ASCII)
"""What programs write of a long number that they took for an amount."""
_APOSTROPHES: Final = "'’‘`"
_OLD_FOREIGNER: Final = re.compile(r"[A-Z]{3}[0-9]{12}", re.ASCII)
_HMT_DIVISIONS: Final = ("810000", "820000", "830000")
_PROVINCES: Final = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]", re.ASCII)
_EIGHTEEN: Final = frozenset(
    {DocumentType.CITIZEN_ID, DocumentType.RESIDENCE_PERMIT_HMT, DocumentType.FOREIGNER_PERMANENT_RESIDENCE}
)
_CODES: Final = {
    NumberFault.LENGTH: ProblemCode.DOCUMENT_LENGTH,
    NumberFault.CHARACTERS: ProblemCode.DOCUMENT_CHARACTERS,
    NumberFault.DATE: ProblemCode.DOCUMENT_DATE,
    NumberFault.CHECK_CHARACTER: ProblemCode.DOCUMENT_CHECK_CHARACTER,
}


@dataclass(frozen=True, slots=True)
class Document:
    """A checked document. The certificate has `last4`; `number` goes to the registry, beside a request, no further."""

    type: DocumentType
    number: str = field(repr=False)

    @property
    def last4(self) -> str:
        """The last four letters or digits."""
        return documents.last4(self.number)

    @property
    def division_known(self) -> bool:
        """False for a citizen's number that begins with no province: unusual, but divisions end and people do not."""
        return self.type is not DocumentType.CITIZEN_ID or _PROVINCES.match(self.number) is not None


def document(cell: Cell, type_given: DocumentType | None, today: date) -> Document:
    """The document in `cell`. Without a type an 18-character number says by its beginning which of three it is."""
    number = _clean(cell)
    if type_given is not None and type_given not in _EIGHTEEN:
        return Document(type_given, _other(number))
    if type_given is DocumentType.FOREIGNER_PERMANENT_RESIDENCE and _OLD_FOREIGNER.fullmatch(number):
        return Document(type_given, number)
    _check_eighteen(number, today)
    type_found = _type_of(number)
    if type_given is not None and type_given is not type_found:
        raise CellError(ProblemCode.DOCUMENT_TYPE, allowed=DOCUMENT_NAMES[type_found])
    return Document(type_found, number)


def _clean(cell: Cell) -> str:
    if cell.kind is CellKind.NUMBER:
        number = whole(cell)
        if number is None or number < 0:
            raise CellError(ProblemCode.DOCUMENT_DIGITS_LOST)
        return str(number)
    number_text = without_marks(documents.normalised(cell.text)).strip(_APOSTROPHES)
    if _ONCE_A_NUMBER.fullmatch(number_text):
        raise CellError(ProblemCode.DOCUMENT_DIGITS_LOST)
    return number_text


def _check_eighteen(number: str, today: date) -> None:
    fault = citizen_number_fault(number, today)
    if fault is NumberFault.CHECK_CHARACTER and number.endswith("000"):
        raise CellError(ProblemCode.DOCUMENT_DIGITS_LOST)
    if fault is not None:
        raise CellError(_CODES[fault])


def _type_of(number: str) -> DocumentType:
    if number.startswith(_HMT_DIVISIONS):
        return DocumentType.RESIDENCE_PERMIT_HMT
    if number.startswith("9"):
        return DocumentType.FOREIGNER_PERMANENT_RESIDENCE
    return DocumentType.CITIZEN_ID


def _other(number: str) -> str:
    if not 4 <= len(number) <= documents.MAX_NUMBER or len(documents.last4(number)) < 4:
        raise CellError(ProblemCode.DOCUMENT_LENGTH)
    if not documents.is_number(number):
        raise CellError(ProblemCode.DOCUMENT_CHARACTERS)
    return number
