"""Whom a certificate was issued to, as a keyed tag: for finding it by document and for counting people once.

The number of the document is used while one request is answered, and then it is gone: only HMAC-SHA-256 of it under a
key in the data folder is stored. Without the key a tag tells nothing; with it, numbers could be tried out, so the key
and the database belong into different hands' backups (docs/privacy.md).
"""

import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import documents
from credential.documents import Documents
from credential.errors import CredentialError
from credential.model import DocumentType, Entry
from credential.request import RegisterBatch
from registry import settings
from registry.files import PRIVATE, Places, read_private, write_atomically
from registry.problems import ConfigurationError, Problem, Refused, RowFault
from registry.register.certificates import read
from registry.register.registration import CHUNK, Candidate
from registry.store.engine import Store
from registry.store.models import RegionRow, RegisteredRow

KEY_BYTES: Final = 32
TAG_BYTES: Final = 16
CHECK_BYTES: Final = 8
_MISMATCH: Final = "证件号末四位与证书上的不符 / its last four are not the certificate's"


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys, newest first: new tags are made with the first, old ones are still found with the others."""

    keys: tuple[bytes, ...] = field(repr=False)

    @property
    def check(self) -> bytes:
        """What tells the newest key from others without telling it."""
        return hmac.digest(self.keys[0], b"check", "sha256")[:CHECK_BYTES]

    def tags(self, kind: DocumentType, number: str) -> tuple[bytes, ...]:
        """The tags of one document, by every key."""
        said = f"document {int(kind)} {number}".encode()
        return tuple(hmac.digest(key, said, "sha256")[:TAG_BYTES] for key in self.keys)

    def any_tags(self, number: str) -> tuple[bytes, ...]:
        """The tags that a number could have, whatever kind of document it is of."""
        return tuple(tag for kind in DocumentType for tag in self.tags(kind, number))

    def encode(self) -> bytes:
        """The bytes of the key file."""
        return "".join(f"{key.hex()}\n" for key in self.keys).encode()


def open_ring(places: Places, store: Store) -> Ring:
    """The keys of a data folder; made when a registry needs them for the first time.

    Refused UNAVAILABLE if the key file is gone or is another registry's: new tags would find nobody.
    """
    with store.read() as session:
        known = _region(session).holder_check
    if known is None:
        store.write(lambda session: _make(places, session))
        return open_ring(places, store)
    ring = _known_first(_read(places.holder_key), known)
    if ring is None:
        raise Refused(
            Problem.UNAVAILABLE,
            "holders.secret 不在或不是本库的：请从密钥备份放回 / holders.secret is missing, or not of this database: "
            "put it back from the backup of the keys",
        )
    return ring


def _known_first(ring: Ring | None, known: bytes) -> Ring | None:
    """The ring with the key first that the database knows: a rotation that was cut short wrote only the file."""
    for key in ring.keys if ring else ():
        if Ring((key,)).check == known and ring is not None:
            return Ring((key, *(other for other in ring.keys if other != key)))
    return None


def rotate(places: Places, session: Session) -> None:
    """A new key for new tags; the caller records who did it and why. Older keys stay, to find older tags."""
    region = settings.lock(session)
    before = _known_first(_read(places.holder_key), region.holder_check or b"")
    if before is None:
        raise ConfigurationError("holders.secret 不在或不是本库的 / missing, or not of this database")
    ring = Ring((secrets.token_bytes(KEY_BYTES), *before.keys))
    region.holder_check = ring.check
    session.flush()
    write_atomically(places.holder_key, ring.encode(), PRIVATE)


def require_committed(content: RegisterBatch, beside: Documents | None) -> None:
    """Return if the documents beside a request are those that it commits to, or there are none of either."""
    if (content.documents is None) != (beside is None):
        raise Refused(Problem.MALFORMED, "证件号附件与请求不符 / the documents are not those of the request")
    if content.documents is None or beside is None:
        return
    try:
        documents.require_commitment(beside, content.documents, len(content.certificates))
    except CredentialError as error:
        raise Refused(Problem.MALFORMED, str(error)) from None


def identify(candidates: Sequence[Candidate], beside: Documents | None, ring: Ring) -> list[Candidate]:
    """The candidates with the tags of their holders; without documents they stay as they are."""
    if beside is None:
        return list(candidates)
    return [replace(each, holders=_tags(each, beside.numbers[each.row], ring)) for each in candidates]


def faults(candidates: Iterable[Candidate], beside: Documents | None) -> list[RowFault]:
    """The rows whose document is not the one that the certificate shows the end of."""
    if beside is None:
        return []
    return [
        RowFault(each.row, "DOCUMENT_MISMATCH", _MISMATCH)
        for each in candidates
        if (number := beside.numbers[each.row]) is not None
        and documents.last4(number) != each.certificate.person.document_last4
    ]


def settle(session: Session, candidates: Sequence[Candidate]) -> dict[Entry, bytes]:
    """The one tag of each candidate's holder: as an older key made it for an earlier certificate, else the newest.

    A correction that names no document keeps the tag of what it replaces, if type and last four are the same.
    """
    older = _known(session, {tag for each in candidates for tag in each.holders[1:]})
    found: dict[Entry, bytes] = {}
    for each in candidates:
        tag = next((tag for tag in each.holders if tag in older), None) or next(iter(each.holders), None)
        tag = tag or _inherited(session, each)
        if tag is not None:
            found[each.entry] = tag
    return found


def _inherited(session: Session, each: Candidate) -> bytes | None:
    old = each.certificate.extra.replaces
    row = session.get(RegisteredRow, (old.list, old.idx)) if old else None
    if row is None or row.holder is None:
        return None
    before, now = read(row.data).person, each.certificate.person
    same = before.document_type is now.document_type and before.document_last4 == now.document_last4
    return row.holder if same else None


def _known(session: Session, tags: set[bytes]) -> frozenset[bytes]:
    ordered = sorted(tags)
    found: set[bytes] = set()
    for start in range(0, len(ordered), CHUNK):
        chunk = ordered[start : start + CHUNK]
        rows = session.scalars(select(RegisteredRow.holder).where(RegisteredRow.holder.in_(chunk)))
        found |= {tag for tag in rows if tag is not None}
    return frozenset(found)


def _tags(each: Candidate, number: str | None, ring: Ring) -> tuple[bytes, ...]:
    return () if number is None else ring.tags(each.certificate.person.document_type, number)


def _make(places: Places, session: Session) -> None:
    region = settings.lock(session)
    if region.holder_check is not None:
        return
    ring = _read(places.holder_key)
    if ring is None:
        ring = Ring((secrets.token_bytes(KEY_BYTES),))
        write_atomically(places.holder_key, ring.encode(), PRIVATE)
    region.holder_check = ring.check


def _region(session: Session) -> RegionRow:
    return session.scalars(select(RegionRow)).one()


def _read(path: Path) -> Ring | None:
    if not path.exists():
        return None
    try:
        keys = tuple(bytes.fromhex(line) for line in read_private(path).decode("ascii").splitlines())
    except ValueError:
        keys = ()
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise ConfigurationError(f"{path.name}: 损坏，请从备份放回 / damaged: put it back from the backup")
    return Ring(keys)
