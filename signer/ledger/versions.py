"""The ledger's tables, version by version; what an older program wrote is carried over."""

import sqlite3
from typing import Final

from signer.ledger import checks, pool, queue

_SCHEMA: Final = """
CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('sign', 'correct', 'renew')),
    subject BLOB NOT NULL CHECK (length(subject) = 32),
    wanted INTEGER NOT NULL CHECK (wanted > 0),
    started_at INTEGER NOT NULL,
    indices_id BLOB NOT NULL UNIQUE CHECK (length(indices_id) = 16),
    uri_base TEXT,
    signed_at INTEGER
);
CREATE INDEX batch_subject ON batch (kind, subject);
CREATE TABLE run (
    batch INTEGER NOT NULL REFERENCES batch (id),
    list INTEGER NOT NULL,
    first INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (list, first)
);
CREATE TABLE certificate (
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL REFERENCES batch (id),
    position INTEGER NOT NULL,
    row INTEGER,
    year INTEGER,
    digit INTEGER,
    serial INTEGER,
    number TEXT NOT NULL,
    list INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    data BLOB NOT NULL,
    facts BLOB NOT NULL CHECK (length(facts) = 32),
    replaces INTEGER REFERENCES certificate (id),
    state TEXT NOT NULL CHECK (state IN ('signed', 'registered', 'suspended', 'revoked', 'superseded')),
    png BLOB,
    UNIQUE (batch, position),
    UNIQUE (list, idx),
    UNIQUE (year, digit, serial)
);
CREATE INDEX certificate_number ON certificate (number);
CREATE INDEX certificate_facts ON certificate (facts);
CREATE TABLE submission (
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL REFERENCES batch (id),
    first INTEGER NOT NULL,
    count INTEGER NOT NULL,
    request_id BLOB NOT NULL UNIQUE CHECK (length(request_id) = 16),
    registered_at TEXT,
    UNIQUE (batch, first)
);
CREATE TABLE change (
    id INTEGER PRIMARY KEY,
    subject BLOB NOT NULL,
    request_id BLOB NOT NULL UNIQUE CHECK (length(request_id) = 16),
    started_at INTEGER NOT NULL,
    done_at TEXT
);
"""

_DOCUMENTS: Final = """
CREATE TABLE document (
    certificate INTEGER PRIMARY KEY REFERENCES certificate (id),
    number TEXT NOT NULL
);
ALTER TABLE submission ADD COLUMN salt BLOB;
"""
_PRINTS: Final = """
CREATE TABLE print (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    certificate INTEGER NOT NULL REFERENCES certificate (id)
);
CREATE INDEX print_certificate ON print (certificate);
"""
_REFERENCES: Final = """
CREATE TABLE reference (
    name TEXT PRIMARY KEY,
    batch TEXT,
    certificate INTEGER NOT NULL UNIQUE REFERENCES certificate (id)
);
CREATE INDEX reference_batch ON reference (batch);
"""
_EVIDENCE: Final = """
CREATE TABLE evidence (
    subject BLOB PRIMARY KEY CHECK (length(subject) = 32),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    files INTEGER NOT NULL,
    bytes INTEGER NOT NULL
);
"""
_SENT: Final = """
ALTER TABLE submission ADD COLUMN sent INTEGER;
UPDATE submission SET sent = 1;
"""
"""Of requests that were there before, nobody knows."""
_RECEIPTS: Final = """
ALTER TABLE submission ADD COLUMN receipt BLOB;
CREATE TABLE skipped (
    subject BLOB NOT NULL,
    place INTEGER NOT NULL,
    row INTEGER NOT NULL,
    field TEXT NOT NULL,
    code TEXT NOT NULL,
    why_zh TEXT NOT NULL,
    why_en TEXT NOT NULL,
    PRIMARY KEY (subject, place)
);
"""
VERSIONS: Final = (
    *(_SCHEMA, _DOCUMENTS, _PRINTS, _REFERENCES, _EVIDENCE, queue.SCHEMA, _SENT),
    pool.SCHEMA + _RECEIPTS,
    checks.SCHEMA,
)
"""What each version adds to the one before."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables to the newest version, all of it or nothing."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version < len(VERSIONS):
        missing = "".join(VERSIONS[version:])
        connection.executescript(f"BEGIN IMMEDIATE;{missing};PRAGMA user_version = {len(VERSIONS)};COMMIT;")
