"""Acts become the leaves of a Merkle log; before, each act's hash covered the one before it."""

import json
import secrets
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

from credential import log
from credential.log import Frontier, Leaf
from credential.model import Seconds
from credential.published import LogHead

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_GUARD_SQLITE = (
    "CREATE TRIGGER acts_no_update BEFORE UPDATE ON acts BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END",
    "CREATE TRIGGER acts_no_delete BEFORE DELETE ON acts BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END",
)
_GUARD_POSTGRESQL = (
    "CREATE TRIGGER acts_no_change BEFORE UPDATE OR DELETE ON acts FOR EACH ROW EXECUTE FUNCTION acts_append_only()",
)
_acts = sa.table(
    "acts",
    *(sa.column(name, kind) for name, kind in (("id", _WHOLE), ("at", _WHOLE), ("who", sa.String))),
    *(sa.column(name, sa.String) for name in ("what", "subject", "why")),
    sa.column("detail", sa.JSON),
    *(sa.column(name, sa.LargeBinary) for name in ("salt", "things_root", "hash")),
    sa.column("things_size", _WHOLE),
)
_region = sa.table("region", sa.column("log_size", _WHOLE), sa.column("log_frontier", sa.LargeBinary))
_registered = sa.table(
    "registered",
    *(sa.column(name) for name in ("list", "index", "issuer")),
    *(sa.column(name, sa.LargeBinary) for name in ("request", "digest")),
)


def upgrade() -> None:
    """Add the columns of the log, and hash every act as its leaf."""
    _drop_guard()
    nothing = sa.text("x''" if _on_sqlite() else "''")
    op.add_column("acts", sa.Column("salt", sa.LargeBinary(), nullable=False, server_default=nothing))
    op.add_column("acts", sa.Column("things_size", _WHOLE, nullable=True))
    op.add_column("acts", sa.Column("things_root", sa.LargeBinary(), nullable=True))
    op.add_column("region", sa.Column("log_size", _WHOLE, nullable=False, server_default="0"))
    op.add_column("region", sa.Column("log_frontier", sa.LargeBinary(), nullable=False, server_default=nothing))
    op.add_column("publications", sa.Column("act", _WHOLE, nullable=True))
    op.create_index(op.f("ix_acts_subject"), "acts", ["subject"])
    op.create_index(op.f("ix_publications_sha256"), "publications", ["sha256"])
    _hash_as_leaves()
    _set_guard()


def downgrade() -> None:
    """Hash every act with the one before it again, and drop the columns of the log."""
    _drop_guard()
    before = b""
    for row in _rows():
        before = sha256(before + _facts(row)).digest()
        op.get_bind().execute(_acts.update().where(_acts.c.id == row.id).values(hash=before))
    op.drop_index(op.f("ix_publications_sha256"), table_name="publications")
    op.drop_index(op.f("ix_acts_subject"), table_name="acts")
    for table, name in (
        ("publications", "act"),
        ("region", "log_frontier"),
        ("region", "log_size"),
        ("acts", "things_root"),
        ("acts", "things_size"),
        ("acts", "salt"),
    ):
        op.drop_column(table, name)
    _set_guard()


def _hash_as_leaves() -> None:
    frontier = Frontier()
    for row in _rows():
        salt, things = secrets.token_bytes(16), _things(row)
        leaf = Leaf(Seconds(row.at), row.what, sha256(salt + _facts(row)).digest(), things)
        found = log.leaf_hash(leaf.encode())
        frontier = frontier.append(found)
        op.get_bind().execute(
            _acts.update()
            .where(_acts.c.id == row.id)
            .values(
                salt=salt,
                hash=found,
                things_size=things.size if things else None,
                things_root=things.root_hash if things else None,
            )
        )
    op.get_bind().execute(_region.update().values(log_size=frontier.size, log_frontier=b"".join(frontier.nodes)))


def _things(row: sa.Row[Any]) -> LogHead | None:
    if row.what != "batch.register":
        objects = [log.leaf_hash(bytes.fromhex(each)) for each in row.detail.get("objects", ())]
        return log.head_of(objects) if objects else None
    digests = op.get_bind().scalars(
        sa.select(_registered.c.digest)
        .where(_registered.c.issuer == row.who, _registered.c.request == bytes.fromhex(row.subject))
        .order_by(_registered.c.list, _registered.c.index)
    )
    return log.head_of([log.leaf_hash(each) for each in digests])


def _rows() -> Iterator[sa.Row[Any]]:
    columns = (_acts.c[name] for name in ("id", "at", "who", "what", "subject", "why", "detail"))
    yield from op.get_bind().execute(sa.select(*columns).order_by(_acts.c.id)).all()


def _facts(row: sa.Row[Any]) -> bytes:
    facts = [row.id, row.at, row.who, row.what, row.subject, row.why, row.detail]
    return json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _drop_guard() -> None:
    names = ("acts_no_update", "acts_no_delete") if _on_sqlite() else ("acts_no_change ON acts",)
    for name in names:
        op.execute(f"DROP TRIGGER {name}")


def _set_guard() -> None:
    for statement in _GUARD_SQLITE if _on_sqlite() else _GUARD_POSTGRESQL:
        op.execute(statement)
