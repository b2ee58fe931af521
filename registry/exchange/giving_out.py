"""Sheets of certificates leave the registry: written whole, recorded, and only then there."""

from collections.abc import Callable
from hashlib import file_digest
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from credential.model import Seconds
from registry import settings
from registry.record import acts, rights
from registry.record.acts import Act
from registry.store.engine import Store

WHAT: Final = "certificates.export"
Write = Callable[[Session, Path], int]
"""Writes a file of certificates, and says how many."""


def give_out(store: Store, out: Path, write: Write, who: str, document: str, now: Seconds) -> int:
    """Have the file written, and record who took how many certificates and why. Refused ROLE: nothing is written."""
    draft = out.with_name(f".part-{out.name}")
    try:
        with store.read() as session:
            rights.require(session, who, WHAT)
            count = write(session, draft)
        with draft.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        act = Act(who, WHAT, "certificates", document, {"count": count, "sha256": digest})
        store.write(lambda session: _record(session, act, now))
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _record(session: Session, act: Act, now: Seconds) -> None:
    settings.lock(session)
    acts.record(session, act, now)
