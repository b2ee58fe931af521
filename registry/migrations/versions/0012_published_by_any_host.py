"""What is published is kept in the database, so that any host can publish; counts that hosts share."""

import sqlalchemy as sa
from alembic import op

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SEEN = ("seen_epoch", "seen_seq")

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; they are filled by the next publication, and by the next import of a partner's part."""
    op.create_table(
        "published",
        sa.Column("epoch", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("seq", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("epoch", "seq", name=op.f("pk_published")),
    )
    op.create_table(
        "objects",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_objects")),
    )
    op.create_table(
        "counts",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("ends", _WHOLE, nullable=False),
        sa.Column("count", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_counts")),
        prefixes=[] if op.get_bind().dialect.name == "sqlite" else ["UNLOGGED"],
    )
    op.add_column("partners", sa.Column("manifest", sa.LargeBinary(), nullable=True))
    for name in _SEEN:
        op.add_column("region", sa.Column(name, _WHOLE, nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop them: what is published stays in the public folder of each host."""
    for name in _SEEN:
        op.drop_column("region", name)
    op.drop_column("partners", "manifest")
    for name in ("counts", "objects", "published"):
        op.drop_table(name)
