"""Reading a roster, or one person's document, for a command: what cannot be read is said in words."""

from datetime import date
from pathlib import Path

from credential.model import DocumentType
from signer import files
from signer.context import Step, Voice
from signer.errors import Exit, SignerError, refused
from signer.roster import reader
from signer.roster.document import Document, document
from signer.roster.messages import TEXTS, CellError
from signer.roster.model import AS_IT_IS, Reading, Roster, RosterError, RosterReason
from signer.roster.sheet import Cell, CellKind

_MAX_DOCUMENT = 1_024


_NO_FILE = frozenset({RosterReason.NOT_FOUND, RosterReason.UNREADABLE})


def read(path: Path, today: date, voice: Voice | None = None, how: Reading = AS_IT_IS) -> Roster:
    """The roster. SignerError if the file cannot be read as one: exit 2 if there is no file, else 1."""

    def tell(count: int, total: int) -> None:
        if voice is not None:
            voice.reached(Step.READ, count, total)

    try:
        roster = reader.read(path, today=today, how=how, tell=tell)
    except RosterError as error:
        raise explain(error) from None
    if not roster.rows and not roster.problems:
        raise refused("no-rows", f"{path}：名册里没有人员。", f"{path}: the roster lists nobody.")
    return roster


def document_of(path: Path, type_given: DocumentType | None, today: date) -> Document:
    """The one document whose number a private file has. SignerError if others can read it, or it is no number."""
    text = files.read_private(path, _MAX_DOCUMENT).decode("utf-8-sig", "replace")
    return checked_document(text, type_given, today, str(path))


def checked_document(number: str, type_given: DocumentType | None, today: date, where: str) -> Document:
    """The document of this number, which is from `where`. SignerError if it is no number."""
    try:
        return document(Cell(CellKind.TEXT, number), type_given, today)
    except CellError as error:
        told = TEXTS[error.code].filled(error.details)
        raise refused(
            "document-number", f"{where}：{told.why_zh}{told.fix_zh}", f"{where}: {told.why_en} {told.fix_en}"
        ) from None


def explain(error: RosterError) -> SignerError:
    """The error for a file that cannot be read as a roster."""
    return SignerError(
        Exit.USAGE if error.reason in _NO_FILE else Exit.REFUSED,
        f"roster-{error.reason.value.lower().replace('_', '-')}",
        f"{error.file}：{error.why_zh} {error.fix_zh}",
        f"{error.file}: {error.why_en} {error.fix_en}",
    )
