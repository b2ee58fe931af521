"""Serials are granted by the registry, after those of all numbers that are registered already."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from credential.numbers import parse_number

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CHUNK = 10_000
_PLACE = ("prefix", "year", "digit")

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_registered = sa.table("registered", *map(sa.column, ("list", "index", "number")))


def upgrade() -> None:
    """Add the tables, and note how far the registered numbers go."""
    serials = op.create_table(
        "serials",
        *_place(),
        sa.Column("last", _WHOLE, nullable=False),
        sa.CheckConstraint("last >= 0 AND last <= 999999", name=op.f("ck_serials_range")),
        sa.PrimaryKeyConstraint(*_PLACE, name=op.f("pk_serials")),
    )
    op.create_table(
        "serial_runs",
        *_place(),
        sa.Column("first", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("last", _WHOLE, nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("granted_at", _WHOLE, nullable=False),
        sa.CheckConstraint("first > 0 AND last >= first", name=op.f("ck_serial_runs_range")),
        sa.ForeignKeyConstraint(
            _PLACE, [f"serials.{name}" for name in _PLACE], name=op.f("fk_serial_runs_prefix_year_digit")
        ),
        sa.ForeignKeyConstraint(
            ["issuer", "request"], ["requests.issuer", "requests.id"], name=op.f("fk_serial_runs_issuer_request")
        ),
        sa.PrimaryKeyConstraint(*_PLACE, "first", name=op.f("pk_serial_runs")),
        sa.UniqueConstraint(*_PLACE, "last", name=op.f("uq_serial_runs_prefix_year_digit_last")),
    )
    last: dict[tuple[str, int, int], int] = {}
    for number in _numbers():
        found = parse_number(number)
        if found is not None:
            place = (found.prefix, found.year, found.level)
            last[place] = max(found.serial, last.get(place, 0))
    rows = [dict(zip((*_PLACE, "last"), (*place, serial), strict=True)) for place, serial in sorted(last.items())]
    op.bulk_insert(serials, rows)


def downgrade() -> None:
    """Drop them: what was granted and not registered is forgotten."""
    op.drop_table("serial_runs")
    op.drop_table("serials")


def _place() -> Iterator[sa.Column[object]]:
    yield sa.Column("prefix", sa.String(), nullable=False)
    yield sa.Column("year", _WHOLE, autoincrement=False, nullable=False)
    yield sa.Column("digit", _WHOLE, autoincrement=False, nullable=False)


def _numbers() -> Iterator[str]:
    """Every registered number, some thousands at a time."""
    place = sa.tuple_(_registered.c.list, _registered.c.index)
    at: tuple[int, ...] = (-1, -1)
    while True:
        query = sa.select(_registered).where(place > sa.tuple_(*map(sa.literal, at)))
        rows = op.get_bind().execute(query.order_by(_registered.c.list, _registered.c.index).limit(_CHUNK)).all()
        if not rows:
            return
        yield from (row.number for row in rows)
        at = tuple(rows[-1][:2])
