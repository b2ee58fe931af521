"""What a roster says once it is read: rows that can be signed, problems to mend, notes to know.

Problems and notes are shown, logged and printed, so none of them ever holds a document number: they describe a value by
its shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum, unique
from pathlib import Path
from typing import Final

from credential.model import (
    Basis,
    DocumentType,
    Extra,
    Kind,
    LevelCertificate,
    Occupation,
    Person,
    Post,
    PostAppointment,
    RegionalHonour,
    SpecialAbility,
    Subject,
    day_from_date,
    start_of,
)
from signer.roster.header import COMMON, Header, Names


@unique
class RosterReason(StrEnum):
    """Why a file is not read at all."""

    NOT_FOUND = "NOT_FOUND"
    UNREADABLE = "UNREADABLE"
    TOO_LARGE = "TOO_LARGE"
    TOO_MANY_ROWS = "TOO_MANY_ROWS"
    TOO_MANY_COLUMNS = "TOO_MANY_COLUMNS"
    UNKNOWN_TYPE = "UNKNOWN_TYPE"
    EMPTY = "EMPTY"
    ENCRYPTED = "ENCRYPTED"
    OLD_EXCEL = "OLD_EXCEL"
    DAMAGED = "DAMAGED"
    ENCODING = "ENCODING"
    NO_HEADER = "NO_HEADER"
    NO_SHEET = "NO_SHEET"
    SEVERAL_SHEETS = "SEVERAL_SHEETS"


class RosterError(Exception):
    """A file that cannot be read as a roster. `why` and `fix` are for people and hold nothing of its content."""

    def __init__(self, reason: RosterReason, file: str, why_zh: str, why_en: str, fix_zh: str, fix_en: str) -> None:
        super().__init__(f"{file}: {reason.value}: {why_en}")
        self.reason = reason
        self.file = file
        self.why_zh = why_zh
        self.why_en = why_en
        self.fix_zh = fix_zh
        self.fix_en = fix_en


@unique
class ProblemCode(StrEnum):
    """What is wrong with a cell, a row or a header; stable, for programs."""

    # The header
    COLUMN_MISSING = "COLUMN_MISSING"
    COLUMN_TWICE = "COLUMN_TWICE"
    PERSON_NOT_UNDER_HEADER = "PERSON_NOT_UNDER_HEADER"
    HEADER_DIFFERS = "HEADER_DIFFERS"
    # Any cell
    VALUE_MISSING = "VALUE_MISSING"
    COLUMN_NEEDED = "COLUMN_NEEDED"
    VALUE_NOT_USED = "VALUE_NOT_USED"
    CELL_ERROR = "CELL_ERROR"
    FORMULA_WITHOUT_VALUE = "FORMULA_WITHOUT_VALUE"
    MERGED_CELLS = "MERGED_CELLS"
    CELLS_BEYOND_HEADER = "CELLS_BEYOND_HEADER"
    NOT_TEXT = "NOT_TEXT"
    TOO_LONG = "TOO_LONG"
    REFUSED_CHARACTER = "REFUSED_CHARACTER"
    # The person
    NAME_SPACE = "NAME_SPACE"
    NAME_NOT_A_NAME = "NAME_NOT_A_NAME"
    NAME_CONFLICT = "NAME_CONFLICT"
    DOCUMENT_TYPE = "DOCUMENT_TYPE"
    DOCUMENT_DIGITS_LOST = "DOCUMENT_DIGITS_LOST"
    DOCUMENT_LENGTH = "DOCUMENT_LENGTH"
    DOCUMENT_CHARACTERS = "DOCUMENT_CHARACTERS"
    DOCUMENT_DATE = "DOCUMENT_DATE"
    DOCUMENT_CHECK_CHARACTER = "DOCUMENT_CHECK_CHARACTER"
    # What it is about
    KIND = "KIND"
    OCCUPATION_CODE = "OCCUPATION_CODE"
    OCCUPATION_EDITION = "OCCUPATION_EDITION"
    OCCUPATION_UNKNOWN = "OCCUPATION_UNKNOWN"
    OCCUPATION_AMBIGUOUS = "OCCUPATION_AMBIGUOUS"
    OCCUPATION_MISMATCH = "OCCUPATION_MISMATCH"
    OCCUPATION_MOVED = "OCCUPATION_MOVED"
    LEVEL = "LEVEL"
    LEVEL_AMBIGUOUS = "LEVEL_AMBIGUOUS"
    SUB_LEVEL = "SUB_LEVEL"
    POST = "POST"
    BASIS = "BASIS"
    BASIS_AMBIGUOUS = "BASIS_AMBIGUOUS"
    DATE = "DATE"
    DATE_AMBIGUOUS = "DATE_AMBIGUOUS"
    DATE_INCOMPLETE = "DATE_INCOMPLETE"
    DATE_IN_FUTURE = "DATE_IN_FUTURE"
    DATE_TOO_OLD = "DATE_TOO_OLD"
    TERM_BEFORE_START = "TERM_BEFORE_START"
    TERM_UNUSUAL = "TERM_UNUSUAL"
    # What the evaluation rests on
    CONTEST_CLASS = "CONTEST_CLASS"
    CONTEST_RANK = "CONTEST_RANK"
    CONTEST_ENTRY = "CONTEST_ENTRY"
    CONTEST_NOT_PROMOTED = "CONTEST_NOT_PROMOTED"
    CONTEST_PRIOR_LEVEL = "CONTEST_PRIOR_LEVEL"
    CONTEST_OUTSIDE_TABLE = "CONTEST_OUTSIDE_TABLE"
    STANDARD_VERSION = "STANDARD_VERSION"
    # Several rows
    DUPLICATE = "DUPLICATE"
    TWO_LEVELS = "TWO_LEVELS"
    # A sheet of changes
    NUMBER_TWICE = "NUMBER_TWICE"
    NOTHING_TO_CHANGE = "NOTHING_TO_CHANGE"
    NOT_CHANGED = "NOT_CHANGED"


TO_CONFIRM: Final = frozenset({ProblemCode.TERM_UNUSUAL, ProblemCode.CONTEST_OUTSIDE_TABLE, ProblemCode.TWO_LEVELS})
"""What may be lawful all the same: such a row is signed once somebody has said that it is right."""


@unique
class NoteCode(StrEnum):
    """What a clerk should know although nothing is wrong."""

    COLUMN_IGNORED = "COLUMN_IGNORED"
    SHEET_IGNORED = "SHEET_IGNORED"
    ROW_HIDDEN = "ROW_HIDDEN"
    NAME_SPACE_REMOVED = "NAME_SPACE_REMOVED"
    DIVISION_UNKNOWN = "DIVISION_UNKNOWN"
    FORMULA_VALUE_USED = "FORMULA_VALUE_USED"
    OCCUPATION_NOT_IN_CATALOGUE = "OCCUPATION_NOT_IN_CATALOGUE"
    OCCUPATION_UNCONFIRMED = "OCCUPATION_UNCONFIRMED"
    NAME_DOT_CHANGED = "NAME_DOT_CHANGED"
    ROW_WITHOUT_PERSON = "ROW_WITHOUT_PERSON"
    ROW_EXAMPLE = "ROW_EXAMPLE"
    HEADER_REPEATED = "HEADER_REPEATED"
    VALUE_FIXED = "VALUE_FIXED"
    MAPPING_UNMET = "MAPPING_UNMET"
    ENCODING = "ENCODING"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `row` is the sheet's own row number, `column` its letter and header ("C 证件号码")."""

    file: str
    row: int
    column: str
    shape: str
    why_zh: str
    why_en: str
    fix_zh: str
    fix_en: str
    code: ProblemCode


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know. `row` is None where it is about the file or a column."""

    file: str
    row: int | None
    zh: str
    en: str
    code: NoteCode


@dataclass(frozen=True, slots=True)
class Row:
    """One person's line, checked in itself; whether the issuer may sign it is the signer's question.

    `document_number` is for the registry, until that has it: never shown.
    An honour has no occupation: edition 0, empty code and title.
    `term_until` is the last day of a post's term. `issued_on` is the certificate's date.
    """

    row_number: int
    name: str
    document_type: DocumentType
    document_last4: str
    document_number: str = field(repr=False)
    occupation_edition: int
    occupation_code: str
    occupation_title: str
    specialisation: str | None
    kind: Kind
    level: int | None
    post: Post | None
    term_until: date | None
    honour: str | None
    issued_on: date
    basis: Basis
    sub_level: str | None
    local_post: str | None

    @property
    def person(self) -> Person:
        """The person as the certificate shows them."""
        return Person(self.name, self.document_type, self.document_last4)

    @property
    def subject(self) -> Subject:
        """What the certificate is about. ValueError for a row that `read` never makes."""
        occupation = Occupation(
            self.occupation_edition, self.occupation_code, self.occupation_title, self.specialisation
        )
        match self.kind, self.level, self.post, self.term_until, self.honour:
            case Kind.LEVEL, int() as level, _, _, _:
                return LevelCertificate(occupation, level)
            case Kind.SPECIAL_ABILITY, _, _, _, _:
                return SpecialAbility(occupation)
            case Kind.POST, _, Post() as post, date() as last, _:
                return PostAppointment(occupation, post, start_of(day_from_date(last + timedelta(days=1))))
            case Kind.HONOUR, _, _, _, str() as honour:
                return RegionalHonour(honour)
        raise ValueError(f"row {self.row_number} lacks what a {self.kind.name} needs")

    @property
    def extra(self) -> Extra:
        """The optional facts."""
        return Extra(sub_level=self.sub_level, local_post=self.local_post)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a roster is to be read: what its columns are called, and which of its sheets is meant (else the only one)."""

    names: Names = COMMON
    sheet: str | None = None


AS_IT_IS: Final = Reading()
"""Nothing was said about it."""


@dataclass(frozen=True, slots=True)
class Roster:
    """A file as read: `rows` are those without a problem, in the sheet's order.

    `sha256` is of the file's bytes; where one sheet of several was asked for, of the bytes, a zero byte and its name.
    Of rows that a program gives, `path` is None and `sha256` that of no bytes. `doubts` are about rows that are right
    only if somebody says so (`TO_CONFIRM`). `widest` is the last column, from 0, of rows that go beyond the header.
    """

    path: Path | None
    sha256: bytes
    header: Header
    rows: Sequence[Row]
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...] = ()
    doubts: tuple[Problem, ...] = ()
    sheet: str = ""
    how: Reading = AS_IT_IS
    widest: int = 0

    @property
    def name(self) -> str:
        """The file's name, without its folder."""
        return self.path.name if self.path else ""
