"""What certificates are found and counted by: the tag of the holder's document, kind, occupation, level, month."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from registry.register.certificates import read, sort

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CHUNK = 1_000
_COUNTED = ("kind", "edition", "level", "month")

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_registered = sa.table(
    "registered",
    *(sa.column(name, _WHOLE) for name in ("list", "index", *_COUNTED)),
    sa.column("data", sa.LargeBinary),
    sa.column("occupation", sa.String),
)


def upgrade() -> None:
    """Add the columns; what is registered already is counted from its bytes, its holder stays unknown."""
    op.add_column("region", sa.Column("holder_check", sa.LargeBinary(), nullable=True))
    for name in _COUNTED:
        op.add_column("registered", sa.Column(name, _WHOLE, nullable=True))
    op.add_column("registered", sa.Column("occupation", sa.String(), nullable=True))
    op.add_column("registered", sa.Column("holder", sa.LargeBinary(), nullable=True))
    for chunk in _chunks():
        op.get_bind().execute(
            _registered.update()
            .where(_registered.c.list == sa.bindparam("at_list"), _registered.c.index == sa.bindparam("at_index"))
            .values({name: sa.bindparam(f"new_{name}") for name in (*_COUNTED, "occupation")}),
            [_values(row) for row in chunk],
        )
    op.create_index(op.f("ix_registered_holder"), "registered", ["holder"])


def downgrade() -> None:
    """Drop the columns: no certificate can be found by its holder's document any more."""
    op.drop_index(op.f("ix_registered_holder"), table_name="registered")
    for name in ("holder", "occupation", *_COUNTED):
        op.drop_column("registered", name)
    op.drop_column("region", "holder_check")


def _chunks() -> Iterator[list[tuple[int, int, bytes]]]:
    columns = _registered.c.list, _registered.c.index, _registered.c.data
    place = sa.tuple_(*columns[:2])
    last = (-1, -1)
    while True:
        query = sa.select(*columns).where(place > sa.tuple_(*map(sa.literal, last)))
        rows = [tuple(row) for row in op.get_bind().execute(query.order_by(*columns[:2]).limit(_CHUNK))]
        if not rows:
            return
        yield rows
        last = rows[-1][:2]


def _values(row: tuple[int, int, bytes]) -> dict[str, Any]:
    listed, index, data = row
    counted = sort(read(data))._asdict()
    return {"at_list": listed, "at_index": index, **{f"new_{name}": value for name, value in counted.items()}}
