"""The append-only record of every act: who, what, when, why. Each row's hash covers the row before it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential.model import Seconds
from registry.store.models import ActRow


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `detail` holds counts and identifiers, never anything about a person who was certified."""

    who: str
    what: str
    subject: str
    why: str = ""
    detail: Mapping[str, Any] | None = None


def record(session: Session, act: Act, now: Seconds) -> None:
    """Append `act`; the caller holds the region's row, so that no two writers append at once."""
    last = session.scalar(select(ActRow).order_by(ActRow.id.desc()).limit(1))
    row = ActRow(
        id=1 if last is None else last.id + 1,
        at=now,
        who=act.who,
        what=act.what,
        subject=act.subject,
        why=act.why,
        detail=dict(act.detail or {}),
        hash=b"",
    )
    row.hash = _hash(b"" if last is None else last.hash, row)
    session.add(row)
    session.flush()


def first_broken(session: Session) -> int | None:
    """The id of the first act that was altered, or that follows one that is missing; None if all is whole."""
    rows = session.scalars(select(ActRow).order_by(ActRow.id)).all()
    if rows and (rows[0].id != 1 or rows[0].hash != _hash(b"", rows[0])):
        return rows[0].id
    for before, row in pairwise(rows):
        if row.id != before.id + 1 or row.hash != _hash(before.hash, row):
            return row.id
    return None


def _hash(before: bytes, row: ActRow) -> bytes:
    facts = [row.id, row.at, row.who, row.what, row.subject, row.why, row.detail]
    return sha256(before + json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).digest()
