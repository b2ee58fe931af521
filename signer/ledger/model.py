"""What the ledger keeps: batches, certificates, the requests that register them, rows that were left out."""

from dataclasses import dataclass, field
from enum import StrEnum, unique

from credential.model import Entry, Seconds


@unique
class State(StrEnum):
    """What became of a certificate, as far as this ledger knows."""

    SIGNED = "signed"
    REGISTERED = "registered"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Batch:
    """One signing. `subject` tells what is signed (a roster's SHA-256)."""

    id: int
    kind: str
    subject: bytes
    wanted: int
    signed_at: Seconds | None


@dataclass(frozen=True, slots=True)
class Serial:
    """A number given here for the first time: the next serial of this year (two digits) and level digit."""

    year: int
    digit: int
    serial: int


@dataclass(frozen=True, slots=True)
class Reference:
    """What a program that embeds the signer calls a certificate, and the batch in which it asked for it."""

    name: str
    batch: str | None


@dataclass(frozen=True, slots=True)
class Signed:
    """A certificate to be recorded. `serial` is None where it keeps the number of the one that it replaces."""

    row: int | None
    number: str
    serial: Serial | None
    entry: Entry
    data: bytes
    facts: bytes
    replaces: int | None = None
    document: str | None = field(default=None, repr=False)
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row of a roster that was left out: where, and why; nothing of what it held."""

    row: int
    field: str
    code: str
    why_zh: str
    why_en: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """A recorded certificate. `png` is the SHA-256 of its picture, once that was drawn and read back."""

    id: int
    batch: int
    position: int
    row: int | None
    number: str
    entry: Entry
    data: bytes
    replaces: int | None
    state: State
    png: bytes | None


@dataclass(frozen=True, slots=True)
class Referred:
    """What a reference was first signed for, by its `facts`, and what there is of that number now."""

    facts: bytes
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Submission:
    """One registration request: the certificates from position `first` on.

    `salt` is that of the commitment to their documents; None where they were not known, or are forgotten. `receipt` is
    the registry's, None where it gave none.
    """

    id: int
    batch: int
    first: int
    count: int
    request_id: bytes
    registered_at: str | None
    salt: bytes | None = field(default=None, repr=False)
    receipt: bytes | None = field(default=None, repr=False)
